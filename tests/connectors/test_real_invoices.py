"""Every sample invoice, against a table written by reading the files.

The files were read with a text editor and grep (the PDFs: their attachment, taken out with
pypdf); ABSENT marks what a document does not state.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dunning_sdk.connectors.einvoice_files import EInvoiceSource
from dunning_sdk.domain.invoice import InvoiceKind
from tests.contracts.connector_contract import InvoiceSourceContract
from tests.shared import shared_path

ABSENT = None

# file: number, issued, due, net, VAT, gross, prepaid, amount due, currency, accounts as stated
TABLE = {
    "en16931/cii/CII_business_example_01.xml": (
        "TOSL108", date(2013, 6, 30), date(2013, 7, 20),
        "1436.50", "365.28", "1801.78", "1000.00", "801.78", "NOK", ["NO9386011117947"],
    ),
    "en16931/cii/CII_example1.xml": (
        "12115118", date(2015, 1, 9), date(2015, 1, 9),
        "229.60", "20.73", "250.33", ABSENT, "250.33", "EUR", ["NL57RABO0107307510"],
    ),
    "en16931/cii/CII_example2.xml": (
        "TOSL108", date(2013, 6, 30), date(2013, 7, 20),
        "1436.50", "365.28", "1801.78", "1000.00", "801.78", "NOK", ["NO9386011117947"],
    ),
    "en16931/cii/CII_example3.xml": (
        "TOSL108", date(2013, 4, 10), date(2013, 5, 10),
        "900.00", "225.00", "1125.00", ABSENT, "1125.00", "DKK", ["DK1212341234123412"],
    ),
    "en16931/cii/CII_example4.xml": (
        "TOSL110", date(2013, 4, 10), date(2013, 5, 10),
        "4000.00", "675.00", "4675.00", ABSENT, "4675.00", "DKK", ["DK1212341234123412"],
    ),
    "en16931/cii/CII_example5.xml": (
        "TOSL110", date(2013, 4, 10), date(2013, 5, 10),
        "4000.00", "675.00", "4675.00", "2337.50", "2337.50", "DKK", ["DK1212341234123412", "A"],
    ),
    "en16931/ubl/guide-example1.xml": (
        "12115118", date(2015, 1, 9), date(2015, 1, 9),
        "229.60", "20.73", "250.33", ABSENT, "250.33", "EUR",
        ["NL57RABO0107307510", "NL03INGB0004489902"],
    ),
    "en16931/ubl/ubl-tc434-creditnote1.xml": (
        "018304 / 28865", date(2019, 9, 23), ABSENT,
        "100.11", "0.00", "100.11", ABSENT, "100.11", "EUR", ["BE91000000143476"],
    ),
    "en16931/ubl/ubl-tc434-example1.xml": (
        "12115118", date(2015, 1, 9), date(2015, 1, 9),
        "229.60", "20.73", "250.33", ABSENT, "250.33", "EUR",
        ["NL57RABO0107307510", "NL03INGB0004489902"],
    ),
    "en16931/ubl/ubl-tc434-example2.xml": (
        "TOSL108", date(2013, 6, 30), date(2013, 7, 20),
        "1436.50", "365.28", "1801.78", "1000.00", "801.78", "NOK", ["NO9386011117947"],
    ),
    "en16931/ubl/ubl-tc434-example3.xml": (
        "TOSL108", date(2013, 4, 10), date(2013, 5, 10),
        "1700.00", "305.00", "2005.00", ABSENT, "2005.00", "DKK", ["DK1212341234123412"],
    ),
    "en16931/ubl/ubl-tc434-example4.xml": (
        "TOSL110", date(2013, 4, 10), date(2013, 5, 10),
        "4000.00", "675.00", "4675.00", ABSENT, "4675.00", "DKK", ["DK1212341234123412"],
    ),
    # A direct debit: its one account is the payer's (BT-91), so none receives money.
    "en16931/ubl/ubl-tc434-example5.xml": (
        "TOSL110", date(2013, 4, 10), date(2013, 5, 10),
        "4000.00", "675.00", "4675.00", "2337.50", "2337.50", "DKK", [],
    ),
    "facturx/Facture_FR_BASIC.pdf": (
        "FA-2017-0010", date(2017, 11, 13), date(2017, 12, 13),
        "624.90", "46.25", "671.15", "201.00", "470.15", "EUR", ["FR2012421242124212421242124"],
    ),
    "facturx/Facture_FR_EN16931.pdf": (
        "FA-2017-0010", date(2017, 11, 13), date(2017, 12, 13),
        "624.90", "46.25", "671.15", "201.00", "470.15", "EUR", ["FR2012421242124212421242124"],
    ),
    "facturx/Facture_FR_MINIMUM.pdf": (
        "FA-2017-0010", date(2017, 11, 13), ABSENT,
        "624.90", "46.25", "671.15", ABSENT, "470.15", "EUR", [],
    ),
}  # fmt: skip

# file: debtor's id, debtor's name, payee's name, lines, VAT rates with taxable amounts
PARTIES = {
    "en16931/cii/CII_example1.xml": (
        "10202", "ODIN 59", ABSENT, 20, [("0.06", "183.23"), ("0.21", "46.37")],
    ),
    "en16931/cii/CII_example2.xml": (
        "3456789012098", "The Buyercompany", "Ebeneser Scrooge AS", 5,
        [("0.25", "1460.50"), ("0.15", "1.00"), ("0", "-25.00")],
    ),
    "en16931/ubl/ubl-tc434-creditnote1.xml": (
        "0000000295", "My Customer Company", ABSENT, 1, [("0", "100.11")],
    ),
    "en16931/ubl/ubl-tc434-example2.xml": (
        "3456789012098", "The Buyercompany", "Ebeneser Scrooge AS", 5,
        [("0.25", "1460.50"), ("0.15", "1.00"), ("0", "-25.00")],
    ),
    "en16931/ubl/ubl-tc434-example5.xml": (
        "5790000436057", "Buyercompany ltd", "Dagobert Duck", 3,
        [("0.25", "1500.00"), ("0.12", "2500.00")],
    ),
    "facturx/Facture_FR_EN16931.pdf": (
        "78787878400035", "Ma jolie boutique", ABSENT, 3, [("0.20", "81.90"), ("0.055", "543.00")],
    ),
    "facturx/Facture_FR_MINIMUM.pdf": (
        "78787878400035", "Ma jolie boutique", ABSENT, 0, [],
    ),
}  # fmt: skip


def read_one(name):
    batch = EInvoiceSource(shared_path(f"contracts/{name}")).fetch()

    assert batch.problems == ()
    (sourced,) = batch.records
    return sourced


class TestContract(InvoiceSourceContract):
    @pytest.fixture(params=["facturx", "en16931"])
    def open_source(self, request):
        folder = shared_path(f"contracts/{request.param}")
        return lambda: EInvoiceSource(folder, "**/*")


@pytest.mark.parametrize("name", TABLE)
def test_a_sample_says_what_was_read_in_it(name):
    invoice = read_one(name).invoice
    prepaid = invoice.prepaid and str(invoice.prepaid.major)
    totals = (invoice.net_total, invoice.vat_total, invoice.gross_total)

    assert TABLE[name] == (
        invoice.number,
        invoice.issued_on,
        invoice.due_on,
        *(str(total.major) for total in totals),
        prepaid,
        str(invoice.amount_due.major),
        invoice.currency,
        [account.iban for account in invoice.accounts],
    )


@pytest.mark.parametrize("name", PARTIES)
def test_a_sample_names_who_owes_and_whom_to_pay(name):
    invoice = read_one(name).invoice
    vat = [(subtotal.rate, str(subtotal.taxable.major)) for subtotal in invoice.vat]
    expected = PARTIES[name]

    assert expected[:4] == (
        invoice.debtor.id,
        invoice.debtor.name,
        invoice.payee and invoice.payee.name,
        len(invoice.lines),
    )
    assert [(Decimal(rate), taxable) for rate, taxable in expected[4]] == vat


def test_no_sample_is_left_out():
    root = shared_path("contracts/facturx").parent
    found = {
        path.relative_to(root).as_posix()
        for folder in ("facturx", "en16931")
        for path in (root / folder).rglob("*")
        if path.is_file()
    }

    assert found == set(TABLE)


def test_the_document_is_kept_as_received():
    pdf = read_one("facturx/Facture_FR_MINIMUM.pdf")
    xml = read_one("en16931/cii/CII_example1.xml")

    assert pdf.content == shared_path("contracts/facturx/Facture_FR_MINIMUM.pdf").read_bytes()
    assert (pdf.media_type, xml.media_type) == ("application/pdf", "application/xml")
    assert xml.origin == "CII_example1.xml"


def test_the_same_invoice_in_both_syntaxes_is_the_same():
    cii = read_one("en16931/cii/CII_example2.xml").invoice
    ubl = read_one("en16931/ubl/ubl-tc434-example2.xml").invoice

    def comparable(invoice):
        return replace(invoice, lines=(), payment_terms=" ".join(invoice.payment_terms.split()))

    assert comparable(cii) == comparable(ubl)


def test_a_credit_note_is_one():
    assert read_one("en16931/ubl/ubl-tc434-creditnote1.xml").invoice.kind is InvoiceKind.CREDIT_NOTE


def test_the_references_of_a_full_example_are_read():
    for name in ("cii/CII_example5.xml", "ubl/ubl-tc434-example5.xml"):
        invoice = read_one(f"en16931/{name}").invoice

        assert (
            invoice.preceding,
            invoice.order_reference,
            invoice.contract_reference,
            invoice.payment_reference,
            invoice.payment_terms,
            invoice.delivered_on,
            invoice.debtor.contacts[0].email,
            invoice.creditor.vat_id,
            invoice.debtor.address.lines,
        ) == (
            "TOSL109",
            "PO4711",
            "2013-05",
            "Payref1",
            "50% prepaid, 50% within one month",
            date(2013, 4, 15),
            "john.hansen@buyercompany.dk",
            "NL16356706",
            ("Anystreet, Building 1", "5th floor"),
        )
