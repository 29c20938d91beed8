"""Defacto: the shared contract, its own OpenAPI as judge, and everything that goes wrong."""

import json
from dataclasses import replace
from datetime import date

import pytest
from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import tell
from dunning_sdk.connectors.http_transport import RequestsTransport, TimeLimits
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
from dunning_sdk.testing.loopback import Answer, Mishap, fails, hangs_up, page_for_people, too_many
from openapi_core.exceptions import OpenAPIError
from tests.contracts.connector_contract import (
    A_FINANCED_INVOICE,
    A_QUOTE,
    COVERED,
    ITS_DOCUMENT,
    FinancierContract,
    submit,
)
from tests.contracts.prism import prism
from tests.shared import shared_path

from dunning_defacto.financier import DefactoFinancier
from dunning_defacto.options import read, site

KEY = "sk-4f2a9c01"


@pytest.fixture
def submissions(simulator):
    def numbers():
        return [
            simulator.invoices[loan["invoice_ids"][0]]["invoice_number"]
            for loan in simulator.loans.values()
        ]

    return numbers


class TestDefacto(FinancierContract):
    """The contract every financier obeys, each call and reply judged by Defacto's OpenAPI."""


def test_a_line_in_use_leaves_less(open_financier):
    financier = open_financier()
    submit(financier)

    line = financier.ask_eligibility(
        A_QUOTE, debtor_registration="732 829 320", key="k-2"
    ).credit_line
    assert (line.in_use, line.available) == (Money(1200_00, "EUR"), Money(3800_00, "EUR"))


@pytest.mark.parametrize(("available", "left"), [(-100, 0), (9000_00, 5000_00), (5000_00, 5000_00)])
def test_figures_that_contradict_each_other_never_promise_more(
    open_financier, simulator, available, left
):
    limit = {"max_amount": 5000_00, "available_amount": available}
    party = {
        "id": "7d444840-9dc0-11d1-b245-5ffdce74fad2",
        "name": "x",
        "identifier": COVERED,
        "identifier_type": "siren",
        "relation_types": ["CLIENT"],
        "credit_limit": limit,
    }
    page = {"count": 1, "page_size": 100, "data": [party]}
    simulator.misbehave(Mishap(answer=Answer.of(page)))

    answer = open_financier().ask_eligibility(A_QUOTE, debtor_registration=COVERED, key="k")
    assert answer.credit_line.available == Money(left, "EUR")


@pytest.mark.parametrize("number", ["", "12345", "FR44732829320", "73282932x"])
def test_a_debtor_without_a_company_number_is_named_before_anything_is_sent(
    open_financier, simulator, number
):
    with pytest.raises(ConnectorInvalidError, match="debtor_registration is neither"):
        open_financier().ask_eligibility(A_QUOTE, debtor_registration=number, key="k")
    assert simulator.asked == []


def test_another_currency_is_refused(open_financier):
    pounds = replace(A_QUOTE, amount=Money(1, "GBP"))
    with pytest.raises(ConnectorInvalidError, match="currency is not EUR"):
        open_financier().ask_eligibility(pounds, debtor_registration=COVERED, key="k")


def test_what_is_handed_over_is_the_invoice_with_its_document(open_financier, simulator):
    receipt = submit(open_financier())

    bodies = [json.loads(asked.body) for asked in simulator.asked if asked.method == "POST"]
    invoice, loan = bodies
    assert invoice["document"] == "JVBERi0xLjcgRi0x"
    assert (invoice["net_amount"], invoice["total_amount"]) == (1000_00, 1200_00)
    assert invoice["due_at"] == "2026-04-01T00:00:00Z"
    assert loan == {
        "amount": 1200_00, "currency": "EUR",
        "borrower": {"identifier": "552100554", "identifier_type": "siren"},
        "invoice_ids": [next(iter(simulator.invoices))],
        "loan_to": {"account_number": "FR7630006000011234567890189"},
        "to_pay_at": "2026-03-02T00:00:00Z", "to_repay_at": "2026-04-01T00:00:00Z",
        "salt_id": "k-1", "metadata": {"dunning_key": "k-1"}, "auto_validate": False,
    }  # fmt: skip
    assert receipt.reference in simulator.loans


def test_every_call_was_judged_by_the_contract(open_financier, transport):
    financier = open_financier()
    financier.ask_eligibility(A_QUOTE, debtor_registration=COVERED, key="k")
    receipt = submit(financier)
    financier.loan(receipt.reference)

    assert [(method, path, status) for method, path, status in transport.judged][:-1] == [
        ("GET", "/counterparties", 200), ("POST", "/counterparties", 201),
        ("GET", "/invoices", 200), ("POST", "/invoices", 201), ("POST", "/loans", 201),
    ]  # fmt: skip


def test_a_loan_over_the_limit_is_a_refusal_with_defactos_reason(open_financier, simulator):
    simulator.limits[COVERED] = 100_00

    receipt = submit(open_financier())

    assert (receipt.status, receipt.retryable) == (ReceiptStatus.FAILED, False)
    assert "AMOUNT_SUPERIOR_TO_AVAILABLE_BALANCE" in receipt.detail


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"due_on": None}, "due_on"),
        ({"amount_due": Money(1200_00, "GBP")}, "currency"),
        ({"amount_due": Money(0, "EUR")}, "amount_due"),
        ({"amount_due": Money(200_000_01, "EUR")}, "amount_due"),
        ({"kind": InvoiceKind.CREDIT_NOTE}, "kind"),
        ({"creditor": replace(A_FINANCED_INVOICE.creditor, accounts=())}, "creditor.iban"),
        ({"debtor": Party(id="D", name="x")}, "debtor.registration"),
        ({"creditor": replace(A_FINANCED_INVOICE.creditor, registration="")},
         "creditor.registration"),
    ],
)  # fmt: skip
def test_what_defacto_would_refuse_is_named_before_anything_is_sent(
    open_financier, simulator, over, field
):
    with pytest.raises(ConnectorInvalidError) as why:
        submit(open_financier(), **over)
    assert list(why.value.fields) == [field]
    assert simulator.asked == []


