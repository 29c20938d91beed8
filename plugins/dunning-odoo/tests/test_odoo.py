"""Odoo: the shared contracts against a small Odoo on this machine, and what goes wrong."""

import json
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
from dunning_sdk.errors import (
    ConfigError,
    ConnectorInvalidError,
    ConnectorTransientError,
)
from dunning_sdk.testing.loopback import (
    Answer,
    Loopback,
    Mishap,
    hangs_up,
)
from tests.contracts.connector_contract import (
    InvoiceSourceContract,
    MissingSourceContract,
    PaymentSourceContract,
)
from tests.contracts.sink_contract import (
    KEY,
    DraftingSinkContract,
    RatedSinkContract,
    drafted,
)
from tests.shared import shared_path

from dunning_odoo import dunning_register_connectors
from dunning_odoo.invoices import OdooInvoices
from dunning_odoo.options import open_reader, open_sink, site
from dunning_odoo.payments import OdooPayments
from dunning_odoo.reader import Reader
from dunning_odoo.record import MoveRecord, PartnerRecord
from dunning_odoo.sink import OdooSink

CREDITOR = Party(id="C-1", name="Atelier Lumen SARL")
SECRET = "key-4f2a9c01"  # noqa: S105 - it opens nothing
HOW = {
    "!=": lambda have, want: have != want,
    "=": lambda have, want: have == want,
    "in": lambda have, want: have in want,
    ">": lambda have, want: have > want,
    ">=": lambda have, want: have >= want,
}


class Odoo:
    """Tables, and ``search_read`` on them with the domains that are asked here."""

    def __init__(self):
        self.tables = {
            "account.move": {}, "res.partner": {}, "account.move.line": {},
            "account.partial.reconcile": {},
            "res.currency": {1: {"id": 1, "name": "EUR"}},
        }  # fmt: skip
        self.partner(7, name="Boulangerie Martin SARL", email="compta@martin.example",
                     phone="+33 6 12 34 56 78", vat="FR44732829320", company_registry="732 829 320",
                     street="1 rue de la Paix", zip="75002", city="Paris", country_code="FR",
                     lang="fr_FR")  # fmt: skip
        self.partner(8, name="Paul Petit", is_company=False, phone="0612345678")

    def partner(self, id, **fields):
        empty = dict.fromkeys(PartnerRecord.fields(), False)
        self.tables["res.partner"][id] = {
            **empty, "id": id, "active": True, "is_company": True, **fields,
        }  # fmt: skip

    def move(self, id, name, type="out_invoice", partner=7, due=("2026-03-03",), **fields):
        self.tables["account.move"][id] = {
            "id": id, "name": name, "move_type": type, "state": "posted", "company_id": 1,
            "payment_state": "not_paid", "invoice_date": "2026-02-01",
            "invoice_date_due": max(due, default=False), "currency_id": [1, "EUR"],
            "amount_untaxed": 500.0, "amount_tax": 100.0, "amount_total": 600.0,
            "partner_id": [partner, "someone"], "reversed_entry_id": False,
            "payment_reference": False, "ref": False, **fields,
        }  # fmt: skip
        for n, day in enumerate(due):
            self.item(id * 10 + n, id, date_maturity=day, display_type="payment_term")

    def item(self, id, move, date="2026-02-01", ref=False, date_maturity=False, display_type=False):
        of = self.tables["account.move"].get(move, {})
        self.tables["account.move.line"][id] = {
            "id": id, "move_id": [move, "an entry"], "move_type": of.get("move_type", "entry"),
            "date": date, "ref": ref, "date_maturity": date_maturity, "display_type": display_type,
        }  # fmt: skip

    def settle(self, id, debit, credit, amount):
        self.tables["account.partial.reconcile"][id] = {
            "id": id, "debit_move_id": [debit, "an item"], "credit_move_id": [credit, "an item"],
            "debit_amount_currency": amount,
        }  # fmt: skip

    def __call__(self, asked):
        if asked.path.startswith("/my/invoices/"):  # the link opens it by itself
            assert "authorization" not in asked.headers
            return Answer(body=b"%PDF-1.7 " + asked.path.encode())
        if asked.headers.get("authorization") != f"bearer {SECRET}":
            return Answer.of(
                {"name": "werkzeug.exceptions.Unauthorized", "message": "Invalid"}, 401
            )
        if asked.headers.get("x-odoo-database") != "books":
            return Answer.of({"message": "no such database"}, 404)
        _, kind, version, model, method = asked.path.split("/")
        assert (kind, version) == ("json", "2")
        body = asked.data()
        if method != "search_read":
            assert model == "account.move"
            return Answer.of(getattr(self, method)(**body))
        found = [
            one
            for one in sorted(self.tables[model].values(), key=lambda one: one["id"])
            if all(HOW[how](self._value(one, path), want) for path, how, want in body["domain"])
        ]
        return Answer.of(
            [{name: one[name] for name in body["fields"]} for one in found[: body["limit"]]]
        )

    def create(self, vals_list):
        (values,) = vals_list
        lines = [line for _, _, line in values.pop("invoice_line_ids")]
        assert [line["tax_ids"] for line in lines] == [[[6, 0, [12]]]] * len(lines)
        net = sum(line["price_unit"] * line["quantity"] for line in lines)
        id = max(self.tables["account.move"]) + 1
        currency = [values.pop("currency_id"), "EUR"]
        partner = values.pop("partner_id")
        kept = {"state": "draft", "currency_id": currency, "amount_untaxed": net,
                "amount_tax": net * 0.2, "amount_total": net * 1.2}  # fmt: skip
        self.move(id, False, values.pop("move_type"), partner, due=(), **kept, **values)
        return [id]

    def action_post(self, ids):
        for id in ids:
            move = self.tables["account.move"][id]
            prefix = "RINV" if move["move_type"] == "out_refund" else "INV"
            move |= {"state": "posted", "name": f"{prefix}/2026/{id:04d}"}
        return False

    def get_portal_url(self, ids, report_type, download):
        assert (report_type, download) == ("pdf", True)
        return f"/my/invoices/{ids[0]}?access_token=t&report_type=pdf&download=true"

    def _value(self, record, path):
        first, _, rest = path.partition(".")
        value = record[first]
        if not rest:
            return value
        model = "account.move" if first == "move_id" else "account.move.line"
        return self._value(self.tables[model][value[0]], rest)


