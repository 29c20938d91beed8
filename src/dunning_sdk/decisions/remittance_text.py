"""What a payer's text is made of: runs of letters and of digits, labels, dates, amounts.

Decides which stretches of a text are no invoice number though they look like one. Which number
is meant is left to `remittance`.

>>> [atom.text for atom in atoms("Facture n° INV-2026/0042")]
['FACTURE', 'N', 'INV', '2026', '0042']
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final, NamedTuple

from dunning_sdk.domain.party import is_iban

_LIGATURES: Final = str.maketrans({"Æ": "AE", "Œ": "OE", "Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D"})
_ATOM: Final = re.compile(r"[^\W\d_]+|[0-9]+")
_JOINING: Final = frozenset(" -_/.\\:#°'\t\n\r")
_TIGHT: Final = frozenset("-_/.\\")
_LISTING: Final = frozenset(" ,;+&/.-\t\n\r")
_CURRENCY: Final = r"(?:EUROS?|EUR|€|USD|\$|GBP|£|CHF)"

_DATE: Final = re.compile(
    r"(?<![0-9])(?:[0-3]?\d([./-])[01]?\d\1(?:19|20)?\d\d"
    r"|(?:19|20)\d\d([./-])[01]?\d\2[0-3]?\d)(?![0-9])"
)
_MONTH: Final = re.compile(
    r"(?<![0-9./-])(?:(?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d|(?:19|20)\d\d[./-](?:0[1-9]|1[0-2]))"
    r"(?![0-9./-])"
)
_COMPACT_DATE: Final = re.compile(r"(?<![0-9])[0-9]{8}(?![0-9])")
_AMOUNT: Final = re.compile(
    r"(?<![0-9.,])(?:\d{1,3}(?:[ .,']\d{3})+|\d+)[.,]\d{2}(?![0-9.,]*[0-9])"
    rf"|{_CURRENCY} ?\d[\d.,']*|(?<![0-9.,])\d[\d.,']* ?{_CURRENCY}(?!\w)"
)
_IBAN: Final = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}")
_IBAN_LENGTH_MIN: Final = 15


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NUMBER_WORDS: Final = _words("N NO NR NUM NUMERO NUMBER NUMMER")
_INVOICE_WORDS: Final = _NUMBER_WORDS | _words(
    "F FA FAC FACT FACTURE FACTURES FACTURA FACTUUR FATTURA FT INV INVOICE INVOICES RE REF "
    "REFERENCE RECHN RECHNUNG RECHNUNGEN RECHNUNGSNR RECHNUNGSNUMMER RENR RG RGNR RNR "
    "BELEG BELEGNR"
)
_OTHER_WORDS: Final = _words(
    "ACCOUNT ACCT AUFTRAG AUFTRAGS BESTELLUNG BIC BLZ BON CDE CLIENT CLT COMMANDE COMPTE CONTRACT "
    "CONTRAT CUST CUSTOMER DEVIS IBAN ICS KD KDNR KONTO KTO KUNDE KUNDEN KUNDENNR KUNDENNUMMER "
    "MANDAT MANDATE ORDER PO QUOTE RUM SIREN SIRET TEL TVA UST USTID VAT VERTRAG VERTRAGS "
    "VERTRAGSNR"
)
_INVOICE_STEMS: Final = ("FACTUR", "FATTUR", "INVOICE", "RECHNUNG")
_AND_WORDS: Final = _words("ET AND UND Y E EN")


class Atom(NamedTuple):
    """A longest run of letters or of digits.

    Attributes:
        text: Folded.
        start: Where it begins in the folded text.
        end: Where it ends, exclusive.
        is_number: Whether it is made of digits.
    """

    text: str
    start: int
    end: int
    is_number: bool


class Doubt(IntEnum):
    """How far a stretch of text is from being an invoice number.

    ``WEAK`` may be one (``20260315``); ``NONE`` is surely something else, unless a label says
    otherwise (``15.03.2026``, ``1.042,00 EUR``, an IBAN).
    """

    WEAK = 1
    NONE = 2


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text, end exclusive, that looks like something else than a number."""

    start: int
    end: int
    doubt: Doubt


