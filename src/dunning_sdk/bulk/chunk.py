"""The unit of work: one range of debtors read, decided and written, in one transaction.

`decided` is pure: rows in, acts and review days out. `evaluate_chunk` reads the rows of a range,
decides them, and keeps the acts and the review days in the transaction that marks the chunk done:
whoever runs it, as often as he likes, the same acts are there once.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import compress
from typing import Any

import numpy as np

from dunning_sdk.bulk import acting
from dunning_sdk.bulk.chunks import Chunk, finish_chunk
from dunning_sdk.bulk.ledger import Ledger
from dunning_sdk.bulk.rows import FACT_OF, PROFILE, STORY, Array, Rows
from dunning_sdk.bulk.shared import Own, Shared
from dunning_sdk.portfolio.book import CompiledBook
from dunning_sdk.portfolio.column import Column, Kind, number_of
from dunning_sdk.portfolio.columns import Columns, Items
from dunning_sdk.portfolio.evaluate import evaluate
from dunning_sdk.portfolio.outcome import Outcome
from dunning_sdk.portfolio.schema import Field, Schema

_DTYPES = {
    Kind.MONEY: np.int64, Kind.NUMBER: np.int64, Kind.COUNT: np.int32, Kind.DAY: np.int32,
    Kind.FLAG: np.bool_, Kind.TEXT: np.int32, Kind.SET: np.int64,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """What every chunk of a run is decided by.

    Attributes:
        run_id: Of the run.
        tenant: Whose portfolio.
        as_of: Day decided for.
        due_by: Only rows to be looked at by this day number; ``None`` for all.
        payments_known_on: Last day for which payments are known; ``None`` if never read.
        shared: By kind, what rows share.
        books: Compiled.
        book_of: For each profile, the place of its book in ``books``.
    """

    run_id: str
    tenant: str
    as_of: date
    due_by: int | None
    payments_known_on: date | None
    shared: Mapping[str, Shared]
    books: tuple[CompiledBook, ...]
    book_of: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """The rows of one book, decided.

    Attributes:
        places: Of its rows among those of the chunk.
        columns: They were decided on.
        outcome: What they come to.
        book: That decided.
    """

    places: Array
    columns: Columns
    outcome: Outcome
    book: CompiledBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """Seconds by phase of work; the only place where a clock is read."""

    seconds: dict[str, float] = field(default_factory=dict)
    marks: list[float] = field(default_factory=lambda: [time.perf_counter()])

    def end(self, phase: str) -> None:
        """Count what passed since the last end, or the beginning, to a phase."""
        self.marks.append(time.perf_counter())
        passed = self.marks[-1] - self.marks[-2]
        self.seconds[phase] = self.seconds.get(phase, 0.0) + passed


def evaluate_chunk(ledger: Ledger, run: Run, chunk: Chunk, *, holder: str) -> dict[str, Any]:
    """Read, decide and keep one range of debtors; return its report.

    Args:
        ledger: Open transaction, with the chunk's row locked.
        run: What it is decided by.
        chunk: Which range.
        holder: Who does it.

    Raises:
        StaleRecordError: Rows changed meanwhile; nothing of the chunk is kept.
        EvaluationError: A row cannot be decided; nothing of the chunk is kept.
    """
    phases = Phases()
    rows = ledger.read(chunk.low, chunk.high, due_by=run.due_by)
    phases.end("read")
    parts = decided(run, rows)
    phases.end("decide")
    kept = [_keep(ledger, run, rows, part) for part in parts]
    phases.end("write")
    report = reported(parts) | {
        "rows": rows.size,
        "new_acts": sum(new for new, _ in kept),
        "left_one_by_one": sum(left for _, left in kept),
        "seconds": phases.seconds,
    }
    finish_chunk(ledger, run.run_id, chunk, holder=holder, report=report)
    return report


def decided(run: Run, rows: Rows) -> list[Part]:
    """Decide rows; pure.

    Args:
        run: What they are decided by.
        rows: Any number.
    """
    books = run.book_of[rows.numbers["profile"]]
    parts: list[Part] = []
    for place in np.unique(books).tolist():
        places = np.flatnonzero(books == place)
        book = run.books[place]
        columns = columns_of(run, rows, places if len(places) < rows.size else None, book)
        outcome = evaluate(book, columns, as_of=run.as_of, payments_known_on=run.payments_known_on)
        parts.append(Part(places=places, columns=columns, outcome=outcome, book=book))
    return parts


def columns_of(run: Run, rows: Rows, places: Array | None, book: CompiledBook) -> Columns:
    """Return the columns that a book reads of rows.

    Args:
        run: Whose shared lists are looked up.
        rows: As stored.
        places: Of the rows wanted; ``None`` for all.
        book: That is to decide them.
    """
    counts = run.shared[STORY].sums[rows.numbers["story"]]
    row = Own(
        due_on=rows.numbers["due_on"],
        entered_on=rows.numbers["entered_on"],
        sums=rows.sums,
        sums_at=np.cumsum(counts) - counts,
    )
    row = row if places is None else row.take(places)
    own = rows.numbers if places is None else {k: v[places] for k, v in rows.numbers.items()}
    wanted = {*book.schema.fields, *book.schema.items}
    columns = {
        fact: Column(kind=book.schema.fields[fact].kind, values=own[name])
        for name, fact in FACT_OF.items()
        if fact in book.schema.fields
    }
    items: dict[str, Items] = {}
    for kind in (PROFILE, STORY):
        facts, several = run.shared[kind].columns(own[kind], row, wanted=wanted)
        columns |= facts
        items |= several
    given = Columns(size=len(own["profile"]), columns=columns, items=items)
    return completed(given, book.schema)


def completed(given: Columns, schema: Schema) -> Columns:
    """Return columns with nothing in place of what need not be known and is not given."""
    columns, items = dict(given.columns), dict(given.items)
    for name, one in schema.fields.items():
        if one.nullable and name not in columns:
            columns[name] = Column.constant(one.kind, None, given.size)
    for name, fields in schema.items.items():
        items[name] = _whole(items.get(name), fields, given.size)
    return Columns(size=given.size, columns=columns, items=items)


def _whole(items: Items | None, fields: tuple[Field, ...], size: int) -> Items:
    """Return items with all their fields; where no row has any, there are none to read."""
    offsets = np.zeros(size + 1, dtype=np.int64) if items is None else items.offsets
    found = {} if items is None else dict(items.columns)
    total = int(offsets[-1])
    for one in fields:
        if one.name not in found and (not total or one.nullable):
            known = np.zeros(total, dtype=np.bool_)
            nothing: Array = np.zeros(total, dtype=_DTYPES[one.kind])
            found[one.name] = Column(kind=one.kind, values=nothing, known=known, words=("",))
    return Items(offsets=offsets, columns=found)


def _keep(ledger: Ledger, run: Run, rows: Rows, part: Part) -> tuple[int, int]:
    """Keep the acts and the review days of the rows of one book.

    Returns:
        How many acts were new, and how many rows are left to be settled one by one.
    """
    outcome = part.outcome
    common = {
        "tenant": run.tenant,
        "run_id": run.run_id,
        "on": number_of(run.as_of),
        "book_hash": part.book.book.hash,
    }
    places = acting.rows_acting(outcome)
    debtor_ids, ids = ledger.named(rows, part.places[places])
    free = np.array(acting.are_free(outcome, places, debtor_ids), dtype=np.bool_)
    names = (list(compress(debtor_ids, free)), list(compress(ids, free)))
    acts = acting.acts_of(outcome, part.columns, places=places[free], names=names, common=common)
    new = ledger.put_acts(acts)
    days = outcome["review_on"]
    changed = np.flatnonzero(days != rows.numbers["review_on"][part.places])
    ledger.set_review(rows, part.places[changed], days[changed])
    return new, int(len(places) - free.sum())


def reported(parts: list[Part]) -> dict[str, Any]:
    """Return counts of what was decided: rows by outcome, due rows by step, rows by path."""
    total: dict[str, Any] = {"outcomes": {}, "steps": {}, "paths": {}}
    for part in parts:
        report = part.outcome.report
        paths = {
            rule: {"columns": one.columns, "one_by_one": one.one_by_one}
            for rule, one in report.paths.items()
        }
        said = {"outcomes": dict(report.verdicts), "steps": dict(report.due), "paths": paths}
        total = added(total, said)
    return total


def added(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return two reports as one: numbers summed, whatever they are filed under."""
    total = dict(one)
    for name, value in other.items():
        if isinstance(value, Mapping):
            total[name] = added(total.get(name, {}), value)
        else:
            total[name] = total.get(name, 0) + value
    return total
