"""Qonto: the shared contracts, its own examples, and everything that goes wrong."""

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_transport import RequestsTransport, TimeLimits
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
from dunning_sdk.testing.loopback import Answer, Loopback, Mishap
from tests.contracts.connector_contract import (
    InvoiceSourceContract,
    MissingSourceContract,
    PaymentSourceContract,
)
from tests.contracts.judged import Judged, contract
from tests.contracts.sink_contract import KEY, DraftingSinkContract, drafted
from tests.shared import shared_path

from dunning_qonto import dunning_register_connectors
from dunning_qonto.invoices import QontoInvoices
from dunning_qonto.options import open_invoices, open_payments, open_sink, site
from dunning_qonto.payments import QontoInvoicePayments, QontoTransactions
from dunning_qonto.reader import Reader
from dunning_qonto.sink import QontoSink

CREDITOR = Party(id="C-1", name="Atelier Lumen SARL")
SECRET = "s3cr3t-9c01"  # noqa: S105 - it opens nothing
IBAN = "FR7630006000011234567890189"


def amount(cents):
    return {"value": f"{cents / 100:.2f}", "currency": "EUR"}


class Qonto:
    """An organisation: lists in pages of two, as its examples have them."""

    def __init__(self):
        self.client_invoices, self.credit_notes, self.transactions = [], [], []
        self.by_key = set()
        self.martin = {
            "id": "c-1", "type": "company", "name": "Boulangerie Martin SARL", "first_name": None,
            "last_name": None, "email": "compta@martin.example", "locale": "fr",
            "phone_number": "+33 612345678", "tax_identification_number": "732 829 320",
            "vat_number": "FR44732829320",
            "billing_address": {"street_address": "1 rue de la Paix", "city": "Paris",
                                "zip_code": "75002", "country_code": "FR"},
        }  # fmt: skip
        self.petit = {"id": "c-2", "type": "individual", "first_name": "Paul", "last_name": "Petit",
                      "email": "paul@petit.example"}  # fmt: skip

    def invoice(self, id, number, status="unpaid", **more):
        self.client_invoices.append({
            "id": id, "number": number, "status": status, "issue_date": "2026-02-01",
            "due_date": "2026-03-03", "currency": "EUR", "total_amount": amount(600_00),
            "total_amount_cents": 600_00, "vat_amount": amount(100_00), "vat_amount_cents": 100_00,
            "paid_at": None, "contact_email": None, "client": self.martin,
            "legal_fixed_compensation": "40 EUR", **more,
        })  # fmt: skip

    def credit_note(self, id, invoice, cents):
        self.credit_notes.append({
            "id": id, "invoice_id": invoice, "number": f"A-{id}", "issue_date": "2026-02-10",
            "currency": "EUR", "total_amount_cents": cents, "vat_amount_cents": cents // 6,
            "contact_email": None,
        })  # fmt: skip

    def transaction(self, id, cents, side="credit", **more):
        self.transactions.append({
            "id": id, "transaction_id": f"org-{id}", "amount": cents / 100, "amount_cents": cents,
            "currency": "EUR", "side": side, "status": "completed", "label": "BOULANGERIE MARTIN",
            "reference": "F-2", "settled_at": "2026-02-20T16:06:38.000Z",
            "operation_type": "income", "income": {"counterparty_account_number": IBAN}, **more,
        })  # fmt: skip

    def __call__(self, asked):
        is_link = asked.path.startswith("/files/")
        if not is_link and asked.headers.get("authorization") != f"org-login:{SECRET}":
            return Answer.of({"errors": [{"code": "unauthorized", "detail": "Invalid"}]}, 401)
        name = asked.path.removeprefix("/v2/").removeprefix("/")
        if asked.method == "POST" or "/" in name:
            return self._document(asked, *name.split("/"))
        listed = getattr(self, name)
        number, size = int(asked.query["current_page"]), int(asked.query["per_page"])
        more = len(listed) > number * size
        return Answer.of({
            name: listed[(number - 1) * size : number * size],
            "meta": {"current_page": number, "next_page": number + 1 if more else None,
                     "prev_page": None, "total_pages": 9, "total_count": len(listed),
                     "per_page": size},
        })  # fmt: skip

    def _document(self, asked, name, id="", verb=""):
        if name == "files":  # the link opens it by itself
            return Answer(body=b"%PDF-1.7 " + id.encode())
        if name == "attachments":
            host = asked.headers["host"]
            url = f"http://{host}/files/{id}?signature=a%2Fb"
            return Answer.of({"attachment": {"id": id, "url": url}})
        kept = getattr(self, name)
        if asked.method == "POST" and not id:
            self._made(name, asked)
        made = next((one for one in kept if one["id"] == id), kept[-1])
        if verb == "finalize":
            made |= {"status": "unpaid", "number": f"F-2026-{made['id']}"}
        return Answer.of({name.removesuffix("s"): made}, 200 if id else 201)

    def _made(self, name, asked):
        key, body = asked.headers["x-qonto-idempotency-key"], asked.data()
        if key in self.by_key:
            return
        self.by_key.add(key)
        cents = round(sum(
            100 * Decimal(one["unit_price"]["value"]) * (1 + Decimal(one["vat_rate"]))
            for one in body["items"]
        ))  # fmt: skip
        id = f"{name[0]}-{len(self.by_key) + 50}"
        if name == "credit_notes":
            self.credit_note(id, body["invoice_id"], cents)
            self.credit_notes[-1] |= {"reason": body["reason"], "attachment_id": f"pdf-{id}"}
        else:
            self.invoice(id, None, body["status"], total_amount_cents=cents,
                         purchase_order=body["purchase_order"], issue_date=body["issue_date"],
                         attachment_id=f"pdf-{id}")  # fmt: skip


