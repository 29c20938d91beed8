"""Decision tables as workbooks: what is written reads back, what is not seen is refused by cell."""

import datetime
import io
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning_sdk.dmn.boxed import (
    Annotation,
    AnnotationClause,
    DecisionTable,
    InputClause,
    LiteralExpression,
    OutputClause,
    Rule,
    UnaryTests,
)
from dunning_sdk.dmn.errors import DmnError, DmnLimitError, DmnSyntaxError
from dunning_sdk.dmn.table_csv import read_table_csv
from dunning_sdk.dmn.table_xlsx import read_table_xlsx, write_table_xlsx
from dunning_sdk.dmn.workbook import SheetLimits

openpyxl = pytest.importorskip("openpyxl")
NOON = datetime.datetime(2026, 3, 1, 12)  # noqa: DTZ001 - a workbook knows no time zones

FEES = """\
first,days,open,on,fee,why
kind,input,input,input,output,annotation
type,number,boolean,date,number,
default,,,,0.00,
1,> 30,true,"date(""2026-03-01"")",40.50,late
2,-7,-,-,-3,
"""


def workbook(*rows, **formats):
    """Return a workbook with these rows, and the sheet to change it by."""
    book = openpyxl.Workbook()
    for row in (("first", "a", "b"), ("kind", "input", "output"), *rows):
        book.active.append(row)
    for name, number_format in formats.items():
        book.active[name].number_format = number_format
    return book


def bytes_of(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(book, **options):
    """Return the cells of the rows, without their numbers."""
    rules = read_table_xlsx(bytes_of(book), **options).rules
    return [(rule.inputs[0].text, rule.outputs[0].text) for rule in rules]


def test_numbers_dates_and_truth_values_are_cells_of_their_kind():
    sheet = openpyxl.load_workbook(io.BytesIO(write_table_xlsx(read_table_csv(FEES)))).active

    assert [sheet[name].value for name in ("C5", "D5", "E5", "B6", "E6")] == [
        True,
        NOON.replace(hour=0),
        40.5,
        -7,
        -3,
    ]
    assert sheet["E5"].number_format == "0.00"
    assert (sheet["B5"].value, sheet["B5"].data_type) == ("> 30", "s")


CELL = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=8),
    st.sampled_from(["=1+1", "@x", "+a", "true", "-", "01", "1e5", "-0", 'date("2026-02-30")']),
    st.sampled_from(['date("2026-03-01")', 'date("1899-01-01")', "[1..3]", "12345678901234567"]),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-9999).map(str),
    st.integers(-(10**9), 10**9).map(str),
)
TABLES = st.builds(
    lambda inside, outside, why, policy: DecisionTable(
        inputs=(InputClause(expression=LiteralExpression(text="a", type_ref="number")),),
        outputs=(OutputClause(name="b", default=LiteralExpression(text=outside)),),
        annotations=(AnnotationClause(name="why"),),
        rules=(
            Rule(
                inputs=(UnaryTests(text=inside),),
                outputs=(LiteralExpression(text=outside),),
                annotations=(Annotation(text=why),),
            ),
        ),
        hit_policy=policy,
    ),
    CELL,
    CELL.filter(str.strip),
    CELL,
    st.sampled_from(["first", "unique"]).map(
        lambda text: read_table_csv(f"{text},a\nkind,input").hit_policy
    ),
)


@given(TABLES)
@settings(max_examples=25, deadline=None)
def test_a_written_table_reads_back_equal(table):
    assert read_table_xlsx(write_table_xlsx(table)) == table


def test_nothing_that_is_written_is_a_formula():
    table = read_table_csv("first,a,why\nkind,output,annotation\n1,'=1+1,'=HYPERLINK(1)\n")
    sheet = openpyxl.load_workbook(io.BytesIO(write_table_xlsx(table, title="a/b:c"))).active

    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}
    assert (sheet["B3"].value, sheet["B3"].quotePrefix, sheet.title) == ("=1+1", True, "a-b-c")


@pytest.mark.parametrize(
    ("value", "number_format", "told"),
    [
        (30, "General", "30"),
        (0.1, "General", "0.1"),
        (0.30000000000000004, "General", "0.3"),
        (70, "0.00", "70.00"),
        (1234.5, "#,##0.00 [$€-40C]", "1234.50"),
        (0.08, "0%", "0.08"),
        (0.125, '0.0"%"', None),
        (12.345, "0.00", None),
        (1.5, "0", None),
        (1e21, "0.00E+00", "1000000000000000000000"),
        (0, "0.00", "0.00"),
        (2.5, "0.0#", "2.5"),
        (True, "General", "true"),
        (datetime.date(2026, 3, 1), "dd/mm/yyyy", 'date("2026-03-01")'),
        (NOON, "d/m/yy h:mm", 'date and time("2026-03-01T12:00:00")'),
        (datetime.time(8, 30), "h:mm", 'time("08:30:00")'),
        ("  > 3\n", "General", "  > 3\n"),
    ],
)
def test_a_cell_says_what_its_author_sees(value, number_format, told):
    book = workbook((1, value, 1), B3=number_format)

    if told is None:
        with pytest.raises(DmnSyntaxError, match=r"cell B3: it shows .* and holds .*; write what"):
            read(book)
    else:
        assert read(book) == [(told, "1")]


