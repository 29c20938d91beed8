"""Persons at a debtor are kept by role, and a source read again does not drop them."""

from datetime import date

import pytest

from dunning_sdk import Record
from dunning_sdk.debtors.contacting import record_contact
from dunning_sdk.domain.party import Contact, Party
from dunning_sdk.errors import DomainError
from dunning_sdk.records.codec import from_json
from dunning_sdk.records.keeping import keep_party
from dunning_sdk.store.opening import open_store

ON = date(2026, 3, 2)


@pytest.fixture
def session():
    store = open_store("memory://", tenant="t", secret="s")
    with store.begin() as opened:
        party = Party(id="D-1", name="Martin", contacts=(Contact(email="compta@martin.example"),))
        keep_party(opened, party, on=ON)
        yield opened
    store.close()


def told(session, **values):
    return record_contact(session, Record(kind="contact", subject="D-1", on=ON, values=values))


def persons(session):
    party = from_json(Party, session.record("party", "D-1"))
    return {one.role: (one.name, one.email or one.phone) for one in party.contacts}


def test_a_person_is_kept_in_his_role_and_another_takes_his_place(session):
    assert told(session, role="escalation", name="Anne", email="anne@martin.example") == (
        "escalation of D-1"
    )
    assert told(session, role="escalation", name="Paul", phone="+33600000000")
    assert persons(session) == {
        "billing": ("", "compta@martin.example"),
        "escalation": ("Paul", "+33600000000"),
    }


def test_a_source_that_is_read_again_replaces_the_roles_it_names_alone(session):
    told(session, role="escalation", name="Anne", email="anne@martin.example")
    again = Party(id="D-1", name="Martin", contacts=(Contact(email="new@martin.example"),))
    keep_party(session, again, on=ON)

    assert persons(session) == {
        "billing": ("", "new@martin.example"),
        "escalation": ("Anne", "anne@martin.example"),
    }


def test_the_person_for_invoices_comes_first(session):
    told(session, role="billing", name="Léa", email="lea@martin.example")

    assert persons(session) == {"billing": ("Léa", "lea@martin.example")}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"email": "anne@martin.example"}, "needs role"),
        ({"role": "escalation", "name": "Anne"}, "Nobody can be reached"),
        ({"role": "escalation", "email": "anne"}, "no mailbox"),
    ],
)
def test_a_person_nobody_can_reach_is_refused(session, values, said):
    with pytest.raises(DomainError, match=said):
        told(session, **values)

    assert persons(session) == {"billing": ("", "compta@martin.example")}
