"""Open a workbook of a spreadsheet without trusting it.

Decides what is opened: a package of a size within limits, unpacked too, whose parts have no
document type, hence no entities. Nothing is calculated, no macro runs, and no other file is asked
for. The library that reads it is loaded when it is needed.
"""

import io
import lzma
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dunning_sdk.dmn.errors import DmnError, DmnLimitError, DmnSyntaxError
from dunning_sdk.dmn.xml_tree import XmlLimits, parse_xml

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLimits:
    """Bound what one workbook may hold.

    Attributes:
        size: Bytes of the file.
        unpacked: Bytes of all its parts together.
        parts: Number of its parts.
        rows: Rows of the sheet that is read.
        columns: Columns of it.
    """

    size: int = 5_000_000
    unpacked: int = 40_000_000
    parts: int = 500
    rows: int = 20_000
    columns: int = 300


DEFAULT_LIMITS: Final = SheetLimits()
# What unpacking a damaged package raises.
_BROKEN: Final = (
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
)
# What the library raises over a package whose parts do not fit each other; it promises no class.
_FOREIGN: Final = (AttributeError, IndexError, KeyError, OSError, TypeError, ValueError)


def open_sheet(
    data: bytes, *, sheet: str = "", limits: SheetLimits = DEFAULT_LIMITS
) -> "Worksheet":
    """Return a sheet of a workbook.

    Args:
        data: The file.
        sheet: Its name; the first where left out.
        limits: Bounds on it.

    Raises:
        DmnSyntaxError: It is no workbook, or has no such sheet.
        DmnLimitError: It passes a limit.
        DmnError: The library for workbooks is not installed.
    """
    excel = library()
    _check(data, limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are no cells, such as drawings
            book = excel.load_workbook(io.BytesIO(data), keep_links=False)
    except (*_BROKEN, *_FOREIGN):
        raise DmnSyntaxError(message="not a workbook: its parts do not fit each other") from None
    names = [one.title for one in book.worksheets]
    if not names or (sheet and sheet not in names):
        raise DmnSyntaxError(message=f"no sheet '{sheet}'; there are {', '.join(names) or 'none'}")
    found: Worksheet = book[sheet or names[0]]
    if found.max_row > limits.rows or found.max_column > limits.columns:
        message = f"a sheet of more than {limits.rows} rows or {limits.columns} columns"
        raise DmnLimitError(message=message)
    return found


def library() -> Any:  # noqa: ANN401 - a module without types
    """Return the library for workbooks.

    Raises:
        DmnError: It is not installed.
    """
    try:
        import openpyxl
    except ImportError:
        message = "workbooks need the extra 'tables': pip install 'dunning-sdk[tables]'"
        raise DmnError(message=message) from None
    return openpyxl


def _check(data: bytes, limits: SheetLimits) -> None:
    if len(data) > limits.size:
        raise DmnLimitError(message=f"a workbook of more than {limits.size} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_parts(package, limits)
    except _BROKEN:
        raise DmnSyntaxError(message="not a workbook: no readable package") from None


def _check_parts(package: zipfile.ZipFile, limits: SheetLimits) -> None:
    parts = package.infolist()
    if len(parts) > limits.parts:
        raise DmnLimitError(message=f"a workbook of more than {limits.parts} parts")
    # A part that unpacks to more than it declares is cut there, and refused.
    if sum(one.file_size for one in parts) > limits.unpacked:
        raise DmnLimitError(message=f"a workbook that unpacks to more than {limits.unpacked} bytes")
    for one in parts:
        if one.filename.endswith((".xml", ".rels", ".vml")):
            parse_xml(package.read(one), limits=_xml_limits(limits))


def _xml_limits(limits: SheetLimits) -> XmlLimits:
    return XmlLimits(size=limits.unpacked, elements=limits.rows * limits.columns)
