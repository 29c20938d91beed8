"""CII, UBL and Factur-X: made-up documents, their faults, and damaged samples."""

import sys
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dunning_sdk.connectors.einvoice_files import EInvoiceSource, read_einvoice
from dunning_sdk.connectors.facturx_pdf import extract_xml
from dunning_sdk.domain.invoice import InvoiceKind, InvoiceLine
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, BankAccount, Contact
from dunning_sdk.errors import ConfigError, ConnectorError, InputError
from tests.contracts.connector_contract import MissingSourceContract, check_problems
from tests.shared import shared_path

CII = """<r:CrossIndustryInvoice
 xmlns:r="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:u="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
 xmlns="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100">
<r:ExchangedDocument><ID>F-1</ID><TypeCode>380</TypeCode>
<IssueDateTime><u:DateTimeString format="102">20260301</u:DateTimeString></IssueDateTime>
<IncludedNote><Content>One</Content></IncludedNote>
<IncludedNote><Content>Two</Content></IncludedNote></r:ExchangedDocument>
<r:SupplyChainTradeTransaction>
<IncludedSupplyChainTradeLineItem>
<AssociatedDocumentLineDocument><LineID>1</LineID></AssociatedDocumentLineDocument>
<SpecifiedTradeProduct><Name>Screws</Name></SpecifiedTradeProduct>
<SpecifiedLineTradeAgreement><NetPriceProductTradePrice><ChargeAmount>5.00</ChargeAmount>
<BasisQuantity unitCode="C62">100</BasisQuantity></NetPriceProductTradePrice>
</SpecifiedLineTradeAgreement>
<SpecifiedLineTradeDelivery><BilledQuantity unitCode="C62">2000</BilledQuantity>
</SpecifiedLineTradeDelivery>
<SpecifiedLineTradeSettlement><ApplicableTradeTax><CategoryCode>S</CategoryCode>
<RateApplicablePercent>5.5</RateApplicablePercent></ApplicableTradeTax>
<SpecifiedTradeSettlementLineMonetarySummation><LineTotalAmount>100</LineTotalAmount>
</SpecifiedTradeSettlementLineMonetarySummation></SpecifiedLineTradeSettlement>
</IncludedSupplyChainTradeLineItem>
<ApplicableHeaderTradeAgreement>
<SellerTradeParty><Name>Seller</Name></SellerTradeParty>
<BuyerTradeParty><Name>Buyer</Name></BuyerTradeParty></ApplicableHeaderTradeAgreement>
<ApplicableHeaderTradeDelivery/>
<ApplicableHeaderTradeSettlement><InvoiceCurrencyCode>EUR</InvoiceCurrencyCode>
<SpecifiedTradeSettlementPaymentMeans><PayeePartyCreditorFinancialAccount>
<ProprietaryID>12 34 56</ProprietaryID><AccountName>Seller Ltd</AccountName>
</PayeePartyCreditorFinancialAccount></SpecifiedTradeSettlementPaymentMeans>
<SpecifiedTradePaymentTerms><DueDateDateTime>
<u:DateTimeString format="102">20260331</u:DateTimeString></DueDateDateTime>
</SpecifiedTradePaymentTerms>
<SpecifiedTradePaymentTerms><DueDateDateTime>
<u:DateTimeString format="102">20260430</u:DateTimeString></DueDateDateTime>
</SpecifiedTradePaymentTerms>
<SpecifiedTradeSettlementHeaderMonetarySummation>
<TaxBasisTotalAmount>100.00</TaxBasisTotalAmount>
<TaxTotalAmount currencyID="USD">6.00</TaxTotalAmount>
<TaxTotalAmount currencyID="EUR">5.50</TaxTotalAmount>
<GrandTotalAmount>105.50</GrandTotalAmount><DuePayableAmount>105.50</DuePayableAmount>
</SpecifiedTradeSettlementHeaderMonetarySummation></ApplicableHeaderTradeSettlement>
</r:SupplyChainTradeTransaction></r:CrossIndustryInvoice>
"""

