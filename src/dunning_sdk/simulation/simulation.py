"""What a simulation came to: one course for each book, in counts, days and money.

Records only, without personal data; `simulating` and `measuring` fill them in.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from dunning_sdk.domain.money import Money

Policy = Literal["on-the-day", "never"]
DSO_DAYS: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class ActCount:
    """Acts of one day, channel and level.

    Attributes:
        day: When they were done.
        channel: They left by; for a call or a task, that word.
        level: Of their step.
        acts: How many, one for each receivable.
    """

    day: date
    channel: str
    level: int
    acts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCount:
    """What left by one channel.

    Attributes:
        channel: Its name; for a call or a task, that word.
        acts: How many, one for each receivable.
        notices: How many times something left; several acts may go in one notice.
        cost: Of all of them, as declared; ``None`` where no cost was declared.
    """

    channel: str
    acts: int
    notices: int
    cost: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCount:
    """Acts of one step.

    Attributes:
        step: Its id.
        level: Its level.
        channel: They left by; for a call or a task, that word.
        acts: How many.
    """

    step: str
    level: int
    channel: str
    acts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """How one day ended.

    Attributes:
        day: Which.
        looked_at: Receivables decided.
        open: Receivables with something open.
        approvals: Acts that waited for approval at its end.
        expected: Acts of others that were expected at its end.
        reports: Letters to post, calls and tasks, nobody had reported on.
    """

    day: date
    looked_at: int
    open: int
    approvals: int
    expected: int
    reports: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What was open in one currency at the end of a day.

    Attributes:
        day: Which.
        open_amount: Of all receivables of that currency.
        dso_days: Days sales outstanding; ``None`` while the portfolio is too young.
    """

    day: date
    open_amount: Money
    dso_days: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How whole numbers of days are spread; all but the count are ``None`` where there are none.

    Attributes:
        count: How many.
        mean: Rounded to a tenth, half up.
        median: The middle one, or the mean of the two in the middle.
        p10: A tenth is not above it (nearest rank); so for the others.
        p25: A quarter.
        p75: Three quarters.
        p90: Nine tenths.
        p95: 19 of 20.
    """

    count: int
    mean: Decimal | None = None
    median: Decimal | None = None
    p10: int | None = None
    p25: int | None = None
    p75: int | None = None
    p90: int | None = None
    p95: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What one book came to.

    Attributes:
        book: Its id.
        version: Its version.
        digest: Hash of its files.
        acts: Per day, channel and level.
        channels: Per channel, with cost.
        steps: Per step.
        days: How each day ended.
        balances: Per day and currency.
        days_to_pay: From issue to full payment, of what was paid in the days simulated.
        days_late: From the due date to full payment, of the same.
        paid_after: Days from issue to how many were paid in full after so many days.
        open_at_end: Receivables not paid in full at the end.
        expected: Acts of others that were expected at some time.
        cancelled: Acts cancelled at the door, since they no longer held.
        failed: Acts that could not leave; none, unless a connector or a store is at fault.
        reviews: Kind of what waits for a person at the end, to how many.
        cost: Of all acts; ``None`` where no cost was declared.
    """

    book: str
    version: str
    digest: str
    acts: tuple[ActCount, ...]
    channels: tuple[ChannelCount, ...]
    steps: tuple[StepCount, ...]
    days: tuple[DayCount, ...]
    balances: tuple[Balance, ...]
    days_to_pay: Spread
    days_late: Spread
    paid_after: dict[int, int]
    open_at_end: int
    expected: int
    cancelled: int
    failed: int
    reviews: dict[str, int]
    cost: Money | None

    @property
    def name(self) -> str:
        """Return the book and its version."""
        return f"{self.book} {self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """A simulation: what was assumed, and what each book came to.

    Attributes:
        first: First day.
        last: Last day.
        receivables: How many the portfolio held in those days.
        payments: ``recorded``, or the distribution they were drawn from.
        seed: Of the lots; ``None`` where nothing was drawn.
        notice_effect_pct: By how much a notice shortens the wait still ahead, in percent.
        approve: When acts that need it are approved.
        confirm: When acts of others, letters, calls and tasks are reported as done.
        costs: Declared cost of each thing that leaves, by channel.
        courses: One for each book, in the order given.
    """

    first: date
    last: date
    receivables: int
    payments: str
    seed: int | None
    notice_effect_pct: int
    approve: Policy
    confirm: Policy
    costs: dict[str, Money]
    courses: tuple[Course, ...]
