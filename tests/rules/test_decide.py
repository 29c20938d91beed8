from datetime import date
from decimal import Decimal

import pytest

from dunning_sdk.errors import (
    CurrencyMismatchError,
    EvaluationError,
    FactTypeError,
    MissingFactError,
    NoMatchError,
    RecordNotFoundError,
)
from tests.rules.sample import GUARDS, MANDATE, a_book, decide, some_facts

TABLE = "id: guards.x\nkind: guards\ntitle: T\nsource: House rule\n"


def a_guard(text, **options):
    """Return the only guard of a book: a table given from its inputs on."""
    files = {"guards.dispute-open.yaml": None, "guards.dispute-open.cases.yaml": None}
    return a_book({**files, "guards.x.yaml": TABLE + text}, **options).rule("guards.x")


def test_the_first_row_that_holds_decides():
    outcome = decide("guards.dispute-open", dispute__is_open=True, dispute__amount=Decimal("34.56"))

    assert outcome.values == {
        "allow": True,
        "amount": Decimal("1200.00"),
        "reason": "disputed-in-part",
    }
    assert (outcome.rows, outcome.decided) == ((2,), (2,))


def test_otherwise_decides_where_no_row_holds():
    outcome = decide("guards.dispute-open")

    assert outcome.values == {"allow": True, "amount": None, "reason": ""}
    assert (outcome.rows, outcome.decided, outcome.trace[0].rows) == ((), (), (0,))


def test_the_trace_says_rule_rows_facts_and_answer():
    (entry,) = decide("guards.dispute-open", dispute__is_open=True).trace

    assert entry.rule == "guards.dispute-open"
    assert entry.inputs == {
        "dispute.is_open": True,
        "dispute.amount": Decimal(0),
        "receivable.open_amount": Decimal("1234.56"),
        "currency": "EUR",
    }
    assert entry.outcome["reason"] == "disputed-in-part"


@pytest.mark.parametrize(
    ("kind", "days", "chaser", "told"),
    [
        ("full", 29, "financier", True),
        ("full", 30, "collector", True),
        ("unmanaged", 0, "creditor", True),
        ("balance_purchase", 0, "creditor", False),
        ("confidential", 0, "creditor", False),
    ],
)
def test_bare_words_and_lists_stand_for_texts(kind, days, chaser, told):
    outcome = decide("mandate.contract", contract__kind=kind, receivable__days_overdue=days)

    assert (outcome.values["chaser"], outcome.values["debtor_told"]) == (chaser, told)


def test_a_bare_word_that_is_a_fact_is_the_fact():
    assert decide("mandate.contract", operator="platform").values["collects"] == "platform"


def test_fields_no_row_gives_have_their_default():
    values = decide("mandate.contract", contract__kind="full").values

    assert (values["procedure"], values["follow"]) == ("", True)


def test_answers_of_rows_that_hold_together_are_put_together():
    outcome = decide("eligibility.cover", quote__is_signed=False, debtor__is_eligible=False)

    assert outcome.values == {
        "outcome": "refused",
        "amount": Decimal("8000.00"),
        "reasons": ("quote-unsigned", "debtor-not-covered"),
        "advice": "ask-for-a-deposit",
    }
    assert (outcome.rows, outcome.decided) == ((1, 2, 3), (1, 2, 3))


def test_numbers_of_rows_that_hold_together_are_summed_and_rounded_once():
    values = decide("charges.fees", receivable__open_amount=Decimal(1234)).values

    assert (values["fee"], values["tone"]) == (Decimal("6.23"), "soft")


def test_a_list_may_be_empty():
    assert decide("charges.fees", receivable__level=0).values["fee"] == Decimal("1.23")
    assert decide("eligibility.cover", credit_line__available=Decimal(0)).values["reasons"] == ()


@pytest.mark.parametrize(
    ("rounding", "amount"),
    [("half_up", "0.13"), ("half_even", "0.12"), ("down", "0.12"), ("up", "0.13")],
)
def test_money_is_rounded_to_minor_units_as_the_rule_says(rounding, amount):
    rule = a_guard(
        f"rounding: {rounding}\n"
        "rows: [{then: {allow: true, amount: receivable.open_amount / 8, reason: disputed}}]"
    )

    facts = some_facts(receivable__open_amount=Decimal(1))
    assert str(rule.decide(facts).values["amount"]) == amount


