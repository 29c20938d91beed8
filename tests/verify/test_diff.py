"""Two versions of a book: where they decide otherwise, or a proof that they do not."""

import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dunning_sdk.cli.main import app
from dunning_sdk.rules.load import load_book
from tests.verify.proving import needs_z3, planted, shipped

pytestmark = needs_z3

EXAMPLE = Path(__file__).parents[2] / "examples" / "fast-payment"


def compared(file, old, new, book="fast-payment"):
    """Return how one rule of a shipped book differs once a text in it is replaced."""
    from dunning_sdk.verify.diff import diff_books

    found = diff_books(shipped(book), planted(book, file, old, new))
    (one,) = (rule for rule in found.rules if f"{rule.rule}.yaml" == file)
    assert found.is_equal == all(rule.change == "equal" for rule in found.rules)
    assert {rule.rule for rule in found.rules if rule.change != "equal"} <= {one.rule}
    return one


def test_a_boundary_that_moves_is_a_region_with_an_example():
    found = compared(
        "guards.nothing-owed.yaml",
        'rows:\n  - when: {receivable.open_amount: "<= 0"}',
        'currency: EUR\nrows:\n  - when: {receivable.open_amount: "<= 50"}',
    )

    (region,) = found.regions
    assert (found.change, region.where, region.everywhere) == (
        "changed",
        {"receivable.open_amount": "[0.01..50]"},
        True,
    )
    assert region.facts["receivable.open_amount"] == Decimal("0.01")
    assert (region.old["allow"], region.new["allow"]) == (True, False)


def test_facts_compared_with_each_other_bound_a_region():
    found = compared(
        "splitting.two-payees.yaml", '"<= credit_line.available"', '"<= credit_line.limit"'
    )

    assert [region.where for region in found.regions] == [
        {
            "invoice.total <= credit_line.available": first,
            "invoice.total <= credit_line.limit": second,
        }
        for first, second in (("false", "true"), ("true", "false"))
    ]


def test_a_text_of_no_closed_list_is_named_or_left_out():
    found = compared("eligibility.fast-payment.yaml", 'not("FR")', 'not("FR", "BE")')

    assert {region.where["debtor.country"] for region in found.regions} == {"BE"}
    assert all(region.everywhere for region in found.regions)


def test_a_table_written_in_other_rows_is_proved_to_decide_alike():
    found = compared(
        "guards.dispute-open.yaml",
        "when: {dispute.is_open: true}\n",
        'when: {dispute.is_open: true, dispute.amount: "< receivable.open_amount"}\n',
    )

    assert (found.change, found.regions) == ("equal", ())


def test_no_more_regions_are_shown_than_asked_for():
    from dunning_sdk.verify.diff import diff_books

    file, old, new = "eligibility.fast-payment.yaml", 'not("FR")', 'not("FR", "BE")'
    found = diff_books(shipped("fast-payment"), planted("fast-payment", file, old, new), most=2)

    (one,) = (rule for rule in found.rules if rule.change == "changed")
    assert (len(one.regions), one.is_cut) == (2, True)


def test_what_cannot_be_encoded_is_opaque_and_not_equal():
    found = compared("guards.nothing-owed.yaml", '"<= 0"', '"? * receivable.amount <= 0"')

    assert (found.change, found.regions) == ("opaque", ())
    assert found.message.startswith("guards.nothing-owed row 1: receivable.open_amount")


def test_giving_up_is_not_equal_and_names_its_query():
    from dunning_sdk.verify.diff import diff_books

    file, old, new = "eligibility.fast-payment.yaml", "<= 0", "< 0"
    found = diff_books(shipped("fast-payment"), planted("fast-payment", file, old, new), rlimit=1)

    (one,) = (rule for rule in found.rules if rule.change != "equal")
    assert one.change == "unknown"
    assert one.message.startswith("z3 gave up on query diff of eligibility.fast-payment")


def test_steps_are_compared_by_their_ids():
    found = compared("procedure.fast-payment.yaml", "offset: 20", "offset: 25")
    renamed = compared("procedure.fast-payment.yaml", "id: overdue-first", "id: overdue-once")

    assert [(one.step, one.change, dict(one.fields)) for one in found.steps] == [
        ("formal-notice", "changed", {"offset": ("20", "25")})
    ]
    assert [(one.step, one.change) for one in renamed.steps] == [
        ("overdue-first", "removed"),
        ("overdue-once", "added"),
    ]


