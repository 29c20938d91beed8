"""Where a fact may be unknown, a rule asks; a rule that does not ask raises."""

from decimal import Decimal

import pytest

from dunning_sdk.domain.fact import Absent, Fact
from dunning_sdk.errors import FactTypeError, MissingFactError, TableError
from tests.rules.sample import a_book

RATING = Fact(name="shop.rating", type="number", label="Rating", label_fr="Note", nullable=True)
HEAD = "id: guards.x\nkind: guards\ntitle: T\nsource: House rule\ncurrency: any\n"


def allowed(text, rating):
    """Return what a guard over the rating answers."""
    book = a_book({"guards.x.yaml": HEAD + text}, facts=[RATING])
    facts = {"shop": {"rating": rating}, "currency": "EUR"}
    return book.rule("guards.x").decide(facts).values["allow"]


def test_a_column_that_asks_for_null_takes_an_unknown_fact():
    text = (
        "inputs: [shop.rating]\nrows:\n"
        '  - {when: {shop.rating: "null"}, then: {allow: false}}\n'
        '  - {when: {shop.rating: "< 3"}, then: {allow: false}}\n'
        '  - {when: {shop.rating: ">= 3"}, then: {allow: true}}\n'
    )

    assert [allowed(text, rating) for rating in (None, Decimal(2), Decimal(3))] == [
        False,
        False,
        True,
    ]


def test_a_column_that_does_not_ask_raises():
    text = (
        'inputs: [shop.rating]\nrows: [{when: {shop.rating: "< 3"}, then: {allow: false}}]\n'
        "otherwise: {allow: true}"
    )

    assert allowed(text, Decimal(3)) is True
    with pytest.raises(MissingFactError, match=r"shop\.rating, which is not given"):
        allowed(text, None)


def test_is_known_asks():
    text = "rows: [{then: {allow: is known(shop.rating) and shop.rating > 3}}]"

    assert [allowed(text, rating) for rating in (None, Decimal(3), Decimal(4))] == [
        False,
        False,
        True,
    ]


def test_an_answer_that_meets_an_unknown_fact_raises():
    with pytest.raises(FactTypeError, match=r"row 1: shop\.rating > 3 failed"):
        allowed('rows: [{then: {allow: "shop.rating > 3"}}]', None)


def test_an_unknown_fact_of_the_wrong_type_raises():
    with pytest.raises(FactTypeError, match=r"shop\.rating, which is no number"):
        allowed("rows: [{then: {allow: is known(shop.rating)}}]", "4")


def test_null_is_shown_where_no_row_takes_it():
    text = (
        "inputs: [shop.rating]\nrows:\n"
        '  - {when: {shop.rating: "not(null)"}, then: {allow: true}}\n'
    )

    with pytest.raises(TableError, match=r"No row holds where shop\.rating is null"):
        allowed(text, None)


def test_facts_may_be_of_one_part_or_of_three():
    deep = Fact(name="shop.rating.stars", type="number", label="Stars", label_fr="Etoiles")
    text = (
        "inputs: [currency, shop.rating.stars]\n"
        "rows: [{when: {currency: [EUR, CHF], shop.rating.stars: +5}, then: {allow: true}}]\n"
        "otherwise: {allow: false}"
    )

    rule = a_book({"guards.x.yaml": HEAD + text}, facts=[deep]).rule("guards.x")

    facts = {"shop": {"rating": {"stars": Decimal(5)}}}
    said = [rule.decide({"currency": code, **facts}).values["allow"] for code in ("CHF", "NOK")]
    assert said == [True, False]


def test_a_field_may_be_null():
    text = "rows: [{then: {allow: true, amount: null, reason: ~}}]"
    book = a_book({"guards.x.yaml": HEAD + text})

    assert book.rule("guards.x").decide({"currency": "EUR"}).values == {
        "allow": True,
        "amount": None,
        "reason": "",
    }


WHY = Absent("the score of 2026-01-01 ended on 2026-02-01")


@pytest.mark.parametrize(
    "text",
    [
        'inputs: [shop.rating]\nrows: [{when: {shop.rating: "< 3"}, then: {allow: false}}]\n'
        "otherwise: {allow: true}",
        "rows: [{then: {allow: shop.rating > 3}}]",
    ],
)
def test_a_fact_that_is_absent_says_why(text):
    with pytest.raises(MissingFactError, match=r"shop\.rating.*: the score of .* ended on"):
        allowed(text, WHY)


def test_who_asks_is_told_that_an_absent_fact_is_unknown():
    assert allowed("rows: [{then: {allow: not(is known(shop.rating))}}]", WHY) is True


def test_a_fact_that_may_not_be_unknown_may_not_be_absent():
    text = "inputs: [debtor.country]\nrows: [{when: {debtor.country: FR}, then: {allow: true}}]\n"
    book = a_book({"guards.x.yaml": HEAD + text + "otherwise: {allow: false}"})

    with pytest.raises(MissingFactError, match=r"debtor\.country"):
        book.rule("guards.x").decide({"currency": "EUR", "debtor": {"country": WHY}})


def test_the_condition_of_a_step_says_why_a_fact_is_absent():
    step = "{id: one, level: 1, channel: email, template: t, when: shop.rating > 3}"
    text = f"id: procedure.x\nkind: procedure\ntitle: T\nsource: House rule\nsteps: [{step}]\n"
    book = a_book({"procedure.x.yaml": text}, facts=[RATING])
    (condition,) = book.procedures["procedure.x"].conditions

    with pytest.raises(MissingFactError, match="ended on 2026-02-01"):
        condition.holds({"shop": {"rating": WHY}})
    with pytest.raises(FactTypeError):
        condition.holds({"shop": {"rating": None}})
