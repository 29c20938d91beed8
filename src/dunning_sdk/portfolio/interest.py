"""Late interest by columns, exact to the minor unit: as `law.interest` counts it one by one.

Days are counted by differences of a `rates.RateTable`; the principal changes at payments and
returns, and pauses are left out in the same order as one by one. Products that go beyond 64 bits
are kept in two numbers, so that nothing is rounded before the end.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dunning_sdk.law.rate import SCALE
from dunning_sdk.law.statement import YEAR_DAYS
from dunning_sdk.portfolio.column import Array, Flags
from dunning_sdk.portfolio.rates import RateTable

_WHOLE: Final = SCALE * YEAR_DAYS
_BITS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Account:
    """Claims while their days are counted; one entry per claim, or one line per event.

    Attributes:
        principal: Open amounts in minor units, before any payment.
        start: First day that bears interest.
        end: Day counting ends (exclusive).
        paid_on: By number, the day after which a payment or a return counts; `NO_DAY` for none.
        paid: By number, what was paid in minor units; negative where it was returned.
        pause_start: By number, first day of a pause, ascending; `NO_DAY` for none.
        pause_end: By number, first day after it.
    """

    principal: Array
    start: Array
    end: Array
    paid_on: Array
    paid: Array
    pause_start: Array
    pause_end: Array

    def take(self, rows: Array) -> "Account":
        """Return some of the claims."""
        return Account(
            principal=self.principal[rows],
            start=self.start[rows],
            end=self.end[rows],
            paid_on=self.paid_on[:, rows],
            paid=self.paid[:, rows],
            pause_start=self.pause_start[:, rows],
            pause_end=self.pause_end[:, rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interest:
    """What was counted.

    Attributes:
        minor: Interest, rounded half up, once.
        unknown: Whether some day's rate is not known.
        doubtful: Whether some day's rate rests on a value that is not verified.
        lifted: Whether the agreed rate gave way to the law's on some day.
    """

    minor: Array
    unknown: Flags
    doubtful: Flags
    lifted: Flags


def count_interest(account: Account, table: RateTable) -> Interest:
    """Return the interest on each claim.

    Args:
        account: The claims; no day before the table's first.
        table: Rates by day.

    Source:
        Directive 2011/7/EU, article 2(5): simple interest. House rule: actual/365.
    """
    counting = _Counting(account, table)
    day = account.start
    for number in range(len(account.paid_on)):
        on, paid = account.paid_on[number], account.paid[number]
        moves = paid != 0
        reached = counting.accrue(day, np.where(moves, on, day), moves)
        day = np.where(moves, reached, day)
        counting.move(np.where(moves, paid, 0))
    counting.accrue(day, account.end, np.ones(len(day), dtype=np.bool_))
    return counting.interest()


class _Counting:
    def __init__(self, account: Account, table: RateTable) -> None:
        self._account, self._table = account, table
        self._principal = account.principal.copy()
        size = len(self._principal)
        self._units = np.zeros(size, dtype=np.int64)
        self._rest = np.zeros(size, dtype=np.int64)
        self._met = np.zeros((3, size), dtype=np.int64)

    def accrue(self, start: Array, end: Array, counts: Flags) -> Array:
        """Count the days from one to another, and return where counting stopped."""
        account = self._account
        for first, after in zip(account.pause_start, account.pause_end, strict=True):
            overlaps = counts & (start < after) & (first < end)
            self._count(start, np.maximum(first, start), overlaps)
            start = np.where(overlaps, np.minimum(after, end), start)
        self._count(start, end, counts)
        return np.maximum(start, end)

    def _count(self, start: Array, end: Array, counts: Flags) -> None:
        table = self._table
        counts = counts & (start < end) & (self._principal > 0)
        low = np.where(counts, start - table.first, 0)
        high = np.where(counts, end - table.first, 0)
        self._add(table.scaled[high] - table.scaled[low])
        for line, sums in enumerate((table.unknown, table.doubtful, table.lifted)):
            self._met[line] += sums[high] - sums[low]

    def _add(self, rate_days: Array) -> None:
        """Add principal times rates by day, as whole minor units and a rest of `_WHOLE`-ths."""
        units, left = np.divmod(rate_days, _WHOLE)
        upper, lower = self._principal >> _BITS, self._principal & ((1 << _BITS) - 1)
        high, high_rest = np.divmod(upper * left, _WHOLE)
        middle, middle_rest = np.divmod(high_rest << _BITS, _WHOLE)
        low, low_rest = np.divmod(lower * left, _WHOLE)
        self._units += self._principal * units + (high << _BITS) + middle + low
        self._rest += middle_rest + low_rest

    def move(self, paid: Array) -> None:
        """Let payments pay the principal first, and returns open it again."""
        self._principal = np.where(
            paid > 0, self._principal - np.minimum(paid, self._principal), self._principal - paid
        )

    def interest(self) -> Interest:
        """Return what was counted."""
        rounded = (2 * self._rest + _WHOLE) // (2 * _WHOLE)
        unknown, doubtful, lifted = self._met > 0
        return Interest(
            minor=self._units + rounded, unknown=unknown, doubtful=doubtful, lifted=lifted
        )
