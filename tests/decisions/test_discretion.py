"""A finished message is held to what the debtor was told."""

import pytest

from dunning_sdk.decisions.discretion import breach_of, secrets_of
from dunning_sdk.domain.notice import Message
from dunning_sdk.domain.party import BankAccount, Contact, Party

FACTOR = Party(
    id="F",
    name="Finance Prompte SAS",
    registration="404833048",
    accounts=(BankAccount(iban="FR1420041010050500013M02606"),),
    contacts=(Contact(name="", email="a@prompte.example"), Contact(name="")),
)


def saying(text, **over):
    base = {"id": "n", "channel": "email", "sender_name": "Lumen", "to_name": "M. Martin"}
    return Message(**base, subject="Facture", text=text, language="fr", **over)


def test_the_names_numbers_and_addresses_of_an_assignee_are_secret():
    assert secrets_of(FACTOR) == (
        "Finance Prompte SAS", "404833048", "FR1420041010050500013M02606", "a@prompte.example",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("message", "files", "expected"),
    [
        (saying("Bonjour"), (), ""),
        (saying("par finance  prompte sas"), (), "names-the-assignee"),
        (saying("Bonjour", html="<b>404&nbsp;833&nbsp;048</b>"), (), "names-the-assignee"),
        (saying("Bonjour"), ("page 1", "FR14 2004 1010 0505 0001 3M02 606"), "names-the-assignee"),
    ],
)
def test_a_secret_is_found_wherever_it_stands(message, files, expected):
    found = breach_of(message, secrets=secrets_of(FACTOR), mention="", files=files)

    assert found == expected


def test_the_mention_must_stand_in_the_text():
    mention = "La créance a été cédée."

    assert breach_of(saying("Bonjour"), secrets=(), mention=mention) == "lacks-the-mention"
    assert (
        breach_of(saying("Bonjour.\nLa créance a\nété cédée."), secrets=(), mention=mention) == ""
    )
    assert breach_of(saying("Bonjour"), secrets=("",), mention="") == ""
