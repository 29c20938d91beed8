"""What a person or another system knows: each record becomes an event, or a clear refusal.

Every function takes an open session and the day it happened; all go through the engine's
`record`. Nothing here decides what follows: the next run does.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.domain.financing import CreditLine
from dunning_sdk.domain.invoice import Quote
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable, StopReason
from dunning_sdk.engine.codec import to_json
from dunning_sdk.engine.keeping import note_change
from dunning_sdk.errors import DomainError, InvalidTransitionError, RecordNotFoundError
from dunning_sdk.store.interface import ReviewItem, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One thing to record.

    Attributes:
        kind: One of `KINDS`.
        on: Day it happened, not after the day it is recorded.
        subject: Receivable, debtor, quote or review item it is about.
        values: What is known; each kind has its own keys (docs/recording.md).
    """

    kind: str
    on: date
    subject: str
    values: Mapping[str, Any] = field(default_factory=dict)


def record(session: Session, entry: Record) -> str:
    """Store one record and return a line that says what changed.

    Raises:
        DomainError: Unknown kind, or a value is missing or wrong; nothing was changed.
        InvalidTransitionError: The state does not allow it; says what it allows.
        RecordNotFoundError: The subject is unknown; names the nearest.
    """
    handler = _HANDLERS.get(entry.kind)
    if handler is None:
        message = f"Cannot record {entry.kind!r}"
        raise DomainError(message, hint=f"Known kinds: {', '.join(sorted(_HANDLERS))}.")
    return handler(session, entry)


def _value(entry: Record, key: str) -> Any:  # noqa: ANN401  # values are checked by each caller
    if entry.values.get(key) in (None, ""):
        message = f"Recording a {entry.kind} needs {key}"
        raise DomainError(message, hint=f"Give --{key.replace('_', '-')}.")
    return entry.values[key]


def _receivable(session: Session, entry: Record) -> Receivable:
    state = session.receivable(entry.subject).receivable
    if entry.on < state.entered_on and entry.kind not in ("payment",):
        message = f"Receivable {state.id} was first seen on {state.entered_on}; {entry.on} lies before it"
        raise DomainError(message, hint="Give the day it was noticed with --on.")
    return state


def _event(key: str, type: str, on: date, header: dict[str, JsonValue]) -> NewEvent:
    return NewEvent(stream=Stream(kind="receivable", id=key), type=type, on=on, header=header)


def _payment(session: Session, entry: Record) -> str:
    state = _receivable(session, entry)
    amount = entry.values.get("amount") or state.open_amount
    _same_currency(amount, state)
    if amount.minor <= 0 or amount > state.open_amount:
        message = f"Receivable {state.id} is open with {state.open_amount}; {amount} cannot be allocated to it"
        raise InvalidTransitionError(message, hint="Record at most the open amount; the rest is unallocated money.")
    header: dict[str, JsonValue] = {"payment": "recorded", "amount_minor": amount.minor, "confidence": "certain"}
    note_change(session, [_event(state.id, events.PAYMENT_ALLOCATED, max(entry.on, state.entered_on), header)])
    return f"payment of {amount} on {state.id}"


def _same_currency(amount: Money, state: Receivable) -> None:
    if amount.currency != state.amount.currency:
        message = f"Receivable {state.id} is in {state.amount.currency}, not {amount.currency}"
        raise DomainError(message, hint="Convert it first, or correct the currency.")


def _returned(session: Session, entry: Record) -> str:
    state = _receivable(session, entry)
    amount = entry.values.get("amount") or Money(state.paid_minor, state.amount.currency)
    _same_currency(amount, state)
    if amount.minor <= 0 or amount.minor > state.paid_minor:
        paid = Money(state.paid_minor, state.amount.currency)
        message = f"Receivable {state.id} has payments of {paid}; {amount} cannot be taken back"
        raise InvalidTransitionError(message, hint="Record at most what was paid.")
    header: dict[str, JsonValue] = {"payment": "recorded", "amount_minor": amount.minor}
    note_change(session, [_event(state.id, events.PAYMENT_RETURNED, entry.on, header)])
    return f"payment of {amount} returned on {state.id}"


