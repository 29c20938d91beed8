"""Hokodo: the shared contract, a reconstructed one as judge, and everything that goes wrong."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from dunning_sdk.connectors.http_transport import RequestsTransport, TimeLimits
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.connectors.webhook import Delivery
from dunning_sdk.domain.invoice import InvoiceKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import ReceiptStatus
from dunning_sdk.domain.party import Party
from dunning_sdk.errors import (
    ConfigError,
    ConnectorAuthError,
    ConnectorInvalidError,
    ConnectorRateLimitedError,
    ConnectorTransientError,
)
from dunning_sdk.testing.courier import Manner
from dunning_sdk.testing.deferred_payment import DeferredPaymentSimulator
from dunning_sdk.testing.loopback import (
    Answer,
    Asked,
    Loopback,
    Mishap,
    fails,
    hangs_up,
    page_for_people,
    too_many,
)
from tests.contracts.connector_contract import (
    A_FINANCED_INVOICE,
    A_QUOTE,
    COVERED,
    ITS_DOCUMENT,
    UNCOVERED,
    FinancierContract,
)
from tests.contracts.judged import Judged, contract
from tests.shared import shared_path

from dunning_hokodo.collection import Collections, HandOver
from dunning_hokodo.financier import HokodoFinancier
from dunning_hokodo.hint import News, follow, order_named, teller
from dunning_hokodo.options import HokodoOptions, read, site
from dunning_hokodo.record import HAPPENED, Case

KEY = "hk-4f2a9c01"
CONTRACT = Path(__file__).parents[1] / "contract" / "hokodo.yaml"
CREDIT_NOTE = replace(ITS_DOCUMENT, number="CN-1", reference="CN-1.pdf")
TAKEN = ReceiptStatus.SENT, ReceiptStatus.FAILED


@pytest.fixture(scope="module")
def spec():
    return contract(CONTRACT)


@pytest.fixture
def simulator():
    with DeferredPaymentSimulator(key=KEY, limits={COVERED: 5000_00, UNCOVERED: 0}) as simulator:
        yield simulator


@pytest.fixture
def transport(spec):
    quick = RequestsTransport(connector="hokodo", limits=TimeLimits(read=1))
    return Judged(quick, spec, base="/v1")


@pytest.fixture
def open_financier(simulator, transport):
    def opened(key=KEY, *, judged=True, **given):
        return HokodoFinancier(
            site(simulator.api, key),
            HokodoOptions(**given),
            financier_id="F-1",
            known_on=date(2026, 3, 2),
            transport=transport if judged else None,
            timing=Timing(sleep=lambda _: None),
        )

    return opened


@pytest.fixture
def submissions(simulator):
    def numbers():
        offered = {offer["order"] for offer in simulator.offers.values()}
        return [
            order["items"][0]["item_id"]
            for order in simulator.orders.values()
            if order["id"] in offered
        ]

    return numbers


def submit(financier, **over):
    return financier.submit(replace(A_FINANCED_INVOICE, **over), ITS_DOCUMENT, key="k-1")


def withdraw(financier):
    return financier.withdraw(A_FINANCED_INVOICE, CREDIT_NOTE, key="k-2")


def debtor(**over):
    return {"debtor": replace(A_FINANCED_INVOICE.debtor, **over)}


class TestHokodo(FinancierContract):
    """The contract every financier obeys, each call and reply judged by the reconstruction."""


# the reconstruction -----------------------------------------------------------------------
def test_every_part_of_the_contract_says_where_it_was_seen():
    spec = yaml.safe_load(CONTRACT.read_text("utf-8"))
    operations = [found for item in spec["paths"].values() for found in item.values()]
    parts = [*operations, *spec["components"]["schemas"].values()]
    sources = [source for part in parts for source in part["x-source"]]

    assert all(source[:2] in ("M ", "D ", "G ", "P ", "A ") for source in sources)
    readme = CONTRACT.parents[1] / "README.md"
    said = " ".join(readme.read_text("utf-8").split())
    assert [s[2:] for s in sources if s.startswith("A ") and s[2:] not in said] == []


def test_the_cases_of_hokodos_own_documentation_are_read():
    text = shared_path("contracts/hokodo/collections.md").read_text("utf-8")
    sample = next(part for part in re.findall(r"```json\n(.*?)```", text, re.S) if "coll-" in part)

    assert Case.model_validate_json(sample).sent == "2019-06-26T08:42:33.069006Z"


def test_every_status_of_the_contract_has_a_meaning():
    schemas = yaml.safe_load(CONTRACT.read_text("utf-8"))["components"]["schemas"]

    assert sorted(HAPPENED) == sorted(schemas["DeferredPayment"]["properties"]["status"]["enum"])


# asking -----------------------------------------------------------------------------------
def test_what_is_confirmed_leaves_less(open_financier, simulator):
    financier = open_financier()
    simulator.confirm(submit(financier).reference)

    line = financier.ask_eligibility(
        A_QUOTE, debtor_registration="732 829 320 00010", key="k"
    ).credit_line
    assert (line.in_use, line.available) == (Money(1200_00, "EUR"), Money(3800_00, "EUR"))


@pytest.mark.parametrize(
    ("in_use", "available", "figures"),
    [
        (1000_00, 4000_00, (1000_00, 4000_00, 0)),
        (1000_00, 1500_00, (1000_00, 1500_00, 2500_00)),  # unpaid invoices lower the limit
        (1000_00, 9000_00, (1000_00, 4000_00, 0)),
        (9000_00, 5000_00, (5000_00, 0, 0)),
        (0, -1, (0, 0, 5000_00)),
    ],
)
def test_figures_that_contradict_each_other_never_promise_more(
    open_financier, simulator, in_use, available, figures
):
    limit = {"currency": "EUR", "amount": 5000_00, "amount_in_use": in_use}
    credit = {"company": "co-1", "status": "eligible", "rejection_reason": None}
    told = {**credit, "credit_limit": {**limit, "amount_available": available}}
    simulator.misbehave(Mishap(answer=Answer.of(told)).on("/v1/payment/credit_limits"))

    line = open_financier().ask_eligibility(A_QUOTE, debtor_registration=COVERED, key="k")
    line = line.credit_line
    assert (line.in_use.minor, line.available.minor, line.withheld.minor) == figures


@pytest.mark.parametrize(
    ("number", "reason"), [(UNCOVERED, "credit-score"), ("552100554", "company-not-found")]
)
def test_a_refusal_has_hokodos_reason(open_financier, number, reason):
    answer = open_financier().ask_eligibility(A_QUOTE, debtor_registration=number, key="k")

    assert (answer.eligible, answer.reason) == (False, reason)


@pytest.mark.parametrize(("number", "why"), [("", "is missing"), ("FR44732829320", "is neither")])
def test_a_debtor_without_a_company_number_is_named_before_anything_is_sent(
    open_financier, simulator, number, why
):
    with pytest.raises(ConnectorInvalidError, match=f"debtor_registration {why}"):
        open_financier().ask_eligibility(A_QUOTE, debtor_registration=number, key="k")
    assert simulator.asked == []


def test_a_limit_in_another_currency_is_an_error(open_financier, simulator):
    limit = {"currency": "GBP", "amount": 1, "amount_in_use": 0, "amount_available": 1}
    told = {"company": "co-1", "status": "eligible", "credit_limit": limit}
    simulator.misbehave(Mishap(answer=Answer.of(told)).on("/v1/payment/credit_limits"))

    with pytest.raises(ConnectorInvalidError, match="is in GBP, not in EUR"):
        open_financier().ask_eligibility(A_QUOTE, debtor_registration=COVERED, key="k")


def test_another_country_is_asked_by_its_own_numbers(open_financier, simulator):
    simulator.limits["11215527"] = 100_00

    answer = open_financier(country="GB").ask_eligibility(
        A_QUOTE, debtor_registration="1121 5527", key="k"
    )
    assert answer.eligible


# handing over -----------------------------------------------------------------------------
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


# what goes wrong --------------------------------------------------------------------------
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


# taking back ------------------------------------------------------------------------------
@pytest.mark.parametrize("mishap", [None, fails(502, done=True), hangs_up(done=True)])
def test_what_was_confirmed_is_voided_and_what_was_captured_refunded(
    open_financier, simulator, mishap
):
    financier = open_financier()
    order = submit(financier).reference
    payment = simulator.confirm(order)
    if mishap is None:
        financier.capture(order)
    else:
        simulator.misbehave(mishap.on("/v1/payment/deferred_payments", "POST"))

    receipts = [withdraw(financier) for _ in range(2)]
    assert [(one.status, one.reference) for one in receipts] == [(ReceiptStatus.SENT, order)] * 2
    kept = simulator.payments[payment]
    given_back = "refunds" if mishap is None else "voided_authorisation"
    assert (kept[given_back], kept["authorisation"], kept["protected_captures"]) == (1200_00, 0, 0)
    assert b"credit_note" in simulator.documents[-1]
    assert len(simulator.documents) == 2


def test_an_offer_nobody_confirmed_is_taken_back_by_hand(open_financier):
    financier = open_financier()
    assert withdraw(financier).reference == ""
    order = submit(financier).reference

    receipt = withdraw(financier)
    assert (receipt.status, receipt.reference) == (ReceiptStatus.FAILED, order)
    assert "by hand" in receipt.detail


def test_what_hokodo_has_rejected_needs_no_giving_back(open_financier, simulator):
    financier = open_financier()
    simulator.confirm(submit(financier).reference, "rejected")

    assert withdraw(financier).status is ReceiptStatus.SENT
    assert len(simulator.documents) == 1


def test_giving_back_that_did_not_arrive_stays_unknown(open_financier, simulator):
    financier = open_financier()
    simulator.confirm(submit(financier).reference)
    simulator.misbehave(fails(500).on("/v1/payment/deferred_payments", "POST"))

    with pytest.raises(ConnectorTransientError) as why:
        withdraw(financier)
    assert why.value.outcome_unknown


def test_what_hokodo_still_finances_is_for_a_person(open_financier, simulator):
    financier = open_financier()
    payment = simulator.confirm(submit(financier).reference)
    done = {"created": "2026-03-02T08:30:00Z", "type": "void", "amount": 1, "currency": "EUR"}
    mishap = Mishap(answer=Answer.of({**done, "changes": {}}, 201))
    simulator.misbehave(mishap.on("/v1/payment/deferred_payments"))

    receipt = withdraw(financier)
    assert (receipt.status, "as accepted" in receipt.detail) == (ReceiptStatus.FAILED, True)
    assert simulator.payments[payment]["authorisation"] == 1200_00


# pay-out and webhooks ---------------------------------------------------------------------
@pytest.mark.parametrize("mishap", [None, fails(502, done=True), hangs_up(done=True)])
def test_what_was_confirmed_is_captured_once(open_financier, simulator, mishap):
    financier = open_financier()
    order = submit(financier).reference
    assert financier.capture(order) is None
    simulator.confirm(order)
    if mishap:
        simulator.misbehave(mishap.on("/v1/payment/deferred_payments", "POST"))

    captured = [financier.capture(order).captured for _ in range(2)]
    assert captured == [1200_00] * 2


def test_an_order_that_is_gone_is_named(open_financier):
    with pytest.raises(ConnectorInvalidError, match="order is not there any more"):
        open_financier().capture("order-9")


@pytest.mark.parametrize(
    ("status", "expected"),
    [("rejected", TAKEN[1]), ("voided", TAKEN[1]), ("pending_review", TAKEN[0])],
)
def test_an_order_the_buyer_answered_is_not_offered_anew(
    open_financier, simulator, status, expected
):
    financier = open_financier()
    simulator.confirm(submit(financier).reference, status)

    assert (submit(financier).status, len(simulator.offers)) == (expected, 1)


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
            self.known[news.order] = news
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
    assert told.known[order] == News(order=order, happened="collected")


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
    assert told.known[order] == News(order=order, happened=happened, reason=reason)


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
    tell(News(order="order-1", happened="financier-refused", reason="rejected"))
    tell(News(order="order-2", happened=""))

    (entry,) = told
    assert (entry.kind, entry.subject, entry.on) == (
        "financier-news", "order-1", date(2026, 3, 6),
    )  # fmt: skip
    assert entry.values == {"event": "financier-refused", "reason": "rejected"}


# the collectors ---------------------------------------------------------------------------
@pytest.fixture
def collections(simulator, transport):
    return Collections(
        site(simulator.api, KEY), transport=transport, timing=Timing(sleep=lambda _: None)
    )


A_CASE = HandOver(
    policy="pol-1",
    creditor=A_FINANCED_INVOICE.creditor,
    debtor=A_FINANCED_INVOICE.debtor,
    paid=Money(200_00, "EUR"),
    documents=[("invoice", ITS_DOCUMENT)],
)


@pytest.mark.parametrize(
    "mishap",
    [
        None,
        fails(502, done=True).on("/v1/collections/coll-0000000000000000000000/send"),
        fails(503).on("/v1/collections/coll-0000000000000000000000/", "PATCH"),
    ],
)
def test_a_case_is_handed_over_once(collections, simulator, mishap):
    simulator.misbehave(*filter(None, [mishap]))

    cases = [collections.hand_over(A_CASE) for _ in range(2)]
    assert [bool(case.sent) for case in cases] == [True, True]
    (kept,) = simulator.collections.values()
    assert (kept["partial_payment"], kept["debtor_city"]) == ("200.00", "Lyon")
    assert kept["debtor_contact_email"] == "compta@martin.example"
    assert "creditor_contact_name" not in kept
    (document,) = simulator.documents
    assert b'name="type"\r\n\r\ninvoice\r\n' in document


def test_a_case_that_was_begun_is_gone_on_with(collections, simulator):
    simulator.misbehave(fails(500).on("/v1/collectiondocuments/"))
    with pytest.raises(ConnectorTransientError):
        collections.hand_over(A_CASE)

    assert collections.hand_over(A_CASE).sent
    assert len(simulator.collections) == 1


def test_a_case_that_did_not_leave_is_said(collections, simulator):
    send = "/v1/collections/coll-0000000000000000000000/send"
    simulator.misbehave(fails(500).on(send))

    with pytest.raises(ConnectorTransientError):
        collections.hand_over(A_CASE)


def test_a_policy_that_may_not_be_handed_over_is_refused(collections, simulator):
    refused = Answer.of({"detail": "Policy is not late_can_handover"}, 409)
    simulator.misbehave(Mishap(answer=refused).on("/v1/collections/", "POST"))

    with pytest.raises(ConnectorInvalidError, match="late_can_handover"):
        collections.hand_over(A_CASE)


# configuration ----------------------------------------------------------------------------
def test_options_are_checked_and_the_key_is_not_one(tmp_path, monkeypatch):
    monkeypatch.delenv("HOKODO_API_KEY", raising=False)
    with pytest.raises(ConfigError, match=r"Hokodo's API key is missing: HOKODO_API_KEY"):
        read({}, folder=tmp_path)
    with pytest.raises(ConfigError, match=r"\[financier\] api_key"):
        read({"api_key": "x"}, folder=tmp_path)
    with pytest.raises(ConfigError, match=r"\[financier\] notification_url"):
        read({"notification_url": "http://host.example"}, folder=tmp_path)
    monkeypatch.setenv("HOKODO_API_KEY", KEY)

    options, where = read({"capture": True}, folder=tmp_path)
    assert (options.capture, where.base_url) == (True, "https://api.hokodo.co/v1")
    assert KEY not in repr(where)