def test_the_creditors_own_account_receives_where_the_invoice_names_none(open_financier, simulator):
    creditor = replace(A_FINANCED_INVOICE.creditor, accounts=())
    financier = open_financier(creditor=A_FINANCED_INVOICE.creditor)

    assert submit(financier, creditor=creditor).status is ReceiptStatus.SENT
    assert json.loads(simulator.asked[-1].body)["loan_to"]["account_number"].startswith("FR76")


def test_a_document_that_is_no_pdf_is_refused(open_financier):
    xml = replace(ITS_DOCUMENT, media_type="application/xml")
    with pytest.raises(ConnectorInvalidError, match="media_type is no PDF"):
        open_financier().submit(A_FINANCED_INVOICE, xml, key="k-1")


@pytest.mark.parametrize(
    "mishap",
    [
        fails(502, done=True).on("/invoices", "POST"),
        hangs_up(done=True).on("/invoices", "POST"),
        fails(504, done=True).on("/loans"),
        hangs_up(done=True).on("/loans"),
        fails(503).on("/loans"),
        too_many(1).on("/loans"),
        page_for_people().on("/loans"),
    ],
)
def test_an_answer_that_was_lost_finances_nothing_twice(
    open_financier, simulator, submissions, mishap
):
    simulator.misbehave(mishap)

    assert submit(open_financier()).status is ReceiptStatus.SENT
    assert (submissions(), len(simulator.invoices)) == (["F-1"], 1)


def test_an_invoice_that_did_not_arrive_is_left_unknown_and_sent_by_the_next_run(
    open_financier, simulator, submissions
):
    simulator.misbehave(fails(500).on("/invoices", "POST"))

    with pytest.raises(ConnectorTransientError) as why:
        submit(open_financier())
    assert (why.value.outcome_unknown, submissions()) == (True, [])

    assert submit(open_financier()).status is ReceiptStatus.SENT
    assert submissions() == ["F-1"]


def test_wrong_credentials_are_said_without_the_key(open_financier):
    with pytest.raises(ConnectorAuthError, match="Check DEFACTO_API_KEY") as why:
        open_financier(key="sk-wrong").ask_eligibility(
            A_QUOTE, debtor_registration=COVERED, key="k"
        )
    assert "sk-wrong" not in str(why.value)


def test_a_rate_limit_says_how_long(open_financier, simulator):
    simulator.misbehave(too_many(300))

    with pytest.raises(ConnectorRateLimitedError) as why:
        open_financier().loan("7d444840-9dc0-11d1-b245-5ffdce74fad2")
    assert why.value.retry_after == 300


@pytest.mark.parametrize(
    ("change", "field"),
    [({"status": 7}, "status"), ({"amount": "much"}, "amount"), ({"id": None}, "id")],
)
def test_drift_of_the_contract_names_the_field(simulator, change, field):
    # Without the contract as judge: it would refuse such a reply first.
    simulator.loans["L-1"] = {"id": "L-1", "status": "TO_REPAY", "amount": 1} | change
    financier = DefactoFinancier(
        site(simulator.url, KEY), creditor=None, financier_id="F", pay_on=date(2026, 3, 2)
    )

    with pytest.raises(ConnectorInvalidError, match="defacto: the loan is not as expected") as why:
        financier.loan("L-1")
    assert list(why.value.fields) == [field]


def test_calls_and_replies_satisfy_a_second_judge(open_financier, simulator):
    spec = shared_path("contracts/defacto/defacto-openapi-fixed.json")
    quick = RequestsTransport(connector="defacto", limits=TimeLimits(read=10))
    with prism(spec, simulator.url, quick) as through:
        financier = open_financier(transport=through)
        financier.ask_eligibility(A_QUOTE, debtor_registration=COVERED, key="k")
        financier.loan(submit(financier).reference)

    assert ("POST", "/loans") in through.judged


def test_the_judge_refuses_what_the_contract_forbids(simulator, transport):
    client = HttpClient(site(simulator.url, KEY), transport=transport)

    with pytest.raises(OpenAPIError):
        client.data(tell("POST", "/loans", {"borrower_id": "x"}))
    assert (transport.judged, simulator.asked) == ([], [])


def test_options_are_checked_and_the_key_is_not_one(tmp_path, monkeypatch):
    monkeypatch.delenv("DEFACTO_API_KEY", raising=False)
    with pytest.raises(ConfigError, match=r"Defacto's API key is missing: DEFACTO_API_KEY"):
        read({}, folder=tmp_path)
    with pytest.raises(ConfigError, match=r"\[financier\] api_key"):
        read({"api_key": "x"}, folder=tmp_path)
    monkeypatch.setenv("DEFACTO_API_KEY", KEY)

    options, where = read({"accept_offers": True}, folder=tmp_path)
    assert (options.accept_offers, where.base_url) == (True, "https://api.getdefacto.com")
    assert KEY not in repr(where)
