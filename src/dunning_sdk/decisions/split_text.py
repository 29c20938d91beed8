"""Word what the parts of a split invoice say about each other.

Decides the texts and their languages; the amounts and names in them are filled in by
``splitting``.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitText:
    """The texts of one language; the fields in braces are filled in.

    Attributes:
        locale: How amounts are written.
        line: Name of a line that is cut: ``name``, ``part``.
        part: Note on either part: ``part``, ``total``, ``amount``, ``payee``.
        replaces: Note on a part that replaces an issued invoice: ``number``.
        credit: Note on the credit note: ``number``.
        terms: Payment terms of the credit note: ``number``.
    """

    locale: str
    line: str
    part: str
    replaces: str
    credit: str
    terms: str


_ENGLISH: Final = SplitText(
    locale="en",
    line="{name} (part {part} of 2)",
    part="Part {part} of 2: {total} is billed by two invoices. "
    "This one, of {amount}, is payable to {payee}.",
    replaces="Replaces invoice {number}, which a credit note cancels.",
    credit="Credit note for invoice {number}, which two invoices replace.",
    terms="Set off against invoice {number}.",
)
_FRENCH: Final = SplitText(
    locale="fr",
    line="{name} (partie {part} sur 2)",
    part="Partie {part} sur 2 : la somme de {total} est facturée en deux factures. "
    "Celle-ci, de {amount}, est à régler à {payee}.",
    replaces="Remplace la facture {number}, annulée par un avoir.",
    credit="Avoir sur la facture {number}, remplacée par deux factures.",
    terms="S'impute sur la facture {number}.",
)
_GERMAN: Final = SplitText(
    locale="de",
    line="{name} (Teil {part} von 2)",
    part="Teil {part} von 2: Der Betrag von {total} wird mit zwei Rechnungen berechnet. "
    "Diese über {amount} ist an {payee} zu zahlen.",
    replaces="Ersetzt die Rechnung {number}, die durch eine Gutschrift aufgehoben ist.",
    credit="Gutschrift zur Rechnung {number}, die durch zwei Rechnungen ersetzt wird.",
    terms="Wird mit der Rechnung {number} verrechnet.",
)
_TEXTS: Final = MappingProxyType({"en": _ENGLISH, "fr": _FRENCH, "de": _GERMAN})


def split_text(language: str) -> SplitText:
    """Return the texts of a language; English where it is not known.

    Args:
        language: ISO 639-1 code or a tag that begins with one, such as ``fr-BE``.
    """
    return _TEXTS.get(language[:2].lower(), _ENGLISH)
