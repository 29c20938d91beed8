"""What is read of Hokodo's replies, and what its words mean in ours.

Amounts are whole minor units. Fields that are not named here are not read.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from dunning_sdk.connectors.payload import Payload

# Status of a deferred payment to what happened to the financing, as `dunning_sdk` calls it.
# Captured is not paid out yet: that follows on a day that no call known to us tells.
HAPPENED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pending_review": "submitted",
        "customer_action_required": "submitted",
        "pending_payment": "submitted",
        "accepted": "confirmed",
        "captured": "confirmed",
        "fulfilled": "confirmed",
        "rejected": "financier-refused",
        "voided": "voided",
    }
)
# Words of `HAPPENED` after which nothing is financed.
ENDED: Final = frozenset(("financier-refused", "voided"))


class Identifier(Payload):
    """A number a company is registered under."""

    idtype: str
    country: str
    value: str


class Company(Payload):
    """A company as Hokodo knows it.

    Attributes:
        id: Hokodo's own.
        identifiers: Its numbers.
    """

    id: str
    identifiers: tuple[Identifier, ...]


class Reason(Payload):
    """Why Hokodo says no.

    Attributes:
        code: Such as ``buyer-country``.
        detail: For people.
    """

    code: str
    detail: str = ""


class Limit(Payload):
    """What Hokodo takes on of one company, in minor units."""

    currency: str
    amount: int
    amount_in_use: int
    amount_available: int


class Credit(Payload):
    """Hokodo's answer about one company.

    Attributes:
        company: Hokodo's id of it.
        status: ``eligible``, or another word.
        rejection_reason: ``None`` where there is none.
        credit_limit: ``None`` where there is none.
    """

    company: str
    status: str
    rejection_reason: Reason | None = None
    credit_limit: Limit | None = None


class Known(Payload):
    """An organisation or a user, as found by our id of it.

    Attributes:
        id: Hokodo's own.
        unique_id: Ours; Hokodo does not hold it to be unique.
    """

    id: str
    unique_id: str = ""


class Repayment(Payload):
    """What the buyer has paid.

    Attributes:
        status: ``paid``, ``partially_paid`` or ``unpaid``.
        outstanding_amount: In minor units.
    """

    status: str
    outstanding_amount: int


class DeferredPayment(Payload):
    """What a buyer agreed to pay later; each amount is in one of the sums below, never in two.

    Attributes:
        id: Hokodo's own.
        number: As the buyer sees it.
        status: A key of `HAPPENED`.
        authorisation: What was confirmed and not captured.
        protected_captures: Captured, at Hokodo's risk.
        unprotected_captures: Captured, at the creditor's risk.
        refunds: Given back to the buyer.
        repayment_info: ``None`` before there is anything to pay.
    """

    id: str
    number: str
    status: str
    authorisation: int
    protected_captures: int
    unprotected_captures: int
    refunds: int
    repayment_info: Repayment | None = None

    @property
    def captured(self) -> int:
        """Return what was captured and not given back."""
        return self.protected_captures + self.unprotected_captures

    @property
    def happened(self) -> str:
        """Return a word of ``financing.`` events; empty for a status not known yet."""
        if self.captured and self.repayment_info and self.repayment_info.status == "paid":
            return "collected"
        if self.refunds and not (self.captured or self.authorisation):
            return "voided"
        return HAPPENED.get(self.status, "")


class Order(Payload):
    """An invoice as Hokodo keeps it.

    Attributes:
        id: Hokodo's own.
        unique_id: Ours.
        payment_offer: Id of the offer made last; ``None`` before there is one.
        deferred_payment: ``None`` until the buyer confirms; its id alone in a list.
    """

    id: str
    unique_id: str
    payment_offer: str | None = None
    deferred_payment: DeferredPayment | str | None = None

    @property
    def payment(self) -> DeferredPayment | None:
        """Return what the buyer agreed to; ``None`` where he did not, or it was not asked for."""
        return None if isinstance(self.deferred_payment, str) else self.deferred_payment


class Instalment(Payload):
    """One payment of a plan."""

    date: date
    amount: int


class Plan(Payload):
    """One way for the buyer to pay later.

    Attributes:
        id: Hokodo's own.
        name: Such as ``30d``.
        status: ``offered``, ``declined`` or ``expired``.
        currency: ISO 4217.
        protected_amount: At Hokodo's risk, in minor units.
        unprotected_amount: At the creditor's risk, in minor units.
        scheduled_payments: When the buyer pays what.
        payment_url: Page where the buyer confirms; to be shown to him alone.
        rejection_reason: ``None`` where there is none.
    """

    id: str
    name: str
    status: str
    currency: str
    protected_amount: int
    unprotected_amount: int
    scheduled_payments: tuple[Instalment, ...]
    payment_url: str
    rejection_reason: Reason | None = None

    @property
    def covers(self) -> bool:
        """Tell whether the buyer may take it, and all of it is at Hokodo's risk."""
        return self.status == "offered" and self.unprotected_amount == 0


class Offer(Payload):
    """What Hokodo offers the buyer of one order.

    Attributes:
        id: Hokodo's own.
        order: Its order's id.
        offered_payment_plans: Those it declines too.
    """

    id: str
    order: str
    offered_payment_plans: tuple[Plan, ...]

    @property
    def plans(self) -> tuple[Plan, ...]:
        """Return the plans that finance the invoice."""
        return tuple(plan for plan in self.offered_payment_plans if plan.covers)

    @property
    def refusal(self) -> str:
        """Return why there is none: Hokodo's codes, or what it leaves at the creditor's risk."""
        found = sorted({_why(plan) for plan in self.offered_payment_plans})
        return ", ".join(found) or "no-payment-plan"


class Case(Payload):
    """A collection case.

    Attributes:
        id: Hokodo's own.
        policy: The insured invoice it is about.
        sent: When it was handed to the collectors; ``None`` before.
    """

    id: str
    policy: str
    sent: str | None = None


def _why(plan: Plan) -> str:
    if plan.status == "offered":
        return "not-wholly-protected"
    return plan.rejection_reason.code if plan.rejection_reason else plan.status
