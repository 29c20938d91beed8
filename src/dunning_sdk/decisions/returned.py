"""Which earlier payment a returned direct debit or transfer undoes.

Decides by what the bank calls the payment undone, then by the reference it repeats, then by
payer and amount; several that fit equally well are for a person. The debt lives again by the
event the engine writes; a new cycle is left to `domain.fold`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from dunning_sdk.decisions.payer import Likeness, likeness, name_of
from dunning_sdk.decisions.remittance_text import compact
from dunning_sdk.decisions.settlement import Ground, Unallocated, Unsure
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Allocation, Confidence, Payment

_REFERENCE_MIN: Final = 6

Settled = tuple[Payment, Allocation]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """How much of an earlier allocation a return undoes.

    Attributes:
        payment_id: The return.
        returned_id: The payment undone.
        receivable_id: Whose debt lives again.
        amount: Positive, at most what was allocated.
        confidence: ``CERTAIN`` or ``PROBABLE``.
        reason: A `Ground`.
    """

    payment_id: str
    returned_id: str
    receivable_id: str
    amount: Money
    confidence: Confidence
    reason: Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnMatch:
    """What became of one return; the three together are the whole of it.

    Attributes:
        taken_back: What it undoes.
        unsure: Set where a person must say which payment is meant.
        unallocated: Set for what undoes nothing we know, such as the bank's charges.
    """

    taken_back: tuple[TakenBack, ...] = ()
    unsure: Unsure | None = None
    unallocated: Unallocated | None = None


def match_return(payment: Payment, earlier: Sequence[Settled]) -> ReturnMatch:
    """Find the payment a return undoes.

    Args:
        payment: Of kind ``RETURN``.
        earlier: Payments with each of their allocations, in any order; of an allocation only
            what earlier returns left of it.

    Source:
        House rule, after the R-transactions of the SEPA direct debit rulebook.
    """
    known = sorted(
        (pair for pair in earlier if _may_be_undone(payment, pair)),
        key=lambda pair: (pair[0].received_on, pair[0].id, pair[1].receivable_id),
    )
    for ground, found in _grounds(payment, known):
        whole = _of_amount(payment, found)
        ids = {paid.id for paid, _ in whole}
        if len(ids) > 1:
            return _unsure(payment, whole)
        if ids:
            return _undone(payment, whole, ground)
    return ReturnMatch(unallocated=_left_over(payment, payment.amount.minor))


def _may_be_undone(payment: Payment, pair: Settled) -> bool:
    paid, allocation = pair
    return (
        paid.received_on <= payment.received_on
        and allocation.amount.currency == payment.amount.currency
        and allocation.amount.minor > 0
    )


def _grounds(payment: Payment, known: Sequence[Settled]) -> Iterable[tuple[Ground, list[Settled]]]:
    """Yield what fits, strongest ground first."""
    names = {compact(text) for text in (payment.returns, payment.end_to_end_id)} - {""}
    yield Ground.RETURNED_ID, [pair for pair in known if _ids_of(pair[0]) & names]
    said = compact(f"{payment.structured_reference} {payment.reference} {payment.returns}")
    yield Ground.RETURNED_REFERENCE, [pair for pair in known if _is_repeated(pair[0], said)]
    exact = [pair for pair in known if _is_payers(payment, pair[0])]
    totals = _totals(exact)
    minor = payment.amount.minor
    yield Ground.RETURNED_PAYER, [pair for pair in exact if totals[pair[0].id] == minor]


def _ids_of(paid: Payment) -> set[str]:
    return {compact(text) for text in (paid.id, paid.end_to_end_id)} - {""}


def _is_repeated(paid: Payment, said: str) -> bool:
    texts = [compact(text) for text in (paid.structured_reference, paid.reference)]
    return any(len(text) >= _REFERENCE_MIN and text in said for text in texts)


def _is_payers(payment: Payment, paid: Payment) -> bool:
    if payment.payer_iban and paid.payer_iban:
        return compact(payment.payer_iban) == compact(paid.payer_iban)
    return likeness(name_of(payment.payer_name), name_of(paid.payer_name)) >= Likeness.STRONG


def _totals(pairs: Iterable[Settled]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for paid, allocation in pairs:
        totals[paid.id] = totals.get(paid.id, 0) + allocation.amount.minor
    return totals


def _of_amount(payment: Payment, found: Sequence[Settled]) -> list[Settled]:
    """Narrow what fits to the payments of just this amount, if there are any.

    Of several the latest is undone: a debit presented again is returned again.
    """
    totals = _totals(found)
    exact = [pair for pair in found if totals[pair[0].id] == payment.amount.minor]
    if not exact:
        return list(found)
    latest = max(paid.received_on for paid, _ in exact)
    return [pair for pair in exact if pair[0].received_on == latest]


def _undone(payment: Payment, found: Sequence[Settled], ground: Ground) -> ReturnMatch:
    """Undo the allocations of one payment; of several in part, which ones is not sure."""
    left = payment.amount.minor
    is_part = len(found) > 1 and left < sum(allocation.amount.minor for _, allocation in found)
    if is_part:
        single = [pair for pair in found if pair[1].amount.minor == left]
        if len(single) != 1:
            return _unsure(payment, found)
        found = single
    is_sure = ground is not Ground.RETURNED_PAYER
    taken: list[TakenBack] = []
    for paid, allocation in found:
        minor = min(left, allocation.amount.minor)
        left -= minor
        taken.append(
            TakenBack(
                payment_id=payment.id,
                returned_id=paid.id,
                receivable_id=allocation.receivable_id,
                amount=Money(minor, payment.amount.currency),
                confidence=Confidence.CERTAIN if is_sure else Confidence.PROBABLE,
                reason=ground,
            )
        )
    return ReturnMatch(
        taken_back=tuple(taken), unallocated=_left_over(payment, left) if left else None
    )


def _unsure(payment: Payment, found: Sequence[Settled]) -> ReturnMatch:
    candidates = tuple(sorted({allocation.receivable_id for _, allocation in found}))
    return ReturnMatch(
        unsure=Unsure(
            payment_id=payment.id,
            amount=payment.amount,
            candidates=candidates,
            reason=Ground.RETURN_UNSURE,
        )
    )


def _left_over(payment: Payment, minor: int) -> Unallocated:
    return Unallocated(
        payment_id=payment.id,
        amount=Money(minor, payment.amount.currency),
        reason=Ground.RETURN,
    )