def test_money_keeps_the_minor_units_of_the_currency():
    rule = a_guard("currency: any\nrows: [{then: {allow: true, amount: receivable.open_amount}}]")

    facts = some_facts(currency="JPY", receivable__open_amount=Decimal("99.5"))
    assert str(rule.decide(facts).values["amount"]) == "100"


def test_another_currency_than_the_rules_raises():
    with pytest.raises(CurrencyMismatchError, match=r"mandate\.contract decides in EUR .* in USD"):
        decide("mandate.contract", currency="USD")


def test_a_missing_fact_raises_and_is_named_with_its_place():
    facts = some_facts()
    del facts["receivable"]["open_amount"]

    with pytest.raises(MissingFactError) as caught:
        a_book().rule("guards.dispute-open").decide(facts)

    error = caught.value
    assert (error.rule_id, error.row, error.fact_name) == (
        "guards.dispute-open",
        1,
        "receivable.open_amount",
    )
    assert error.expression == ">= receivable.open_amount"


@pytest.mark.parametrize("facts", [{"dispute": None}, {"dispute": {"is_open": None, "amount": 1}}])
def test_a_fact_that_is_none_is_missing(facts):
    with pytest.raises(MissingFactError, match=r"dispute\.is_open"):
        a_book().rule("guards.dispute-open").decide({**some_facts(), **facts})


@pytest.mark.parametrize("amount", ["100", 100.0, True, "abc"])
def test_a_fact_of_the_wrong_type_raises_and_never_falls_through_to_otherwise(amount):
    with pytest.raises(FactTypeError, match=r"dispute\.amount, which is no number") as caught:
        decide("guards.dispute-open", dispute__is_open=True, dispute__amount=amount)

    assert str(amount) not in str(caught.value).replace("amounts", "").replace("dispute.amount", "")


def test_a_text_outside_its_list_raises():
    with pytest.raises(FactTypeError, match=r'contract\.kind, which is no "" \| full'):
        decide("mandate.contract", contract__kind="partial")


def test_two_rows_that_hold_although_it_could_not_be_told_raise():
    rule = a_guard(
        "inputs: [receivable.open_amount, dispute.amount]\n"
        "rows:\n"
        '  - {when: {receivable.open_amount: "> dispute.amount"}, then: {allow: true}}\n'
        '  - {when: {dispute.amount: "> 0"}, then: {allow: false}}\n'
    )

    with pytest.raises(EvaluationError, match="rows 1 and 2 hold at once under unique") as caught:
        rule.decide(some_facts(dispute__amount=Decimal(1)))
    assert caught.value.row == 1


def test_no_row_that_holds_although_it_could_not_be_told_raises():
    rule = a_guard(
        "inputs: [receivable.open_amount]\n"
        'rows: [{when: {receivable.open_amount: "< dispute.amount"}, then: {allow: true}}]'
    )

    with pytest.raises(NoMatchError, match="no row holds and there is no otherwise"):
        rule.decide(some_facts())


def test_no_row_of_many_raises_where_a_field_must_be_given():
    rule = a_guard(
        "hit_policy: collect\ninputs: [receivable.open_amount]\n"
        'rows: [{when: {receivable.open_amount: "< dispute.amount"}, then: {allow: true}}]'
    )

    with pytest.raises(NoMatchError, match="no row holds"):
        rule.decide(some_facts())


def test_an_expression_that_fails_names_rule_row_and_text():
    rule = a_guard("rows: [{then: {allow: true, amount: receivable.open_amount / dispute.amount}}]")

    with pytest.raises(EvaluationError) as caught:
        rule.decide(some_facts())

    assert (caught.value.rule_id, caught.value.row, caught.value.expression) == (
        "guards.x",
        1,
        "receivable.open_amount / dispute.amount",
    )


def test_a_cell_that_fails_names_rule_row_and_text():
    rule = a_guard(
        "inputs: [receivable.open_amount]\n"
        "rows:\n"
        '  - {when: {receivable.open_amount: "> 1 / dispute.amount"}, then: {allow: true}}\n'
        "otherwise: {allow: false}"
    )

    with pytest.raises(EvaluationError, match=r"row 1: > 1 / dispute\.amount failed"):
        rule.decide(some_facts())


