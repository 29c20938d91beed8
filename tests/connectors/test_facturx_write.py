"""The PDF is a Factur-X: the data attached as PDF/A-3 asks, and a page that says the same."""

import io
import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pikepdf
import pytest
from facturx import get_facturx_xml_from_pdf
from pypdf import PdfReader

from dunning_sdk.connectors import extra
from dunning_sdk.connectors.cii_write import cii_xml
from dunning_sdk.connectors.facturx_write import write_facturx
from dunning_sdk.connectors.invoice_page import page_of
from dunning_sdk.decisions.splitting import credit_and_split, split_invoice
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import BankAccount
from dunning_sdk.errors import ConfigError, ConnectorInvalidError
from tests.en16931 import DEBTOR, FINANCIER, a_line, an_unissued_invoice, the_story

AVAILABLE = Money(800_000, "EUR")
FINANCED = replace(
    split_invoice(the_story(), available=AVAILABLE, financier=FINANCIER).financed,
    number="F2026-0002",
)


@pytest.fixture(scope="module")
def written():
    return write_facturx(FINANCED)


def text_of(pdf: bytes) -> str:
    """Return the words of all pages, each blank of whatever width as one."""
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"\s+", " ", " ".join(pages))


def test_the_attached_data_is_the_written_xml(written):
    name, xml = get_facturx_xml_from_pdf(written.pdf, check_xsd=True)

    assert (name, xml) == ("factur-x.xml", written.xml)
    assert written.xml == cii_xml(FINANCED)


def test_the_pdf_has_the_structure_of_pdf_a_3(written):
    with pikepdf.open(io.BytesIO(written.pdf)) as pdf:
        (attached,) = pdf.Root.AF
        (intent,) = pdf.Root.OutputIntents
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]

        assert (str(attached.UF), attached.AFRelationship) == ("factur-x.xml", "/Alternative")
        assert attached.EF.F.Subtype == "/text/xml"
        assert pdf.Root.Names.EmbeddedFiles.Names[1] == attached
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.read_bytes()
        assert pdf.Root.MarkInfo.Marked
        assert "/Filter" not in pdf.Root.Metadata
        assert fonts
        for font in fonts:
            assert "/FontFile3" in font.DescendantFonts[0].FontDescriptor
        assert not pdf.is_encrypted


def test_the_metadata_names_the_profile(written):
    with pikepdf.open(io.BytesIO(written.pdf)) as pdf:
        metadata = pdf.open_metadata()
        fx = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"

        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")
        assert metadata[f"{fx}ConformanceLevel"] == "EN 16931"
        assert metadata[f"{fx}DocumentFileName"] == "factur-x.xml"
        assert metadata[f"{fx}DocumentType"] == "INVOICE"
        assert b"Factur-X PDFA Extension Schema" in pdf.Root.Metadata.read_bytes()


def test_the_page_shows_what_a_payer_needs(written):
    text = text_of(written.pdf)

    for words in (
        "FACTURE", "F2026-0002", "Net à payer 8 000,00 €", "À régler à Finance Prompte SAS",
        "FR14 2004 1010 0505 0001 3M02 606", "PSSTFRPPLIL", "1er avril 2026",
        "Conception du site (partie 1 sur 2)", "Total TTC 8 000,00 €", "SIREN 732829320",
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", ("INVOICE", "Amount due €8,000.00", "2 March 2026")),
        ("de", ("RECHNUNG", "Zahlbetrag 8.000,00 €", "2. März 2026", "Summe brutto", "20 %")),
    ],
)
def test_a_page_is_in_the_debtor_s_language_or_in_english(language, said):
    text = text_of(write_facturx(replace(FINANCED, debtor=replace(DEBTOR, language=language))).pdf)

    assert [words for words in said if words not in text] == []


def test_a_credit_note_asks_for_no_payment():
    issued = the_story(number="F2026-0001")
    note = credit_and_split(
        issued, issued_on=date(2026, 3, 9), available=AVAILABLE, financier=FINANCIER
    ).credit_note

    text = text_of(write_facturx(replace(note, number="A2026-0001")).pdf)

    assert "AVOIR" in text
    assert "Facture d’origine F2026-0001" in text
    assert "Montant de l’avoir 12 000,00 €" in text
    assert "IBAN" not in text
    assert "Règlement" not in text


