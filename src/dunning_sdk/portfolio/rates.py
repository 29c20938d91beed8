"""Late-payment rates as tables by day: interest over any days is the difference of two entries.

A table is made of the rates that `law.rate` gives for the half-years, so that a day bears the same
rate as one by one. Days whose rate is not known, or rests on a value that no source supports, are
counted beside it: a row that meets one of the first is decided one by one.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import numpy as np

from dunning_sdk.decisions.charge import ChargeLaw
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import LawError
from dunning_sdk.law.claim import Claim, Mechanism
from dunning_sdk.law.interest import regime_of
from dunning_sdk.law.parameter import Mode, Parameter, Selector, half_year_end, half_year_start
from dunning_sdk.law.rate import FLOOR, Rate, agreed_rate, rate_of
from dunning_sdk.portfolio.column import Array, day_of, number_of

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RateTable:
    """Rates by day, summed up: entry *i* is the sum over all days before ``first + i``.

    Attributes:
        first: Day number of the first entry.
        scaled: Of rates, in parts of `law.rate.SCALE` per year.
        unknown: Days whose rate is not known.
        doubtful: Days whose rate rests on a value that is not verified.
        lifted: Days on which the agreed rate gives way to the law's.
    """

    first: int
    scaled: Array
    unknown: Array
    doubtful: Array
    lifted: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a rate depends on.

    Attributes:
        jurisdiction: Whose law governs.
        regime: Late-payment regime.
        mechanism: How the receivable came to its holder.
        agreed: Rate that the contract sets; ``None`` where it sets none, or none that counts.
    """

    jurisdiction: str
    regime: str
    mechanism: Mechanism
    agreed: Decimal | None


@dataclass(slots=True, kw_only=True, eq=False)
class Rates:
    """Tables of rates by what they depend on; not shared by threads.

    Attributes:
        law: Statutes and what was confirmed.
        as_of: Day decided for.
    """

    law: ChargeLaw
    as_of: date
    _tables: dict[tuple[Terms, date | None], RateTable] = field(default_factory=dict)

    def parameter(self, terms: Terms) -> Parameter:
        """Return the late-payment parameter that governs.

        Raises:
            LawError: The jurisdiction or the regime is not known.
        """
        claim = Claim(
            jurisdiction=terms.jurisdiction,
            regime=terms.regime,
            principal=Money(1, "EUR"),
            due_on=self.as_of,
            until_on=self.as_of,
            mechanism=terms.mechanism,
        )
        return regime_of(self.law.statutes, claim)

    def is_tabled(self, terms: Terms) -> bool:
        """Tell whether the rates of some terms can stand in a table by day."""
        parameter = self.parameter(terms)
        named = (parameter, self._floor(parameter))
        if terms.agreed is not None:
            return all(one is None or one.selector is Selector.HALF_YEAR for one in named)
        if parameter.mode is Mode.FIXED_AT_START:
            return True
        return parameter.selector in (Selector.HALF_YEAR, Selector.CONTRACT_DATE)

    def by_due_date(self, terms: Terms) -> bool:
        """Tell whether the due date picks the rate."""
        parameter = self.parameter(terms)
        is_fixed = parameter.mode is Mode.FIXED_AT_START
        return terms.agreed is None and (is_fixed or parameter.selector is Selector.CONTRACT_DATE)

    def table(self, terms: Terms, first: int, due_on: date | None = None) -> RateTable:
        """Return the rates of some terms from a day on.

        Args:
            terms: What they depend on.
            first: Day number; the table begins there or before.
            due_on: Where the due date picks the rate.
        """
        found = self._tables.get((terms, due_on))
        if found is None or found.first > first:
            start = half_year_start(day_of(first))
            found = self._tables[terms, due_on] = self._made(terms, start, due_on)
        return found

    def _floor(self, parameter: Parameter) -> Parameter | None:
        key = f"{parameter.jurisdiction}.{parameter.topic}.{FLOOR}"
        return self.law.statutes.parameters.get(key)

    def _made(self, terms: Terms, start: date, due_on: date | None) -> RateTable:
        parameter, first = self.parameter(terms), number_of(start)
        last = number_of(self.as_of) + 2
        days: list[tuple[int, int, int, int]] = []
        while first + len(days) < last:
            end = half_year_end(start)
            days += [self._half_year(terms, parameter, start, due_on)] * (end - start).days
            start = end
        sums = np.concatenate((np.zeros((1, 4), dtype=np.int64), np.cumsum(days, axis=0)))
        scaled, unknown, doubtful, lifted = (np.ascontiguousarray(one) for one in sums.T)
        return RateTable(
            first=first, scaled=scaled, unknown=unknown, doubtful=doubtful, lifted=lifted
        )

    def _half_year(
        self, terms: Terms, parameter: Parameter, start: date, due_on: date | None
    ) -> tuple[int, int, int, int]:
        """Return the rate of the days of a half-year, and what is to be said of each."""
        try:
            rate = self._rate(terms, parameter, start, due_on)
        except LawError:
            return 0, 1, 0, 0
        used = {(id, value.period.start): value for id, value in rate.used}
        lifted = terms.agreed is not None and terms.agreed != rate.yearly
        return rate.scaled, 0, int(bool(self.law.unverified(used))), int(lifted)

    def _rate(self, terms: Terms, parameter: Parameter, start: date, due_on: date | None) -> Rate:
        statutes = self.law.statutes
        if terms.agreed is not None:
            return agreed_rate(statutes, parameter, terms.agreed, start, lift=True)
        on = start
        if due_on is not None and parameter.mode is Mode.FIXED_AT_START:
            delayed = parameter.selector is Selector.START_OF_DELAY
            on = due_on + _DAY if delayed else due_on
        return rate_of(statutes, parameter, on, contract_on=due_on)
