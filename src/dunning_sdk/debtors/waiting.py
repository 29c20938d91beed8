"""What waits for each person in threads, kept beside them: the list of a colleague's page.

Decides what is written down as a thread changes, so that a page finds what waits for somebody
without reading every thread. It follows from the thread, and `domain.thread` decides what waits;
`thread_view.waiting_for` answers the same from the threads alone, for any day. Names are kept as
digests by a secret of the tenant: they tell nothing to whoever reads the table.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

from dunning_sdk.debtors.thread_view import Waiting, reader
from dunning_sdk.domain.event import Event
from dunning_sdk.domain.thread import Entry, fold_thread, handles, kind_of
from dunning_sdk.store.interface import Session, Wait
from dunning_sdk.store.reading import After

_KIND: Final = "secret"
_ID: Final = "names"
_BYTES: Final = 32

Digest: TypeAlias = Callable[[str], str]


def keep_waits(session: Session, debtor_id: str) -> None:
    """Write down what waits in the thread of a debtor, after it has changed."""
    keep_all_waits(session, [debtor_id])


def keep_all_waits(session: Session, debtor_ids: Iterable[str] | None = None) -> None:
    """Write down what waits in threads; ``None`` for all of them."""
    if session.record(_KIND, _ID) is None:
        session.put_record(_KIND, _ID, {"value": secrets.token_hex(_BYTES)}, owner="")
    session.put_waits(waits_in_threads(session, debtor_ids))


def waits_in_threads(
    session: Session, debtor_ids: Iterable[str] | None = None
) -> dict[str, list[Wait]]:
    """Return what waits in threads, by debtor, as their events say; ``None`` for all of them."""
    digest, streams = _digest(session), session.events_of("debtor", debtor_ids)
    return {id: _waits(session, id, stream, digest) for id, stream in streams.items()}


def _waits(session: Session, debtor_id: str, stream: Sequence[Event], digest: Digest) -> list[Wait]:
    """Return what waits in a thread, once for each name of each person."""
    thread = fold_thread(debtor_id, stream, reader(session))
    seqs = {str(one.header.get("entry")): one.seq for one in stream if kind_of(one.type)}
    return [
        Wait(
            person=person,
            debtor_id=debtor_id,
            entry=entry.id,
            seq=seqs[entry.id],
            since_on=entry.on,
            by_on=entry.due_on or entry.on,
        )
        for entry, names in thread.awaiting()
        for person in sorted(map(digest, names))
    ]


def count_for(session: Session, name: str, *, on: date) -> int:
    """Return how many entries wait for a person on a day.

    Args:
        session: Open transaction; only read from.
        name: Of the person; see `domain.thread.handles`.
        on: The day.
    """
    return session.wait_count(map(_digest(session), handles(name)), on=on)


def page_for(
    session: Session, name: str, *, on: date, after: After = (), limit: int = 50
) -> tuple[tuple[After, Waiting], ...]:
    """Return one page of what waits for a person, what is due first, each with its mark.

    Args:
        session: Open transaction; only read from.
        name: Of the person; see `domain.thread.handles`.
        on: The day.
        after: Mark of the entry to go on after; empty for the first page.
        limit: Most entries.
    """
    persons = map(_digest(session), handles(name))
    found = session.waits(persons, on=on, after=after, limit=limit)
    return tuple(_read(session, found))


def entries_of(
    session: Session, wanted: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], Entry]:
    """Return entries by debtor and id, as they were written; those unknown are missing.

    Args:
        session: Open transaction; only read from.
        wanted: Debtors and ids of entries.
    """
    streams = session.events_of("debtor", {debtor_id for debtor_id, _ in wanted})
    found, read = {}, reader(session)
    for debtor_id, stream in streams.items():
        for one in stream:
            key = (debtor_id, str(one.header.get("entry")))
            if key in wanted and kind_of(one.type):
                found[key] = fold_thread(debtor_id, (one,), read).entries[0]
    return found


def _read(session: Session, found: Sequence[Wait]) -> Iterator[tuple[After, Waiting]]:
    entries = entries_of(session, {(wait.debtor_id, wait.entry) for wait in found})
    for wait in found:
        mark = (wait.by_on.isoformat(), wait.debtor_id, wait.entry)
        entry = entries[wait.debtor_id, wait.entry]
        yield mark, Waiting(debtor_id=wait.debtor_id, entry=entry)


def _digest(session: Session) -> Digest:
    """Return what makes digests of names."""
    secret = bytes.fromhex(str((session.record(_KIND, _ID) or {}).get("value", "")))
    return lambda name: hmac.new(secret, name.encode(), hashlib.sha256).hexdigest()