@pytest.fixture
def odoo():
    odoo = Odoo()
    odoo.move(1, "INV/2026/1", payment_reference="INV/2026/1")
    odoo.move(2, "INV/2026/2", payment_state="partial")
    odoo.move(3, "INV/2026/3", payment_state="paid")
    odoo.move(4, "INV/2026/4", due=("2026-03-03", "2026-04-03"))
    odoo.move(5, "INV/2026/5", partner=8)
    odoo.move(6, "INV/2026/6", state="draft")
    odoo.move(7, "RINV/2026/1", "out_refund", due=(), reversed_entry_id=[1, "INV/2026/1 (x)"],
              amount_untaxed=50.0, amount_tax=10.0, amount_total=60.0)  # fmt: skip
    odoo.move(8, "RINV/2026/2", "out_refund", due=())
    odoo.item(91, 99, date="2026-02-20", ref="VIR MARTIN")
    odoo.item(92, 7)
    odoo.item(93, 8, date="2026-02-25")
    odoo.settle(1, 20, 91, 200.0)
    odoo.settle(2, 30, 91, 500.0)
    odoo.settle(3, 10, 92, 60.0)
    odoo.settle(4, 30, 93, 100.0)
    return odoo


@pytest.fixture
def server(odoo):
    with Loopback(odoo) as server:
        yield server


@pytest.fixture
def open_reader_at(server):
    def opened(key=SECRET, database="books", **over):
        quick = RequestsTransport(connector="odoo", limits=TimeLimits(read=2))
        over = {"page": 2, "transport": quick, **over}
        return Reader(site(server.url, database, key), timing=Timing(sleep=lambda _: None), **over)

    return opened


class TestInvoices(InvoiceSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, open_reader_at):
        return lambda: OdooInvoices(open_reader_at(), creditor=CREDITOR)

    @pytest.fixture
    def open_missing(self, open_reader_at):
        return lambda: OdooInvoices(open_reader_at("wrong"), creditor=CREDITOR)


class TestPayments(PaymentSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, open_reader_at):
        return lambda: OdooPayments(open_reader_at())

    @pytest.fixture
    def open_missing(self, open_reader_at):
        return lambda: OdooPayments(open_reader_at("wrong"))


@pytest.fixture
def invoices(open_reader_at):
    return lambda **over: OdooInvoices(open_reader_at(**over), creditor=CREDITOR).fetch()


