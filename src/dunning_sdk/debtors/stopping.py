"""Stops as people place and lift them: each with an owner, and an end or a day to ask again.

Decided here is what holds for every kind. What each kind demands is decided in `disputing`
(disputes, blocks, write-offs, doubtful debts), `promising` and `insolvency`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from dunning_sdk.decisions.stop import part_of
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue, NewEvent
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable, Stop, StopReason
from dunning_sdk.domain.stop import Outcome
from dunning_sdk.errors import DomainError, InvalidTransitionError
from dunning_sdk.records.entry import Record, check_currency, event_of, receivable_of
from dunning_sdk.records.keeping import note_change
from dunning_sdk.store.interface import ReviewItem, Session

ASK: Final = "stop-to-ask"
QUESTIONS: Final[Mapping[StopReason, str]] = MappingProxyType(
    {
        StopReason.PROMISED: "promise-broken",
        StopReason.PAYMENT_PLAN: "plan-broken",
        StopReason.CREDIT_DUE: "credit-note-due",
    }
)
"""What a stop asks of a person by itself, besides whether it still holds."""
ASK_AGAIN_DAYS: Final[Mapping[StopReason, int]] = MappingProxyType(
    {
        StopReason.DISPUTED: 14,
        StopReason.BLOCKED: 30,
        StopReason.INSOLVENT: 90,
        StopReason.WRITTEN_OFF: 365,
        StopReason.CREDIT_DUE: 14,
        StopReason.DOUBTFUL: 90,
    }
)
"""Days after which a stop without an end is asked about again; house rule."""
OUTCOMES: Final[Mapping[StopReason, tuple[Outcome, ...]]] = MappingProxyType(
    {
        StopReason.DISPUTED: (
            Outcome.SETTLED, Outcome.ACCEPTED, Outcome.REJECTED, Outcome.WITHDRAWN,
        ),
        StopReason.PROMISED: (Outcome.SETTLED, Outcome.KEPT, Outcome.PART_KEPT, Outcome.BROKEN),
        StopReason.PAYMENT_PLAN: (Outcome.SETTLED, Outcome.KEPT, Outcome.BROKEN),
    }
)  # fmt: skip
"""How a person may end a stop; one that is not listed is settled."""


def stoppable(session: Session, entry: Record) -> Receivable:
    """Return the receivable a stop is about.

    Raises:
        InvalidTransitionError: Nothing is owed on it.
        DomainError: The stop would end before it begins.
    """
    state = receivable_of(session, entry)
    if not state.open_amount.minor:
        message = f"Receivable {state.id} is settled: {entry.kind} is refused"
        raise InvalidTransitionError(message, hint="Allowed: returned, recovery, lift.")
    until: date | None = entry.values.get("until_on")
    if until is not None and until < entry.on:
        message = f"A stop that begins on {entry.on} cannot end on {until}"
        raise DomainError(message, hint=f"Give until_on=… from {entry.on} on.")
    return state


def check_single(state: Receivable, on: date, reason: StopReason) -> None:
    """Refuse a second stop of one reason; InvalidTransitionError says how to end the first."""
    held = [stop for stop in state.records_on(on) if stop.reason is reason]
    if held:
        message = f"Receivable {state.id} is {reason.value} already, since {held[0].placed_on}"
        hint = f"Allowed: record lift {state.id} stop={held[0].id}."
        raise InvalidTransitionError(message, hint=hint)


def check_left(state: Receivable, entry: Record, reason: StopReason, amount: Money | None) -> None:
    """Refuse an amount beyond what is open and not yet held by stops of the same reason.

    Raises:
        CurrencyMismatchError: It is in another currency.
        DomainError: It is nothing, or too much; says what is left.
    """
    left = state.open_amount - part_of(state, entry.on, reason)
    if amount is None:
        if left < state.open_amount:
            message = f"Receivable {state.id} is {reason.value} in part already: {left} is left"
            raise InvalidTransitionError(message, hint=f"Give amount=… up to {left.major}.")
        return
    check_currency(amount, state)
    if not 0 < amount.minor <= left.minor:
        message = (
            f"Receivable {state.id} is open with {state.open_amount}, and {left} of it is not "
            f"{reason.value} yet; {amount} cannot be"
        )
        raise DomainError(message, hint=f"Give amount=… above 0 and up to {left.major}.")


def place(
    session: Session,
    entry: Record,
    state: Receivable,
    reason: StopReason,
    *,
    amount: Money | None = None,
    more: Mapping[str, JsonValue] | None = None,
    sealed: Mapping[str, JsonValue] | None = None,
) -> str:
    """Write down a stop that passed its checks, and the questions it will ask.

    Args:
        session: Open transaction.
        entry: Gives the day, the end, the day to ask again and the owner.
        state: The receivable.
        reason: Of the stop.
        amount: Part in question; ``None`` for the whole.
        more: What this kind adds to the header.
        sealed: What may be personal.

    Returns:
        A line that says what changed.
    """
    until: date | None = entry.values.get("until_on")
    ask: date | None = entry.values.get("ask_again_on")
    if until is None and ask is None and reason in ASK_AGAIN_DAYS:
        ask = entry.on + timedelta(days=ASK_AGAIN_DAYS[reason])
    stop_id = f"{reason.value}-{len(state.stops) + 1}"
    header: dict[str, JsonValue] = {
        "stop": stop_id,
        "reason": reason.value,
        "owner": str(entry.values.get("owner") or ""),
        "until_on": until.isoformat() if until else "",
        "ask_again_on": ask.isoformat() if ask else "",
        "amount_minor": amount.minor if amount else 0,
        **(more or {}),
    }
    event = event_of(state.id, events.STOP_PLACED, entry.on, header)
    note_change(session, [_sealed(event, state, sealed)])
    questions = {ASK: ask} if reason is not StopReason.CREDIT_DUE else {}
    if reason in QUESTIONS:
        questions[QUESTIONS[reason]] = _own_day(session, state.id, stop_id, entry.on)
    for kind, day in questions.items():
        if day is not None:
            _put_question(session, kind, state, header, day, placed_on=entry.on)
    return f"stop {stop_id} on {state.id}"


def _own_day(session: Session, key: str, stop_id: str, on: date) -> date:
    """Return the first day on which a stop may ask by itself: once it may be broken, or at once."""
    stops = session.receivable(key).receivable.stops
    free = next(stop.free_on for stop in stops if stop.id == stop_id)
    return free or on


def _sealed(event: NewEvent, state: Receivable, sealed: Mapping[str, JsonValue] | None) -> NewEvent:
    return replace(event, payload=dict(sealed), owner=state.debtor_id) if sealed else event


def _put_question(
    session: Session,
    kind: str,
    state: Receivable,
    header: Mapping[str, JsonValue],
    day: date,
    *,
    placed_on: date,
) -> None:
    item = ReviewItem(
        id=f"{kind}:{state.id}:{header['stop']}",
        kind=kind,
        subject=state.id,
        opened_on=placed_on,
        ask_on=day,
        detail={name: header[name] for name in ("stop", "reason", "owner")},
    )
    session.put_review(item)


def lift_stop(session: Session, entry: Record) -> str:
    """Lift a stop, with its outcome; a dispute that was accepted asks for a credit note.

    Raises:
        InvalidTransitionError: No such stop is in force; names those that are.
        DomainError: The outcome is not one of its kind.
    """
    state = receivable_of(session, entry)
    stop = _wanted(state, entry)
    outcome = str(entry.values.get("outcome") or "settled")
    known = OUTCOMES.get(stop.reason, (Outcome.SETTLED,))
    if outcome not in known:
        message = f"Stop {stop.id} of {state.id} cannot end as {outcome!r}"
        raise DomainError(message, hint=f"Allowed: {', '.join(known)}.")
    disputed = part_of(state, entry.on, StopReason.DISPUTED)
    header: dict[str, JsonValue] = {"stop": stop.id, "outcome": outcome}
    note_change(session, [event_of(state.id, events.STOP_LIFTED, entry.on, header)])
    _close(session, state.id, stop.id, entry.on, outcome)
    said = f"stop {stop.id} lifted on {state.id}"
    if outcome != Outcome.ACCEPTED:
        return said
    amount = Money(min(stop.amount_minor or disputed.minor, disputed.minor), disputed.currency)
    return f"{said}; {credit_due(session, entry, amount)}"


def credit_due(session: Session, entry: Record, amount: Money) -> str:
    """Set aside what a credit note will cancel, and ask a person to issue it.

    Raises:
        DomainError: It is more than is open.
    """
    about = Record(
        kind="credit-due",
        on=entry.on,
        subject=entry.subject,
        values={"owner": entry.values.get("owner")},
    )
    state = stoppable(session, about)
    check_left(state, about, StopReason.CREDIT_DUE, amount)
    place(session, about, state, StopReason.CREDIT_DUE, amount=amount)
    return f"a credit note of {amount} is to be issued on {state.id}"


def _wanted(state: Receivable, entry: Record) -> Stop:
    held = state.records_on(entry.on)
    wanted = str(entry.values.get("stop") or (held[0].id if len(held) == 1 else ""))
    found = next((stop for stop in held if stop.id == wanted), None)
    if found is None:
        names = ", ".join(stop.id for stop in held) or "none"
        message = f"Receivable {state.id} has no stop {wanted or '(unnamed)'} on {entry.on}"
        raise InvalidTransitionError(message, hint=f"In force: {names}.")
    return found


def _close(session: Session, key: str, stop_id: str, on: date, answer: str) -> None:
    for item in session.reviews():
        if item.subject == key and item.detail.get("stop") == stop_id:
            session.put_review(replace(item, closed_on=on, answer=answer))


def asked_since(item: ReviewItem, stop: Stop, as_of: date) -> date | None:
    """Return the day since which a question about a stop waits, or ``None`` where it does not.

    Args:
        item: Of kind `ASK`, or one of `QUESTIONS`.
        stop: As it stands on the day, on a receivable that is open.
        as_of: The day.
    """
    if item.kind == ASK or stop.reason is StopReason.CREDIT_DUE:
        is_over = stop.reason is StopReason.CREDIT_DUE and not stop.room_minor
        is_due = item.ask_on is not None and item.ask_on <= as_of
        return item.ask_on if is_due and stop.holds_on(as_of) and not is_over else None
    return stop.free_on if stop.lifted_on is None and stop.is_broken_on(as_of) else None
