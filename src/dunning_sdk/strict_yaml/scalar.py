"""Decide what an unquoted YAML value means.

Only ``true`` and ``false`` are booleans, so Norway (``NO``) stays a text; decimals keep their
digits; a time such as ``12:30`` and a number such as ``1e3`` stay text. Quoted values never
come here: they are text.

>>> resolve("NO"), resolve("0.15"), resolve("12:30"), resolve("null")
('NO', Decimal('0.15'), '12:30', None)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from dunning_sdk.strict_yaml.node import YamlValue

DIGITS_MAX: Final = 40
_WORDS: Final = MappingProxyType({"true": True, "false": False, "null": None, "~": None, "": None})
_NUMBER: Final = re.compile(r"[-+]?(?P<whole>[0-9]+)(?P<fraction>\.[0-9]+)?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarFault:
    """An unquoted value that reads like two things, or like one that does not exist.

    Attributes:
        code: Stable id of the finding.
        text: What is wrong.
        expected: What would have been right.
    """

    code: str
    text: str
    expected: str


def resolve(raw: str) -> YamlValue | ScalarFault:
    """Return what an unquoted text means.

    Returns:
        The value; or a fault for a number with a leading zero or too many digits, and for a
        date that is not in the calendar.
    """
    if raw in _WORDS:
        return _WORDS[raw]
    number = _NUMBER.fullmatch(raw)
    if number is not None:
        return _number(raw, number)
    if _DATE.fullmatch(raw) is not None:
        return _date(raw)
    return raw


def _number(raw: str, match: re.Match[str]) -> int | Decimal | ScalarFault:
    whole = match["whole"]
    if len(whole) > 1 and whole.startswith("0"):
        return ScalarFault(
            code="yaml.leading-zero",
            text="A number begins with zero",
            expected="quotes around a code, or a number without the zero",
        )
    if len(raw) > DIGITS_MAX:
        return ScalarFault(
            code="yaml.number",
            text="A number is too long",
            expected=f"quotes around a code, or at most {DIGITS_MAX} characters",
        )
    return int(raw) if match["fraction"] is None else Decimal(raw)


def _date(raw: str) -> date | ScalarFault:
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return ScalarFault(
            code="yaml.date",
            text="A date is not in the calendar",
            expected="a day that exists, or quotes around a text",
        )