def test_a_cell_merged_over_rows_counts_in_each():
    book = workbook((1, "> 3", 1), (2, None, 2), (3, "-", 3))
    book.active.merge_cells("B3:B4")

    assert read(book) == [("> 3", "1"), ("> 3", "2"), ("-", "3")]


def test_a_sheet_is_chosen_by_its_name():
    book = workbook((1, "> 3", 1))
    book.create_sheet("other", 0).append(["first", "a"])

    assert read(book, sheet="Sheet") == [("> 3", "1")]
    with pytest.raises(DmnSyntaxError, match="no sheet 'x'; there are other, Sheet"):
        read(book, sheet="x")


def merged_over_columns(sheet):
    sheet.merge_cells("B3:C3")


def hidden_row(sheet):
    sheet.row_dimensions[3].hidden = True


def hidden_column(sheet):
    sheet.column_dimensions["B"].hidden = True


def beyond(sheet):
    sheet["E3"] = "x"


def formula(sheet):
    sheet["B3"] = "=1+1"


def fault(sheet):
    sheet["B3"] = "#REF!"


def duration(sheet):
    sheet["B3"] = datetime.timedelta(hours=30)


def unknown_kind(sheet):
    sheet["C2"] = "outputs"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (merged_over_columns, "3:2: cell B3:C3: cells merged over columns"),
        (hidden_row, "3:1: row 3 is hidden; show it, or delete it"),
        (hidden_column, "1:2: column B is hidden"),
        (beyond, "3:5: cell E3: a cell beyond the columns of the first line"),
        (formula, "3:2: cell B3: a formula; put its value in its place"),
        (fault, "3:2: cell B3: the error #REF!"),
        (duration, "3:2: cell B3: a value that is no text, number"),
        (unknown_kind, "2:3: cell C2: 'outputs' is not input, output or annotation"),
    ],
)
def test_what_is_not_seen_or_cannot_be_read_is_refused_by_its_cell(change, message):
    book = workbook((1, "> 3", 1))
    change(book.active)

    with pytest.raises(DmnSyntaxError) as caught:
        read(book)
    assert message in str(caught.value)


def packed(parts, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


DOCTYPE = '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (b"PK", DmnSyntaxError, "no readable package"),
        (packed({"a.txt": "x"}), DmnSyntaxError, "its parts do not fit each other"),
        (packed({"xl/workbook.xml": DOCTYPE}), DmnSyntaxError, "a document type is refused"),
        (packed({"bomb": bytes(2_000)}), DmnLimitError, "unpacks to more than 1000 bytes"),
        (packed(dict.fromkeys("abcd", "")), DmnLimitError, "more than 3 parts"),
        (bytes(30_000), DmnLimitError, "more than 20000 bytes"),
    ],
)
def test_a_file_that_is_no_workbook_or_too_large_is_refused(data, error, message):
    limits = SheetLimits(size=20_000, unpacked=1_000, parts=3)

    with pytest.raises(error, match=message):
        read_table_xlsx(data, limits=limits)


def test_a_sheet_of_too_many_rows_is_refused():
    with pytest.raises(DmnLimitError, match="more than 2 rows"):
        read(workbook((1, "-", 1)), limits=SheetLimits(rows=2))


@pytest.mark.parametrize("text", ["a\x01b", "x" * 32_768])
def test_a_text_that_no_cell_can_hold_is_refused(text):
    table = DecisionTable(
        outputs=(OutputClause(name="a"),), rules=(Rule(outputs=(LiteralExpression(text=text),)),)
    )

    with pytest.raises(DmnError, match="cell B3: a text that no cell can hold"):
        write_table_xlsx(table)


def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)

    with pytest.raises(DmnError, match=r"pip install 'dunning-sdk\[tables\]'"):
        read_table_xlsx(b"")


def test_numbers_keep_the_digits_that_a_spreadsheet_keeps():
    table = read_table_csv("first,a\nkind,output\n1,123456789012.345\n")

    assert read_table_xlsx(write_table_xlsx(table)) == table
    assert Decimal("123456789012.345") == Decimal(table.rules[0].outputs[0].text)
