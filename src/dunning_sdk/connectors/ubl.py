"""Read invoices and credit notes in the UBL 2.1 syntax of EN 16931.

Decides where each field of an invoice stands in UBL. Checking against schema and schematron is
left to the tests of those who write such files.
"""

from decimal import Decimal
from typing import Final

from dunning_sdk.connectors.en16931 import (
    checked,
    joined_texts,
    make_account,
    make_contacts,
    make_party,
    needed_day,
    needed_money,
    needed_part,
    read_currency,
    read_kind,
    read_rate,
    unique_accounts,
    unit_price,
)
from dunning_sdk.connectors.xml_safe import XmlNode
from dunning_sdk.domain.invoice import Invoice, InvoiceKind, InvoiceLine, VatSubtotal
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, BankAccount, Party

UBL_NAMESPACES: Final = frozenset(
    f"urn:oasis:names:specification:ubl:schema:xsd:{kind}-2" for kind in ("Invoice", "CreditNote")
)

_TOTAL: Final = "LegalMonetaryTotal"


def read_ubl(root: XmlNode) -> Invoice:
    """Return the invoice or credit note of a document.

    Args:
        root: The element ``Invoice`` or ``CreditNote``.

    Raises:
        InputError: The document lacks what an invoice needs, or says something wrong.
    """
    currency = read_currency(root, "DocumentCurrencyCode")
    total = needed_part(root, _TOTAL)
    net = needed_money(total, "TaxExclusiveAmount", currency)
    gross = needed_money(total, "TaxInclusiveAmount", currency)
    vat_total = _vat_total(root, currency)
    accounts = _accounts(root)
    payee = root.first("PayeeParty")
    seller = needed_part(root, "AccountingSupplierParty/Party")
    invoice = Invoice(
        number=root.needed("ID"),
        kind=_kind(root),
        issued_on=needed_day(root, "IssueDate"),
        due_on=root.day("DueDate") or root.day("PaymentMeans/PaymentDueDate"),
        creditor=_party(seller, () if payee else accounts),
        debtor=_party(needed_part(root, "AccountingCustomerParty/Party"), ()),
        payee=_party(payee, accounts) if payee else None,
        accounts=accounts,
        lines=tuple(_line(item, currency) for name in _LINES for item in root.all(name)),
        vat=_vat(root, currency),
        net_total=net,
        vat_total=gross - net if vat_total is None else vat_total,
        gross_total=gross,
        prepaid=total.money("PrepaidAmount", currency),
        amount_due=needed_money(total, "PayableAmount", currency),
        payment_terms=joined_texts(root, "PaymentTerms/Note"),
        payment_reference=root.text("PaymentMeans/PaymentID"),
        order_reference=root.text("OrderReference/ID"),
        contract_reference=root.text("ContractDocumentReference/ID"),
        preceding=root.text(
            "BillingReference/InvoiceDocumentReference/ID",
            "BillingReference/CreditNoteDocumentReference/ID",
        ),
        delivered_on=root.day("Delivery/ActualDeliveryDate"),
        note=joined_texts(root, "Note"),
    )
    return checked(invoice, root)


_LINES: Final = ("InvoiceLine", "CreditNoteLine")


def _kind(root: XmlNode) -> InvoiceKind:
    """Return the kind: the root decides, then the type code, which a credit note may lack."""
    if root.name == "CreditNote":
        return InvoiceKind.CREDIT_NOTE
    return read_kind(root, "InvoiceTypeCode")


def _party(node: XmlNode, accounts: tuple[BankAccount, ...]) -> Party:
    postal = "PostalAddress"
    street = ("StreetName", "AdditionalStreetName", "AddressLine/Line")
    lines = (node.text(f"{postal}/{line}") for line in street)
    # A creditor id for direct debits (BT-90) is written as an id of the seller.
    ids = (
        identification.text("ID")
        for identification in node.all("PartyIdentification")
        if identification.attribute("schemeID", at="ID") != "SEPA"
    )
    vat_ids = (
        scheme.text("CompanyID")
        for scheme in node.all("PartyTaxScheme")
        if scheme.text("TaxScheme/ID") == "VAT"
    )
    return make_party(
        ids=ids,
        name=node.needed("PartyLegalEntity/RegistrationName", "PartyName/Name"),
        registration=node.text("PartyLegalEntity/CompanyID"),
        vat_id=next(vat_ids, ""),
        address=Address(
            lines=tuple(line for line in lines if line),
            postal_code=node.text(f"{postal}/PostalZone"),
            city=node.text(f"{postal}/CityName"),
            country=node.text(f"{postal}/Country/IdentificationCode").upper(),
        ),
        contacts=make_contacts(
            node.text("Contact/Name"),
            node.text("Contact/ElectronicMail"),
            node.text("Contact/Telephone"),
        ),
        accounts=accounts,
    )


def _accounts(root: XmlNode) -> tuple[BankAccount, ...]:
    return unique_accounts(
        make_account(
            account.text("ID"),
            account.text("FinancialInstitutionBranch/ID"),
            account.text("Name"),
        )
        for account in root.all("PaymentMeans/PayeeFinancialAccount")
    )


def _vat_total(root: XmlNode, currency: str) -> Money | None:
    """Return BT-110; the one in the accounting currency (BT-111) is left out."""
    for amount in root.all("TaxTotal/TaxAmount"):
        if amount.element.get("currencyID", currency) == currency:
            return amount.money("", currency)
    return None


def _vat(root: XmlNode, currency: str) -> tuple[VatSubtotal, ...]:
    return tuple(
        VatSubtotal(
            category=subtotal.text("TaxCategory/ID"),
            rate=read_rate(subtotal, "TaxCategory/Percent"),
            taxable=needed_money(subtotal, "TaxableAmount", currency),
            vat=needed_money(subtotal, "TaxAmount", currency),
            exemption_reason=subtotal.text("TaxCategory/TaxExemptionReason"),
        )
        for subtotal in root.all("TaxTotal/TaxSubtotal")
    )


def _line(item: XmlNode, currency: str) -> InvoiceLine:
    is_invoice = item.name == "InvoiceLine"
    quantity = "InvoicedQuantity" if is_invoice else "CreditedQuantity"
    category = "Item/ClassifiedTaxCategory"
    item.needed(quantity)
    return InvoiceLine(
        id=item.needed("ID"),
        name=item.text("Item/Name"),
        quantity=item.number(quantity) or Decimal(0),
        unit=item.attribute("unitCode", at=quantity) or "C62",
        unit_price=unit_price(item, price="Price/PriceAmount", per="Price/BaseQuantity"),
        net=needed_money(item, "LineExtensionAmount", currency),
        vat_category=item.text(f"{category}/ID") or "S",
        vat_rate=read_rate(item, f"{category}/Percent"),
    )
