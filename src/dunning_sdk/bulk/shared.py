"""What many receivables share, as lists numbered per tenant, and the columns made of them.

An entry says what is known of a receivable (a profile) or what happened to it (a story) once for
all rows it is true of; its days are counted from the row's due date. The module decides how an
entry is written and how rows become the columns that `portfolio.evaluate` takes.

>>> entry = {"facts": {"debtor.country": ["text", "FR"], "past.imported_level": ["count", 0]}}
>>> lists = Shared.of([entry, {"facts": {"debtor.country": ["text", "BE"]}}])
>>> zeros = np.zeros(3, dtype=np.int32)
>>> row = Own(due_on=zeros, entered_on=zeros, sums=zeros, sums_at=zeros)
>>> columns, _ = lists.columns(np.array([1, 0, 1]), row)
>>> [columns["debtor.country"].value(row) for row in range(3)]
['BE', 'FR', 'BE']
"""

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from dunning_sdk.bulk.rows import Array
from dunning_sdk.errors import StoreError
from dunning_sdk.portfolio.column import Column, Kind
from dunning_sdk.portfolio.columns import Items

Entry = Mapping[str, Any]
ENTERED: Final = "entered"
"""Instead of a number of days: the day the receivable was first seen."""
ROW: Final = "row"
"""Instead of an amount: with a number, its place among the sums of the row."""
BOOK: Final = "book"
"""Key of an entry: hash of the book its receivables stay on; none for the configured one."""

