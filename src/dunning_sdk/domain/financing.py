"""Credit lines and factoring contracts.

A credit line keeps ``limit = available + in use + withheld`` at every moment; a contract says
who chases, who is told, and where the money goes.
"""

from dataclasses import dataclass
from enum import StrEnum

from dunning_sdk.domain.money import Money
from dunning_sdk.errors import DomainError


class ContractKind(StrEnum):
    """Forms of factoring (S4-06 … S4-16)."""

    FULL = "full"
    BALANCE_PURCHASE = "balance_purchase"
    CONFIDENTIAL = "confidential"
    UNMANAGED = "unmanaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLine:
    """What one financier covers for one debtor.

    Attributes:
        debtor_id: Who is covered.
        financier_id: Who covers.
        limit: The guarantee, in one currency.
        in_use: Reserved by submitted and financed invoices.
        withheld: Not given back after late payment, until the financier reviews (S0-19).
    """

    debtor_id: str
    financier_id: str
    limit: Money
    in_use: Money
    withheld: Money

    def __post_init__(self) -> None:
        """Refuse a line that promises more than its limit.

        Raises:
            DomainError: A part is negative, or the parts exceed the limit.
        """
        zero = Money(0, self.limit.currency)
        if self.in_use < zero or self.withheld < zero or self.available < zero:
            message = f"Credit line of {self.debtor_id}: in use and withheld exceed the limit"
            raise DomainError(message, hint="Record the figures the financier reports together.")

    @property
    def available(self) -> Money:
        """Return what may still be financed."""
        return self.limit - self.in_use - self.withheld


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """Who does what about one receivable; the result of a mandate rule.

    Attributes:
        chaser: Actor who pursues it: ``creditor``, ``platform``, ``financier``, ``collector``.
        collects: Actor whose account receives the money.
        debtor_told: Whether the debtor knows of the assignment.
        letterhead: Actor in whose name notices go.
        procedure: Id of the procedure to follow; empty for none.
        follow: Whether another's acts are shown and confirmed as expected acts.
    """

    chaser: str
    collects: str
    debtor_told: bool
    letterhead: str
    procedure: str
    follow: bool = True
