"""A real Tryton: the shared contracts, every kind of document, and everything that goes wrong."""

import json
from dataclasses import replace
from datetime import date

import pytest
from dunning_sdk.connectors.http_transport import HttpReply, RequestsTransport, TimeLimits
from dunning_sdk.connectors.options import creditor_of
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.invoice import InvoiceKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, Contact, Party
from dunning_sdk.domain.payment import PaymentKind
from dunning_sdk.errors import (
    ConfigError,
    ConnectorAuthError,
    ConnectorError,
    ConnectorInvalidError,
    ConnectorTransientError,
)
from tests.contracts.connector_contract import (
    InvoiceSourceContract,
    MissingSourceContract,
    PaymentSourceContract,
)

from dunning_tryton import dunning_hear_event, dunning_register_connectors
from dunning_tryton.invoices import TrytonInvoices
from dunning_tryton.notes import TrytonNotes
from dunning_tryton.options import open_reader, site
from dunning_tryton.payments import TrytonPayments
from dunning_tryton.reader import Reader

CREDITOR = Party(id="C-1", name="Atelier Lumen SARL")
ISSUED, DUE = date(2026, 1, 15), date(2026, 2, 14)
DATABASE = "books"


@pytest.fixture(scope="module")
def books(tryton):
    """Post one document of each kind; return each by what it is."""
    martin = tryton.do(
        "party", name="Boulangerie Martin SARL", email="compta@martin.example",
        phone="+33 6 12 34 56 78", number="732 829 320", lines=["1 rue de la Paix", "Bât. B"],
        postal_code="75002", city="Paris",
    )  # fmt: skip
    tryton.do("party", name="Paul Petit")

    def invoice(party="Boulangerie Martin SARL", terms=(30,), currency="EUR", issued=ISSUED):
        return tryton.do("invoice", party=party, issued=issued.isoformat(), amount="600.00",
                         terms=terms, currency=currency)  # fmt: skip

    kinds = {
        "open": invoice(),
        "part paid": invoice(),
        "paid": invoice(),
        "credited": invoice(),
        "cancelled": invoice(),
        "dollars": invoice(currency="USD"),
        "instalments": invoice(terms=(30, 60)),
        "consumer": invoice(party="Paul Petit"),
    }
    tryton.do("pay", id=kinds["part paid"]["id"], on="2026-02-01", amount="200.00")
    tryton.do("pay", id=kinds["paid"]["id"], on="2026-02-03", amount="600.00")
    tryton.do("credit", id=kinds["credited"]["id"], on="2026-02-10")
    tryton.do("cancel", id=kinds["cancelled"]["id"])
    return {name: made["number"] for name, made in kinds.items()} | {"martin": martin}


class Between:
    """Stands between us and Tryton; the next replies meet what it is told, one each."""

    def __init__(self):
        self._inner = RequestsTransport(connector="tryton", limits=TimeLimits(read=20))
        self.mishaps = []

    def send(self, call):
        mishap = self.mishaps.pop(0) if self.mishaps else None
        if isinstance(mishap, HttpReply):
            return mishap
        reply = self._inner.send(call)
        return mishap(reply) if mishap else reply


def failing(status, body=b"<html>We will be back</html>", kind="text/html", **headers):
    return HttpReply(status=status, headers={"content-type": kind, **headers}, body=body)


def right(reply):
    return reply


def drifted(**fields):
    """Return a mishap that changes fields of the first record of a page."""

    def changed(reply):
        first, *others = json.loads(reply.body)
        return replace(reply, body=json.dumps([first | fields, *others]).encode())

    return changed


@pytest.fixture
def between():
    return Between()


@pytest.fixture
def open_reader_at(tryton, between, books):
    def opened(key=None, **over):
        where = site(tryton.url, DATABASE, key or tryton.key)
        over = {"page": 3, "since": ISSUED, **over}
        return Reader(where, transport=between, timing=Timing(sleep=lambda _: None), **over)

    return opened


class TestInvoices(InvoiceSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, open_reader_at):
        return lambda: TrytonInvoices(open_reader_at(), creditor=CREDITOR)

    @pytest.fixture
    def open_missing(self, open_reader_at):
        return lambda: TrytonInvoices(open_reader_at("wrong"), creditor=CREDITOR)


class TestPayments(PaymentSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, open_reader_at):
        return lambda: TrytonPayments(open_reader_at())

    @pytest.fixture
    def open_missing(self, open_reader_at):
        return lambda: TrytonPayments(open_reader_at("wrong"))


