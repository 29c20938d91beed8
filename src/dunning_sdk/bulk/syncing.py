"""The store's own receivables into the portfolio: those that changed, or all of them.

What the engine keeps one by one is the truth; the portfolio follows it. Every event sets the day
on which its debtor's receivables are looked at, so that what is to be looked at by a day is all
that may have changed, and is drawn up anew: by the very cases the one-by-one path decides.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import numpy as np

from dunning_sdk.bulk import running
from dunning_sdk.bulk.drafting import Draft, drafted
from dunning_sdk.bulk.ledger import opened
from dunning_sdk.domain.event import Stream
from dunning_sdk.engine.engine import Engine
from dunning_sdk.portfolio.book import CompiledBook
from dunning_sdk.portfolio.column import NO_DAY, Column, number_of
from dunning_sdk.portfolio.entry import Entry
from dunning_sdk.portfolio.records import columns_of
from dunning_sdk.proposals.agreed_rate import agreed_with
from dunning_sdk.proposals.charging import Charger
from dunning_sdk.proposals.decided import Decided
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.proposals.lapsing import LimitationWatch
from dunning_sdk.rules.book import Book
from dunning_sdk.store.interface import Session


def sync(engine: Engine, *, as_of: date, full: bool = False) -> int:
    """Bring the portfolio up to what the store knows of its receivables, and return the rows.

    Args:
        engine: Whose store.
        as_of: The day.
        full: Take every receivable, not only those to be looked at by the day.

    Raises:
        StoreError: The store keeps no portfolios, or cannot be reached.
        EvaluationError: A receivable cannot be decided.
    """
    with engine.store.begin() as session:
        by_book: dict[str, tuple[Book, list[tuple[Decided, Entry]]]] = {}
        for item, entry in _entries(engine, session, as_of, full=full):
            by_book.setdefault(item.book.hash, (item.book, []))[1].append((item, entry))
    drafts = []
    for book, found in by_book.values():
        (compiled,) = running.compiled_books(engine, [book], as_of)
        drafts.append(_draft(compiled, found))
    with opened(engine.store) as ledger:
        ledger.guard(alone=True)
        return sum(ledger.put(ledger.keep(draft)) for draft in drafts)


def _entries(
    engine: Engine, session: Session, as_of: date, *, full: bool
) -> list[tuple[Decided, Entry]]:
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in session.receivables(review_by=None if full else as_of):
        wanted[row.receivable.debtor_id].add(row.receivable.id)
    decider = Decider(engine.config, engine.library, session=session, as_of=as_of)
    charger = Charger(engine.config, session, as_of)
    watch = LimitationWatch(engine.config, as_of, session)
    found = []
    for debtor_id in sorted(wanted):
        for item in decider.decide_of(debtor_id, only=wanted[debtor_id]):
            receivable, debtor = item.receivable, item.debtor
            rate = agreed_with(session, engine.config, debtor.id, issued_on=receivable.issued_on)
            entry = Entry(
                receivable=receivable,
                debtor=debtor,
                facts=item.case.facts,
                history=item.case.history,
                past=item.case.past,
                jurisdiction=charger.jurisdiction_of(debtor),
                agreed_rate=rate.yearly if rate else None,
                event_on=_event_on(session, receivable.id, as_of),
                limitation_on=watch.look(receivable, debtor),
            )
            found.append((item, entry))
    return found


def _event_on(session: Session, id: str, as_of: date) -> date | None:
    """Return the first day ahead on which something is known to happen to a receivable."""
    if session.receivable(id).receivable.last_event_on <= as_of:
        return None
    stream = session.events(Stream(kind="receivable", id=id))
    return min((event.on for event in stream if event.on > as_of), default=None)


def _draft(compiled: CompiledBook, found: Sequence[tuple[Decided, Entry]]) -> Draft:
    """Return rows of one book, with the review days of the one-by-one path."""
    entries = [entry for _, entry in found]
    days = [NO_DAY if item.review_on is None else number_of(item.review_on) for item, _ in found]
    return drafted(
        columns_of(entries, compiled.schema, channels=compiled.channels),
        debtor_ids=[item.debtor.id for item, _ in found],
        ids=[item.receivable.id for item, _ in found],
        review_on=np.array(days, dtype=np.int32),
        books=Column.texts([item.receivable.book_hash for item, _ in found]),
    )
