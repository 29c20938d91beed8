r"""Write dates, instants, amounts and percentages the way readers of a language expect it.

Decides nothing of its own: a language is the record that notices use too, filled here for pages,
which say less than letters do.

>>> from datetime import date
>>> tongue_of("de").date(date(2026, 3, 1)), tongue_of("fr").long_date(date(2026, 3, 1))
('01.03.2026', '1er\xa0mars\xa02026')
"""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from dunning_sdk.domain.amount import NO_BREAK_SPACE
from dunning_sdk.notices.language import Language, iban_groups

_PATTERNS: Final = MappingProxyType(
    {
        "en": ("{yyyy}-{mm}-{dd}", "{d} {month} {yyyy}", ".", "1"),
        "fr": ("{dd}/{mm}/{yyyy}", "{d} {month} {yyyy}", ",", "1er"),
        "de": ("{dd}.{mm}.{yyyy}", "{d}. {month} {yyyy}", ",", "1"),
    }
)
_MONTHS: Final = MappingProxyType(
    {
        "en": "January February March April May June July August September October November "
        "December",
        "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre "
        "décembre",
        "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    }
)


@cache
def tongue_of(code: str) -> Language:
    """Return how a language of pages writes things.

    Args:
        code: One of `words.LANGUAGES`.
    """
    day, long_day, decimal_mark, first = _PATTERNS[code]
    return Language(
        code=code,
        words=MappingProxyType(
            {
                "date": day,
                "long_date": long_day,
                "decimal_mark": decimal_mark,
                "first_of_month": first,
            }
        ),
        months=tuple(_MONTHS[code].split()),
        singular=frozenset({0, 1} if code == "fr" else {1}),
    )


def filters_of(code: str) -> dict[str, Callable[..., Any]]:
    """Return the filters a template of pages may use, by name."""
    tongue = tongue_of(code)
    return {
        "money": tongue.money,
        "date": tongue.date,
        "long_date": tongue.long_date,
        "percent": tongue.percent,
        "iban": iban_groups,
        "number": lambda number: _number(number, tongue.words["decimal_mark"]),
        "instant": lambda at, zone=UTC: _instant(at, zone, tongue),
    }


def _number(number: int | Decimal, decimal_mark: str) -> str:
    """Write a number with its thousands apart, which breaks no line."""
    whole, _, fraction = f"{number:,}".partition(".")
    grouped = whole.replace(",", NO_BREAK_SPACE)
    return f"{grouped}{decimal_mark}{fraction}" if fraction else grouped


def _instant(at: datetime, zone: tzinfo, tongue: Language) -> str:
    """Write an aware instant as day and minute in a time zone."""
    local = at.astimezone(zone)
    return f"{tongue.date(local.date())}{NO_BREAK_SPACE}{local:%H:%M}"
