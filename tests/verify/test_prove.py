"""Invariants of books: proved whatever the facts, or shown broken by a case that fails."""

from dataclasses import replace
from datetime import date

import pytest

from dunning_sdk.decisions.decision import Outcome, StepDecision
from dunning_sdk.decisions.guards import apply_guards
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import BookError, OpaqueError, UnprovedError
from dunning_sdk.rules.load import load_book
from tests.verify.proving import needs_z3, planted, shipped

pytestmark = needs_z3

FAULTS = {
    "paid": ("guards.nothing-owed.yaml", "<= 0", "< 0", "paid-is-left-alone"),
    "disputed": (
        "guards.dispute-open.yaml",
        ">= receivable.open_amount",
        "> receivable.open_amount",
        "disputed-is-left-alone",
    ),
    "disputed in part": (
        "guards.dispute-open.yaml",
        "receivable.open_amount - dispute.amount",
        "receivable.open_amount",
        "disputed-part-is-not-asked-for",
    ),
    "written off": (
        "guards.stop-open.yaml",
        "{allow: false, reason: written-off}",
        "{allow: true, reason: written-off}",
        "written-off-is-left-alone",
    ),
    "not due": ("guards.not-overdue.yaml", "<= 0", "< 0", "no-formal-step-before-due"),
    "granted": (
        "eligibility.fast-payment.yaml",
        "min(invoice.total, credit_line.available)",
        "invoice.total",
        "granted-within-the-line",
    ),
    "split": (
        "splitting.two-payees.yaml",
        '"<= credit_line.available"',
        '"<= credit_line.limit"',
        "parts-within-the-line",
    ),
}


def broken(book, inherited=()):
    from dunning_sdk.verify.prove import prove_book

    return {
        one.invariant: one
        for one in prove_book(book, inherited=inherited).proofs
        if not one.is_proved
    }


def with_invariant(text, about="guards", **files):
    head = f'invariants:\n  mine: {{title: Mine, about: {about}, holds: "{text}"}}\n'
    own = {"book.yaml": f"id: own\nversion: 1\ntitle: Own\n{head}", **files}
    return load_book(own, label="own")


def guard(rows, inputs="[receivable.open_amount]"):
    return (
        "id: guards.mine\nkind: guards\ntitle: Mine\nsource: House rule\nhit_policy: first\n"
        f"inputs: {inputs}\nrows:\n{rows}otherwise: {{allow: true}}\n"
    )


@pytest.mark.parametrize(
    "name", ["safeguards", "fast-payment", "friendly", "personal", "prevention"]
)
def test_shipped_books_are_proved_whole_and_hold_nothing_opaque(name):
    from dunning_sdk.verify.prove import prove_book

    found = prove_book(shipped(name), inherited=shipped("safeguards").invariants)

    assert [one for one in found.proofs if not one.is_proved] == []
    assert (found.opaque, found.passed) == ((), True)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_counterexample_is_a_case_that_fails(fault):
    from dunning_sdk.verify.cases import Status, run_cases

    file, old, new, invariant = FAULTS[fault]
    book = planted("fast-payment", file, old, new)

    found = broken(book)[invariant]

    rule = found.case.splitlines()[0].removeprefix("rule: ")
    again = load_book({**book.files, f"{rule}.cases.yaml": found.case}, label="again")
    (result,) = run_cases(again, only=rule).results
    assert (found.status.value, found.is_real) == ("broken", True)
    assert (result.status, result.case) == (Status.FAIL, found.title)


def test_a_counterexample_to_guards_lets_the_act_through_the_guards_themselves():
    from dunning_sdk.verify.world import nested_values

    file, old, new, invariant = FAULTS["paid"]
    book = planted("fast-payment", file, old, new)
    found = broken(book)[invariant]

    due = StepDecision(receivable_id="r", outcome=Outcome.DUE, amount=Money(100, "EUR"))

    assert found.facts["receivable.open_amount"] == 0
    assert apply_guards(due, book, nested_values(found.facts)).outcome is Outcome.DUE


def test_the_smallest_counterexample_is_shown():
    file, old, new, invariant = FAULTS["disputed in part"]

    found = broken(planted("fast-payment", file, old, new))[invariant]

    cents = {name: str(found.facts[name]) for name in ("dispute.amount", "receivable.open_amount")}
    assert cents == {"dispute.amount": "0.01", "receivable.open_amount": "0.02"}
    assert found.facts["as_of"] == date(2026, 1, 1)


def test_a_guard_taken_away_breaks_what_every_book_inherits():
    files = {
        name: text
        for name, text in shipped("fast-payment").files.items()
        if not name.startswith("guards.nothing-owed") and not name.endswith(".cases.yaml")
    }
    files["book.yaml"] = files["book.yaml"].replace('"paid-is-left-alone"', '"mine-alone"')

    found = broken(load_book(files, label="x"), shipped("safeguards").invariants)

    assert {"paid-is-left-alone", "mine-alone"} <= set(found)


