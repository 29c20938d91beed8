"""What Hokodo tells: a hint to ask, and never a fact by itself."""

import json
from datetime import date
from types import SimpleNamespace

import pytest
from dunning_sdk.connectors.webhook import Delivery
from dunning_sdk.errors import ConnectorAuthError, ConnectorInvalidError
from dunning_sdk.testing.courier import Manner
from dunning_sdk.testing.loopback import Answer, Asked, Loopback
from tests.contracts.connector_contract import submit

from dunning_hokodo.hint import News, follow, order_named, teller


@pytest.fixture
def host(open_financier):
    """A host that keeps what it acted on."""

    class Host:
        def __init__(self, **given):
            self.known = {}
            self.acted = []
            self.financier = open_financier(**given)
            self.texts = ()

        def __call__(self, asked):
            delivery = Delivery(body=asked.body, headers=asked.headers)
            try:
                follow(
                    delivery,
                    self.financier,
                    known=self.known.get,
                    act=self.act,
                    texts=self.texts,
                )
            except ConnectorAuthError:
                return Answer(status=401)
            return Answer(status=204)

        def act(self, news):
            self.known[news.reference] = news
            self.acted.append(news.happened)

    return Host


@pytest.mark.parametrize("manner", [Manner(), Manner(turned=True), Manner(twice=True)])
def test_webhooks_in_any_order_and_number_tell_what_is_so_now(
    open_financier, simulator, host, manner
):
    order = submit(open_financier()).reference
    payment = simulator.confirm(order, "pending_review")
    simulator.move(payment, "accepted")
    told = host(capture=True)

    with Loopback(told) as listening:
        assert set(simulator.deliver(listening.url, manner)) == {204}
        assert told.acted == ["confirmed"]
        assert simulator.payments[payment]["protected_captures"] == 1200_00
        simulator.repay(payment)
        simulator.deliver(listening.url)
    assert told.acted == ["confirmed", "collected"]
    assert told.known[order] == News(reference=order, happened="collected")


@pytest.mark.parametrize(
    ("status", "happened", "reason"),
    [("rejected", "financier-refused", "rejected"), ("voided", "voided", "voided"),
     ("customer_action_required", "submitted", ""), ("accepted", "confirmed", "")],
)  # fmt: skip
def test_what_became_of_an_order_is_asked(
    open_financier, simulator, host, status, happened, reason
):
    order = submit(open_financier()).reference
    simulator.confirm(order, status)
    told = host()

    with Loopback(told) as listening:
        simulator.deliver(listening.url)
    assert told.known[order] == News(reference=order, happened=happened, reason=reason)


def body(order):
    return json.dumps({"created": "2026-03-02T08:30:00Z", "data": {"order": order}}).encode()


def test_a_forged_webhook_changes_nothing(open_financier, host):
    order = submit(open_financier()).reference
    told = host()

    for id in (order, "order-unknown"):
        forged = {"id": id, "deferred_payment": {"id": "defpay-1", "status": "captured"}}
        told(Asked(method="POST", path="/", body=body(forged)))
    assert told.acted == ["submitted"]


SECRET_TEXTS = ("Basic bmV3", "Basic b2xk")


@pytest.mark.parametrize(
    ("texts", "given", "status"),
    [
        ((), "", 204),
        (SECRET_TEXTS, "Basic bmV3", 204),
        (SECRET_TEXTS, "Basic b2xk", 204),
        (SECRET_TEXTS, "Basic bmV4", 401),
        (SECRET_TEXTS, "", 401),
        (SECRET_TEXTS, "Basic b2xk, Basic bmV3", 401),
    ],
)
def test_a_text_that_is_agreed_is_demanded(open_financier, simulator, host, texts, given, status):
    simulator.confirm(submit(open_financier()).reference)
    told = host()
    told.texts = texts

    with Loopback(told) as listening:
        assert simulator.deliver(listening.url, authorization=given) == [status]
    assert told.acted == (["confirmed"] if status == 204 else [])


@pytest.mark.parametrize(
    "said", [b"", b"{}", b"[]", b"\xff", body({"id": 7}), body({"id": "x" * 65}), b"[" * 99_999]
)
def test_what_is_no_notification_is_refused(said):
    with pytest.raises(ConnectorInvalidError, match="no notification"):
        order_named(Delivery(body=said, headers={}))


def test_news_are_recorded_under_the_order_they_are_about():
    told = []
    tell = teller(SimpleNamespace(record=told.append), on=date(2026, 3, 6))
    tell(News(reference="order-1", happened="financier-refused", reason="rejected"))
    tell(News(reference="order-2", happened=""))

    (entry,) = told
    assert (entry.kind, entry.subject, entry.on) == (
        "financier-news", "order-1", date(2026, 3, 6),
    )  # fmt: skip
    assert entry.values == {"event": "financier-refused", "reason": "rejected"}
