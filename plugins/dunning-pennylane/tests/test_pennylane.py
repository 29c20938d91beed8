"""Pennylane: the shared contracts, recorded replies whole, and everything that goes wrong."""

import json
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_transport import RequestsTransport, TimeLimits
from dunning_sdk.connectors.options import creditor_of
from dunning_sdk.connectors.payload import new_fields, read_payload
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.invoice import InvoiceKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, Contact, Party
from dunning_sdk.domain.payment import PaymentKind
from dunning_sdk.errors import (
    ConfigError,
    ConnectorInvalidError,
    ConnectorTransientError,
)
from dunning_sdk.testing.invoicing import InvoicingSimulator
from dunning_sdk.testing.loopback import Answer, Mishap, fails, hangs_up
from tests.contracts.connector_contract import (
    InvoiceSourceContract,
    MissingSourceContract,
    PaymentSourceContract,
)
from tests.contracts.judged import Judged, contract
from tests.contracts.prism import prism
from tests.contracts.sink_contract import (
    KEY,
    DraftingSinkContract,
    RatedSinkContract,
    drafted,
)
from tests.shared import shared_path

from dunning_pennylane import dunning_register_connectors
from dunning_pennylane.invoices import PennylaneInvoices
from dunning_pennylane.options import VAT_RATES, open_reader, open_sink, site
from dunning_pennylane.payments import PennylanePayments
from dunning_pennylane.reader import Reader
from dunning_pennylane.record import DebtorRecord, InvoiceRecord, TransactionRecord
from dunning_pennylane.sink import DocumentRecord, PennylaneSink

TOKEN = "tok-4f2a9c01"  # noqa: S105 - it opens nothing
CREDITOR = Party(id="C-1", name="Atelier Lumen SARL")


@pytest.fixture
def tool():
    with InvoicingSimulator(token=TOKEN, page_size=2) as tool:
        tool.add_debtor(
            1, name="Boulangerie Martin SARL", reg_no="732 829 320", vat_number="FR44732829320",
            emails=["compta@martin.example"], phone="+33612345678", recipient="Claire Martin",
        )  # fmt: skip
        tool.add_debtor(2, name="Paul Petit", customer_type="individual", reg_no=None)
        invoice = {"amount": "600.0", "issued": "2026-02-01", "due": "2026-03-03"}
        taxed = {"currency_amount_before_tax": "500.0", "currency_tax": "100.0"}
        tool.add_invoice(11, number="F-11", **invoice, **taxed)
        tool.add_invoice(12, number="F-12", **invoice, status="partially_paid",
                         remaining_amount_with_tax="400.0")  # fmt: skip
        tool.add_transaction(91, amount="200.0", on="2026-02-20", invoice=12, label="VIR MARTIN")
        tool.add_invoice(13, number="F-13", **invoice, status="paid", paid=True,
                         remaining_amount_with_tax="0.0")  # fmt: skip
        tool.add_invoice(14, number="", **invoice, status="draft", draft=True,
                         remaining_amount_with_tax=None)  # fmt: skip
        tool.add_invoice(15, number="A-1", amount="-120.0", issued="2026-02-10", due=None,
                         status="credit_note", credited_invoice={"id": 11, "url": ""})  # fmt: skip
        tool.add_invoice(16, number="F-16", **invoice, debtor=2)
        yield tool


@pytest.fixture
def open_reader_at(tool):
    def opened(token=TOKEN, *, judge=None, **over):
        quick = RequestsTransport(connector="pennylane", limits=TimeLimits(read=1))
        return Reader(
            site(tool.url, token),
            transport=Judged(quick, judge) if judge else quick,
            timing=Timing(sleep=lambda _: None),
            **over,
        )

    return opened


class TestInvoices(InvoiceSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, open_reader_at):
        return lambda: PennylaneInvoices(open_reader_at(), creditor=CREDITOR)

    @pytest.fixture
    def open_missing(self, open_reader_at):
        return lambda: PennylaneInvoices(open_reader_at("wrong"), creditor=CREDITOR)


class TestPayments(PaymentSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, open_reader_at):
        return lambda: PennylanePayments(open_reader_at())

    @pytest.fixture
    def open_missing(self, open_reader_at):
        return lambda: PennylanePayments(open_reader_at("wrong"))


