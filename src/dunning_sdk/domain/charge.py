"""Charges on a receivable: what was asked for beside the principal, and what became of it.

Records only; `domain.fold` builds them from events, `decisions.charges` decides what is asked
for. A charge is never part of the principal, so it never keeps an invoice open.

>>> interest = Charge(kind=ChargeKind.INTEREST, assessed_minor=500, paid_minor=200)
>>> interest.open_minor
300
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dunning_sdk.domain.money import Money


class ChargeKind(StrEnum):
    """What may be asked for beside the principal, in the order that money pays it."""

    INTEREST = "interest"
    COMPENSATION = "compensation"
    FEE = "fee"


class MovementKind(StrEnum):
    """What moved the principal."""

    PAID = "paid"
    RETURNED = "returned"
    CREDITED = "credited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One change of the principal; late interest is computed on what it leaves open.

    Attributes:
        kind: What moved it.
        on: Day of the credit, of the return, or of the credit note.
        minor: How much, in minor units; more than zero.
    """

    kind: MovementKind
    on: date
    minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """All that was asked for of one kind; amounts in minor units.

    Attributes:
        kind: Which.
        assessed_minor: Asked for in all.
        paid_minor: Settled by payments, less returns.
        waived_minor: Given up.
        until_on: First day that interest was not counted for yet; ``None`` for the other kinds
            and where none was.
        is_waived: Whether no more of this kind is ever asked for.
    """

    kind: ChargeKind
    assessed_minor: int = 0
    paid_minor: int = 0
    waived_minor: int = 0
    until_on: date | None = None
    is_waived: bool = False

    @property
    def open_minor(self) -> int:
        """Return what is left to pay of it, in minor units."""
        return max(self.assessed_minor - self.paid_minor - self.waived_minor, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCharge:
    """What one act asks for beside what earlier acts asked for.

    Attributes:
        kind: Which.
        amount: Negative where less is owed than was asked for, as after a payment that was
            credited earlier than it was known of; zero where only the day moves.
        until_on: First day that interest was not counted for; ``None`` for the other kinds.
        ground: Rule of the book that asks for it.
        row: Number of its row, 0 for ``otherwise``.
        parameters: Ids of the law parameters it rests on, with the first day of each value.
    """

    kind: ChargeKind
    amount: Money
    until_on: date | None = None
    ground: str = ""
    row: int = 0
    parameters: tuple[tuple[str, date], ...] = ()
