"""Finom's exports: the sources' shared contract, and what a folder of exports can hold wrongly."""

from dataclasses import replace
from datetime import date

import pytest
from dunning_sdk.connectors.cii_write import cii_xml
from dunning_sdk.connectors.facturx_write import write_facturx
from dunning_sdk.domain.invoice import InvoiceKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Party
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import ConfigError, InputError
from dunning_sdk.installation.config import load_config
from dunning_sdk.store.opening import open_store
from tests.connectors.test_camt import a_detail, a_document, a_statement, an_entry
from tests.contracts.connector_contract import (
    InvoiceSourceContract,
    MissingSourceContract,
    PaymentSourceContract,
    check_problems,
)
from tests.en16931 import CREDITOR, the_story
from tests.shared import shared_path
from tests.toml import dunning_toml, source

import dunning_finom
from dunning_finom.invoices import FinomInvoices, is_same_party
from dunning_finom.options import PaymentOptions, mapping_of
from dunning_finom.payments import FinomPayments

F_1 = the_story(number="F-1", due_on=date(2026, 4, 1))
COLUMNS = {"received_on": "Date", "amount": "Amount", "reference": "Purpose", "payer_name": "Name"}
CSV = {"columns": COLUMNS, "negative": "skip", "complete_until": "latest-payment"}
HEAD = "Date;Amount;Purpose;Name\n"


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def put(folder, **files):
    for name, content in files.items():
        stem, _, suffix = name.rpartition("_")
        text = content.encode() if isinstance(content, str) else content
        (folder / f"{stem}.{suffix}").write_bytes(text)


def invoices(folder):
    return FinomInvoices(folder, creditor=CREDITOR)


def payments(folder, csv=None):
    mapping = mapping_of(PaymentOptions(path=".", csv=csv or {}), currency="EUR")
    return FinomPayments(folder, mapping=mapping)


def movements(*lines):
    return HEAD + "".join(f"{line}\n" for line in lines)


@pytest.fixture(scope="module")
def facturx():
    return write_facturx(F_1, language="fr").pdf


@pytest.fixture
def exported(folder, facturx):
    """A folder as it is exported: ours, an expense, and something else."""
    put(folder, a_pdf=facturx, b_xml=cii_xml(replace(F_1, number="F-2")), c_txt="notes")
    for name in ("cii/CII_example1.xml", "ubl/ubl-tc434-creditnote1.xml"):
        path = shared_path(f"contracts/en16931/{name}")
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


class TestInvoices(InvoiceSourceContract, MissingSourceContract):
    """The contract every source of invoices obeys, on a folder of exports."""

    @pytest.fixture
    def open_source(self, exported):
        return lambda: invoices(exported)

    @pytest.fixture
    def open_missing(self, folder):
        return lambda: invoices(folder / "none")


@pytest.fixture
def statements(folder):
    for name in ("camt053.v8.xml", "camt053.v2.multi.statement.xml", "camt053.v2.wrong.xml"):
        (folder / name).write_bytes(shared_path(f"contracts/camt/{name}").read_bytes())
    path = shared_path("contracts/mt940/jejik__generic.sta")
    (folder / path.name).write_bytes(path.read_bytes())
    return folder


class TestStatements(PaymentSourceContract, MissingSourceContract):
    """The contract every source of payments obeys, on statements of banks."""

    @pytest.fixture
    def open_source(self, statements):
        return lambda: payments(statements)

    @pytest.fixture
    def open_missing(self, folder):
        return lambda: payments(folder / "none")


class TestSheets(PaymentSourceContract):
    """The contract every source of payments obeys, on CSV exports that overlap."""

    @pytest.fixture
    def open_source(self, folder):
        first = movements("2026-03-02;100.00;F-1;A", "2026-03-03;-5.00;fee;B", "2026-03;1;x;C")
        put(folder, a_csv=first, b_CSV=movements("2026-03-02;100.00;F-1;A", "2026-03-05;7;F-2;D"))
        return lambda: payments(folder, CSV)


