"""JSON as the standard and the contract have it. Python's own also reads and writes NaN and Infinity, and makes Infinity of 1e400."""
import json
import math

MAX_DEPTH = 900  # levels of a value
MAX_DIGITS = 4300  # of an integer that Python reads in a reasonable time; the contract allows 64 characters


def loads(text):
    """Raises ValueError for what is not JSON, and OverflowError for a number that Python cannot hold: it would go on as another value."""
    return json.loads(text, parse_constant=_refuse, parse_float=_finite, parse_int=_integer)


def dumps(change):
    """A change as JSON text. Raises ValueError, which names a field and no value, for what would arrive as something else or not at all."""
    for field, value in _fields(change):
        rule = broken(value)
        if rule:
            raise ValueError(f"{field} {rule}".encode("ascii", "backslashreplace").decode())
    # The two are the characters of JSON that a queue does not take.
    return json.dumps(change, ensure_ascii=False).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def broken(value):
    """The rule that a value breaks; None: it arrives as it is."""
    left = [(value, 0)]
    while left:
        value, depth = left.pop()
        if isinstance(value, str):
            if any("\ud800" <= character <= "\udfff" for character in value):
                return "has a lone surrogate"
        elif isinstance(value, float):
            if not math.isfinite(value):
                return "has a number that is not finite"
        elif isinstance(value, int):
            if not -10**63 < value < 10**64:
                return "has a number of more than 64 characters"
        elif isinstance(value, (dict, list, tuple)):
            if depth == MAX_DEPTH:
                return f"nests deeper than {MAX_DEPTH} levels"
            if isinstance(value, dict) and not all(isinstance(name, str) for name in value):
                return "has a name that is no text"
            parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value
            left += [(part, depth + 1) for part in parts]
        elif value is not None:
            return f"has a {type(value).__name__}, which JSON has not"
    return None


def _fields(change):
    """Each field with its value; preferences key by key."""
    for name, value in change.items():
        yield name, {name: None}  # the name by itself, which may be no text
        if name != "preferences" or not isinstance(value, dict):
            yield name, value
            continue
        for key, one in value.items():
            yield f"preferences.{key}", {key: None}  # the key by itself, which may be no text
            yield f"preferences.{key}", one


def _refuse(word):
    raise ValueError(word + " is not JSON")


def _finite(text):
    number = float(text)
    if not math.isfinite(number):
        raise OverflowError("a number beyond a double")
    return number


def _integer(text):
    if len(text) > MAX_DIGITS:
        raise OverflowError("an integer of too many digits")
    return int(text)
