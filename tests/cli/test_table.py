"""`dunning table` hands decision tables to a spreadsheet and takes them back."""

import shutil

import pytest
from typer.testing import CliRunner

from dunning_sdk.cli.main import app
from dunning_sdk.dmn.read import read_definitions
from dunning_sdk.errors import BookError, ConfigError, DunningError
from dunning_sdk.installation.library import open_library
from tests.dmn.drawn import DAYS, decision, document, table
from tests.rules.sample import FILES
from tests.shared import ROOT

openpyxl = pytest.importorskip("openpyxl")
GUARD = "guards.stop-open"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run commands beside a copy of the book of safeguards and a small model."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "src/dunning_sdk/rules/books/safeguards", tmp_path / "ours")
    rise = table([("> 30", "40"), ("<= 30", "0")])
    (tmp_path / "m.dmn").write_text(
        document(DAYS, decision("fee", rise.replace("<output ", '<output label="Fee" ')))
    )
    return lambda *words: CliRunner().invoke(app, ["table", *map(str, words)])


def changed(path, **cells):
    """Change cells of the first sheet of a workbook."""
    book = openpyxl.load_workbook(path)
    for name, value in cells.items():
        book.active[name] = value
    book.save(path)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_table_of_a_book_goes_to_a_sheet_and_comes_back(run, tmp_path, form):
    done = run("export", "ours", GUARD, "-o", f"t.{form}")
    back = run("import", f"t.{form}", "--into", "ours", "--name", GUARD)

    library = open_library(tmp_path)
    assert (done.exit_code, back.exit_code, back.stderr) == (0, 0, "")
    assert library.load("ours").hash == library.load("safeguards").hash


def first_row():
    """Return the number of the line of a workbook that holds row 1."""
    sheet = openpyxl.load_workbook("t.xlsx").active
    return next(cells[0].row for cells in sheet.iter_rows() if cells[0].value == 1)


def test_a_change_in_the_sheet_is_one_in_the_rule(run, tmp_path):
    run("export", "ours", "guards.reminders-off", "-o", "t.xlsx")
    changed("t.xlsx", **{f"D{first_row()}": "paid"})

    run("import", "t.xlsx", "--into", "ours", "--name", "guards.reminders-off")

    after = (tmp_path / "ours" / "guards.reminders-off.yaml").read_text()
    assert "then: {allow: false, reason: paid}" in after
    assert "source: House rule from S3-21 and S3-22" in after


def test_a_fault_in_a_sheet_names_its_cell_and_nothing_is_written(run, tmp_path):
    run("export", "ours", GUARD, "-o", "t.xlsx")
    before = (tmp_path / "ours" / f"{GUARD}.yaml").read_text()
    row = first_row()
    changed("t.xlsx", **{f"B{row}": "tru +", f"A{row + 1}": 2, f"C{row + 1}": "nothing"})

    done = run("import", "t.xlsx", "--into", "ours", "--name", GUARD)

    assert isinstance(done.exception, BookError)
    found = [str(one) for one in done.exception.findings]
    assert any(one.startswith(f"t.xlsx B{row}:{row}:2: book.syntax: Not FEEL") for one in found)
    assert any(one.startswith(f"t.xlsx C{row + 1}:{row + 1}:3: ") for one in found)
    assert (tmp_path / "ours" / f"{GUARD}.yaml").read_text() == before


OUTPUTS = "outputs: {tone: [soft, firm]}"


def test_a_declared_output_keeps_its_declaration_and_a_new_one_may_be_added(run, tmp_path):
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "book.yaml").write_text(FILES["book.yaml"])
    (folder / "charges.fees.yaml").write_text(FILES["charges.fees.yaml"])
    run("export", "made", "charges.fees", "-o", "t.csv")
    lines = (tmp_path / "t.csv").read_text().splitlines()
    added = {"collect": "surplus", "kind": "output", "type": "money", "1": "7", "2": "8"}
    rows = [f"{line},{added.get(line.split(',')[0].split()[0], '')}" for line in lines]
    (tmp_path / "t.csv").write_text("\n".join(rows))

    back = run("import", "t.csv", "--into", "made", "--name", "charges.fees")

    written = (folder / "charges.fees.yaml").read_text()
    assert back.exit_code == 0, back.exception
    assert OUTPUTS in FILES["charges.fees.yaml"]
    assert "outputs: {tone: [soft, firm], surplus: money}" in written
    assert "tone: soft, surplus: 7}" in written


def test_a_table_of_a_model_keeps_what_else_was_drawn(run, tmp_path):
    run("export", "m.dmn", "fee", "-o", "t.xlsx")
    changed("t.xlsx", **{f"C{first_row()}": 45})

    done = run("import", "t.xlsx", "--into", "m.dmn", "--name", "fee")

    (fee,) = [one for one in read_definitions((tmp_path / "m.dmn").read_bytes()).elements][1:]
    assert done.exit_code == 0
    assert [rule.outputs[0].text for rule in fee.logic.rules] == ["45", "0"]
    assert fee.logic.outputs[0].label == "Fee"


def test_a_sheet_may_add_columns_to_a_table_of_a_model(run, tmp_path):
    (tmp_path / "t.csv").write_text(
        'first,days,days * 2,fee,why\nkind,input,input,output,output\n1,> 3,-,7,"""x"""\n'
    )

    done = run("import", "t.csv", "--into", "m.dmn", "--name", "fee")

    fee = read_definitions((tmp_path / "m.dmn").read_bytes()).elements[1].logic
    assert done.exit_code == 0
    assert [one.expression.text for one in fee.inputs] == ["days", "days * 2"]
    assert [(one.name, one.label) for one in fee.outputs] == [("fee", "Fee"), ("why", "")]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("export", "ours", GUARD, "-o", "t.ods"), "t.ods is no sheet"),
        (("export", "ours", "guards.none", "-o", "t.csv"), "has no rule guards.none"),
        (("export", "friendly", "procedure.friendly", "-o", "t.csv"), "is a procedure"),
        (("export", "m.dmn", "none", "-o", "t.csv"), "m.dmn has no table none"),
        (("import", "none.csv", "--into", "ours", "--name", GUARD), "none.csv cannot be read"),
        (("import", "bad.csv", "--into", "ours", "--name", GUARD), "bad.csv is no UTF-8"),
        (("import", "no.csv", "--into", "ours", "--name", GUARD), "no.csv:1:1: 'x' is no hit"),
        (("import", "ok.csv", "--into", "none", "--name", GUARD), "none holds no book.yaml"),
        (("import", "ok.csv", "--into", "ours", "--name", "guards.none"), "has no table guards.n"),
        (("import", "bad.xlsx", "--into", "ours", "--name", GUARD), "bad.xlsx:1:1: not a workbook"),
    ],
)
def test_a_wrong_file_or_name_is_an_error(run, tmp_path, words, message):
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe")
    (tmp_path / "bad.xlsx").write_bytes(b"x")
    (tmp_path / "no.csv").write_text("x,a\nkind,output\n")
    (tmp_path / "ok.csv").write_text("first,allow\nkind,output\n1,true\n")

    done = run(*words)

    assert isinstance(done.exception, (ConfigError, DunningError)), done.output
    assert message in str(done.exception)
