"""Know the public holidays and weekly rest days of jurisdictions.

The module decides which jurisdiction codes exist and which days are closed. What is done about
a closed day is decided in ``calendar``. It is the only one that imports ``holidays``, and only
when a calendar is asked for a day.

>>> holiday_names("FR", 2026)[date(2026, 7, 14)]
'National Day'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from dunning_sdk.errors import InvalidPeriodError, UnknownCalendarError, nearest_names

if TYPE_CHECKING:
    from holidays import HolidayBase

YEAR_MIN: Final = 1970
YEAR_MAX: Final = 2100
TARGET: Final = "TARGET"
_CODE: Final = re.compile(r"(?P<country>[A-Z]{2})(?:-(?P<subdivision>[A-Z0-9]{1,3}))?")
# England, Scotland and Northern Ireland share only seven days; nobody works by those alone.
_DIVIDED: Final = frozenset({"GB"})
_FRIDAY, _SUNDAY = 4, 6


@lru_cache(maxsize=1024)
def check_code(code: str) -> None:
    """Refuse a jurisdiction code for which no calendar is known.

    Args:
        code: ISO 3166-1 code such as ``FR``, with a subdivision where its holidays differ
            (``FR-57`` Moselle, ``FR-6AE`` Alsace, ``DE-BY``, ``GB-ENG``), or ``TARGET``.

    Raises:
        UnknownCalendarError: The code is unknown, or too wide to have one calendar.
    """
    _entity(code)


def holiday_names(code: str, year: int, *, language: str = "en") -> Mapping[date, str]:
    """Return the public holidays of one year with their names.

    Args:
        code: Jurisdiction code, as for ``check_code``.
        year: Calendar year.
        language: ``en``, or a language of the jurisdiction; where the names are not known in
            it they are in English or, failing that, as the jurisdiction writes them.

    Returns:
        Holidays in ascending order, also those that fall on a weekend.

    Raises:
        UnknownCalendarError: The code is unknown.
        InvalidPeriodError: The holidays of that year are not known.

    Source:
        The ``holidays`` library. France: Code du travail, articles L3133-1 and, for Alsace and
        Moselle, L3134-13. TARGET: calendar of closing days of the European Central Bank.
    """
    return _names(code, year, language)


@lru_cache(maxsize=1024)
def working_days(code: str, year: int) -> frozenset[date]:
    """Return the days of one year that are usually worked: neither weekend nor holiday.

    Raises:
        UnknownCalendarError: The code is unknown.
        InvalidPeriodError: The holidays of that year are not known.

    Source:
        The ``holidays`` library; its weekends follow the jurisdiction and the date.
    """
    entity = _entity_of(code, year)
    return frozenset(day for day in _days(year) if entity.is_working_day(day))


@lru_cache(maxsize=1024)
def open_days(code: str, year: int) -> frozenset[date]:
    """Return the days of one year that may be worked: neither weekly rest day nor holiday.

    The weekly rest day is Sunday, or Friday where the weekend holds it.

    Raises:
        UnknownCalendarError: The code is unknown.
        InvalidPeriodError: The holidays of that year are not known.

    Source:
        France, Code du travail, article L3132-3 (Sunday); elsewhere a house rule.
    """
    entity = _entity_of(code, year)
    return frozenset(
        day
        for day in _days(year)
        if day not in entity
        and not (entity.is_weekend(day) and day.weekday() in (_FRIDAY, _SUNDAY))
    )


@lru_cache(maxsize=1024)
def _names(code: str, year: int, language: str) -> Mapping[date, str]:
    entity = _entity_of(code, year, language=language)
    return MappingProxyType(dict(sorted(entity.items())))


def _entity_of(code: str, year: int, *, language: str = "en") -> HolidayBase:
    entity = _entity(code)
    first = max(YEAR_MIN, entity.start_year)
    last = min(YEAR_MAX, entity.end_year)
    if not first <= year <= last:
        raise InvalidPeriodError(
            f"The holidays of {code} are not known for {year}",
            hint=f"Use a date from {first} to {last}",
        )
    return _entity(code, year=year, language=_supported(entity, language))


def _entity(code: str, *, year: int | None = None, language: str | None = None) -> HolidayBase:
    import holidays

    if code == TARGET:
        return holidays.financial_holidays("XECB", years=year, language=language)
    match = _CODE.fullmatch(code)
    if match is None or code in _DIVIDED:
        raise _unknown(code)
    country, subdivision = match["country"], match["subdivision"]
    try:
        entity = holidays.country_holidays(country, years=year, language=language)
    except NotImplementedError as exc:
        raise _unknown(code) from exc
    # The library also takes aliases (UK) and deprecated subdivisions (FR-GES, with too few days).
    if entity.country != country or subdivision not in (None, *entity.subdivisions):
        raise _unknown(code)
    if subdivision is None:
        return entity
    return holidays.country_holidays(country, subdiv=subdivision, years=year, language=language)


def _supported(entity: HolidayBase, language: str) -> str | None:
    # With a language it does not know, the library turns to the environment of the process.
    for wanted in (language, "en"):
        for known in entity.supported_languages:
            if known.split("_")[0] == wanted:
                return known
    return entity.default_language


def _unknown(code: str) -> UnknownCalendarError:
    import holidays

    known = [TARGET]
    for country, subdivisions in holidays.list_supported_countries(include_aliases=False).items():
        known += [country] if country not in _DIVIDED else []
        known += [f"{country}-{part}" for part in subdivisions if len(part) <= len("ENG")]
    country = code.split("-")[0]
    siblings = [name for name in known if name.split("-")[0] == country]
    near = nearest_names(code, siblings) or nearest_names(code, known) or tuple(siblings[:3])
    question = f"Did you mean {', '.join(near)}? " if near else ""
    return UnknownCalendarError(
        f"No calendar is known for {code!r}",
        hint=f"{question}Write an ISO 3166 code such as FR or DE-BY, or TARGET",
    )


def _days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