@pytest.fixture
def invoices(open_reader_at):
    return lambda **over: PennylaneInvoices(open_reader_at(**over), creditor=CREDITOR).fetch()


@pytest.fixture
def payments(open_reader_at):
    return lambda: PennylanePayments(open_reader_at()).fetch()


def said(batch):
    return [str(problem) for problem in batch.problems]


# invoices ---------------------------------------------------------------------------------
def test_what_is_issued_and_not_settled_is_brought(invoices):
    batch = invoices()

    assert [one.invoice.number for one in batch.records] == ["F-11", "F-12", "A-1", "F-16"]
    assert batch.problems == ()
    first = batch.records[0]
    assert (first.origin, first.invoice.creditor) == ("pennylane:11", CREDITOR)
    assert first.invoice.debtor == Party(
        id="1", name="Boulangerie Martin SARL", country="FR", registration="732829320",
        vat_id="FR44732829320", language="fr",
        address=Address(
            lines=("1 rue de la Paix",), postal_code="75002", city="Paris", country="FR"
        ),
        contacts=(
            Contact(name="Claire Martin", email="compta@martin.example", phone="+33612345678"),
        ),
    )  # fmt: skip
    assert (first.invoice.issued_on, first.invoice.due_on, first.invoice.amount_due) == (
        date(2026, 2, 1), date(2026, 3, 3), Money(600_00, "EUR"),
    )  # fmt: skip
    assert (first.invoice.net_total, first.invoice.vat_total) == (
        Money(500_00, "EUR"), Money(100_00, "EUR"),
    )  # fmt: skip


def test_a_credit_note_names_the_invoice_it_lowers(invoices, tool):
    tool.add_invoice(8, number="A-2", amount="-1.0", issued="2026-02-11", due=None,
                     status="credit_note", credited_invoice={"id": 7, "url": ""})  # fmt: skip
    tool.add_invoice(9, number="A-3", amount="-1.0", issued="2026-02-11", due=None,
                     status="credit_note", credited_invoice={"id": 404, "url": ""})  # fmt: skip
    tool.add_invoice(7, number="F-7", amount="1.0", issued="2025-12-01", due=None)

    notes = {one.invoice.number: one.invoice for one in invoices(since=date(2026, 1, 1)).records}
    assert {number: notes[number].preceding for number in ("A-1", "A-2", "A-3")} == {
        "A-1": "F-11", "A-2": "F-7", "A-3": "",
    }  # fmt: skip
    note = notes["A-1"]
    assert (note.kind, note.amount_due, note.due_on) == (
        InvoiceKind.CREDIT_NOTE, Money(120_00, "EUR"), None,
    )  # fmt: skip


def test_a_person_is_no_company(invoices):
    debtor = invoices().records[-1].invoice.debtor

    assert (debtor.is_company, debtor.registration, debtor.name) == (False, "", "Paul Petit")


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"invoice_number": ""}, "pennylane:21: invoice_number: is issued and has no number"),
        ({"customer": None}, "pennylane:21: customer: is not in the list"),
        ({"customer": {"id": 99, "url": ""}}, "pennylane:21: customer: is not in the list"),
        ({"currency_amount": "1.005"}, "pennylane:21: currency_amount: "),
        ({"currency": "XXX1"}, "pennylane:21: currency_amount: "),
        ({"date": "soon"}, "pennylane:21: invoice 21 is not as expected: date: "),
        ({"paid": "no"}, "pennylane:21: invoice 21 is not as expected: paid: "),
    ],
)
def test_one_record_that_is_not_as_expected_is_one_problem(invoices, tool, over, why):
    tool.add_invoice(21, number="F-21", amount="1.0", issued="2026-02-12", due=None)
    tool.invoices[21] |= over

    batch = invoices()
    assert len(batch.records) == 4
    (problem,) = said(batch)
    assert problem.startswith(why)
    assert " — " in problem


