"""All that may hold a due step, in one order; and when a case that was decided is looked at."""

from dataclasses import replace

import pytest

from dunning_sdk.decisions.case import DebtorHistory
from dunning_sdk.decisions.debtor_past import DebtorPast
from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.decisions.hearing import heard
from dunning_sdk.decisions.mandated import Known, case_of
from dunning_sdk.decisions.procedure import decide_step
from dunning_sdk.decisions.review import case_changes_on, case_review_on
from dunning_sdk.domain.party import Address
from tests.build import a_case, a_debtor, a_receivable, on
from tests.decisions.book import a_book
from tests.decisions.test_guards import SILENT, SMALL

UNREACHED = a_debtor(contacts=(), address=Address())
EARLY = """\
id: guards.early
kind: guards
title: Nothing before the tenth day
inputs: [receivable.days_overdue]
rows:
  - {when: {receivable.days_overdue: "< 10"}, then: {allow: false}}
otherwise: {allow: true}
"""
MANDATE = """\
id: mandate.late
kind: mandate
title: The financier chases once it is late
inputs: [receivable.days_overdue]
hit_policy: first
rows:
  - when: {receivable.days_overdue: ">= 40"}
    then: {chaser: financier, collects: creditor, debtor_told: true, letterhead: creditor}
otherwise: {chaser: creditor, collects: creditor, debtor_told: true, letterhead: creditor}
"""


def a_due_case(**over):
    return replace(a_case(a_receivable(), as_of=on(0)), **over)


def test_a_notice_that_reaches_nobody_is_held_before_guards_are_heard():
    case = a_due_case(debtor=UNREACHED)

    decision, facts = heard(decide_step(case), case, a_book(SILENT))

    assert (decision.outcome, decision.reasons) == (Outcome.HELD, ("debtor-unreachable",))
    assert facts is None


def test_what_is_not_due_is_heard_by_nobody():
    case = a_case(a_receivable(), as_of=on(-20))

    assert (decide_step(case), None) == heard(decide_step(case), case, a_book(EARLY))


def test_a_guard_is_heard_with_the_facts_of_the_step():
    case = a_due_case()

    decision, facts = heard(decide_step(case), case, a_book(EARLY))

    assert (decision.outcome, decision.reasons) == (Outcome.DENIED, ("guards.early",))
    assert (facts["step"]["id"], facts["step"]["channel"]) == ("on-due", "email")


def test_what_is_denied_may_change_at_an_edge_of_a_guard_and_is_looked_at_the_day_after():
    case, book = a_due_case(), a_book(EARLY, SMALL)
    decision, _ = heard(decide_step(case), case, book)

    assert on(10) == case_changes_on(replace(decision, changes_on=None), case, book)
    assert on(1) == case_review_on(decision, on(0), None)


@pytest.mark.parametrize(("open_minor", "expected"), [(1000, 40), (0, None)])
def test_a_case_may_change_at_an_edge_of_its_mandate_while_anything_is_open(open_minor, expected):
    receivable = a_receivable()
    receivable = replace(receivable, paid_minor=receivable.amount.minor - open_minor)
    case, book = a_due_case(receivable=receivable), a_book(MANDATE)
    decision = replace(decide_step(case), changes_on=None, outcome=Outcome.FINISHED)

    found = case_changes_on(decision, case, book)

    assert found == (None if expected is None else on(expected))
    assert found == case_review_on(replace(decision, review_on=None), on(0), found)


def test_what_is_due_is_looked_at_the_same_day():
    assert on(0) == case_review_on(decide_step(a_due_case()), on(0), on(4))


@pytest.mark.parametrize(
    ("over", "chaser"),
    [
        ({"financier_id": "F1"}, "collector"),
        ({"financier_id": "F1", "contract_kind": "unmanaged"}, "creditor"),
        ({"financier_id": "F1", "kind": "charges"}, "creditor"),
        ({}, "creditor"),
    ],
)
def test_what_a_contract_sets_wins_over_the_mandate_of_what_is_financed(over, chaser):
    receivable = a_receivable(**over)
    known = Known(
        receivable=receivable,
        debtor=a_debtor(),
        history=DebtorHistory(),
        past=DebtorPast(),
        operator="creditor",
        as_of=on(0),
        payments_known_on=None,
    )
    facts = a_case(receivable, as_of=on(0)).facts
    case = case_of(a_book(MANDATE), facts, known, {"full": {"chaser": "collector"}})

    assert (chaser, chaser) == (case.mandate.chaser, case.facts["mandate"]["chaser"])
    assert (case.procedure, case.calendar.code) == (None, "FR")
    assert [one.rule for one in case.trace] == ["mandate.late"]
