"""JSON as the standard has it. Python's own reader also takes NaN and Infinity, and makes Infinity of a number that no double holds."""
import json
import math


def loads(text):
    """Raises ValueError for what is not JSON, and OverflowError for a number beyond a double: it would go on as another value."""
    return json.loads(text, parse_constant=_refuse, parse_float=_finite)


def _refuse(word):
    raise ValueError(word + " is not JSON")


def _finite(text):
    number = float(text)
    if not math.isfinite(number):
        raise OverflowError("a number beyond a double")
    return number
