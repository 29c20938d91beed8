"""Canonical JSON: one text for one value, so that a hash of it means something.

The module decides how values are written for hashing and keeping: sorted keys, no blanks, UTF-8,
whole numbers only. What is hashed is left to `chain`, what is sealed to `seal`.

>>> canonical({"b": [1, True, None], "a": "é"})
'{"a":"é","b":[1,true,null]}'
"""

import json
from collections.abc import Mapping
from typing import Final

from dunning_sdk.domain.event import JsonValue
from dunning_sdk.errors import StoreError

_write: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode


def canonical(value: Mapping[str, JsonValue] | JsonValue) -> str:
    """Return the one text of a JSON value.

    Args:
        value: Texts, whole numbers, booleans, ``None``, and lists and mappings of these. A
            mapping at the top may be of any kind; inside only ``dict`` and ``list`` are taken.

    Raises:
        StoreError: A number with a decimal point, a key that is no text, half a surrogate pair,
            or any other value JSON cannot give back as it was.
    """
    plain = dict(value) if isinstance(value, Mapping) else value
    try:
        fault = _fault(plain)
        text = "" if fault else _write(plain)
        text.encode()
    except UnicodeEncodeError as exc:
        message = "A value for the store holds text that is not Unicode"
        raise StoreError(message, hint="Decode the input with its right encoding") from exc
    except (RecursionError, ValueError) as exc:
        message = "A value for the store is nested too deep, or holds a number too long"
        raise StoreError(message, hint="Check where the input comes from") from exc
    if fault:
        hint = "Use text, whole numbers, booleans, None, lists and dicts; money in minor units"
        raise StoreError(f"A value for the store holds {fault}", hint=hint)
    return text


def parse_object(text: str) -> dict[str, JsonValue]:
    """Return the mapping a canonical text stands for.

    Raises:
        StoreError: The text is no JSON object, so somebody else wrote it.
    """
    value = parse(text)
    if not isinstance(value, dict):
        raise StoreError("A stored JSON text is not an object", hint="Run `dunning doctor`")
    return value


def parse(text: str) -> JsonValue:
    """Return the value a canonical text stands for.

    Raises:
        StoreError: The text is no JSON.
    """
    try:
        value: JsonValue = json.loads(text)
    except ValueError as exc:
        raise StoreError("A stored JSON text is damaged", hint="Run `dunning doctor`") from exc
    return value


def _fault(value: object) -> str:
    kind = type(value)
    if kind in (str, int, bool) or value is None:
        return ""
    if isinstance(value, dict):
        if any(type(key) is not str for key in value):
            return "a key that is not text"
        return next(filter(None, map(_fault, value.values())), "")
    if isinstance(value, list):
        return next(filter(None, map(_fault, value)), "")
    return f"a {kind.__name__}"
