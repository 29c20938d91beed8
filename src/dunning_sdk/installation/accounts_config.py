"""The section ``[accounts]`` of ``dunning.toml``: the host's chart of accounts and journals.

Decides what may be said there, and the French numbers that stand where nothing is said; which
entries there are is decided by `domain.ledger`, how they leave by `engine.accounting`.
"""

from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from dunning_sdk.domain.ledger import Account, EntryKind

Role = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,20} \S.{0,99}$")]
Journal = Literal["sales", "bank", "general"]
GAIN: Final = "exchange-gain"
LOSS: Final = "exchange-loss"

# Numbers of the French plan comptable général (règlement ANC 2014-03, as in force in 2025).
CHART: Final = MappingProxyType(
    {
        Account.PRINCIPAL.value: "411000 Clients",
        Account.INTEREST.value: "411000 Clients",
        Account.COMPENSATION.value: "411000 Clients",
        Account.FEE.value: "411000 Clients",
        Account.DOUBTFUL.value: "416000 Clients douteux ou litigieux",
        Account.WRITE_OFF.value: "654000 Pertes sur créances irrécouvrables",
        Account.CASH.value: "512000 Banques",
        Account.FINANCIER.value: "467000 Autres comptes débiteurs ou créditeurs",
        Account.UNALLOCATED.value: "419100 Clients - Avances et acomptes reçus",
        Account.INVOICED.value: "706000 Prestations de services",
        Account.CREDIT_NOTES.value: "706000 Prestations de services",
        Account.INTEREST_INCOME.value: "763100 Revenus des créances commerciales",
        Account.COMPENSATION_INCOME.value: "758000 Produits divers de gestion courante",
        Account.FEE_INCOME.value: "708000 Produits des activités annexes",
        Account.BANK_CHARGES.value: "627000 Services bancaires et assimilés",
        LOSS: "656000 Pertes de change sur créances et dettes commerciales",
        GAIN: "756000 Gains de change sur créances et dettes commerciales",
    }
)
JOURNALS: Final = MappingProxyType(
    {"sales": "VE Ventes", "bank": "BQ Banque", "general": "OD Opérations diverses"}
)
BOOKED_BY_HOST: Final = frozenset({EntryKind.INVOICE, EntryKind.PAYMENT, EntryKind.RETURN})
"""Kinds that are left out unless asked for: the host booked them when it wrote or received them."""


class AccountsConfig(BaseModel):
    """What leaves for the accounts, and on which numbers.

    An account or a journal is written as its number or code, a blank, and its name.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    entries: list[str] = Field(default_factory=list)
    chart: dict[str, Role] = Field(default_factory=dict)
    journals: dict[Journal, Role] = Field(default_factory=dict)
    siren: Annotated[str, Field(pattern=r"^([0-9]{9})?$")] = ""

    @field_validator("entries")
    @classmethod
    def _are_kinds(cls, entries: list[str]) -> list[str]:
        unknown = sorted(set(entries) - set(EntryKind))
        if unknown:
            message = f"{unknown[0]!r} is no kind of entry: {', '.join(EntryKind)}"
            raise PydanticCustomError("entries", message.replace("{", "("))
        return entries

    @field_validator("chart")
    @classmethod
    def _are_roles(cls, chart: dict[str, str]) -> dict[str, str]:
        unknown = sorted(chart.keys() - CHART.keys())
        if unknown:
            message = f"{unknown[0]!r} is no account: {', '.join(CHART)}"
            raise PydanticCustomError("chart", message.replace("{", "("))
        return chart

    @property
    def wanted(self) -> frozenset[str]:
        """Return the kinds of entries that leave; where none is named, what no host booked."""
        return frozenset(self.entries) or frozenset(EntryKind) - BOOKED_BY_HOST

    def account(self, role: str) -> tuple[str, str]:
        """Return the number and the name of an account by its role."""
        number, _, name = self.chart.get(role, CHART[role]).partition(" ")
        return number, name

    def journal(self, kind: str) -> tuple[str, str]:
        """Return the code and the name of a journal: ``sales``, ``bank`` or ``general``."""
        known = {str(key): text for key, text in self.journals.items()}
        code, _, name = known.get(kind, JOURNALS[kind]).partition(" ")
        return code, name
