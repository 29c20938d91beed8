"""What a payment settles by the numbers it quotes.

Decides from structured reference, text and end-to-end id, in this order, and asks amount and
payer whether a number may be a slip of the pen. A number that fits neither is for a person.
What quotes nothing is left to `by_amount`.
"""

from collections.abc import Sequence
from typing import Final

from dunning_sdk.decisions.imputation import ASK, Across, imputed
from dunning_sdk.decisions.mention import Mention, Naming, Stance, stance
from dunning_sdk.decisions.open_items import OpenItems, adding_up
from dunning_sdk.decisions.remittance import Strength
from dunning_sdk.decisions.settlement import (
    Ground,
    Reconciliation,
    Unsure,
    unallocated,
    unsure,
)
from dunning_sdk.decisions.share import allocated, only_debtor, shares
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Confidence, Payment

_CUT_TEXT_MIN: Final = 100


def by_reference(
    items: OpenItems, payment: Payment, mention: Mention, *, across: Across = ASK
) -> Reconciliation | None:
    """Match a payment by what it quotes.

    Args:
        items: What is open.
        payment: Not a return.
        mention: What it quotes.
        across: Order in which it pays several debts that it names, where it is less.

    Returns:
        What becomes of the payment; ``None`` where it quotes nothing that can be relied on.
    """
    for naming in mention.plain:
        if _fits(items, payment, naming.ids):
            return _exact(items, payment, naming)
    weak = _weak(items, payment, mention)
    if weak is not None:
        return weak
    if mention.doubled:
        if _fits(items, payment, mention.doubled) and only_debtor(items, mention.doubled):
            reason = Ground.REFERENCE_AND_AMOUNT
            return allocated(items, payment, mention.doubled, reason=reason)
        return unsure(payment, mention.doubled, Ground.NOT_UNIQUE)
    if mention.plain:
        return _inexact(items, payment, mention.plain[0], mention=mention, across=across)
    near = items.near(mention.strangers, payment)
    return _near(items, payment, near, quoted=()) if len(near) == 1 else None


def _fits(items: OpenItems, payment: Payment, ids: Sequence[str]) -> bool:
    is_one_currency = len(items.in_currency(ids, payment)) == len(ids)
    return is_one_currency and items.sum_left(ids) == payment.amount.minor


def _exact(items: OpenItems, payment: Payment, naming: Naming) -> Reconciliation:
    """Settle what is quoted, unless an item of the payer's own fits as well."""
    if naming.strength < Strength.CHECKED:
        near = items.near(naming.read_as, payment, besides=naming.ids)
        if near and stance(items, payment, naming.ids) is Stance.CONTRADICTS:
            payers = set(items.payer(payment).debtors)
            own = [id for id in near if items.items[id].debtor_id in payers]
            if own:
                return unsure(payment, [*naming.ids, *own], Ground.OTHER_PAYER)
    return allocated(items, payment, naming.ids, reason=naming.exactly)


def _weak(items: OpenItems, payment: Payment, mention: Mention) -> Reconciliation | None:
    """Settle what is quoted weakly where the amount says the same."""
    for naming in mention.weak:
        for ids in (naming.ids, *((id,) for id in naming.ids)):
            if not _fits(items, payment, ids):
                continue
            found = stance(items, payment, ids)
            if found is Stance.CONTRADICTS:
                return unsure(payment, ids, Ground.OTHER_PAYER)
            sure = Confidence.CERTAIN if found is Stance.AGREES else Confidence.PROBABLE
            return allocated(items, payment, ids, reason=naming.exactly, confidence=sure)
    return None


def _near(
    items: OpenItems, payment: Payment, near: Sequence[str], *, quoted: Sequence[str]
) -> Reconciliation:
    """Judge the one item of this amount whose number is a slip away from what was read."""
    found = stance(items, payment, near)
    is_own = found is Stance.AGREES and not items.debtors_of(near) & items.debtors_of(quoted)
    if is_own or (found is Stance.UNKNOWN and not quoted):
        reason = Ground.NEAR_REFERENCE_AND_AMOUNT
        sure = Confidence.PROBABLE
        return allocated(items, payment, near, reason=reason, confidence=sure)
    live = [id for id in quoted if items.left(id) > 0]
    return unsure(payment, [*live, *near], Ground.OTHER_ITEM)


