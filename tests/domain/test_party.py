"""Parties and how to reach them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain.party import Address, Contact, is_iban
from tests.build import a_debtor

BILLING, BOSS = Contact(name="Jeanne"), Contact(name="Paul", role="escalation")


@pytest.mark.parametrize(
    ("contacts", "role", "expected"),
    [
        ((BOSS, BILLING), "billing", BILLING),
        ((BILLING, BOSS), "escalation", BOSS),
        ((BILLING, BOSS), "court", BILLING),
        ((BOSS,), "billing", BOSS),
        ((), "billing", None),
    ],
)
def test_the_contact_of_a_role_else_the_first(contacts, role, expected):
    assert a_debtor(contacts=contacts).contact(role) == expected


def test_billing_is_the_role_by_default():
    assert a_debtor(contacts=(BOSS, BILLING)).contact() == BILLING


@pytest.mark.parametrize(
    ("over", "complete"),
    [({}, True), ({"lines": ()}, False), ({"city": ""}, False), ({"country": ""}, False)],
)
def test_a_letter_needs_a_street_a_town_and_a_country(over, complete):
    whole = {"lines": ("1 rue du Port",), "city": "Nantes", "country": "FR"}

    assert Address(**(whole | over)).is_complete is complete


@pytest.mark.parametrize(
    "text",
    [
        "FR7630006000011234567890189",
        "fr76 3000 6000 0112 3456 7890 189",
        "DE89370400440532013000",
        "GB82 WEST 1234 5698 7654 32",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
    ],
)
def test_a_sound_iban(text):
    assert is_iban(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FR7630006000011234567890188",
        "FR763000600001123456789018",
        "NO938601111794",
        "1R7630006000011234567890189",
        "FRX630006000011234567890189",
        "FR76-3000-6000-0112-3456-7890-189",
        "FR7630006000011234567890189" * 2,
        "ÉR7630006000011234567890189",
        "FR76300060000112345678901٨9",
    ],
)
def test_a_faulty_iban(text):
    assert not is_iban(text)


@given(st.integers(4, 26), st.data())
def test_one_wrong_digit_is_always_found(place, data):
    iban = "FR7630006000011234567890189"
    digit = data.draw(st.sampled_from([sign for sign in "0123456789" if sign != iban[place]]))

    assert not is_iban(iban[:place] + digit + iban[place + 1 :])
