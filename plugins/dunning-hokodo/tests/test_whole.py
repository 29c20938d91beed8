"""A whole engine and a financier whose debtors pay later: from the quote to a word about cash."""

from datetime import date

import pytest
from dunning_sdk.connectors.webhook import Delivery
from dunning_sdk.testing.deferred_payment import DeferredPaymentSimulator
from dunning_sdk.testing.loopback import Answer, Loopback
from tests.acceptance.financing import ISSUED_ON, QUOTED_ON, eur, with_financier
from tests.en16931 import DEBTOR as THE_DEBTOR

import dunning_hokodo
from dunning_hokodo.hint import follow, teller

KEY = "hk-4f2a9c01"
TOLD_ON = date(2026, 3, 4)


@pytest.fixture
def hokodo():
    with DeferredPaymentSimulator(key=KEY, limits={THE_DEBTOR.registration: 12_000_00}) as server:
        yield server


@pytest.fixture
def financier(hokodo, monkeypatch, tmp_path):
    """What the plugin builds of a section of the configuration."""
    monkeypatch.setenv("HOKODO_API_KEY", KEY)

    class Around:
        folder, sent_on, parties = tmp_path, ISSUED_ON, {}

    (spec,) = dunning_hokodo.dunning_register_connectors()
    return spec.build({"base_url": hokodo.api, "capture": True}, Around)


@pytest.fixture
def story(tmp_path, financier):
    story = with_financier(tmp_path, financier)
    story.sign()
    story.engine.run(as_of=QUOTED_ON)
    story.draft()
    story.engine.pull(as_of=ISSUED_ON)
    proposal, _ = story.engine.run(as_of=ISSUED_ON)
    story.engine.approve(proposal.id, by="Jeanne")
    story.engine.execute(proposal.id)
    return story


@pytest.fixture
def tell(story, hokodo, financier):
    """Return what delivers the webhooks that wait."""

    def host(asked):
        delivery = Delivery(body=asked.body, headers=asked.headers)
        act = teller(story.engine, on=TOLD_ON)
        follow(delivery, financier, known=lambda order: None, act=act)
        return Answer(status=204)

    def told():
        with Loopback(host) as listening:
            return hokodo.deliver(listening.url)

    return told


def test_an_invoice_is_covered_handed_over_confirmed_and_captured(story, hokodo, tell):
    (order,) = hokodo.orders.values()
    assert (story.state, order["total_amount"]) == ("submitted", eur("12000").minor)
    assert story.line == (0, 12000, 0)

    payment = hokodo.confirm(order["id"])
    assert tell() == [204]
    assert story.state == "confirmed"
    assert hokodo.payments[payment]["protected_captures"] == 12_000_00

    story.tell("paid-out", on=date(2026, 3, 9))
    hokodo.repay(payment)
    assert set(tell()) == {204}
    assert story.waits(TOLD_ON).count("financier-news-differ") == 1
    assert story.state == "paid-out"


def test_a_buyer_who_is_rejected_hands_the_receivable_back(story, hokodo, tell):
    (order,) = hokodo.orders
    hokodo.confirm(order, "rejected")
    tell()

    assert (story.state, story.receivable().is_financed) == ("handed-back", False)


def test_a_credited_invoice_is_given_back(story, hokodo):
    (order,) = hokodo.orders
    payment = hokodo.confirm(order)
    story.tell("change-asked", on=TOLD_ON, reason="wrong quantity")
    story.finance(on=TOLD_ON)

    assert hokodo.payments[payment]["voided_authorisation"] == 12_000_00
    assert [b"credit_note" in form for form in hokodo.documents] == [False, True]