@pytest.fixture
def qonto():
    qonto = Qonto()
    qonto.invoice("i-1", "F-1")
    qonto.invoice("i-2", "F-2", client=qonto.petit)
    qonto.invoice("i-3", "F-3", "paid", paid_at="2026-02-21T10:00:00.999Z")
    qonto.invoice("i-4", None, "draft")
    qonto.invoice("i-5", "F-5", "canceled")
    qonto.credit_note("n-1", "i-1", 60_00)
    qonto.credit_note("n-2", "i-3", 120_00)
    qonto.transaction("t-1", 600_00)
    qonto.transaction("t-2", 99_00, "debit")
    qonto.transaction("t-3", 50_00, status="pending", settled_at=None)
    return qonto


@pytest.fixture
def server(qonto):
    with Loopback(qonto) as server:
        yield server


@pytest.fixture
def open_reader(server):
    def opened(secret=SECRET, judge=None):
        quick = RequestsTransport(connector="qonto", limits=TimeLimits(read=2))
        return Reader(
            site(f"{server.url}/v2", "org-login", secret),
            transport=Judged(quick, judge) if judge else quick,
            timing=Timing(sleep=lambda _: None), page=2,
        )  # fmt: skip

    return opened


class TestInvoices(InvoiceSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, open_reader):
        return lambda: QontoInvoices(open_reader(), creditor=CREDITOR)

    @pytest.fixture
    def open_missing(self, open_reader):
        return lambda: QontoInvoices(open_reader("wrong"), creditor=CREDITOR)


class TestTransactions(PaymentSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, open_reader):
        return lambda: QontoTransactions(open_reader(), iban=IBAN)

    @pytest.fixture
    def open_missing(self, open_reader):
        return lambda: QontoTransactions(open_reader("wrong"), iban=IBAN)


class TestInvoicePayments(PaymentSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, open_reader):
        return lambda: QontoInvoicePayments(open_reader())

    @pytest.fixture
    def open_missing(self, open_reader):
        return lambda: QontoInvoicePayments(open_reader("wrong"))


@pytest.fixture
def invoices(open_reader):
    return lambda: QontoInvoices(open_reader(), creditor=CREDITOR).fetch()