def _inexact(
    items: OpenItems, payment: Payment, naming: Naming, *, mention: Mention, across: Across
) -> Reconciliation:
    """Judge numbers whose amounts do not add up to the payment."""
    ids = items.in_currency(naming.ids, payment)
    live = [id for id in ids if items.left(id) > 0]
    if not ids:
        return unallocated(payment, Ground.OTHER_CURRENCY, debtor_id=only_debtor(items, naming.ids))
    if naming.strength < Strength.CHECKED:
        doubt = _doubt(items, payment, naming, live=live)
        if doubt is not None:
            return doubt
    if not live:
        return unallocated(payment, Ground.SETTLED, debtor_id=only_debtor(items, ids))
    if payment.amount.minor < items.sum_left(live):
        return _part(items, payment, naming, live=live, across=across)
    return _over(items, payment, naming, live=live, mention=mention)


def _doubt(
    items: OpenItems, payment: Payment, naming: Naming, *, live: Sequence[str]
) -> Reconciliation | None:
    """Return what speaks against numbers whose amounts do not fit; ``None`` for nothing."""
    near = items.near(naming.read_as, payment, besides=naming.ids)
    if len(near) == 1:
        return _near(items, payment, near, quoted=naming.ids)
    owing = items.debtors_of(naming.ids)
    payers = items.payer(payment).debtors
    fitting = items.of_amount(payment)
    own = [id for id in items.of_debtors({*owing, *payers}, payment) if id in fitting]
    others = [id for id in own if id not in live]
    is_other = stance(items, payment, naming.ids) is Stance.CONTRADICTS
    candidates = [*live, *near, *others]
    if not candidates:
        return None
    if is_other or len(owing) > 1:
        return unsure(payment, candidates, Ground.OTHER_PAYER)
    if others or near:
        return unsure(payment, candidates, Ground.OTHER_ITEM if live else Ground.SETTLED_QUOTED)
    return None


def _part(
    items: OpenItems, payment: Payment, naming: Naming, *, live: Sequence[str], across: Across
) -> Reconciliation:
    """Allocate a payment of less than what is quoted."""
    if len(live) == 1:
        return allocated(items, payment, live, reason=naming.merely)
    subset = adding_up([items.left(id) for id in live], payment.amount.minor)
    if subset.is_unique:
        chosen = [live[place] for place in subset.places]
        return allocated(items, payment, chosen, reason=naming.exactly)
    if subset.places:
        return unsure(payment, live, Ground.SEVERAL_SUMS)
    reason = Ground.OLDEST_FIRST if across in (ASK, "oldest") else Ground.IMPUTED
    return imputed(items, payment, live, reason=reason, across=across)


def _over(
    items: OpenItems, payment: Payment, naming: Naming, *, live: Sequence[str], mention: Mention
) -> Reconciliation:
    """Allocate a payment of more than what is quoted, and judge the rest."""
    first = allocated(items, payment, live, reason=naming.merely)
    rest = payment.amount.minor - items.sum_left(live)
    owing = items.debtors_of(live)
    others = [id for id in items.of_debtors(owing, payment) if id not in live]
    subset = adding_up([items.left(id) for id in others], rest) if len(owing) == 1 else None
    if subset is None or not subset.places:
        return first
    chosen = [others[place] for place in subset.places]
    is_cut = len(payment.reference) >= _CUT_TEXT_MIN or bool(mention.strangers)
    if subset.is_unique and is_cut:
        more = shares(items, payment, chosen, rest, reason=Ground.REFERENCE_AND_SUM)
        return Reconciliation(allocations=(*first.allocations, *more))
    waiting = Unsure(
        payment_id=payment.id,
        amount=Money(rest, payment.amount.currency),
        candidates=tuple(sorted(chosen)),
        reason=Ground.REST_ADDS_UP,
    )
    return Reconciliation(allocations=first.allocations, unsure=(waiting,))
