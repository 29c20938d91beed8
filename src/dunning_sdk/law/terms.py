"""Compute the latest due date that payment terms may set, and where a due date moves.

The module decides from which day each term is counted, and the two lawful computations of a term
to the end of a month. Which cap governs an invoice depends on goods and parties: every cap of the
jurisdiction is shown with its source, a person says which one does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dunning_sdk.domain.calendar import Roll
from dunning_sdk.domain.period import end_of_month
from dunning_sdk.errors import LawError
from dunning_sdk.law.parameter import Parameter, Unit, Value
from dunning_sdk.law.statutes import Statutes, of_topic
from dunning_sdk.law.time_limit import calendar_of

TOPIC: Final = "payment-terms"
STANDARD: Final = "standard"
MAXIMUM: Final = "maximum"
END_OF_MONTH: Final = "end-of-month"
GENERAL: Final = frozenset({STANDARD, MAXIMUM, END_OF_MONTH})
"""Terms of goods and services of any kind; other names are those of sectors."""

_MOVES: Final = "weekend-moves"


class EndOfMonth(StrEnum):
    """How a term "days, end of month" is counted; the contract chooses.

    Source:
        Code de commerce, article L441-10 I; the DGCCRF accepts both.
    """

    DAYS_THEN_END = "days-then-end"
    END_THEN_DAYS = "end-then-days"


class Start(StrEnum):
    """The day from which a term is counted."""

    ISSUE = "issue"
    DELIVERY = "delivery"
    END_OF_DELIVERY_MONTH = "end-of-delivery-month"


_STARTS: Final[Mapping[str, Start]] = MappingProxyType(
    {
        STANDARD: Start.DELIVERY,
        "perishables": Start.DELIVERY,
        "fresh-meat": Start.DELIVERY,
        "alcohol": Start.END_OF_DELIVERY_MONTH,
    }
)
"""From which day the terms of a name are counted; all others from the issue of the invoice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """The latest due date by one rule.

    Attributes:
        parameter: The rule.
        value: What it says on the day of issue.
        start: From which day it is counted.
        method: How a term to the end of a month was counted; ``None`` for plain days.
        latest_on: The last due date it allows.
    """

    parameter: Parameter
    value: Value
    start: Start
    method: EndOfMonth | None
    latest_on: date


def caps_of(
    statutes: Statutes, jurisdiction: str, issued_on: date, *, delivered_on: date | None = None
) -> tuple[Cap, ...]:
    """Return the latest due date by every rule on payment terms that a jurisdiction has.

    Args:
        statutes: What is known of the law.
        jurisdiction: Code of the law that governs the contract.
        issued_on: Date of the invoice; picks the values.
        delivered_on: Day of delivery or performance; the day of issue where ``None``.

    Returns:
        In the order of the law's text; a term to the end of a month twice, once by each method.
        Rules not known on the day of issue are left out.

    Raises:
        LawError: The jurisdiction is unknown.

    Source:
        Code de commerce, articles L441-10 and L441-11; Directive 2011/7/EU, article 3(5).
    """
    code = statutes.jurisdiction(jurisdiction)
    known = of_topic(statutes.parameters.values(), code, TOPIC)
    return tuple(
        cap
        for parameter in known
        if parameter.unit is Unit.DAYS and issued_on >= parameter.values[0].period.start
        for cap in _caps(parameter, issued_on, delivered_on or issued_on)
    )


def sectors_of(statutes: Statutes, jurisdiction: str) -> tuple[str, ...]:
    """Return the sectors that have caps of their own in a jurisdiction, sorted.

    Args:
        statutes: What is known of the law.
        jurisdiction: Code of the law that governs the contract.

    Raises:
        LawError: The jurisdiction is unknown.
    """
    code = statutes.jurisdiction(jurisdiction)
    known = of_topic(statutes.parameters.values(), code, TOPIC)
    names = {item.name for item in known if item.unit is Unit.DAYS} - GENERAL
    return tuple(sorted({name.removesuffix(f"-{END_OF_MONTH}") for name in names}))


