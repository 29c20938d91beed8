"""When a bank's payer is a debtor we know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.decisions.payer import Likeness, Payer, PayerIndex, likeness, name_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller & Söhne GmbH", "MUELLER UND SOEHNE"),
        ("S.A.R.L. Dupont", "Dupont SARL"),
        ("Boulangerie Martin SAS", "MARTIN BOULANGERIE"),
        ("Société Générale de Bâtiment", "STE GENERALE BATIMENT"),
        ("Łódź Sp. z o.o.", "LODZ SPZOO"),
        ("Société Générale", "SOCIETE GENERALE"),
        ("SA SA", "SA"),
    ],
)
def test_form_accents_and_order_do_not_count(one, other):
    assert likeness(name_of(one), name_of(other)) is Likeness.SAME


def test_a_name_cut_by_the_bank_is_strong():
    whole = name_of("Entreprise Générale de Bâtiment Martin SARL")

    assert likeness(name_of("ENTREPRISE GENERALE DE BATI"), whole) is Likeness.STRONG
    assert likeness(whole, name_of("ENTREPRISE GENERALE DE BATIMENT MARTIN SAR")) is Likeness.STRONG


def test_a_longer_name_of_two_common_words_is_strong():
    assert likeness(name_of("Dupont Transports"), name_of("DUPONT TRANSPORTS LYON")) is (
        Likeness.STRONG
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Dupont", "Jean Dupont", Likeness.WEAK),
        ("Dupont Lyon", "Dupont Paris", Likeness.WEAK),
        ("Dupont", "Durand", Likeness.NONE),
        ("Bar du Lac", "Bar de la Mer", Likeness.NONE),
        ("", "Durand", Likeness.NONE),
        ("Durand", "***", Likeness.NONE),
    ],
)
def test_other_names_are_weak_or_none(one, other, expected):
    assert likeness(name_of(one), name_of(other)) is expected


@given(one=st.text(max_size=40), other=st.text(max_size=40))
def test_likeness_is_symmetric(one, other):
    first, second = name_of(one), name_of(other)

    assert likeness(first, second) is likeness(second, first)


DEBTORS = PayerIndex(
    [
        ("d1", "Dupont SARL", ("FR76 3000 6000 0112 3456 7890 189",)),
        ("d1", "Dupont SARL", ()),
        ("d2", "Dupont Lyon SARL", ()),
        ("d3", "Lemaître Informatique Rhein", ()),
        ("d4", "Lemaître Informatique Rhein Hoffmann", ()),
        ("d5", "", ("FR7630006000011234567890189",)),
    ]
)


def test_the_iban_tells_and_the_name_decides_between_two_with_the_same_iban():
    iban = "FR7630006000011234567890189"

    assert DEBTORS.find("", iban).debtors == ("d1", "d5")
    assert DEBTORS.find("DUPONT", iban).debtors == ("d1",)
    assert DEBTORS.find("DUPONT", iban).by_iban


def test_the_same_name_comes_before_a_similar_one():
    assert DEBTORS.find("SARL DUPONT", "") == Payer(
        debtors=("d1",), alike=("d2",), is_given=True, by_iban=False
    )


def test_a_name_that_just_fills_the_banks_field_may_have_been_cut():
    assert DEBTORS.find("Lemaître Informatique Rhein", "").debtors == ("d3", "d4")
    assert DEBTORS.find("Lemaître Informatique Rhein SA", "").debtors == ("d3",)


def test_nothing_given_is_nobody():
    assert DEBTORS.find(" ", "") == Payer()


def test_a_word_that_everybody_has_tells_nobody_apart():
    many = PayerIndex((f"d{n}", f"Garage N{n}X Atlantique Nord", ()) for n in range(1_200))

    assert many.find("GARAGE ATLANTIQUE N7X NORD", "").debtors == ("d7",)


def test_a_debtor_is_just_the_payer_by_name_or_iban():
    assert DEBTORS.is_just("d1", "DUPONT SA", "")
    assert DEBTORS.is_just("d1", "", "FR7630006000011234567890189")
    assert not DEBTORS.is_just("d2", "DUPONT", "")
    assert not DEBTORS.is_just("d5", "DUPONT", "")