# invoices ---------------------------------------------------------------------------------
def test_what_is_posted_and_not_settled_is_brought(invoices):
    batch = invoices()

    found = {one.invoice.number: one.invoice for one in batch.records}
    assert list(found) == ["INV/2026/1", "INV/2026/2", "INV/2026/5", "RINV/2026/1"]
    first = found["INV/2026/1"]
    assert first.debtor == Party(
        id="7", name="Boulangerie Martin SARL", country="FR", registration="732829320",
        vat_id="FR44732829320", language="fr",
        address=Address(
            lines=("1 rue de la Paix",), postal_code="75002", city="Paris", country="FR"
        ),
        contacts=(Contact(email="compta@martin.example", phone="+33612345678"),),
    )  # fmt: skip
    assert (first.issued_on, first.due_on, first.amount_due, first.payment_reference) == (
        date(2026, 2, 1), date(2026, 3, 3), Money(600_00, "EUR"), "INV/2026/1",
    )  # fmt: skip
    assert not found["INV/2026/5"].debtor.is_company
    note = found["RINV/2026/1"]
    assert (note.kind, note.preceding, note.amount_due) == (
        InvoiceKind.CREDIT_NOTE, "INV/2026/1", Money(60_00, "EUR"),
    )  # fmt: skip


def test_instalments_are_left_to_a_person(invoices):
    assert ["is due in 2 instalments" in str(one) for one in invoices().problems] == [True]


def test_older_invoices_and_other_companies_can_be_left_out(invoices):
    assert invoices(since=date(2026, 2, 2)).records == ()
    assert invoices(company=2).records == ()


def test_a_partner_that_may_not_be_read_is_a_problem_of_its_invoice_alone(invoices, odoo):
    del odoo.tables["res.partner"][8]

    batch = invoices()
    assert len(batch.records) == 3
    assert any("partner_id: cannot be read" in str(one) for one in batch.problems)


# payments ---------------------------------------------------------------------------------
def test_what_was_reconciled_settles_each_invoice_by_its_part(open_reader_at):
    batch = OdooPayments(open_reader_at()).fetch()

    assert batch.problems == ()
    assert [(one.reference, one.received_on, one.amount) for one in batch.records] == [
        ("INV/2026/2 VIR MARTIN", date(2026, 2, 20), Money(200_00, "EUR")),
        ("INV/2026/3 VIR MARTIN", date(2026, 2, 20), Money(500_00, "EUR")),
        ("INV/2026/3", date(2026, 2, 25), Money(100_00, "EUR")),  # a credit note made by hand
    ]


def test_an_item_that_may_not_be_read_is_a_problem_of_its_payment_alone(open_reader_at, odoo):
    del odoo.tables["account.move.line"][93]

    batch = OdooPayments(open_reader_at()).fetch()
    assert len(batch.records) == 2
    assert ["cannot be read on both sides" in str(one) for one in batch.problems] == [True]


def test_an_error_in_place_of_a_list_is_said(open_reader_at, server):
    server.misbehave(Mishap(answer=Answer.of({"jsonrpc": "2.0", "result": []})))

    with pytest.raises(ConnectorInvalidError, match="did not return a list of records"):
        open_reader_at().moves([])


# the contract and recorded replies --------------------------------------------------------
def test_calls_have_the_shape_of_a_recorded_one_and_its_records_ours(open_reader_at, server):
    path = shared_path("contracts/recorded-responses/odoo-api-key/invoices.test.json")
    recorded = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    (route,) = recorded["api"]["post"]
    exchange = recorded["api"]["post"][route]
    open_reader_at().moves([])
    ours = server.asked[-1]

    assert ours.path == route
    assert set(ours.data()) == set(exchange["request"]["data"])
    assert set(exchange["request"]["headers"]) <= set(ours.headers)
    known = set(MoveRecord.fields())
    for record in exchange["response"]:
        # Drafts have no number, which Odoo says as false; the fields both ask for are the same.
        assert (record["name"], record["partner_id"][0]) == (False, 9)
        assert {"id", "name", "move_type", "partner_id", "amount_total"} <= known & set(record)


# issuing ----------------------------------------------------------------------------------
@pytest.fixture
def sink(server):
    quick = RequestsTransport(connector="odoo", limits=TimeLimits(read=2))
    timing = Timing(sleep=lambda _: None)
    http = HttpClient(site(server.url, "books", SECRET), transport=quick, timing=timing)
    return OdooSink(http, taxes={Decimal(20): 12}, company=1, transport=quick, timing=timing)


