"""What a payment settles by its amount and its payer, where it quotes nothing.

Decides for the one item, or the one set of items, of a debtor we recognize that has exactly this
amount. Everything less is for a person: two debtors, two items alike, a name that is merely
similar, an amount without a payer.
"""

from collections.abc import Sequence
from typing import Final

from dunning_sdk.decisions.imputation import ASK, Across, imputed
from dunning_sdk.decisions.mention import Mention
from dunning_sdk.decisions.open_items import OpenItems, adding_up
from dunning_sdk.decisions.payer import Payer
from dunning_sdk.decisions.settlement import Ground, Reconciliation, unallocated, unsure
from dunning_sdk.decisions.share import allocated
from dunning_sdk.domain.payment import Confidence, Payment

CANDIDATES_MAX: Final = 1_000


def by_amount(
    items: OpenItems, payment: Payment, mention: Mention, *, across: Across = ASK
) -> Reconciliation:
    """Match a payment by amount and payer.

    Args:
        items: What is open.
        payment: Not a return.
        mention: What it quotes, though not reliably.
        across: Order in which it pays several debts, where it fits none; ``ask`` asks a person.
    """
    payer = items.payer(payment)
    if not payer.debtors:
        return _of_amount(items, payment, payer)
    owed = items.of_debtors(payer.debtors, payment)
    only = payer.debtors[0] if len(payer.debtors) == 1 else ""
    if not owed:
        other = items.owes_other_currency(payer.debtors, payment)
        reason = Ground.OTHER_CURRENCY if other else Ground.NOTHING_OPEN
        return unallocated(payment, reason, debtor_id=only)
    issued = [id for id in owed if items.items[id].issued_on <= payment.received_on]
    if not issued:
        return unsure(payment, owed, Ground.BEFORE_ISSUE)
    fitting = [id for id in issued if items.left(id) == payment.amount.minor]
    if mention.strangers and not set(fitting) & set(items.near(mention.strangers, payment)):
        return unsure(payment, fitting or issued, Ground.UNKNOWN_NUMBER)
    if len(payer.debtors) > 1 and not (payer.by_iban and len(fitting) == 1):
        return unsure(payment, fitting or issued, Ground.TWO_DEBTORS)
    if across != ASK and payer.by_iban and not _is_clear(items, payment, issued, fitting):
        return imputed(items, payment, issued, reason=Ground.IMPUTED, across=across)
    return _of_payer(items, payment, payer, owed=issued, fitting=fitting)


def _is_clear(
    items: OpenItems, payment: Payment, owed: Sequence[str], fitting: Sequence[str]
) -> bool:
    """Tell whether one debt, or one set of debts, has just the amount."""
    subset = adding_up([items.left(id) for id in owed], payment.amount.minor)
    return len(fitting) == 1 or (not fitting and subset.is_unique)


def _of_payer(
    items: OpenItems,
    payment: Payment,
    payer: Payer,
    *,
    owed: Sequence[str],
    fitting: Sequence[str],
) -> Reconciliation:
    """Match what one debtor owes."""
    sure = Confidence.PROBABLE
    if len(fitting) > 1:
        return unsure(payment, fitting, Ground.SAME_AMOUNT)
    if fitting:
        reason = Ground.AMOUNT_AND_IBAN if payer.by_iban else Ground.AMOUNT_AND_NAME
        return allocated(items, payment, fitting, reason=reason, confidence=sure)
    subset = adding_up([items.left(id) for id in owed], payment.amount.minor)
    if subset.is_unique:
        chosen = [owed[place] for place in subset.places]
        reason = Ground.SUM_AND_IBAN if payer.by_iban else Ground.SUM_AND_NAME
        return allocated(items, payment, chosen, reason=reason, confidence=sure)
    return unsure(payment, owed, Ground.SEVERAL_SUMS if subset.places else Ground.AMOUNT_DIFFERS)


def _of_amount(items: OpenItems, payment: Payment, payer: Payer) -> Reconciliation:
    """Find items of this amount for a payer we do not recognize; settles nothing."""
    fitting = items.of_amount(payment)
    alike = [id for id in fitting if items.items[id].debtor_id in payer.alike]
    if alike:
        return unsure(payment, alike, Ground.NAME_WEAK)
    if len(fitting) > CANDIDATES_MAX:
        return unallocated(payment, Ground.TOO_MANY)
    if fitting:
        return unsure(payment, fitting, Ground.AMOUNT_ONLY)
    return unallocated(payment, Ground.NO_MATCH)
