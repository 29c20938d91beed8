"""What is proved, compared, changed and shown of a book sees through the functions it declares."""

import json

import pytest
import yaml
from typer.testing import CliRunner

from dunning_sdk.cli.main import app
from dunning_sdk.rules.load import load_book
from dunning_sdk.verify.boundaries import find_boundaries
from dunning_sdk.verify.mutation import Noticed, run_mutation
from dunning_sdk.verify.pages import book_page
from tests.rules.functions import BOOK, CASES, FILES, own_book
from tests.verify.proving import needs_z3


@needs_z3
def test_an_invariant_is_proved_through_functions_and_shown_broken_through_them():
    from dunning_sdk.verify.prove import prove_book

    broken = own_book("when: is_small(receivable.open_amount)", "when: receivable.open_amount < 11")
    (fault,) = [one for one in prove_book(broken).proofs if not one.is_proved]

    assert prove_book(own_book()).passed
    assert fault.invariant == "small-is-left-alone"
    assert (fault.is_real, 10 <= fault.facts["receivable.open_amount"] < 11) == (True, True)


@needs_z3
def test_two_versions_of_a_function_differ_where_rules_call_it():
    from dunning_sdk.verify.diff import diff_books

    found = diff_books(own_book(), own_book("body: 10.00", "body: 12.00"))
    same = diff_books(own_book(), own_book("body: amount < least()", "body: least() > amount"))

    assert {one.rule: one.change for one in found.rules} == {
        "guards.small": "changed", "procedure.own": "changed", "scenario.tone": "opaque",
    }  # fmt: skip
    assert {one.rule: one.change for one in same.rules}["guards.small"] == "equal"


def test_a_change_in_a_function_is_noticed_by_the_cases_of_a_rule_that_calls_it():
    changes = run_mutation(own_book(), only="guards.small").changes
    least = CASES.replace("10.00}", "10.50}")
    blind = load_book({**FILES, "guards.small.cases.yaml": least}, label="own")

    in_functions = {one.what: one for one in changes if one.rule == "functions.least"}
    assert [one.noticed for one in in_functions.values()] == [Noticed.CASE, Noticed.CASE]
    assert {(one.file, one.line) for one in in_functions.values()} == {("own/book.yaml", 17)}
    assert "functions.tone_of" not in {one.rule for one in changes}
    unseen = [one.what for one in run_mutation(blind, only="guards.small").unnoticed]
    assert "body: 10.00 becomes 11.00" not in unseen
    assert 'body: "amount < least()" becomes "amount <= least()"' in unseen


def test_a_boundary_inside_a_function_is_one_of_the_table():
    (found,) = find_boundaries(own_book(), only="guards.small")

    assert (found.input, found.below, found.is_reached) == (
        "receivable.open_amount", "< 10.00", True,
    )  # fmt: skip


def test_the_page_of_a_book_shows_its_functions():
    page = book_page(own_book())

    assert "## Functions" in page
    assert (
        "- `is_small(amount: number): boolean`: An amount that is not worth a letter. "
        "It is `amount < least()`." in page
    )


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run commands in a folder with the book in ``own``."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own").mkdir()
    for name, text in FILES.items():
        (tmp_path / "own" / name).write_text(text, encoding="utf-8")
    return lambda *words: CliRunner().invoke(app, list(words))


@needs_z3
def test_every_command_about_books_works_on_one_with_functions(run, tmp_path):
    tested = run("test", "own", "--rule", "guards.small")
    proved = run("prove", "own", "--format", "json")
    drawn = run("dmn", "export", "own", "-o", "own.dmn")
    back = run("dmn", "import", "own.dmn", "-o", "back")
    equal = run("diff", "own", "back", "--format", "json")
    changed = (tmp_path / "back" / "book.yaml").read_text(encoding="utf-8").replace("10.00", "9")
    (tmp_path / "back" / "book.yaml").write_text(changed, encoding="utf-8")
    differing = run("diff", "own", "back", "--format", "json")
    sheet = run("table", "export", "own", "guards.small", "-o", "t.csv")

    assert [one.exit_code for one in (tested, drawn, back, sheet)] == [0, 0, 0, 0]
    assert {
        one["status"]
        for one in json.loads(proved.stdout)["own"]["invariants"]
        if one["id"] == "small-is-left-alone"
    } == {"proved"}
    assert {one["change"] for one in json.loads(equal.stdout)["rules"]} == {"equal"}
    assert "changed" in {one["change"] for one in json.loads(differing.stdout)["rules"]}
    assert yaml.safe_load(changed)["functions"].keys() == yaml.safe_load(BOOK)["functions"].keys()


def test_a_wrong_call_is_shown_with_file_line_and_column(run, tmp_path):
    path = tmp_path / "own" / "procedure.own.yaml"
    text = path.read_text(encoding="utf-8").replace("is_small(", "is_smal(")
    path.write_text(text, encoding="utf-8")

    found = run("check", "own")

    assert found.exit_code == 2
    assert "own/procedure.own.yaml:11:15: book.unknown-name" in found.output
