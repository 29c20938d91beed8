"""Who is paid which part."""

from datetime import date

from dunning_sdk.decisions.parts import Parts, decide_parts
from dunning_sdk.domain.money import Money
from tests.decisions.book import a_book

RULE = """\
id: splitting.capped
kind: splitting
title: Never more than a cap
inputs: [invoice.total]
hit_policy: first
rows:
  - when: {}
    then: {financed_payee: financier, rest_payee: platform, financed_amount: "50.00"}
"""
FACTS = {"as_of": date(2026, 3, 2), "currency": "EUR", "invoice": {"total": 120}}


def test_without_a_rule_all_that_can_be_reached_goes_to_the_financier():
    parts = decide_parts(a_book(), FACTS, reachable=Money(80_00, "EUR"))

    assert parts == Parts(
        financed_payee="financier", rest_payee="creditor", amount=Money(80_00, "EUR"), trace=()
    )


def test_a_rule_names_the_payees_and_may_finance_less():
    parts = decide_parts(a_book(RULE), FACTS, reachable=Money(80_00, "EUR"))

    assert (parts.rest_payee, parts.amount) == ("platform", Money(50_00, "EUR"))


def test_a_rule_never_finances_more_than_can_be_reached():
    parts = decide_parts(a_book(RULE), FACTS, reachable=Money(40_00, "EUR"))

    assert parts.amount == Money(40_00, "EUR")
