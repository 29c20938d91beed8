"""What reconciliation reads and what it answers.

Records only: items that are open, allocations proposed, payments a person must look at, and
money that settles nothing. Every minor unit of a payment is in exactly one of the three.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Allocation, Confidence, Payment


class Ground(StrEnum):
    """Why money was allocated, set aside for a person, or left unallocated.

    A closed list. The first group stands in allocations, the second with payments a person must
    look at, the third with money that settles nothing.
    """

    STRUCTURED_AND_AMOUNT = "structured-reference-and-amount"
    STRUCTURED = "structured-reference"
    REFERENCE_AND_AMOUNT = "reference-and-amount"
    REFERENCE = "reference"
    END_TO_END_AND_AMOUNT = "end-to-end-id-and-amount"
    END_TO_END = "end-to-end-id"
    OLDEST_FIRST = "references-oldest-first"
    NEAR_REFERENCE_AND_AMOUNT = "near-reference-and-amount"
    REFERENCE_AND_SUM = "reference-and-sum"
    AMOUNT_AND_IBAN = "amount-and-iban"
    AMOUNT_AND_NAME = "amount-and-name"
    SUM_AND_IBAN = "sum-and-iban"
    SUM_AND_NAME = "sum-and-name"
    IMPUTED = "imputed-by-rule"
    RETURNED_ID = "returned-payment-id"
    RETURNED_REFERENCE = "returned-reference"
    RETURNED_PAYER = "returned-payer-and-amount"
    CONFIRMED = "confirmed-by-a-person"

    OTHER_PAYER = "reference-of-another-payer"
    OTHER_ITEM = "amount-of-another-item"
    NOT_UNIQUE = "number-not-unique"
    SAME_AMOUNT = "same-amount-twice"
    TWO_DEBTORS = "two-debtors"
    NAME_WEAK = "name-weak"
    AMOUNT_ONLY = "amount-only"
    SUM_ONLY = "sum-only"
    SEVERAL_SUMS = "several-sums"
    AMOUNT_DIFFERS = "amount-differs"
    UNKNOWN_NUMBER = "unknown-number-quoted"
    BEFORE_ISSUE = "paid-before-issue"
    SETTLED_QUOTED = "settled-item-quoted"
    REST_ADDS_UP = "rest-adds-up"
    OWN_PARTY = "from-own-party"
    RETURN_UNSURE = "return-unsure"

    OTHER_CURRENCY = "other-currency"
    SETTLED = "already-settled"
    OVERPAID = "overpaid"
    NOTHING_OPEN = "nothing-open"
    TOO_MANY = "too-many-candidates"
    NO_MATCH = "no-match"
    RETURN = "return"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """A receivable as a payer may refer to it.

    Attributes:
        receivable_id: Unique among the items.
        invoice_number: Number on the document the debtor knows.
        debtor_id: Who owes.
        debtor_name: Legal or trade name; empty where unknown.
        debtor_ibans: Accounts known to be his; without blanks.
        payment_reference: What he was asked to quote (BT-83), if not the number.
        open_amount: What is owed; zero for a settled item, which is given so that a second
            payment of it is recognized and settles nothing else.
        issued_on: Day the document was issued.
        due_on: Due date in force.
        burden_minor: What is open of charges that were asked for on it, in minor units.
    """

    receivable_id: str
    invoice_number: str
    debtor_id: str
    debtor_name: str = ""
    debtor_ibans: tuple[str, ...] = ()
    payment_reference: str = ""
    open_amount: Money
    issued_on: date
    due_on: date
    burden_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsure:
    """Money that may settle one of several items; until a person says which, it settles none.

    Attributes:
        payment_id: Which payment.
        amount: How much of it.
        candidates: Receivable ids, sorted, at least one.
        confidence: Always ``UNSURE``.
        reason: A `Ground`.
    """

    payment_id: str
    amount: Money
    candidates: tuple[str, ...]
    confidence: Confidence = Confidence.UNSURE
    reason: Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Unallocated:
    """Money that settles nothing we know.

    Attributes:
        payment_id: Which payment.
        amount: How much of it.
        reason: A `Ground`.
        debtor_id: Whose money it is; empty where unknown.
    """

    payment_id: str
    amount: Money
    reason: Ground
    debtor_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """What became of some payments.

    Attributes:
        allocations: What settles what; in order of the payments.
        unsure: What a person must look at; in order of the payments.
        unallocated: What settles nothing; in order of the payments.
    """

    allocations: tuple[Allocation, ...] = ()
    unsure: tuple[Unsure, ...] = ()
    unallocated: tuple[Unallocated, ...] = ()

    @classmethod
    def joined(cls, parts: Iterable["Reconciliation"]) -> "Reconciliation":
        """Return one result made of several, in their order."""
        whole = tuple(parts)
        return cls(
            allocations=tuple(found for part in whole for found in part.allocations),
            unsure=tuple(found for part in whole for found in part.unsure),
            unallocated=tuple(found for part in whole for found in part.unallocated),
        )


def unsure(payment: Payment, candidates: Iterable[str], reason: Ground) -> Reconciliation:
    """Return that a whole payment waits for a person."""
    found = Unsure(
        payment_id=payment.id,
        amount=payment.amount,
        candidates=tuple(sorted(set(candidates))),
        reason=reason,
    )
    return Reconciliation(unsure=(found,))


def unallocated(payment: Payment, reason: Ground, *, debtor_id: str = "") -> Reconciliation:
    """Return that a whole payment settles nothing."""
    found = Unallocated(
        payment_id=payment.id, amount=payment.amount, reason=reason, debtor_id=debtor_id
    )
    return Reconciliation(unallocated=(found,))