# invoices ---------------------------------------------------------------------------------
def test_what_is_unpaid_is_brought(invoices):
    batch = invoices()

    assert batch.problems == ()
    found = {one.invoice.number: one.invoice for one in batch.records}
    assert list(found) == ["F-1", "F-2", "A-n-1", "A-n-2"]
    first = found["F-1"]
    assert first.debtor == Party(
        id="c-1", name="Boulangerie Martin SARL", country="FR", registration="732829320",
        vat_id="FR44732829320", language="fr",
        address=Address(
            lines=("1 rue de la Paix",), postal_code="75002", city="Paris", country="FR"
        ),
        contacts=(Contact(email="compta@martin.example", phone="+33612345678"),),
    )  # fmt: skip
    assert (first.issued_on, first.due_on, first.net_total, first.amount_due) == (
        date(2026, 2, 1), date(2026, 3, 3), Money(500_00, "EUR"), Money(600_00, "EUR"),
    )  # fmt: skip
    assert (found["F-2"].debtor.is_company, found["F-2"].debtor.name) == (False, "Paul Petit")


def test_a_credit_note_lowers_its_invoice_and_has_its_debtor(invoices):
    note = next(one.invoice for one in invoices().records if one.invoice.number == "A-n-1")

    assert (note.kind, note.preceding, note.amount_due, note.debtor.id) == (
        InvoiceKind.CREDIT_NOTE, "F-1", Money(60_00, "EUR"), "c-1",
    )  # fmt: skip


def test_a_credit_note_of_an_unknown_invoice_is_a_problem_of_its_own(invoices, qonto):
    qonto.credit_note("n-9", "i-99", 1_00)

    batch = invoices()
    assert len(batch.records) == 4
    assert ["invoice_id: is not in the list" in str(one) for one in batch.problems] == [True]


# payments ---------------------------------------------------------------------------------
def test_what_came_in_on_the_account_is_a_payment_to_reconcile(open_reader, server):
    batch = QontoTransactions(open_reader(), iban=IBAN, since=date(2026, 1, 1)).fetch()

    (paid,) = batch.records
    assert (paid.id, paid.amount, paid.received_on, paid.reference, paid.kind) == (
        "qonto:t-1", Money(600_00, "EUR"), date(2026, 2, 20), "F-2", PaymentKind.CREDIT_TRANSFER,
    )  # fmt: skip
    assert (paid.payer_name, paid.payer_iban, paid.account_iban) == (
        "BOULANGERIE MARTIN", IBAN, IBAN,
    )  # fmt: skip
    assert server.asked[0].query["settled_at_from"] == "2026-01-01T00:00:00.000Z"


def test_an_invoice_that_qonto_calls_paid_was_paid_but_for_its_credit_notes(open_reader):
    (paid,) = QontoInvoicePayments(open_reader()).fetch().records

    assert (paid.reference, paid.amount, paid.received_on) == (
        "F-3", Money(480_00, "EUR"), date(2026, 2, 21),
    )  # fmt: skip


def test_a_paid_invoice_without_its_day_is_a_problem(open_reader, qonto):
    qonto.client_invoices[2]["paid_at"] = None

    batch = QontoInvoicePayments(open_reader()).fetch()
    assert (batch.records, len(batch.problems)) == ((), 1)


@pytest.mark.parametrize(
    "wrong", [{}, {"meta": {"current_page": 1, "next_page": None}}, {"meta": None}]
)
def test_what_is_not_a_list_is_said(open_reader, server, wrong):
    server.misbehave(Mishap(answer=Answer.of(wrong)))

    with pytest.raises(ConnectorInvalidError, match="client_invoices"):
        open_reader().invoices([])


# issuing ----------------------------------------------------------------------------------
@pytest.fixture
def open_sink_at(server):
    def opened(judge=None):
        quick = RequestsTransport(connector="qonto", limits=TimeLimits(read=2))
        transport = Judged(quick, judge) if judge else quick
        timing = Timing(sleep=lambda _: None)
        where = site(f"{server.url}/v2", "org-login", SECRET)
        http = HttpClient(where, transport=transport, timing=timing)
        return QontoSink(http, iban=IBAN, transport=quick, timing=timing)

    return opened


