"""What incoming money pays: charges that were asked for, or the principal.

By default the principal first, as a debtor who names an invoice means it; by ``imputation =
"law"`` what the law says. What is paid above the principal pays the charges that are open on
the same receivable, before it waits for a person as unallocated.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from dunning_sdk.decisions.reconciliation import Ground, Unallocated
from dunning_sdk.domain.charge import ChargeKind
from dunning_sdk.domain.payment import Allocation, Confidence
from dunning_sdk.domain.receivable import Receivable

if TYPE_CHECKING:
    from dunning_sdk.engine.config import Config


class Imputing:
    """Divides money between principal and charges, receivable by receivable.

    Args:
        config: Whose section ``[law]`` names the order.
        states: Receivables by id, before any of the money.
    """

    def __init__(self, config: "Config", states: Mapping[str, Receivable]) -> None:
        self._interest_first = interest_is_first(config)
        self._states = states
        self._paid: dict[str, int] = {}

    def of_allocation(self, allocation: Allocation) -> int:
        """Return how much of money allocated to principal pays interest by law instead."""
        state = self._states[allocation.receivable_id]
        open_minor = state.charge(ChargeKind.INTEREST).open_minor
        if not self._interest_first or not open_minor:
            return 0
        left = open_minor - self._paid.get(state.id, 0)
        return self._take(state.id, min(allocation.amount.minor, left))

    def of_surplus(
        self, lost: Unallocated, allocations: Iterable[Allocation]
    ) -> tuple[list[Allocation], Unallocated | None]:
        """Let money above the principal pay the open charges of what the payment settled.

        Args:
            lost: Money that settles no principal.
            allocations: Those of the same payment.

        Returns:
            Allocations to charges, and what is left; ``None`` where nothing is.
        """
        if lost.reason is Ground.SETTLED:
            return self._of_settled(lost)
        if lost.reason is not Ground.OVERPAID:
            return [], lost
        found: list[Allocation] = []
        rest = lost.amount
        for one in allocations:
            state = self._states[one.receivable_id]
            left = state.charges_open.minor - self._paid.get(state.id, 0)
            minor = self._take(state.id, min(rest.minor, left))
            if minor > 0 and one.confidence is Confidence.CERTAIN:
                found.append(replace(one, amount=replace(rest, minor=minor)))
                rest = replace(rest, minor=rest.minor - minor)
        return found, replace(lost, amount=rest) if rest.minor else None

    def _of_settled(self, lost: Unallocated) -> tuple[list[Allocation], Unallocated | None]:
        """Let money for a settled invoice pay just what is open of its debtor's charges.

        Source:
            House rule: only where one settled receivable of his has exactly that left.
        """
        charged = [
            state
            for state in self._states.values()
            if state.debtor_id == lost.debtor_id
            and not state.open_amount.minor
            and state.charges_open.minor > self._paid.get(state.id, 0)
        ]
        if len(charged) != 1 or charged[0].charges_open != lost.amount:
            return [], lost
        self._take(charged[0].id, lost.amount.minor)
        allocation = Allocation(
            payment_id=lost.payment_id,
            receivable_id=charged[0].id,
            amount=lost.amount,
            confidence=Confidence.CERTAIN,
            reason=lost.reason.value,
        )
        return [allocation], None

    def _take(self, receivable_id: str, minor: int) -> int:
        taken = max(minor, 0)
        self._paid[receivable_id] = self._paid.get(receivable_id, 0) + taken
        return taken


def interest_is_first(config: "Config") -> bool:
    """Tell whether a part payment pays interest before principal.

    Source:
        Code civil, article 1343-1, where ``imputation`` is ``law``; elsewhere the creditor lets
        the principal be paid first, as he may.
    """
    if config.law.imputation != "law":
        return False
    creditor = config.party("creditor")
    code = config.law.jurisdiction or (creditor.country if creditor else "")
    rule = config.law.statutes().parameters.get(f"{code.lower()}.late-payment.interest-first")
    return rule is not None and rule.values[-1].amount is True
