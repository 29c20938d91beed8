"""What an outside agency says about how a debtor pays: dated, sourced, and of no use once stale.

Pure. Agencies score on scales of their own, so tables read a value from 0, the worst, to 100, the
best. A stale score is a missing fact that says so; whether to do without is for a table to say.

>>> score = PayerScore(value=Decimal(14), worst=Decimal(0), best=Decimal(20), source="A",
...     dated_on=date(2026, 1, 10), valid_until=date(2026, 6, 30))
>>> score.points
Decimal('70')
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from dunning_sdk.domain.fact import Absent
from dunning_sdk.errors import DomainError

VALID_DAYS: Final = 365
"""How long a score counts whose agency does not say; house rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerScore:
    """One score of one debtor.

    Attributes:
        value: As the agency gives it.
        worst: End of its scale that says he does not pay.
        best: End of its scale that says he pays; below ``worst`` where less is better.
        source: Who says so.
        dated_on: Day the agency dates it.
        valid_until: Last day it counts (inclusive).
    """

    value: Decimal
    worst: Decimal
    best: Decimal
    source: str
    dated_on: date
    valid_until: date

    def __post_init__(self) -> None:
        """Refuse a score that lies outside its scale or its time.

        Raises:
            DomainError: It does.
        """
        low, high = sorted((self.worst, self.best))
        if low == high:
            message = f"A scale from {low} to {high} tells nobody apart"
            raise DomainError(message, hint="Write the worst and the best: scale=0..20.")
        if not low <= self.value <= high:
            message = f"A score of {self.value} is not on its scale, {self.worst} to {self.best}"
            raise DomainError(message, hint="Write the worst and the best: scale=0..20.")
        if self.valid_until < self.dated_on:
            message = f"A score of {self.dated_on} cannot end on {self.valid_until}"
            raise DomainError(message, hint="Correct dated_on or valid_until_on.")

    @property
    def points(self) -> Decimal:
        """Return it on the scale from 0, the worst, to 100, the best, to one decimal."""
        span = Fraction(self.best) - Fraction(self.worst)
        share = (Fraction(self.value) - Fraction(self.worst)) / span
        return (Decimal(round(share * 1000)) / 10).normalize() + 0

    def counts_on(self, day: date) -> bool:
        """Tell whether it is dated by a day and not stale on it."""
        return self.dated_on <= day <= self.valid_until


def score_facts(scores: Sequence[PayerScore], as_of: date) -> tuple[dict[str, Any], date | None]:
    """Return what rules read under ``payer_score``, and the first day ahead it changes by itself.

    Of several that count, the one dated last does; of one day, the one recorded last.

    Args:
        scores: Of one debtor, in the order recorded.
        as_of: The day.
    """
    dated = sorted((one for one in scores if one.dated_on <= as_of), key=lambda one: one.dated_on)
    edges = [one.dated_on for one in scores]
    edges += [one.valid_until + timedelta(days=1) for one in scores]
    changes_on = min((day for day in edges if day > as_of), default=None)
    fresh = [one for one in dated if one.counts_on(as_of)]
    if fresh:
        score = fresh[-1]
        found = {"state": "fresh", "value": score.points, "source": score.source}
        return found, changes_on
    why = "no agency's score was recorded"
    if dated:
        last = dated[-1]
        why = f"the score of {last.dated_on} ended on {last.valid_until}: record a newer one"
    gone = Absent(why)
    return {"state": "stale" if dated else "none", "value": gone, "source": gone}, changes_on
