"""Stops placed and lifted by people: disputes, promises, blocks, insolvency, write-offs."""

from datetime import date

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import StopReason
from dunning_sdk.engine.entry import Record, event_of, receivable_of, value_of
from dunning_sdk.engine.keeping import note_change
from dunning_sdk.errors import DomainError, InvalidTransitionError
from dunning_sdk.store.interface import Session


def place_stop(session: Session, entry: Record) -> str:
    """Place a stop of the record's kind on a receivable."""
    state = receivable_of(session, entry)
    reason = StopReason(entry.kind if entry.kind != "stop" else value_of(entry, "reason"))
    until: date | None = entry.values.get("until_on")
    if reason is StopReason.PROMISED and until is None:
        value_of(entry, "until_on")
    if until is not None and until < entry.on:
        message = f"A stop that begins on {entry.on} cannot end on {until}"
        raise DomainError(message, hint="Give a later until_on=….")
    held = [stop for stop in state.stops_on(entry.on) if stop.reason is reason]
    if held:
        message = f"Receivable {state.id} is {reason.value} already, since {held[0].placed_on}"
        raise InvalidTransitionError(
            message, hint=f"Lift it first: record lift {state.id} --stop {held[0].id}."
        )
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
    note_change(session, [event_of(state.id, events.STOP_PLACED, entry.on, header)])
    return f"stop {stop_id} on {state.id}"


def lift_stop(session: Session, entry: Record) -> str:
    """Lift a stop, with its outcome: settled, kept or broken."""
    state = receivable_of(session, entry)
    held = state.stops_on(entry.on)
    wanted = str(entry.values.get("stop") or (held[0].id if len(held) == 1 else ""))
    if wanted not in {stop.id for stop in held}:
        names = ", ".join(stop.id for stop in held) or "none"
        message = f"Receivable {state.id} has no stop {wanted or '(unnamed)'} on {entry.on}"
        raise InvalidTransitionError(message, hint=f"In force: {names}.")
    header: dict[str, JsonValue] = {
        "stop": wanted,
        "outcome": str(entry.values.get("outcome") or "settled"),
    }
    note_change(session, [event_of(state.id, events.STOP_LIFTED, entry.on, header)])
    return f"stop {wanted} lifted on {state.id}"