@pytest.fixture
def invoices(open_reader_at):
    return lambda **over: TrytonInvoices(open_reader_at(**over), creditor=CREDITOR).fetch()


@pytest.fixture
def payments(open_reader_at):
    return lambda: TrytonPayments(open_reader_at()).fetch()


def by_number(batch):
    return {one.invoice.number: one.invoice for one in batch.records}


# invoices ---------------------------------------------------------------------------------
def test_what_is_posted_and_not_paid_is_brought(invoices, books):
    found = by_number(invoices())

    assert {books[name] for name in ("open", "part paid", "dollars", "consumer")} <= set(found)
    assert not {books[name] for name in ("paid", "credited", "instalments")} & set(found)
    invoice = found[books["open"]]
    assert invoice.debtor == Party(
        id=str(books["martin"]), name="Boulangerie Martin SARL", registration="732829320",
        address=Address(
            lines=("1 rue de la Paix", "Bât. B"), postal_code="75002", city="Paris"
        ),
        contacts=(Contact(email="compta@martin.example", phone="+33612345678"),),
    )  # fmt: skip
    assert (invoice.issued_on, invoice.due_on, invoice.amount_due) == (
        ISSUED, DUE, Money(600_00, "EUR"),
    )  # fmt: skip
    assert invoice.payment_reference.startswith("RF")
    assert found[books["dollars"]].amount_due == Money(600_00, "USD")


def test_a_party_without_a_number_of_a_register_is_a_consumer(invoices, books):
    assert not by_number(invoices())[books["consumer"]].debtor.is_company


def test_a_credit_note_names_the_invoice_it_lowers(invoices, books):
    notes = [one for one in by_number(invoices()).values() if one.kind is InvoiceKind.CREDIT_NOTE]
    lowered = {note.preceding: note for note in notes}

    assert set(lowered) == {books["credited"], books["cancelled"]}
    assert lowered[books["credited"]].amount_due == Money(600_00, "EUR")


def test_what_was_cancelled_without_a_credit_note_is_taken_back_all_the_same(invoices, books):
    notes = [one for one in by_number(invoices()).values() if one.preceding == books["cancelled"]]

    assert [note.number.split("/")[0] for note in notes] == [books["cancelled"]]


def test_instalments_are_left_to_a_person(invoices):
    assert [str(one).split(": ", 1)[1] for one in invoices().problems] == [
        "lines_to_pay: is due in 2 instalments — Chase it there, or make one invoice for each"
        " instalment"
    ]


def test_older_invoices_and_other_companies_can_be_left_out(invoices):
    assert invoices(since=date(2026, 12, 1)).records == ()
    assert invoices(company=4711).records == ()


# payments ---------------------------------------------------------------------------------
def test_every_payment_names_its_invoice_and_credit_notes_are_none(payments, books):
    batch = payments()

    assert batch.problems == ()
    assert [
        (one.reference, one.received_on, one.amount, one.kind) for one in batch.records
    ] == [
        (books["part paid"], date(2026, 2, 1), Money(200_00, "EUR"), PaymentKind.OTHER),
        (books["paid"], date(2026, 2, 3), Money(600_00, "EUR"), PaymentKind.OTHER),
    ]  # fmt: skip
    assert all(one.structured_reference.startswith("RF") for one in batch.records)


# what goes wrong --------------------------------------------------------------------------
def test_a_key_that_is_refused_is_said(invoices):
    with pytest.raises(ConnectorAuthError, match="401") as refused:
        invoices(key="wrong")
    assert "TRYTON_KEY" in refused.value.hint


def test_a_key_that_expires_between_two_pages_brings_nothing(invoices, between):
    between.mishaps = [right, failing(401)]

    with pytest.raises(ConnectorAuthError):
        invoices()


def test_a_database_that_is_not_there_is_said(tryton, between):
    where = site(tryton.url, "nobodys", tryton.key)
    reader = Reader(where, transport=between, timing=Timing(sleep=lambda _: None))

    with pytest.raises(ConnectorError, match="tryton: GET /rest/model/account"):
        reader.invoices([])


@pytest.mark.parametrize(
    "mishap", [failing(429, **{"retry-after": "1"}), failing(503), failing(200)]
)
def test_a_passing_failure_is_tried_again(invoices, between, mishap):
    between.mishaps = [mishap]

    assert invoices().records


