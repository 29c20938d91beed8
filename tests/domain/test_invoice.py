"""Which documents are sound enough to be chased."""

import pytest

from dunning_sdk.domain.invoice import problems_of
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import CurrencyMismatchError
from tests.build import DUE_ON, an_invoice, on


def eur(minor):
    return Money(minor, "EUR")


def test_a_sound_invoice_has_no_problems():
    assert problems_of(an_invoice()) == ()
    assert an_invoice().currency == "EUR"


@pytest.mark.parametrize(
    "over", [{"due_on": None}, {"due_on": on(-30), "issued_on": on(-30)}, {"amount_due": eur(0)}]
)
def test_a_due_date_is_no_must_and_may_be_the_day_of_issue(over):
    assert problems_of(an_invoice(**over)) == ()


@pytest.mark.parametrize(
    ("over", "field", "text"),
    [
        ({"number": ""}, "number", "has no number; give it one"),
        (
            {"issued_on": on(1)},
            "due_on",
            "is due on 2026-03-10, before its issue on 2026-03-11; correct one",
        ),
        (
            {"amount_due": eur(-1)},
            "amount_due",
            "has a negative amount_due; send a credit note instead",
        ),
        (
            {"gross_total": eur(1200_01)},
            "gross_total",
            "has totals that do not add up: net and VAT differ from gross",
        ),
    ],
)
def test_each_problem_says_what_to_do(over, field, text):
    assert [(one.field, one.text) for one in problems_of(an_invoice(**over))] == [(field, text)]


def test_every_problem_is_listed_at_once():
    faulty = an_invoice(
        number="",
        issued_on=on(5),
        due_on=DUE_ON,
        net_total=eur(-10),
        vat_total=eur(-2),
        gross_total=eur(-11),
        amount_due=eur(-11),
    )

    assert [one.field for one in problems_of(faulty)] == [
        "number",
        "due_on",
        "net_total",
        "vat_total",
        "gross_total",
        "amount_due",
        "gross_total",
    ]


def test_totals_of_two_currencies_are_never_added():
    with pytest.raises(CurrencyMismatchError):
        problems_of(an_invoice(vat_total=Money(200_00, "CHF")))
