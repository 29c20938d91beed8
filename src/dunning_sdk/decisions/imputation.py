"""Which of several debts a payment pays whose payer is known and named none, or less than he named.

Decides the order and the shares; that the payer is known for sure, and that no sum fits better, is
decided by `by_amount` and `by_reference`.
"""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Final, Literal

from dunning_sdk.decisions.open_items import OpenItems
from dunning_sdk.decisions.settlement import Ground, OpenItem, Reconciliation, Unallocated
from dunning_sdk.decisions.share import only_debtor, shares
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Allocation, Confidence, Payment

Across = Literal["ask", "oldest", "burdensome", "law"]
ASK: Final = "ask"


def imputed(
    items: OpenItems, payment: Payment, ids: Sequence[str], *, reason: Ground, across: Across
) -> Reconciliation:
    """Return what a payment pays of several debts, in the order of a rule.

    Args:
        items: What is open.
        payment: Whose money.
        ids: Open items in its currency, of one debtor.
        reason: Why these.
        across: ``oldest``, by due date; ``burdensome``, those on which charges were asked for
            first; ``law``, those that are due first, then as ``burdensome``, and debts that are
            alike in all of it in proportion to what is open. ``ask`` is as ``oldest``, for those
            a payer named.

    Returns:
        Allocations, and the rest as overpaid.

    Source:
        ``law``: Code civil, article 1342-10; Bürgerliches Gesetzbuch, § 366 (2), securities
        apart. The others are what a contract may say.
    """
    received_on = payment.received_on
    ranked = sorted((_rank(items.items[id], across, received_on), id) for id in ids)
    found: list[Allocation] = []
    rest = payment.amount.minor
    for _, group in groupby(ranked, key=lambda one: one if across != "law" else one[0]):
        alike = [id for _, id in group]
        parts = _alike(items, payment, alike, rest, reason)
        rest -= sum(part.amount.minor for part in parts)
        found += parts
    if not rest:
        return Reconciliation(allocations=tuple(found))
    over = Unallocated(
        payment_id=payment.id,
        amount=Money(rest, payment.amount.currency),
        reason=Ground.OVERPAID,
        debtor_id=only_debtor(items, ids),
    )
    return Reconciliation(allocations=tuple(found), unallocated=(over,))


def _rank(item: OpenItem, across: Across, received_on: date) -> tuple[bool, bool, date, date]:
    is_light = item.burden_minor == 0 and across in ("burdensome", "law")
    is_ahead = item.due_on > received_on and across == "law"
    return is_ahead, is_light, item.due_on, item.issued_on


def _alike(
    items: OpenItems, payment: Payment, ids: Sequence[str], minor: int, reason: Ground
) -> tuple[Allocation, ...]:
    """Return shares of debts that are alike: all of each, or in proportion to what is open."""
    total = items.sum_left(ids)
    if minor >= total or len(ids) == 1 or not minor:
        return shares(items, payment, ids, minor, reason=reason)
    weights = [items.left(id) for id in ids]
    parts = Money(minor, payment.amount.currency).allocate(weights)
    return tuple(
        Allocation(
            payment_id=payment.id,
            receivable_id=id,
            amount=part,
            confidence=Confidence.PROBABLE,
            reason=reason.value,
        )
        for id, part in zip(ids, parts, strict=True)
        if part.minor
    )
