"""What is issued for one approved financing act; records only."""

from dataclasses import dataclass
from typing import Final

from dunning_sdk.decisions.act import ActKey, act_id
from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.proposals.proposal import FinancingAct

FINANCED: Final = "financier"
CREDIT_NOTE: Final = "credit-note"
CREDITED: Final = "credited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One document to issue.

    Attributes:
        role: `FINANCED`, `CREDIT_NOTE`, or the actor who is paid.
        payee: Actor whose account it is paid to.
        invoice: The document, not numbered yet.
    """

    role: str
    payee: str
    invoice: Invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Documents to write for one approved financing act.

    Attributes:
        act: What was approved.
        round: Of the financing.
        assigns: Receivable that is assigned as it was issued; empty where documents are written.
        parts: In the order they are issued.
    """

    act: FinancingAct
    round: int
    assigns: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def financed(self) -> int:
        """Return the place of the financed part."""
        return [part.role for part in self.parts].index(FINANCED)


def financing_key(tenant: str, draft: str, step: str, round: int = 1) -> str:
    """Return the id of one effect of financing a draft, in one round of it."""
    key = ActKey(
        tenant=tenant,
        receivable=draft,
        procedure="financing",
        step=step,
        cycle=round,
        occurrence=1,
        attempt=1,
    )
    return act_id(key)
