"""The records of a ledger: accounts as roles, and entries of lines that sum to zero.

Records only; `domain.ledger` draws them from events.

>>> entry = Entry(kind=EntryKind.PAYMENT, seq=2, on=date(2026, 3, 1), document="P-1",
...     currency="EUR", lines=(Line(account=Account.CASH, minor=500),
...     Line(account=Account.PRINCIPAL, minor=-500)))
>>> balances([entry])[Account.PRINCIPAL]
-500
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType


class Account(StrEnum):
    """A role that amounts are posted to; the host's chart gives each its number."""

    PRINCIPAL = "principal"
    INTEREST = "interest"
    COMPENSATION = "compensation"
    FEE = "fee"
    DOUBTFUL = "doubtful"
    WRITE_OFF = "write-off"
    CASH = "cash"
    FINANCIER = "financier"
    UNALLOCATED = "unallocated"
    INVOICED = "invoiced"
    CREDIT_NOTES = "credit-notes"
    INTEREST_INCOME = "interest-income"
    COMPENSATION_INCOME = "compensation-income"
    FEE_INCOME = "fee-income"
    BANK_CHARGES = "bank-charges"
    EXCHANGE_DIFFERENCE = "exchange-difference"


class EntryKind(StrEnum):
    """What an entry is about."""

    INVOICE = "invoice"
    PAYMENT = "payment"
    RETURN = "return"
    CREDIT_NOTE = "credit-note"
    CHARGE = "charge"
    CHARGE_WAIVED = "charge-waived"
    BANK_CHARGES = "bank-charges"
    EXCHANGE_DIFFERENCE = "exchange-difference"
    DOUBTFUL = "doubtful"
    DOUBTFUL_ENDED = "doubtful-ended"
    WRITE_OFF = "write-off"
    WRITE_OFF_ENDED = "write-off-ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One side of an entry.

    Attributes:
        account: Which role is moved.
        minor: Debit above zero, credit below, in minor units; never zero.
    """

    account: Account
    minor: int

    @property
    def debit_minor(self) -> int:
        """Return the debit in minor units, 0 where this is a credit."""
        return max(self.minor, 0)

    @property
    def credit_minor(self) -> int:
        """Return the credit in minor units, 0 where this is a debit."""
        return max(-self.minor, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one event moved.

    Attributes:
        kind: What it is about.
        seq: Number of the event in its stream.
        on: Day it happened.
        recorded_at: Aware UTC instant it was stored; ``None`` in examples.
        document: Invoice, credit note, payment or act it rests on.
        currency: ISO 4217, of every line.
        lines: At least two, whose amounts sum to zero; in the order of `Account`.
    """

    kind: EntryKind
    seq: int
    on: date
    recorded_at: datetime | None = None
    document: str
    currency: str
    lines: tuple[Line, ...]


def balances(entries: Iterable[Entry]) -> Mapping[Account, int]:
    """Return the balance of every account that was moved, debit above zero, in minor units."""
    found: dict[Account, int] = {}
    for entry in entries:
        for line in entry.lines:
            found[line.account] = found.get(line.account, 0) + line.minor
    return MappingProxyType({account: found[account] for account in Account if account in found})
