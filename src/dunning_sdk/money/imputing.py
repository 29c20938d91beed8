"""What incoming money pays: charges that were asked for, or the principal.

By default the principal first, as a debtor who names an invoice means it; else as
`money_rules` has it. What is paid above the principal pays the charges that are open on
the same receivable, before it waits for a person as unallocated.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from dunning_sdk.decisions.reconciliation import Ground, Unallocated
from dunning_sdk.domain.payment import Allocation, Confidence
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.installation.money_rules import MoneyRules

if TYPE_CHECKING:
    from dunning_sdk.installation.config import Config


class Imputing:
    """Divides money between principal and charges, receivable by receivable.

    Args:
        config: Whose section ``[law]`` names the order.
        states: Receivables by id, before any of the money.
    """

    def __init__(self, config: "Config", states: Mapping[str, Receivable]) -> None:
        self._rules = MoneyRules.of(config)
        self._states = states
        self._paid: dict[str, int] = {}

    def of_allocation(self, allocation: Allocation) -> int:
        """Return how much of money allocated to principal pays charges first instead."""
        state = self._states[allocation.receivable_id]
        open_minor = self._rules.before_principal(state)
        if not open_minor:
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
