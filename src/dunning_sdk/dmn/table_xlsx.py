"""Read and write a decision table as a workbook (.xlsx), in the form of `table_grid`.

Decides what a cell says: a number, a date, a time, true and false as FEEL, as the author sees
them. A number that holds more digits than its format shows, a formula, an error, a hidden row or
column is refused, since it would decide something else than what is seen. A text is FEEL as it
stands; a cell merged over several rows counts in each of them. Every fault names its cell.
"""

import datetime
import io
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from dunning_sdk.dmn.boxed import DecisionTable
from dunning_sdk.dmn.errors import DmnError, DmnSyntaxError
from dunning_sdk.dmn.table_grid import ANNOTATION, HEADS, Line, lines_of, table_of
from dunning_sdk.dmn.workbook import DEFAULT_LIMITS, SheetLimits, library, open_sheet

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

DIGITS: Final = 15
"""Significant digits of a number that a spreadsheet keeps."""
_DECIMALS: Final = re.compile(r"[0#?](?:\.([0#?]+))?(?![0#?])")
_NUMBER: Final = re.compile(r"(?!-0(?:\.0*)?$)-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?")
_DATE: Final = re.compile(r'date\("((?:19|20|[3-9][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2})"\)')
_HELD: Final = re.compile(r"[^\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]{0,32767}")
_WIDTH_MIN, _WIDTH_MAX = 8, 60


def read_table_xlsx(
    data: bytes, *, sheet: str = "", limits: SheetLimits = DEFAULT_LIMITS
) -> DecisionTable:
    """Return the table that a sheet holds; the place of a node is its row and column.

    Args:
        data: The workbook.
        sheet: Name of the sheet; the first where left out.
        limits: Bounds on the workbook.

    Raises:
        DmnSyntaxError: It is no workbook, or not of the form; names the cell.
        DmnLimitError: It passes a limit.
        DmnError: The library for workbooks is not installed.
    """
    found = open_sheet(data, sheet=sheet, limits=limits)
    return table_of(list(_lines(found)))


def name_of(row: int, column: int) -> str:
    """Return the name of a cell.

    >>> name_of(3, 28)
    'AB3'
    """
    letters = ""
    while column:
        column, at = divmod(column - 1, 26)
        letters = chr(ord("A") + at) + letters
    return f"{letters}{row}"


def _lines(sheet: "Worksheet") -> Iterator[Line]:
    """Yield the lines that are not blank, each as wide as the first."""
    merged = _merged(sheet)
    width = 0
    for cells in sheet.iter_rows():
        shown = [merged.get(cell.coordinate, cell) for cell in cells]
        texts = [_said(cell) for cell in shown]
        if not any(text.strip() for text in texts):
            continue
        _check_seen(sheet, cells)
        width = width or max(at for at, text in enumerate(texts, 1) if text.strip())
        line = Line(
            number=cells[0].row,
            cells=texts[:width],
            columns=lambda at: at + 1,
            name=lambda row, at: name_of(row, at + 1),
        )
        if beyond := [at for at, text in enumerate(texts) if at >= width and text.strip()]:
            raise line.fault("a cell beyond the columns of the first line", beyond[0])
        yield line


def _merged(sheet: "Worksheet") -> "dict[str, Cell]":
    """Return the cell whose value counts, by the name of each that is merged with it."""
    found: dict[str, Any] = {}
    for area in sheet.merged_cells.ranges:
        if area.min_col != area.max_col:
            message = f"cell {area.coord}: cells merged over columns"
            raise DmnSyntaxError(message=message, line=area.min_row, column=area.min_col)
        first = sheet.cell(area.min_row, area.min_col)
        for row in range(area.min_row, area.max_row + 1):
            found[name_of(row, area.min_col)] = first
    return found


def _check_seen(sheet: "Worksheet", cells: Sequence[Any]) -> None:
    row = cells[0].row
    if sheet.row_dimensions[row].hidden:
        message = f"row {row} is hidden; show it, or delete it"
        raise DmnSyntaxError(message=message, line=row)
    for cell in cells:
        letters = name_of(row, cell.column).removesuffix(str(row))
        if cell.value is not None and sheet.column_dimensions[letters].hidden:
            message = f"column {letters} is hidden; show it, or delete it"
            raise DmnSyntaxError(message=message, line=row, column=cell.column)


