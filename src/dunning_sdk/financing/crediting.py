"""A creditor gives money up before it was paid: a credit note, never a transfer (S0-33, S0-35).

A financed invoice is credited with all its parts, by the proposal that its change leads to; of any
other a person, or the host, is asked to issue the credit note, and what it will cancel is not
asked for meanwhile.
"""

from typing import Final

from dunning_sdk.debtors.stopping import credit_due
from dunning_sdk.domain.financed import Financing
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.transition import (
    FinancingEvent,
    FinancingState,
    Refusal,
    allowed,
    outcome,
)
from dunning_sdk.errors import InvalidTransitionError
from dunning_sdk.financing.financings import Financings
from dunning_sdk.records.entry import Record, check_currency, receivable_of, value_of

_OVER: Final = frozenset(
    {FinancingState.HANDED_BACK, FinancingState.UNWOUND, FinancingState.WITHDRAWN}
)


def grant_refund(financings: Financings, entry: Record) -> str:
    """Record that the creditor gives back, or gives up, what an invoice asks for.

    Args:
        financings: Bound to the transaction and the day.
        entry: ``reason``, and ``amount`` where it is not all that is open.

    Raises:
        InvalidTransitionError: The financier has paid out, or the debtor has paid: then it is
            no credit note.
        DomainError: It is more than is open.
        RecordNotFoundError: The receivable is unknown.
    """
    reason = str(value_of(entry, "reason"))
    financing = financings.known(entry.subject)
    if financing is not None and _is_financed(financing, entry.subject):
        event = FinancingEvent.CHANGE_ASKED
        if isinstance(outcome(financing.state, event), Refusal):
            words = ", ".join(one.value for one in allowed(financing.state)) or "nothing more"
            message = f"Financing {financing.id} is {financing.state.value}: refund is refused"
            raise InvalidTransitionError(message, hint=f"Allowed now: {words}.")
        after = financings.move(financing, event, {"reason": reason})
        return f"refund before the pay-out of {financing.id}: {after.state.value}"
    state = receivable_of(financings.session, entry)
    amount: Money = entry.values.get("amount") or state.open_amount
    check_currency(amount, state)
    if not state.open_amount.minor:
        message = f"Receivable {state.id} is paid: a credit note would give nothing back"
        hint = "Allowed: pay it back from the account, and record returned."
        raise InvalidTransitionError(message, hint=hint)
    return credit_due(financings.session, entry, amount)


def _is_financed(financing: Financing, subject: str) -> bool:
    """Tell whether a subject names what is financed, and not the rest that is the creditor's."""
    named = subject in (financing.id, financing.receivable_id)
    return named and financing.state not in _OVER
