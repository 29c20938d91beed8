"""Contracts of factoring: what each form sets, as fields that one contract may set otherwise.

Decides the defaults by kind and whether a contract is allowed; who chases a receivable is still
the mandate rule's word, over which a field set in the contract wins.

>>> contract_of(ContractKind.CONFIDENTIAL).debtor_told
False
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from dunning_sdk.domain.financing import ContractKind
from dunning_sdk.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a factoring contract says; actors are ``creditor``, ``financier``, ….

    Attributes:
        kind: Form it was made in.
        chaser: Who pursues the receivables.
        collects: Who receives the debtor's money.
        debtor_told: Whether the debtor is informed of the assignment.
        letterhead: In whose name notices go.
        account: Whose bank account the documents and notices name.
        confirms: Whether the debtor is asked to confirm before the pay-out.
        turnover_min: Least yearly turnover of the creditor for which it is allowed; ``None``
            for any.
        pay_out_business_days: Days from the confirmation to the pay-out.
        remit_business_days: Days to pass on what is collected for the financier.
        claim_days: Days to pay an advance back once it is claimed.
        cover_max_age_days: Days an answer on cover holds at invoicing.
    """

    kind: ContractKind
    chaser: str
    collects: str
    debtor_told: bool
    letterhead: str
    account: str
    confirms: bool
    turnover_min: Money | None = None
    pay_out_business_days: int = 3
    remit_business_days: int = 5
    claim_days: int = 8
    cover_max_age_days: int = 30

    def is_allowed(self, turnover: Money | None) -> bool:
        """Tell whether a creditor of that turnover may have this contract (S4-13).

        Args:
            turnover: Yearly, without VAT; ``None`` where it is not known.
        """
        if self.turnover_min is None:
            return True
        return turnover is not None and turnover >= self.turnover_min


def _own(kind: ContractKind, *, debtor_told: bool) -> Contract:
    """Return a contract under which the financier mandates the company to go on (S4-15, S4-16)."""
    return Contract(
        kind=kind,
        chaser="creditor",
        collects="creditor",
        debtor_told=debtor_told,
        letterhead="creditor",
        account="creditor",
        confirms=False,
    )


CONTRACTS: Final[Mapping[ContractKind, Contract]] = MappingProxyType(
    {
        ContractKind.FULL: Contract(
            kind=ContractKind.FULL,
            chaser="financier",
            collects="financier",
            debtor_told=True,
            letterhead="financier",
            account="financier",
            confirms=True,
        ),
        ContractKind.BALANCE_PURCHASE: _own(ContractKind.BALANCE_PURCHASE, debtor_told=False),
        ContractKind.CONFIDENTIAL: _own(ContractKind.CONFIDENTIAL, debtor_told=False),
        ContractKind.UNMANAGED: _own(ContractKind.UNMANAGED, debtor_told=True),
    }
)
"""Defaults by kind (S4-06 … S4-16)."""


def contract_of(kind: ContractKind | str) -> Contract:
    """Return the defaults of a kind; without one, those of full factoring (S0-37).

    Raises:
        ValueError: The word is no kind.
    """
    return CONTRACTS[ContractKind(kind or ContractKind.FULL)]
