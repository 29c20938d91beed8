"""Whose open items add up to money that says nothing: no payer, no account, no number.

Settles nothing; finds the items that must not be chased while a person looks for the payer. A
payer who is named but unknown is left to `by_amount`: among many debtors some items add up to
any amount, so that only silence is worth the pause.
"""

from collections.abc import Iterator, Mapping, Sequence, Set

from dunning_sdk.decisions.open_items import SUBSET_ITEMS_MAX, OpenItems, sums
from dunning_sdk.decisions.settlement import Ground, Reconciliation, unsure
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Payment


def is_silent(payment: Payment) -> bool:
    """Tell whether a payment names neither payer nor account."""
    return not payment.payer_name and not payment.payer_iban


def by_sum(items: OpenItems, found: Mapping[Payment, Reconciliation]) -> dict[str, Reconciliation]:
    """Find the debtors two or more of whose items add up to a payment.

    Args:
        items: What is open; nothing is taken from it.
        found: Silent payments, and what `by_amount` found for each: items of just this amount,
            or nothing.

    Returns:
        By payment id what waits for a person; payments that nothing adds up to are left out.
    """
    wanted: dict[Money, list[Payment]] = {}
    for payment in found:
        wanted.setdefault(payment.amount, []).append(payment)
    candidates: dict[str, set[str]] = {}
    for chosen, payment in _combined(items, wanted):
        if all(items.items[id].issued_on <= payment.received_on for id in chosen):
            candidates.setdefault(payment.id, set()).update(chosen)
    return {
        payment.id: _waiting(payment, candidates[payment.id], before)
        for payment, before in found.items()
        if payment.id in candidates
    }


def _waiting(payment: Payment, summed: set[str], before: Reconciliation) -> Reconciliation:
    """Return that a payment waits for items of its amount, and for those that add up to it."""
    single = [id for waiting in before.unsure for id in waiting.candidates]
    reason = Ground.AMOUNT_ONLY if single else Ground.SUM_ONLY
    return unsure(payment, [*single, *summed], reason)


def _combined(
    items: OpenItems, wanted: Mapping[Money, Sequence[Payment]]
) -> Iterator[tuple[list[str], Payment]]:
    """Yield each two or more items of a debtor that add up to a payment, and that payment."""
    totals = {(money.currency, money.minor): payments for money, payments in wanted.items()}
    for currency, owed in _owed(items, {money.currency for money in wanted}):
        for mask, total in enumerate(sums([items.left(id) for id in owed])):
            if (currency, total) in totals and mask.bit_count() > 1:
                chosen = [id for place, id in enumerate(owed) if mask >> place & 1]
                yield from ((chosen, payment) for payment in totals[currency, total])


def _owed(items: OpenItems, currencies: Set[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the open items in one currency of each debtor who has several, not too many."""
    owed: dict[tuple[str, str], list[str]] = {}
    for id, item in items.items.items():
        if items.left(id) > 0 and item.open_amount.currency in currencies:
            owed.setdefault((item.debtor_id, item.open_amount.currency), []).append(id)
    for (_, currency), ids in owed.items():
        if 1 < len(ids) <= SUBSET_ITEMS_MAX:
            yield currency, ids
