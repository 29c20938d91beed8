"""One batch of payments against everything open: matching, returns, and what returns set free.

Decides the order of the three and what money from our own parties may do; each match itself is
decided by `decisions.reconciliation` and `decisions.returned`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dunning_sdk.decisions.payer import name_of
from dunning_sdk.decisions.reconciliation import (
    ASK,
    Across,
    Ground,
    OpenItem,
    Reconciliation,
    Unallocated,
    Unsure,
    reconcile,
)
from dunning_sdk.decisions.returned import Settled, TakenBack, match_return
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.payment import Confidence, Payment, PaymentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """What became of a batch's new payments.

    Attributes:
        found: Allocations, unsure and unallocated money, of returns too.
        taken_back: What returns undo.
    """

    found: Reconciliation
    taken_back: tuple[TakenBack, ...] = ()

    def certain(self) -> frozenset[str]:
        """Return the payments that settle something surely, and with every minor unit."""
        doubtful = {waiting.payment_id for waiting in self.found.unsure}
        doubtful |= {lost.payment_id for lost in self.found.unallocated}
        sure: set[str] = {back.payment_id for back in self.taken_back}
        for one in self.found.allocations:
            (sure if one.confidence is Confidence.CERTAIN else doubtful).add(one.payment_id)
        return frozenset(sure - doubtful)

    def owners(self, debtors: Mapping[str, str]) -> dict[str, str]:
        """Return whose money each payment is, where that is known and one debtor.

        Args:
            debtors: Debtor per receivable id.
        """
        found: dict[str, set[str]] = {}
        settled = [(one.payment_id, one.receivable_id) for one in self.found.allocations]
        undone = [(back.payment_id, back.receivable_id) for back in self.taken_back]
        for payment_id, receivable_id in (*settled, *undone):
            found.setdefault(payment_id, set()).add(debtors[receivable_id])
        for lost in self.found.unallocated:
            if lost.debtor_id:
                found.setdefault(lost.payment_id, set()).add(lost.debtor_id)
        return {id: next(iter(owing)) for id, owing in found.items() if len(owing) == 1}


def match_batch(
    payments: Sequence[Payment],
    items: Sequence[OpenItem],
    *,
    own: Iterable[Party],
    earlier: Sequence[Settled],
    across: Across = ASK,
) -> Matched:
    """Match payments and returns to what is open and to what was settled before.

    Args:
        payments: New ones, sorted by day and id.
        items: Every receivable, settled ones included.
        own: Creditor, financier and other parties of ours. What they send may be a pay-out or
            money passed on, which quote invoices as well; a person says which.
        earlier: Payments settled before, with what is left of each allocation.
        across: Order in which a payment pays several debts.
    """
    ours = _OwnParties(own)
    returns = [one for one in payments if one.kind is PaymentKind.RETURN]
    internal = [one for one in payments if one.kind is not PaymentKind.RETURN and ours.sent(one)]
    apart = {one.id for one in (*returns, *internal)}
    plain = [one for one in payments if one.id not in apart]
    found = reconcile(plain, items, across=across)
    undone, taken = _undone(returns, plain, found, earlier=earlier)
    if taken:
        found = _again(plain, found, _moved(items, found, taken), across=across)
    if internal:
        held = _held(internal, reconcile(internal, _moved(items, found, taken)))
        found = Reconciliation.joined([found, held])
    return Matched(found=Reconciliation.joined([found, undone]), taken_back=taken)


class _OwnParties:
    """Parties of ours, to be known again on a bank statement."""

    def __init__(self, parties: Iterable[Party]) -> None:
        known = list(parties)
        self._ibans = {account.iban for party in known for account in party.accounts}
        self._names = {name_of(party.name).words for party in known}

    def sent(self, payment: Payment) -> bool:
        """Tell whether money comes from one of them."""
        if payment.payer_iban:
            return payment.payer_iban in self._ibans
        return bool(payment.payer_name) and name_of(payment.payer_name).words in self._names


def _held(payments: Sequence[Payment], found: Reconciliation) -> Reconciliation:
    """Return money from parties of ours as unsure, where it would have settled something."""
    whole = {payment.id: payment for payment in payments}
    named: dict[str, set[str]] = {}
    for allocation in found.allocations:
        named.setdefault(allocation.payment_id, set()).add(allocation.receivable_id)
    for waiting in found.unsure:
        named.setdefault(waiting.payment_id, set()).update(waiting.candidates)
    unsure = [
        Unsure(
            payment_id=id,
            amount=whole[id].amount,
            candidates=tuple(sorted(candidates)),
            reason=Ground.OWN_PARTY,
        )
        for id, candidates in named.items()
    ]
    rest = tuple(lost for lost in found.unallocated if lost.payment_id not in named)
    return Reconciliation(unsure=tuple(unsure), unallocated=rest)


def _undone(
    returns: Sequence[Payment],
    payments: Sequence[Payment],
    found: Reconciliation,
    *,
    earlier: Sequence[Settled],
) -> tuple[Reconciliation, tuple[TakenBack, ...]]:
    """Match returns against what was settled, before and in this batch."""
    if not returns:
        return Reconciliation(), ()
    by_id = {payment.id: payment for payment in payments}
    left = [*earlier, *((by_id[one.payment_id], one) for one in found.allocations)]
    taken: list[TakenBack] = []
    waiting: list[Unsure] = []
    lost: list[Unallocated] = []
    for payment in returns:
        match = match_return(payment, left)
        taken.extend(match.taken_back)
        waiting.extend([match.unsure] if match.unsure else [])
        lost.extend([match.unallocated] if match.unallocated else [])
        left = _less(left, match.taken_back)
    return Reconciliation(unsure=tuple(waiting), unallocated=tuple(lost)), tuple(taken)


def _less(left: Sequence[Settled], taken: Sequence[TakenBack]) -> list[Settled]:
    gone = {(back.returned_id, back.receivable_id): back.amount for back in taken}
    return [
        (paid, replace(one, amount=one.amount - gone[paid.id, one.receivable_id]))
        if (paid.id, one.receivable_id) in gone
        else (paid, one)
        for paid, one in left
    ]


def _moved(
    items: Sequence[OpenItem], found: Reconciliation, taken: Iterable[TakenBack]
) -> list[OpenItem]:
    """Return the items as allocations and returns leave them."""
    moved: dict[str, int] = {}
    for allocation in found.allocations:
        id = allocation.receivable_id
        moved[id] = moved.get(id, 0) - allocation.amount.minor
    for back in taken:
        moved[back.receivable_id] = moved.get(back.receivable_id, 0) + back.amount.minor
    return [
        replace(item, open_amount=replace(item.open_amount, minor=item.open_amount.minor + change))
        if (change := moved.get(item.receivable_id, 0))
        else item
        for item in items
    ]


def _again(
    payments: Sequence[Payment],
    found: Reconciliation,
    items: Sequence[OpenItem],
    *,
    across: Across,
) -> Reconciliation:
    """Match again what settled nothing: it may pay what a return made open."""
    idle = {one.payment_id for one in found.unsure}
    idle |= {one.payment_id for one in found.unallocated}
    idle -= {allocation.payment_id for allocation in found.allocations}
    kept = Reconciliation(
        allocations=found.allocations,
        unsure=tuple(one for one in found.unsure if one.payment_id not in idle),
        unallocated=tuple(one for one in found.unallocated if one.payment_id not in idle),
    )
    left = [payment for payment in payments if payment.id in idle]
    again = reconcile(left, items, across=across)
    return Reconciliation.joined([kept, again])
