"""Reading threads: of one debtor, and all that waits for one person."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from dunning_sdk.domain.event import Event, JsonValue, Stream
from dunning_sdk.domain.notice import Attachment
from dunning_sdk.domain.thread import Entry, Thread, fold_thread
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.store.interface import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for one person.

    Attributes:
        debtor_id: In whose thread.
        entry: The task, the unread reply, or the entry that mentions him.
    """

    debtor_id: str
    entry: Entry


def thread_of(session: Session, debtor_id: str, *, as_of: date | None = None) -> Thread:
    """Return the thread of one debtor; empty where nobody wrote anything.

    Args:
        session: Open transaction; only read from.
        debtor_id: Whose.
        as_of: What came later is unseen; ``None`` for all.
    """
    stream = session.events(Stream(kind="debtor", id=debtor_id))
    return fold_thread(debtor_id, stream, reader(session), as_of=as_of)


def known_thread(session: Session, debtor_id: str, *, as_of: date) -> Thread:
    """Return the thread of a debtor somebody knows.

    Raises:
        RecordNotFoundError: Nothing is known of such a debtor; names the nearest receivable where
            it is the id of one.
    """
    thread = thread_of(session, debtor_id, as_of=as_of)
    if thread.entries or session.record("party", debtor_id):
        return thread
    if session.receivables(debtor_id=debtor_id):
        return thread
    try:
        owner = session.receivable(debtor_id).receivable.debtor_id
    except RecordNotFoundError as problem:
        message = f"There is no debtor and no receivable {debtor_id}"
        raise RecordNotFoundError(message, hint=problem.hint) from problem
    return thread_of(session, owner, as_of=as_of)


def thread_file(session: Session, debtor_id: str, digest: str, *, as_of: date) -> Attachment:
    """Return a file that came with an entry of a thread.

    Args:
        session: Open transaction; only read from.
        debtor_id: In whose thread.
        digest: Of its bytes, as the thread has it.
        as_of: What came later is unseen.

    Raises:
        RecordNotFoundError: The thread has no such file, or the debtor was erased.
    """
    thread = known_thread(session, debtor_id, as_of=as_of)
    files = [file for entry in thread.entries for file in entry.files if file.digest == digest]
    if not files:
        message = f"The thread of {thread.debtor_id} has no file {digest}"
        raise RecordNotFoundError(message, hint="`dunning thread --format json` lists them.")
    content = session.blob(digest)
    name = files[0].name or f"{digest[:16]}.bin"
    return Attachment(name=name, media_type=files[0].media_type, content=content)


def waiting_for(session: Session, name: str, *, as_of: date) -> tuple[Waiting, ...]:
    """Return what waits for a person in every thread, what is due first.

    Args:
        session: Open transaction; only read from.
        name: Of the person, with or without an ``@``.
        as_of: What came later is unseen.
    """
    found = [
        Waiting(debtor_id=thread.debtor_id, entry=entry)
        for thread in _threads(session, as_of)
        for entry in thread.waiting_for(name)
    ]
    return tuple(sorted(found, key=_order))


def reader(session: Session) -> Callable[[Event], Mapping[str, JsonValue] | None]:
    """Return what reads the payload of an event, or ``None`` once its key was dropped."""

    def read(event: Event) -> Mapping[str, JsonValue] | None:
        try:
            return session.payload(event.stream, event.seq)
        except RecordNotFoundError:
            return None

    return read


def _threads(session: Session, as_of: date) -> Iterator[Thread]:
    read = reader(session)
    for debtor_id, stream in session.events_of("debtor").items():
        yield fold_thread(debtor_id, stream, read, as_of=as_of)


def _order(found: Waiting) -> tuple[date, str, date, str]:
    entry = found.entry
    return (entry.due_on or entry.on, found.debtor_id, entry.on, entry.id)