@pytest.fixture
def draft():
    debtor = Party(id="7", name="Boulangerie Martin SARL")
    return partial(drafted, creditor=CREDITOR, debtor=debtor)


class TestIssuing(DraftingSinkContract, RatedSinkContract):
    @pytest.fixture
    def issued(self, odoo):
        before = set(odoo.tables["account.move"])
        return lambda: [
            one["name"]
            for id, one in odoo.tables["account.move"].items()
            if id not in before and one["state"] == "posted"
        ]


def test_a_credit_note_names_what_it_lowers(sink, draft, odoo):
    note = draft(kind=InvoiceKind.CREDIT_NOTE, preceding="INV/2026/1", due_on=None)
    issued = sink.issue(note, key=KEY)

    made = odoo.tables["account.move"][int(issued.reference)]
    assert (made["name"], made["move_type"], made["reversed_entry_id"]) == (
        issued.number, "out_refund", 1,
    )  # fmt: skip
    assert sink.issue(note, key=KEY) == issued


@pytest.mark.parametrize("method", ["create", "action_post"])
def test_what_may_have_worked_is_not_repeated_blindly_and_taken_up(
    sink, draft, odoo, server, method
):
    server.misbehave(hangs_up(done=True).on(f"/json/2/account.move/{method}"))
    with pytest.raises(ConnectorTransientError) as why:
        sink.issue(draft(), key=KEY)
    sink.issue(draft(), key=KEY)

    assert why.value.outcome_unknown
    made = [one for one in odoo.tables["account.move"].values() if one["ref"]]
    assert [one["state"] for one in made] == ["posted"]


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"debtor": Party(id="D-1", name="Martin")}, "has no id of Odoo's"),
        ({"currency": "USD"}, "currency USD is not active in Odoo"),
    ],
)
def test_what_odoo_does_not_know_is_named_and_nothing_is_made(sink, draft, odoo, over, why):
    before = len(odoo.tables["account.move"])
    if "currency" in over:
        amounts = {
            name: Money(minor, "USD")
            for name, minor in [("net_total", 500_00), ("vat_total", 100_00),
                                ("gross_total", 600_00), ("amount_due", 600_00)]
        }  # fmt: skip
        over = amounts
    with pytest.raises(ConnectorInvalidError, match=why):
        sink.issue(draft(**over), key=KEY)
    assert len(odoo.tables["account.move"]) == before


@pytest.mark.parametrize(
    ("method", "answer", "why"),
    [
        ("create", {"id": 1}, "did not return the id of one document"),
        ("get_portal_url", False, "did not return a path"),
        ("get_portal_url", "//elsewhere.example/x", "did not return a path"),
    ],
)
def test_a_method_that_answers_otherwise_is_named(sink, draft, server, method, answer, why):
    path = f"/json/2/account.move/{method}"
    server.misbehave(Mishap(answer=Answer.of(answer)).on(path))

    with pytest.raises(ConnectorInvalidError, match=why):
        sink.issue(draft(), key=KEY)


# options ----------------------------------------------------------------------------------
def test_options_are_checked_and_the_key_is_not_one(tmp_path, monkeypatch):
    monkeypatch.delenv("ODOO_API_KEY", raising=False)
    options = {"base_url": "https://books.odoo.example", "since": "2026-01-01"}

    with pytest.raises(ConfigError, match="base_url"):
        open_reader({}, folder=tmp_path, section="[x]")
    with pytest.raises(ConfigError, match="ODOO_API_KEY is not set"):
        open_reader(options, folder=tmp_path, section="[x]")
    monkeypatch.setenv("ODOO_API_KEY", SECRET)
    assert open_reader(options, folder=tmp_path, section="[x]")
    issuing = {"base_url": "https://books.odoo.example", "taxes": {"20": 12}}
    with pytest.raises(ConfigError, match="taxes"):
        open_sink({"base_url": "https://books.odoo.example"}, folder=tmp_path, section="[sink]")
    assert open_sink(issuing, folder=tmp_path, section="[sink]")
    assert {(spec.capability, spec.name) for spec in dunning_register_connectors()} == {
        ("invoices", "odoo"), ("payments", "odoo"), ("sink", "odoo"),
    }  # fmt: skip
