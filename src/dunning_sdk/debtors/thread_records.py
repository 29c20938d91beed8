"""What people write down about a debtor: comments, calls, replies, who looks after him, tasks.

Each record is an event of the debtor's stream, its words sealed with his key. A reply pauses what
is sent about the receivables it may be about until a person has read it; a task and an unread
reply are questions that head the list once they are late.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Final

from dunning_sdk.debtors.thread_view import thread_of
from dunning_sdk.debtors.waiting import keep_waits
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.domain.notice import Attachment
from dunning_sdk.domain.receivable import Receivable, StopReason
from dunning_sdk.domain.thread import (
    CALLED,
    COMMENTED,
    DOCUMENT_KEPT,
    OWNER_SET,
    REPLIED,
    REPLY_READ,
    TASK_DONE,
    TASK_SET,
    CallOutcome,
    Paper,
    kind_of,
)
from dunning_sdk.errors import DomainError, InvalidTransitionError, nearest_names
from dunning_sdk.records.entry import Record, event_of, receivable_of, value_of
from dunning_sdk.records.keeping import note_change
from dunning_sdk.records.kept_file import attachment_of, with_files
from dunning_sdk.store.interface import ReviewItem, Session

REPLY_UNREAD: Final = "reply-unread"
TASK_DUE: Final = "task-due"
LETTERS_MAX: Final = 20_000
"""Longest text of one entry; what is longer is attached as a file. House rule."""


def record_comment(session: Session, entry: Record) -> str:
    """Keep a comment; whom it mentions with ``@`` finds it in his list."""
    said = _said(text=value_of(entry, "text"), by=entry.values.get("by"))
    files = attachment_of("file", entry.values.get("file"))
    return f"{_write(session, entry, COMMENTED, said, files=files)} kept"


def record_document(session: Session, entry: Record) -> str:
    """Keep a document that proves a claim; it goes into the evidence file.

    Raises:
        DomainError: It is none of `Paper`, or the file cannot be kept.
    """
    what = _one_of(Paper, str(value_of(entry, "what")), "document")
    said = _said(text=entry.values.get("text"), by=entry.values.get("by"))
    files = attachment_of("file", value_of(entry, "file"))
    return f"{_write(session, entry, DOCUMENT_KEPT, said, {'outcome': what}, files)} kept: {what}"


def record_call(session: Session, entry: Record) -> str:
    """Keep a call and how it ended.

    Raises:
        DomainError: The outcome is none of `CallOutcome`.
    """
    outcome = _one_of(CallOutcome, str(value_of(entry, "outcome")), "outcome of a call")
    said = _said(
        text=entry.values.get("text"), who=entry.values.get("who"), by=entry.values.get("by")
    )
    files = attachment_of("file", entry.values.get("file"))
    return f"{_write(session, entry, CALLED, said, {'outcome': outcome}, files)} kept: {outcome}"


def record_owner(session: Session, entry: Record) -> str:
    """Keep who looks after a debtor from now on."""
    said = _said(who=value_of(entry, "name"), by=entry.values.get("by"))
    _write(session, entry, OWNER_SET, said)
    return f"{said['who']} looks after {_subject(session, entry)[0]}"


def record_reply(session: Session, entry: Record) -> str:
    """Keep what a debtor answered, and pause what is sent to him until a person has read it.

    The same reply again, told by its reference, changes nothing.
    """
    said = _said(text=value_of(entry, "text"), who=entry.values.get("who"))
    debtor_id, about = _subject(session, entry)
    reference = str(entry.values.get("reference") or "")
    header: dict[str, JsonValue] = {}
    if reference:
        header["reference"] = hashlib.sha256(f"{debtor_id}\n{reference}".encode()).hexdigest()
        for event in session.events(_stream(debtor_id)):
            if event.type == REPLIED and event.header.get("reference") == header["reference"]:
                return f"{event.header['entry']} is known already"
    files = attachment_of("file", entry.values.get("file"))
    id = _write(session, entry, REPLIED, said, header, files)
    stopped = [_stop(state, id, entry.on) for state in _chased(session, debtor_id, about)]
    note_change(session, stopped)
    _ask(session, REPLY_UNREAD, debtor_id, id, opened_on=entry.on, ask_on=entry.on)
    return f"{id} kept; {len(stopped)} receivables wait until it is read"


def record_reply_read(session: Session, entry: Record) -> str:
    """Keep that a reply was read: what it paused goes on.

    Raises:
        InvalidTransitionError: There is no such reply, or it was read before.
    """
    debtor_id, _ = _subject(session, entry)
    wanted = str(entry.values.get("reply") or "")
    unread = thread_of(session, debtor_id).unread
    found = [one for one in unread if wanted in ("", one.id)]
    if not found:
        message = f"Debtor {debtor_id} has no unread reply {wanted}".rstrip()
        names = ", ".join(one.id for one in unread) or "none"
        raise InvalidTransitionError(message, hint=f"Unread: {names}.")
    for reply in found:
        read_reply(session, debtor_id, reply.id, on=entry.on, by=str(entry.values.get("by") or ""))
    return f"{', '.join(one.id for one in found)} of {debtor_id} read"


def record_task(session: Session, entry: Record) -> str:
    """Keep what is to be done about a debtor, by a day.

    Raises:
        DomainError: The day lies before the task was given.
    """
    due_on: date = value_of(entry, "due_on")
    if due_on < entry.on:
        message = f"A task given on {entry.on} cannot be due on {due_on}"
        raise DomainError(message, hint="Give a later due_on=….")
    said = _said(
        text=value_of(entry, "text"), who=entry.values.get("owner"), by=entry.values.get("by")
    )
    id = _write(session, entry, TASK_SET, said, {"due_on": due_on.isoformat()})
    debtor_id, _ = _subject(session, entry)
    _ask(session, TASK_DUE, debtor_id, id, opened_on=entry.on, ask_on=due_on)
    return f"{id} of {debtor_id} is due on {due_on}"


def record_task_done(session: Session, entry: Record) -> str:
    """Keep that a task was done, and how it ended.

    Raises:
        InvalidTransitionError: There is no such open task, or several and none is named.
    """
    debtor_id, _ = _subject(session, entry)
    wanted = str(entry.values.get("task") or "")
    tasks = thread_of(session, debtor_id).tasks
    found = [one for one in tasks if wanted in ("", one.id)]
    if len(found) != 1:
        names = ", ".join(one.id for one in tasks) or "none"
        what = f"no open task {wanted}" if wanted else f"{len(found)} open tasks"
        raise InvalidTransitionError(f"Debtor {debtor_id} has {what}", hint=f"Open: {names}.")
    said = _said(text=entry.values.get("text"), by=entry.values.get("by"))
    _finish_task(session, debtor_id, found[0].id, on=entry.on, said=said)
    return f"{found[0].id} of {debtor_id} done"


def answer_thread(session: Session, item: ReviewItem, answer: str, on: date) -> str:
    """Close an unread reply or a task by the answer to its question."""
    entry = str(item.detail["entry"])
    if item.kind == REPLY_UNREAD:
        read_reply(session, item.subject, entry, on=on)
    else:
        _finish_task(session, item.subject, entry, on=on, said=_said(text=answer))
    return f"{item.id}: {answer}"


def read_reply(session: Session, debtor_id: str, reply: str, *, on: date, by: str = "") -> None:
    """Write down that a reply was read, and lift the pause it placed."""
    _end(session, debtor_id, REPLY_READ, reply, on=on, said=_said(by=by))
    stop_id = f"{REPLY_UNREAD}:{reply}"
    lifted: list[NewEvent] = []
    for row in session.receivables(debtor_id=debtor_id):
        state = row.receivable
        if any(stop.id == stop_id and stop.lifted_on is None for stop in state.stops):
            header: dict[str, JsonValue] = {"stop": stop_id, "outcome": "settled"}
            lifted.append(event_of(state.id, events.STOP_LIFTED, max(on, state.entered_on), header))
    note_change(session, lifted)
    _close(session, f"{REPLY_UNREAD}:{debtor_id}:{reply}", on, "read")


def _finish_task(
    session: Session, debtor_id: str, task: str, *, on: date, said: Mapping[str, JsonValue]
) -> None:
    _end(session, debtor_id, TASK_DONE, task, on=on, said=said)
    _close(session, f"{TASK_DUE}:{debtor_id}:{task}", on, "done")


def _end(
    session: Session,
    debtor_id: str,
    type: str,
    entry: str,
    *,
    on: date,
    said: Mapping[str, JsonValue],
) -> None:
    header, stream = {"entry": entry}, _stream(debtor_id)
    event = NewEvent(stream=stream, type=type, on=on, header=header, payload=said, owner=debtor_id)
    session.append([event])
    keep_waits(session, debtor_id)


def _write(
    session: Session,
    entry: Record,
    type: str,
    said: Mapping[str, JsonValue],
    more: Mapping[str, JsonValue] | None = None,
    files: Sequence[Attachment] = (),
) -> str:
    """Append one entry to the thread and return its id."""
    debtor_id, about = _subject(session, entry)
    stream, kind = _stream(debtor_id), kind_of(type)
    place = 1 + sum(event.type == type for event in session.events(stream))
    header: dict[str, JsonValue] = {"entry": f"{kind}-{place}", **(more or {})}
    if about is not None:
        header["receivable"] = about.id
    event = NewEvent(
        stream=stream, type=type, on=entry.on, header=header, payload=said, owner=debtor_id
    )
    session.append([with_files(session, event, files, owner=debtor_id)])
    keep_waits(session, debtor_id)
    return f"{kind}-{place}"


def _one_of(words: type[StrEnum], given: str, what: str) -> str:
    """Return a word of a closed list; raises DomainError naming the nearest."""
    known = [one.value for one in words]
    if given in known:
        return given
    near = nearest_names(given, known)
    hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."
    raise DomainError(f"{given!r} is no {what}", hint=hint)


def _subject(session: Session, entry: Record) -> tuple[str, Receivable | None]:
    """Return the debtor a record is about, and the receivable where that was named."""
    if session.record("party", entry.subject) or session.receivables(debtor_id=entry.subject):
        return entry.subject, None
    state = receivable_of(session, entry)
    return state.debtor_id, state


def _chased(session: Session, debtor_id: str, about: Receivable | None) -> Iterable[Receivable]:
    """Return the receivables a reply may be about: those not paid."""
    known = [row.receivable for row in session.receivables(debtor_id=debtor_id)]
    return [
        state
        for state in known
        if state.open_amount.minor and (about is None or about.id == state.id)
    ]


def _stop(state: Receivable, reply: str, on: date) -> NewEvent:
    reason = StopReason.REPLY_UNREAD.value
    header: dict[str, JsonValue] = {"stop": f"{REPLY_UNREAD}:{reply}", "reason": reason}
    return event_of(state.id, events.STOP_PLACED, max(on, state.entered_on), header)


def _ask(
    session: Session, kind: str, debtor_id: str, entry: str, *, opened_on: date, ask_on: date
) -> None:
    session.put_review(
        ReviewItem(
            id=f"{kind}:{debtor_id}:{entry}",
            kind=kind,
            subject=debtor_id,
            opened_on=opened_on,
            ask_on=ask_on,
            detail={"entry": entry},
        )
    )


def _close(session: Session, review_id: str, on: date, answer: str) -> None:
    for item in session.reviews():
        if item.id == review_id:
            session.put_review(replace(item, closed_on=on, answer=answer))


def _said(**values: object) -> dict[str, JsonValue]:
    """Return the words of an entry; what was not given is left out."""
    said = {key: str(value).strip() for key, value in values.items() if value}
    long = [key for key, text in said.items() if len(text) > LETTERS_MAX]
    if long:
        message = f"The value {long[0]} has more than {LETTERS_MAX} letters"
        raise DomainError(message, hint="Attach it as a file.")
    return {**said}


def _stream(debtor_id: str) -> Stream:
    return Stream(kind="debtor", id=debtor_id)