@pytest.fixture
def sink(open_sink_at):
    return open_sink_at()


@pytest.fixture
def draft():
    debtor = Party(id="c-1", name="Boulangerie Martin SARL")
    return partial(drafted, creditor=CREDITOR, debtor=debtor)


class TestIssuing(DraftingSinkContract):
    @pytest.fixture
    def issued(self, qonto):
        before = {one["id"] for one in qonto.client_invoices + qonto.credit_notes}
        return lambda: [
            one["number"]
            for one in qonto.client_invoices + qonto.credit_notes
            if one["id"] not in before and one.get("status") != "draft"
        ]


def test_a_credit_note_names_what_it_lowers(sink, draft, qonto):
    note = draft(kind=InvoiceKind.CREDIT_NOTE, preceding="F-1", due_on=None)
    issued = sink.issue(note, key=KEY)

    assert (qonto.credit_notes[-1]["number"], qonto.credit_notes[-1]["invoice_id"]) == (
        issued.number, "i-1",
    )  # fmt: skip
    assert sink.issue(note, key=KEY) == issued


def test_a_document_is_found_again_after_the_key_is_forgotten(sink, draft, qonto):
    first = sink.issue(draft(), key=KEY)
    qonto.by_key.clear()  # keys end after half an hour

    assert sink.issue(draft(), key=KEY) == first


def test_an_unreadable_document_stops_the_issue(sink, draft, qonto):
    qonto.client_invoices[0]["status"] = 1

    with pytest.raises(ConnectorInvalidError, match="status"):
        sink.issue(draft(), key=KEY)
    assert qonto.by_key == set()


def test_a_document_without_its_pdf_is_asked_for_again(sink, draft, qonto):
    first = sink.issue(draft(), key=KEY)
    qonto.client_invoices[-1]["attachment_id"] = None

    with pytest.raises(ConnectorTransientError, match="its PDF is not there yet"):
        sink.issue(draft(), key=KEY)
    qonto.client_invoices[-1]["attachment_id"] = "pdf-c-51"
    assert sink.issue(draft(), key=KEY) == first


# the contract -----------------------------------------------------------------------------
def test_calls_are_as_the_contract_has_them(open_reader, qonto):
    qonto.credit_notes = []  # the stored contract does not know the list of credit notes
    judged = open_reader(judge=contract(shared_path("contracts/qonto/qonto-openapi.yml")))

    assert judged.invoices([])
    assert judged.transactions([], iban=IBAN, since=date(2026, 1, 1))


# options ----------------------------------------------------------------------------------
def test_options_are_checked_and_the_key_is_not_one(tmp_path, monkeypatch):
    monkeypatch.delenv("QONTO_SECRET_KEY", raising=False)
    with pytest.raises(ConfigError, match="login"):
        open_invoices({}, folder=tmp_path)
    with pytest.raises(ConfigError, match="QONTO_SECRET_KEY is not set"):
        open_invoices({"login": "org-login"}, folder=tmp_path)
    with pytest.raises(ConfigError, match="is not an IBAN"):
        open_payments({"login": "org-login", "iban": "FR76"}, folder=tmp_path)

    monkeypatch.setenv("QONTO_SECRET_KEY", SECRET)
    both = [open_payments({"login": "org-login", **more}, folder=tmp_path)
            for more in ({}, {"iban": IBAN})]  # fmt: skip
    with pytest.raises(ConfigError, match="iban"):
        open_sink({"login": "org-login"}, folder=tmp_path)
    assert open_sink({"login": "org-login", "iban": IBAN}, folder=tmp_path)
    assert [type(one) for one in both] == [QontoInvoicePayments, QontoTransactions]
    assert {(spec.capability, spec.name) for spec in dunning_register_connectors()} == {
        ("invoices", "qonto"), ("payments", "qonto"), ("sink", "qonto"),
    }  # fmt: skip
