"""How a channel reaches a party, and whether it may."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain.fact import CHANNELS
from dunning_sdk.domain.notice import Message
from dunning_sdk.domain.party import Address, Contact, Party
from dunning_sdk.domain.reach import (
    KIND_OF,
    ReachKind,
    address_of,
    e164,
    lacking,
    may_use,
    reach_of,
)

WHOLE = Address(lines=("1 rue A",), postal_code="69001", city="Lyon", country="FR")
PERSON = Contact(
    email="a@b.example",
    phone="+33 6 12 34 56 78",
    handles=(("telegram", "4711"),),
    opted_in=("whatsapp", "registered-email"),
)
DEBTOR = Party(id="D-1", name="Brossard", address=WHOLE, contacts=(PERSON,))
ADDRESSED = sorted(KIND_OF)


def contacted(**over):
    return replace(DEBTOR, contacts=(replace(PERSON, **over),))


@pytest.mark.parametrize(
    ("channel", "value"),
    [
        ("email", "a@b.example"),
        ("registered-email", "a@b.example"),
        ("sms", "+33612345678"),
        ("phone", "+33 6 12 34 56 78"),
        ("whatsapp", "+33612345678"),
        ("telegram", "4711"),
        ("letter", ""),
        ("registered-letter", ""),
    ],
)
def test_each_channel_has_its_kind_of_address(channel, value):
    reach = reach_of(DEBTOR, channel)

    assert (reach.kind, reach.value) == (KIND_OF[channel], value)
    assert (reach.address == WHOLE) is (reach.kind is ReachKind.POSTAL)


@pytest.mark.parametrize("channel", ADDRESSED)
def test_a_party_without_addresses_is_reached_by_nothing(channel):
    assert reach_of(Party(id="D-1", name="x"), channel) is None


@pytest.mark.parametrize(
    ("party", "channel", "lack"),
    [
        (Party(id="D-1", name="x"), "sms", "phone"),
        (Party(id="D-1", name="x"), "letter", "postal"),
        (contacted(opted_in=()), "whatsapp", "consent"),
        (contacted(opted_out=("fax",)), "fax", "consent"),
        (DEBTOR, "fax", "channel"),
        (DEBTOR, "email", "email"),
    ],
)
def test_what_a_channel_lacks_is_named(party, channel, lack):
    assert lacking(party, channel) == lack


def test_a_channel_that_needs_no_address_has_none():
    assert address_of(DEBTOR, "link", PERSON) is None
    assert set(KIND_OF) < set(CHANNELS)


def test_the_person_written_to_counts():
    assert reach_of(DEBTOR, "email", Contact(email="c@d.example")).value == "c@d.example"


@pytest.mark.parametrize("channel", ADDRESSED)
def test_nobody_is_written_to_by_a_channel_he_refused_but_by_letter(channel):
    refused = contacted(opted_out=(channel,))

    assert (reach_of(refused, channel) is None) is (KIND_OF[channel] is not ReachKind.POSTAL)


@pytest.mark.parametrize(
    ("channel", "allowed"),
    [("whatsapp", False), ("registered-email", False), ("sms", True), ("email", True)],
)
def test_some_channels_need_consent_first(channel, allowed):
    assert may_use(Contact(), channel) is allowed
    assert (reach_of(contacted(opted_in=()), channel) is not None) is allowed


@pytest.mark.parametrize(
    "text", ["", "06 12 34 56 78", "+0612345678", "+33", "+1234567890123456", "+33x", "call me"]
)
def test_a_number_without_its_country_is_no_number(text):
    assert e164(text) == ""
    assert reach_of(contacted(phone=text), "sms") is None


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True, alphabet="+0123456789"))
def test_a_number_in_international_form_stays_as_it_is(number):
    assert e164(number) == e164(f"00{number[1:4]} {number[4:]}") == number


@pytest.mark.parametrize(
    ("channel", "over", "kind"),
    [
        ("email", {"to_email": "a@b.example"}, ReachKind.EMAIL),
        ("sms", {"to_phone": "+33612345678"}, ReachKind.PHONE),
        ("telegram", {"to_handle": "4711"}, ReachKind.HANDLE),
        ("letter", {"to_address": WHOLE}, ReachKind.POSTAL),
        ("letter", {}, None),
        ("sms", {"to_email": "a@b.example"}, None),
        ("link", {}, None),
    ],
)
def test_a_message_knows_the_kind_of_its_addressee(channel, over, kind):
    message = Message(id="n", channel=channel, sender_name="C", subject="s", text="t", language="en", **over)  # fmt: skip  # noqa: E501

    assert (message.reach.kind if message.reach else None) == kind