def test_a_missing_field_is_named_and_a_new_one_breaks_nothing(invoices, tool):
    del tool.invoices[11]["deadline"]
    tool.invoices[12]["dunning_score"] = 7
    tool.customers[1]["mood"] = "good"

    batch = invoices()
    assert [one.invoice.number for one in batch.records] == ["F-12", "A-1", "F-16"]
    assert [problem.split(" — ")[0] for problem in said(batch)] == [
        "pennylane:11: invoice 11 is not as expected: deadline: Field required"
    ]
    assert [str(remark).split(" — ")[0] for remark in batch.remarks] == [
        "pennylane: dunning_score: is new in an invoice and is not read",
        "pennylane: mood: is new in a customer and is not read",
    ]


def test_what_was_put_away_or_cancelled_is_not_chased(invoices, tool):
    tool.invoices[11]["archived_at"] = "2026-02-15T09:00:00Z"
    tool.invoices[12]["status"] = "cancelled"

    assert [one.invoice.number for one in invoices().records] == ["A-1", "F-16"]


def test_every_call_is_as_the_third_partys_document_of_the_api_has_it(invoices):
    judge = contract(shared_path("contracts/pennylane/pennylane-openapi.yml"))

    assert len(invoices(judge=judge, since=date(2026, 1, 1)).records) == 4


# payments ---------------------------------------------------------------------------------
def test_a_matched_movement_is_a_payment_that_names_its_invoice(payments):
    (moved, by_hand) = payments().records

    assert (moved.id, moved.received_on, moved.amount, moved.reference) == (
        "pennylane:91", date(2026, 2, 20), Money(200_00, "EUR"), "F-12 VIR MARTIN",
    )  # fmt: skip
    assert (by_hand.id, by_hand.amount, by_hand.kind, by_hand.reference) == (
        "pennylane:invoice:13", Money(600_00, "EUR"), PaymentKind.OTHER, "F-13",
    )  # fmt: skip


def test_a_movement_of_two_invoices_is_one_payment_that_names_both(payments, tool):
    tool.transactions[91] |= {"amount": "800.0", "currency_amount": "800.0"}
    tool.matched[13] = [91]

    (payment,) = payments().records
    assert (payment.amount, payment.reference) == (Money(800_00, "EUR"), "F-12 F-13 VIR MARTIN")


def test_what_a_credit_note_settled_is_no_payment(payments, tool):
    tool.invoices[15]["credited_invoice"] = {"id": 13, "url": ""}

    by_hand = payments().records[-1]
    assert (by_hand.id, by_hand.amount) == ("pennylane:invoice:13", Money(480_00, "EUR"))


def test_money_that_went_out_is_no_payment(payments, tool):
    tool.add_transaction(92, amount="-50.0", on="2026-02-21", invoice=12, label="REMBOURSEMENT")

    ids = [payment.id for payment in payments().records]
    assert ids == ["pennylane:91", "pennylane:invoice:13"]


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"remaining_amount_with_tax": "300.0"}, "is paid in part, and by no movement"),
        ({"currency": "USD"}, "is paid in part, in USD"),
        ({"remaining_amount_with_tax": "0.005"}, "pennylane:12: payments: "),
    ],
)
def test_a_part_that_cannot_be_dated_is_for_a_person(payments, tool, over, why):
    tool.invoices[12] |= over

    batch = payments()
    (problem,) = said(batch)
    assert why in problem
    assert [payment.id for payment in batch.records] == ["pennylane:invoice:13"]


def test_another_currency_that_is_paid_is_one_payment(payments, tool):
    tool.invoices[13]["currency"] = "USD"

    assert payments().records[-1].amount == Money(600_00, "USD")


# issuing ----------------------------------------------------------------------------------
@pytest.fixture
def open_sink_at(tool):
    def opened(judge=None):
        quick = RequestsTransport(connector="pennylane", limits=TimeLimits(read=1))
        timing = Timing(sleep=lambda _: None)
        transport = Judged(quick, judge) if judge else quick
        http = HttpClient(site(tool.url, TOKEN), transport=transport, timing=timing)
        return PennylaneSink(http, vat_rates=VAT_RATES, transport=quick, timing=timing)

    return opened


@pytest.fixture
def sink(open_sink_at):
    return open_sink_at()


@pytest.fixture
def draft():
    debtor = Party(id="1", name="Boulangerie Martin SARL")
    return partial(drafted, creditor=CREDITOR, debtor=debtor)