_DTYPES: Final = {
    Kind.MONEY: np.int64, Kind.NUMBER: np.int64, Kind.COUNT: np.int32, Kind.DAY: np.int32,
    Kind.FLAG: np.bool_, Kind.TEXT: np.int32, Kind.SET: np.int64,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Listed:
    """One fact of every entry, or one field of every item.

    Attributes:
        column: Days counted from the due date.
        from_entry: Which entries say the day of entry instead; ``None`` for none.
        sum_at: Place of the amount among the sums of the row, -1 where it is said here; ``None``
            where all are.
    """

    column: Column
    from_entry: Array | None = None
    sum_at: Array | None = None

    def of(self, numbers: Array, row: "Own") -> Column:
        """Return the fact of rows by the numbers of their entries."""
        whole = self.column
        is_plain = whole.kind is not Kind.DAY and whole.known is None and self.sum_at is None
        if is_plain and len(whole.values) and (whole.values == whole.values[0]).all():
            return replace(whole, values=np.broadcast_to(whole.values[:1], numbers.shape))
        column = whole.take(numbers)
        if self.sum_at is not None:
            places = self.sum_at[numbers]
            values, told = column.values.copy(), np.flatnonzero(places >= 0)
            values[told] = row.sums[row.sums_at[told] + places[told]]
            return replace(column, values=values)
        if column.kind is not Kind.DAY:
            return column
        values = column.values + row.due_on
        if self.from_entry is not None:
            values = np.where(self.from_entry[numbers], row.entered_on, values)
        if column.known is not None:
            values = np.where(column.known, values, 0)
        return replace(column, values=values.astype(np.int32))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Own:
    """What rows have of their own that shared facts are made whole by.

    Attributes:
        due_on: Day number of each row.
        entered_on: Day number of each row.
        sums: Amounts, row after row.
        sums_at: Where those of each row begin.
    """

    due_on: Array
    entered_on: Array
    sums: Array
    sums_at: Array

    def take(self, places: Array) -> "Own":
        """Return that of the rows at some places; amounts are not copied."""
        return Own(
            due_on=self.due_on[places],
            entered_on=self.entered_on[places],
            sums=self.sums,
            sums_at=self.sums_at[places],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Several:
    """Items of one name of every entry."""

    offsets: Array
    fields: Mapping[str, _Listed]

    def of(self, numbers: Array, row: Own) -> Items:
        """Return the items of rows by the numbers of their entries."""
        empty = Items(offsets=self.offsets, columns={}).take(numbers)
        rows = empty.rows()
        starts = self.offsets[:-1][numbers]
        places = np.repeat(starts - empty.offsets[:-1], empty.counts()) + np.arange(len(rows))
        own = row.take(rows)
        return Items(
            offsets=empty.offsets,
            columns={name: one.of(places, own) for name, one in self.fields.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shared:
    """All entries of one kind, by column.

    Attributes:
        size: Entries.
        facts: By name.
        items: By name, then by field; where each entry's lie.
        books: Hash of the book of each entry; empty for the configured one.
        sums: How many amounts an entry leaves to its rows.
    """

    size: int
    facts: Mapping[str, _Listed]
    items: Mapping[str, _Several]
    books: tuple[str, ...]
    sums: Array

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> "Shared":
        """Return entries by column.

        Raises:
            StoreError: An entry cannot be read: it was written by another release.
        """
        try:
            names = sorted({name for entry in entries for name in entry.get("facts", ())})
            kinds = sorted({name for entry in entries for name in entry.get("items", ())})
            return cls(
                size=len(entries),
                facts={
                    name: _listed([one["facts"].get(name) for one in entries]) for name in names
                },
                items={
                    name: _items([one.get("items", {}).get(name, ()) for one in entries])
                    for name in kinds
                },
                books=tuple(str(entry.get(BOOK, "")) for entry in entries),
                sums=np.array([_sums_of(entry) for entry in entries], dtype=np.int64),
            )
        except (KeyError, TypeError, ValueError, IndexError) as exc:
            message = "What the rows of the portfolio share cannot be read"
            raise StoreError(message, hint="Load or sync the portfolio again") from exc

    def columns(
        self, numbers: Array, row: Own, *, wanted: Container[str] | None = None
    ) -> tuple[dict[str, Column], dict[str, Items]]:
        """Return the columns of rows by the numbers of their entries.

        Args:
            numbers: Below ``size``.
            row: What the rows have of their own.
            wanted: Names of facts and items that are needed; ``None`` for all.
        """
        facts = {
            name: one.of(numbers, row)
            for name, one in self.facts.items()
            if wanted is None or name in wanted
        }
        items = {
            name: one.of(numbers, row)
            for name, one in self.items.items()
            if wanted is None or name in wanted
        }
        return facts, items

    def flags(self, name: str) -> Array:
        """Return a fact of truth of every entry; false where an entry does not say it."""
        if name not in self.facts:
            return np.zeros(self.size, dtype=np.bool_)
        column = self.facts[name].column
        return column.values if column.known is None else column.values & column.known


def entries_of(texts: Iterable[str]) -> list[Entry]:
    """Return entries as they were written.

    Raises:
        StoreError: A text is none.
    """
    try:
        return [json.loads(text) for text in texts]
    except ValueError as exc:
        message = "What the rows of the portfolio share cannot be read"
        raise StoreError(message, hint="Load or sync the portfolio again") from exc


def _listed(cells: Sequence[Sequence[Any] | None]) -> _Listed:
    values: list[Any] = [None if cell is None else cell[1] for cell in cells]
    from_entry = np.array([value == ENTERED for value in values], dtype=np.bool_)
    sum_at = np.array([value[1] if _is_sum(value) else -1 for value in values], dtype=np.int64)
    plain = [None if cell is None else _without_sum(cell) for cell in cells]
    return _Listed(
        column=_column(plain),
        from_entry=from_entry if from_entry.any() else None,
        sum_at=sum_at if (sum_at >= 0).any() else None,
    )


def _without_sum(cell: Sequence[Any]) -> Sequence[Any]:
    return (cell[0], 0) if _is_sum(cell[1]) else cell


def _is_sum(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and value[0] == ROW
        and isinstance(value[1], int)
    )


def _column(cells: Sequence[Sequence[Any] | None]) -> Column:
    """Return one fact of all entries; a fact that an entry lacks is not known there."""
    (kind,) = {Kind(cell[0]) for cell in cells if cell is not None}
    known = np.array([cell is not None and cell[1] is not None for cell in cells], dtype=np.bool_)
    values = [cell[1] if cell is not None else None for cell in cells]
    words: dict[str, int] = {}
    if kind is Kind.TEXT:
        values = [None if one is None else words.setdefault(one, len(words)) for one in values]
    if kind is Kind.SET:
        values = [None if one is None else _bits(one, words) for one in values]
    scale = max((cell[2] for cell in cells if cell is not None and len(cell) > 2), default=0)
    if kind is Kind.NUMBER:
        values = [_scaled(cell, scale) for cell in cells]
    plain = [0 if one is None or one == ENTERED else one for one in values]
    return Column.of(
        kind,
        np.array(plain, dtype=_DTYPES[kind]),
        known=None if known.all() else known,
        words=words or ("",),
        scale=scale,
    )


def _scaled(cell: Sequence[Any] | None, scale: int) -> int | None:
    if cell is None or cell[1] is None:
        return None
    return int(cell[1] * 10 ** (scale - cell[2]))


def _bits(names: Iterable[str], words: dict[str, int]) -> int:
    return sum(1 << words.setdefault(name, len(words)) for name in names)


def _items(entries: Sequence[Sequence[Mapping[str, Any]]]) -> _Several:
    """Return items of one name; each is a mapping of field to kind and value."""
    counts = np.array([len(entry) for entry in entries], dtype=np.int64)
    offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
    flat = [item for entry in entries for item in entry]
    names = sorted({name for item in flat for name in item})
    return _Several(
        offsets=offsets, fields={name: _listed([item.get(name) for item in flat]) for name in names}
    )


def _sums_of(entry: Entry) -> int:
    cells = list(entry.get("facts", {}).values())
    several = entry.get("items", {}).values()
    cells += [cell for items in several for one in items for cell in one.values()]
    return sum(_is_sum(cell[1]) for cell in cells)
