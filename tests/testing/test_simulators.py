"""The simulators keep state, and misbehave when they are told to."""

import base64
from datetime import UTC, datetime

import pytest

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site, ask, tell
from dunning_sdk.connectors.webhook import Delivery, Receiver
from dunning_sdk.connectors.webhook_scheme import standard
from dunning_sdk.errors import (
    ConnectorAuthError,
    ConnectorInvalidError,
    ConnectorNotFoundError,
)
from dunning_sdk.testing.courier import Courier, Manner
from dunning_sdk.testing.financier import FinancierSimulator
from dunning_sdk.testing.invoicing import InvoicingSimulator
from dunning_sdk.testing.loopback import Answer, Loopback, slow

SECRET = "whsec_" + base64.b64encode(b"twenty-four bytes of key").decode()


def client(server, key="k"):
    headers = {"Authorization": f"Bearer {key}"}
    return HttpClient(Site(connector="test", base_url=server.url, headers=headers))


@pytest.fixture
def heard():
    """A host that verifies what it hears: returns its server and what it believed."""
    receiver = Receiver(standard(), [SECRET], now=lambda: datetime.now(UTC))
    believed = []

    def host(asked):
        try:
            delivery = Delivery(body=asked.body, headers=asked.headers)
            if receiver.is_new(delivery):
                believed.append(asked.data()["id"])
        except ConnectorAuthError:
            return Answer(status=401)
        return Answer(status=200)

    with Loopback(host) as server:
        yield server.url, believed


@pytest.mark.parametrize(
    ("manner", "statuses", "ids"),
    [
        (Manner(), [200, 200], ["e1", "e2"]),
        (Manner(turned=True), [200, 200], ["e2", "e1"]),
        (Manner(twice=True), [200] * 4, ["e1", "e2"]),
        (Manner(forged=True), [401, 401], []),
        (Manner(late_seconds=3600), [401, 401], []),
    ],
)
def test_webhooks_come_as_they_are_told_to(heard, manner, statuses, ids):
    url, believed = heard
    sent = Courier(secret=SECRET).send(url, [{"id": "e1"}, {"id": "e2"}], manner)

    assert (sent, believed) == (statuses, ids)


def test_a_financier_keeps_what_it_is_told():
    with FinancierSimulator(key="k", limits={"1": 100}) as server:
        http = client(server)
        assert http.data(ask("/hello")) is None
        for _ in range(2):
            party = http.data(tell("POST", "/counterparties", {"identifier": "1"}))
        assert party["credit_limit"]["available_amount"] == 100

        for path, body in (("/invoices", {}), ("/loans", {"invoice_ids": []})):
            with pytest.raises(ConnectorInvalidError):
                http.data(tell("POST", path, body))
        with pytest.raises(ConnectorInvalidError, match="cannot be validated"):
            http.data(tell("POST", "/loan/none/validate"))
        for path in ("/nowhere", "/invoice/none"):
            with pytest.raises(ConnectorNotFoundError):
                http.data(ask(path))
        with pytest.raises(ConnectorAuthError):
            client(server, "other").data(ask("/hello"))


def test_an_invoicing_tool_hands_out_pages_by_date():
    with InvoicingSimulator(token="k", page_size=2) as server:
        server.add_debtor(1, name="Martin")
        for n, day in enumerate(("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"), start=1):
            server.add_invoice(n, number=f"F-{n}", amount="1.0", issued=day, due=None)
        http = client(server)
        since = '[{"field": "date", "operator": "gteq", "value": "2026-02-01"}]'

        first = http.data(ask("/customer_invoices", filter=since))
        second = http.data(ask("/customer_invoices", filter=since, cursor=first["next_cursor"]))
        pages = (first, second)
        assert [[one["id"] for one in page["items"]] for page in pages] == [[2, 3], [4]]
        assert [page["has_more"] for page in pages] == [True, False]
        assert http.data(ask("/customers/1"))["name"] == "Martin"
        assert http.data(ask("/customer_invoices/4"))["invoice_number"] == "F-4"
        for path in ("/customers/2", "/nowhere"):
            with pytest.raises(ConnectorNotFoundError):
                http.data(ask(path))


def test_a_slow_answer_is_the_right_one():
    with Loopback(lambda asked: Answer.of({"path": asked.path})) as server:
        server.misbehave(slow(0.01).on("/x"))
        assert client(server).data(ask("/x")) == {"path": "/x"}
        assert server.mishaps == []
