import datetime
from decimal import Decimal

import pytest

from dunning_sdk.domain.fact import Fact
from dunning_sdk.errors import DomainError
from dunning_sdk.feel.types import BOOLEAN, DATE, NUMBER, STRING, ContextType, EnumType
from dunning_sdk.rules.vocabulary import FACTS_BY_KIND, fits, vocabulary_of


def a_fact(name, kind="number", **options):
    return Fact(name=name, type=kind, label="L", label_fr="L", **options)


def test_dotted_names_are_nested_contexts():
    types = vocabulary_of("guards").types()

    assert (types["as_of"], types["currency"]) == (DATE, STRING)
    assert isinstance(types["receivable"], ContextType)
    assert types["receivable"].fields["open_amount"] == NUMBER
    assert types["receivable"].fields["reminders"] == BOOLEAN
    assert isinstance(types["step"].fields["action"], EnumType)


@pytest.mark.parametrize("kind", FACTS_BY_KIND)
def test_every_fact_is_described_in_both_languages(kind):
    words = vocabulary_of(kind)

    english, french = list(words.describe("en")), list(words.describe("fr"))

    assert len(english) == len(french) == len(list(words))
    assert english != french


def test_a_description_says_label_type_unit_and_values():
    lines = dict(line.split(": ", 1) for line in vocabulary_of("guards").describe("fr"))

    assert lines["receivable.open_amount"] == "Montant restant dû (nombre, en unités de la devise)"
    assert lines["debtor.country"] == "Pays du débiteur (ISO 3166-1) (texte)"
    assert lines["mandate.chaser"] == "Qui relance (creditor | platform | financier | collector)"


def test_a_plugin_adds_facts():
    words = vocabulary_of("charges", [a_fact("shop.rating")])

    assert "shop.rating" in words
    assert words.nearest("shop.ratin") == "shop.rating"


@pytest.mark.parametrize("name", ["receivable", "receivable.open_amount", "currency.code"])
def test_a_fact_that_clashes_with_another_raises(name):
    with pytest.raises(DomainError, match="cannot stand beside"):
        vocabulary_of("charges", [a_fact(name)])


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("number", Decimal("1.5"), True),
        ("number", 3, True),
        ("number", 1.5, False),
        ("number", True, False),
        ("number", "3", False),
        ("boolean", True, True),
        ("boolean", 1, False),
        ("date", datetime.date(2026, 3, 1), True),
        ("date", datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC), False),
        ("date", "2026-03-01", False),
        ("string", "x", True),
        ("string", 1, False),
    ],
)
def test_a_value_fits_its_fact_or_not(kind, value, expected):
    assert fits(a_fact("x", kind), value) is expected


def test_a_text_of_a_closed_list_fits_only_that_list():
    fact = a_fact("x", "string", values=("a", "b"))

    assert [fits(fact, value) for value in ("a", "c")] == [True, False]