class TestIssuing(DraftingSinkContract, RatedSinkContract):
    @pytest.fixture
    def issued(self, tool):
        before = set(tool.invoices)
        return lambda: [
            one["invoice_number"]
            for id, one in tool.invoices.items()
            if id not in before and not one["draft"]
        ]


def test_a_credit_note_names_what_it_lowers_and_is_negative_there(sink, draft, tool):
    issued = sink.issue(draft(kind=InvoiceKind.CREDIT_NOTE, preceding="F-11", due_on=None), key=KEY)

    made = tool.invoices[int(issued.reference)]
    assert (made["currency_amount"], made["credited_invoice"]["id"], made["status"]) == (
        "-600.000", 11, "credit_note",
    )  # fmt: skip


def test_a_draft_that_was_not_finalized_is_taken_up(sink, draft, tool):
    tool.misbehave(*[fails(500).on("/customer_invoices/", "PUT")] * 3)
    with pytest.raises(ConnectorTransientError):
        sink.issue(draft(), key=KEY)
    made = [one for one in tool.invoices.values() if one["external_reference"].startswith("Q-1")]

    assert [one["draft"] for one in made] == [True]
    assert sink.issue(draft(), key=KEY).reference == str(made[0]["id"])


def test_a_draft_whose_answer_was_lost_is_found_again(sink, draft, tool):
    tool.misbehave(hangs_up(done=True).on("/customer_invoices", "POST"))
    with pytest.raises(ConnectorTransientError) as why:
        sink.issue(draft(), key=KEY)
    sink.issue(draft(), key=KEY)

    ours = [one for one in tool.invoices.values() if one["external_reference"].startswith("Q-1")]
    assert why.value.outcome_unknown
    assert [one["draft"] for one in ours] == [False]


def test_a_pdf_that_is_not_there_yet_is_asked_for_again(sink, draft, tool):
    tool.prints = False
    with pytest.raises(ConnectorTransientError, match="its PDF is not there yet"):
        sink.issue(draft(), key=KEY)
    made = next(one for one in tool.invoices.values() if one["external_reference"][:3] == "Q-1")
    made["public_file_url"] = f"{tool.url}/public/{made['id']}.pdf"

    assert sink.issue(draft(), key=KEY).number == made["invoice_number"]


def test_a_debtor_that_is_not_pennylanes_is_refused(sink, draft):
    with pytest.raises(ConnectorInvalidError, match="has no id of Pennylane's"):
        sink.issue(draft(debtor=Party(id="D-1", name="Martin")), key=KEY)


def test_an_unreadable_document_of_that_day_stops_the_issue(sink, draft, tool):
    tool.invoices[11]["draft"] = "no"
    before = len(tool.invoices)

    with pytest.raises(ConnectorInvalidError, match="draft"):
        sink.issue(draft(), key=KEY)
    assert len(tool.invoices) == before


def test_calls_that_issue_are_as_the_third_partys_document_has_them(open_sink_at, draft):
    judge = contract(shared_path("contracts/pennylane/pennylane-openapi.yml"))

    assert open_sink_at(judge).issue(draft(), key=KEY).number
    note = draft(kind=InvoiceKind.CREDIT_NOTE, preceding="F-11", due_on=None)
    assert open_sink_at(judge).issue(note, key=KEY).number


def test_calls_that_issue_satisfy_a_second_judge(tool, draft):
    quick = RequestsTransport(connector="pennylane", limits=TimeLimits(read=10))
    spec = shared_path("contracts/pennylane/pennylane-openapi.yml")
    with prism(spec, tool.url, quick) as through:
        http = HttpClient(site(tool.url, TOKEN), transport=through)
        PennylaneSink(http, vat_rates=VAT_RATES, transport=quick).issue(draft(), key=KEY)

    assert ("POST", "/customer_invoices") in through.judged


def test_the_recorded_reply_to_a_draft_is_read_whole():
    path = shared_path("contracts/recorded-responses/pennylane/create-customer-invoice.test.json")
    recorded = json.loads(path.read_text(encoding="utf-8"))
    reply = recorded["api"]["post"]["/api/external/v2/customer_invoices"]["response"]
    found = read_payload(DocumentRecord, reply, connector="pennylane", what="the document")

    assert (found.id, found.draft, found.external_reference, found.currency_amount) == (
        25465420529664, True, "2SPAZCOI5F", Decimal("1200.0"),
    )  # fmt: skip


