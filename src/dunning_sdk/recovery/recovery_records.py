"""What people record about recovery: events, and the period that governs."""

from collections.abc import Iterable
from datetime import date

from dunning_sdk.decisions.recovery import next_state, state_after
from dunning_sdk.decisions.recovery_state import RecoveryEvent, RecoveryState
from dunning_sdk.decisions.recovery_view import DISTANCES
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue, NewEvent
from dunning_sdk.domain.notice import Attachment
from dunning_sdk.domain.receivable import Receivable, StopReason
from dunning_sdk.errors import DomainError, InvalidTransitionError, nearest_names
from dunning_sdk.law.limitation import regimes
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.proposals.lapsing import companies_key
from dunning_sdk.records.entry import Record, event_of, receivable_of, value_of
from dunning_sdk.records.keeping import note_change
from dunning_sdk.records.kept_file import attachment_of, with_files
from dunning_sdk.recovery.recovering import (
    COMPANIES,
    PERIOD_CHOSEN,
    RECOVERY,
    derived,
    happened_of,
    is_handed_over,
    stream_of,
)
from dunning_sdk.store.interface import Session


def record_recovery(session: Session, entry: Record, decider: Decider) -> str:
    """Record one event of a recovery; the table says whether it may follow.

    Args:
        session: Open transaction.
        entry: Receivable as subject, ``event`` names what happened.
        decider: Bound to the day it happened.

    Raises:
        DomainError: The event or the distance is unknown, a value is missing, or the proof is no
            file.
        InvalidTransitionError: The event cannot follow what is known; says what can.
        RecordNotFoundError: Unknown receivable.
    """
    receivable = receivable_of(session, entry)
    event = _event(str(value_of(entry, "event")))
    by = str(entry.values.get("by") or "")
    if event is RecoveryEvent.PETITION_APPROVED and not by:
        raise DomainError("Nobody is named who approves the petition", hint="Add by=…")
    header: dict[str, JsonValue] = {
        "reference": str(entry.values.get("reference") or ""),
        "hearing_on": _hearing(entry.values.get("hearing_on"), entry.on),
        "distance": _distance(str(entry.values.get("distance") or "")),
    }
    proof = attachment_of("proof", entry.values.get("proof"))
    state = add_event(session, decider, receivable, event, header=header, by=by, files=proof)
    return f"{event.value} for {receivable.id}: {state.value}"


def add_event(
    session: Session,
    decider: Decider,
    receivable: Receivable,
    event: RecoveryEvent,
    *,
    header: dict[str, JsonValue],
    by: str = "",
    files: Iterable[Attachment] = (),
) -> RecoveryState:
    """Store an event where it may follow, with the acts that came before it, and pause dunning.

    Returns:
        The state it leads to.

    Raises:
        InvalidTransitionError: It cannot follow.
    """
    on = decider.as_of
    stream = stream_of(receivable.id)
    recorded = [happened_of(one) for one in session.events(stream) if one.type != PERIOD_CHOSEN]
    before = derived(recorded, receivable, decider)
    known = sorted([*recorded, *before], key=lambda one: one.on)
    if known and on < known[-1].on:
        last = known[-1]
        raise InvalidTransitionError(
            f"{event.value} on {on} lies before {last.event.value} on {last.on}",
            hint="Record events in the order they happened.",
        )
    state = next_state(state_after(known), event)
    new = [
        NewEvent(stream=stream, type=f"{RECOVERY}.{one.event.value}", on=one.on) for one in before
    ]
    told = NewEvent(
        stream=stream,
        type=f"{RECOVERY}.{event.value}",
        on=on,
        header=header,
        payload={"by": by},
        owner=receivable.debtor_id,
    )
    session.append([*new, with_files(session, told, files, owner=receivable.debtor_id)])
    note_change(session, _pause(receivable, state, on))
    session.set_review_on({receivable.id: max(on, receivable.entered_on)})
    return state


def choose_period(session: Session, entry: Record, decider: Decider) -> str:
    """Record which limitation period governs: of a receivable, or of all against companies.

    Raises:
        DomainError: The parameter is no limitation period; names those there are.
        RecordNotFoundError: Unknown receivable.
    """
    parameter = str(value_of(entry, "parameter"))
    code = parameter.split(".")[0]
    statutes = decider.limitation.statutes
    known = [
        item.id
        for jurisdiction in statutes.jurisdictions
        for item in regimes(statutes, jurisdiction, is_company=False)
    ]
    if parameter not in known:
        near = nearest_names(parameter, known) or [id for id in known if id.startswith(code)]
        hint = f"Use {' or '.join(near)}." if near else "See docs/law."
        raise DomainError(f"{parameter!r} is no limitation period", hint=hint)
    if entry.subject == COMPANIES:
        session.put_setting(companies_key(code), parameter)
        return f"{parameter} governs claims on companies in {code.upper()}"
    receivable = receivable_of(session, entry)
    stream = stream_of(receivable.id)
    header: dict[str, JsonValue] = {"parameter": parameter}
    session.append([NewEvent(stream=stream, type=PERIOD_CHOSEN, on=entry.on, header=header)])
    session.set_review_on({receivable.id: max(entry.on, receivable.entered_on)})
    return f"{parameter} governs {receivable.id}"


def _event(name: str) -> RecoveryEvent:
    known = [event.value for event in RecoveryEvent]
    if name not in known:
        near = nearest_names(name, known)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(known)}."
        raise DomainError(f"Recovery knows no event {name!r}", hint=hint)
    return RecoveryEvent(name)


def _distance(name: str) -> str:
    if name not in ("", *DISTANCES):
        hint = f"Use {' or '.join(DISTANCES)}."
        raise DomainError(f"distance={name!r} is unknown", hint=hint)
    return name


def _hearing(hearing: date | None, writ_on: date) -> str:
    if hearing is None:
        return ""
    if hearing < writ_on:
        raise DomainError(
            f"The hearing on {hearing} lies before the writ of {writ_on}",
            hint="Correct hearing_on=… or --on.",
        )
    return hearing.isoformat()


def _pause(receivable: Receivable, state: RecoveryState, on: date) -> list[NewEvent]:
    """Return the stop that keeps reminders back while others pursue it, or its lifting."""
    held = [
        stop
        for stop in receivable.stops
        if stop.reason is StopReason.IN_RECOVERY and stop.lifted_on is None
    ]
    day = max(on, receivable.entered_on)
    if is_handed_over(state) and not held:
        header: dict[str, JsonValue] = {
            "stop": f"{StopReason.IN_RECOVERY.value}-{len(receivable.stops) + 1}",
            "reason": StopReason.IN_RECOVERY.value,
        }
        return [event_of(receivable.id, events.STOP_PLACED, day, header)]
    if held and not is_handed_over(state):
        lifted: dict[str, JsonValue] = {"stop": held[0].id, "outcome": "settled"}
        return [event_of(receivable.id, events.STOP_LIFTED, day, lifted)]
    return []
