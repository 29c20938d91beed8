"""What a financier takes: the lowest amount any rule allows, and why not more."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dunning_sdk.decisions.eligibility import decide_eligibility, held_to_contract, with_deposit
from dunning_sdk.domain.contract import contract_of
from dunning_sdk.domain.invoice import Quote
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import MissingFactError
from tests.build import on
from tests.decisions.book import a_book

HEAD = "kind: eligibility\ntitle: Up to what amount\ninputs: [credit_line.available, stage]\n"
COVER = f"""\
id: eligibility.cover
{HEAD}\
hit_policy: first
rows:
  - when: {{credit_line.available: "<= 0"}}
    then: {{outcome: refused, reasons: [too-small], advice: ask-first}}
  - when: {{credit_line.available: ">= invoice.total"}}
    then: {{outcome: covered}}
  - when: {{}}
    then: {{outcome: split, amount: credit_line.available, reasons: [in-part]}}
"""
HALF = f"""\
id: eligibility.half
{HEAD}\
applies: {{from: 2026-03-10}}
otherwise: {{outcome: split, amount: invoice.total / 2, reasons: [in-part], advice: ask-first}}
"""


def rule(then):
    return f"id: eligibility.one\n{HEAD}otherwise: {then}\n"


def asked(*rules, available=8000, total=12000, day=0):
    facts = {
        "as_of": on(day),
        "currency": "EUR",
        "stage": "invoice",
        "invoice": {"total": Decimal(total)},
        "credit_line": {"available": Decimal(available)},
    }
    return decide_eligibility(a_book(*rules), facts, currency="EUR")


def told(answer):
    return answer.outcome, str(answer.amount), answer.reasons, answer.advice, answer.eligible


@pytest.mark.parametrize(
    ("available", "expected"),
    [
        (12000, ("covered", "12000.00 EUR", (), "", True)),
        (13000, ("covered", "12000.00 EUR", (), "", True)),
        (8000, ("split", "8000.00 EUR", ("in-part",), "", True)),
        (0, ("refused", "0.00 EUR", ("too-small",), "ask-first", False)),
    ],
)
def test_the_rule_says_how_much(available, expected):
    answer = asked(COVER, available=available)

    assert told(answer) == expected
    assert [entry.rule for entry in answer.trace] == ["eligibility.cover"]


def test_a_book_without_a_rule_finances_nothing():
    answer = asked()

    assert told(answer) == ("refused", "0.00 EUR", ("book-has-no-eligibility-rule",), "", False)


@pytest.mark.parametrize(
    ("available", "day", "amount"),
    [(8000, 0, "6000.00"), (5000, 0, "5000.00"), (8000, -1, "8000.00")],
)
def test_of_several_rules_in_force_the_lowest_amount_counts(available, day, amount):
    answer = asked(COVER, HALF, available=available, day=day)

    assert (answer.outcome, str(answer.amount)) == ("split", f"{amount} EUR")
    assert answer.reasons == ("in-part",)


def test_one_rule_that_refuses_is_enough():
    answer = asked(COVER, HALF, available=0)

    assert told(answer) == ("refused", "0.00 EUR", ("too-small", "in-part"), "ask-first", False)


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("{outcome: covered}", ("covered", "12000.00 EUR", ())),
        ("{outcome: covered, amount: 99999}", ("covered", "12000.00 EUR", ())),
        ("{outcome: covered, amount: 500}", ("split", "500.00 EUR", ())),
        ("{outcome: split}", ("refused", "0.00 EUR", ("eligibility.one",))),
        ("{outcome: split, amount: 0}", ("refused", "0.00 EUR", ("eligibility.one",))),
        ("{outcome: split, amount: -5}", ("refused", "0.00 EUR", ("eligibility.one",))),
        ("{outcome: refused, amount: 500}", ("refused", "0.00 EUR", ("eligibility.one",))),
    ],
)
def test_in_doubt_less_is_financed(then, expected):
    answer = asked(rule(then))

    assert (answer.outcome, str(answer.amount), answer.reasons) == expected


def test_a_missing_fact_is_never_a_refusal():
    facts = {"as_of": on(0), "currency": "EUR", "invoice": {"total": Decimal(1)}}

    with pytest.raises(MissingFactError):
        decide_eligibility(a_book(COVER), facts, currency="EUR")


ANSWER = asked(COVER)
CONFIDENTIAL = replace(contract_of("confidential"), turnover_min=Money(100, "EUR"))


@pytest.mark.parametrize(
    ("contract", "turnover", "stage", "age", "reasons"),
    [
        (contract_of("full"), None, "invoice", 30, ()),
        (contract_of("full"), None, "invoice", None, ()),
        (contract_of("full"), None, "quote", 31, ()),
        (contract_of("full"), None, "invoice", 31, ("cover-out-of-date",)),
        (CONFIDENTIAL, None, "quote", 0, ("contract-not-allowed",)),
        (CONFIDENTIAL, Money(100, "EUR"), "quote", 0, ()),
    ],
)
def test_an_answer_is_held_to_the_contract(contract, turnover, stage, age, reasons):
    found = held_to_contract(
        ANSWER,
        contract,
        turnover=turnover,
        stage=stage,
        reported_on=None if age is None else on(-age),
        as_of=on(0),
    )

    if not reasons:
        assert found == ANSWER
    else:
        assert (found.outcome, found.amount.minor) == ("refused", 0)
        assert found.reasons == (*reasons, *ANSWER.reasons)


def test_the_most_for_a_debtor_is_told_whatever_the_total():
    assert asked(COVER, available=20000).maximum == Money(20000_00, "EUR")
    assert asked(COVER, available=-1).maximum == Money(0, "EUR")


@pytest.mark.parametrize(
    ("advice", "starts_on", "due_on"),
    [
        ("ask-for-deposit", on(7), on(0)),
        ("ask-for-deposit", None, None),
        ("ask-first", on(7), None),
    ],
)
def test_a_deposit_is_due_seven_days_before_the_work_starts(advice, starts_on, due_on):
    answer = replace(ANSWER, advice=advice)
    quote = Quote(number="Q", debtor_id="D", amount=Money(1, "EUR"), work_starts_on=starts_on)

    assert with_deposit(answer, quote).deposit_due_on == due_on
    assert with_deposit(answer, None) == answer
