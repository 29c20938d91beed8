"""The last word before an act: guards deny, or lower what is asked for."""

from dataclasses import replace

import pytest

from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.decisions.facts import receivable_facts, with_mandate, with_step
from dunning_sdk.decisions.guards import apply_guards
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import MissingFactError
from tests.build import OWN_MANDATE, a_debtor, a_receivable, on
from tests.decisions.book import a_book
from tests.decisions.walk import decided

SMALL = """\
id: guards.amount-small
kind: guards
title: Small amounts are left alone
currency: EUR
inputs: [receivable.open_amount]
rows:
  - {when: {receivable.open_amount: "< 15"}, then: {allow: false, reason: too-small}}
otherwise: {allow: true}
"""
CAPPED = """\
id: guards.capped
kind: guards
title: Never more than a sum
inputs: [receivable.open_amount]
otherwise: {allow: true, amount: receivable.open_amount - 1000}
"""
SILENT = """\
id: guards.silent
kind: guards
title: Denies without a word
applies: {from: 2026-03-12}
otherwise: {allow: false}
"""


def guarded(*rules, day=0, **over):
    receivable = a_receivable(**over)
    decision = decided(receivable, day)
    facts = with_mandate(
        receivable_facts(receivable, a_debtor(), as_of=on(day), operator="creditor"), OWN_MANDATE
    )
    step = decision.step
    about = with_step(facts, step, "email") if step else facts
    return decision, apply_guards(decision, a_book(*rules), about)


def test_without_guards_nothing_is_denied():
    decision, after = guarded()

    assert after == decision


def test_a_guard_that_allows_leaves_its_trace():
    decision, after = guarded(SMALL)

    assert replace(after, trace=()) == decision
    assert [entry.rule for entry in after.trace] == ["guards.amount-small"]


def test_a_guard_denies_with_its_reason():
    _, after = guarded(SMALL, amount=Money(14_99, "EUR"))

    assert (after.outcome, after.reasons) == (Outcome.DENIED, ("too-small",))
    assert after.trace[0].rows == (1,)


def test_a_guard_without_a_reason_is_named_itself():
    _, after = guarded(SILENT, day=4)

    assert (after.outcome, after.reasons) == (Outcome.DENIED, ("guards.silent",))


@pytest.mark.parametrize(("day", "outcome"), [(0, Outcome.DUE), (4, Outcome.DENIED)])
def test_a_guard_counts_from_the_day_it_is_in_force(day, outcome):
    assert guarded(SILENT, day=day)[1].outcome is outcome


def test_the_first_that_denies_decides():
    _, after = guarded(SMALL, SILENT, day=4, amount=Money(10_00, "EUR"))

    assert after.reasons == ("too-small",)
    assert [entry.rule for entry in after.trace] == ["guards.amount-small"]


def test_the_lowest_amount_is_asked_for():
    _, after = guarded(CAPPED)

    assert (after.outcome, str(after.amount)) == (Outcome.DUE, "200.00 EUR")


def test_a_guard_never_raises_the_amount():
    more = CAPPED.replace("- 1000", "+ 1000")

    assert str(guarded(more)[1].amount) == "1200.00 EUR"


@pytest.mark.parametrize("minor", [999_00, 1000_00])
def test_a_guard_that_leaves_nothing_to_ask_for_denies(minor):
    _, after = guarded(CAPPED, amount=Money(minor, "EUR"))

    assert (after.outcome, after.reasons) == (Outcome.DENIED, ("guards.capped",))


def test_only_what_is_due_is_asked_about():
    decision, after = guarded(SILENT, day=5, paid_minor=1200_00)

    assert after == decision


def test_a_guard_that_cannot_be_answered_raises():
    decision = decided(a_receivable(), 0)

    with pytest.raises(MissingFactError):
        apply_guards(decision, a_book(SMALL), {"as_of": on(0), "currency": "EUR"})
