"""What is handed over to Hokodo for an invoice, and everything that goes wrong then."""

from dataclasses import replace
from datetime import date

import pytest
from dunning_sdk.domain.invoice import InvoiceKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import ReceiptStatus
from dunning_sdk.domain.party import Party
from dunning_sdk.errors import (
    ConnectorAuthError,
    ConnectorInvalidError,
    ConnectorRateLimitedError,
    ConnectorTransientError,
)
from dunning_sdk.testing.loopback import Answer, Mishap, fails, hangs_up, page_for_people, too_many
from tests.contracts.connector_contract import (
    A_FINANCED_INVOICE,
    COVERED,
    ITS_DOCUMENT,
    submit,
    withdraw,
)


def debtor(**over):
    return {"debtor": replace(A_FINANCED_INVOICE.debtor, **over)}


def test_what_is_handed_over_is_the_invoice_with_its_document(open_financier, simulator, transport):
    receipt = submit(open_financier(notification_url="https://host.example/hokodo"))

    (order,) = simulator.orders.values()
    amounts = {"total_amount": 1200_00, "tax_amount": 200_00}
    assert order["items"] == [
        {"item_id": "F-1", "type": "product", "description": "Invoice F-1", "quantity": "1.000",
         "unit_price": 1200_00, "tax_rate": "20.00", **amounts}
    ]  # fmt: skip
    assert (order["unique_id"], order["order_date"]) == ("552100554/F-1", "2026-02-01")
    assert b"%PDF-1.7 F-1" in simulator.documents[0]
    (offer,) = simulator.offers.values()
    assert offer["urls"] == {"notification": "https://host.example/hokodo"}
    assert offer["locale"] == "fr_FR"
    assert receipt.reference == order["id"]
    assert [(method, path) for method, path, _ in transport.judged] == [
        ("GET", "/payment/orders"), ("POST", "/companies/search"), ("GET", "/organisations"),
        ("POST", "/organisations"), ("GET", "/users"), ("POST", "/users"),
        ("POST", "/payment/orders"), ("POST", f"/payment/orders/{order['id']}/documents"),
        ("POST", "/payment/offers"),
    ]  # fmt: skip


def test_a_debtor_is_introduced_once(open_financier, simulator):
    financier = open_financier()
    submit(financier)
    other = replace(ITS_DOCUMENT, number="F-2")
    financier.submit(replace(A_FINANCED_INVOICE, number="F-2"), other, key="k-2")

    counted = (len(simulator.organisations), len(simulator.users), len(simulator.orders))
    assert counted == (1, 1, 2)


def test_of_a_partly_prepaid_invoice_what_is_due_is_financed_with_its_tax(
    open_financier, simulator
):
    submit(open_financier(), amount_due=Money(300_00, "EUR"))

    (order,) = simulator.orders.values()
    assert (order["total_amount"], order["tax_amount"]) == (300_00, 50_00)


def test_the_debtor_confirms_on_the_page_of_the_offer(open_financier):
    financier = open_financier()
    order = submit(financier).reference

    (plan,) = financier.offer(order).plans
    assert plan.payment_url == f"https://pay.example/{order}"
    assert plan.scheduled_payments[0].date == date(2026, 4, 1)
    assert financier.offer("order-0") is None


def test_an_order_over_the_limit_is_a_refusal_with_hokodos_reason(open_financier, simulator):
    simulator.limits[COVERED] = 100_00
    receipt = submit(open_financier())

    assert (receipt.status, receipt.retryable) == (ReceiptStatus.FAILED, False)
    assert "credit-limit" in receipt.detail
    simulator.limits[COVERED] = 5000_00
    assert submit(open_financier()).status is ReceiptStatus.SENT
    assert len(simulator.orders) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"unprotected_amount": 1}, "not-wholly-protected"),
        ({"status": "expired"}, "expired"),
    ],
)
def test_an_offer_that_leaves_the_risk_here_finances_nothing(
    open_financier, simulator, change, reason
):
    financier = open_financier()
    submit(financier)
    (offer,) = simulator.offers.values()
    plan = offer["offered_payment_plans"][0] | change
    told = {**offer, "offered_payment_plans": [plan]}
    simulator.misbehave(Mishap(answer=Answer.of(told)).on("/v1/payment/offers"))
    simulator.misbehave(Mishap(answer=Answer.of(told, 201)).on("/v1/payment/offers", "POST"))

    receipt = submit(financier)
    assert (receipt.status, reason in receipt.detail) == (ReceiptStatus.FAILED, True)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"amount_due": Money(0, "EUR")}, "amount_due"),
        ({"kind": InvoiceKind.CREDIT_NOTE}, "kind"),
        (debtor(contacts=()), "debtor.email"),
        (debtor(registration=""), "debtor.registration"),
        (debtor(address=Party(id="", name="").address), "debtor.address"),
    ],
)
def test_what_hokodo_would_refuse_is_named_before_anything_is_sent(
    open_financier, simulator, over, field
):
    with pytest.raises(ConnectorInvalidError) as why:
        submit(open_financier(), **over)
    assert list(why.value.fields) == [field]
    assert simulator.asked == []


