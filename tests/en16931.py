"""Build sound EN 16931 invoices for tests: the one of the acceptance story, and any other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from dunning_sdk.domain.invoice import Invoice, InvoiceLine, VatSubtotal
from dunning_sdk.domain.money import Money, sum_money, zero
from dunning_sdk.domain.party import Address, BankAccount, Contact, Party

CREDITOR = Party(
    id="C-1",
    name="Atelier Lumen SARL",
    country="FR",
    registration="732829320",
    vat_id="FR44732829320",
    address=Address(
        lines=("12 rue des Tanneurs", "Bâtiment B"), postal_code="69001", city="Lyon", country="FR"
    ),
    contacts=(Contact(name="Service facturation", email="factures@lumen.example"),),
    accounts=(BankAccount(iban="FR7630006000011234567890189", bic="AGRIFRPP"),),
    language="fr",
)
DEBTOR = Party(
    id="D-7",
    name="Société Générale des Eaux Vives SA",
    country="FR",
    registration="552100554",
    vat_id="FR83552100554",
    address=Address(
        lines=("8 place de la République",), postal_code="35000", city="Rennes", country="FR"
    ),
    contacts=(Contact(name="Comptabilité fournisseurs", email="compta@eauxvives.example"),),
    language="fr",
)
FINANCIER = Party(
    id="F-1",
    name="Finance Prompte SAS",
    country="FR",
    registration="404833048",
    vat_id="FR83404833048",
    accounts=(BankAccount(iban="FR1420041010050500013M02606", bic="PSSTFRPPLIL"),),
)


def a_line(
    number: int,
    net: str,
    *,
    rate: str = "0.20",
    category: str = "S",
    name: str = "Conseil",
    quantity: str = "1",
    unit: str = "C62",
    currency: str = "EUR",
) -> InvoiceLine:
    """Return a line whose price is its net amount divided by its quantity."""
    return InvoiceLine(
        id=str(number),
        name=name,
        quantity=Decimal(quantity),
        unit=unit,
        unit_price=Decimal(net) / Decimal(quantity),
        net=Money.from_major(net, currency),
        vat_category=category,
        vat_rate=Decimal(rate),
    )


def vat_rows(lines: Sequence[InvoiceLine]) -> tuple[VatSubtotal, ...]:
    """Return the VAT breakdown of lines, rounded by the standard."""
    currency = lines[0].net.currency
    rows = []
    for category, rate in dict.fromkeys((line.vat_category, line.vat_rate) for line in lines):
        own = [x.net for x in lines if (x.vat_category, x.vat_rate) == (category, rate)]
        taxable = sum_money(own, currency)
        vat = Money.from_major(taxable.major * rate, currency, rounding=ROUND_HALF_UP)
        reason = "" if rate else "Art. 261-4-4° du CGI"
        rows.append(
            VatSubtotal(
                category=category, rate=rate, taxable=taxable, vat=vat, exemption_reason=reason
            )
        )
    return tuple(rows)


def an_unissued_invoice(lines: Sequence[InvoiceLine], **over) -> Invoice:
    """Return an invoice without a number over the given lines."""
    currency = lines[0].net.currency
    rows = vat_rows(lines)
    net = sum_money((row.taxable for row in rows), currency)
    vat = sum_money((row.vat for row in rows), currency)
    prepaid = over.get("prepaid") or zero(currency)
    invoice = Invoice(
        number="",
        issued_on=date(2026, 3, 2),
        due_on=date(2026, 4, 1),
        creditor=CREDITOR,
        debtor=DEBTOR,
        accounts=CREDITOR.accounts,
        lines=tuple(lines),
        vat=rows,
        net_total=net,
        vat_total=vat,
        gross_total=net + vat,
        amount_due=net + vat - prepaid,
        payment_terms="Paiement à 30 jours, sans escompte.",
        order_reference="BC-2026-114",
        contract_reference="CTR-88",
        delivered_on=date(2026, 2, 27),
    )
    return replace(invoice, **over)


def the_story(**over) -> Invoice:
    """Return the invoice of the acceptance story: 12,000.00 EUR at two VAT rates."""
    lines = (
        a_line(1, "5400.00", name="Conception du site", quantity="9", unit="DAY"),
        a_line(2, "1100.00", name="Hébergement annuel"),
        a_line(3, "2500.00", name="Traduction technique", rate="0.10", quantity="5", unit="DAY"),
        a_line(4, "1318.18", name="Guide imprimé", rate="0.10"),
    )
    return an_unissued_invoice(lines, **over)
