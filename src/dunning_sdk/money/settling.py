"""What a person says about a payment that was not sure: which receivable it is for, or none.

Confirming allocates the money from the day it was received, lifts the pause on every candidate
and teaches whose account it came from; rejecting only lifts the pause.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from dunning_sdk.decisions.reconciliation import Ground, Unallocated
from dunning_sdk.decisions.returned import TakenBack
from dunning_sdk.domain.event import JsonValue, NewEvent
from dunning_sdk.domain.ledger import EntryKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Allocation, Confidence, Payment
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import DomainError, InvalidTransitionError, RecordNotFoundError
from dunning_sdk.installation.money_rules import MoneyRules
from dunning_sdk.money.absorbing import Absorbing, difference_event
from dunning_sdk.money.cash_event import (
    UNALLOCATED,
    UNSURE,
    allocation_event,
    lift_event,
    return_event,
    stop_id,
    unallocated_review,
)
from dunning_sdk.money.exchanging import Counted, counted, exchange_header
from dunning_sdk.money.learning import learn_payer
from dunning_sdk.records.codec import from_json, to_json
from dunning_sdk.records.entry import Record
from dunning_sdk.records.keeping import note_change
from dunning_sdk.store.interface import ReviewItem, Session

REJECTED: Final = "rejected"
SETTLED: Final = "settled:"
"""How answers begin that are kept with a question."""


def settle(
    session: Session,
    payment_id: str,
    *,
    receivable_id: str | None,
    on: date,
    said: Record | None = None,
    rules: MoneyRules | None = None,
) -> str:
    """Settle the question whom a payment is for, and return a line that says what changed.

    Money above what is open waits on as unallocated, to be settled against another receivable.

    Args:
        session: Open transaction.
        payment_id: Payment with an open review item.
        receivable_id: Whom it pays, or for a return whose payment was taken back; one of the
            candidates or any other. ``None`` rejects all candidates.
        on: Day it was answered; not before the question arose.
        said: May state the rate of a payment in another currency.
        rules: How money is applied; the defaults where missing.

    Raises:
        RecordNotFoundError: No open question about this payment, no such receivable, or the
            payment's debtor was erased.
        DomainError: The day lies before the question, or the currencies differ and no rate is
            stated.
        InvalidTransitionError: Nothing is open there, or for a return nothing was paid.
    """
    item = _question(session, payment_id)
    if on < item.opened_on:
        message = f"Payment {payment_id} became a question on {item.opened_on}, after {on}"
        raise DomainError(message, hint="Give the day it was answered with --on.")
    if receivable_id is None:
        changes = _lifts(session, item, on=on, outcome=REJECTED)
        note_change(session, changes)
        session.put_review(replace(item, closed_on=on, answer=REJECTED))
        return f"payment {payment_id} is for none of its candidates"
    payment = _payment(session, payment_id)
    state = session.receivable(receivable_id).receivable
    rules = rules or MoneyRules()
    said = said or Record(kind="answer", subject=payment_id, on=on)
    found = counted(_amount(item), state, said, rules.cash)
    share = _share(item, state, found) - found.difference
    if item.detail["is_return"] is True:
        changes = [_returned(payment, state, share)]
    else:
        changes = list(_applied(item, payment, state, found, rules))
    note_change(session, [*changes, *_lifts(session, item, on=on, outcome="settled")])
    session.put_record("payment", payment.id, to_json(payment), owner=state.debtor_id)
    session.put_review(replace(item, closed_on=on, answer=f"{SETTLED}{receivable_id}"))
    if item.detail["is_return"] is not True and item.detail["reason"] != Ground.OWN_PARTY:
        learn_payer(session, payment, state.debtor_id)
    _keep_rest(session, item, state, rest=found.amount - share, on=on)
    return f"{share} of payment {payment_id} on {receivable_id}"


def _question(session: Session, payment_id: str) -> ReviewItem:
    """Return the open question about a payment; the unsure one before the unallocated one."""
    found = {item.id: item for item in session.reviews() if item.subject == payment_id}
    for kind in (UNSURE, UNALLOCATED):
        if f"{kind}:{payment_id}" in found:
            return found[f"{kind}:{payment_id}"]
    message = f"There is no open question about payment {payment_id}"
    raise RecordNotFoundError(message, hint="`dunning review` lists those that are open.")


def _payment(session: Session, payment_id: str) -> Payment:
    data = session.record("payment", payment_id)
    if data is None:
        message = f"Payment {payment_id} cannot be read: its debtor was erased"
        raise RecordNotFoundError(message, hint="Reject it.")
    return from_json(Payment, data)


def _amount(item: ReviewItem) -> Money:
    minor = item.detail["amount_minor"]
    return Money(minor if isinstance(minor, int) else 0, str(item.detail["currency"]))


def _share(item: ReviewItem, state: Receivable, found: Counted) -> Money:
    """Return how much of a receivable the money in question settles."""
    is_return = item.detail["is_return"] is True
    owed = state.open_amount + state.charges_open
    limit = Money(state.paid_minor, state.amount.currency) if is_return else owed
    if limit.minor <= 0:
        what = "has no payment to take back" if is_return else "has nothing open"
        message = f"Receivable {state.id} {what}"
        raise InvalidTransitionError(message, hint="Name another receivable, or reject.")
    if found.difference.minor and found.settles > limit:
        message = f"Receivable {state.id} is open with {limit}, not {found.settles}"
        raise InvalidTransitionError(message, hint="Let settles be at most that.")
    return min(found.settles, limit)


def _returned(payment: Payment, state: Receivable, share: Money) -> NewEvent:
    back = TakenBack(
        payment_id=payment.id,
        returned_id="",
        receivable_id=state.id,
        amount=share,
        confidence=Confidence.CERTAIN,
        reason=Ground.CONFIRMED,
    )
    return return_event(back, payment, state)


def _applied(
    item: ReviewItem, payment: Payment, state: Receivable, found: Counted, rules: MoneyRules
) -> Iterator[NewEvent]:
    """Yield the allocation, and what the creditor bears: exchange, and what banks kept."""
    settled = _share(item, state, found)
    to_charges = rules.to_charges(state, settled)
    allocation = Allocation(
        payment_id=payment.id,
        receivable_id=state.id,
        amount=settled - found.difference,
        confidence=Confidence.CERTAIN,
        reason=Ground.CONFIRMED.value,
    )
    event = allocation_event(allocation, payment, state, to_charges=to_charges)
    stated = exchange_header(found.exchange, _amount(item))
    yield replace(event, header={**event.header, **stated})
    on = payment.received_on
    if found.difference.minor:
        ground = EntryKind.EXCHANGE_DIFFERENCE
        yield difference_event(state, payment.id, found.difference, on=on, ground=ground)
    kept = Absorbing(rules.cash, {}).kept_by_banks(state, payment, settled.minor)
    if kept is not None and not to_charges:
        yield difference_event(state, payment.id, kept, on=on)


def _lifts(session: Session, item: ReviewItem, *, on: date, outcome: str) -> Sequence[NewEvent]:
    """Return the events that lift the pauses this question placed."""
    payment_id = item.subject
    return [
        lift_event(payment_id, state, on=on, outcome=outcome)
        for state in _stopped(session, item)
        if any(stop.id == stop_id(payment_id) and not stop.lifted_on for stop in state.stops)
    ]


def _stopped(session: Session, item: ReviewItem) -> Iterable[Receivable]:
    candidates = item.detail["candidates"]
    for id in candidates if isinstance(candidates, list) else []:
        yield session.receivable(str(id)).receivable


def _keep_rest(
    session: Session, item: ReviewItem, state: Receivable, *, rest: Money, on: date
) -> None:
    if rest.minor <= 0:
        return
    lost = Unallocated(
        payment_id=item.subject, amount=rest, reason=Ground.OVERPAID, debtor_id=state.debtor_id
    )
    is_return = item.detail["is_return"] is True
    open_again = unallocated_review(lost, opened_on=on, is_return=is_return)
    earlier = item.detail.get("settled")
    before = earlier if isinstance(earlier, list) and item.id == open_again.id else []
    known: list[JsonValue] = [*before, state.id] if item.id == open_again.id else []
    session.put_review(replace(open_again, detail={**open_again.detail, "settled": known}))
