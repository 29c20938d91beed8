"""Compute late interest: which days bear which rate on which principal.

The module decides how days are counted, where interest is rounded and what a payment along the
way pays first. Rates come from ``rate``; compensation is in ``compensation``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from dunning_sdk.domain.money import Money
from dunning_sdk.domain.period import Period
from dunning_sdk.errors import InvalidPeriodError, LawError, ParameterNotFoundError
from dunning_sdk.law.claim import Claim, Mechanism, Order, PartPayment, Rounding
from dunning_sdk.law.parameter import Mode, Parameter, Selector, half_year_end
from dunning_sdk.law.rate import CONTRACT, SCALE, Rate, agreed_rate, rate_of
from dunning_sdk.law.statement import YEAR_DAYS, Imputation, Segment, Statement
from dunning_sdk.law.statutes import Statutes, of_topic

TOPIC: Final = "late-payment"
SUBROGATED: Final = "subrogated"
INTEREST_FIRST: Final = "interest-first"

_DAY: Final = timedelta(days=1)
_WHOLE: Final = SCALE * YEAR_DAYS


def late_interest(statutes: Statutes, claim: Claim, *, as_far_as_known: bool = False) -> Statement:
    """Return the statement of late interest on a claim.

    Args:
        statutes: What is known of the law.
        claim: Receivable, dates, conventions.
        as_far_as_known: Whether counting stops before the first day whose rate is not known,
            and says so in ``missing``, instead of raising.

    Returns:
        Segments by half-year and payment; exact in between, rounded half up where the claim
        says so.

    Raises:
        LawError: The jurisdiction or the regime is unknown, or a subrogated holder gave no
            formal notice.
        ParameterNotFoundError: A rate of the period is not known; names the half-year that is
            missing. The principal is owed all the same.
        ParameterNotInForceError: The law was repealed.
        InvalidPeriodError: Days up to ``accrued_until`` lie behind the end of the claim.

    Source:
        Directive 2011/7/EU, article 2(5): simple interest. House rule: actual/365.
    """
    parameter = regime_of(statutes, claim)
    started_on = _started_on(claim)
    first = max(started_on + claim.convention.shift, claim.accrued_until or date.min)
    end = claim.until_on + claim.convention.shift
    if end < first and claim.accrued_until is not None:
        raise InvalidPeriodError(
            f"Interest was counted until {claim.accrued_until} already, after {claim.until_on}",
            hint="Count to a later day.",
        )
    account = _Account(
        statutes=statutes, claim=claim, parameter=parameter, fixed_on=_fixed_on(claim, parameter)
    )
    moves = [(one.on, account.impute, one) for one in claim.payments]
    moves += [(one.on, account.take_back, one) for one in claim.taken_back]
    day = first
    try:
        for on, change, moved in sorted(moves, key=lambda one: one[0]):
            day = account.accrue(day, on + claim.convention.shift)
            change(moved)
        day = account.accrue(day, end)
    except ParameterNotFoundError as problem:
        if not as_far_as_known:
            raise
        return account.statement(account.counted_until(first), missing=problem)
    return account.statement(max(day, first))


def regime_of(statutes: Statutes, claim: Claim) -> Parameter:
    """Return the late-payment parameter that governs a claim.

    Raises:
        LawError: The jurisdiction is unknown, or has no such regime; names those it has.
    """
    code = statutes.jurisdiction(claim.jurisdiction)
    name = SUBROGATED if claim.mechanism is Mechanism.SUBROGATION else claim.regime
    found = statutes.parameters.get(f"{code}.{TOPIC}.{name}")
    by_hand = name == SUBROGATED and claim.mechanism is not Mechanism.SUBROGATION
    if found is None or found.mode is None or by_hand:
        items = of_topic(statutes.parameters.values(), code, TOPIC)
        names = [item.name for item in items if item.mode and item.name != SUBROGATED]
        raise LawError(
            f"No late-payment rate is known for {name!r} in {code.upper()}",
            hint=f"Known there: {', '.join(names)}.",
            parameter_id=f"{code}.{TOPIC}.{name}",
        )
    return found


def order_of(statutes: Statutes, claim: Claim) -> Order:
    """Return what a payment along the way pays first.

    Source:
        Code civil, article 1343-1: interest first. Elsewhere the same, as a house rule.
    """
    if claim.order is not None:
        return claim.order
    code = statutes.jurisdiction(claim.jurisdiction)
    rule = statutes.parameters.get(f"{code}.{TOPIC}.{INTEREST_FIRST}")
    says_principal = rule is not None and rule.at(claim.until_on).amount is False
    return Order.PRINCIPAL_FIRST if says_principal else Order.INTEREST_FIRST


def _started_on(claim: Claim) -> date:
    """Return the date after, or from, which interest runs."""
    if claim.mechanism is not Mechanism.SUBROGATION:
        return claim.due_on
    if claim.formal_notice_on is None:
        raise LawError(
            "A subrogated holder has interest from formal notice only, and none is given",
            hint="Give the date of the formal notice, or another mechanism.",
        )
    return max(claim.due_on, claim.formal_notice_on)


def _fixed_on(claim: Claim, parameter: Parameter) -> date | None:
    """Return the day a rate is fixed on, or ``None`` where it floats."""
    if parameter.mode is not Mode.FIXED_AT_START:
        return None
    return claim.due_on + _DAY if parameter.selector is Selector.START_OF_DELAY else claim.due_on


@dataclass(slots=True, kw_only=True)
class _Account:
    """A claim while its days are counted."""

    statutes: Statutes
    claim: Claim
    parameter: Parameter
    fixed_on: date | None
    principal: Money = field(init=False)
    carried: int = field(init=False)
    exact: int = 0
    rounded: int = 0
    paid: int = 0
    segments: list[Segment] = field(default_factory=list)
    imputations: list[Imputation] = field(default_factory=list)
    pauses: tuple[Period, ...] = field(init=False)
    order: Order = field(init=False)

    def __post_init__(self) -> None:
        self.principal = self.claim.principal
        carried = self.claim.interest_carried
        self.carried = 0 if carried is None else carried.minor
        self.pauses = tuple(sorted(self.claim.pauses))
        self.order = Order.INTEREST_FIRST
        if self.claim.payments:
            self.order = order_of(self.statutes, self.claim)

    @property
    def total(self) -> int:
        """Return the interest up to now in minor units."""
        if self.claim.rounding is Rounding.PER_SEGMENT:
            return self.rounded
        return _half_up(self.exact)

    def accrue(self, start: date, end: date) -> date:
        """Count the days from one to another, and return where counting stopped."""
        for pause in self.pauses:
            if start < pause.end and pause.start < end:
                self._count(start, max(pause.start, start))
                start = min(pause.end, end)
        return self._count(start, end)

    def counted_until(self, first: date) -> date:
        """Return the first day that no segment and no pause before one holds."""
        return max((segment.period.end for segment in self.segments), default=first)

    def _count(self, start: date, end: date) -> date:
        while start < end and self.principal.minor:
            stop = min(half_year_end(start), end)
            rate = self._rate(start)
            exact = self.principal.minor * rate.scaled * (stop - start).days
            minor = _half_up(exact)
            self.exact += exact
            self.rounded += minor
            self.segments.append(
                Segment(
                    period=Period(start, stop),
                    principal=self.principal,
                    rate=rate,
                    interest_minor=minor,
                )
            )
            start = stop
        return max(start, end)

    def impute(self, payment: PartPayment) -> None:
        """Let a payment pay interest and principal, in the claim's order."""
        currency = self.principal.currency
        minor = payment.amount.minor
        interest = self.carried + self.total - self.paid
        if self.order is Order.PRINCIPAL_FIRST:
            to_principal = min(minor, self.principal.minor)
            to_interest = min(minor - to_principal, interest)
        else:
            to_interest = min(minor, interest)
            to_principal = min(minor - to_interest, self.principal.minor)
        self.paid += to_interest
        self.principal = Money(self.principal.minor - to_principal, currency)
        self.imputations.append(
            Imputation(
                on=payment.on,
                amount=payment.amount,
                to_interest=Money(to_interest, currency),
                to_principal=Money(to_principal, currency),
                surplus=Money(minor - to_interest - to_principal, currency),
            )
        )

    def take_back(self, payment: PartPayment) -> None:
        """Let the principal be open again by what was returned."""
        self.principal = self.principal + payment.amount

    def statement(
        self, accrued_until: date, *, missing: ParameterNotFoundError | None = None
    ) -> Statement:
        """Return what was counted."""
        currency = self.principal.currency
        return Statement(
            claim=self.claim,
            parameter_id=self.parameter.id,
            lawyer_validated=self.parameter.lawyer_validated,
            segments=tuple(self.segments),
            imputations=tuple(self.imputations),
            total=Money(self.total, currency),
            interest_open=Money(self.carried + self.total - self.paid, currency),
            principal_open=self.principal,
            accrued_until=accrued_until,
            assumptions=self._assumptions(),
            missing=missing,
        )

    def _rate(self, on: date) -> Rate:
        if self.claim.agreed_rate is not None:
            return agreed_rate(
                self.statutes,
                self.parameter,
                self.claim.agreed_rate,
                on,
                source=self.claim.agreed_in or CONTRACT,
                lift=self.claim.lifts_to_floor,
            )
        contract_on = self.claim.contract_on or self.claim.due_on
        return rate_of(self.statutes, self.parameter, self.fixed_on or on, contract_on=contract_on)

    def _assumptions(self) -> tuple[str, ...]:
        by_contract = self.parameter.selector is Selector.CONTRACT_DATE
        if by_contract and self.claim.contract_on is None:
            return ("The contract date is not given; the due date stands for it.",)
        return ()


def _half_up(exact: int) -> int:
    """Round a number of ``_WHOLE``-ths half up; never negative here."""
    return (2 * exact + _WHOLE) // (2 * _WHOLE)