def fold(text: str) -> str:
    """Return a text in upper case, without accents, ligatures or signs of width."""
    if text.isascii():
        return text.upper()
    plain = unicodedata.normalize("NFKD", text.upper().translate(_LIGATURES))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def atoms(text: str) -> tuple[Atom, ...]:
    """Return the runs of letters and digits of a text, folded, in order."""
    return tuple(
        Atom(found.group(), found.start(), found.end(), found.group()[0].isdigit())
        for found in _ATOM.finditer(fold(text))
    )


def compact(text: str) -> str:
    """Return a text's letters and digits, folded, without anything between."""
    return "".join(_ATOM.findall(fold(text)))


def stripped(run: str) -> str:
    """Return a run of digits without leading zeros, other runs as they are."""
    return run.lstrip("0") or "0" if run[0] == "0" else run


def is_joining(gap: str) -> bool:
    """Tell whether what stands between two atoms may stand inside one number."""
    return len(gap) <= 3 and _JOINING.issuperset(gap)


def is_tight(gap: str) -> bool:
    """Tell whether two atoms are glued, or held together by punctuation without a blank."""
    return not gap or _TIGHT.issuperset(gap)


def doubtful_spans(folded: str) -> tuple[Span, ...]:
    """Return the dates, amounts and IBANs of a folded text."""
    return tuple(_doubts(folded))


def _doubts(folded: str) -> Iterator[Span]:
    for pattern, doubt in ((_DATE, Doubt.NONE), (_AMOUNT, Doubt.NONE), (_MONTH, Doubt.WEAK)):
        for found in pattern.finditer(folded):
            yield Span(found.start(), found.end(), doubt)
    for found in _COMPACT_DATE.finditer(folded):
        if _is_compact_date(found.group()):
            yield Span(found.start(), found.end(), Doubt.WEAK)
    for found in _IBAN.finditer(folded):
        length = _iban_length(found.group())
        if length:
            yield Span(found.start(), found.start() + length, Doubt.NONE)


def _is_compact_date(digits: str) -> bool:
    for year, month, day in (
        (digits[:4], digits[4:6], digits[6:]),
        (digits[4:], digits[2:4], digits[:2]),
    ):
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            continue
        if 1990 <= found.year <= 2100:
            return True
    return False


def _iban_length(text: str) -> int:
    """Return how many signs at the start of a text are an IBAN, 0 for none."""
    for end in range(len(text), _IBAN_LENGTH_MIN - 1, -1):
        if text[end - 1] != " " and is_iban(text[:end]):
            return end
    return 0


def is_invoice_word(word: str) -> bool:
    """Tell whether a folded word announces an invoice number."""
    return word in _INVOICE_WORDS or word.startswith(_INVOICE_STEMS)


def is_invoice_label(run: Sequence[Atom], place: int, folded: str) -> bool | None:
    """Tell what the words before an atom say it is.

    Args:
        run: Atoms of the text.
        place: Index of the first atom of a supposed number.
        folded: The text they were read from.

    Returns:
        True after "facture", "Rechnung Nr." and the like, False after words for another kind
        of number ("client", "Vertrag"), ``None`` where the words before say nothing.
    """
    verdict: bool | None = None
    for index in range(place - 1, max(place - 4, -1), -1):
        word, following = run[index], run[index + 1]
        if word.is_number or len(folded[word.end : following.start].strip(" ")) > 2:
            return verdict
        if word.text in _OTHER_WORDS:
            return False
        if not is_invoice_word(word.text):
            return verdict
        verdict = True
        if word.text not in _NUMBER_WORDS:
            return True
    return verdict


def is_listing(run: Sequence[Atom], last: int, place: int, folded: str) -> bool:
    """Tell whether an atom continues a list begun by an earlier one: ``1041, 1042 et 1043``.

    Args:
        run: Atoms of the text.
        last: Index of the last atom of the number before.
        place: Index of the first atom of the number in question.
        folded: The text they were read from.
    """
    if place - last > 2 or (place - last == 2 and run[last + 1].text not in _AND_WORDS):
        return False
    gaps = (folded[run[i].end : run[i + 1].start] for i in range(last, place))
    return all(_LISTING.issuperset(gap) for gap in gaps)
