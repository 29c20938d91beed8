"""The statement of late interest: every segment with days, rate and source.

The module decides what a statement says and how it adds up; how its segments come about is
decided in ``interest``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from dunning_sdk.domain.money import Money, sum_money
from dunning_sdk.domain.period import Period
from dunning_sdk.errors import ParameterNotFoundError
from dunning_sdk.law.claim import Claim
from dunning_sdk.law.parameter import Confidence, worst
from dunning_sdk.law.rate import Rate

YEAR_DAYS: Final = 365
"""House rule: actual/365, in leap years too; no French text says otherwise."""

BASIS: Final = f"actual/{YEAR_DAYS}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Days that bear one rate on one principal.

    Attributes:
        period: The days, half-open.
        principal: Open amount on these days.
        rate: With what it is made of.
        interest_minor: Of these days, rounded half up; under rounding ``once`` the segments may
            differ from the total by minor units.
    """

    period: Period
    principal: Money
    rate: Rate
    interest_minor: int

    @property
    def interest(self) -> Money:
        """Return the interest of these days, rounded half up."""
        return Money(self.interest_minor, self.principal.currency)

    @property
    def last_on(self) -> date:
        """Return the last day that bears interest."""
        return self.period.end - timedelta(days=1)

    @property
    def exact_minor(self) -> Fraction:
        """Return the interest in minor units before any rounding."""
        days = self.period.days
        return self.principal.minor * Fraction(self.rate.yearly) * days / YEAR_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Imputation:
    """What a payment along the way paid for; the three parts sum to it.

    Attributes:
        on: Day of the credit.
        amount: The payment.
        to_interest: Part that paid interest.
        to_principal: Part that paid principal.
        surplus: Part that paid nothing, and is the debtor's.

    Source:
        Code civil, article 1343-1: interest first. Elsewhere the same, as a house rule.
    """

    on: date
    amount: Money
    to_interest: Money
    to_principal: Money
    surplus: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Late interest on one claim, with everything it rests on.

    Attributes:
        claim: What was asked.
        parameter_id: The rule.
        lawyer_validated: Whether a lawyer confirmed the rule.
        segments: Ascending, with no gap but pauses; none where no day bears interest.
        imputations: One per payment along the way, ascending.
        total: Interest of this statement, without what was carried.
        interest_open: What is not paid of the total and of the interest carried.
        principal_open: What is not paid of the principal.
        accrued_until: First day not counted; where the next statement begins.
        assumptions: What was taken for granted, one sentence each.
        missing: Why counting stopped before the end of the claim; ``None`` where it did not.
    """

    claim: Claim
    parameter_id: str
    lawyer_validated: bool
    segments: tuple[Segment, ...]
    imputations: tuple[Imputation, ...]
    total: Money
    interest_open: Money
    principal_open: Money
    accrued_until: date
    assumptions: tuple[str, ...]
    missing: ParameterNotFoundError | None = None

    @property
    def days(self) -> int:
        """Return how many days bear interest."""
        return sum(segment.period.days for segment in self.segments)

    @property
    def exact_minor(self) -> Fraction:
        """Return the interest in minor units before any rounding."""
        return sum((segment.exact_minor for segment in self.segments), start=Fraction(0))

    @property
    def confidence(self) -> Confidence:
        """Return the weakest confidence of all rates used."""
        return worst(segment.rate.confidence for segment in self.segments)

    @property
    def surplus(self) -> Money:
        """Return what payments along the way exceeded the claim by."""
        parts = (imputation.surplus for imputation in self.imputations)
        return sum_money(parts, self.total.currency)