# invoices ---------------------------------------------------------------------------------
def test_ours_are_read_and_those_of_others_are_counted(exported):
    batch = invoices(exported).fetch()

    assert [(one.invoice.number, one.origin, one.media_type) for one in batch.records] == [
        ("F-1", "finom:a.pdf", "application/pdf"), ("F-2", "finom:b.xml", "application/xml"),
    ]  # fmt: skip
    assert [problem.source for problem in batch.problems] == ["finom:c.txt"]
    (remark,) = batch.remarks
    assert (remark.source, remark.field, "in 2 documents" in str(remark)) == (
        "finom", "creditor", True,
    )  # fmt: skip
    check_problems((*batch.problems, *batch.remarks))


def test_a_document_exported_twice_is_one_and_its_pdf_is_kept(folder, facturx):
    put(folder, a_xml=cii_xml(F_1), b_pdf=facturx, c_xml=cii_xml(F_1))

    (one,) = invoices(folder).fetch().records
    assert (one.origin, one.content) == ("finom:b.pdf", facturx)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"due_on": date(2026, 5, 1)}, "due_on"),
        ({"debtor": Party(id="D", name="Another SARL", country="FR")}, "debtor"),
    ],
)
def test_two_exports_that_differ_are_both_left_out(folder, change, field):
    other = replace(F_1, number="F-2")
    put(folder, a_xml=cii_xml(F_1), b_xml=cii_xml(replace(F_1, **change)), c_xml=cii_xml(other))

    batch = invoices(folder).fetch()
    assert [one.invoice.number for one in batch.records] == ["F-2"]
    (problem,) = batch.problems
    assert (problem.source, problem.field) == ("finom:b.xml", field)
    assert "finom:a.xml" in str(problem)


def test_a_credit_note_may_have_the_number_of_an_invoice(folder):
    credit = replace(F_1, kind=InvoiceKind.CREDIT_NOTE, due_on=None, preceding="F-0")
    put(folder, a_xml=cii_xml(F_1), b_xml=cii_xml(credit))

    assert len(invoices(folder).fetch().records) == 2


LUMEN = Party(id="C", name="Atelier Lumen", registration="732829320", vat_id="FR44732829320")


@pytest.mark.parametrize(
    ("stated", "same"),
    [
        ({"vat_id": "FR 44 732829320", "name": "x"}, True),
        ({"vat_id": "DE136695976", "registration": "732829320"}, False),
        ({"registration": "732 829 320 00074"}, True),
        ({"registration": "552100554"}, False),
        ({"name": " ATELIER  lumen"}, True),
        ({"name": "Atelier"}, False),
    ],
)
def test_a_party_is_told_by_its_numbers_first(stated, same):
    assert is_same_party(Party(**{"id": "x", "name": "", **stated}), LUMEN) is same


# payments ---------------------------------------------------------------------------------
def test_overlapping_exports_count_a_payment_once(folder):
    first = movements("2026-03-02;100.00;F-1;A", "2026-03-02;100.00;F-1;A")
    put(folder, march_csv=first, quarter_csv=movements("2026-03-02;100.00;F-1;A", "2026-04-01;7;;"))

    batch = payments(folder, CSV).fetch()
    assert [(one.received_on, one.amount.minor) for one in batch.records] == [
        (date(2026, 3, 2), 10000), (date(2026, 3, 2), 10000), (date(2026, 4, 1), 700),
    ]  # fmt: skip
    assert batch.complete_until == date(2026, 4, 1)


def test_csv_beside_statements_is_not_counted_twice(folder):
    paid = an_entry(a_detail(text="F-1"))
    put(folder, a_xml=a_document(a_statement(paid)), b_csv=movements("2026-03-02;100.00;F-1;A"))

    batch = payments(folder, CSV).fetch()
    assert [one.amount for one in batch.records] == [Money(100_00, "EUR")]
    assert [problem.source for problem in batch.problems] == ["finom:b.csv"]
    assert batch.complete_until is None


