"""A run over a portfolio: begun or taken up again, worked on by anyone, closed with a report.

The module decides what a run looks at, what its workers must agree on, and when it is over. What a
chunk comes to is decided in `chunk`.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np

from dunning_sdk.bulk import chunks, push_down
from dunning_sdk.bulk.chunk import added, evaluate_chunk
from dunning_sdk.bulk.chunks import OPEN, Chunk, Progress, RunRecord
from dunning_sdk.bulk.deciding import Run
from dunning_sdk.bulk.ledger import opened
from dunning_sdk.bulk.retention import make_parts
from dunning_sdk.bulk.rows import KINDS, PROFILE
from dunning_sdk.bulk.shared import Shared, entries_of
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import DomainError, StaleRecordError
from dunning_sdk.installation.contracts import mandate_fields
from dunning_sdk.portfolio.book import CompiledBook, compile_book
from dunning_sdk.portfolio.column import number_of
from dunning_sdk.proposals.charging import Charger
from dunning_sdk.recovery import reviewing
from dunning_sdk.rules.book import Book
from dunning_sdk.store.holder import new_holder
from dunning_sdk.store.interface import Session

CHUNK_ROWS: Final = 250_000
"""Rows of a chunk unless said otherwise: a few seconds of work, some hundred megabytes."""
_TRIES: Final = 3

Told = Callable[[Progress], None]


def begin(
    engine: Engine,
    *,
    as_of: date,
    full: bool = False,
    chunk_rows: int = CHUNK_ROWS,
    push_down: bool = True,
) -> RunRecord:
    """Begin a run over the portfolio of an engine's tenant, or take up the one that was stopped.

    Args:
        engine: Whose books, law and store.
        as_of: Day decided for.
        full: Look at every row, not only those whose day has come.
        chunk_rows: Rows of a chunk; those of one debtor are never cut apart.
        push_down: Whether chunks may be decided inside the database where that is exact.

    Raises:
        DomainError: The portfolio is empty.
        StoreError: The store keeps no portfolios, or cannot be reached.
    """
    ground = reviewing.ground_of(engine.config, engine.library)
    known = payments_known_on(engine)
    with engine.store.begin() as session:
        for name in engine.config.books:
            book = engine.library.load(name)
            session.put_book(book.hash, book.files)
    with opened(engine.store) as ledger:
        ledger.guard(alone=True)
        earlier = chunks.runs(ledger, as_of=as_of)
        for run in earlier:
            if run.state == OPEN and run.ground == ground and run.plan["full"] == full:
                return run
        due_by = None if full else number_of(as_of)
        rows = ledger.count(due_by=due_by)
        if full and not rows:
            message = "The portfolio is empty"
            raise DomainError(message, hint="Fill it: `dunning portfolio load`, or `sync`.")
        run = RunRecord(
            run_id=f"{as_of.isoformat()}-{len(earlier) + 1}",
            as_of=as_of,
            ground=ground,
            plan={
                "full": full,
                "rows": rows,
                "payments_known_on": known and known.isoformat(),
                "push_down": push_down,
            },
            report={},
        )
        make_parts(ledger, due_by=due_by)
        chunks.put_run(ledger, run, ledger.bounds(chunk_rows, due_by=due_by))
        return run


def prepared(engine: Engine, run_id: str) -> Run:
    """Return all that the chunks of a run are decided by; read once by each process.

    Raises:
        DomainError: This process decides by other books, law or releases than the run was begun
            with.
        RecordNotFoundError: There is no such run.
    """
    with opened(engine.store) as ledger:
        record = chunks.run_of(ledger, run_id)
        shared = {kind: Shared.of(entries_of(ledger.entries(kind))) for kind in KINDS}
        bar = push_down.bar_of(ledger)
    if record.ground != reviewing.ground_of(engine.config, engine.library):
        message = f"Run {run_id} was begun by other books, law or releases than are here"
        hint = "Give every worker the same configuration and release, or begin a run anew."
        raise DomainError(message, hint=hint)
    known = record.plan["payments_known_on"]
    with engine.store.begin() as session:
        books, book_of = _books(engine, session, shared[PROFILE], record.as_of)
    return Run(
        run_id=run_id,
        tenant=engine.config.tenant,
        as_of=record.as_of,
        due_by=None if record.plan["full"] else number_of(record.as_of),
        payments_known_on=date.fromisoformat(str(known)) if known else None,
        shared=shared,
        books=books,
        book_of=book_of,
        bar=bar or push_down.bar_of_books(books) or _asked_not_to(record),
    )


def work(
    engine: Engine,
    run: Run,
    *,
    stop: threading.Event | None = None,
    told: Told = lambda _: None,
) -> dict[str, Any]:
    """Decide chunks of a run until none is free; return what this process did.

    Args:
        engine: Whose store.
        run: As `prepared`.
        stop: Set from outside to end after the chunk in hand.
        told: Told how far the run is, after each chunk.
    """
    holder, total = new_holder(), dict[str, Any]()
    while stop is None or not stop.is_set():
        report = one_chunk(engine, run, holder=holder)
        if report is None:
            break
        total = added(total, report)
        told(progress(engine, run.run_id))
    return total


def one_chunk(
    engine: Engine, run: Run, *, holder: str, low: str | None = None
) -> dict[str, Any] | None:
    """Decide one chunk in one transaction; ``None`` where none is left.

    Args:
        engine: Whose store.
        run: As `prepared`.
        holder: Who does it.
        low: Where the chunk begins; ``None`` for any that is free.

    Raises:
        StaleRecordError: Its rows changed again and again while they were decided.
    """
    for left in reversed(range(_TRIES)):
        try:
            return _once(engine, run, holder, low)
        except StaleRecordError:
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


def _once(engine: Engine, run: Run, holder: str, low: str | None) -> dict[str, Any] | None:
    with opened(engine.store) as ledger:
        ledger.guard(alone=False)
        chunk = chunks.claim(ledger, run.run_id, low=low)
        return None if chunk is None else evaluate_chunk(ledger, run, chunk, holder=holder)


def close(engine: Engine, run_id: str) -> RunRecord:
    """Close a run whose chunks are all done, and return it; one that has chunks left stays open."""
    with opened(engine.store) as ledger:
        record = chunks.run_of(ledger, run_id)
        if record.state == OPEN and not chunks.chunks_left(ledger, run_id):
            total: dict[str, Any] = {}
            for report in chunks.reports(ledger, run_id):
                total = added(total, report)
            chunks.finish_run(ledger, run_id, total | {"wall_seconds": _since(record.begun_at)})
        return chunks.run_of(ledger, run_id)


def progress(engine: Engine, run_id: str) -> Progress:
    """Return how far a run is."""
    with opened(engine.store) as ledger:
        return chunks.progress(ledger, run_id)


def left(engine: Engine, run_id: str) -> list[Chunk]:
    """Return the chunks of a run that are not done."""
    with opened(engine.store) as ledger:
        return chunks.chunks_left(ledger, run_id)


def run_portfolio(
    engine: Engine,
    *,
    as_of: date,
    full: bool = False,
    chunk_rows: int = CHUNK_ROWS,
    push_down: bool = True,
    told: Told = lambda _: None,
) -> RunRecord:
    """Run a portfolio in this process, from the beginning or from where it was stopped.

    Args:
        engine: Whose books, law and store.
        as_of: Day decided for.
        full: Look at every row, not only those whose day has come.
        chunk_rows: Rows of a chunk.
        push_down: Whether chunks may be decided inside the database where that is exact.
        told: Told how far the run is, after each chunk.

    Raises:
        DomainError: The portfolio is empty.
        EvaluationError: A row cannot be decided; the chunks before it are done.
    """
    record = begin(engine, as_of=as_of, full=full, chunk_rows=chunk_rows, push_down=push_down)
    work(engine, prepared(engine, record.run_id), told=told)
    return close(engine, record.run_id)


def _books(
    engine: Engine, session: Session, profiles: Shared, as_of: date
) -> tuple[tuple[CompiledBook, ...], Any]:
    """Return the books of all profiles, compiled, and the place of each profile's book."""
    config, library = engine.config, engine.library
    financed = profiles.flags("receivable.is_financed")
    places: dict[str, int] = {}
    found: list[Book] = []
    book_of = np.zeros(profiles.size, dtype=np.int32)
    for at, digest in enumerate(profiles.books):
        name = config.financed_book if financed[at] and config.financed_book else config.book
        book = library.kept(digest, session) if digest else library.load(name)
        if book.hash not in places:
            places[book.hash] = len(found)
            found.append(book)
        book_of[at] = places[book.hash]
    return _compiled(engine, session, found, as_of), book_of


def payments_known_on(engine: Engine) -> date | None:
    """Return the last day for which payments are known; ``None`` if they were never read."""
    with engine.store.begin() as session:
        known = session.setting("payments_known_on")
    return date.fromisoformat(str(known)) if known else None


def compiled_books(engine: Engine, books: Sequence[Book], as_of: date) -> tuple[CompiledBook, ...]:
    """Return books compiled with the operator, the law and the contract of an engine."""
    with engine.store.begin() as session:
        return _compiled(engine, session, books, as_of)


def _compiled(
    engine: Engine, session: Session, books: Sequence[Book], as_of: date
) -> tuple[CompiledBook, ...]:
    config = engine.config
    charger = Charger(config, session, as_of)
    return tuple(
        compile_book(
            book,
            operator=config.operator,
            law=charger.law if book.of_kind("charges") else None,
            contract=mandate_fields(config),
        )
        for book in books
    )


def _asked_not_to(record: RunRecord) -> str:
    return "" if record.plan["push_down"] else "the run was begun without it"


def _since(begun_at: str) -> float:
    return round((datetime.now(UTC) - datetime.fromisoformat(begun_at)).total_seconds(), 3)
