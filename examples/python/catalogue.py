"""What preferences mean: resolving profiles, and what the code that `botprefs catalogue python` writes needs.

A catalogue is the JSON that botprefs compiles catalogue.yaml to, decoded; None is no catalogue.
"""
from dataclasses import dataclass, field
from typing import Any, Callable


@dataclass
class View:
    """What one profile shows. The values of inferred_keys are inferred; all others are stated."""
    preferences: dict[str, Any] = field(default_factory=dict)
    inferred_keys: list[str] = field(default_factory=list)


def entry(catalogue, key):
    """The entry that governs a key: that of its exact name, else of the longest prefix; None for an unknown key."""
    best = None
    for one in catalogue["entries"] if catalogue else []:
        name = one["name"]
        if name == key:
            return one
        if name.endswith("*") and key.startswith(name[:-1]) and len(key) > len(name) - 1 and (best is None or len(name) > len(best["name"])):
            best = one
    return best


def resolve(catalogue, conversation=View(), user=View(), tenant=View()):
    """(preferences, where each comes from), by the rule in docs/catalogue.md."""
    def place(layer, view, inferred, locked=False):
        def get(key, found):
            value = view.preferences.get(key)
            if value is None or inferred is not None and (key in view.inferred_keys) != inferred:
                return None
            if found is not None and layer not in found["layers"] or locked and not (found or {}).get("locked"):
                return None
            return value
        return layer, get

    places = [
        place("tenant", tenant, False, locked=True), place("conversation", conversation, False), place("user", user, False),
        place("conversation", conversation, True), place("user", user, True), place("tenant", tenant, None),
    ]
    preferences, origins = {}, {}
    for one in catalogue["entries"] if catalogue else []:
        if "default" in one and not one["name"].endswith("*"):
            preferences[one["name"]], origins[one["name"]] = one["default"], "default"
    for key in {*conversation.preferences, *user.preferences, *tenant.preferences}:
        found = entry(catalogue, key)
        for layer, get in places:
            value = get(key, found)
            if value is not None:
                preferences[key], origins[key] = value, layer
                break
    return preferences, origins


def read(catalogue, preferences: dict[str, Any], key: str, right: Callable[[Any], bool]):
    """The value of a key, else its default, else None. A value that is not right counts as absent."""
    value = preferences.get(key)
    if value is not None and right(value):
        return value
    return (entry(catalogue, key) or {}).get("default")


def is_json(_):
    return True


def is_text(value):
    return isinstance(value, str)


def is_boolean(value):
    return isinstance(value, bool)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_integer(value):
    return is_number(value) and value == int(value)


def is_one_of(*words):
    return lambda value: isinstance(value, str) and value in words


class Elements:
    """A set. Each element is a key of its own, so that several bots can add and remove elements at once."""

    def __init__(self, prefix):
        self.prefix = prefix

    def add(self, element):
        return {self.prefix + element: True}

    def remove(self, element):
        return {self.prefix + element: None}

    def has(self, preferences, element):
        return preferences.get(self.prefix + element) is True

    def all(self, preferences):
        keys = (key[len(self.prefix):] for key in preferences if key.startswith(self.prefix))
        return sorted(element for element in keys if element and self.has(preferences, element))
