"""Draw up rows from columns: what is a receivable's own, and what it shares with others.

The module decides which facts go into a profile and which into a story, and finds the rows that
say the same, column by column. Numbers for entries that are new are given by the ledger.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final

import numpy as np

from dunning_sdk.bulk.rows import FACT_OF, PROFILE, STORY, Array, Rows, dtype_of
from dunning_sdk.bulk.shared import BOOK, ENTERED, ROW
from dunning_sdk.errors import FactTypeError
from dunning_sdk.portfolio.column import Column, Kind
from dunning_sdk.portfolio.columns import Columns, Items

_STORY_AREAS: Final = ("past", "ahead", "history", "promise", "plan", "payer_score", "signal")
_STORY_FACTS: Final = frozenset(
    {
        "receivable.cycle", "debtor.last_notice_on", "debtor.formal_notice_until",
        "debtor.promise_ends_on", "debtor.past_changes_on",
    }
)  # fmt: skip
_CYCLE_BEGAN: Final = "past.cycle_started_on"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draft:
    """Rows whose entries have no numbers yet.

    Attributes:
        rows: Their ``profile`` and ``story`` are places in the lists of this draft.
        entries: By kind, the digest and the text of each entry.
    """

    rows: Rows
    entries: Mapping[str, Sequence[tuple[str, str]]]

    def numbered(self, numbers: Mapping[str, Array]) -> Rows:
        """Return the rows with the numbers their entries were given, by kind."""
        own = dict(self.rows.numbers)
        for kind, given in numbers.items():
            own[kind] = given[own[kind]].astype(np.int32)
        return replace(self.rows, numbers=own)


def drafted(
    columns: Columns,
    *,
    debtor_ids: Sequence[str],
    ids: Sequence[str],
    review_on: Array,
    books: Column | None = None,
) -> Draft:
    """Return the rows that columns say.

    Args:
        columns: As `portfolio.evaluate` takes them; more than a book needs is kept.
        debtor_ids: Who owes, one per row.
        ids: Of the receivables, one per row, unique.
        review_on: Day numbers on which each is looked at next.
        books: Hash of the book each stays on; empty, as without it, for the configured one.

    Raises:
        FactTypeError: A column of its own lacks values, or lengths differ.
    """
    own = {name: _own(columns, name) for name in FACT_OF}
    for name, given in (("debtor_ids", debtor_ids), ("ids", ids), ("review_on", review_on)):
        if len(given) != columns.size:
            message = f"There are {len(given)} {name} for {columns.size} rows"
            raise FactTypeError(message, hint="Give one for each row.", fact_name=name)
    own["review_on"] = np.asarray(review_on, dtype=np.int32)
    entries: dict[str, Sequence[tuple[str, str]]] = {}
    for kind in (PROFILE, STORY):
        own[kind], entries[kind] = _drawn(columns, kind, own, books)
    counts, sums = own.pop("sums_count"), own.pop("sums")
    rows = Rows(numbers=own, debtor_ids=debtor_ids, ids=ids, sums=sums, sums_count=counts)
    return Draft(rows=rows, entries=entries)


def digest_of(text: str) -> str:
    """Return the digest an entry is known by."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _own(columns: Columns, name: str) -> Array:
    column = columns[FACT_OF[name]]
    if column.known is not None and not column.known.all():
        message = f"Column {FACT_OF[name]} lacks values"
        raise FactTypeError(message, hint="Give a value in each row.", fact_name=FACT_OF[name])
    return np.ascontiguousarray(column.values, dtype=dtype_of(name))


def _drawn(
    columns: Columns, kind: str, own: dict[str, Array], books: Column | None
) -> tuple[Array, list[tuple[str, str]]]:
    """Return the entry of each row, by its place, and the entries."""
    wanted = STORY if kind == STORY else PROFILE
    facts = {
        name: _relative(name, one, own)
        for name, one in sorted(columns.columns.items())
        if name not in FACT_OF.values() and _kind_of(name, one) == wanted
    }
    items = {
        name: _relative_items(one, own["due_on"])
        for name, one in (sorted(columns.items.items()) if kind == STORY else ())
    }
    book = books if kind == PROFILE else None
    if kind == STORY:
        own["sums_count"], own["sums"] = _sums(facts, items, columns.size)
    sources = [_codes_of(one) for one in facts.values()]
    sources += [_rows_codes(one) for one in items.values()]
    sources += [_codes_of(book)] if book is not None else []
    places, first = _joined(sources, columns.size)
    entries = [_entry(int(row), facts, items, book) for row in first]
    texts = [json.dumps(entry, sort_keys=True, separators=(",", ":")) for entry in entries]
    return places, [(digest_of(text), text) for text in texts]


def _kind_of(name: str, column: Column) -> str:
    """Return the list a fact belongs to; amounts go where rows keep their own."""
    is_story = (
        column.kind is Kind.MONEY or name.partition(".")[0] in _STORY_AREAS or name in _STORY_FACTS
    )
    return STORY if is_story else PROFILE


_MARK: Final = 1 << 29
"""Stands for the day of entry among days counted from the due date."""


def _relative(name: str, column: Column, own: Mapping[str, Array]) -> Column:
    """Return a fact whose days are counted from the due date, or said to be the day of entry."""
    if column.kind is not Kind.DAY:
        return column
    values = column.values - own["due_on"]
    if name == _CYCLE_BEGAN:
        values = np.where(column.values == own["entered_on"], _MARK, values)
    return Column(kind=Kind.DAY, values=values.astype(np.int32), known=column.known)