def test_a_book_cannot_weaken_an_inherited_invariant():
    book = planted("safeguards", "guards.nothing-owed.yaml", "<= 0", "< 0")
    weak = [
        replace(one, holds=one.when) if one.id == "paid-is-left-alone" else one
        for one in book.invariants
    ]

    found = broken(replace(book, invariants=tuple(weak)), shipped("safeguards").invariants)

    assert list(found) == ["paid-is-left-alone"]


def test_a_book_without_guards_is_shown_without_a_case():
    found = broken(with_invariant("outcome.allow = false"))["mine"]

    assert (found.status.value, found.case, found.outcome["allow"]) == ("broken", "", True)


def test_what_cannot_be_encoded_is_opaque_and_never_proved():
    rows = "  - {when: {debtor.country: 'starts with(?, \"F\")'}, then: {allow: false}}\n"
    book = with_invariant(
        "outcome.allow = outcome.allow", **{"guards.mine.yaml": guard(rows, "[debtor.country]")}
    )

    found = broken(book)["mine"]

    assert found.status.value == "opaque"
    assert found.opaque[0].startswith("guards.mine row 1: debtor.country")


def test_an_invariant_that_cannot_be_encoded_is_opaque():
    book = with_invariant("receivable.level * receivable.level >= 0")

    found = broken(book)["mine"]

    assert (found.status.value, found.message.split(": ")[1]) == ("opaque", "* of two facts")


def test_a_counterexample_that_hangs_on_something_opaque_is_not_called_broken():
    rows = '  - {when: {receivable.open_amount: "? * ? >= 0"}, then: {allow: false}}\n'
    book = with_invariant("outcome.allow = false", **{"guards.mine.yaml": guard(rows)})

    found = broken(book)["mine"]

    assert (found.status.value, found.is_real) == ("opaque", False)


def test_giving_up_is_a_failure_that_names_its_query():
    from dunning_sdk.verify.prove import prove_book

    found = prove_book(shipped("fast-payment"), rlimit=1)

    assert found.passed is False
    named = {one.invariant: one for one in found.proofs}["granted-within-the-line"]
    assert named.status.value == "unknown"
    query = "z3 gave up on query granted-within-the-line of eligibility.fast-payment"
    assert named.message.startswith(query)


@pytest.mark.parametrize("text", ["outcome.allow = 3", "outcome.alow", "receivable.amnt > 1", "1"])
def test_an_invariant_with_a_type_error_is_one_finding_with_its_place(text):
    with pytest.raises(BookError) as caught:
        with_invariant(text)

    (found,) = caught.value.findings
    assert (found.file, found.line, found.column > 40) == ("own/book.yaml", 5, True)


def test_an_invariant_about_no_rule_of_the_book_is_a_finding():
    head = "id: a\nversion: 1\ntitle: A\ninvariants: {x: {title: X, about: guard, holds: true}}\n"

    with pytest.raises(BookError) as caught:
        load_book({"book.yaml": head}, label="a")

    assert [(one.code, one.nearest) for one in caught.value.findings] == [
        ("book.unknown-rule", "guards")
    ]


def test_invariants_do_not_count_for_the_hash_of_a_book():
    plain = load_book({"book.yaml": "id: own\nversion: 1\ntitle: Own\n"}, label="own")

    assert with_invariant("outcome.allow").hash == plain.hash


def test_a_mandate_that_fails_to_answer_leaves_a_receivable_without_a_chaser():
    rows = "  - {when: {contract.kind: full}, then: {chaser: null, collects: null, "
    rows += "debtor_told: false, letterhead: creditor}}\n"
    mandate = guard(rows, "[contract.kind]").replace("guards", "mandate")
    mandate = mandate.replace(
        "{allow: true}",
        "{chaser: creditor, collects: creditor, debtor_told: false, letterhead: creditor}",
    )
    holds = "outcome.chaser != null"
    book = with_invariant(holds, "mandate", **{"mandate.mine.yaml": mandate})

    found = broken(book)["mine"]

    assert found.facts["contract.kind"] == "full"
    assert (found.outcome["chaser"], found.is_real) == (None, True)


def test_what_cannot_be_said_or_found_out_is_an_error():
    import z3

    from dunning_sdk.verify.search import is_possible, solver_of
    from dunning_sdk.verify.symbol import NULL, order

    with pytest.raises(OpaqueError, match="null < null"):
        order("<", NULL, NULL)
    whole = [z3.Int(name) for name in "abc"]
    cubes = sum(one * one * one for one in whole[:2]) == whole[2] * whole[2] * whole[2] + 33
    with pytest.raises(UnprovedError):
        is_possible(solver_of([cubes, *(one > 9 for one in whole)], rlimit=1000))