UBL = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">
<ID>F-1</ID><IssueDate>2026-03-01</IssueDate><InvoiceTypeCode>380</InvoiceTypeCode>
<DocumentCurrencyCode>EUR</DocumentCurrencyCode>
<AccountingSupplierParty><Party>
<PartyIdentification><ID schemeID="SEPA">FR00ZZZ123</ID></PartyIdentification>
<PartyName><Name>Trade name</Name></PartyName>
<PostalAddress><StreetName>1 rue A</StreetName><AddressLine><Line>Bât. B</Line></AddressLine>
<CityName>Lyon</CityName><PostalZone>69001</PostalZone>
<Country><IdentificationCode>FR</IdentificationCode></Country></PostalAddress>
<PartyTaxScheme><CompanyID>X</CompanyID><TaxScheme><ID>LOC</ID></TaxScheme></PartyTaxScheme>
<PartyTaxScheme><CompanyID>FR19787878784</CompanyID><TaxScheme><ID>VAT</ID></TaxScheme>
</PartyTaxScheme>
<Contact><Name>Ann</Name><ElectronicMail>ann@seller.example</ElectronicMail></Contact>
</Party></AccountingSupplierParty>
<AccountingCustomerParty><Party><PartyLegalEntity><RegistrationName>Buyer</RegistrationName>
</PartyLegalEntity></Party></AccountingCustomerParty>
<PaymentMeans><PaymentDueDate>2026-03-31</PaymentDueDate></PaymentMeans>
<LegalMonetaryTotal><TaxExclusiveAmount currencyID="EUR">100.00</TaxExclusiveAmount>
<TaxInclusiveAmount currencyID="EUR">100.00</TaxInclusiveAmount>
<PayableAmount currencyID="EUR">100.00</PayableAmount></LegalMonetaryTotal></Invoice>
"""


def read(text):
    return read_einvoice(text.encode(), source="in.xml").invoice


class TestContract(MissingSourceContract):
    @pytest.fixture
    def open_missing(self, tmp_path):
        return lambda: EInvoiceSource(tmp_path / "none")


def test_a_cii_document_is_read():
    invoice = read(CII)

    assert invoice.kind is InvoiceKind.INVOICE
    assert invoice.note == "One\nTwo"
    assert invoice.vat_total == Money(5_50, "EUR")
    assert invoice.accounts == (BankAccount(iban="123456", holder="Seller Ltd"),)
    assert invoice.creditor.accounts == invoice.accounts
    assert invoice.lines == (
        InvoiceLine(
            id="1",
            name="Screws",
            quantity=Decimal(2000),
            unit_price=Decimal("0.05"),
            net=Money(100_00, "EUR"),
            vat_rate=Decimal("0.055"),
        ),
    )


def test_of_several_due_dates_the_last_one_counts():
    assert read(CII).due_on == date(2026, 4, 30)


def test_a_ubl_document_is_read():
    invoice = read(UBL)
    seller = invoice.creditor

    assert (seller.id, seller.name, seller.vat_id) == (
        "FR19787878784", "Trade name", "FR19787878784",
    )  # fmt: skip
    assert seller.contacts == (Contact(name="Ann", email="ann@seller.example"),)
    assert seller.address == Address(
        lines=("1 rue A", "Bât. B"), postal_code="69001", city="Lyon", country="FR"
    )
    assert invoice.due_on == date(2026, 3, 31)
    assert invoice.vat_total == Money(0, "EUR")
    assert invoice.accounts == ()


def test_a_party_without_any_id_gets_the_same_one_in_each_document():
    first, second = read(CII).debtor.id, read(UBL.replace("Buyer<", "buyer <")).debtor.id

    assert first == second
    assert first.startswith("name-")
    assert "Buyer" not in first


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        (CII, "<ID>F-1</ID>", "", "in.xml:5: ID: is missing"),
        (CII, ">380<", ">325<", "in.xml:5: TypeCode: is not the type of an invoice"),
        (CII, ">20260301<", "><", "in.xml:6: IssueDateTime: is not a date"),
        (CII, ">20260301<", ">20260231<", "in.xml:6: IssueDateTime: is not a date"),
        (CII, 'format="102">20260301', 'format="610">20260301', "in.xml:6: IssueDateTime: is not"),
        (CII, ">20260331<", ">2026-03-31<", "in.xml:32: DueDateDateTime: is not a date"),
        (CII, ">EUR<", ">EURO<", "in.xml:27: InvoiceCurrencyCode: is not a known currency"),
        (CII, ">105.50</Due", ">105.505</Due", "in.xml:41: DuePayableAmount: An amount in EUR"),
        (CII, ">105.50</Due", "></Due", "in.xml:37: DuePayableAmount: is missing"),
        (CII, ">105.50</Grand", ">105.51</Grand", "in.xml:4: gross_total: has totals that do not"),
        (CII, ">100.00</TaxB", ">-100.00</TaxB", "in.xml:4: net_total: has a negative net_total"),
        (CII, "20260301", "20260501", "in.xml:4: due_on: is due on 2026-04-30, before it"),
        (CII, "<Name>Buyer</Name>", "", "in.xml:25: Name: is missing"),
        (CII, ">2000<", "><", "in.xml:10: BilledQuantity: is missing"),
        (CII, ">100</Basis", ">0</Basis", "in.xml:10: BasisQuantity: is not above zero"),
        (CII, "ApplicableHeaderTradeAgreement>", "Other>", "in.xml:4: ApplicableHeaderTradeAgree"),
        (UBL, ">2026-03-01<", ">1 March<", "in.xml:2: IssueDate: is not a date"),
        (UBL, "<IssueDate>2026-03-01</IssueDate>", "", "in.xml:1: IssueDate: is missing"),
        (UBL, "LegalMonetaryTotal>", "Other>", "in.xml:1: LegalMonetaryTotal: is missing"),
        (UBL, "Invoice-2", "Order-2", "in.xml:1: Invoice: is not an electronic invoice"),
        (UBL, "</Invoice>", "", "in.xml:21: is not well-formed XML"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(text, old, new, expected):
    assert old in text
    with pytest.raises(InputError) as caught:
        read(text.replace(old, new))

    assert str(caught.value)[: len(expected)] == expected
    check_problems([caught.value])


def test_a_file_that_is_no_invoice_costs_no_other(tmp_path):
    (tmp_path / "a.xml").write_text(CII, encoding="utf-8")
    (tmp_path / "b.txt").write_text("Hello", encoding="utf-8")
    (tmp_path / "c.xml").write_bytes(b"")
    (tmp_path / "d.pdf").write_bytes(b"%PDF-1.7\nnothing")
    (tmp_path / ".hidden.xml").write_text("x", encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "e.xml").write_text(UBL, encoding="utf-8")
    batch = EInvoiceSource(tmp_path, "**/*").fetch()

    assert [sourced.origin for sourced in batch.records] == ["a.xml", "sub/e.xml"]
    assert [problem.source for problem in batch.problems] == ["b.txt", "c.xml", "d.pdf"]
    check_problems(batch.problems)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "a.xml").write_text(CII, encoding="utf-8")
    (inside / "link.xml").symlink_to(outside / "a.xml")

    assert EInvoiceSource(inside).fetch().records == ()


def test_a_folder_that_lost_a_file_reports_it(tmp_path, monkeypatch):
    (tmp_path / "a.xml").write_text(CII, encoding="utf-8")
    (tmp_path / "b.xml").write_text(UBL, encoding="utf-8")
    (tmp_path / "b.xml").chmod(0)
    monkeypatch.setattr("pathlib.Path.open", refuse_b(type(tmp_path).open))
    batch = EInvoiceSource(tmp_path).fetch()

    assert [sourced.origin for sourced in batch.records] == ["a.xml"]
    assert [str(p) for p in batch.problems] == ["b.xml: cannot be read — Grant read access to it"]
    with pytest.raises(ConnectorError, match="may not be read"):
        EInvoiceSource(tmp_path / "b.xml").fetch()


def refuse_b(real_open):
    """Return an ``open`` that refuses b.xml, as the system does to all but root."""

    def opened(path, *args, **kwargs):
        if path.name == "b.xml":
            raise PermissionError(13, "Permission denied")
        return real_open(path, *args, **kwargs)

    return opened


def test_a_pattern_that_is_none_is_a_connector_error(tmp_path):
    with pytest.raises(ConnectorError, match="cannot be read"):
        EInvoiceSource(tmp_path, "/etc/*").fetch()


def test_without_factur_x_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "facturx", None)
    with pytest.raises(ConfigError, match=r'pip install "dunning-sdk\[einvoice\]"'):
        extract_xml(b"%PDF-", source="a.pdf")


SAMPLES = [
    "en16931/cii/CII_example3.xml",
    "en16931/ubl/ubl-tc434-creditnote1.xml",
    "en16931/ubl/ubl-tc434-example4.xml",
    "facturx/Facture_FR_MINIMUM.pdf",
]


def damaged(content, data):
    """Return the content cut, or with some of its bytes changed."""
    if data.draw(st.booleans()):
        return content[: data.draw(st.integers(0, len(content)))]
    changed = bytearray(content)
    places = data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=20))
    for place in places:
        changed[place] = data.draw(st.integers(0, 255))
    return bytes(changed)


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_sample_is_read_or_is_an_input_error(name, data):
    content = damaged(shared_path(f"contracts/{name}").read_bytes(), data)
    try:
        sourced = read_einvoice(content, source="x")
    except InputError as problem:
        check_problems([problem])
    else:
        assert sourced.invoice.number
