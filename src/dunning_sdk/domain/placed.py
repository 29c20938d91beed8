"""What a collector or counsel is told of a claim that is placed with him.

Records only: the engine fills them from a notice that is ready to leave.
"""

from dataclasses import dataclass
from datetime import date

from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import Message
from dunning_sdk.domain.party import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedInvoice:
    """One invoice of a claim.

    Attributes:
        number: BT-1.
        issued_on: BT-2.
        due_on: Day the debtor had to have paid, as agreed last.
        amount: What the invoice asked for.
        open_amount: What is left of it on the day it is placed.
    """

    number: str
    issued_on: date
    due_on: date
    amount: Money
    open_amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedClaim:
    """A claim against one debtor, whole.

    Attributes:
        creditor: Whose claim it is.
        debtor: Who owes.
        placed_on: Day it is placed.
        invoices: At least one, by due date.
    """

    creditor: Party
    debtor: Party
    placed_on: date
    invoices: tuple[PlacedInvoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedMessage(Message):
    """A notice to a collector, with the claim it places.

    Attributes:
        claim: What is placed.
    """

    claim: PlacedClaim
