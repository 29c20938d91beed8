"""Which payment settles which open item, how surely, and why.

Decides over a set of payments and open items: first by what payments quote (`by_reference`),
then by amount and payer (`by_amount`), so that a vague payment never takes what another one
names; last, whom money without a payer may come from (`by_sum`). Returned direct debits are left
to `returned`, storing to the engine.

>>> from datetime import date
>>> item = OpenItem(receivable_id="r1", invoice_number="F-2026-0042", debtor_id="d1",
...     debtor_name="Dupont SARL", open_amount=Money(120_00, "EUR"),
...     issued_on=date(2026, 1, 5), due_on=date(2026, 2, 4))
>>> paid = Payment(id="p1", received_on=date(2026, 2, 3), amount=Money(100_00, "EUR"),
...     payer_name="DUPONT", reference="acompte facture F2026 0042")
>>> [(str(a.amount), a.confidence.value, a.reason) for a in reconcile([paid], [item]).allocations]
[('100.00 EUR', 'certain', 'reference')]
"""

from collections.abc import Sequence

from dunning_sdk.decisions.by_amount import by_amount
from dunning_sdk.decisions.by_reference import by_reference
from dunning_sdk.decisions.by_sum import by_sum, is_silent
from dunning_sdk.decisions.imputation import ASK as ASK
from dunning_sdk.decisions.imputation import Across as Across
from dunning_sdk.decisions.mention import Mention, mention_of
from dunning_sdk.decisions.open_items import OpenItems
from dunning_sdk.decisions.settlement import Ground as Ground
from dunning_sdk.decisions.settlement import OpenItem as OpenItem
from dunning_sdk.decisions.settlement import Reconciliation as Reconciliation
from dunning_sdk.decisions.settlement import Unallocated as Unallocated
from dunning_sdk.decisions.settlement import Unsure as Unsure
from dunning_sdk.decisions.settlement import unallocated, unsure
from dunning_sdk.domain.money import Money as Money
from dunning_sdk.domain.payment import Payment as Payment
from dunning_sdk.domain.payment import PaymentKind


def reconcile(
    payments: Sequence[Payment], items: Sequence[OpenItem], *, across: Across = ASK
) -> Reconciliation:
    """Match payments to open items.

    Args:
        payments: With unique ids, in any order: each ground takes them by the day received, then
            by id. Returns settle nothing here.
        items: With unique receivable ids, in any order, settled ones included; what is left of
            an item falls as it is allocated.
        across: Order in which a payment pays several debts, where its payer is known by his
            IBAN and it fits none, or where it names several and is less; ``ask`` leaves the
            first to a person, and takes the oldest first for the second.

    Returns:
        For each payment its allocations, what is unsure and what is unallocated, which together
        are the whole payment. The order of the arguments does not change it.

    Source:
        House rule. The payer says which debt he pays (Fr. Code civil art. 1342-10); where he
        names several and pays less, the one due first is settled first (same article).
    """
    open_items = OpenItems(items)
    ordered = sorted(payments, key=lambda payment: (payment.received_on, payment.id))
    result: dict[str, Reconciliation] = {}
    vague: list[tuple[Payment, Mention]] = []
    for payment in ordered:
        if payment.kind is PaymentKind.RETURN:
            result[payment.id] = unallocated(payment, Ground.RETURN)
            continue
        mention = mention_of(open_items, payment)
        found = by_reference(open_items, payment, mention, across=across)
        if found is None:
            vague.append((payment, mention))
        else:
            result[payment.id] = _taken(open_items, _not_early(open_items, payment, found))
    for payment, mention in vague:
        found = by_amount(open_items, payment, mention, across=across)
        result[payment.id] = _taken(open_items, found)
    silent = {payment: result[payment.id] for payment, _ in vague if is_silent(payment)}
    result |= by_sum(open_items, silent)
    return Reconciliation.joined(result[payment.id] for payment in ordered)


def _not_early(items: OpenItems, payment: Payment, found: Reconciliation) -> Reconciliation:
    """Return a match as unsure where it would pay what was issued only later.

    Source:
        House rule: what came before the invoice may be a deposit on it, or the number of another
        document; a person says which.
    """
    ids = [one.receivable_id for one in found.allocations]
    if all(items.items[id].issued_on <= payment.received_on for id in ids):
        return found
    return unsure(payment, ids, Ground.BEFORE_ISSUE)


def _taken(items: OpenItems, found: Reconciliation) -> Reconciliation:
    for allocation in found.allocations:
        items.take(allocation.receivable_id, allocation.amount.minor)
    return found
