"""Cut a reply into words, numbers and marks; leave out what it quotes and its signature's line.

Words are compared without accents and in small letters, so that a telephone's keyboard makes no
difference: ``Déjà payé !`` reads as ``deja paye !``.

>>> [token.text for token in tokens_of("J’ai payé 12,50 € le 5.")]
['j', 'ai', 'paye', '12,50', '€', 'le', '5.']
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r"(?P<iso>\d{4}-\d{2}-\d{2})(?!\d)"
    r"|(?P<number>\d{1,3}(?:[ .,]\d{3})+(?:[.,]\d{1,2})?(?!\d)(?![./]\d)"
    r"|\d{1,2}[./]\d{1,2}(?:[./](?:\d{4}|\d{2})?)?(?!\d)"
    r"|\d+(?:[.,]\d{1,2})?(?![.,]?\d))"
    r"(?P<suffix>(?:st|nd|rd|th|er|ten|te)(?![a-z])|\.(?!\d))?"
    r"|(?P<word>[a-z]+)"
    r"|(?P<mark>[€$£?,])"
    r"|(?P<silent>[\s.!;:'’\"()…–—-]+)"
    r"|(?P<other>.)"
)
_QUOTED: Final = re.compile(
    r"^\s*(?:>"
    r"|-{2,}\s*(?:original|message|ursprungliche|$)"
    r"|_{5,}"
    r"|(?:le|on|am)\b.{4,90}\b(?:a ecrit|wrote|schrieb)\b.*:?\s*$"
    r"|(?:from|de|von)\s?:.*@)"
)
_SENT_FROM: Final = re.compile(
    r"^\s*(?:envoye (?:de|depuis) mon|sent from my|get outlook|von meinem .* gesendet"
    r"|gesendet (?:von|mit)|telecharger outlook).{0,60}$"
)
_LETTERS: Final = str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae", "’": "'", "`": "'", "´": "'"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, a number or a mark.

    Attributes:
        text: Without accents, in small letters.
        is_name: Whether it was written with a capital, as names are.
    """

    text: str
    is_name: bool = False


def plain(text: str) -> str:
    """Return a text without accents, in small letters.

    >>> plain("Überweisung à Noël")
    'uberweisung a noel'
    """
    lower = text.replace("\u202f", " ").replace("\u00a0", " ").lower().translate(_LETTERS)
    parts = unicodedata.normalize("NFKD", lower)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def own_words(text: str) -> str:
    r"""Return what the debtor wrote himself: no quoted message below, no line of his telephone.

    >>> own_words("Vendredi.\nLe 3 mars 2026, Lumen <a@b.example> a écrit :\n> Relance")
    'Vendredi.'
    """
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        seen = plain(line)
        if _QUOTED.match(seen):
            break
        if not _SENT_FROM.match(seen):
            kept.append(line)
    return "\n".join(kept).strip()


def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the tokens of a text in their order; full stops and the like are left out."""
    seen, origin = _traced(unicodedata.normalize("NFC", text))
    found: list[Token] = []
    for match in _TOKEN.finditer(seen):
        if match["silent"]:
            if "\n" in match["silent"]:
                found.append(Token(text="\n"))
            continue
        found.append(Token(text=match[0].strip(), is_name=origin[match.start()].isupper()))
    return tuple(found)


def _traced(text: str) -> tuple[str, str]:
    """Return the plain text, and for each of its letters the one it was made of."""
    seen: list[str] = []
    origin: list[str] = []
    for letter in text:
        made = plain(letter)
        seen.append(made)
        origin.append(letter * len(made))
    return "".join(seen), "".join(origin)
