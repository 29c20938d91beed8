"""Money received, money taken back, and which receivable it settles.

Decides nothing: `decisions.reconciliation` proposes allocations, the store keeps them.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from dunning_sdk.domain.exchange import Exchange
from dunning_sdk.domain.money import Money


class PaymentKind(StrEnum):
    """How money moved."""

    CREDIT_TRANSFER = "credit_transfer"
    DIRECT_DEBIT = "direct_debit"
    CARD = "card"
    RETURN = "return"
    OTHER = "other"


class Confidence(StrEnum):
    """How sure an allocation is."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One booked movement on an account of the creditor or financier.

    Attributes:
        id: Stable across repeated imports: the bank's reference, or a hash of the movement.
        received_on: Value date; the day the money counts (CJEU C-306/06).
        amount: Always positive; for ``RETURN`` the sum taken back.
        kind: ``RETURN`` undoes an earlier payment (R-transaction).
        payer_name: As the bank gives it; may be cut.
        payer_iban: Empty where unknown.
        reference: Unstructured remittance text, line breaks as blanks.
        structured_reference: ISO 11649 or national reference; empty where none.
        end_to_end_id: Empty where none or ``NOTPROVIDED``.
        account_iban: The account credited.
        returns: For ``RETURN``: what the bank calls the payment undone; may be empty.
        exchange: Rate the source states, where receivables in its currency are paid; else
            ``None``.
    """

    id: str
    received_on: date
    amount: Money
    kind: PaymentKind = PaymentKind.CREDIT_TRANSFER
    payer_name: str = ""
    payer_iban: str = ""
    reference: str = ""
    structured_reference: str = ""
    end_to_end_id: str = ""
    account_iban: str = ""
    returns: str = ""
    exchange: Exchange | None = None

    def as_counted(self) -> "Payment":
        """Return this payment with the amount that counts by the rate stated, if one is."""
        if self.exchange is None:
            return self
        return replace(self, amount=self.exchange.convert(self.amount))


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """How much of a payment settles one receivable, and why we think so.

    Attributes:
        payment_id: Which payment.
        receivable_id: Which receivable.
        amount: Positive, at most what is left of both.
        confidence: ``UNSURE`` is for a person; it settles nothing.
        reason: Id of the ground, e.g. ``reference-and-amount``.
    """

    payment_id: str
    receivable_id: str
    amount: Money
    confidence: Confidence
    reason: str
