"""What happened to a debtor's receivables, as far as declared patterns look at it.

Records only: `decisions.occurrences` draws them from receivables, `rules.signal` folds declared
patterns over them. An occurrence holds ids, days and words, nothing personal and no amount.

>>> late = Occurrence(kind=OccurrenceKind.OVERDUE, on=date(2026, 3, 2), receivable_id="F-1", days=1)
>>> late.reached_on(10)
datetime.date(2026, 3, 12)
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class OccurrenceKind(StrEnum):
    """What may happen.

    ``OVERDUE`` lasts from the day after the due date until all is paid or credited; ``SETTLED``
    is the day on which that is so; ``REPLIED`` is any answer of the debtor that was recorded.
    """

    INVOICED = "invoiced"
    OVERDUE = "overdue"
    PAYMENT = "payment"
    SETTLED = "settled"
    PAYMENT_RETURNED = "payment-returned"
    PROMISED = "promised"
    PROMISE_KEPT = "promise-kept"
    PROMISE_BROKEN = "promise-broken"
    PLAN_AGREED = "plan-agreed"
    PLAN_BROKEN = "plan-broken"
    DISPUTED = "disputed"
    NOTICE = "notice"
    FORMAL_NOTICE = "formal-notice"
    REPLIED = "replied"


LASTING: Final = frozenset({OccurrenceKind.OVERDUE})
"""Kinds that begin on one day and end on another."""

MEASURED: Final = frozenset(
    {OccurrenceKind.OVERDUE, OccurrenceKind.PAYMENT, OccurrenceKind.SETTLED}
)
"""Kinds that know how many days after the due date they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One thing that happened, or will by the passing of time alone.

    Attributes:
        kind: What.
        on: First day on which it is so.
        receivable_id: Which receivable it is about; empty where it is about the debtor.
        days: Days after the due date on ``on``, negative before; ``None`` where not measured.
        until_on: First day on which it is over; ``None`` while it lasts, and for what does not.
        ref: Tells apart what happened twice on one day: a stop, an act, a movement.
    """

    kind: OccurrenceKind
    on: date
    receivable_id: str = ""
    days: int | None = None
    until_on: date | None = None
    ref: str = ""

    @property
    def order(self) -> tuple[date, str, str, str]:
        """Return where it comes in a list that is the same however it was gathered."""
        return (self.on, self.kind.value, self.receivable_id, self.ref)

    def reached_on(self, over_days: int) -> date | None:
        """Return the day it was first more than some days late; ``None`` if it never was.

        Args:
            over_days: Days after the due date; what lasts grows later by one a day.
        """
        measured = self.days or 0
        if self.kind not in LASTING:
            return self.on if measured > over_days else None
        reached = max(self.on, self.on + timedelta(days=over_days + 1 - measured))
        return reached if self.until_on is None or reached < self.until_on else None
