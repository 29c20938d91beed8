"""What is remembered of debtors on one day, gathered for the books whose tables ask for it.

Reads the debtors' own streams in bulk and hands everything to the pure `decisions.debtor_past`. A
book that reads neither signals nor history nor a score costs nothing here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from dunning_sdk.debtors.scoring import score_of
from dunning_sdk.decisions.debtor_past import PAST, DebtorPast, debtor_past
from dunning_sdk.decisions.occurrence import occurrences_of
from dunning_sdk.domain.event import Event
from dunning_sdk.domain.occurrence import Occurrence, OccurrenceKind
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.domain.thread import CALLED, REPLIED, CallOutcome
from dunning_sdk.rules.book import Book
from dunning_sdk.store.interface import Session

_NOTHING: Final = DebtorPast()


class Memory:
    """What is known of debtors on one day.

    Args:
        session: Open transaction; only read from.
        as_of: The day; what happened later is not seen.
    """

    def __init__(self, session: Session, as_of: date) -> None:
        self._session = session
        self._as_of = as_of
        self._states: dict[str, Sequence[Receivable]] = {}
        self._streams: dict[str, tuple[Event, ...]] = {}
        self._pasts: dict[tuple[str, str, str], DebtorPast] = {}
        self._asks: dict[str, bool] = {}
        self._ahead: dict[str, set[date]] = {}

    def keep(self, debtor_id: str, receivables: Sequence[Receivable]) -> None:
        """Keep all receivables of a debtor, as they stand on the day."""
        self._states[debtor_id] = receivables

    def expect(self, debtor_id: str, stream: Iterable[Event]) -> None:
        """Note on which days something is known to happen to a debtor's receivable."""
        days = self._ahead.setdefault(debtor_id, set())
        days.update(event.on for event in stream if event.on > self._as_of)

    def past(self, debtor_id: str, book: Book, *, currency: str) -> DebtorPast:
        """Return what a book's tables may read of a debtor's past; nothing where none asks.

        Args:
            debtor_id: Whose receivables were kept before.
            book: Whose tables, and whose signals.
            currency: Of the decision.
        """
        if book.hash not in self._asks:
            self._asks[book.hash] = any(name.split(".")[0] in PAST for name in book.reads)
        if not self._asks[book.hash]:
            return _NOTHING
        key = (debtor_id, book.hash, currency)
        if key not in self._pasts:
            self._pasts[key] = self._gathered(debtor_id, book, currency)
        return self._pasts[key]

    def _gathered(self, debtor_id: str, book: Book, currency: str) -> DebtorPast:
        stream = self._stream(debtor_id)
        seen = [event for event in stream if event.on <= self._as_of]
        scores = [score_of(self._session, event) for event in seen]
        past = debtor_past(
            self._states.get(debtor_id, ()),
            as_of=self._as_of,
            currency=currency,
            patterns=book.patterns,
            scores=[score for score in scores if score is not None],
            more=_answers(seen),
        )
        ahead = [event.on for event in stream if event.on > self._as_of]
        ahead += self._ahead.get(debtor_id, ())
        days = [day for day in (past.changes_on, *ahead) if day is not None]
        return replace(past, changes_on=min(days, default=None))

    def occurrences(self, debtor_id: str) -> tuple[Occurrence, ...]:
        """Return what happened to a debtor whose receivables were kept before."""
        seen = [event for event in self._stream(debtor_id) if event.on <= self._as_of]
        return (*occurrences_of(self._states.get(debtor_id, ())), *_answers(seen))

    def _stream(self, debtor_id: str) -> tuple[Event, ...]:
        """Return a debtor's own events; those of all debtors kept are read at once."""
        if debtor_id not in self._streams:
            wanted = [one for one in {debtor_id, *self._states} if one not in self._streams]
            found: Mapping[str, tuple[Event, ...]] = self._session.events_of("debtor", wanted)
            self._streams.update({one: found.get(one, ()) for one in wanted})
        return self._streams[debtor_id]


def past_of(
    session: Session, debtor_id: str, book: Book, currency: str, *, as_of: date
) -> DebtorPast:
    """Return what a book may read of one debtor's past, whether he was ever invoiced or not."""
    memory = Memory(session, as_of)
    memory.keep(debtor_id, [row.receivable for row in session.receivables(debtor_id=debtor_id)])
    return memory.past(debtor_id, book, currency=currency)


def _answers(events: Iterable[Event]) -> list[Occurrence]:
    return [one for one in map(_answer, events) if one is not None]


def _answer(event: Event) -> Occurrence | None:
    """Return an answer of the debtor, by letter or on the phone; ``None`` for anything else."""
    by_phone = event.type == CALLED and event.header.get("outcome") == CallOutcome.REACHED
    if event.type != REPLIED and not by_phone:
        return None
    return Occurrence(
        kind=OccurrenceKind.REPLIED,
        on=event.on,
        receivable_id=str(event.header.get("receivable") or ""),
        ref=str(event.seq),
    )
