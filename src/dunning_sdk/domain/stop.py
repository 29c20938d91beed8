"""Stops: recorded reasons why nothing is asked for, now or any more.

A stop knows by itself whether it holds on a day: until it is lifted, its last day has passed, or
an installment of the plan it stands for was not paid in time. What a stop leaves to ask for is
decided in `decisions.stop`.

>>> plan = Stop(
...     id="payment-plan-1", reason=StopReason.PAYMENT_PLAN, placed_on=date(2026, 3, 1),
...     promised_minor=300_00, grace_days=5,
...     installments=(DatedAmount(on=date(2026, 3, 31), minor=300_00),),
... )
>>> plan.broken_on
datetime.date(2026, 4, 6)
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

_DAY: Final = timedelta(days=1)


class StopReason(StrEnum):
    """Why nothing is sent for now (ARCHITECTURE section 6)."""

    DISPUTED = "disputed"
    PROMISED = "promised"
    BLOCKED = "blocked"
    INSOLVENT = "insolvent"
    WRITTEN_OFF = "written-off"
    PAYMENT_PLAN = "payment-plan"
    PAYMENT_UNSURE = "payment-unsure"
    IN_RECOVERY = "in-recovery"
    PAYMENT_MISDIRECTED = "payment-misdirected"
    FINANCING_HELD = "financing-held"
    REPLY_UNREAD = "reply-unread"
    CREDIT_DUE = "credit-due"
    DOUBTFUL = "doubtful"


OF_THE_DEBTOR: Final = frozenset({StopReason.PROMISED, StopReason.PAYMENT_PLAN})
"""What a debtor says he will pay, and when: kept or broken by what he pays."""

AWAITED: Final = frozenset({StopReason.CREDIT_DUE, *OF_THE_DEBTOR})
"""What is over by itself once what was promised has come: money, or a credit note."""

ON_RECORD: Final = frozenset({StopReason.DOUBTFUL})
"""What is only kept on record: an accountant's mark, under which the debtor is still asked."""


class Outcome(StrEnum):
    """How a stop ended.

    ``ACCEPTED`` says of a dispute that the debtor was right, ``REJECTED`` that he was not,
    ``WITHDRAWN`` that he gave it up.
    """

    SETTLED = "settled"
    KEPT = "kept"
    PART_KEPT = "part-kept"
    BROKEN = "broken"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedAmount:
    """An amount on a day, in minor units: an installment, or what was settled."""

    on: date
    minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A recorded reason why nothing is sent.

    Attributes:
        id: Unique within the receivable.
        reason: Kind of stop.
        placed_on: First day it holds (inclusive).
        until_on: Last day it holds (inclusive); ``None`` while open.
        ask_again_on: Day a person is asked whether it still holds; ``None`` if never.
        owner: Who looks after it, as an id.
        amount_minor: Part in question, in minor units; ``None`` means the whole.
        category: Of a dispute; empty otherwise.
        part: What of the invoice a dispute is about, as an id; empty for no named part.
        agreed: Whether a person agreed to it beyond what the book lets a debtor decide.
        promised_minor: What a promise, a plan or a credit note is to bring, in minor units; 0 for
            other stops.
        grace_days: Days an installment may come late.
        installments: Of a plan, oldest first; empty where none were named.
        settlements: What came of what was promised, by day; negative where it was taken back.
        lifted_on: Day it was lifted; it does not hold on that day.
        outcome: Why it was lifted, as `Outcome` or a word of the module that lifted it; empty
            while it holds.
    """

    id: str
    reason: StopReason
    placed_on: date
    until_on: date | None = None
    ask_again_on: date | None = None
    owner: str = ""
    amount_minor: int | None = None
    category: str = ""
    part: str = ""
    agreed: bool = False
    promised_minor: int = 0
    grace_days: int = 0
    installments: tuple[DatedAmount, ...] = ()
    settlements: tuple[DatedAmount, ...] = ()
    lifted_on: date | None = None
    outcome: str = ""

    @property
    def holds_back(self) -> bool:
        """Tell whether anything is not asked for because of it."""
        return self.reason not in ON_RECORD

    def holds_on(self, day: date) -> bool:
        """Tell whether this stop is in force on a day, if nothing more is paid."""
        free = self.free_on
        return self.placed_on <= day and (free is None or day < free)

    @property
    def free_on(self) -> date | None:
        """Return the first day after this stop as things are, or ``None`` while its end is open."""
        ends = [day for day in (self.lifted_on, self.broken_on) if day is not None]
        if self.until_on is not None:
            ends.append(self.until_on + _DAY)
        return min(ends, default=None)

    @property
    def settled_minor(self) -> int:
        """Return what came of what was promised, in minor units."""
        return sum(one.minor for one in self.settlements)

    @property
    def room_minor(self) -> int:
        """Return what of the promise is still to come, in minor units."""
        return max(self.promised_minor - self.settled_minor, 0)

    @property
    def broken_on(self) -> date | None:
        """Return the first day on which an installment is missed, or ``None``.

        An installment is missed once its day and the days of grace have passed and what came
        until then falls short of all that was due by its day.
        """
        due_minor = 0
        for one in self.installments:
            due_minor += one.minor
            last_on = one.on + timedelta(days=self.grace_days)
            if self._settled_by(last_on) < due_minor:
                return last_on + _DAY
        return None

    def _settled_by(self, day: date) -> int:
        return sum(one.minor for one in self.settlements if one.on <= day)

    def outcome_on(self, day: date) -> str:
        """Return how the stop stands on a day: its outcome, or empty while it is open.

        What became of a promise or a plan follows from what came, whether or not a person said
        so: all of it, a part, or nothing by its last day.
        """
        if self.outcome:
            return self.outcome
        if self.reason not in OF_THE_DEBTOR:
            return "" if self.holds_on(day) or self.placed_on > day else Outcome.SETTLED
        if self.promised_minor and not self.room_minor:
            return Outcome.KEPT
        if self.holds_on(day) or self.placed_on > day:
            return ""
        return Outcome.PART_KEPT if self.settled_minor > 0 else Outcome.BROKEN

    def is_broken_on(self, day: date) -> bool:
        """Tell whether a promise or a plan was not, or not wholly, kept by a day."""
        is_his = self.reason in OF_THE_DEBTOR
        return is_his and self.outcome_on(day) in (Outcome.BROKEN, Outcome.PART_KEPT)
