"""One parameter of the law: its dated values, and what is known about each.

The module decides what a parameter is and which value holds on a day; how the text of one is
read is decided in ``reading``, what a rate is made of in ``rate``.

>>> worst([Confidence.A, Confidence.C, Confidence.B])
<Confidence.C: 'C'>
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from dunning_sdk.domain.period import Period
from dunning_sdk.errors import ParameterNotFoundError, ParameterNotInForceError


class Confidence(StrEnum):
    """How well a value is supported; C and D are unverified.

    A primary text, or two independent sources. B one secondary source. C memory only. D sources
    that conflict.
    """

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def verified(self) -> bool:
        """Say whether a source supports the value."""
        return self in (Confidence.A, Confidence.B)


class Unit(StrEnum):
    """What a value is counted in; percentages are fractions once read."""

    PERCENT_PER_YEAR = "percent per year"
    POINTS = "percentage points"
    TIMES = "times"
    MONEY = "money"
    MONEY_BY_PRINCIPAL = "money by principal"
    PERCENT_BY_BRACKET = "percent by bracket"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    YES_NO = "yes or no"
    PER_EURO = "units per euro"


class Selector(StrEnum):
    """Which date picks the value."""

    HALF_YEAR = "half_year"
    CONTRACT_DATE = "contract_date"
    ORDER_DATE = "order_date"
    START_OF_DELAY = "start_of_delay"
    DUE_DATE = "due_date"


class Mode(StrEnum):
    """Whether a rate follows the half-years, or stays as it was at the start."""

    FLOAT_BY_HALF_YEAR = "float_by_half_year"
    FIXED_AT_START = "fixed_at_start"


class Holds(StrEnum):
    """How long a value holds that is not followed by another."""

    UNTIL_CHANGED = "until_changed"
    MONTH = "month"
    HALF_YEAR = "half_year"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One line of a scale.

    Attributes:
        limit: Largest principal of the tier in major units; ``None`` for the last one.
        inclusive: Whether the limit itself belongs to the tier.
        amount: Major units, or a fraction of the principal between the limits.
    """

    limit: Decimal | None
    inclusive: bool
    amount: Decimal


Amount: TypeAlias = Decimal | bool | tuple[Tier, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a parameter is during a period.

    Attributes:
        period: Days it holds; ``date.max`` as the end of what has none.
        amount: In the parameter's unit; ``None`` where the law was repealed.
        source: Act and article, or who published it.
        confidence: Of this value.
        origin: Who supplied it: ``shipped``, or the host's own label.
    """

    period: Period
    amount: Amount | None
    source: str
    confidence: Confidence
    origin: str = "shipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A dated value of the law.

    Attributes:
        id: ``<jurisdiction>.<topic>.<name>``.
        title: What it is, for readers.
        unit: Of its values.
        selector: Which date picks the value.
        mode: How a rate moves; ``None`` for what is no late-payment rate.
        reference: Id of the rate its points are added to, or that it multiplies; may be empty.
        reference_day_before: Whether the reference rate counts on the day before a half-year
            rather than on its first day.
        round_up_to: Fraction the sum is rounded up to a multiple of; ``None`` for no rounding.
        currency: ISO 4217 code of an amount; empty otherwise.
        principal_currency: Currency the limits of a scale are in; empty otherwise.
        holds: How long a value holds that is not followed by another.
        known_before: First day on which a change may have been missed; ``None`` for no series.
        verified_on: When someone compared it with its sources.
        confidence: Of those values that have none of their own.
        lawyer_validated: Whether a lawyer confirmed it.
        limits: What it does not cover; may be empty.
        values: Ascending, without overlap; gaps are unknown.
    """

    id: str
    title: str
    unit: Unit
    selector: Selector
    mode: Mode | None
    reference: str
    reference_day_before: bool
    round_up_to: Decimal | None
    currency: str
    principal_currency: str
    holds: Holds
    known_before: date | None
    verified_on: date
    confidence: Confidence
    lawyer_validated: bool
    limits: str
    values: tuple[Value, ...]

    @property
    def jurisdiction(self) -> str:
        """Return the code of its jurisdiction."""
        return self.id.split(".")[0]

    @property
    def topic(self) -> str:
        """Return its topic."""
        return self.id.split(".")[1]

    @property
    def name(self) -> str:
        """Return its name within the topic."""
        return self.id.split(".")[2]

    @property
    def is_series(self) -> bool:
        """Say whether its values are published again and again, and so run out."""
        return self.known_before is not None or self.holds is not Holds.UNTIL_CHANGED

    def at(self, on: date) -> Value:
        """Return the value on a day.

        Raises:
            ParameterNotFoundError: The day lies before the first value, or beyond what is
                known; names the half-year and the nearest dates with a value.
            ParameterNotInForceError: The law was repealed by then.
        """
        index = bisect_right(self.values, on, key=lambda value: value.period.start) - 1
        if index < 0 or on not in self.values[index].period:
            raise self._missing(on, index)
        value = self.values[index]
        if value.amount is None:
            raise ParameterNotInForceError(
                f"Parameter {self.id} is not in force on {on}: {value.source}",
                hint="Use another parameter, or an earlier date.",
                parameter_id=self.id,
                on=on,
                nearest=(value.period.start,),
            )
        return value

    def _missing(self, on: date, index: int) -> ParameterNotFoundError:
        near = [value.period.start for value in self.values[max(index, 0) : index + 2]]
        which = "first" if index < 0 else "nearest"
        half = f" (half-year {half_year_of(on)})" if self.is_series else ""
        listed = " and ".join(f"{day}" for day in near)
        return ParameterNotFoundError(
            f"Parameter {self.id} has no known value on {on}{half}; the {which} is from {listed}",
            hint=f"Supply a sourced value for {on} under [[law.values]] in dunning.toml, or use "
            "another date.",
            parameter_id=self.id,
            on=on,
            nearest=tuple(near),
        )


def worst(confidences: Iterable[Confidence]) -> Confidence:
    """Return the weakest of some confidences; ``A`` of none."""
    return max(confidences, default=Confidence.A)


def half_year_start(on: date) -> date:
    """Return the first day of the half-year a day lies in.

    Source:
        Directive 2011/7/EU, article 3(2): the reference rate counts on 1 January and 1 July.
    """
    return date(on.year, 1 if on.month < 7 else 7, 1)


def half_year_end(on: date) -> date:
    """Return the first day after the half-year a day lies in; ``date.max`` in the last one."""
    if on.month < 7:
        return date(on.year, 7, 1)
    return date(on.year + 1, 1, 1) if on.year < date.max.year else date.max


def half_year_of(on: date) -> str:
    """Name the half-year a day lies in.

    >>> half_year_of(date(2027, 3, 1))
    '2027-H1'
    """
    return f"{on.year}-H{1 if on.month < 7 else 2}"
