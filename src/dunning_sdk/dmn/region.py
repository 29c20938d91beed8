"""Search the space of a table's inputs for what no row covers.

A region has one mask of bins per column. Decides whether rows cover a region together, by
splitting it along a row until it is covered or free; the search is bounded and says when it gave
up. Leaves what the regions mean to `analysis`.

>>> from decimal import Decimal
>>> from dunning_sdk.dmn.column import make_column
>>> from dunning_sdk.feel.parser import parse_unary_tests as tests
>>> days = make_column([tests("<= 3"), tests("> 4")], kind="number", grain=Decimal(1))
>>> space = Space([days], rows=2)
>>> describe(days, space.free(space.whole, rows=0b11)[0])
'4'
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from math import prod
from typing import Any, TypeAlias

from dunning_sdk.dmn.column import Column

Region: TypeAlias = tuple[int, ...]


class GaveUpError(Exception):
    """A search took more steps than it may."""


class Space:
    """The bins of all columns, and which rows allow them.

    Attributes:
        whole: Region of every value there is.
        boxes: Region per row; an opaque cell counts as any value.
    """

    def __init__(self, columns: Sequence[Column], *, rows: int) -> None:
        self._rows_by_bin = [list(column.rows_by_bin) for column in columns]
        self._some: list[dict[int, int]] = [{} for _ in columns]
        self._every: list[dict[int, int]] = [{} for _ in columns]
        self.whole: Region = tuple(column.live for column in columns)
        self.boxes: list[Region] = [
            tuple(_allowed(column, row) for column in columns) for row in range(rows)
        ]

    def overlapping(self, region: Region) -> int:
        """Return the mask of the rows that hold somewhere in a region."""
        rows = (1 << len(self.boxes)) - 1
        for at, bins in enumerate(region):
            rows &= self._allowing_some(at, bins)
        return rows

    def free(self, region: Region, *, rows: int, steps_max: int = 100_000) -> Region | None:
        """Return a part of a region where none of some rows holds, or ``None``.

        Args:
            region: Where to look.
            rows: Mask of the rows that may cover it.
            steps_max: How many parts are looked at before giving up.

        Raises:
            GaveUpError: The search took too long.
        """
        pending = [(region, rows & self.overlapping(region))] if all(region) else []
        for _ in range(steps_max):
            if not pending:
                return None
            region, rows = pending.pop()
            if not rows:
                return region
            if not self._covering(region, rows):
                pending.extend(self._split(region, rows))
        raise GaveUpError

    def are_apart(self, rows: int = -1) -> bool:
        """Tell whether no two rows overlap.

        Args:
            rows: Mask of the rows looked at; all of them if not given.
        """
        own = ((1 << row, box) for row, box in enumerate(self.boxes) if all(box))
        return all(self.overlapping(box) & rows == bit for bit, box in own if bit & rows)

    def is_filled(self, region: Region, *, rows: int) -> bool:
        """Tell whether rows that are apart cover a region, by counting.

        Args:
            region: What is to be covered.
            rows: Mask of rows that do not overlap each other.
        """
        return not self._left(region, rows)

    def hole(self, region: Region, *, rows: int) -> Region | None:
        """Return what `free` does, by counting; only for rows that do not overlap each other.

        Rows that are apart cover a region exactly if their sizes add up to its size.

        Args:
            region: Where to look.
            rows: Mask of the rows that may cover it.
        """
        rows &= self.overlapping(region)
        if not all(region) or not self._left(region, rows):
            return None
        while rows:
            parts = self._split(region, rows)
            region, rows = next(part for part in parts if self._left(*part))
        return region

    def _left(self, region: Region, rows: int) -> int:
        """Return how much of a region is left beside rows that are apart."""
        covered = 0
        for row in bits(rows):
            size = 1
            for one, other in zip(region, self.boxes[row], strict=True):
                size *= (one & other).bit_count()
            covered += size
        return prod(bins.bit_count() for bins in region) - covered

    def widened(self, region: Region, *, rows: int) -> Region:
        """Return a free region made as large as it can be without meeting one of some rows."""
        for at, bins in enumerate(region):
            others = rows
            for other, mask in enumerate(region):
                if other != at:
                    others &= self._allowing_some(other, mask)
            for one in bits(self.whole[at] & ~bins):
                if not others & self._rows_by_bin[at][one]:
                    bins |= 1 << one
            region = (*region[:at], bins, *region[at + 1 :])
        return region

    def add(self, region: Region) -> int:
        """Take a region for one more row, and return that row's mask."""
        bit = 1 << len(self.boxes)
        self.boxes.append(region)
        for at, mask in enumerate(region):
            for one in bits(mask):
                self._rows_by_bin[at][one] |= bit
            self._some[at].clear()
            self._every[at].clear()
        return bit

    def _covering(self, region: Region, rows: int) -> int:
        """Return which of some rows hold everywhere in a region."""
        for at, bins in enumerate(region):
            rows &= self._allowing_every(at, bins)
        return rows

    def _split(self, region: Region, rows: int) -> Iterator[tuple[Region, int]]:
        """Yield the parts of a region inside and outside of its first row, along one column."""
        box = self.boxes[(rows & -rows).bit_length() - 1]
        at = next(at for at, bins in enumerate(region) if bins & ~box[at])
        for bins in (region[at] & box[at], region[at] & ~box[at]):
            part = (*region[:at], bins, *region[at + 1 :])
            yield part, rows & self._allowing_some(at, bins)

    def _allowing_some(self, at: int, bins: int) -> int:
        known = self._some[at]
        if bins not in known:
            known[bins] = 0
            for one in bits(bins):
                known[bins] |= self._rows_by_bin[at][one]
        return known[bins]

    def _allowing_every(self, at: int, bins: int) -> int:
        known = self._every[at]
        if bins not in known:
            known[bins] = -1
            for one in bits(bins):
                known[bins] &= self._rows_by_bin[at][one]
        return known[bins]