def test_a_rule_that_only_one_book_has_is_added_or_removed():
    from dunning_sdk.verify.diff import diff_books

    found = diff_books(shipped("safeguards"), shipped("fast-payment"))

    assert {one.change for one in found.rules} == {"equal", "added"}
    assert {
        one.change for one in diff_books(shipped("fast-payment"), shipped("safeguards")).rules
    } == {
        "equal",
        "removed",
    }


def test_each_example_is_decided_otherwise_by_the_rules_themselves():
    from dunning_sdk.verify.world import nested_values

    old = shipped("fast-payment")
    file, before, after = "eligibility.fast-payment.yaml", 'not("FR")', 'not("FR", "BE")'
    new = planted("fast-payment", file, before, after)
    found = compared(file, before, after)

    for region in found.regions:
        facts = nested_values(region.facts)
        answers = [dict(book.rule(found.rule).decide(facts).values) for book in (old, new)]
        assert answers == [region.old, region.new]
        assert answers[0] != answers[1]


@pytest.fixture
def portfolio(tmp_path, monkeypatch):
    """Return the folder of an installation that holds the invoices of the example."""
    from dunning_sdk.engine.engine import Engine

    monkeypatch.setenv("DUNNING_SECRET", "no secret here")
    folder = tmp_path / "installation"
    shutil.copytree(EXAMPLE, folder)
    with Engine.open(folder) as engine:
        engine.pull(as_of=date(2026, 2, 20))
    return folder


@pytest.fixture
def later(tmp_path):
    """Return the folder of a book whose formal notice comes five days later."""
    book = planted("fast-payment", "procedure.fast-payment.yaml", "offset: 20", "offset: 25")
    folder = tmp_path / "later"
    folder.mkdir()
    for name, text in book.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def invoke(*arguments):
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    return done.exit_code, done.stdout


def test_diff_shows_who_is_affected_in_a_portfolio(portfolio, later):
    arguments = ("diff", "fast-payment", later, "--portfolio", portfolio, "--as-of", "2026-03-20")

    code, text = invoke(*arguments)
    _, content = invoke(*arguments, "--format", "json")

    affected = json.loads(content)["affected"]
    assert code == 1
    assert "    offset: 20 → 25" in text.splitlines()
    assert affected
    assert all(one["moved"][0].startswith("formal-notice ") for one in affected)
    assert [line for line in text.splitlines() if line.startswith("AFFECTED: ")]


def test_a_book_compared_with_itself_is_proved_equal():
    code, text = invoke("diff", "fast-payment", "fast-payment")

    book = shipped("fast-payment")
    named, count = f"{book.id} {book.version}", len(book.rules)
    said = f"{named} → {named}: {count} of {count} rules proved to decide alike\n"
    assert (code, text) == (0, said)


def test_prove_exits_by_what_it_found(tmp_path):
    book = planted("safeguards", "guards.nothing-owed.yaml", "<= 0", "< 0")
    for name, text in book.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    fine, text = invoke("prove", "safeguards")
    wrong, told = invoke("prove", tmp_path)
    _, content = invoke("prove", tmp_path, "--format", "json")

    assert (fine, text) == (0, "safeguards: 12 of 12 invariants proved\n")
    assert wrong == 1
    assert "paid-is-left-alone, as a case that fails:" in told
    (found,) = json.loads(content).values()
    broken = [one for one in found["invariants"] if one["status"] != "proved"]
    assert [(one["id"], one["is_real"], found["passed"]) for one in broken] == [
        ("paid-is-left-alone", True, False)
    ]


def test_a_bad_invariant_is_wrong_usage(tmp_path):
    text = "id: own\nversion: 1\ntitle: Own\ninvariants:\n"
    text += "  mine: {title: Mine, about: guards, holds: outcome.allow = 3}\n"
    (tmp_path / "book.yaml").write_text(text, encoding="utf-8")

    from dunning_sdk.errors import BookError

    done = CliRunner().invoke(app, ["prove", str(tmp_path)])

    assert isinstance(done.exception, BookError)
    assert [(one.line, one.code) for one in done.exception.findings] == [(5, "book.wrong-type")]
    assert load_book({"book.yaml": text.replace(" = 3", "")}, label="own").invariants