def _relative_items(items: Items, due_on: Array) -> Items:
    if not items.offsets[-1]:
        return items
    base = due_on[items.rows()]
    columns = {
        name: Column(kind=Kind.DAY, values=(one.values - base).astype(np.int32), known=one.known)
        if one.kind is Kind.DAY
        else one
        for name, one in sorted(items.columns.items())
    }
    return Items(offsets=items.offsets, columns=columns)


def _sums(
    facts: Mapping[str, Column], items: Mapping[str, Items], size: int
) -> tuple[Array, Array]:
    """Return how many amounts each row has of its own, and the amounts, row after row."""
    rows, ranks, values = [], [], []
    sources = [(np.arange(size), np.full(size, at), one) for at, one in enumerate(facts.values())]
    for at, several in enumerate(items.values(), 1):
        owner = several.rows()
        within = np.arange(len(owner)) - several.offsets[owner]
        sources += [
            (owner, (at << 40) + (within << 8) + place, one)
            for place, one in enumerate(several.columns.values())
        ]
    for owner, rank, column in sources:
        told = np.flatnonzero(_is_sum(column)) if column.kind is Kind.MONEY else ()
        if len(told):
            rows.append(owner[told])
            ranks.append(rank[told])
            values.append(column.values[told])
    if not rows:
        return np.zeros(size, dtype=np.int64), np.zeros(0, dtype=np.int64)
    owners = np.concatenate(rows)
    order = np.lexsort((np.concatenate(ranks), owners))
    return np.bincount(owners, minlength=size), np.concatenate(values)[order]


def _is_sum(column: Column) -> Array:
    """Tell for each amount whether it stands in the row: it is known, and there is one."""
    told = column.values != 0
    return np.asarray(told if column.known is None else told & column.known)


def _codes_of(column: Column) -> Array | None:
    """Return a number for each row, the same where the fact is the same; ``None`` for all."""
    values, known = column.values, column.known
    if column.kind is Kind.MONEY:
        values = _is_sum(column).view(np.uint8)
    if not len(values) or (values.strides == (0,) and (known is None or known.strides == (0,))):
        return None
    if known is not None:
        _, codes = np.unique(np.where(known, values, 0), return_inverse=True)
        return np.asarray(codes * 2 + known)
    low, high = values.min(), values.max()
    if low == high:
        return None
    if values.dtype != np.int64 or high - low < 1 << 31:
        return values.astype(np.int64) - int(low)
    return np.asarray(np.unique(values, return_inverse=True)[1])


def _rows_codes(items: Items) -> Array | None:
    """Return a number for each row, the same where the items are the same in the same order."""
    total = int(items.offsets[-1])
    counts = items.counts()
    if not total:
        return None
    codes, _ = _joined([_codes_of(one) for one in items.columns.values()], total)
    found = np.zeros(len(counts), dtype=np.int64)
    used = 1
    for many in np.unique(counts[counts > 0]):
        rows = np.flatnonzero(counts == many)
        places = [codes[items.offsets[rows] + at] for at in range(int(many))]
        same, first = _joined(places, len(rows))
        found[rows] = same + used
        used += len(first)
    return found


def _joined(sources: Sequence[Array | None], size: int) -> tuple[Array, Array]:
    """Return a number for each row, the same where all sources are, and a first row of each."""
    joined = np.zeros(size, dtype=np.int64)
    for codes in sources:
        if codes is not None:
            joined = joined * (int(codes.max()) + 1) + codes
            joined = np.asarray(np.unique(joined, return_inverse=True)[1], dtype=np.int64)
    _, first, places = np.unique(joined, return_index=True, return_inverse=True)
    return np.asarray(places), np.asarray(first)


def _entry(
    row: int, facts: Mapping[str, Column], items: Mapping[str, Items], book: Column | None
) -> dict[str, Any]:
    sums = count()
    entry: dict[str, Any] = {"facts": {name: _cell(one, row, sums) for name, one in facts.items()}}
    several = {name: list(_several(one, row, sums)) for name, one in items.items()}
    if any(several.values()):
        entry["items"] = {name: one for name, one in several.items() if one}
    if book is not None and book.words[int(book.values[row])]:
        entry[BOOK] = book.words[int(book.values[row])]
    return entry


def _several(items: Items, row: int, sums: Iterator[int]) -> Iterator[dict[str, list[Any]]]:
    for place in range(int(items.offsets[row]), int(items.offsets[row + 1])):
        yield {name: _cell(one, place, sums) for name, one in items.columns.items()}


def _cell(column: Column, row: int, sums: Iterator[int]) -> list[Any]:
    """Return the kind and the value of one fact, as an entry holds them."""
    kind, value = column.kind.value, column.values[row].item()
    if column.known is not None and not column.known[row]:
        return [kind, None, column.scale] if column.kind is Kind.NUMBER else [kind, None]
    match column.kind:
        case Kind.TEXT:
            return [kind, column.words[value]]
        case Kind.SET:
            return [kind, sorted(word for at, word in enumerate(column.words) if value >> at & 1)]
        case Kind.DAY:
            return [kind, ENTERED if value == _MARK else value]
        case Kind.NUMBER:
            return [kind, value, column.scale]
        case Kind.MONEY if value:
            return [kind, [ROW, next(sums)]]
        case _:
            return [kind, value]
