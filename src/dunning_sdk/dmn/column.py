"""Cut one input of a table into bins, each with the rows it allows.

Decides where an input changes the rows that hold: at the boundaries its cells name. Between two
of them nothing changes, so a value is decided by finding its bin. The same bins serve the
decision, the overlap and gap checks and the days on which a decision may change.

>>> from dunning_sdk.feel.parser import parse_unary_tests as tests
>>> cells = [tests("<= 3"), tests("> 3"), None]
>>> column = make_column(cells, kind="number", grain=Decimal(1))
>>> bin(column.rows_for(3)), bin(column.rows_for(4)), column.edges()
('0b101', '0b110', (4,))
"""

import datetime
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Final

from dunning_sdk.dmn.cell import Cell, Kind, Span, read_cell
from dunning_sdk.feel import nodes as n

_SOME_DAY: Final = datetime.date(2026, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One input, cut into bins.

    Attributes:
        kind: Type of the input.
        find: Value to the index of its bin.
        rows_for: Value to the mask of the rows it allows, those with opaque cells among them.
        rows_by_bin: Per bin the rows it allows, as a mask: bit 0 is the first row. An opaque
            cell allows its row in every bin.
        bins_by_row: Per row the bins it allows, as a mask; ``None`` for an opaque cell.
        live: The bins that hold a value at all, as a mask.
        samples: Per bin one value in it; of no use where the bin is not live.
        asks_null: Whether a cell names null; if not, null is no value of this input.
        grain: Least step between two values; ``None`` where there is none.
    """

    kind: Kind
    find: Callable[[Any], int]
    rows_for: Callable[[Any], int]
    rows_by_bin: tuple[int, ...]
    bins_by_row: tuple[int | None, ...]
    live: int
    samples: tuple[Any, ...]
    asks_null: bool
    grain: Decimal | None = None

    @property
    def is_ordered(self) -> bool:
        """Tell whether the bins are intervals of numbers or days, and not single values."""
        return self.kind in ("number", "date")

    @property
    def points(self) -> tuple[Any, ...]:
        """Return the values that bins are named by: the ends of intervals, or single values."""
        return self.samples[1:-1:2] if self.is_ordered else self.samples[:-2]

    def edges(self) -> tuple[int, ...] | None:
        """Return the whole values at which the rows allowed differ from the value before.

        Returns:
            Ascending; dates as proleptic Gregorian ordinals. ``None`` where a cell is opaque or
            the input is neither a number nor a date.
        """
        if None in self.bins_by_row or not self.is_ordered:
            return None
        if self.kind == "date":
            points = {value.toordinal() for value in self.points}
            return _changes(
                points | {point + 1 for point in points},
                lambda day: self.rows_for(datetime.date.fromordinal(day)),
            )
        numbers = [Decimal(value) for value in self.points]
        around = {int(value.to_integral_value(ROUND_CEILING)) for value in numbers}
        around |= {int(value.to_integral_value(ROUND_FLOOR)) + 1 for value in numbers}
        return _changes(around, lambda whole: self.rows_for(Decimal(whole)))


def make_column(
    cells: Sequence[n.UnaryTests | n.Dash | None],
    *,
    kind: Kind,
    values: Sequence[Any] = (),
    grain: Decimal | None = None,
    nullable: bool = False,
) -> Column:
    """Return the bins of one input.

    Args:
        cells: One per row, in table order; ``None`` or ``-`` for any value.
        kind: Type of the input.
        values: All values it can have; empty for any of its type.
        grain: Least step between two numbers, such as 1 for whole ones; ``None`` for none.
        nullable: Whether null is a value of the input.
    """
    read = [_read(cell, kind) for cell in cells]
    named = [span for cell in read if cell is not None for span in cell.spans]
    asks_null = any(cell is not None and cell.asks_null for cell in read)
    cut = _cut_ordered if kind in ("number", "date") else _cut_discrete
    possible = (True, False) if kind == "boolean" else tuple(values)
    find, samples, live = cut(named, values=possible, grain=grain)
    if kind == "date" and len(samples) == 1:
        samples = [_SOME_DAY]
    null_bin = len(samples)
    if nullable and asks_null:
        live |= 1 << null_bin
    bins = [None if cell is None else _bins(cell, find, null_bin) for cell in read]
    rows = tuple(_rows(bins, at) for at in range(null_bin + 1))
    rows_of = _rows_ordered if cut is _cut_ordered else _rows_discrete
    return Column(
        kind=kind,
        find=lambda value: null_bin if value is None else find(value),
        rows_for=rows_of(samples, rows),
        rows_by_bin=rows,
        bins_by_row=tuple(bins),
        live=live,
        samples=(*samples, None),
        asks_null=asks_null,
        grain=grain,
    )


def _read(cell: n.UnaryTests | n.Dash | None, kind: Kind) -> Cell | None:
    if cell is None or isinstance(cell, n.Dash):
        return Cell(negated=True, null=True)
    return read_cell(cell, kind=kind)


def _rows(bins: Iterable[int | None], at: int) -> int:
    rows = 0
    for row, mask in enumerate(bins):
        if mask is None or mask >> at & 1:
            rows |= 1 << row
    return rows


def _bins(cell: Cell, find: Callable[[Any], int], null_bin: int) -> int:
    allowed = 0
    for span in cell.spans:
        first = 0 if span.low is None else find(span.low) + (not span.low_included)
        last = null_bin - 1 if span.high is None else find(span.high) - (not span.high_included)
        if first <= last:
            allowed |= (1 << last + 1) - (1 << first)
    if cell.negated:
        allowed ^= (1 << null_bin) - 1
    return allowed | cell.null << null_bin


def _cut_ordered(
    spans: Iterable[Span], *, values: Sequence[Any], grain: Decimal | None
) -> tuple[Callable[[Any], int], list[Any], int]:
    """Cut at every end: bins 0, 2, 4 … lie between the ends, 1, 3, 5 … are the ends."""
    points = sorted({end for span in spans for end in (span.low, span.high) if end is not None})
    count = len(points)

    def find(value: Any) -> int:  # noqa: ANN401 - a number or a date
        at = bisect_left(points, value)
        return 2 * at + 1 if at < count and points[at] == value else 2 * at

    samples: list[Any] = []
    for at in range(count + 1):
        below = points[at - 1] if at else None
        above = points[at] if at < count else None
        samples.append(_between(below, above, grain))
        if above is not None:
            samples.append(above)
    live = sum(1 << at for at, sample in enumerate(samples) if _exists(sample, grain))
    return find, samples, live


def _rows_ordered(samples: Sequence[Any], rows: Sequence[int]) -> Callable[[Any], int]:
    points, count = samples[1::2], len(samples) // 2
    between, at_points, for_null = rows[:-1:2], rows[1:-1:2], rows[-1]

    def rows_for(value: Any) -> int:  # noqa: ANN401 - a number, a date or null
        if value is None:
            return for_null
        at = bisect_left(points, value)
        return at_points[at] if at < count and points[at] == value else between[at]

    return rows_for


def _rows_discrete(samples: Sequence[Any], rows: Sequence[int]) -> Callable[[Any], int]:
    *by_place, other, for_null = rows
    by_value = dict(zip(samples, by_place, strict=False)) | {None: for_null}
    return lambda value: by_value.get(value, other)


def _cut_discrete(
    spans: Iterable[Span], *, values: Sequence[Any], grain: Decimal | None
) -> tuple[Callable[[Any], int], list[Any], int]:
    """Make one bin per value named or allowed, and one for all others."""
    listed = list(dict.fromkeys([*values, *(span.low for span in spans)]))
    places = {value: at for at, value in enumerate(listed)}
    other = len(listed)

    def find(value: Any) -> int:  # noqa: ANN401 - a string or a boolean
        return places.get(value, other)

    possible = [not values or value in values for value in listed]
    live = sum(1 << at for at, is_possible in enumerate([*possible, not values]) if is_possible)
    return find, [*listed, "…"], live


def _between(below: Any, above: Any, grain: Decimal | None) -> Any:  # noqa: ANN401 - number or date
    """Return a value between two ends, either of which may be open; ``None`` if there is none."""
    if isinstance(below, datetime.date) or isinstance(above, datetime.date):
        return _day_between(below, above)
    step = grain or Decimal(1)
    if below is None and above is None:
        return Decimal(0)
    if below is None:
        return (above / step).to_integral_value(ROUND_CEILING) * step - step
    following = (below / step).to_integral_value(ROUND_FLOOR) * step + step
    if above is None or following < above:
        return following
    return None if grain else (below + above) / 2


def _day_between(below: datetime.date | None, above: datetime.date | None) -> datetime.date | None:
    if below is None:
        return above - datetime.timedelta(days=1) if above else None
    following = below + datetime.timedelta(days=1)
    return following if above is None or following < above else None


def _exists(sample: Any, grain: Decimal | None) -> bool:  # noqa: ANN401 - number, date or None
    if sample is None:
        return False
    return not (grain and isinstance(sample, Decimal) and sample % grain)


def _changes(candidates: Iterable[int], rows_for: Callable[[int], int]) -> tuple[int, ...]:
    return tuple(at for at in sorted(candidates) if rows_for(at) != rows_for(at - 1))