def test_csv_that_nobody_declared_says_what_to_do(folder):
    put(folder, a_csv=movements())

    (problem,) = payments(folder).fetch().problems
    assert (problem.source, "[sources.payments.csv]" in problem.hint) == ("finom:a.csv", True)


def test_statements_are_as_whole_as_their_files(folder):
    put(folder, a_xml=a_document(a_statement(an_entry(a_detail()))))
    assert payments(folder).fetch().complete_until == date(2026, 3, 31)

    put(folder, b_xml="<html/>")
    batch = payments(folder).fetch()
    assert (batch.complete_until, len(batch.records)) == (None, 1)
    assert str(batch.problems[0]).startswith("finom:b.xml")


def test_drift_of_an_export_names_the_column(folder):
    more = "Date;Amount;Purpose;Name;Category\n2026-03-02;100.00;F-1;A;x\n"
    put(folder, a_csv=more)
    assert len(payments(folder, CSV).fetch().records) == 1

    put(folder, a_csv="Date;Betrag;Purpose;Name\n2026-03-02;100.00;F-1;A\n")
    with pytest.raises(ConfigError, match=r"finom:a.csv: the header has no column 'Amount'"):
        payments(folder, CSV).fetch()

    put(folder, a_csv=movements("2026-03-02;much;F-1;A"))
    (problem,) = payments(folder, CSV).fetch().problems
    assert (type(problem), problem.source, problem.line, problem.field) == (
        InputError, "finom:a.csv", 2, "Amount",
    )  # fmt: skip


def test_a_file_that_cannot_be_read_is_one_problem(folder, monkeypatch):
    put(folder, a_xml=b"x" * 9, b_csv=b"x" * 9)
    monkeypatch.setattr("dunning_sdk.connectors.local_file.read_bytes.__kwdefaults__",
                        {"size_max": 8})  # fmt: skip

    for opened in (invoices(folder), payments(folder)):
        problems = opened.fetch().problems
        assert [problem.source for problem in problems] == ["finom:a.xml", "finom:b.csv"]
        check_problems(problems)


# the whole --------------------------------------------------------------------------------
CONFIG = dunning_toml(
    source("invoices", "finom", path="invoices"),
    source("payments", "finom", path="statements"),
    tenant="finom",
    book="friendly",
    language="fr",
)


def opened(folder, config=CONFIG):
    (folder / "dunning.toml").write_text(config, encoding="utf-8")
    loaded = load_config(folder / "dunning.toml")
    store = open_store("memory://", tenant=loaded.tenant, secret="no secret here")  # noqa: S106
    return Engine(loaded, store, plugins=[dunning_finom])


def test_a_payment_on_the_statement_settles_the_exported_invoice(folder, facturx):
    for name in ("invoices", "statements"):
        (folder / name).mkdir()
    put(folder / "invoices", a_pdf=facturx, b_xml=cii_xml(replace(F_1, number="F-2")))
    amount = f"{F_1.amount_due.major:.2f}"
    paid = an_entry(a_detail(text="Reglement F-1", name=F_1.debtor.name), amount=amount)
    put(folder / "statements", march_xml=a_document(a_statement(paid)))

    with opened(folder) as engine:
        report = engine.pull(as_of=date(2026, 4, 2))
        late = date(2026, 4, 12)
        decided = [engine.decide(f"F-{n}", as_of=late).decision for n in (1, 2)]
    assert (report.opened, report.payments, report.allocated) == (2, 1, 1)
    assert decided[0].reasons == ("paid",)
    assert decided[1].reasons != ("paid",)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (CONFIG.replace('path = "invoices"', 'paths = "x"'), r"\[\[sources.invoices\]\] path"),
        (CONFIG + "[sources.payments.csv]\ncolumn = 1\n", r"\[sources.payments.csv\]"),
        (CONFIG + "[sources.payments.csv]\ncolumns = 1\n", r"\[sources.payments.csv\]: columns"),
    ],
)
def test_options_are_checked(folder, config, said):
    (folder / "invoices").mkdir()
    with opened(folder, config) as engine, pytest.raises(ConfigError, match=said):
        engine.pull(as_of=date(2026, 4, 2))
