"""What is written passes the schema and the official schematron, and reads back the same."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import facturx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning_sdk.connectors.cii import read_cii
from dunning_sdk.connectors.cii_write import cii_xml
from dunning_sdk.connectors.xml_safe import parse_xml
from dunning_sdk.decisions.splitting import credit_and_split, split_invoice
from dunning_sdk.domain.invoice import Invoice, InvoiceKind, VatSubtotal
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, BankAccount, Party
from dunning_sdk.errors import ConnectorInvalidError
from tests.en16931 import CREDITOR, DEBTOR, FINANCIER, a_line, an_unissued_invoice, the_story
from tests.schematron import broken_rules, schema_accepts
from tests.shared import shared_path

STORY = the_story(number="F2026-0001")
AVAILABLE = Money(800_000, "EUR")


def the_documents() -> dict[str, Invoice]:
    """Return every document of the story: split before issue, and after."""
    before = split_invoice(the_story(), available=AVAILABLE, financier=FINANCIER)
    after = credit_and_split(
        STORY, issued_on=date(2026, 3, 9), available=AVAILABLE, financier=FINANCIER
    )
    return {
        "whole": STORY,
        "financed": replace(before.financed, number="F2026-0002"),
        "rest": replace(before.rest, number="F2026-0003"),
        "credit-note": replace(after.credit_note, number="A2026-0001"),
        "new-financed": replace(after.split.financed, number="F2026-0004"),
        "new-rest": replace(after.split.rest, number="F2026-0005"),
    }


DOCUMENTS = the_documents()


def as_written(party: Party, *, accounts: tuple[BankAccount, ...] = ()) -> Party:
    """Return a party without what EN 16931 has no field for."""
    return replace(party, language="", accounts=accounts)


def as_payee(party: Party) -> Party:
    """Return a party with what BG-10 holds: name and numbers."""
    return replace(party, country="", vat_id="", address=Address(), contacts=(), language="")


def read_back(invoice: Invoice) -> Invoice:
    return read_cii(parse_xml(cii_xml(invoice), source="written.xml"))


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_every_document_of_the_story_is_sound_by_schema_and_schematron(document):
    xml = cii_xml(document)

    assert schema_accepts(xml)
    assert broken_rules(xml) == []


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_what_is_written_is_read_back_the_same(document):
    payee = document.payee
    expected = replace(
        document,
        creditor=as_written(document.creditor, accounts=() if payee else document.accounts),
        debtor=as_written(document.debtor),
        payee=as_payee(payee) if payee else None,
    )

    assert read_back(document) == expected


def test_the_judge_catches_a_falsified_amount_due():
    xml = cii_xml(STORY)
    falsified = xml.replace(b"<ram:DuePayableAmount>12000.00", b"<ram:DuePayableAmount>11999.00")

    assert falsified != xml
    assert broken_rules(falsified) == ["BR-CO-16"]


def test_the_schema_catches_an_element_out_of_place():
    xml = cii_xml(STORY)

    assert not schema_accepts(xml.replace(b"ram:DuePayableAmount", b"ram:AmountDue"))


def test_the_judge_catches_vat_that_is_off_by_more_than_the_standard_tolerates():
    row = STORY.vat[0]
    wrong = Money(row.vat.minor + 100, "EUR")
    off = replace(
        STORY,
        vat=(replace(row, vat=wrong), *STORY.vat[1:]),
        vat_total=STORY.vat_total + Money(100, "EUR"),
        gross_total=STORY.gross_total + Money(100, "EUR"),
        amount_due=STORY.amount_due + Money(100, "EUR"),
    )

    assert broken_rules(cii_xml(off)) == ["BR-S-09"]


def test_the_judge_passes_a_genuine_invoice():
    pdf = shared_path("contracts/facturx/Facture_FR_EN16931.pdf").read_bytes()
    _, xml = facturx.get_facturx_xml_from_pdf(pdf, check_xsd=True)

    assert broken_rules(xml) == []


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.integers(500, 200_000), st.sampled_from(["0.20", "0.10", "0.055", "0.021", "0"])
        ),
        min_size=1,
        max_size=5,
    ),
    st.integers(-98, 98),
    st.data(),
)
def test_parts_of_any_invoice_are_sound_by_schematron(sketches, off, data):
    lines = [
        a_line(number, str(Decimal(net) / 100), rate=rate, category="E" if rate == "0" else "S")
        for number, (net, rate) in enumerate(sketches, start=1)
    ]
    whole = with_vat_off(an_unissued_invoice(lines), off)
    available = Money(data.draw(st.integers(2, whole.amount_due.minor - 1)), "EUR")

    split = split_invoice(whole, available=available, financier=FINANCIER)

    for part in (split.financed, split.rest):
        assert broken_rules(cii_xml(replace(part, number="F-1"))) == []


def with_vat_off(invoice: Invoice, off: int) -> Invoice:
    """Return the invoice with VAT some cents off its first rate, as VAT summed per line is."""
    row = invoice.vat[0]
    off = max(off, -row.vat.minor) if row.rate else 0
    more = Money(off, "EUR")
    return replace(
        invoice,
        vat=(replace(row, vat=row.vat + more), *invoice.vat[1:]),
        vat_total=invoice.vat_total + more,
        gross_total=invoice.gross_total + more,
        amount_due=invoice.amount_due + more,
    )


def a_document(category: str, *, rate: str = "0", reason: str = "", **over) -> Invoice:
    lines = (a_line(1, "100.00", rate=rate, category=category),)
    invoice = an_unissued_invoice(lines, number="F-9", **over)
    return replace(invoice, vat=(replace(invoice.vat[0], exemption_reason=reason),))


ABROAD = replace(
    DEBTOR,
    country="BE",
    vat_id="BE0411905847",
    address=Address(lines=("Rue de la Loi 1",), postal_code="1000", city="Bruxelles", country="BE"),
)
UNTAXED = {
    "creditor": replace(CREDITOR, vat_id=""),
    "debtor": replace(DEBTOR, vat_id=""),
}


@pytest.mark.parametrize(
    "document",
    [
        a_document("Z"),
        a_document("E", reason="Art. 261-4-4° du CGI"),
        a_document("AE", reason="Autoliquidation", debtor=ABROAD),
        a_document("G", reason="Exportation", debtor=ABROAD),
        a_document("O", reason="Hors champ de la TVA", **UNTAXED),
    ],
    ids=["zero-rated", "exempt", "reverse-charge", "export", "not-subject-to-vat"],
)
def test_each_vat_category_is_written_soundly(document):
    xml = cii_xml(document)

    assert schema_accepts(xml)
    assert broken_rules(xml) == []


@pytest.mark.parametrize(
    "document",
    [
        the_story(
            number="F-1", prepaid=Money(300_000, "EUR"), payment_reference="RF18539007547034"
        ),
        the_story(number="F-1", due_on=None, accounts=(), delivered_on=None, note="Un.\nDeux."),
        an_unissued_invoice((a_line(1, "1000", currency="JPY"),), number="F-1"),
        an_unissued_invoice(
            (a_line(1, "100.00"), a_line(2, "-10.00", quantity="-2", name="Remise")), number="F-1"
        ),
        the_story(
            number="F-1",
            debtor=replace(
                DEBTOR,
                registration="55210055400013",
                contacts=(),
                address=replace(DEBTOR.address, lines=("A", "B", "C", "D")),
            ),
        ),
    ],
    ids=["prepaid", "bare", "yen", "reduction", "long-address"],
)
def test_less_common_fields_are_written_soundly(document):
    xml = cii_xml(document)

    assert schema_accepts(xml)
    assert broken_rules(xml) == []


def test_the_fourth_address_line_is_kept_on_the_third():
    address = replace(DEBTOR.address, lines=("A", "B", "C", "D"))

    written = read_back(the_story(number="F-1", debtor=replace(DEBTOR, address=address)))

    assert written.debtor.address.lines == ("A", "B", "C, D")


def refused_fields(document: Invoice) -> set[str]:
    with pytest.raises(ConnectorInvalidError) as caught:
        cii_xml(document)
    assert caught.value.hint
    return set(caught.value.fields)


NO_NUMBERS = replace(CREDITOR, registration="", vat_id="")
NOWHERE = Party(id="D-0", name="")


@pytest.mark.parametrize(
    ("over", "fields"),
    [
        ({"number": ""}, {"number"}),
        ({"lines": ()}, {"lines", "net_total", "vat.taxable"}),
        ({"vat": ()}, {"vat", "vat_total"}),
        ({"due_on": None, "payment_terms": ""}, {"due_on"}),
        ({"accounts": (BankAccount(iban="FR00"),)}, {"accounts"}),
        ({"creditor": NO_NUMBERS}, {"creditor.registration", "creditor.vat_id"}),
        ({"debtor": NOWHERE}, {"debtor.name", "debtor.country"}),
        ({"payee": CREDITOR}, {"payee"}),
        ({"gross_total": Money(1, "EUR")}, {"gross_total", "amount_due"}),
        ({"amount_due": Money(1, "EUR")}, {"amount_due"}),
        ({"lines": tuple(replace(x, unit_price=-x.unit_price) for x in STORY.lines)},
         {"lines.unit_price"}),
        ({"lines": tuple(replace(x, id="", name="", unit="") for x in STORY.lines)},
         {"lines.id", "lines.name", "lines.unit"}),
        ({"lines": tuple(replace(x, vat_rate=Decimal("0.055")) for x in STORY.lines)},
         {"vat.taxable"}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_document_that_cannot_be_sound_is_refused_by_field(over, fields):
    assert refused_fields(replace(STORY, **over)) == fields


@pytest.mark.parametrize(
    ("document", "fields"),
    [
        (a_document("E"), {"vat.exemption_reason"}),
        (a_document("XX"), {"vat.category"}),
        (a_document("AE", reason="x", debtor=replace(DEBTOR, vat_id="")), {"debtor.vat_id"}),
        (a_document("K", reason="x", debtor=ABROAD), {"vat.category"}),
        (an_unissued_invoice((a_line(1, "1.000", currency="TND"),), number="F-1"), {"amount_due"}),
    ],
    ids=[
        "without-reason",
        "unknown",
        "debtor-without-vat-id",
        "intra-community",
        "dinar",
    ],
)
def test_a_vat_category_that_lacks_something_is_refused(document, fields):
    assert refused_fields(document) == fields


def test_control_characters_are_refused_without_repeating_them():
    with pytest.raises(ConnectorInvalidError, match="XML cannot hold"):
        cii_xml(replace(STORY, note="a\x00b"))


def test_a_credit_note_has_type_381_and_names_the_invoice_it_corrects():
    note = DOCUMENTS["credit-note"]

    written = read_back(note)

    assert (written.kind, written.preceding) == (InvoiceKind.CREDIT_NOTE, "F2026-0001")
    assert b"<ram:TypeCode>381</ram:TypeCode>" in cii_xml(note)


def test_vat_rows_are_written_to_the_cent():
    assert read_back(DOCUMENTS["financed"]).vat == (
        VatSubtotal(
            category="S",
            rate=Decimal("0.20"),
            taxable=Money(433_333, "EUR"),
            vat=Money(86_667, "EUR"),
        ),
        VatSubtotal(
            category="S",
            rate=Decimal("0.10"),
            taxable=Money(254_545, "EUR"),
            vat=Money(25_455, "EUR"),
        ),
    )
