"""From events to the state of a receivable.

`fold` is the only reading of a receivable's events: events after the date asked for are unseen,
and only clear headers are read, never sealed payloads.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Final

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import Event, JsonValue
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable, Stop, StopReason
from dunning_sdk.errors import DomainError


def fold(stream: Iterable[Event], *, as_of: date | None = None) -> Receivable | None:
    """Return the state a receivable's events lead to.

    Args:
        stream: Events of one receivable; any order, sorted here by day, then sequence.
        as_of: Events after this day are unseen; ``None`` folds all.

    Returns:
        The state, or ``None`` if the receivable was not opened by then.

    Raises:
        DomainError: An event of an unknown type, or the first is not an opening.
    """
    state: Receivable | None = None
    for happened in sorted(stream, key=lambda item: (item.on, item.seq)):
        if as_of is not None and happened.on > as_of:
            break
        if happened.type == events.OPENED:
            state = _open(happened)
            continue
        if state is None:
            message = (
                f"Receivable {happened.stream.id} has event {happened.seq} before it was opened"
            )
            raise DomainError(message, hint="Run `dunning doctor`.")
        apply = _APPLY.get(happened.type)
        if apply is not None:
            state = replace(apply(state, happened), last_event_on=happened.on)
    return state


def _text(header: Mapping[str, JsonValue], key: str) -> str:
    return str(header.get(key) or "")


def _number(header: Mapping[str, JsonValue], key: str) -> int:
    value = header.get(key) or 0
    if not isinstance(value, int):
        message = f"Event header {key} is not a whole number"
        raise DomainError(message)
    return value


def _day(header: Mapping[str, JsonValue], key: str) -> date | None:
    text = _text(header, key)
    return date.fromisoformat(text) if text else None


def _open(happened: Event) -> Receivable:
    header = happened.header
    due_on = _day(header, "due_on")
    issued_on = _day(header, "issued_on")
    if due_on is None or issued_on is None:
        message = f"Receivable {happened.stream.id} was opened without its dates"
        raise DomainError(message)
    return Receivable(
        id=happened.stream.id,
        invoice_number=_text(header, "invoice"),
        debtor_id=_text(header, "debtor"),
        creditor_id=_text(header, "creditor"),
        kind=_text(header, "kind") or "invoice",
        part_of=_text(header, "part_of"),
        amount=Money(_number(header, "amount_minor"), _text(header, "currency")),
        issued_on=issued_on,
        due_on=due_on,
        entered_on=happened.on,
        payee=_text(header, "payee") or "creditor",
        financier_id=_text(header, "financier"),
        contract_kind=_text(header, "contract_kind"),
        reminders=header.get("reminders") is not False,
        channel=_text(header, "channel"),
        imported_level=_number(header, "level"),
        imported_notice_on=_day(header, "last_notice_on"),
        cycle_started_on=happened.on,
        last_event_on=happened.on,
    )


def _change_due(state: Receivable, happened: Event) -> Receivable:
    due_on = _day(happened.header, "due_on") or state.due_on
    if due_on <= state.due_on:
        return replace(state, due_on=due_on)
    return replace(state, due_on=due_on, cycle=state.cycle + 1, cycle_started_on=happened.on)


def _switch_reminders(state: Receivable, happened: Event) -> Receivable:
    return replace(state, reminders=happened.header.get("reminders") is True)


def _choose_channel(state: Receivable, happened: Event) -> Receivable:
    return replace(state, channel=_text(happened.header, "channel"))


def _assign_book(state: Receivable, happened: Event) -> Receivable:
    return replace(state, book_hash=_text(happened.header, "book"))


def _allocate(state: Receivable, happened: Event) -> Receivable:
    return replace(state, paid_minor=state.paid_minor + _number(happened.header, "amount_minor"))


def _return_payment(state: Receivable, happened: Event) -> Receivable:
    was_closed = state.open_amount.minor == 0
    after = replace(state, paid_minor=state.paid_minor - _number(happened.header, "amount_minor"))
    if was_closed and after.open_amount.minor > 0:
        return replace(after, cycle=state.cycle + 1, cycle_started_on=happened.on)
    return after


def _credit(state: Receivable, happened: Event) -> Receivable:
    return replace(
        state, credited_minor=state.credited_minor + _number(happened.header, "amount_minor")
    )


def _place_stop(state: Receivable, happened: Event) -> Receivable:
    header = happened.header
    stop = Stop(
        id=_text(header, "stop"),
        reason=StopReason(_text(header, "reason")),
        placed_on=happened.on,
        until_on=_day(header, "until_on"),
        ask_again_on=_day(header, "ask_again_on"),
        owner=_text(header, "owner"),
        amount_minor=_number(header, "amount_minor") or None,
    )
    return replace(state, stops=(*state.stops, stop))


def _lift_stop(state: Receivable, happened: Event) -> Receivable:
    wanted, outcome = _text(happened.header, "stop"), _text(happened.header, "outcome")
    stops = tuple(
        replace(stop, lifted_on=happened.on, outcome=outcome) if stop.id == wanted else stop
        for stop in state.stops
    )
    return replace(state, stops=stops)


def _change_act(state: Receivable, happened: Event) -> Receivable:
    header = happened.header
    act = ActRecord(
        act_id=_text(header, "act"),
        step_id=_text(header, "step"),
        procedure_id=_text(header, "procedure"),
        level=_number(header, "level"),
        cycle=_number(header, "cycle"),
        occurrence=_number(header, "occurrence") or 1,
        attempt=_number(header, "attempt") or 1,
        legal_effect=header.get("legal_effect") is True,
        is_notice=header.get("is_notice") is not False,
        status=ActStatus(_text(header, "status")),
        on=happened.on,
    )
    others = [act if known.act_id == act.act_id else known for known in state.acts]
    return replace(state, acts=tuple(others if act in others else [*others, act]))


_APPLY: Final[Mapping[str, Callable[[Receivable, Event], Receivable]]] = MappingProxyType(
    {
        events.DUE_CHANGED: _change_due,
        events.REMINDERS_SWITCHED: _switch_reminders,
        events.CHANNEL_CHOSEN: _choose_channel,
        events.BOOK_ASSIGNED: _assign_book,
        events.PAYMENT_ALLOCATED: _allocate,
        events.PAYMENT_RETURNED: _return_payment,
        events.CREDITED: _credit,
        events.STOP_PLACED: _place_stop,
        events.STOP_LIFTED: _lift_stop,
        events.ACT_CHANGED: _change_act,
    }
)