def governing_caps(
    statutes: Statutes,
    jurisdiction: str,
    issued_on: date,
    *,
    delivered_on: date | None = None,
    sector: str = "",
) -> tuple[Cap, ...]:
    """Return the caps that govern an invoice, the earliest first.

    Args:
        statutes: What is known of the law.
        jurisdiction: Code of the law that governs the contract.
        issued_on: Date of the invoice; picks the values.
        delivered_on: Day of delivery or performance; the day of issue where ``None``.
        sector: Whose own caps replace the general ones, where the jurisdiction has any.

    Raises:
        LawError: The jurisdiction is unknown.

    Source:
        Code de commerce, articles L441-10, L441-11 and D441-5-1, for the sectors.
    """
    caps = caps_of(statutes, jurisdiction, issued_on, delivered_on=delivered_on)
    own = {sector, f"{sector}-{END_OF_MONTH}"}
    found = [cap for cap in caps if sector and cap.parameter.name in own]
    found = found or [cap for cap in caps if cap.parameter.name in (MAXIMUM, END_OF_MONTH)]
    return tuple(sorted(found, key=lambda cap: cap.latest_on))


def end_of_month_due_on(issued_on: date, days: int, method: EndOfMonth) -> date:
    """Return the due date of a term "days, end of month".

    Args:
        issued_on: Date of the invoice.
        days: Calendar days, such as 45.
        method: ``DAYS_THEN_END`` adds the days, then goes to the end of that month;
            ``END_THEN_DAYS`` goes to the end of the invoice's month, then adds the days.

    Source:
        Code de commerce, article L441-10 I; the DGCCRF accepts both.
    """
    if method is EndOfMonth.DAYS_THEN_END:
        return end_of_month(issued_on + timedelta(days=days))
    return end_of_month(issued_on) + timedelta(days=days)


def latest_due_on(
    statutes: Statutes, jurisdiction: str, issued_on: date, *, method: EndOfMonth | None = None
) -> date:
    """Return the last due date that payment terms may set between businesses.

    Args:
        statutes: What is known of the law.
        jurisdiction: Code of the law that governs the contract.
        issued_on: Date of the invoice; picks the value.
        method: Where a term to the end of a month was agreed, its computation.

    Raises:
        LawError: The jurisdiction is unknown.
        ParameterNotFoundError: Its law sets no cap of this kind, or none is known on that day.

    Source:
        Code de commerce, article L441-10 I (60 days; 45 days end of month); Directive
        2011/7/EU, article 3(5).
    """
    code = statutes.jurisdiction(jurisdiction)
    name = MAXIMUM if method is None else END_OF_MONTH
    parameter = statutes.parameter(f"{code}.{TOPIC}.{name}")
    days = _days(parameter, parameter.at(issued_on))
    if method is None:
        return issued_on + timedelta(days=days)
    return end_of_month_due_on(issued_on, days, method)


def moved_due_on(statutes: Statutes, jurisdiction: str, due_on: date) -> date:
    """Return the day by which a debtor has to have paid what falls due on a closed day.

    Args:
        statutes: What is known of the law.
        jurisdiction: Code of the law that governs the contract.
        due_on: As agreed.

    Returns:
        The due date itself where the law does not move it, or is not known to.

    Raises:
        LawError: The jurisdiction is unknown.

    Source:
        BGB 193; Kodeks cywilny, article 115; in France no text moves a due date.
    """
    code = statutes.jurisdiction(jurisdiction)
    rule = statutes.parameters.get(f"{code}.{TOPIC}.{_MOVES}")
    moves = rule is not None and rule.at(due_on).amount is True
    return calendar_of(code).shift(due_on, Roll.FOLLOWING) if moves else due_on


def _caps(parameter: Parameter, issued_on: date, delivered_on: date) -> list[Cap]:
    value = parameter.at(issued_on)
    days = _days(parameter, value)
    start = _STARTS.get(parameter.name, Start.ISSUE)
    from_on = {
        Start.ISSUE: issued_on,
        Start.DELIVERY: delivered_on,
        Start.END_OF_DELIVERY_MONTH: end_of_month(delivered_on),
    }[start]
    ends: list[tuple[EndOfMonth | None, date]] = [(None, from_on + timedelta(days=days))]
    if parameter.name.endswith(END_OF_MONTH):
        ends = [(method, end_of_month_due_on(issued_on, days, method)) for method in EndOfMonth]
    return [
        Cap(parameter=parameter, value=value, start=start, method=method, latest_on=latest_on)
        for method, latest_on in ends
    ]


def _days(parameter: Parameter, value: Value) -> int:
    if not isinstance(value.amount, Decimal):
        raise LawError(f"{parameter.id} is no number of days", parameter_id=parameter.id)
    return int(value.amount)
