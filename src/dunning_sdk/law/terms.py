"""Compute the latest due date that payment terms may set.

The module decides the two lawful computations of a term to the end of a month; whether an
invoice keeps to the cap is decided by rules.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from dunning_sdk.domain.period import end_of_month
from dunning_sdk.errors import LawError
from dunning_sdk.law.statutes import Statutes


class EndOfMonth(StrEnum):
    """How a term "days, end of month" is counted; the contract chooses.

    Source:
        Code de commerce, article L441-10 I; the DGCCRF accepts both.
    """

    DAYS_THEN_END = "days-then-end"
    END_THEN_DAYS = "end-then-days"


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
    name = "maximum" if method is None else "end-of-month"
    days = statutes.at(f"{code}.payment-terms.{name}", issued_on).amount
    if not isinstance(days, Decimal):
        raise LawError(f"{code}.payment-terms.{name} is no number of days")
    if method is None:
        return issued_on + timedelta(days=int(days))
    return end_of_month_due_on(issued_on, int(days), method)
