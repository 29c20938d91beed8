"""Xero: the shared contracts, recorded replies whole, its OpenAPI as judge, and what goes wrong."""

import json
import re
from base64 import b64encode
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from urllib.parse import urlsplit

import pytest
from dunning_sdk.connectors.http_transport import RequestsTransport, TimeLimits
from dunning_sdk.connectors.payload import new_fields, read_payload
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.invoice import InvoiceKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, Contact, Party
from dunning_sdk.errors import (
    ConfigError,
    ConnectorInvalidError,
    ConnectorTransientError,
)
from dunning_sdk.testing.loopback import Answer, Loopback, Mishap, fails
from tests.contracts.connector_contract import (
    InvoiceSourceContract,
    MissingSourceContract,
    PaymentSourceContract,
)
from tests.contracts.judged import Judged, contract
from tests.contracts.prism import prism
from tests.contracts.sink_contract import KEY, RatedSinkContract, drafted
from tests.shared import shared_path

from dunning_xero import dunning_register_connectors
from dunning_xero.document import Booking
from dunning_xero.invoices import XeroInvoices
from dunning_xero.options import XeroOptions, client, open_reader, open_sink
from dunning_xero.party import party_of
from dunning_xero.payments import XeroPayments
from dunning_xero.reader import Reader
from dunning_xero.record import ContactRecord, CreditNoteRecord, InvoiceRecord
from dunning_xero.sink import XeroSink

CREDITOR = Party(id="C-1", name="Atelier Lumen SARL")


def uuid(n):
    return f"{n:08d}-0000-4000-8000-000000000000"


MARTIN, PETIT = uuid(91), uuid(92)
BOOKING = Booking(account="200", tax_types={Decimal(20): "OUTPUT2"})
SECRET = "s3cr3t-9c01"  # noqa: S105 - it opens nothing


def moment(day):
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return f"/Date({int(at.timestamp() * 1000)}+0000)/"


def document(number, amount="600.00", on=date(2026, 2, 1), **more):
    amount = float(amount)
    return {
        "Contact": {"ContactID": MARTIN, "Name": "Boulangerie Martin SARL"},
        "Date": moment(on), "CurrencyCode": "EUR", "Status": "AUTHORISED",
        "SubTotal": amount / 1.2, "TotalTax": amount - amount / 1.2, "Total": amount,
        "LineItems": [], **more, "Number": number,
    }  # fmt: skip