def _due_date(session: Session, entry: Record) -> str:
    state = _receivable(session, entry)
    due_on: date = _value(entry, "due_on")
    if due_on < state.issued_on:
        message = f"Receivable {state.id} was issued on {state.issued_on}; it cannot be due on {due_on}"
        raise DomainError(message, hint="Give a later due date.")
    note_change(session, [_event(state.id, events.DUE_CHANGED, entry.on, {"due_on": due_on.isoformat()})])
    return f"{state.id} is now due on {due_on}"


def _stop(session: Session, entry: Record) -> str:
    state = _receivable(session, entry)
    reason = StopReason(entry.kind if entry.kind != "stop" else _value(entry, "reason"))
    until: date | None = entry.values.get("until_on")
    if reason is StopReason.PROMISED and until is None:
        _value(entry, "until_on")
    if until is not None and until < entry.on:
        message = f"A stop that begins on {entry.on} cannot end on {until}"
        raise DomainError(message, hint="Give a later end with --until.")
    held = [stop for stop in state.stops_on(entry.on) if stop.reason is reason]
    if held:
        message = f"Receivable {state.id} is {reason.value} already, since {held[0].placed_on}"
        raise InvalidTransitionError(message, hint=f"Lift it first: record lift {state.id} --stop {held[0].id}.")
    amount: Money | None = entry.values.get("amount")
    stop_id = f"{reason.value}-{len(state.stops) + 1}"
    ask = entry.values.get("ask_again_on")
    header: dict[str, JsonValue] = {
        "stop": stop_id,
        "reason": reason.value,
        "owner": str(entry.values.get("owner") or ""),
        "until_on": until.isoformat() if until else "",
        "ask_again_on": ask.isoformat() if ask else "",
        "amount_minor": amount.minor if amount else 0,
    }
    note_change(session, [_event(state.id, events.STOP_PLACED, entry.on, header)])
    return f"stop {stop_id} on {state.id}"


def _lift(session: Session, entry: Record) -> str:
    state = _receivable(session, entry)
    held = state.stops_on(entry.on)
    wanted = str(entry.values.get("stop") or (held[0].id if len(held) == 1 else ""))
    if wanted not in {stop.id for stop in held}:
        names = ", ".join(stop.id for stop in held) or "none"
        message = f"Receivable {state.id} has no stop {wanted or '(unnamed)'} on {entry.on}"
        raise InvalidTransitionError(message, hint=f"In force: {names}.")
    header: dict[str, JsonValue] = {"stop": wanted, "outcome": str(entry.values.get("outcome") or "settled")}
    note_change(session, [_event(state.id, events.STOP_LIFTED, entry.on, header)])
    return f"stop {wanted} lifted on {state.id}"


def _reminders(session: Session, entry: Record) -> str:
    state = _receivable(session, entry)
    switched = entry.values.get("reminders") is not False
    note_change(session, [_event(state.id, events.REMINDERS_SWITCHED, entry.on, {"reminders": switched})])
    return f"reminders {'on' if switched else 'off'} for {state.id}"


def _channel(session: Session, entry: Record) -> str:
    state = _receivable(session, entry)
    header: dict[str, JsonValue] = {"channel": str(_value(entry, "channel"))}
    note_change(session, [_event(state.id, events.CHANNEL_CHOSEN, entry.on, header)])
    return f"channel {header['channel']} for {state.id}"


def _act_by(state: Receivable, wanted: str, status: frozenset[ActStatus]) -> ActRecord | None:
    found = [act for act in state.acts if act.status in status and wanted in ("", act.step_id, act.act_id)]
    return found[-1] if found else None


def _posting(session: Session, entry: Record) -> str:
    """Record that a letter was posted: the act is done on that day (S0-41)."""
    state = _receivable(session, entry)
    act = _act_by(state, str(entry.values.get("step") or ""), frozenset({ActStatus.HANDED}))
    if act is None:
        message = f"Receivable {state.id} has no letter that waits to be posted"
        raise InvalidTransitionError(message, hint="`dunning review` lists those that do.")
    reference = str(entry.values.get("reference") or "")
    note_change(session, [_again(state, act, ActStatus.DONE, entry.on, reference)])
    _close_reviews(session, act.act_id, entry.on, "posted")
    return f"{act.step_id} of {state.id} posted on {entry.on}"


def _again(state: Receivable, act: ActRecord, status: ActStatus, on: date, reference: str = "") -> NewEvent:
    header: dict[str, JsonValue] = {
        "act": act.act_id,
        "step": act.step_id,
        "procedure": act.procedure_id,
        "level": act.level,
        "cycle": act.cycle,
        "occurrence": act.occurrence,
        "attempt": act.attempt,
        "legal_effect": act.legal_effect,
        "is_notice": act.is_notice,
        "status": status.value,
        "reference": reference,
    }
    return _event(state.id, events.ACT_CHANGED, on, header)


