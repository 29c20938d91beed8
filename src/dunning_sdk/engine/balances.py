"""What was open on which day, from the events of each receivable, and days sales outstanding.

Decides how money is counted over time; which days matter is left to `measuring`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from typing import Final

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import Event
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.engine.simulation import DSO_DAYS, Balance

_TENTH: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The money of one receivable.

    Attributes:
        currency: Of all its amounts.
        amount_minor: What was asked at first, in minor units.
        issued_on: Day the document was issued.
        due_on: Due date at the end.
        open_minor: Days, and what was open from each of them on, in minor units.
        paid_on: Day it was settled, if a payment did so and it stayed so; ``None`` otherwise.
    """

    currency: str
    amount_minor: int
    issued_on: date
    due_on: date
    open_minor: tuple[tuple[date, int], ...]
    paid_on: date | None

    @classmethod
    def of(cls, state: Receivable, stream: Iterable[Event]) -> "Life":
        """Return the money of a receivable in a state, from its events."""
        full, settled, is_paid = state.amount.minor, 0, False
        closed_on: date | None = None
        steps: list[tuple[date, int]] = []
        for item in sorted(stream, key=lambda item: (item.on, item.seq)):
            if item.type in _SETTLING:
                settled += _SETTLING[item.type] * _minor(item)
                is_paid = item.type == events.PAYMENT_ALLOCATED or is_paid
            elif item.type != events.OPENED:
                continue
            left = min(max(full - settled, 0), full)
            closed_on = (closed_on or item.on) if left == 0 else None
            steps.append((item.on, left))
        return cls(
            currency=state.amount.currency,
            amount_minor=full,
            issued_on=state.issued_on,
            due_on=state.due_on,
            open_minor=tuple(steps),
            paid_on=closed_on if is_paid else None,
        )

    @property
    def changes(self) -> Iterable[tuple[date, int]]:
        """Return by how much the open amount changed on which days."""
        before = 0
        for on, left in self.open_minor:
            yield on, left - before
            before = left


_SETTLING: Final[Mapping[str, int]] = {
    events.PAYMENT_ALLOCATED: 1,
    events.CREDITED: 1,
    events.PAYMENT_RETURNED: -1,
}


def _minor(item: Event) -> int:
    value = item.header.get("amount_minor")
    return value if isinstance(value, int) else 0


def open_counts(lives: Iterable[Life], days: Sequence[date]) -> tuple[int, ...]:
    """Return how many receivables had something open at the end of each day."""
    changes: Counter[date] = Counter()
    for life in lives:
        was_open = False
        for on, left in life.open_minor:
            if (left > 0) is not was_open:
                was_open = not was_open
                changes[max(on, days[0])] += 1 if was_open else -1
    return tuple(accumulate(changes[day] for day in days))


def balances(lives: Iterable[Life], days: Sequence[date]) -> Iterator[Balance]:
    """Yield what was open at the end of each day, currency by currency."""
    changes: dict[str, Counter[date]] = defaultdict(Counter)
    issued: dict[str, Counter[date]] = defaultdict(Counter)
    for life in lives:
        issued[life.currency][life.issued_on] += life.amount_minor
        for on, change in life.changes:
            changes[life.currency][max(on, days[0])] += change
    for currency in sorted(changes):
        open_minor = 0
        for day in days:
            open_minor += changes[currency][day]
            dso_days = _dso(open_minor, issued[currency], day)
            yield Balance(day=day, open_amount=Money(open_minor, currency), dso_days=dso_days)


def _dso(open_minor: int, issued: Mapping[date, int], day: date) -> Decimal | None:
    """Return days sales outstanding, or ``None`` where nothing was issued so long ago.

    Source:
        Convention: what is open, over what was issued in the last `DSO_DAYS` days, times these.
    """
    begin = day - timedelta(days=DSO_DAYS - 1)
    if min(issued) > begin:
        return None
    sales = sum(issued.get(begin + timedelta(days=number), 0) for number in range(DSO_DAYS))
    if not sales:
        return None
    exact = Decimal(open_minor) * DSO_DAYS / sales
    return exact.quantize(_TENTH, rounding=ROUND_HALF_UP)
