"""What people answer: an act was done, should be tried again or skipped."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from dunning_sdk.debtors.stopping import ASK, QUESTIONS
from dunning_sdk.debtors.thread_records import REPLY_UNREAD, TASK_DUE, answer_thread
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue, NewEvent
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable, StopReason
from dunning_sdk.errors import DomainError, RecordNotFoundError
from dunning_sdk.installation.money_rules import MoneyRules
from dunning_sdk.money.cash_event import UNALLOCATED, UNSURE
from dunning_sdk.money.settling import settle
from dunning_sdk.records.entry import Record, event_of, value_of
from dunning_sdk.records.keeping import note_change
from dunning_sdk.store.interface import OutboxState, ReviewItem, Session


def act_by(state: Receivable, wanted: str, status: frozenset[ActStatus]) -> ActRecord | None:
    """Return the last act in one of some states; of a step or act id, where one is wanted."""
    found = [
        act
        for act in state.acts
        if act.status in status and wanted in ("", act.step_id, act.act_id)
    ]
    return found[-1] if found else None


def act_event(
    state: Receivable, act: ActRecord, status: ActStatus, on: date, reference: str = ""
) -> NewEvent:
    """Return the event that says where an act stands now."""
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
    return event_of(state.id, events.ACT_CHANGED, on, header)


def close_reviews(session: Session, act_id: str, on: date, answer: str) -> None:
    """Close every question about an act."""
    for item in session.reviews():
        if item.detail.get("act") == act_id:
            session.put_review(replace(item, closed_on=on, answer=answer))


def answer_review(session: Session, entry: Record, rules: MoneyRules) -> str:
    """Answer a review item.

    About an act the answers are ``done``, ``retry`` and ``skip``; about a payment the receivable
    it is for, or ``none``; about a stop the day to ask again; any other question is closed with
    what is said.
    """
    item = _question(session, entry.subject)
    answer = str(value_of(entry, "answer"))
    if item.kind in (UNSURE, UNALLOCATED):
        chosen = None if answer == "none" else answer
        return settle(
            session, item.subject, receivable_id=chosen, on=entry.on, said=entry, rules=rules
        )
    if item.kind in (REPLY_UNREAD, TASK_DUE):
        return answer_thread(session, item, answer, entry.on)
    if item.kind in (ASK, QUESTIONS[StopReason.CREDIT_DUE]):
        return _ask_later(session, item, answer, entry.on)
    if "act" not in item.detail:
        session.put_review(replace(item, closed_on=entry.on, answer=answer))
        return f"{item.id}: {answer}"
    status = _ANSWERS.get(answer)
    if status is None:
        message = f"{answer!r} is no answer to {item.kind}"
        raise DomainError(message, hint=f"Answer {', '.join(_ANSWERS)}.")
    state = session.receivable(item.subject).receivable
    act = next((known for known in state.acts if known.act_id == item.detail.get("act")), None)
    if act is not None:
        note_change(session, [act_event(state, act, status, entry.on)])
        _settle_outbox(session, act.act_id, status)
    close_reviews(session, str(item.detail.get("act")), entry.on, answer)
    return f"{item.id}: {answer}"


def _ask_later(session: Session, item: ReviewItem, answer: str, on: date) -> str:
    """Keep the day on which a stop that still holds is asked about again."""
    try:
        day: date | None = date.fromisoformat(answer)
    except ValueError:
        day = None
    if day is None or day <= on:
        message = f"{answer!r} is no day after {on}"
        lift = f"record lift {item.subject} stop={item.detail.get('stop')}"
        raise DomainError(message, hint=f"Answer the day to ask again, or {lift}.")
    session.put_review(replace(item, ask_on=day))
    return f"{item.id}: asked again on {day}"


def _question(session: Session, key: str) -> ReviewItem:
    """Return the open review item with an id, or with a beginning that is no other's."""
    known = [item for item in session.reviews() if item.id.startswith(key)]
    found = [item for item in known if item.id == key] or known
    if len(found) != 1:
        message = f"{len(found) or 'No'} open review items begin with {key}"
        raise RecordNotFoundError(
            message, hint="`dunning review` lists them; write more of the id."
        )
    return found[0]


def _settle_outbox(session: Session, act_id: str, status: ActStatus) -> None:
    """Say in the outbox what became of an act nobody was sure of."""
    kept = session.act(act_id)
    if kept is not None and kept.state is OutboxState.UNCERTAIN:
        done = status is ActStatus.DONE
        session.move(kept.act_id, to=OutboxState.SENT if done else OutboxState.FAILED)


_ANSWERS: Mapping[str, ActStatus] = MappingProxyType(
    {"done": ActStatus.DONE, "retry": ActStatus.CANCELLED, "skip": ActStatus.SKIPPED}
)
