"""What was open on which day, from the movements of each receivable, and days sales outstanding.

Decides how money is counted over time; which days matter is left to `measuring`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from typing import Final

from dunning_sdk.domain.charge import MovementKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.simulation.simulation import DSO_DAYS, Balance

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
        closed_on: Day it was settled, if it stayed so; may lie before it was first seen.
        is_paid: Whether it was settled, and by a payment.
    """

    currency: str
    amount_minor: int
    issued_on: date
    due_on: date
    open_minor: tuple[tuple[date, int], ...]
    closed_on: date | None
    is_paid: bool

    @classmethod
    def of(cls, state: Receivable) -> "Life":
        """Return the money of a receivable as its movements tell it; charges are no part of it."""
        full, settled = state.amount.minor, 0
        closed_on: date | None = None
        steps = [(state.entered_on, full)]
        for move in sorted(state.movements, key=lambda move: move.on):
            settled += -move.minor if move.kind is MovementKind.RETURNED else move.minor
            left = min(max(full - settled, 0), full)
            closed_on = (closed_on or move.on) if left == 0 else None
            steps.append((max(move.on, state.entered_on), left))
        return cls(
            currency=state.amount.currency,
            amount_minor=full,
            issued_on=state.issued_on,
            due_on=state.due_on,
            open_minor=tuple(steps),
            closed_on=closed_on,
            is_paid=closed_on is not None and state.paid_minor > 0,
        )

    @property
    def changes(self) -> Iterable[tuple[date, int]]:
        """Return by how much the open amount changed on which days."""
        before = 0
        for on, left in self.open_minor:
            yield on, left - before
            before = left


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
