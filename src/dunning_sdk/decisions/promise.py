"""What became of the promises and plans of a debtor: counts that tables may read.

Each is judged by what came while it ran (`domain.stop`), so nobody has to say that it was broken.
Patterns over time, such as two broken promises in ninety days, are left to signals.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.domain.stop import OF_THE_DEBTOR, Outcome, Stop, StopReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """How a debtor has kept his word, over all his receivables.

    Attributes:
        made: Promises to pay, those that run included.
        kept: Promises of which all came in time.
        part_kept: Promises of which a part came in time.
        broken: Promises of which nothing came in time.
        plans_broken: Payment plans that were not wholly kept.
        next_on: First day ahead on which one of them ends, if nothing comes; ``None`` if none does.
    """

    made: int = 0
    kept: int = 0
    part_kept: int = 0
    broken: int = 0
    plans_broken: int = 0
    next_on: date | None = None


def promises_of(receivables: Iterable[Receivable], as_of: date) -> Promises:
    """Return how a debtor has kept his word up to a day.

    Args:
        receivables: All of one debtor, as they stand on that day.
        as_of: The day; a promise whose last day it is still runs.
    """
    counted: Counter[str] = Counter()
    made = plans_broken = 0
    ends: list[date] = []
    for stop in _of_the_debtor(receivables, as_of):
        free = stop.free_on
        if free is not None and free > as_of:
            ends.append(free)
        if stop.reason is StopReason.PAYMENT_PLAN:
            plans_broken += stop.is_broken_on(as_of)
            continue
        made += 1
        counted[stop.outcome_on(as_of)] += 1
    return Promises(
        made=made,
        kept=counted[Outcome.KEPT],
        part_kept=counted[Outcome.PART_KEPT],
        broken=counted[Outcome.BROKEN],
        plans_broken=plans_broken,
        next_on=min(ends, default=None),
    )


def promises_made(receivable: Receivable) -> int:
    """Return how many promises the debtor made himself in the cycle in force."""
    since = receivable.cycle_started_on
    return sum(
        stop.reason is StopReason.PROMISED and stop.placed_on >= since and not stop.agreed
        for stop in receivable.stops
    )


def _of_the_debtor(receivables: Iterable[Receivable], as_of: date) -> Iterable[Stop]:
    for receivable in receivables:
        for stop in receivable.stops:
            if stop.reason in OF_THE_DEBTOR and stop.placed_on <= as_of:
                yield stop
