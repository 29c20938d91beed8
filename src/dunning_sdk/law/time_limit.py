"""Compute when a time limit of the law ends: days, months or years from an event.

The module decides how a period is counted and whether its end moves off a closed day. Which time
limits follow from which event is decided in ``decisions.recovery_table``; limitation, which
does not move, is in ``limitation``.

>>> add_period(date(2026, 1, 31), 1, Unit.MONTHS)
datetime.date(2026, 2, 28)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Final

from dunning_sdk.domain.calendar import BusinessCalendar, Calendar, Roll, add_months
from dunning_sdk.errors import InvalidPeriodError, LawError
from dunning_sdk.law.parameter import Confidence, Parameter, Unit, Value, worst
from dunning_sdk.law.statutes import Statutes

PERIODS: Final = (Unit.DAYS, Unit.MONTHS, Unit.YEARS)
TOPIC: Final = "time-limits"

_CALENDARS: Final[Mapping[str, str]] = MappingProxyType({"gb": "GB-ENG"})
_MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """The last day on which something may be done, and what it rests on.

    Attributes:
        parameter_id: The period counted.
        title: What the period is for.
        from_on: Day of the event; it does not count itself.
        nominal_on: Last day before it moves off a closed day.
        ends_on: Last day, to its end at 24:00.
        sources: Of each value used.
        confidence: The weakest of theirs.
        unverified: Ids of the parameters used whose values no source supports.
        limits: What the rule does not cover; may be empty.
    """

    parameter_id: str
    title: str
    from_on: date
    nominal_on: date
    ends_on: date
    sources: tuple[str, ...]
    confidence: Confidence
    unverified: tuple[str, ...] = ()
    limits: str = ""

    @property
    def moved(self) -> bool:
        """Tell whether the end moved off a closed day."""
        return self.ends_on != self.nominal_on

    def days_left(self, as_of: date) -> int:
        """Return the days left: 0 on the last day, negative after it."""
        return (self.ends_on - as_of).days


def add_period(event_on: date, number: int, unit: Unit) -> date:
    """Return the last day of a period that an event sets running.

    Args:
        event_on: Day of the event; it does not count.
        number: How many; negative counts back.
        unit: ``DAYS``, ``MONTHS`` or ``YEARS``.

    Returns:
        Months and years end on the day of the same number, or the last of a shorter month.

    Raises:
        LawError: The unit is none of time.
        InvalidPeriodError: The end lies out of the calendar.

    Source:
        Code de procédure civile, articles 640 and 641; Regulation (EEC, Euratom) 1182/71,
        article 3.
    """
    if unit not in PERIODS:
        raise LawError(f"A period cannot be counted in {unit}", hint="Use days, months or years.")
    if unit is not Unit.DAYS:
        return add_months(event_on, number * (_MONTHS_A_YEAR if unit is Unit.YEARS else 1))
    try:
        return event_on + timedelta(days=number)
    except OverflowError as exc:
        raise InvalidPeriodError(
            f"{number} days from {event_on} lead out of the calendar", hint="Use fewer days"
        ) from exc


def time_limit(
    statutes: Statutes,
    parameter_id: str,
    event_on: date,
    *,
    picked_on: date | None = None,
    added: Iterable[str] = (),
    backward: bool = False,
) -> TimeLimit:
    """Return the time limit that an event sets.

    Args:
        statutes: What is known of the law.
        parameter_id: A parameter in days, months or years.
        event_on: Day of the event; it does not count.
        picked_on: Date that picks the value, such as that of the order; the event's where
            ``None``.
        added: Parameters in months that prolong it, such as for distance.
        backward: Whether the period lies before the event, as between a writ and the hearing;
            then its end is the last day on which the act is still in time, and moves to none.

    Raises:
        ParameterNotFoundError: A parameter, or its value on that date, is not known.
        LawError: The parameter is no period.

    Source:
        Code de procédure civile, articles 640 to 643, and the parameter ``rolls`` of each
        jurisdiction.
    """
    parameter = statutes.parameter(parameter_id)
    used = [_used(parameter, picked_on or event_on)]
    used += [_used(statutes.parameter(other), picked_on or event_on) for other in added]
    sign = -1 if backward else 1
    nominal_on = event_on
    for number, unit, _ in reversed([_period(*one) for one in used]):
        nominal_on = add_period(nominal_on, sign * number, unit)
    ends_on = nominal_on
    if not backward and (rule := rolls(statutes, parameter.jurisdiction, event_on)):
        used.append(rule)
        ends_on = calendar_of(parameter.jurisdiction).shift(nominal_on, Roll.FOLLOWING)
    return TimeLimit(
        parameter_id=parameter.id,
        title=parameter.title,
        from_on=event_on,
        nominal_on=nominal_on,
        ends_on=ends_on,
        sources=tuple(value.source for _, value in used),
        confidence=worst(value.confidence for _, value in used),
        unverified=tuple(item.id for item, value in used if not value.confidence.verified),
        limits=parameter.limits,
    )


def rolls(statutes: Statutes, code: str, on: date) -> tuple[Parameter, Value] | None:
    """Return the rule that moves time limits off closed days, where there is one on a day."""
    parameter = statutes.parameters.get(f"{code}.{TOPIC}.rolls")
    if parameter is None:
        return None
    parameter, value = _used(parameter, on)
    return (parameter, value) if value.amount is True else None


@cache
def calendar_of(code: str) -> Calendar:
    """Return the working days of a jurisdiction; in the United Kingdom those of England.

    Args:
        code: Of the jurisdiction, as parameters write it.
    """
    return BusinessCalendar(_CALENDARS.get(code, code.upper()))


def _used(parameter: Parameter, on: date) -> tuple[Parameter, Value]:
    return parameter, parameter.at(on)


def _period(parameter: Parameter, value: Value) -> tuple[int, Unit, Value]:
    if parameter.unit not in PERIODS or not isinstance(value.amount, Decimal):
        raise LawError(
            f"{parameter.id} is no period but {parameter.unit}",
            hint="Name a parameter in days, months or years.",
            parameter_id=parameter.id,
        )
    return int(value.amount), parameter.unit, value
