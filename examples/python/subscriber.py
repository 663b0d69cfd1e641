"""Keeps a copy of every user's preferences. Needs nothing but Python: function.py and worker.py connect it to AWS."""
import json
import sys
from dataclasses import dataclass, field

import strict


@dataclass(frozen=True)
class Copy:
    revision: int = 0  # outlives the preferences: nothing late brings back what was erased
    preferences: dict | None = field(default_factory=dict)  # None: unknown, for the announcement was truncated. Read the profile over HTTP
    inferred_keys: tuple = ()  # those of preferences that a bot inferred, and the person did not state


def following(copy, u):
    """The copy after an announcement; the same copy where that is dropped. Every subscriber keeps this rule."""
    base = {} if u["previous_revision"] == 0 else copy.preferences if u["previous_revision"] == copy.revision else None
    preferences = u["preferences"] if "preferences" in u else patched(base, u.get("changes"))
    newer = u["revision"] > copy.revision
    mends = u["revision"] == copy.revision and preferences is not None and (u["snapshot"] or copy.preferences is None)
    return Copy(u["revision"], preferences, among(preferences, u.get("inferred_keys", ()))) if newer or mends else copy


def patched(preferences, changes):
    """A JSON merge patch, one level deep; None where one of the two is unknown."""
    if preferences is None or changes is None:
        return None
    return {key: value for key, value in {**preferences, **changes}.items() if value is not None}


def among(preferences, keys):
    """Those of the keys that preferences have, in order."""
    return tuple(sorted(key for key in keys if key in (preferences or {})))


def current(profile, announced):
    """The profile as it was read, which may be ahead of what was announced, but not behind."""
    if profile.revision < announced.revision:
        raise LookupError("the profile as read is older than announced")
    return profile


def announcement(body):
    """What an event announces; None: it is another event. What is no event, has another version or would mislead, raises."""
    event = strict.loads(body)
    if event["detail-type"] != "PreferencesUpdated" or event["source"] != "bot-preferences":
        return None
    u = event["detail"]
    if not well_formed(u):
        raise ValueError("not a PreferencesUpdated of version 1")
    return u


def well_formed(u):
    """What a copy relies on. type, not isinstance, for True is an int to Python."""
    if type(u["version"]) is bool or u["version"] != 1 or not isinstance(u["user_id"], str) or not u["user_id"]:
        return False
    if any(type(u[name]) is not int for name in ("revision", "previous_revision")) or u["revision"] < 1:
        return False
    if not 0 <= u["previous_revision"] <= u["revision"] or type(u["truncated"]) is not bool or type(u["snapshot"]) is not bool:
        return False
    if not all(isinstance(u[name], dict) if name in u else u["truncated"] for name in ("changes", "preferences")):
        return False
    keys = u.get("inferred_keys", [])
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        return False
    return None not in u.get("preferences", {}).values()


class Subscriber:
    """Copies are a dict, or anything with get and item assignment: one per user, seen by all that handle events.

    read(user_id) gives the profile as it is now, as a Copy; it is asked where a truncated announcement says too little."""

    def __init__(self, copies, changed=lambda user_id, before, after: None, read=None):
        self.copies, self._changed, self._read = copies, changed, read

    def receive(self, body):
        """Handles one event. Whatever it raises has the event come again."""
        u = announcement(body)
        if u is None:
            return
        user_id = u["user_id"]
        before = self.copies.get(user_id, Copy())
        after = following(before, u)
        if after != before:
            if after.preferences is None and self._read:
                after = current(self._read(user_id), after)
            self._changed(user_id, before, after)
            self.copies[user_id] = after

    def handle(self, event, _context=None):
        """The Lambda handler. One bad message does not fail its batch."""
        if "Records" not in event:
            return self.receive(json.dumps(event))
        failed = []
        for record in event["Records"]:
            try:
                self.receive(record["body"])
            except Exception as error:
                print(f"comes again: {record['messageId']}: {type(error).__name__}", file=sys.stderr)  # no values: they are people's
                failed.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failed}
