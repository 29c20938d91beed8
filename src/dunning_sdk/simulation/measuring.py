"""Count what simulated days came to: acts, cost, days to pay, what was open and what waited.

Decides how each figure is worked out, once the days are over; nothing here bears on what is
done. Days to pay are of receivables paid in full in those days: what is still open then is
counted beside them, and would make them longer.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from dunning_sdk.domain.money import Money
from dunning_sdk.proposals.proposal import PlannedAct, Proposal
from dunning_sdk.proposals.report import RunReport
from dunning_sdk.rules.book import Book
from dunning_sdk.simulation.balances import Life, balances, open_counts
from dunning_sdk.simulation.simulation import (
    ActCount,
    ChannelCount,
    Course,
    DayCount,
    Spread,
    StepCount,
)
from dunning_sdk.store.interface import Store

_TENTH: Final = Decimal("0.1")


@dataclass(slots=True, kw_only=True)
class _Day:
    looked_at: int
    approvals: int
    expected: int
    reports: int


@dataclass(slots=True)
class Tally:
    """What the runs did, as they did it.

    Attributes:
        acts: Day, channel and level to how many acts.
        notices: Channel to how many notices, calls and tasks.
        steps: Step, level and channel to how many acts.
        days: How each day ended, in order.
        expected: Acts of others that were expected.
        cancelled: How many acts were cancelled at the door.
        failed: How many could not leave.
        reports: Letters, calls and tasks nobody has reported on yet.
    """

    acts: Counter[tuple[date, str, int]] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)
    steps: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    days: list[_Day] = field(default_factory=list)
    expected: set[str] = field(default_factory=set)
    cancelled: int = 0
    failed: int = 0
    reports: int = 0

    def add(self, proposal: Proposal, report: RunReport, *, approvals: int) -> None:
        """Count a day that was run.

        Args:
            proposal: What it was to do.
            report: What it did, approved acts included.
            approvals: Acts that wait for approval at its end.
        """
        done = {*report.sent, *report.handed, *report.asked}
        acts = [act for act in proposal.acts if act.act_id in done]
        for act in acts:
            self.acts[proposal.as_of, _channel(act), act.level] += 1
            self.steps[act.step_id, act.level, _channel(act)] += 1
        left = {(_channel(act), act.notice_id or act.act_id) for act in acts}
        self.notices.update(channel for channel, _ in left)
        self.expected.update(act.act_id for act in proposal.expected)
        self.cancelled += len(report.cancelled)
        self.failed += len(report.failed) + len(report.uncertain) + len(report.deferred)
        self.reports += len(report.handed) + len(report.asked)
        self.days.append(
            _Day(
                looked_at=len(proposal.review_on),
                approvals=approvals,
                expected=len(proposal.expected),
                reports=self.reports,
            )
        )

    def answer(self, *, is_expected: bool) -> None:
        """Count that somebody reported an act as done, on the day counted last."""
        if is_expected:
            self.days[-1].expected -= 1
        else:
            self.reports -= 1
            self.days[-1].reports -= 1


def _channel(act: PlannedAct) -> str:
    return act.channel or act.action.value


def course_of(
    tally: Tally, store: Store, book: Book, costs: Mapping[str, Money], days: Sequence[date]
) -> Course:
    """Return what one book came to.

    Args:
        tally: What its runs did.
        store: Of its copy, after the last day.
        book: That book.
        costs: Declared, by channel.
        days: Those simulated, in order.
    """
    with store.begin() as session:
        lives = [Life.of(row.receivable) for row in session.receivables()]
        reviews = Counter(item.kind for item in session.reviews())
    paid = [
        (life, life.closed_on)
        for life in lives
        if life.is_paid and life.closed_on and life.closed_on >= days[0]
    ]
    waits = [(on - life.issued_on).days for life, on in paid]
    channels = tuple(_channels(tally, costs))
    return Course(
        book=book.id,
        version=book.version,
        digest=book.hash,
        acts=tuple(
            ActCount(day=day, channel=channel, level=level, acts=acts)
            for (day, channel, level), acts in sorted(tally.acts.items())
        ),
        channels=channels,
        steps=tuple(
            StepCount(step=step, level=level, channel=channel, acts=acts)
            for (step, level, channel), acts in sorted(tally.steps.items(), key=_by_level)
        ),
        days=tuple(_days(tally, lives, days)),
        balances=tuple(balances(lives, days)),
        days_to_pay=spread_of(waits),
        days_late=spread_of([(on - life.due_on).days for life, on in paid]),
        paid_after=dict(sorted(Counter(waits).items())),
        open_at_end=sum(life.closed_on is None for life in lives),
        expected=len(tally.expected),
        cancelled=tally.cancelled,
        failed=tally.failed,
        reviews=dict(sorted(reviews.items())),
        cost=_sum(channel.cost for channel in channels),
    )


def spread_of(days: Iterable[int]) -> Spread:
    """Return how numbers of days are spread.

    Source:
        Convention: percentiles by nearest rank, the median of an even count by the mean of two.
    """
    ordered = sorted(days)
    count = len(ordered)
    if not count:
        return Spread(count=0)

    def rank(pct: int) -> int:
        return ordered[-(-pct * count // 100) - 1]

    middle = Decimal(ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    return Spread(
        count=count,
        mean=(Decimal(sum(ordered)) / count).quantize(_TENTH, rounding=ROUND_HALF_UP),
        median=middle.quantize(_TENTH),
        p10=rank(10),
        p25=rank(25),
        p75=rank(75),
        p90=rank(90),
        p95=rank(95),
    )


def _channels(tally: Tally, costs: Mapping[str, Money]) -> Iterable[ChannelCount]:
    acts: Counter[str] = Counter()
    for (_, channel, _), count in tally.acts.items():
        acts[channel] += count
    for channel in sorted(acts):
        notices = tally.notices[channel]
        cost = costs[channel] * notices if channel in costs else None
        yield ChannelCount(channel=channel, acts=acts[channel], notices=notices, cost=cost)


def _sum(costs: Iterable[Money | None]) -> Money | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known[1:], known[0]) if known else None


def _by_level(item: tuple[tuple[str, int, str], int]) -> tuple[int, str, str]:
    (step, level, channel), _ = item
    return level, step, channel


def _days(tally: Tally, lives: Iterable[Life], days: Sequence[date]) -> Iterable[DayCount]:
    for day, ended, count in zip(days, tally.days, open_counts(lives, days), strict=True):
        yield DayCount(
            day=day,
            looked_at=ended.looked_at,
            open=count,
            approvals=ended.approvals,
            expected=ended.expected,
            reports=ended.reports,
        )