class Organisation:
    """An organisation in Xero: gives tokens, lists pages, keeps what it is told."""

    def __init__(self):
        self.tokens = 0
        self.invoices, self.notes = [], []
        self.contacts = [
            {"ContactID": MARTIN, "Name": "Boulangerie Martin SARL", "CompanyNumber": "732 829 320",
             "TaxNumber": "FR44732829320", "EmailAddress": "compta@martin.example",
             "FirstName": "Claire", "LastName": "Martin",
             "Addresses": [{"AddressType": "STREET", "AddressLine1": "elsewhere"},
                           {"AddressType": "POBOX", "AddressLine1": "1 rue de la Paix",
                            "City": "Paris", "PostalCode": "75002", "Country": "France"}],
             "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "6 12 34 56 78",
                         "PhoneCountryCode": "33"}]},
            {"ContactID": PETIT, "Name": "Paul Petit"},
        ]  # fmt: skip
        self.by_key = {}

    def add(self, kind, number, **more):
        listed = self.invoices if kind == "Invoice" else self.notes
        made = document(number, **more)
        made[f"{kind}Number"] = made.pop("Number")
        made[f"{kind}ID"] = uuid(len(self.invoices + self.notes))
        made["Type"] = "ACCREC" if kind == "Invoice" else "ACCRECCREDIT"
        listed.append(made)
        return made

    def __call__(self, asked):
        if asked.path == "/connect/token":
            return self._token(asked)
        if asked.headers.get("authorization") != f"Bearer token-{self.tokens}":
            return Answer.of({"Title": "Unauthorized", "Detail": "TokenExpired"}, 401)
        kind, *rest = asked.path.removeprefix("/api").strip("/").split("/")
        if asked.method == "PUT":
            key = asked.headers["idempotency-key"]
            if key not in self.by_key:
                self.by_key[key] = self._put(kind, rest, asked.data())
            return Answer.of(self.by_key[key])
        listed = {"Invoices": self.invoices, "CreditNotes": self.notes, "Contacts": self.contacts}
        if rest:
            return Answer(body=b"%PDF-1.7 " + rest[0].encode(),
                          headers={"Content-Type": "application/pdf"})  # fmt: skip
        return Answer.of(_page(kind, [one for one in listed[kind] if _fits(one, asked)], asked))

    def _token(self, asked):
        pair = b64encode(f"us:{SECRET}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {pair}":
            return Answer.of({"error": "invalid_client"}, 401)
        self.tokens += 1
        return Answer.of({"access_token": f"token-{self.tokens}", "expires_in": 1800})

    def _put(self, kind, rest, body):
        if rest:
            note = next(one for one in self.notes if one["CreditNoteID"] == rest[0])
            given = body["Allocations"][0]
            lowered = next(
                one for one in self.invoices if one["InvoiceID"] == given["Invoice"]["InvoiceID"]
            )
            named = {"Invoice": {"InvoiceNumber": lowered["InvoiceNumber"]}}
            note["Allocations"] = [given | named | {"Date": moment(date(2026, 2, 1))}]
            return {"Allocations": note["Allocations"]}
        asked = body[kind][0]
        name = kind.removesuffix("s")
        total = sum(line["LineAmount"] + line["TaxAmount"] for line in asked["LineItems"])
        prefix = "INV" if name == "Invoice" else "CN"
        made = self.add(name, f"{prefix}-{len(self.by_key) + 1}", amount=total)
        made["Reference"] = asked["Reference"]
        return {kind: [made]}


def _fits(one, asked):
    where = asked.query.get("where", "")
    said = re.search(r'Reference=="([^"]*)"', where)
    wanted = asked.query.get("InvoiceNumbers")
    issued = not asked.query.get("Statuses") or one["Status"] in asked.query["Statuses"].split(",")
    return (
        issued
        and (said is None or one.get("Reference") == said[1])
        and (wanted is None or one.get("InvoiceNumber") == wanted)
    )


def _page(kind, listed, asked):
    if "page" not in asked.query:
        return {kind: listed}
    number, size = int(asked.query["page"]), int(asked.query["pageSize"])
    pages = max(1, -(-len(listed) // size))
    place = {"page": number, "pageSize": size, "pageCount": pages, "itemCount": len(listed)}
    return {"pagination": place, kind: listed[(number - 1) * size : number * size]}


@pytest.fixture
def xero():
    xero = Organisation()
    first = xero.add("Invoice", "INV-1", DueDate=moment(date(2026, 3, 3)))
    paid = {
        "PaymentID": uuid(71),
        "Date": moment(date(2026, 2, 20)),
        "Amount": 200.0,
        "Reference": "VIR",
    }
    xero.add("Invoice", "INV-2", Payments=[paid])
    over = {"OverpaymentID": uuid(73), "Date": moment(date(2026, 2, 1)), "AppliedAmount": 100.0}
    xero.add("Invoice", "INV-3", Status="PAID", Overpayments=[over],
             Payments=[paid | {"PaymentID": uuid(72), "Amount": 500.0}])  # fmt: skip
    xero.add("Invoice", "INV-4", Status="DRAFT")
    given = {
        "Amount": 120.0,
        "Date": moment(date(2026, 2, 9)),
        "Invoice": {"InvoiceNumber": "INV-1"},
    }
    xero.add("CreditNote", "CN-1", amount="120.00", Allocations=[given])
    shared = [
        given | {"Amount": 40.0},
        given | {"Invoice": {"InvoiceNumber": "INV-2"}, "Amount": 60.0},
    ]
    xero.add("CreditNote", "CN-2", amount="120.00", Allocations=shared)
    xero.add("CreditNote", "CN-3", Allocations=[])
    assert first["InvoiceNumber"] == "INV-1"
    return xero


@pytest.fixture
def server(xero):
    with Loopback(xero) as server:
        yield server


class Apart:
    """Has calls of the accounting API judged; tokens are given by another system."""

    def __init__(self, quick, judged):
        self._quick, self._judged = quick, judged

    def send(self, call):
        is_api = urlsplit(call.url).path.startswith("/api/")
        return (self._judged if is_api else self._quick).send(call)


@pytest.fixture
def open_client(server):
    def opened(secret=SECRET, judge=None, through=None):
        options = XeroOptions(
            client_id="us", base_url=f"{server.url}/api", identity_url=server.url, tenant_id="t-1"
        )
        quick = RequestsTransport(connector="xero", limits=TimeLimits(read=2))
        judged = Judged(quick, judge, base="/api") if judge else through
        transport = Apart(quick, judged) if judged else quick
        timing = Timing(sleep=lambda _: None)
        return client(options, secret=secret, transport=transport, timing=timing)

    return opened


class TestInvoices(InvoiceSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, open_client):
        return lambda: XeroInvoices(Reader(open_client(), page=2), creditor=CREDITOR)

    @pytest.fixture
    def open_missing(self, open_client):
        return lambda: XeroInvoices(Reader(open_client("wrong")), creditor=CREDITOR)


class TestPayments(PaymentSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, open_client):
        return lambda: XeroPayments(Reader(open_client(), page=2))

    @pytest.fixture
    def open_missing(self, open_client):
        return lambda: XeroPayments(Reader(open_client("wrong")))


@pytest.fixture
def invoices(open_client):
    return lambda: XeroInvoices(Reader(open_client(), page=2), creditor=CREDITOR).fetch()


@pytest.fixture
def sink(open_client):
    return XeroSink(open_client(), booking=BOOKING)


# reading ----------------------------------------------------------------------------------
def test_what_is_approved_and_not_paid_is_brought(invoices):
    batch = invoices()

    assert batch.problems == ()
    assert [one.invoice.number for one in batch.records] == [
        "INV-1", "INV-2", "CN-1", "CN-2/INV-1", "CN-2/INV-2",
    ]  # fmt: skip
    first = batch.records[0].invoice
    assert first.debtor == Party(
        id=MARTIN, name="Boulangerie Martin SARL", country="FR", registration="732829320",
        vat_id="FR44732829320",
        address=Address(
            lines=("1 rue de la Paix",), postal_code="75002", city="Paris", country="FR"
        ),
        contacts=(
            Contact(name="Claire Martin", email="compta@martin.example", phone="+33612345678"),
        ),
    )  # fmt: skip
    assert (first.issued_on, first.due_on) == (date(2026, 2, 1), date(2026, 3, 3))
    assert (first.net_total, first.vat_total, first.amount_due) == (
        Money(500_00, "EUR"), Money(100_00, "EUR"), Money(600_00, "EUR"),
    )  # fmt: skip


def test_a_credit_note_lowers_what_it_is_allocated_to_by_what_is_allocated(invoices):
    notes = {
        one.invoice.number: one.invoice
        for one in invoices().records
        if one.invoice.kind is InvoiceKind.CREDIT_NOTE
    }

    assert {number: (note.preceding, note.amount_due) for number, note in notes.items()} == {
        "CN-1": ("INV-1", Money(120_00, "EUR")),
        "CN-2/INV-1": ("INV-1", Money(40_00, "EUR")),
        "CN-2/INV-2": ("INV-2", Money(60_00, "EUR")),
    }
    assert notes["CN-2/INV-1"].vat_total == Money(6_67, "EUR")


def test_payments_and_what_was_applied_from_before_name_their_invoices(open_client):
    batch = XeroPayments(Reader(open_client())).fetch()

    assert [(one.reference, one.amount) for one in batch.records] == [
        ("INV-2 VIR", Money(200_00, "EUR")),
        ("INV-3 VIR", Money(500_00, "EUR")),
        ("INV-3", Money(100_00, "EUR")),
    ]


def test_a_contact_that_is_not_listed_is_a_problem_of_its_invoice_alone(invoices, xero):
    xero.contacts = [one for one in xero.contacts if one["ContactID"] != MARTIN]

    batch = invoices()
    assert batch.records == ()
    assert "Contact: is not in the list" in str(batch.problems[0])


def test_older_invoices_can_be_left_out(open_client, server):
    Reader(open_client(), since=date(2026, 1, 31)).invoices([])

    assert server.asked[-1].query["where"] == 'Type=="ACCREC" AND Date>=DateTime(2026,1,31)'


def test_a_contact_without_numbers_is_a_consumer_and_a_number_needs_its_country():
    phones = [{"PhoneType": "MOBILE", "PhoneNumber": "612"}]
    told = {"ContactID": "x", "Name": "Paul", "Phones": phones}
    contact = read_payload(ContactRecord, told, connector="xero", what="contact")

    party = party_of(contact)
    assert (party.is_company, party.contacts, party.address) == (False, (), Address())


# issuing ----------------------------------------------------------------------------------
@pytest.fixture
def draft():
    debtor = Party(id=MARTIN, name="Boulangerie Martin SARL")
    return partial(drafted, creditor=CREDITOR, debtor=debtor)


class TestIssuing(RatedSinkContract):
    @pytest.fixture
    def issued(self, xero):
        before = len(xero.invoices)
        return lambda: [one["InvoiceNumber"] for one in xero.invoices[before:]]


def test_an_invoice_is_found_again_after_the_key_is_forgotten(sink, draft, xero):
    first = sink.issue(draft(), key=KEY)
    xero.by_key.clear()  # Xero forgets idempotency keys after a while

    assert sink.issue(draft(), key=KEY) == first
    assert [one.get("Reference") for one in xero.invoices if one.get("Reference")] == [
        f"Q-1 #{'a' * 16}"
    ]


def test_a_credit_note_that_was_not_allocated_yet_is_taken_up(sink, draft, server, xero):
    note = draft(kind=InvoiceKind.CREDIT_NOTE, preceding="INV-1")
    server.misbehave(*[fails(500).on("/api/CreditNotes/", "PUT")] * 3)
    with pytest.raises(ConnectorTransientError):
        sink.issue(note, key="b" * 64)
    issued = sink.issue(note, key="b" * 64)

    made = [one for one in xero.notes if one.get("Reference")]
    assert [one["CreditNoteNumber"] for one in made] == [issued.number]
    assert made[0]["Allocations"][0]["Invoice"] == {"InvoiceNumber": "INV-1"}


# the contract and recorded replies --------------------------------------------------------
def test_every_call_and_reply_is_as_the_contract_has_it(open_client, xero, draft):
    spec = contract(shared_path("contracts/xero/xero_accounting.yaml"))
    judged = open_client(judge=spec)

    assert XeroInvoices(Reader(judged, page=2), creditor=CREDITOR).fetch().records
    assert XeroPayments(Reader(judged)).fetch().records
    sink = XeroSink(judged, booking=BOOKING)
    sink.issue(draft(due_on=date(2026, 3, 3)), key="d" * 64)
    sink.issue(draft(kind=InvoiceKind.CREDIT_NOTE, preceding="INV-1"), key="e" * 64)


def test_calls_and_replies_satisfy_a_second_judge(open_client, server, draft):
    spec = shared_path("contracts/xero/xero_accounting.yaml")
    quick = RequestsTransport(connector="xero", limits=TimeLimits(read=10))
    with prism(spec, f"{server.url}/api", quick) as through:
        client = open_client(through=through)
        XeroInvoices(Reader(client, page=2), creditor=CREDITOR).fetch()
        XeroSink(client, booking=BOOKING).issue(draft(), key="f" * 64)

    assert {("GET", "/Contacts"), ("PUT", "/Invoices")} <= set(through.judged)


@pytest.mark.parametrize(
    ("file", "name", "model", "count"),
    [
        ("invoices", "Invoices", InvoiceRecord, 77),
        ("credit-notes", "CreditNotes", CreditNoteRecord, 14),
        ("contacts", "Contacts", ContactRecord, 63),
    ],
)
def test_recorded_replies_are_read_whole(file, name, model, count):
    path = shared_path(f"contracts/recorded-responses/xero/{file}.test.json")
    recorded = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    replies = recorded["api"]["get"][f"/api.xro/2.0/{name}"]
    reply = (replies[0] if isinstance(replies, list) else replies)["response"]
    found = [read_payload(model, one, connector="xero", what=name) for one in reply[name]]

    assert len(found) == count
    assert new_fields(found, connector="xero", what=name) == ()


def test_a_token_that_ends_between_two_pages_is_asked_for_anew(open_client, xero):
    reader = Reader(open_client(), page=1)
    whole = len(reader.invoices([]))
    xero.tokens += 1  # and the old one is taken back

    assert len(reader.invoices([])) == whole
    assert xero.tokens == 3


def test_a_list_that_never_ends_is_said(open_client, server):
    place = {"page": 1, "pageSize": 1, "pageCount": 9, "itemCount": 9}
    same = Mishap(answer=Answer.of({"pagination": place, "Invoices": []})).on("/api")
    server.misbehave(same, same)

    with pytest.raises(ConnectorInvalidError, match="cannot be read to its end"):
        Reader(open_client()).invoices([])


def test_a_field_that_is_new_is_told_and_breaks_nothing(invoices, xero):
    xero.invoices[0]["Mood"] = "good"

    assert ["Mood" in str(one) for one in invoices().remarks] == [True]


# options ----------------------------------------------------------------------------------
def test_options_are_checked_and_the_secret_is_not_one(tmp_path, monkeypatch):
    monkeypatch.delenv("XERO_CLIENT_SECRET", raising=False)
    issuing = {"client_id": "us", "account": "200", "tax_types": {"20": "OUTPUT2"}}

    with pytest.raises(ConfigError, match="client_id"):
        open_reader({}, folder=tmp_path, section="[x]")
    with pytest.raises(ConfigError, match="XERO_CLIENT_SECRET is not set"):
        open_reader({"client_id": "us"}, folder=tmp_path, section="[x]")
    with pytest.raises(ConfigError, match="account"):
        open_sink({"client_id": "us"}, folder=tmp_path, section="[sink]")
    monkeypatch.setenv("XERO_CLIENT_SECRET", SECRET)
    assert open_sink(issuing, folder=tmp_path, section="[sink]")
    assert {(spec.capability, spec.name) for spec in dunning_register_connectors()} == {
        ("invoices", "xero"), ("payments", "xero"), ("sink", "xero"),
    }  # fmt: skip
