"""Consent to channels, as people record it, and what follows for the next run."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunning_sdk.connectors.cii_write import cii_xml
from dunning_sdk.domain.party import Contact
from dunning_sdk.errors import DomainError, RecordNotFoundError
from dunning_sdk.records.entry import Record
from tests.en16931 import the_story
from tests.engine.installation import an_engine

STORY = the_story(number="F-1")
DUE_ON = STORY.due_on
LATE = DUE_ON + timedelta(days=10)


def installed(folder, *, person):
    engine = an_engine(folder, operator="creditor")
    debtor = replace(STORY.debtor, contacts=(person,))
    invoice = replace(STORY, debtor=debtor, contract_reference="")
    (folder / "issued" / "1.xml").write_bytes(cii_xml(invoice))
    engine.pull(as_of=STORY.issued_on)
    return engine


def channels(engine, as_of=LATE):
    engine.record(Record(kind="payments-known", subject="bank", on=as_of))
    proposal = engine.propose(as_of=as_of)
    return [act.channels for act in proposal.acts]


@pytest.fixture
def engine(tmp_path):
    with installed(tmp_path, person=Contact(email="a@b.example")) as engine:
        yield engine


def consent(engine, **values):
    return engine.record(
        Record(kind="consent", subject=STORY.debtor.id, on=date(2026, 3, 10), values=values)
    )


def test_what_a_debtor_does_not_want_is_not_used_until_he_agrees_again(engine):
    before = channels(engine)
    assert "email" in before[0]

    assert consent(engine, channel="email", given=False) == f"{STORY.debtor.id} does not want email"
    assert all("email" not in names for names in channels(engine))

    consent(engine, channel="email", given=True)
    assert channels(engine) == before


def test_a_source_that_is_read_again_does_not_undo_it(engine):
    consent(engine, channel="email", given=False)
    engine.pull(as_of=date(2026, 3, 11))

    assert all("email" not in names for names in channels(engine))


def test_a_receivable_stands_for_its_debtor_and_nobody_for_nobody(engine):
    facts = {
        "kind": "consent",
        "on": date(2026, 3, 10),
        "values": {"channel": "sms", "given": True},
    }

    assert engine.record(Record(subject="F-1", **facts)) == f"{STORY.debtor.id} agrees to sms"
    with pytest.raises(RecordNotFoundError):
        engine.record(Record(subject="nobody", **facts))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"channel": "sms"}, "needs given"),
        ({"channel": "sms", "given": "no"}, "given is a str"),
        ({"given": True}, "needs channel"),
        ({"channel": "letter", "given": False}, "needs no consent"),
    ],
)
def test_consent_that_says_nothing_is_refused(engine, values, message):
    with pytest.raises(DomainError, match=message):
        consent(engine, **values)
