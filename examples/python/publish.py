"""Publishes what a bot learned about a user: python publish.py [--replace] USER [KEY=VALUE ...]

A VALUE is JSON or plain text; null forgets the key. --replace forgets everything earlier.
"""
import json
import os
import secrets
import sys
import time

import boto3

import strict

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RETRYABLE = ("ThrottlingException", "InternalFailure", "InternalException")


class Ids:
    """ULIDs, each greater than the one before: what is said later wins, key by key, also within a millisecond."""

    def __init__(self):
        self._last = 0

    def next(self):
        self._last = max(self._last + 1, time.time_ns() // 1_000_000 << 80 | secrets.randbits(80))
        return "".join(ALPHABET[self._last >> shift & 31] for shift in range(125, -1, -5))


class Publisher:
    def __init__(self, events, bus, source):
        self._events, self._bus, self._source, self._ids = events, bus, source, Ids()

    def publish(self, changes, attempts=4):
        """Publishes up to ten changes. Returns those that the bus did not take, each with its error code."""
        left = [{**change, "id": change.get("id") or self._ids.next()} for change in changes]
        refused = []
        for attempt in range(attempts):
            if attempt:
                time.sleep(0.1 * 2**attempt)
            answer = self._events.put_events(Entries=[
                {"EventBusName": self._bus, "Source": self._source, "DetailType": "PreferenceChange", "Detail": json.dumps(change)}
                for change in left])
            if answer["FailedEntryCount"] == 0:  # PutEvents answers 200 all the same where it took only some
                return refused
            failed = [(change, entry["ErrorCode"]) for change, entry in zip(left, answer["Entries"]) if "ErrorCode" in entry]
            refused += [(change, code) for change, code in failed if code not in RETRYABLE]
            left = [change for change, code in failed if code in RETRYABLE]  # with the same id: one that got through twice counts once
            if not left:
                return refused
        return refused + [(change, code) for change, code in failed if code in RETRYABLE]


def value(text):
    """JSON, or else the text itself. OverflowError: it is a number that would not arrive as it is."""
    try:
        return strict.loads(text)
    except ValueError:
        return text


def main(arguments):
    replace = "--replace" in arguments
    words = [word for word in arguments if word != "--replace"]
    if not words or not all("=" in word for word in words[1:]) or not (replace or words[1:]):
        sys.exit(__doc__)
    pairs = (word.split("=", 1) for word in words[1:])
    try:
        preferences = {key: value(text) for key, text in pairs}
    except OverflowError as error:
        sys.exit(f"not published: {error}")
    change = {"user_id": words[0], "preferences": preferences, "replace": replace}
    publisher = Publisher(boto3.client("events"), os.environ.get("BUS", "bot-preferences-dev"), "python-bot")
    for refused, code in publisher.publish([change]):
        sys.exit(f"not published: {code}")


if __name__ == "__main__":
    main(sys.argv[1:])