def test_an_input_may_be_an_expression():
    rule = a_guard(
        "currency: EUR\ninputs: [receivable.open_amount - dispute.amount]\n"
        "rows:\n"
        '  - {when: {receivable.open_amount - dispute.amount: "> 100"}, then: {allow: true}}\n'
        "otherwise: {allow: false}"
    )

    assert rule.decide(some_facts()).values["allow"] is True
    assert rule.decide(some_facts(dispute__amount=Decimal(1200))).values["allow"] is False


def test_any_takes_rows_that_answer_the_same():
    rule = a_guard(
        "hit_policy: any\ninputs: [dispute.is_open, receivable.level]\n"
        "rows:\n"
        "  - {when: {dispute.is_open: true}, then: {allow: false}}\n"
        '  - {when: {receivable.level: "> 4"}, then: {allow: false}}\n'
        "otherwise: {allow: true}"
    )

    outcome = rule.decide(some_facts(dispute__is_open=True, receivable__level=5))
    assert (outcome.values["allow"], outcome.rows) == (False, (1, 2))


def test_edges_are_the_days_on_which_an_answer_may_change():
    book = a_book()

    assert book.rule("mandate.contract").edges == {"receivable.days_overdue": (30,)}
    assert book.rule("guards.dispute-open").edges == {}


@pytest.mark.parametrize(
    ("inputs", "row"),
    [
        ("receivable.days_overdue", '{receivable.days_overdue: "> receivable.level"}'),
        ("receivable.level", '{receivable.level: "> receivable.days_overdue"}'),
        ("receivable.days_overdue * 2", '{receivable.days_overdue * 2: "> 3"}'),
    ],
)
def test_a_day_valued_fact_in_an_opaque_place_has_no_edges(inputs, row):
    rule = a_guard(
        f"inputs: [{inputs}]\n"
        f"rows: [{{when: {row}, then: {{allow: true}}}}]\notherwise: {{allow: false}}"
    )

    assert rule.edges == {"receivable.days_overdue": None}


def test_a_day_valued_fact_in_an_answer_has_no_edges():
    rule = a_guard("rows: [{then: {allow: receivable.days_overdue > 3}}]")

    assert rule.edges == {"receivable.days_overdue": None}


def test_rules_are_found_by_kind_and_by_id():
    book = a_book()

    assert [rule.id for rule in book.of_kind("guards")] == ["guards.dispute-open"]
    assert book.of_kind("splitting") == book.of_kind("procedure") == ()
    with pytest.raises(RecordNotFoundError, match=r"no rule mandate\.contrat .*mandate\.contract"):
        book.rule("mandate.contrat")


def test_a_rule_is_in_force_from_its_first_day_until_the_day_it_ends():
    text = GUARDS.replace("from: 2020-01-01", "from: 2020-01-01, until: 2026-06-01")
    book = a_book({"guards.dispute-open.yaml": text})
    rule = book.rule("guards.dispute-open")

    days = (date(2019, 12, 31), date(2020, 1, 1), date(2026, 5, 31), date(2026, 6, 1))
    assert [rule.in_force(day) for day in days] == [False, True, True, False]
    assert [len(book.of_kind("guards", on=day)) for day in days] == [0, 1, 1, 0]
    assert a_book({"mandate.contract.yaml": MANDATE}).rule("mandate.contract").in_force(days[0])


def test_a_rule_without_amounts_needs_no_currency():
    rule = a_guard("currency: any\nrows: [{then: {allow: true}}]")

    assert rule.decide({}).values["allow"] is True


def test_a_number_that_is_no_amount_is_summed_and_not_rounded():
    rule = a_book(
        {
            "charges.fees.yaml": "id: charges.fees\nkind: charges\ntitle: T\nsource: House rule\n"
            "inputs: [receivable.level]\noutputs: {points: number}\n"
            "hit_policy: collect\naggregation: sum\n"
            "rows: [{then: {points: 0.125}}, {then: {points: receivable.level / 8}}]\n"
        }
    ).rule("charges.fees")

    outcome = rule.decide({"currency": "EUR", "receivable": {"level": 3}})

    assert outcome.values["points"] == Decimal("0.500")
