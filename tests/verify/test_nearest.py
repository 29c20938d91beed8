"""The nearest facts on which a table would answer otherwise; each was run through the table."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.verify.nearest import nearest_ways
from tests.decisions.book import a_book

GUARD = """\
id: guards.amounts
kind: guards
title: Small sums and young ones are left alone
currency: EUR
inputs: [receivable.open_amount, receivable.days_overdue, debtor.country]
hit_policy: first
rows:
  - when: {receivable.open_amount: "< 50"}
    then: {allow: false}
  - when: {receivable.days_overdue: "> 10", debtor.country: not("FR")}
    then: {allow: false}
  - when: {receivable.days_overdue: "[4..90]"}
    then: {allow: true}
otherwise: {allow: false}
"""


def facts_of(euros, days, country="FR"):
    return {
        "currency": "EUR",
        "receivable": {"open_amount": Decimal(euros), "days_overdue": days},
        "debtor": {"country": country},
    }


def ways(euros, days, country="FR"):
    rule = a_book(GUARD).rule("guards.amounts")
    found = nearest_ways(rule, facts_of(euros, days, country), lambda said: said["allow"] is True)
    return [(way.row, [(one.fact, one.cell, one.by) for one in way.changes]) for way in found]


AMOUNT, DAYS, COUNTRY = "receivable.open_amount", "receivable.days_overdue", "debtor.country"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((100, 2), [(3, [(DAYS, "[4..90]", 2)])]),
        ((100, 95), [(3, [(DAYS, "[4..90]", 5)])]),
        ((49, 20), [(3, [(AMOUNT, ">= 50", 1)])]),
        ((40, 1), [(3, [(AMOUNT, ">= 50", 10), (DAYS, "[4..90]", 3)])]),
        ((100, 12, "DE"), [(3, [(COUNTRY, "FR", None)]), (3, [(DAYS, "[4..10]", 2)])]),
    ],
)
def test_the_cells_that_fail_are_named_with_how_far_they_are(facts, expected):
    assert ways(*facts) == expected


@given(st.integers(0, 120), st.integers(-5, 120), st.sampled_from(("FR", "DE")))
def test_whatever_is_decided_a_way_of_three_facts_at_most_leads_out(euros, days, country):
    rule = a_book(GUARD).rule("guards.amounts")
    refused = rule.decide(facts_of(euros, days, country)).values["allow"] is False

    found = nearest_ways(rule, facts_of(euros, days, country), lambda said: said["allow"] is True)

    if refused:
        assert found
