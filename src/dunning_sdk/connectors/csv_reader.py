r"""Read the rows of a CSV file, so that one bad row costs no other.

Decides on encoding, delimiter, header and which rows have the right shape; what a cell means is
left to `csv_row`. A row with broken quotes is reported and reading goes on with the next line.

>>> from dunning_sdk.connectors.csv_mapping import CsvPaymentMapping
>>> mapping = CsvPaymentMapping.load(
...     {"columns": {"received_on": "Date", "amount": "Sum"}, "constants": {"currency": "EUR"}},
...     where="bank.csv",
... )
>>> table = read_csv("Date;Sum\n2026-01-31;7.50\n".encode(), mapping, source="bank.csv")
>>> [row.cells for row in table.rows]
[('2026-01-31', '7.50')]
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from dunning_sdk.connectors.csv_mapping import CsvMapping
from dunning_sdk.errors import ConfigError, InputError, nearest_names

_DELIMITERS: Final = (",", ";", "\t", "|")
_CELL_CHARACTERS_MAX: Final = 100_000
# A cell may hold line ends; a longer row is taken for a quote that was never closed.
_ROW_LINES_MAX: Final = 200
_QUOTES: Final = "has quotes that do not match"
_TOO_LONG: Final = "has a cell that is too long"
_BOM: Final = "\ufeff"
_REPAIR: Final = "Correct this row in the file, or export it again"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One row of the right shape.

    Attributes:
        line: Line of the file it begins on, from 1.
        cells: One text per column of the file.
    """

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A CSV file.

    Attributes:
        source: Label of the file.
        positions: Field of the record to the index of its column.
        rows: Rows of the right shape, in order; rows without any text are left out.
        problems: One per row that is not of the right shape.
    """

    source: str
    positions: Mapping[str, int]
    rows: tuple[RawRow, ...]
    problems: tuple[InputError, ...]


def read_csv(content: bytes, mapping: CsvMapping, *, source: str) -> Table:
    """Split a file into rows.

    Args:
        content: The file.
        mapping: How it is written.
        source: Its label, for messages.

    Returns:
        The table; empty, with one problem, where the file is empty or not in its encoding.

    Raises:
        ConfigError: A declared column is not in the header, or is there twice.
    """
    try:
        text = _decoded(content, mapping.encoding)
    except UnicodeDecodeError:
        return _unreadable(source, "is not text in its encoding", "Declare its encoding")
    lines = list(io.StringIO(text, newline=""))
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return _unreadable(source, "is empty", "Export it again, with a header line")
    delimiter: str = mapping.delimiter
    if delimiter == "auto":
        delimiter = _sniffed(lines[first:], mapping)
    header, header_lines = _split(lines[first:], delimiter)
    if isinstance(header, str):
        return _unreadable(source, f"has a header that {header}", "Correct it", line=first + 1)
    positions = _positions(header, mapping, source)
    rows: list[RawRow] = []
    problems: list[InputError] = []
    width = len(header)
    for line, cells in _records(lines, first + header_lines, delimiter=delimiter, width=width):
        fault = cells if isinstance(cells, str) else _shape_fault(cells, width=width)
        if fault:
            problems.append(InputError(fault, hint=_REPAIR, source=source, line=line))
        elif any(cell.strip() for cell in cells):
            rows.append(RawRow(line=line, cells=tuple(cells)))
    return Table(source=source, positions=positions, rows=tuple(rows), problems=tuple(problems))


def _unreadable(source: str, text: str, hint: str, *, line: int = 1) -> Table:
    problem = InputError(text, hint=hint, source=source, line=line)
    return Table(source=source, positions={}, rows=(), problems=(problem,))


def _decoded(content: bytes, encoding: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) and encoding in ("auto", "utf-16"):
        return content.decode("utf-16").removeprefix(_BOM)
    if encoding == "auto":
        try:
            return content.decode("utf-8").removeprefix(_BOM)
        except UnicodeDecodeError:
            encoding = "cp1252"
    if encoding == "utf-16":
        return content.decode("utf-16-le").removeprefix(_BOM)
    # Bytes that do not fit become lone surrogates, so that only their row is refused.
    return content.decode(encoding, errors="surrogateescape").removeprefix(_BOM)


def _sniffed(lines: list[str], mapping: CsvMapping) -> str:
    wanted = set(mapping.columns.values())

    def fitness(delimiter: str) -> tuple[int, int]:
        cells, _ = _split(lines, delimiter)
        if isinstance(cells, str):
            return (0, 0)
        return (len(wanted & {cell.strip() for cell in cells}), len(cells))

    return max(_DELIMITERS, key=fitness)


def _positions(header: list[str], mapping: CsvMapping, source: str) -> dict[str, int]:
    names = [name.strip() for name in header]
    missing = sorted({column for column in mapping.columns.values() if column not in names})
    if missing:
        near = nearest_names(missing[0], names)
        question = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
        raise ConfigError(
            f"{source}: the header has no column {', '.join(map(repr, missing))}",
            hint=f"{question}Correct the declared columns, the delimiter or the file",
        )
    double = next((c for c in mapping.columns.values() if names.count(c) > 1), None)
    if double is not None:
        raise ConfigError(
            f"{source}: the header has the column {double!r} twice",
            hint="Rename one of them in the file",
        )
    return {field: names.index(column) for field, column in mapping.columns.items()}


def _records(
    lines: list[str], start: int, *, delimiter: str, width: int
) -> Iterator[tuple[int, list[str] | str]]:
    """Yield the line each record begins on, and its cells or what is wrong with it."""
    at = start
    while at < len(lines):
        end = min(at + _ROW_LINES_MAX, len(lines))
        cells, used = _split((lines[place] for place in range(at, end)), delimiter)
        if used > 1 and _swallows(lines[at + 1 : at + used], delimiter, width=width):
            cells = _QUOTES
        yield at + 1, cells
        # What a stray quote has swallowed is read again.
        at += used if len(cells) == width and not isinstance(cells, str) else 1


def _swallows(lines: list[str], delimiter: str, *, width: int) -> bool:
    """Tell whether a cell of several lines holds whole rows, so that its quote is a stray one."""
    records = (_split([line], delimiter)[0] for line in lines) if width > 2 else ()
    return any(not isinstance(cells, str) and len(cells) == width for cells in records)


def _split(lines: list[str] | Iterator[str], delimiter: str) -> tuple[list[str] | str, int]:
    """Return the cells of the first record and its lines, or what is wrong with it."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        cells = next(reader, [])
    except csv.Error as exc:
        too_long = "field larger" in str(exc)
        return (_TOO_LONG if too_long else _QUOTES), 1
    return cells, max(reader.line_num, 1)


def _shape_fault(cells: list[str], *, width: int) -> str:
    joined = "".join(cells)
    if not joined.strip():
        return ""
    if len(cells) != width:
        return f"has {len(cells)} cells where the header has {width}"
    if "\0" in joined:
        return "holds a NUL byte"
    if any("\udc80" <= sign <= "\udcff" for sign in joined if sign > "\ud7ff"):
        return "holds bytes that do not fit the declared encoding"
    if any(len(cell) > _CELL_CHARACTERS_MAX for cell in cells):
        return _TOO_LONG
    return ""