def test_many_lines_run_over_several_pages_and_the_totals_stay_together():
    lines = [a_line(number, "10.00", name=f"Prestation {number}") for number in range(1, 81)]

    pdf = write_facturx(an_unissued_invoice(lines, number="F-1")).pdf

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) == 3
    assert all("Désignation" in page for page in pages)
    assert all(words in pages[-1] for words in ("Total HT", "Net à payer"))
    assert "Page 3/3" in re.sub(r"\s+", " ", pages[-1])


def test_texts_are_set_as_they_are_and_not_as_markup():
    name = '#panic("x") *a* $1^2$ <b> \\ @ref [link] "quote"'

    text = text_of(write_facturx(replace(FINANCED, note=name)).pdf)

    assert '#panic("x") *a* $1^2$ <b> \\ @ref [link]' in text


def test_what_does_not_fit_the_schema_is_refused():
    line = replace(a_line(1, "10.00"), quantity=Decimal("NaN"))
    invoice = an_unissued_invoice((line,), number="F-1")

    with pytest.raises(ConnectorInvalidError, match="are plain numbers"):
        write_facturx(invoice)


def test_a_character_without_a_glyph_is_refused_rather_than_left_blank():
    with pytest.raises(ConnectorInvalidError, match="no font has"):
        write_facturx(replace(FINANCED, note="請求書"))


@pytest.mark.parametrize(
    ("modules", "advice"),
    [({"facturx"}, r"dunning-sdk\[einvoice\]"), ({"typst"}, r"dunning-sdk\[letters\]")],
    ids=["einvoice", "letters"],
)
def test_a_missing_extra_is_named(monkeypatch, modules, advice):
    found = extra.find_spec
    monkeypatch.setattr(extra, "find_spec", lambda name: None if name in modules else found(name))

    with pytest.raises(ConfigError, match=advice):
        write_facturx(FINANCED)


def test_the_page_writes_prices_quantities_and_units_in_the_readers_way():
    line = replace(
        a_line(1, "0.62", name="Copies", quantity="12.50", unit="HUR"),
        unit_price=Decimal("0.0496"),
    )
    invoice = an_unissued_invoice((line,), number="F-1")

    french, english = (page_of(invoice, language=code)["lines"][0] for code in ("fr", "en"))

    assert french == ["Copies", "12,5\u00a0h", "0,0496\u00a0EUR", "20\u202f%", "0,62\u00a0€"]
    assert english == ["Copies", "12.5\u00a0h", "0.0496\u00a0EUR", "20%", "€0.62"]


def test_the_page_shows_what_was_prepaid_and_who_holds_the_account():
    account = BankAccount(iban="FR7630006000011234567890189", holder="Lumen Encaissement")
    invoice = the_story(number="F-1", prepaid=Money(100_000, "EUR"), accounts=(account,))

    page = page_of(invoice, language="fr")

    assert page["totals"][-1] == ["Déjà réglé", "-1\u202f000,00\u00a0€"]
    assert ["Titulaire du compte", "Lumen Encaissement"] in page["payment"]
    assert json.dumps(page)


def test_countries_are_shown_where_they_differ():
    abroad = replace(
        DEBTOR, address=replace(DEBTOR.address, country="BE"), registration="0411905847"
    )

    page = page_of(the_story(number="F-1", debtor=abroad), language="fr")

    assert page["creditor"]["address"][-1] == "FR"
    assert page["debtor"]["address"][-1] == "BE"
    assert page["debtor"]["ids"][0] == "N° d’immatriculation\u00a00411905847"


def test_a_page_without_account_or_due_date_still_names_the_payee():
    page = page_of(the_story(number="F-1", accounts=(), due_on=None), language="en")

    assert page["payment"] == [["Payable to", "Atelier Lumen SARL"], ["Reference to quote", "F-1"]]
