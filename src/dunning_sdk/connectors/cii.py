"""Read invoices in the CII syntax of EN 16931 (UN/CEFACT Cross Industry Invoice D16B).

Decides where each field of an invoice stands in CII, in every profile from MINIMUM to EXTENDED.
Checking against schema and schematron is left to the tests of those who write such files.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from dunning_sdk.connectors.en16931 import (
    checked,
    joined_texts,
    make_account,
    make_contacts,
    make_party,
    needed_money,
    needed_part,
    read_currency,
    read_kind,
    read_rate,
    unique_accounts,
    unit_price,
)
from dunning_sdk.connectors.xml_safe import XmlNode
from dunning_sdk.domain.invoice import Invoice, InvoiceLine, VatSubtotal
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, BankAccount, Party

CII_ROOT: Final = "CrossIndustryInvoice"
CII_NAMESPACE: Final = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"

_TRADE: Final = "SupplyChainTradeTransaction"
_SUMMATION: Final = "SpecifiedTradeSettlementHeaderMonetarySummation"
_DATE_102: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


def read_cii(root: XmlNode) -> Invoice:
    """Return the invoice or credit note of a document.

    Args:
        root: The element ``CrossIndustryInvoice``.

    Raises:
        InputError: The document lacks what an invoice needs, or says something wrong.
    """
    document = needed_part(root, "ExchangedDocument")
    agreement = needed_part(root, f"{_TRADE}/ApplicableHeaderTradeAgreement")
    settlement = needed_part(root, f"{_TRADE}/ApplicableHeaderTradeSettlement")
    summation = needed_part(settlement, _SUMMATION)
    currency = read_currency(settlement, "InvoiceCurrencyCode")
    delivery = f"{_TRADE}/ApplicableHeaderTradeDelivery"
    net = needed_money(summation, "TaxBasisTotalAmount", currency)
    gross = needed_money(summation, "GrandTotalAmount", currency)
    accounts = _accounts(settlement)
    payee = settlement.first("PayeeTradeParty")
    invoice = Invoice(
        number=document.needed("ID"),
        kind=read_kind(document, "TypeCode"),
        issued_on=_issued_on(document),
        due_on=max(_days(settlement, "SpecifiedTradePaymentTerms/DueDateDateTime"), default=None),
        creditor=_party(needed_part(agreement, "SellerTradeParty"), () if payee else accounts),
        debtor=_party(needed_part(agreement, "BuyerTradeParty"), ()),
        payee=_party(payee, accounts) if payee else None,
        accounts=accounts,
        lines=_lines(root, currency),
        vat=_vat(settlement, currency),
        net_total=net,
        vat_total=_vat_total(summation, currency) or gross - net,
        gross_total=gross,
        prepaid=summation.money("TotalPrepaidAmount", currency),
        amount_due=needed_money(summation, "DuePayableAmount", currency),
        payment_terms=joined_texts(settlement, "SpecifiedTradePaymentTerms/Description"),
        payment_reference=settlement.text("PaymentReference"),
        order_reference=agreement.text("BuyerOrderReferencedDocument/IssuerAssignedID"),
        contract_reference=agreement.text("ContractReferencedDocument/IssuerAssignedID"),
        preceding=settlement.text("InvoiceReferencedDocument/IssuerAssignedID"),
        delivered_on=next(
            iter(_days(root, f"{delivery}/ActualDeliverySupplyChainEvent/OccurrenceDateTime")), None
        ),
        note=joined_texts(document, "IncludedNote/Content"),
    )
    return checked(invoice, root)


def _issued_on(document: XmlNode) -> date:
    days = _days(document, "IssueDateTime")
    if not days:
        raise document.missing("IssueDateTime")
    return days[0]


def _days(node: XmlNode, path: str) -> list[date]:
    """Return the days on a path, in the format 102 (CCYYMMDD), the only one of EN 16931."""
    days: list[date] = []
    for part in node.all(f"{path}/DateTimeString"):
        match = _DATE_102.fullmatch(part.text(""))
        try:
            if match is None or part.element.get("format", "102") != "102":
                raise ValueError
            days.append(date(int(match[1]), int(match[2]), int(match[3])))
        except ValueError:
            hint = "Write it like 20260331, with format 102"
            raise part.fault("is not a date", hint, field=path) from None
    return days


def _party(node: XmlNode, accounts: tuple[BankAccount, ...]) -> Party:
    postal = "PostalTradeAddress"
    contact = "DefinedTradeContact"
    lines = (node.text(f"{postal}/{line}") for line in ("LineOne", "LineTwo", "LineThree"))
    vat_ids = [
        registration.text("ID")
        for registration in node.all("SpecifiedTaxRegistration")
        if registration.attribute("schemeID", at="ID") == "VA"
    ]
    return make_party(
        ids=(node.text("ID"), node.text("GlobalID")),
        name=node.needed("Name", "SpecifiedLegalOrganization/TradingBusinessName"),
        registration=node.text("SpecifiedLegalOrganization/ID"),
        vat_id=next(iter(vat_ids), ""),
        address=Address(
            lines=tuple(line for line in lines if line),
            postal_code=node.text(f"{postal}/PostcodeCode"),
            city=node.text(f"{postal}/CityName"),
            country=node.text(f"{postal}/CountryID").upper(),
        ),
        contacts=make_contacts(
            node.text(f"{contact}/PersonName", f"{contact}/DepartmentName"),
            node.text(f"{contact}/EmailURIUniversalCommunication/URIID"),
            node.text(f"{contact}/TelephoneUniversalCommunication/CompleteNumber"),
        ),
        accounts=accounts,
    )


def _accounts(settlement: XmlNode) -> tuple[BankAccount, ...]:
    account = "PayeePartyCreditorFinancialAccount"
    return unique_accounts(
        make_account(
            means.text(f"{account}/IBANID", f"{account}/ProprietaryID"),
            means.text("PayeeSpecifiedCreditorFinancialInstitution/BICID"),
            means.text(f"{account}/AccountName"),
        )
        for means in settlement.all("SpecifiedTradeSettlementPaymentMeans")
    )


def _vat_total(summation: XmlNode, currency: str) -> Money | None:
    """Return BT-110; the one in the accounting currency (BT-111) is left out."""
    for total in summation.all("TaxTotalAmount"):
        if total.element.get("currencyID", currency) == currency:
            return total.money("", currency)
    return None


def _vat(settlement: XmlNode, currency: str) -> tuple[VatSubtotal, ...]:
    zero = Money(0, currency)
    return tuple(
        VatSubtotal(
            category=tax.text("CategoryCode"),
            rate=read_rate(tax, "RateApplicablePercent"),
            taxable=tax.money("BasisAmount", currency) or zero,
            vat=tax.money("CalculatedAmount", currency) or zero,
            exemption_reason=tax.text("ExemptionReason"),
        )
        for tax in settlement.all("ApplicableTradeTax")
    )


def _lines(root: XmlNode, currency: str) -> tuple[InvoiceLine, ...]:
    return tuple(
        _line(item, currency) for item in root.all(f"{_TRADE}/IncludedSupplyChainTradeLineItem")
    )


def _line(item: XmlNode, currency: str) -> InvoiceLine:
    price = "SpecifiedLineTradeAgreement/NetPriceProductTradePrice"
    quantity = "SpecifiedLineTradeDelivery/BilledQuantity"
    settlement = "SpecifiedLineTradeSettlement"
    total = f"{settlement}/SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount"
    item.needed(quantity)
    return InvoiceLine(
        id=item.needed("AssociatedDocumentLineDocument/LineID"),
        name=item.text("SpecifiedTradeProduct/Name"),
        quantity=item.number(quantity) or Decimal(0),
        unit=item.attribute("unitCode", at=quantity) or "C62",
        unit_price=unit_price(item, price=f"{price}/ChargeAmount", per=f"{price}/BasisQuantity"),
        net=needed_money(item, total, currency),
        vat_category=item.text(f"{settlement}/ApplicableTradeTax/CategoryCode") or "S",
        vat_rate=read_rate(item, f"{settlement}/ApplicableTradeTax/RateApplicablePercent"),
    )