def test_a_debtor_hokodo_does_not_know_is_named(open_financier, simulator):
    with pytest.raises(ConnectorInvalidError, match="is of no company Hokodo knows"):
        submit(open_financier(), **debtor(registration="552100554"))
    assert simulator.orders == {}


@pytest.mark.parametrize(
    "mishap",
    [
        fails(502, done=True).on("/v1/payment/orders", "POST"),
        hangs_up(done=True).on("/v1/payment/orders", "POST"),
        fails(503).on("/v1/companies"),
        too_many(1).on("/v1/companies"),
        page_for_people().on("/v1/payment/orders", "GET"),
    ],
)
def test_an_answer_that_was_lost_orders_nothing_twice(
    open_financier, simulator, submissions, mishap
):
    simulator.misbehave(mishap)

    assert submit(open_financier()).status is ReceiptStatus.SENT
    assert (submissions(), len(simulator.orders)) == (["F-1"], 1)


@pytest.mark.parametrize(
    ("path", "unknown"),
    [
        ("/v1/organisations", False), ("/v1/users", False), ("/v1/payment/orders", True),
        ("/v1/payment/orders/", False), ("/v1/payment/offers", False),
    ],
)  # fmt: skip
def test_what_binds_nobody_is_tried_again_and_an_order_is_asked_about(
    open_financier, simulator, submissions, path, unknown
):
    simulator.misbehave(fails(500).on(path, "POST"))

    with pytest.raises(ConnectorTransientError) as why:
        submit(open_financier())
    assert (why.value.outcome_unknown, submissions()) == (unknown, [])

    assert submit(open_financier()).status is ReceiptStatus.SENT
    assert (submissions(), len(simulator.orders)) == (["F-1"], 1)


def test_wrong_credentials_are_said_without_the_key(open_financier):
    with pytest.raises(ConnectorAuthError, match="Check HOKODO_API_KEY") as why:
        open_financier(key="hk-wrong").order("order-1")
    assert "hk-wrong" not in str(why.value)


def test_a_rate_limit_says_how_long(open_financier, simulator):
    simulator.misbehave(too_many(300))

    with pytest.raises(ConnectorRateLimitedError) as why:
        open_financier().order("order-1")
    assert why.value.retry_after == 300


@pytest.mark.parametrize(
    ("change", "field"),
    [({"payment_offer": 7}, "payment_offer"), ({"id": None}, "id"), ({"more": 1}, None)],
)
def test_drift_of_the_contract_names_the_field(open_financier, simulator, change, field):
    # Without the contract as judge: it would refuse such a reply first.
    financier = open_financier(judged=False)
    order = submit(financier).reference
    simulator.orders[order] |= change

    if field is None:
        assert financier.order(order).id == order
        return
    with pytest.raises(ConnectorInvalidError, match="hokodo: the order is not as expected") as why:
        financier.order(order)
    assert list(why.value.fields) == [field]


@pytest.mark.parametrize(
    "told", [{"count": 1}, {"results": {}}, "none", {"results": [{"id": "order-1"}]}]
)
def test_a_list_that_is_none_orders_nothing(open_financier, simulator, told):
    simulator.misbehave(Mishap(answer=Answer.of(told)).on("/v1/payment/orders"))

    with pytest.raises(ConnectorInvalidError, match="not as expected"):
        submit(open_financier(judged=False))
    assert simulator.orders == {}


def test_lists_are_read_to_their_end_and_by_our_own_id(open_financier, simulator):
    financier = open_financier()
    order = submit(financier).reference
    other = simulator.orders[order] | {"unique_id": "else", "deferred_payment": None}
    first = {"results": [other], "next": "https://api.hokodo.co/v1/payment/orders?page=2"}
    simulator.misbehave(Mishap(answer=Answer.of(first)).on("/v1/payment/orders"))

    assert submit(financier).reference == order
    simulator.misbehave(Mishap(answer=Answer.of([other])).on("/v1/payment/orders"))
    assert "nobody has confirmed it" in withdraw(financier).detail