def _said(cell: Any) -> str:  # noqa: ANN401 - a cell of a library without types
    """Return what a cell says, as FEEL."""
    value = cell.value
    if cell.data_type == "f":
        raise _fault(cell, "a formula; put its value in its place")
    if cell.data_type == "e":
        raise _fault(cell, f"the error {value}")
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _number(cell, Decimal(repr(value)))
        case datetime.datetime():
            whole = value.time() == datetime.time()
            return f'date("{value.date()}")' if whole else f'date and time("{value.isoformat()}")'
        case datetime.date():
            return f'date("{value}")'
        case datetime.time():
            return f'time("{value.isoformat()}")'
        case str():
            return value
        case _:
            raise _fault(cell, "a value that is no text, number, date, time, true or false")


def _number(cell: Any, value: Decimal) -> str:  # noqa: ANN401 - as above
    """Return a number as its author sees it."""
    exact = round(value, DIGITS - 1 - value.adjusted()) if value else Decimal(0)
    shown = _shown(cell.number_format, exact)
    if shown != exact:
        raise _fault(cell, f"it shows {shown} and holds {_plain(exact)}; write what it shows")
    return f"{shown:f}"


def _shown(number_format: str, value: Decimal) -> Decimal:
    """Return a number with the decimals that its format shows; without a format, as it is."""
    form = re.sub(r'"[^"]*"|\\.|\[[^]]*\]|_.', "", number_format.split(";")[0])
    found = _DECIMALS.search(form.replace(",", ""))
    if found is None or "E" in form.upper() or "/" in form:
        return Decimal(_plain(value))
    places = found[1] or ""
    needed = places.rstrip("#?") if not value else places
    rounded = round(value, len(places) + (2 if "%" in form else 0))
    least = len(needed.rstrip("#?")) + (2 if "%" in form and needed else 0)
    plain = Decimal(_plain(rounded))
    exponent = plain.as_tuple().exponent
    return plain if isinstance(exponent, int) and -exponent >= least else round(plain, least)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _fault(cell: Any, message: str) -> DmnSyntaxError:  # noqa: ANN401 - as above
    name = name_of(cell.row, cell.column)
    return DmnSyntaxError(message=f"cell {name}: {message}", line=cell.row, column=cell.column)


def write_table_xlsx(table: DecisionTable, *, title: str = "table") -> bytes:
    """Return a table as a workbook of one sheet, without a formula in it.

    Args:
        table: As it was drawn.
        title: Name of the sheet; characters that a sheet may not have become hyphens.

    Raises:
        DmnError: A cell is not in FEEL, a row has too few or too many cells, or the library for
            workbooks is not installed.
    """
    excel = library()
    book = excel.Workbook()
    sheet = book.active
    sheet.title = re.sub(r"[\[\]:*?/\\']", "-", title)[:31] or "table"
    lines = lines_of(table)
    notes = {at for at, kind in enumerate(lines[1]) if kind == ANNOTATION}
    for row, cells in enumerate(lines, 1):
        is_row = row > 2 and cells[0] not in HEADS[:3]
        for at, text in enumerate(cells):
            cell = sheet.cell(row, at + 1)
            _put(cell, text, typed=is_row and at not in notes)
            cell.alignment = excel.styles.Alignment(vertical="top", wrap_text=True)
            if not is_row:
                cell.font = excel.styles.Font(bold=True)
    sheet.freeze_panes = sheet.cell(len(lines) - len(table.rules) + 1, 2)
    for at in range(len(lines[0])):
        width = max(len(cells[at]) for cells in lines) + 2
        letters = name_of(1, at + 1)[:-1]
        sheet.column_dimensions[letters].width = min(max(width, _WIDTH_MIN), _WIDTH_MAX)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _put(cell: Any, text: str, *, typed: bool) -> None:  # noqa: ANN401 - as above
    """Put a text into a cell: a number, a date and a truth value as such, all else as text."""
    if typed and text in ("true", "false"):
        cell.value = text == "true"
    elif typed and _NUMBER.fullmatch(text) and len(text.replace(".", "").lstrip("-0")) <= DIGITS:
        places = len(text.partition(".")[2])
        cell.value = Decimal(text)
        cell.number_format = f"0.{'0' * places}" if places else "0"
    elif typed and (found := _DATE.fullmatch(text)) and (day := _day(found[1])):
        cell.value, cell.number_format = day, "yyyy-mm-dd"
    elif _HELD.fullmatch(text) is None:
        said = "a text that no cell can hold: too long, or with control characters"
        raise DmnError(message=f"cell {cell.coordinate}: {said}")
    elif text:
        cell.value, cell.data_type = text, "s"
        cell.quotePrefix = True
        cell.number_format = "@"


def _day(text: str) -> datetime.date | None:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= datetime.date(1900, 3, 1) else None
