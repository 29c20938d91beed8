"""Shares of a payment, as allocations that never exceed the payment or the item.

Decides nothing: the order of the items, the reason and the confidence are given.
"""

from collections.abc import Iterable, Sequence

from dunning_sdk.decisions.open_items import OpenItems
from dunning_sdk.decisions.settlement import Ground, Reconciliation, Unallocated
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Allocation, Confidence, Payment


def allocated(
    items: OpenItems,
    payment: Payment,
    ids: Sequence[str],
    *,
    reason: Ground,
    confidence: Confidence = Confidence.CERTAIN,
) -> Reconciliation:
    """Return allocations to items in the order given, and the rest as overpaid.

    Args:
        items: What is open.
        payment: Whose money.
        ids: Items in its currency; settled ones get nothing.
        reason: Why.
        confidence: How sure.
    """
    parts = shares(items, payment, ids, payment.amount.minor, reason=reason, confidence=confidence)
    rest = payment.amount.minor - sum(share.amount.minor for share in parts)
    if not rest:
        return Reconciliation(allocations=parts)
    over = Unallocated(
        payment_id=payment.id,
        amount=Money(rest, payment.amount.currency),
        reason=Ground.OVERPAID,
        debtor_id=only_debtor(items, ids),
    )
    return Reconciliation(allocations=parts, unallocated=(over,))


def shares(
    items: OpenItems,
    payment: Payment,
    ids: Sequence[str],
    minor: int,
    *,
    reason: Ground,
    confidence: Confidence = Confidence.PROBABLE,
) -> tuple[Allocation, ...]:
    """Return allocations to items in the order given, each at most what is left of it.

    Args:
        items: What is open.
        payment: Whose money.
        ids: Items in its currency; settled ones get nothing.
        minor: How much of the payment may be allocated, in minor units.
        reason: Why.
        confidence: How sure.
    """
    found: list[Allocation] = []
    for id in ids:
        share = min(minor, items.left(id))
        if share > 0:
            minor -= share
            found.append(
                Allocation(
                    payment_id=payment.id,
                    receivable_id=id,
                    amount=Money(share, payment.amount.currency),
                    confidence=confidence,
                    reason=reason.value,
                )
            )
    return tuple(found)


def only_debtor(items: OpenItems, ids: Iterable[str]) -> str:
    """Return who owes all of these items; empty where they are several debtors'."""
    debtors = items.debtors_of(ids)
    return next(iter(debtors)) if len(debtors) == 1 else ""