def test_a_server_that_is_down_is_one_error(invoices, between):
    between.mishaps = [failing(503)] * 3

    with pytest.raises(ConnectorTransientError, match="tryton: GET /rest/model/account"):
        invoices()


def test_another_system_at_the_address_is_said(open_reader_at, between):
    between.mishaps = [failing(200, b'{"ok": true}', "application/json")]

    with pytest.raises(ConnectorInvalidError, match="did not return a list of records"):
        open_reader_at().invoices([])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", None),
        ("total_amount", {"__class__": "Decimal", "decimal": "much"}),
        ("invoice_date", {"__class__": "date", "year": 2026, "month": 2, "day": 31}),
        ("party", 7),
    ],
)
def test_a_record_that_drifted_is_named_and_the_others_stand(open_reader_at, between, field, value):
    whole, problems = len(open_reader_at().invoices([])), []
    between.mishaps = [drifted(**{field: value})]

    assert len(open_reader_at().invoices(problems)) == whole - 1
    assert [field in str(one) and one.source.startswith("tryton:") for one in problems] == [True]


# notes ------------------------------------------------------------------------------------
def act(number, status="sent", **header):
    header = {"is_notice": True, "status": status, "level": 2, "channel": "email", **header}
    data = {"stream": {"kind": "receivable", "id": number}, "on": "2026-03-12", "header": header}
    return {"type": "receivable.act-changed", "data": data}


@pytest.fixture
def notes(tryton, between):
    where = site(tryton.url, DATABASE, tryton.key)
    return TrytonNotes(where, transport=between, timing=Timing(sleep=lambda _: None))


def test_a_notice_that_left_is_one_note_on_its_invoice(tryton, notes, books):
    for _ in range(2):
        assert notes.hear("evt_1", act(books["open"]))
    assert notes.hear("evt_2", act(books["open"], "awaiting_posting", legal_effect=True))

    assert tryton.do("notes", number=books["open"]) == [
        "Reminder, level 2, sent by email on 2026-03-12 (evt_1)",
        "Formal notice to be posted by email on 2026-03-12 (evt_2)",
    ]


def test_what_is_worth_no_note_or_has_no_invoice_there_gets_none(tryton, notes, books):
    assert not notes.hear("evt_3", act(books["paid"], "planned"))
    assert not notes.hear("evt_4", act(books["paid"], is_notice=False))
    assert not notes.hear("evt_5", act("nobody's"))
    assert tryton.do("notes", number=books["paid"]) == []


def test_a_note_that_could_not_be_written_is_said(notes, between, books):
    between.mishaps = [right, right, failing(503)]

    with pytest.raises(ConnectorTransientError, match=r"POST /rest/model/ir\.note"):
        notes.hear("evt_6", act(books["dollars"]))
    assert notes.hear("evt_6", act(books["dollars"]))
    between.mishaps = [failing(200, b"{}", "application/json")]
    with pytest.raises(ConnectorInvalidError, match="a list of records of account"):
        notes.hear("evt_7", act(books["dollars"]))


def test_the_hook_writes_by_the_options_of_its_section(tryton, books, tmp_path, monkeypatch):
    monkeypatch.setenv("TRYTON_KEY", tryton.key)
    options = {"base_url": tryton.url, "database": DATABASE}
    dunning_hear_event(id="evt_8", event=act(books["consumer"]), options=options, folder=tmp_path)

    assert len(tryton.do("notes", number=books["consumer"])) == 1
    with pytest.raises(ConfigError, match="database"):
        dunning_hear_event(id="e", event=act("x"), options={"base_url": "x"}, folder=tmp_path)


# options ----------------------------------------------------------------------------------
def test_what_is_missing_in_the_configuration_is_said(tmp_path, monkeypatch):
    monkeypatch.delenv("TRYTON_KEY", raising=False)
    options = {"base_url": "https://erp.example", "database": "books"}

    with pytest.raises(ConfigError, match="database"):
        open_reader({"base_url": "https://erp.example"}, folder=tmp_path, section="[x]")
    with pytest.raises(ConfigError, match="TRYTON_KEY is not set"):
        open_reader(options, folder=tmp_path, section="[x]")
    with pytest.raises(ConfigError, match=r"\[parties.creditor\]"):
        creditor_of({}, source="Tryton")


def test_both_sources_are_registered():
    assert {(spec.capability, spec.name) for spec in dunning_register_connectors()} == {
        ("invoices", "tryton"), ("payments", "tryton"),
    }  # fmt: skip
