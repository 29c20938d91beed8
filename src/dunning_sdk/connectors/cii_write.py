"""Write invoices and credit notes as EN 16931 CII, the XML inside a Factur-X.

Decides which element holds which field, and refuses what no sound document can be made of.
Numbering is left to the invoice sink, the visible page to ``facturx_write``. Needs lxml (extra
``einvoice``), so import it where it is used.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from lxml import etree

from dunning_sdk.connectors.cii_sound import require_writable
from dunning_sdk.domain.invoice import Invoice, InvoiceKind, InvoiceLine, VatSubtotal
from dunning_sdk.domain.money import Money, sum_money
from dunning_sdk.domain.party import Address, BankAccount, Contact, Party
from dunning_sdk.errors import ConnectorInvalidError

PROFILE: Final = "urn:cen.eu:en16931:2017"
NAMESPACES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
        "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
        "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
        "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    }
)
_TYPE_CODES: Final[Mapping[InvoiceKind, str]] = MappingProxyType(
    {InvoiceKind.INVOICE: "380", InvoiceKind.CREDIT_NOTE: "381"}
)
_SEPA_TRANSFER: Final = "58"
_CREDIT_TRANSFER: Final = "30"
_REGISTER_SCHEMES: Final[Mapping[int, str]] = MappingProxyType({9: "0002", 14: "0009"})
_ADDRESS_LINES: Final = ("LineOne", "LineTwo", "LineThree")

# An element, or nothing where a document states nothing.
_Node = etree._Element | None


def cii_xml(invoice: Invoice) -> bytes:
    """Return an invoice or credit note as UTF-8 XML in the Factur-X profile EN 16931.

    Args:
        invoice: Numbered, with lines and VAT breakdown. A credit note has positive amounts.

    Raises:
        ConnectorInvalidError: The document lacks what EN 16931 asks for; ``fields`` says what.

    Source:
        EN 16931-3-3 (syntax binding to UN/CEFACT CII D16B), Factur-X 1.0.
    """
    require_writable(invoice)
    try:
        root = _document(invoice)
    except ValueError as exc:
        raise ConnectorInvalidError(
            f"Invoice {invoice.number!r} has text that XML cannot hold",
            hint="Take control characters out of its names and notes",
            connector="facturx",
        ) from exc
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _document(invoice: Invoice) -> etree._Element:
    root = etree.Element(_name("rsm:CrossIndustryInvoice"), nsmap=dict(NAMESPACES))
    parts = (
        _group(
            "rsm:ExchangedDocumentContext",
            _group("ram:GuidelineSpecifiedDocumentContextParameter", _text("ram:ID", PROFILE)),
        ),
        _group(
            "rsm:ExchangedDocument",
            _text("ram:ID", invoice.number),
            _text("ram:TypeCode", _TYPE_CODES[invoice.kind]),
            _date("ram:IssueDateTime", invoice.issued_on),
            *(
                _group("ram:IncludedNote", _text("ram:Content", note))
                for note in invoice.note.splitlines()
            ),
        ),
        _group(
            "rsm:SupplyChainTradeTransaction",
            *(_line(line) for line in invoice.lines),
            _agreement(invoice),
            _group(
                "ram:ApplicableHeaderTradeDelivery", _delivered(invoice.delivered_on), keep=True
            ),
            _settlement(invoice),
        ),
    )
    root.extend(part for part in parts if part is not None)
    return root


def _line(line: InvoiceLine) -> _Node:
    net = _text("ram:LineTotalAmount", _amount(line.net))
    price = _text("ram:ChargeAmount", f"{line.unit_price:f}")
    return _group(
        "ram:IncludedSupplyChainTradeLineItem",
        _group("ram:AssociatedDocumentLineDocument", _text("ram:LineID", line.id)),
        _group("ram:SpecifiedTradeProduct", _text("ram:Name", line.name)),
        _group("ram:SpecifiedLineTradeAgreement", _group("ram:NetPriceProductTradePrice", price)),
        _group(
            "ram:SpecifiedLineTradeDelivery",
            _text("ram:BilledQuantity", f"{line.quantity:f}", unitCode=line.unit),
        ),
        _group(
            "ram:SpecifiedLineTradeSettlement",
            _group(
                "ram:ApplicableTradeTax",
                _text("ram:TypeCode", "VAT"),
                _text("ram:CategoryCode", line.vat_category),
                _percent(line.vat_category, line.vat_rate),
            ),
            _group("ram:SpecifiedTradeSettlementLineMonetarySummation", net),
        ),
    )


def _agreement(invoice: Invoice) -> _Node:
    return _group(
        "ram:ApplicableHeaderTradeAgreement",
        _party("ram:SellerTradeParty", invoice.creditor),
        _party("ram:BuyerTradeParty", invoice.debtor),
        _reference("ram:BuyerOrderReferencedDocument", invoice.order_reference),
        _reference("ram:ContractReferencedDocument", invoice.contract_reference),
    )


def _settlement(invoice: Invoice) -> _Node:
    return _group(
        "ram:ApplicableHeaderTradeSettlement",
        _text("ram:PaymentReference", invoice.payment_reference),
        _text("ram:InvoiceCurrencyCode", invoice.currency),
        _payee(invoice.payee),
        *(_payment_means(account, invoice.currency) for account in invoice.accounts),
        *(_vat(row) for row in invoice.vat),
        _group(
            "ram:SpecifiedTradePaymentTerms",
            _text("ram:Description", invoice.payment_terms),
            _date("ram:DueDateDateTime", invoice.due_on),
        ),
        _totals(invoice),
        _reference("ram:InvoiceReferencedDocument", invoice.preceding),
    )


def _party(tag: str, party: Party) -> _Node:
    return _group(
        tag,
        _identifier(party),
        _text("ram:Name", party.name),
        _registration(party),
        _contact(party.contact()),
        _address(party.address, party.country),
        _group("ram:SpecifiedTaxRegistration", _text("ram:ID", party.vat_id, schemeID="VA")),
    )


def _payee(party: Party | None) -> _Node:
    if party is None:
        return None
    name = _text("ram:Name", party.name)
    return _group("ram:PayeeTradeParty", _identifier(party), name, _registration(party))


def _identifier(party: Party) -> _Node:
    """Return BT-29, BT-46 or BT-60, where the id is more than a number stated elsewhere."""
    is_stated = party.id in (party.registration, party.vat_id)
    return None if is_stated else _text("ram:ID", party.id)


def _registration(party: Party) -> _Node:
    """Return BT-30 or its siblings, with the ICD code where it is a French number."""
    scheme = _REGISTER_SCHEMES.get(len(party.registration), "")
    is_french = party.country == "FR" and party.registration.isdigit()
    code = {"schemeID": scheme} if is_french and scheme else {}
    return _group("ram:SpecifiedLegalOrganization", _text("ram:ID", party.registration, **code))


def _contact(contact: Contact | None) -> _Node:
    if contact is None:
        return None
    return _group(
        "ram:DefinedTradeContact",
        _text("ram:PersonName", contact.name),
        _group("ram:TelephoneUniversalCommunication", _text("ram:CompleteNumber", contact.phone)),
        _group("ram:EmailURIUniversalCommunication", _text("ram:URIID", contact.email)),
    )


def _address(address: Address, country: str) -> _Node:
    *first, last = _ADDRESS_LINES
    lines = (*address.lines[: len(first)], ", ".join(address.lines[len(first) :]))
    return _group(
        "ram:PostalTradeAddress",
        _text("ram:PostcodeCode", address.postal_code),
        *(_text(f"ram:{tag}", line) for tag, line in zip((*first, last), lines, strict=False)),
        _text("ram:CityName", address.city),
        _text("ram:CountryID", address.country or country),
    )


def _payment_means(account: BankAccount, currency: str) -> _Node:
    return _group(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        _text("ram:TypeCode", _SEPA_TRANSFER if currency == "EUR" else _CREDIT_TRANSFER),
        _group(
            "ram:PayeePartyCreditorFinancialAccount",
            _text("ram:IBANID", account.iban),
            _text("ram:AccountName", account.holder),
        ),
        _group("ram:PayeeSpecifiedCreditorFinancialInstitution", _text("ram:BICID", account.bic)),
    )


def _vat(row: VatSubtotal) -> _Node:
    return _group(
        "ram:ApplicableTradeTax",
        _text("ram:CalculatedAmount", _amount(row.vat)),
        _text("ram:TypeCode", "VAT"),
        _text("ram:ExemptionReason", row.exemption_reason),
        _text("ram:BasisAmount", _amount(row.taxable)),
        _text("ram:CategoryCode", row.category),
        _percent(row.category, row.rate),
    )


def _totals(invoice: Invoice) -> _Node:
    lines = sum_money((line.net for line in invoice.lines), invoice.currency)
    prepaid = "" if invoice.prepaid is None else _amount(invoice.prepaid)
    vat = _text("ram:TaxTotalAmount", _amount(invoice.vat_total), currencyID=invoice.currency)
    return _group(
        "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        _text("ram:LineTotalAmount", _amount(lines)),
        _text("ram:TaxBasisTotalAmount", _amount(invoice.net_total)),
        vat,
        _text("ram:GrandTotalAmount", _amount(invoice.gross_total)),
        _text("ram:TotalPrepaidAmount", prepaid),
        _text("ram:DuePayableAmount", _amount(invoice.amount_due)),
    )


def _reference(tag: str, number: str) -> _Node:
    return _group(tag, _text("ram:IssuerAssignedID", number))


def _delivered(on: date | None) -> _Node:
    return _group("ram:ActualDeliverySupplyChainEvent", _date("ram:OccurrenceDateTime", on))


def _date(tag: str, on: date | None) -> _Node:
    text = "" if on is None else f"{on:%Y%m%d}"
    return _group(tag, _text("udt:DateTimeString", text, format="102"))


def _percent(category: str, rate: Decimal) -> _Node:
    """Return BT-119 or BT-152; what is not subject to VAT (``O``) states none (BR-O-05)."""
    return None if category == "O" else _text("ram:RateApplicablePercent", f"{rate * 100:f}")


def _amount(money: Money) -> str:
    return f"{money.major:f}"


def _text(tag: str, text: str, **attributes: str) -> _Node:
    """Return an element with text; nothing where there is no text."""
    if not text:
        return None
    element = etree.Element(_name(tag), attributes)
    element.text = text
    return element


def _group(tag: str, *children: _Node, keep: bool = False) -> _Node:
    """Return an element with those children that are there; nothing where none is."""
    present = [child for child in children if child is not None]
    if not present and not keep:
        return None
    element = etree.Element(_name(tag))
    element.extend(present)
    return element


def _name(tag: str) -> str:
    prefix, _, local = tag.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"
