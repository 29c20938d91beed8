"""Keep what was looked up in the law: the same for every evaluation, so kept with the book.

Entries are worked out once and never change; two threads that work out the same one write the same.
"""

from dataclasses import dataclass, field

import numpy as np

from dunning_sdk.decisions.charge import ChargeLaw
from dunning_sdk.law.terms import moved_due_on
from dunning_sdk.portfolio.column import Array, day_of, number_of
from dunning_sdk.portfolio.compensation import Compensations
from dunning_sdk.portfolio.rates import Rates


@dataclass(slots=True)
class DueDates:
    """Due dates as the law moves them."""

    _known: dict[tuple[str, int], int] = field(default_factory=dict)

    def moved(self, due_on: Array, law: ChargeLaw) -> Array:
        """Return the days by which debtors have to have paid.

        Raises:
            LawError: The jurisdiction is not known.
        """
        days, place = np.unique(due_on, return_inverse=True)
        moved = [self._moved(day, law) for day in days.tolist()]
        return np.array(moved, dtype=due_on.dtype)[place]

    def _moved(self, day: int, law: ChargeLaw) -> int:
        key = (law.jurisdiction, day)
        if key not in self._known:
            moved = moved_due_on(law.statutes, law.jurisdiction, day_of(day))
            self._known[key] = number_of(moved)
        return self._known[key]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LawOfDay:
    """What was looked up in the law, with the rates up to one day."""

    rates: Rates
    due_dates: DueDates
    compensations: Compensations


@dataclass(frozen=True, slots=True, eq=False)
class LookedUp:
    """What was looked up in the law, whatever the day."""

    due_dates: DueDates = field(default_factory=DueDates)
    compensations: Compensations = field(default_factory=Compensations)

    def on(self, rates: Rates) -> LawOfDay:
        """Return the same with the rates up to one day."""
        return LawOfDay(rates=rates, due_dates=self.due_dates, compensations=self.compensations)