def bits(mask: int) -> Iterator[int]:
    """Yield the places of the bits that are set, ascending."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def sample_of(columns: Sequence[Column], region: Region) -> tuple[Any, ...]:
    """Return one value per column out of a region that is not empty."""
    return tuple(
        column.samples[(bins & -bins).bit_length() - 1]
        for column, bins in zip(columns, region, strict=True)
    )


def describe(column: Column, bins: int) -> str:
    """Return bins of a column as the cell an author would write; ``-`` for all of them.

    >>> from dunning_sdk.dmn.column import make_column
    >>> from dunning_sdk.feel.parser import parse_unary_tests as tests
    >>> rates = make_column([tests("[1..2.5)"), tests("> 7")], kind="number")
    >>> describe(rates, rates.live & ~rates.bins_by_row[0])
    '< 1, >= 2.5'
    """
    bins &= column.live
    if bins == column.live:
        return "-"
    if column.kind not in ("number", "date"):
        return ", ".join(_word(column, at) for at in bits(bins))
    return ", ".join(_run(column, run) for run in _runs(column, bins))


def value_text(value: Any) -> str:  # noqa: ANN401 - a FEEL value
    """Return a value as it is written in a cell and in YAML.

    >>> value_text(Decimal("1E+2")), value_text(None), value_text("")
    ('100', 'null', '""')
    """
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case _:
            return str(value) or '""'


def _allowed(column: Column, row: int) -> int:
    bins = column.bins_by_row[row]
    return column.live if bins is None else column.live & bins


def _word(column: Column, at: int) -> str:
    value = column.samples[at]
    return "any other" if value == "…" else value_text(value)


def _runs(column: Column, bins: int) -> Iterator[list[int]]:
    """Yield the bins that lie side by side; bins without a value do not part them."""
    run: list[int] = []
    null = len(column.samples) - 1
    for at in bits(column.live):
        if bins >> at & 1 and at != null:
            run.append(at)
        elif run:
            yield run
            run = []
    if run:
        yield run
    if bins >> null & 1:
        yield [null]


def _run(column: Column, run: list[int]) -> str:
    first, last, samples = run[0], run[-1], column.samples
    if samples[first] is None:
        return "null"
    whole = column.kind == "date" or column.grain is not None
    below = None if first == 0 else samples[first if first % 2 or whole else first - 1]
    above = None if last == len(samples) - 2 else samples[last if last % 2 else last + 1]
    opens = not (first % 2 or whole)
    closes = last % 2 == 1
    if below is None:
        return f"{'<=' if closes else '<'} {value_text(above)}"
    if above is None:
        return f"{'>' if opens else '>='} {value_text(below)}"
    if first == last and (first % 2 or (whole and _single(column, first))):
        return value_text(samples[first])
    start, end = value_text(below), value_text(above)
    return f"{'(' if opens else '['}{start}..{end}{']' if closes else ')'}"


def _single(column: Column, at: int) -> bool:
    """Tell whether a bin between two points holds one value only."""
    value, above = column.samples[at], column.samples[at + 1]
    if isinstance(value, date):
        return bool((above - value).days == 1)
    return bool(above - value <= (column.grain or 0))
