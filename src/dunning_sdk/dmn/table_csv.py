"""Read and write a decision table as CSV, in the form of `table_grid`.

Decides how cells are parted, and that no cell is a formula to a spreadsheet: one that begins with
``=``, ``+``, ``-``, ``@``, a tab or a carriage return, and is neither a number nor the dash of any
value, is written with an apostrophe before it, which reading takes away again.

>>> fees = read_table_csv('''first,days,fee
... kind,input,output
... 1,> 30,40
... 2,-,0
... ''')
>>> fees.hit_policy.value, [rule.inputs[0].text for rule in fees.rules]
('first', ['> 30', '-'])
>>> print(write_table_csv(fees), end="")
first,days,fee
kind,input,output
1,> 30,40
2,-,0

Source:
    OWASP, CSV injection.
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from dunning_sdk.dmn.boxed import DecisionTable
from dunning_sdk.dmn.errors import DmnSyntaxError
from dunning_sdk.dmn.table_grid import Line, lines_of, table_of

if TYPE_CHECKING:
    import _csv

_HARMLESS: Final = re.compile(r"-|[-+]?[0-9]+(\.[0-9]+)?")
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")


def read_table_csv(text: str, *, delimiter: str = "", places: bool = False) -> DecisionTable:
    """Return the table that a CSV text holds.

    Args:
        text: The whole text.
        delimiter: What parts cells; where left out, the comma, semicolon or tab that the first
            line has most of.
        places: Whether the column of a node is the number of its cell, from 1; otherwise it is 1.

    Raises:
        DmnSyntaxError: It is not of the form; names the line.
    """
    lines = _lines(text.removeprefix("\ufeff"), delimiter)
    if not places:
        return table_of(list(lines))
    return table_of(
        [Line(number=one.number, cells=one.cells, columns=lambda at: at + 1) for one in lines]
    )


def _lines(text: str, delimiter: str) -> Iterator[Line]:
    """Yield the lines that are not blank."""
    head = text.partition("\n")[0]
    chosen = delimiter or max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=chosen, strict=True)
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Line(number=number, cells=[_read(cell) for cell in cells])
            number = reader.line_num + 1
    except csv.Error as error:
        raise DmnSyntaxError(message=f"not CSV: {error}", line=number) from None


def write_table_csv(table: DecisionTable, *, delimiter: str = ",") -> str:
    """Return a table as CSV.

    Args:
        table: As it was drawn.
        delimiter: What parts cells.

    Raises:
        DmnError: A cell is not in FEEL, or a row has too few or too many cells.
    """
    out = io.StringIO(newline="")
    writer: _csv.Writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows([list(map(_written, line)) for line in lines_of(table)])
    return out.getvalue()


def _written(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _HARMLESS.fullmatch(cell) else cell


def _read(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell
