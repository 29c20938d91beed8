"""What the visible page of an invoice calls things, in French, English and German."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_ENGLISH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "invoice": "Invoice",
        "credit_note": "Credit note",
        "issued_on": "Date of issue",
        "due_on": "Due date",
        "delivered_on": "Date of delivery",
        "order_reference": "Purchase order",
        "contract_reference": "Contract",
        "preceding": "Refers to invoice",
        "debtor": "Billed to",
        "name": "Description",
        "quantity": "Quantity",
        "unit_price": "Unit price",
        "vat_rate": "VAT",
        "net": "Net amount",
        "vat_summary": "VAT summary",
        "rate": "Rate",
        "taxable": "Taxable amount",
        "vat": "VAT",
        "net_total": "Total excluding VAT",
        "vat_total": "Total VAT",
        "gross_total": "Total including VAT",
        "prepaid": "Already paid",
        "amount_due": "Amount due",
        "amount_credited": "Amount credited",
        "payment": "Payment",
        "payee": "Payable to",
        "holder": "Account holder",
        "payment_reference": "Reference to quote",
        "terms": "Terms",
        "notes": "Notes",
        "registration": "Company no.",
        "vat_id": "VAT ID",
        "page": "Page",
    }
)
_FRENCH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "invoice": "Facture",
        "credit_note": "Avoir",
        "issued_on": "Date d’émission",
        "due_on": "Date d’échéance",
        "delivered_on": "Date de livraison",
        "order_reference": "Bon de commande",
        "contract_reference": "Contrat",
        "preceding": "Facture d’origine",
        "debtor": "Facturé à",
        "name": "Désignation",
        "quantity": "Quantité",
        "unit_price": "Prix unitaire HT",
        "vat_rate": "TVA",
        "net": "Montant HT",
        "vat_summary": "Détail de la TVA",
        "rate": "Taux",
        "taxable": "Base HT",
        "vat": "TVA",
        "net_total": "Total HT",
        "vat_total": "Total TVA",
        "gross_total": "Total TTC",
        "prepaid": "Déjà réglé",
        "amount_due": "Net à payer",
        "amount_credited": "Montant de l’avoir",
        "payment": "Règlement",
        "payee": "À régler à",
        "holder": "Titulaire du compte",
        "payment_reference": "Référence à rappeler",
        "terms": "Conditions",
        "notes": "Mentions",
        "registration": "N° d’immatriculation",
        "vat_id": "N° TVA",
        "page": "Page",
    }
)
_GERMAN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "invoice": "Rechnung",
        "credit_note": "Gutschrift",
        "issued_on": "Rechnungsdatum",
        "due_on": "Fällig am",
        "delivered_on": "Leistungsdatum",
        "order_reference": "Bestellung",
        "contract_reference": "Vertrag",
        "preceding": "Zu Rechnung",
        "debtor": "Rechnung an",
        "name": "Bezeichnung",
        "quantity": "Menge",
        "unit_price": "Einzelpreis netto",
        "vat_rate": "USt.",
        "net": "Nettobetrag",
        "vat_summary": "Aufstellung der Umsatzsteuer",
        "rate": "Satz",
        "taxable": "Bemessungsgrundlage",
        "vat": "USt.",
        "net_total": "Summe netto",
        "vat_total": "Summe Umsatzsteuer",
        "gross_total": "Summe brutto",
        "prepaid": "Bereits gezahlt",
        "amount_due": "Zahlbetrag",
        "amount_credited": "Gutschriftbetrag",
        "payment": "Zahlung",
        "payee": "Zahlbar an",
        "holder": "Kontoinhaber",
        "payment_reference": "Verwendungszweck",
        "terms": "Zahlungsbedingungen",
        "notes": "Hinweise",
        "registration": "Registernummer",
        "vat_id": "USt-IdNr.",
        "page": "Seite",
    }
)
LABELS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {"de": _GERMAN, "en": _ENGLISH, "fr": _FRENCH}
)
"""What the parts of the page are called, by language."""
MONTHS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "en": (
            "January", "February", "March", "April", "May", "June", "July", "August",
            "September", "October", "November", "December",
        ),
        "de": (
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August",
            "September", "Oktober", "November", "Dezember",
        ),
        "fr": (
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
            "septembre", "octobre", "novembre", "décembre",
        ),
    }
)  # fmt: skip
"""Names of the months, January first, by language."""
# UN/ECE recommendation 20; a code that is not listed is printed as it is.
UNITS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "en": MappingProxyType(
            {"C62": "", "H87": "", "EA": "", "DAY": "d", "HUR": "h", "MON": "months"}
            | {"KGM": "kg", "LTR": "l", "MTR": "m", "KMT": "km", "MTK": "m²", "LS": "lump sum"}
        ),
        "de": MappingProxyType(
            {"C62": "", "H87": "", "EA": "", "DAY": "T", "HUR": "Std.", "MON": "Mon."}
            | {"KGM": "kg", "LTR": "l", "MTR": "m", "KMT": "km", "MTK": "m²", "LS": "pauschal"}
        ),
        "fr": MappingProxyType(
            {"C62": "", "H87": "", "EA": "", "DAY": "j", "HUR": "h", "MON": "mois"}
            | {"KGM": "kg", "LTR": "l", "MTR": "m", "KMT": "km", "MTK": "m²", "LS": "forfait"}
        ),
    }
)
"""Short names of units, by language and code."""
