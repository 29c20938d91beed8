"""How a debtor pays: how late and how often by his closed receivables, and what he owes.

Pure, and of one currency wherever amounts are summed. A receivable closed by a credit note alone
says nothing about how he pays.

>>> PaymentHistory(settled=(Settled(on=date(2026, 3, 9), days_late=4, minor=100_00),)).late_share
Decimal('1')
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from dunning_sdk.domain.charge import MovementKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable

HISTORY_DAYS: Final = 730
"""How far back closed receivables count, by the day they were paid; house rule."""

TREND_COUNT_MIN: Final = 4
"""Least closed receivables from which a trend is read; house rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One receivable that was paid.

    Attributes:
        on: Day nothing was left of it.
        days_late: Days after the due date; 0 in time or before.
        minor: What was asked for at first, in minor units; 0 in another currency than asked about.
    """

    on: date
    days_late: int
    minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentHistory:
    """How one debtor pays.

    Attributes:
        settled: What he paid within `HISTORY_DAYS`, in the order paid.
        open_count: Receivables with something left to pay.
        late_count: Those past their due date.
        exposure: What he owes in all; ``None`` where some of it is in another currency.
        changes_on: First day ahead on which any of it changes by itself; ``None`` for never.
    """

    settled: tuple[Settled, ...] = ()
    open_count: int = 0
    late_count: int = 0
    exposure: Money | None = None
    changes_on: date | None = None

    @property
    def days_late_average(self) -> Decimal | None:
        """Return the average of days late, to one decimal; ``None`` where nothing was paid."""
        return _average(self.settled)

    @property
    def days_late_trend(self) -> Decimal | None:
        """Return how many days later the newer half was paid than the older one, on average.

        Negative where he pays sooner than before; ``None`` below `TREND_COUNT_MIN`. Of an odd
        number the middle one counts as newer.
        """
        if len(self.settled) < TREND_COUNT_MIN:
            return None
        half = len(self.settled) // 2
        older, newer = _mean(self.settled[:half]), _mean(self.settled[half:])
        return _rounded(newer - older, 1)

    @property
    def late_share(self) -> Decimal | None:
        """Return the share paid late, by number, to four decimals; ``None`` of nothing."""
        late = sum(one.days_late > 0 for one in self.settled)
        return _share(late, len(self.settled))

    @property
    def late_amount_share(self) -> Decimal | None:
        """Return the share paid late, by amount, to four decimals; ``None`` of nothing."""
        late = sum(one.minor for one in self.settled if one.days_late > 0)
        return _share(late, sum(one.minor for one in self.settled))

    def facts(self) -> dict[str, Any]:
        """Return it as the facts that rules read under ``history``."""
        return {
            "paid_count": len(self.settled),
            "days_late_average": self.days_late_average,
            "days_late_trend": self.days_late_trend,
            "late_share": self.late_share,
            "late_amount_share": self.late_amount_share,
            "open_count": self.open_count,
            "late_count": self.late_count,
            "exposure": self.exposure.major if self.exposure else None,
        }


def payment_history(
    receivables: Iterable[Receivable], as_of: date, *, currency: str
) -> PaymentHistory:
    """Return how a debtor pays.

    Args:
        receivables: All of one debtor, as they stand on the day.
        as_of: The day.
        currency: Of the decision; amounts in another do not count, and leave his exposure open.

    Source:
        House rule from S1-05 and S1-18.
    """
    known = [one for one in receivables if one.kind != "charges"]
    owed = [one for one in known if one.open_amount.minor > 0]
    closed = [one for one in map(_closed_on, known) if one is not None]
    first_on = as_of - timedelta(days=HISTORY_DAYS)
    counted = sorted(
        (item for item in closed if first_on < item[0] <= as_of),
        key=lambda item: (item[0], item[1].id),
    )
    edges = [one.due_on + timedelta(days=1) for one in owed]
    edges.extend(on + timedelta(days=HISTORY_DAYS) for on, _ in counted)
    is_one = all(one.amount.currency == currency for one in owed)
    return PaymentHistory(
        settled=tuple(_settled(one, on, currency) for on, one in counted),
        open_count=len(owed),
        late_count=sum(one.due_on < as_of for one in owed),
        exposure=Money(sum(one.open_amount.minor for one in owed), currency) if is_one else None,
        changes_on=min((day for day in edges if day > as_of), default=None),
    )


def _closed_on(receivable: Receivable) -> tuple[date, Receivable] | None:
    """Return the day a receivable was paid, or ``None`` where money did not close it."""
    if receivable.open_amount.minor or receivable.paid_minor <= 0:
        return None
    left = receivable.amount.minor
    for moved in sorted(receivable.movements, key=lambda one: one.on):
        before = left
        left += moved.minor if moved.kind is MovementKind.RETURNED else -moved.minor
        if before > 0 >= left:
            found = moved.on
    return found, receivable


def _settled(receivable: Receivable, on: date, currency: str) -> Settled:
    is_same = receivable.amount.currency == currency
    return Settled(
        on=on,
        days_late=max((on - receivable.due_on).days, 0),
        minor=receivable.amount.minor if is_same else 0,
    )


def _mean(settled: Sequence[Settled]) -> Fraction:
    return Fraction(sum(one.days_late for one in settled), len(settled))


def _average(settled: Sequence[Settled]) -> Decimal | None:
    return _rounded(_mean(settled), 1) if settled else None


def _share(part: int, whole: int) -> Decimal | None:
    return _rounded(Fraction(part, whole), 4) if whole else None


def _rounded(exact: Fraction, digits: int) -> Decimal:
    """Return a fraction as a decimal, half to even."""
    unit = Decimal(10) ** digits
    return (Decimal(round(exact * int(unit))) / unit).normalize() + 0