def test_a_cursor_that_turns_in_circles_brings_nothing(invoices, tool):
    tool.turns_in_circles = True

    with pytest.raises(ConnectorInvalidError, match="cannot be read to its end"):
        invoices()


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ({"items": [], "has_more": True, "next_cursor": None}, "next_cursor"),
        ({"items": [], "next_cursor": None}, "has_more"),
        ({"data": []}, "items"),
        ([], "record"),
        (None, "record"),
    ],
)
def test_a_page_that_is_not_as_expected_brings_nothing(invoices, tool, page, field):
    tool.misbehave(Mishap(answer=Answer.of(page)))

    with pytest.raises(ConnectorInvalidError) as why:
        invoices()
    assert field in why.value.fields


def test_the_declared_limit_is_kept(tool):
    seconds = [0.0]
    waits = []

    def sleep(wait):
        waits.append(wait)
        seconds[0] += wait

    timing = Timing(monotonic=lambda: seconds[0], sleep=sleep)
    reader = Reader(site(tool.url, TOKEN), timing=timing)
    for _ in range(26):
        reader.invoice(11)

    assert waits == [5.0]


# recorded replies -------------------------------------------------------------------------
def recorded(name):
    """Return the replies of Pennylane that a file of recordings holds."""
    text = shared_path(f"contracts/recorded-responses/pennylane/{name}.test.json").read_text(
        "utf-8"
    )
    for calls in json.loads(text, parse_float=Decimal)["api"].values():
        for reply in calls.values():
            yield reply["response"]


@pytest.mark.parametrize(
    ("name", "model", "count"),
    [
        ("list-customer-invoices", InvoiceRecord, 9),
        ("get-customer-invoice", InvoiceRecord, 1),
        ("list-customers", DebtorRecord, 11),
        ("get-customer", DebtorRecord, 1),
        ("get-transaction", TransactionRecord, 1),
    ],
)
def test_what_pennylane_really_answered_is_read_whole(name, model, count):
    replies = list(recorded(name))
    items = [item for reply in replies for item in reply.get("items", [reply])]
    records = [read_payload(model, item, connector="pennylane", what="x") for item in items]

    assert len(records) == count
    assert new_fields(records, connector="pennylane", what="record") == ()


def test_the_simulator_answers_as_pennylane_did(tool):
    kept = {"list-customer-invoices": tool.invoices[11], "get-customer": tool.customers[1],
            "get-transaction": tool.transactions[91]}  # fmt: skip
    for name, mine in kept.items():
        reply = next(recorded(name))
        item = reply.get("items", [reply])[0]
        assert mine.keys() == item.keys(), name


# configuration ----------------------------------------------------------------------------
def test_options_are_checked_and_the_token_is_not_one(tmp_path, monkeypatch):
    monkeypatch.delenv("PENNYLANE_TOKEN", raising=False)
    section = "[[sources.invoices]]"
    with pytest.raises(ConfigError, match="PENNYLANE_TOKEN is not set"):
        open_reader({}, folder=tmp_path, section=section)
    with pytest.raises(ConfigError, match=r"\[\[sources.invoices\]\] token"):
        open_reader({"token": "x"}, folder=tmp_path, section=section)
    (tmp_path / "token").write_text(TOKEN)
    options = {"secret_file": "token", "since": "2026-01-01"}
    assert open_reader(options, folder=tmp_path, section=section)
    with pytest.raises(ConfigError, match=r"\[sink\] since"):
        open_sink(options, folder=tmp_path, section="[sink]")
    issuing = {"secret_file": "token", "vat_rates": {"5.5": "FR_55"}}
    assert open_sink(issuing, folder=tmp_path, section="[sink]")

    with pytest.raises(ConfigError, match=r"need \[parties.creditor\]"):
        creditor_of({}, source="Pennylane")
    assert [(spec.capability, spec.name) for spec in dunning_register_connectors()] == [
        ("invoices", "pennylane"), ("payments", "pennylane"), ("sink", "pennylane"),
    ]  # fmt: skip