def _close_reviews(session: Session, act_id: str, on: date, answer: str) -> None:
    for item in session.reviews():
        if item.detail.get("act") == act_id:
            session.put_review(
                ReviewItem(
                    id=item.id, kind=item.kind, subject=item.subject, opened_on=item.opened_on,
                    ask_on=item.ask_on, detail=item.detail, closed_on=on, answer=answer,
                )
            )  # fmt: skip


def _answer(session: Session, entry: Record) -> str:
    """Answer a review item about an act: done, retry or skip."""
    item = next((found for found in session.reviews() if found.id.startswith(entry.subject)), None)
    if item is None:
        message = f"No open review item {entry.subject}"
        raise RecordNotFoundError(message, hint="`dunning review` lists them.")
    answer = str(_value(entry, "answer"))
    status = _ANSWERS.get(answer)
    if status is None:
        message = f"{answer!r} is no answer to {item.kind}"
        raise DomainError(message, hint=f"Answer {', '.join(_ANSWERS)}.")
    state = session.receivable(item.subject).receivable
    act = next((known for known in state.acts if known.act_id == item.detail.get("act")), None)
    if act is not None:
        note_change(session, [_again(state, act, status, entry.on)])
    _close_reviews(session, str(item.detail.get("act")), entry.on, answer)
    return f"{item.id}: {answer}"


_ANSWERS: Mapping[str, ActStatus] = MappingProxyType(
    {"done": ActStatus.DONE, "retry": ActStatus.CANCELLED, "skip": ActStatus.SKIPPED}
)


def _quote(session: Session, entry: Record) -> str:
    quote = Quote(
        number=entry.subject,
        debtor_id=str(_value(entry, "debtor")),
        amount=_value(entry, "amount"),
        signed_on=entry.values.get("signed_on"),
        terms_allow_financing=bool(entry.values.get("terms_allow_financing")),
        changed_by_debtor=bool(entry.values.get("changed_by_debtor")),
        recorded_by=str(entry.values.get("recorded_by") or "platform"),
        work_starts_on=entry.values.get("work_starts_on"),
    )
    session.put_record("quote", quote.number, to_json(quote), owner=quote.debtor_id)
    return f"quote {quote.number}{' signed' if quote.signed_on else ''}"


def _credit_line(session: Session, entry: Record) -> str:
    limit: Money = _value(entry, "limit")
    available: Money = entry.values.get("available") or limit
    withheld = entry.values.get("withheld") or Money(0, limit.currency)
    line = CreditLine(
        debtor_id=entry.subject,
        financier_id=str(entry.values.get("financier") or "financier"),
        limit=limit,
        in_use=limit - available - withheld,
        withheld=withheld,
    )
    movement = NewEvent(
        stream=Stream(kind="credit-line", id=entry.subject),
        type="credit-line.reported",
        on=entry.on,
        header={
            "currency": limit.currency,
            "limit_minor": limit.minor,
            "in_use_minor": line.in_use.minor,
            "withheld_minor": withheld.minor,
        },
    )
    session.append([movement])
    session.put_record("credit_line", line.debtor_id, to_json(line), owner=line.debtor_id)
    return f"credit line of {line.debtor_id}: {line.available} available of {limit}"


def _payments_known(session: Session, entry: Record) -> str:
    session.put_setting("payments_known_on", entry.on.isoformat())
    return f"payments are known up to {entry.on}"


def recording_id(*parts: str) -> str:
    """Return a short stable id from what was recorded."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


_HANDLERS: Mapping[str, Callable[[Session, Record], str]] = MappingProxyType(
    {
        "payment": _payment,
        "returned": _returned,
        "due-date": _due_date,
        "disputed": _stop,
        "promised": _stop,
        "blocked": _stop,
        "insolvent": _stop,
        "written-off": _stop,
        "payment-plan": _stop,
        "lift": _lift,
        "reminders": _reminders,
        "channel": _channel,
        "posting": _posting,
        "answer": _answer,
        "quote": _quote,
        "credit-line": _credit_line,
        "payments-known": _payments_known,
    }
)

KINDS = tuple(sorted(_HANDLERS))
