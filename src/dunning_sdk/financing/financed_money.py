"""Money around a financing: claimed back, misdirected, passed on, remitted.

Every function takes the financings of the day and the record; all go through the engine's
`record`. Amounts that were not told are those the financing has.
"""

from datetime import timedelta
from typing import Final

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.financed import Financing
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import StopReason
from dunning_sdk.domain.transition import FinancingEvent
from dunning_sdk.errors import CurrencyMismatchError, DomainError
from dunning_sdk.financing.financings import Financings
from dunning_sdk.installation.contracts import contract_in_force
from dunning_sdk.records.entry import Record, event_of, value_of
from dunning_sdk.records.keeping import note_change

_E: Final = FinancingEvent


def claim_back(financings: Financings, entry: Record) -> str:
    """Record a refund, recourse or void: the advance is due back, if it was paid out (S0-36).

    Raises:
        InvalidTransitionError: The state does not allow it.
        DomainError: More is claimed than was paid out.
    """
    financing = financings.find(entry.subject)
    event = FinancingEvent(entry.kind)
    financings.check(financing, event)
    reason = str(value_of(entry, "reason"))
    is_before = financing.paid_out_on is None  # nothing was paid out, so nothing is claimed
    claimed = amount_of(
        financing,
        entry.values.get("amount"),
        most=financing.advance,
        may_be_nothing=is_before,
    )
    contract = contract_in_force(financings.config, financing.contract_kind)
    claim_by = entry.on + timedelta(days=contract.claim_days)
    header: dict[str, JsonValue] = {
        "amount_minor": claimed.minor,
        "claim_by": claim_by.isoformat(),
        "reason": reason,
    }
    after = financings.move(financing, event, header)
    if not after.claimed.minor:
        return f"{financing.id} {after.state.value}: the creditor pursues it himself"
    return f"{financing.id}: {after.claimed} of the advance due back by {claim_by}"


def repay(financings: Financings, entry: Record) -> str:
    """Record that the creditor paid an advance back, or a part of it.

    Raises:
        InvalidTransitionError: No advance is due back.
        DomainError: It is more than is due.
    """
    financing = financings.find(entry.subject)
    financings.check(financing, _E.ADVANCE_REPAID)
    amount = amount_of(financing, entry.values.get("amount"), most=financing.advance_due)
    is_last = amount == financing.advance_due
    event = _E.ADVANCE_SETTLED if is_last else _E.ADVANCE_REPAID
    after = financings.move(financing, event, {"amount_minor": amount.minor})
    return f"{financing.id}: {amount} of the advance repaid, {after.advance_due} still due"


def misdirect(financings: Financings, entry: Record) -> str:
    """Record that the debtor paid the wrong party: it pauses until the money is passed on.

    Raises:
        InvalidTransitionError: The state does not allow it.
        DomainError: It is more than is open.
    """
    financing = financings.find(entry.subject)
    financings.check(financing, _E.MISDIRECTED)
    state = financings.receivable(financing)
    left = (state.open_amount if state else financing.financed) - financing.misdirected
    amount = amount_of(financing, value_of(entry, "amount"), most=left)
    after = financings.move(financing, _E.MISDIRECTED, {"amount_minor": amount.minor})
    financings.stop(after.receivable_id, StopReason.PAYMENT_MISDIRECTED, on=True)
    return f"{amount} for {financing.id} went to the wrong party; {after.misdirected} to pass on"


def pass_on(financings: Financings, entry: Record) -> str:
    """Record that misdirected money reached the right party: it counts as paid.

    Raises:
        InvalidTransitionError: The state does not allow it.
        DomainError: It is more than was misdirected.
    """
    financing = financings.find(entry.subject)
    financings.check(financing, _E.PASSED_ON)
    amount = amount_of(financing, entry.values.get("amount"), most=financing.misdirected)
    after = financings.move(financing, _E.PASSED_ON, {"amount_minor": amount.minor})
    state = financings.receivable(after)
    if state is not None:
        paid = min(amount, state.open_amount)
        header: dict[str, JsonValue] = {
            "payment": "passed-on",
            "amount_minor": paid.minor,
            "confidence": "certain",
        }
        day = max(entry.on, state.entered_on)
        note_change(financings.session, [event_of(state.id, events.PAYMENT_ALLOCATED, day, header)])
        is_left = after.misdirected.minor > 0
        financings.stop(state.id, StopReason.PAYMENT_MISDIRECTED, on=is_left)
    return f"{amount} for {financing.id} passed on; {after.misdirected} to pass on"


def remit(financings: Financings, entry: Record) -> str:
    """Record that money collected for the financier was passed on to him.

    Raises:
        InvalidTransitionError: The state does not allow it.
        DomainError: It is more than is to be passed on.
    """
    financing = financings.find(entry.subject)
    financings.check(financing, _E.REMITTED)
    amount = amount_of(financing, entry.values.get("amount"), most=financing.to_remit)
    after = financings.move(financing, _E.REMITTED, {"amount_minor": amount.minor})
    return f"{amount} of {financing.id} remitted, {after.to_remit} still to remit"


def amount_of(
    financing: Financing,
    told: Money | None,
    *,
    most: Money | None,
    may_be_nothing: bool = False,
) -> Money:
    """Return the amount told, or all there is; refuse another currency, nothing, or too much."""
    amount = told if told is not None else most
    if amount is None:
        raise DomainError(f"Financing {financing.id} needs an amount", hint="Add amount=….")
    if amount.currency != financing.currency:
        message = f"Financing {financing.id} is in {financing.currency}, not {amount.currency}"
        raise CurrencyMismatchError(message, hint="Convert it first, or correct the currency.")
    if amount.minor < 0 or (amount.minor == 0 and not may_be_nothing):
        raise DomainError(f"Financing {financing.id}: {amount} is no amount", hint="Give more.")
    if most is not None and amount > most:
        message = (
            f"Financing {financing.id} is {financing.state.value}: at most {most}, not {amount}"
        )
        raise DomainError(message, hint="Record at most that; the rest is other money.")
    return amount
