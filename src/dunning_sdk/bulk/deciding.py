"""Rows in, outcome out: the pure middle of every chunk.

The module decides how stored rows become the columns that a book reads, and by which book each row
is decided. What is read and kept, and in which transaction, is decided in `chunk`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from dunning_sdk.bulk.rows import FACT_OF, PROFILE, STORY, Array, Rows
from dunning_sdk.bulk.shared import Own, Shared
from dunning_sdk.portfolio.book import CompiledBook
from dunning_sdk.portfolio.column import Column, Kind
from dunning_sdk.portfolio.columns import Columns, Items
from dunning_sdk.portfolio.evaluate import evaluate
from dunning_sdk.portfolio.outcome import NO_AMOUNT, Outcome
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
        bar: Why chunks are not decided inside the database; empty where they are.
    """

    run_id: str
    tenant: str
    as_of: date
    due_by: int | None
    payments_known_on: date | None
    shared: Mapping[str, Shared]
    books: tuple[CompiledBook, ...]
    book_of: Array
    bar: str = ""


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

    @property
    def charged(self) -> Array:
        """Tell for each row whether anything is asked for beside the principal."""
        asked = [self.outcome[name] != NO_AMOUNT for name in ("interest", "compensation", "fee")]
        return np.asarray(np.logical_or.reduce(asked))


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
    return gathered(run.shared, rows, places, book.schema)


def gathered(
    shared: Mapping[str, Shared],
    rows: Rows,
    places: Array | None,
    schema: Schema,
    *,
    facts: Mapping[str, str] = FACT_OF,
) -> Columns:
    """Return the columns of a schema that rows say.

    Args:
        shared: By kind, what rows share.
        rows: As stored.
        places: Of the rows wanted; ``None`` for all.
        schema: Which columns.
        facts: By the name of a column that rows have of their own, the fact it holds.
    """
    counts = shared[STORY].sums[rows.numbers["story"]]
    row = Own(
        due_on=rows.numbers["due_on"],
        entered_on=rows.numbers["entered_on"],
        sums=rows.sums,
        sums_at=np.cumsum(counts) - counts,
    )
    row = row if places is None else row.take(places)
    own = rows.numbers if places is None else {k: v[places] for k, v in rows.numbers.items()}
    wanted = {*schema.fields, *schema.items}
    columns: dict[str, Column] = {}
    items: dict[str, Items] = {}
    for kind in (PROFILE, STORY):
        said, several = shared[kind].columns(own[kind], row, wanted=wanted)
        columns |= said
        items |= several
    for name, fact in facts.items():
        if fact in schema.fields:
            columns[fact] = Column(kind=schema.fields[fact].kind, values=own[name])
    given = Columns(size=len(own["profile"]), columns=columns, items=items)
    return completed(given, schema)


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
