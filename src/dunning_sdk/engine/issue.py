"""What is issued for one approved financing act; records only."""

from dataclasses import dataclass
from typing import Final

from dunning_sdk.decisions.act import ActKey, act_id
from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.engine.proposal import FinancingAct

FINANCED: Final = "financier"
CREDIT_NOTE: Final = "credit-note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Documents to write for one approved financing act.

    Attributes:
        act: What was approved.
        replaces: Receivable of the issued invoice they stand for; empty for a draft.
        parts: Payee actor, or `CREDIT_NOTE`, and document, in the order they are issued.
    """

    act: FinancingAct
    replaces: str
    parts: tuple[tuple[str, Invoice], ...]

    @property
    def financed(self) -> int:
        """Return the place of the part payable to the financier."""
        return [payee for payee, _ in self.parts].index(FINANCED)


def financing_key(tenant: str, draft: str, step: str) -> str:
    """Return the id of one effect of financing a draft."""
    key = ActKey(
        tenant=tenant,
        receivable=draft,
        procedure="financing",
        step=step,
        cycle=1,
        occurrence=1,
        attempt=1,
    )
    return act_id(key)
