"""A change that no case notices is named; one that the loader or a case notices is not."""

import pytest

from dunning_sdk.installation.library import open_library
from dunning_sdk.verify.boundaries import find_boundaries, percent_reached
from dunning_sdk.verify.cases import run_cases
from dunning_sdk.verify.missing import find_missing, missing_file
from dunning_sdk.verify.mutant import mutants_of
from dunning_sdk.verify.mutation import Noticed, run_mutation
from tests.rules.sample import a_book

RULE = """\
id: guards.x
kind: guards
title: T
source: House rule
currency: EUR
inputs: [receivable.days_overdue, contract.kind, dispute.is_open, as_of]
hit_policy: first
rows:
  - when: {receivable.days_overdue: "> 3", contract.kind: full}
    then: {allow: false, reason: disputed}
  - when: {dispute.is_open: true, as_of: ">= date(\\"2026-02-01\\")"}
    then: {allow: receivable.open_amount > dispute.amount, amount: 5.00}
otherwise: {allow: true}
"""
CASES = """\
rule: guards.x
as_of: 2026-03-01
facts: {currency: EUR, receivable.days_overdue: 4, contract.kind: full, dispute.is_open: false,
  receivable.open_amount: 9, dispute.amount: 1}
cases:
  - {name: it stops, expect: {allow: false, reason: disputed}}
"""


def book_of(cases=CASES):
    return a_book({"guards.x.yaml": RULE, "guards.x.cases.yaml": cases})


def test_every_cell_is_changed_in_each_small_way():
    book = book_of()

    found = [one.what for one in mutants_of(book, book.rule("guards.x"))]

    assert found == [
        "row 1 left out",
        'row 1, receivable.days_overdue: "> 3" becomes "> 2"',
        'row 1, receivable.days_overdue: "> 3" becomes "> 4"',
        'row 1, contract.kind: "full" becomes "balance_purchase"',
        "row 1, allow: false becomes true",
        'row 1, reason: "disputed" becomes "disputed-in-part"',
        "row 2 left out",
        "row 2, dispute.is_open: true becomes false",
        'row 2, as_of: ">= date(\\"2026-02-01\\")" becomes ">= date(\\"2026-01-31\\")"',
        'row 2, as_of: ">= date(\\"2026-02-01\\")" becomes ">= date(\\"2026-02-02\\")"',
        'row 2, allow: "receivable.open_amount > dispute.amount" becomes '
        '"not(receivable.open_amount > dispute.amount)"',
        "row 2, amount: 5.00 becomes 5.01",
        "otherwise, allow: true becomes false",
    ]


def test_what_no_case_notices_is_named_with_its_place():
    run = run_mutation(book_of(), only="guards.x")

    unnoticed = [(one.line, one.what.split(":")[0]) for one in run.unnoticed]
    assert (9, "row 1, receivable.days_overdue") in unnoticed
    assert (11, "row 2 left out") in unnoticed
    assert not any(what == "row 1 left out" for _, what in unnoticed)
    assert run.percent == 38


def test_a_change_that_does_not_load_is_noticed_by_the_check():
    run = run_mutation(a_book(), only="mandate.contract")

    noticed = {one.what: one.noticed for one in run.changes}
    assert noticed["row 1 left out"] is Noticed.CHECK
    assert noticed["row 4, debtor_told: false becomes true"] is Noticed.NOTHING


def test_the_steps_of_a_procedure_are_moved_by_a_day():
    book = a_book()

    found = {one.what for one in mutants_of(book, book.rule("procedure.short"))}

    assert "step overdue, offset: 4 becomes 5" in found
    assert "step formal-notice, grants_days: 8 becomes 7" in found
    assert "step overdue left out" in found
    assert "step formal-notice left out" not in found
    when = 'step overdue, when: "receivable.reminders" becomes "not(receivable.reminders)"'
    assert when in found


def test_a_boundary_is_reached_from_both_sides():
    one, _ = find_boundaries(book_of(), only="guards.x")
    assert (one.below, one.above, one.is_reached) == ("3", ">= 4", False)

    more = (
        CASES + "  - {name: not yet, facts: {receivable.days_overdue: 3}, expect: {allow: true}}\n"
    )
    found = find_boundaries(book_of(more), only="guards.x")
    assert [(one.input, one.is_reached) for one in found] == [
        ("receivable.days_overdue", True),
        ("as_of", False),
    ]
    assert percent_reached(found) == 50
    assert percent_reached([]) == 100


def test_missing_cases_are_written_for_a_person_to_fill_in():
    book = book_of()
    rule = book.rule("guards.x")

    missing = find_missing(book, rule)

    assert [one.name for one in missing] == [
        "row 1 does not hold: receivable.days_overdue is < 3",
        'row 1 does not hold: contract.kind is ""',
        "row 2 decides",
        "row 2 does not hold: dispute.is_open is false",
        "row 2 does not hold: as_of is < 2026-02-01",
    ]
    assert missing_file(book, rule, missing).count("expect:  # fill in\n") == 5


def test_cases_that_were_filled_in_leave_none_missing():
    book = book_of()
    rule = book.rule("guards.x")
    text = missing_file(book, rule, find_missing(book, rule))
    text = text.replace("expect:  # fill in", "expect: {allow: true}")
    both = CASES + text.split("cases:\n")[1]

    filled = book_of(both)
    assert [one.name for one in find_missing(filled, rule) if "as_of" not in one.name] == []


@pytest.mark.parametrize("name", sorted(open_library().registered))
def test_the_cases_of_a_shipped_book_notice_almost_every_change(name):
    book = open_library().load(name)

    assert run_mutation(book).percent >= 95
    assert [part.missed for part in run_cases(book).coverage if part.missed] == []
    assert percent_reached(find_boundaries(book)) == 100
