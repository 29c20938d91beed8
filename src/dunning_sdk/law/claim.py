"""State what late interest is computed on, and refuse what makes no sense.

The module decides which questions have to be answered before a day is counted; the counting is
done in ``interest``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from dunning_sdk.domain.money import Money
from dunning_sdk.domain.period import Period
from dunning_sdk.errors import CurrencyMismatchError, InvalidAmountError, InvalidPeriodError


class Convention(StrEnum):
    """Which of the two end days bears interest; the number of days is the same.

    Source:
        Code de commerce, article L441-10 II: from the day after the payment date. The other one
        is usage.
    """

    AFTER_DUE = "after-due"
    FROM_DUE = "from-due"

    @property
    def notation(self) -> str:
        """Return the interval in the usual notation."""
        return "(due, paid]" if self is Convention.AFTER_DUE else "[due, paid)"

    @property
    def shift(self) -> timedelta:
        """Return how far the first day that counts lies behind the first date named."""
        return timedelta(days=1 if self is Convention.AFTER_DUE else 0)


class Rounding(StrEnum):
    """Where interest is rounded, half up, to the minor unit."""

    ONCE = "once"
    PER_SEGMENT = "per-segment"


class Order(StrEnum):
    """What a payment along the way pays first.

    Source:
        Code civil, article 1343-1: a part payment pays interest first, unless the creditor
        agrees otherwise.
    """

    INTEREST_FIRST = "interest-first"
    PRINCIPAL_FIRST = "principal-first"


class Mechanism(StrEnum):
    """How the receivable came to its holder.

    Source:
        Code civil, articles 1321 (accessories follow an assignment) and 1346-4 (a subrogated
        holder has the legal rate from formal notice).
    """

    NONE = "none"
    ASSIGNMENT = "assignment"
    SUBROGATION = "subrogation"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPayment:
    """Money credited to the creditor's account along the way.

    Attributes:
        on: Day of the credit.
        amount: More than zero, in the currency of the principal.

    Source:
        CJEU C-306/06: paid is when the money is credited.
    """

    on: date
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A receivable that is overdue, and the questions its interest depends on.

    Attributes:
        jurisdiction: Code of the law that governs it.
        regime: Name of a late-payment parameter: ``business``, ``public``, ``consumer``, …
        principal: Open amount with VAT; with ``accrued_until``, what is open then.
        due_on: Due date.
        until_on: Day of payment, or day to count to.
        payments: Along the way, in any order; each from ``due_on`` to ``until_on``.
        taken_back: Payments that were returned, by the day the principal was open again; the
            same bounds as for payments.
        pauses: Days that bear no interest, half-open; in any order.
        order: What a payment pays first; ``None`` asks the law of the jurisdiction.
        convention: Which end day counts.
        rounding: Where interest is rounded.
        agreed_rate: Fraction per year that the contract sets; ``None`` for the rate of the law.
        agreed_in: Where that rate was agreed; empty for the contract without more.
        lifts_to_floor: Whether an agreed rate below the floor of the law is lifted instead of
            refused.
        contract_on: When the contract was made; ``None`` where it is not known.
        mechanism: How the receivable came to its holder.
        formal_notice_on: When formal notice was given; a subrogated holder needs it.
        accrued_until: First day no earlier statement counted; ``None`` for a first statement.
        interest_carried: Interest of earlier statements that is not paid; ``None`` for none.

    Raises:
        InvalidAmountError: The principal or a payment is negative, or a payment is zero.
        InvalidPeriodError: The end lies before the due date, or a payment outside the two or
            before ``accrued_until``.
        CurrencyMismatchError: Two currencies meet.
    """

    jurisdiction: str
    regime: str = "business"
    principal: Money
    due_on: date
    until_on: date
    payments: tuple[PartPayment, ...] = ()
    taken_back: tuple[PartPayment, ...] = ()
    pauses: tuple[Period, ...] = ()
    order: Order | None = None
    convention: Convention = Convention.AFTER_DUE
    rounding: Rounding = Rounding.ONCE
    agreed_rate: Decimal | None = None
    agreed_in: str = ""
    lifts_to_floor: bool = False
    contract_on: date | None = None
    mechanism: Mechanism = Mechanism.NONE
    formal_notice_on: date | None = None
    accrued_until: date | None = None
    interest_carried: Money | None = None

    def __post_init__(self) -> None:
        """Refuse amounts and dates that make no sense."""
        if self.principal.minor < 0:
            raise InvalidAmountError(
                "The principal is negative", hint="Interest is due on what is still owed."
            )
        if self.until_on < self.due_on:
            raise InvalidPeriodError(
                f"Payment on {self.until_on} lies before the due date {self.due_on}",
                hint="What is paid in time bears no interest; correct one of the dates.",
            )
        if self.interest_carried is not None:
            self._check_money(self.interest_carried, least=0)
        for payment in (*self.payments, *self.taken_back):
            self._check_payment(payment)

    def _check_payment(self, payment: PartPayment) -> None:
        self._check_money(payment.amount, least=1)
        if not self.due_on <= payment.on <= self.until_on:
            raise InvalidPeriodError(
                f"A payment on {payment.on} does not lie between the due date {self.due_on} "
                f"and {self.until_on}",
                hint="Take what was paid before the due date off the principal.",
            )
        if self.accrued_until and payment.on + self.convention.shift < self.accrued_until:
            raise InvalidPeriodError(
                f"A payment on {payment.on} lies before {self.accrued_until}, up to which "
                "interest was counted already",
                hint="Take it off the principal, or state the whole claim anew.",
            )

    def _check_money(self, amount: Money, *, least: int) -> None:
        if amount.currency != self.principal.currency:
            raise CurrencyMismatchError(
                f"An amount in {amount.currency} meets a principal in {self.principal.currency}",
                hint="Convert it first.",
            )
        if amount.minor < least:
            raise InvalidAmountError(
                "A payment is not above zero, or carried interest is negative",
                hint="Correct the amount.",
            )
