"""Who paid: the debtors a bank's name or IBAN may stand for.

Decides when two names mean the same party: accents, legal forms, the order of words and the
length of the bank's field do not count. What he paid for is left to `by_amount`.

>>> likeness(name_of("SARL MULLER & FILS"), name_of("Müller et Fils")).name
'SAME'
>>> likeness(name_of("Dupont"), name_of("Durand")).name
'NONE'
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from dunning_sdk.decisions.remittance_text import fold

_WORD: Final = re.compile(r"[^\W_]+")
_UMLAUT: Final = re.compile(r"([AOU])E")
_CUT_LENGTH_MIN: Final = 18
_FIELDS: Final = frozenset({26, 27, 34, 35, 69, 70})  # lengths of bank fields, or one less
_COMMON_POSTINGS: Final = 1_000
_WEAK_WORD_MIN: Final = 4


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LEGAL_FORMS: Final = _words(
    "AB AG APS AS ASBL ASSOCIATION AUTOENTREPRENEUR BV BVBA CO COMPANY CORP CORPORATION EIRL EK EL "
    "EURL EV GBR GIE GMBH HOLDING INC KG KGAA KFT LDA LIMITED LLC LLP LTD MBH NV OHG OY OYJ "
    "PLC PTY SA SAS SARL SASU SC SCA SCEA SCI SCM SCOP SCP SCS SE SELARL SL SLU SNC SP SPA SPRL "
    "SPZOO SRL SRO UG ZOO"
)
_FILLERS: Final = _words(
    "AND DE DER DES DIE DU ET ETABLISSEMENT ETABLISSEMENTS ETS FA FIRMA FRAU HERR HERRN L LA LE "
    "LES M MADAME ME MLLE MME MONSIEUR MR MRS MS OF OU SOCIETE STE THE UND VON Y"
)


class Likeness(IntEnum):
    """How far two names agree."""

    NONE = 0
    WEAK = 1
    STRONG = 2
    SAME = 3


@dataclass(frozen=True, slots=True)
class Name:
    """A party's name, made comparable.

    Attributes:
        words: Those that tell parties apart.
        line: Every word in order, without anything between.
        is_cut: Whether it is long enough to have been cut by a bank's field.
        is_full: Whether it just fills such a field.
    """

    words: frozenset[str]
    line: str
    is_cut: bool
    is_full: bool


@dataclass(frozen=True, slots=True)
class Payer:
    """Who may have paid.

    Attributes:
        debtors: Ids the IBAN or the name stands for, sorted.
        alike: Ids whose name is merely similar, sorted.
        is_given: Whether the bank said anything about the payer.
        by_iban: Whether the IBAN told.
    """

    debtors: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    is_given: bool = False
    by_iban: bool = False


def name_of(text: str) -> Name:
    """Return a comparable name.

    Source:
        House rule: legal forms, titles and articles are left out, unless nothing else is there;
        ``ae``, ``oe`` and ``ue`` count as the letter they stand for.
    """
    folded = fold(text)
    words = [_UMLAUT.sub(r"\1", word) for word in _joined(_WORD.findall(folded))]
    telling = frozenset(words) - _LEGAL_FORMS - _FILLERS
    length = len(text.strip())
    return Name(
        telling or frozenset(words), "".join(words), length >= _CUT_LENGTH_MIN, length in _FIELDS
    )


def _joined(words: list[str]) -> list[str]:
    """Join letters that stand alone: ``S A R L`` is ``SARL``."""
    found: list[str] = []
    is_open = False
    for word in words:
        is_letter = len(word) == 1
        if is_letter and is_open:
            found[-1] += word
        else:
            found.append(word)
        is_open = is_letter
    return found


def likeness(one: Name, other: Name) -> Likeness:
    """Tell how far two names agree; the order of the two does not count."""
    if not one.words or not other.words:
        return Likeness.NONE
    if one.words == other.words:
        return Likeness.SAME
    if _is_cut_of(one, other) or _is_cut_of(other, one):
        return Likeness.STRONG
    shared = one.words & other.words
    fewer = min(len(one.words), len(other.words))
    if len(shared) == fewer >= 2:
        return Likeness.STRONG
    if any(len(word) >= _WEAK_WORD_MIN for word in shared) and 2 * len(shared) >= fewer:
        return Likeness.WEAK
    return Likeness.NONE


def _is_cut_of(short: Name, long: Name) -> bool:
    return short.is_cut and long.line.startswith(short.line)


class PayerIndex:
    """Debtors, ready to be found by name or IBAN.

    Args:
        debtors: Per debtor his id, a name he goes by and accounts known to be his; a debtor may
            come several times.
    """

    def __init__(self, debtors: Iterable[tuple[str, str, tuple[str, ...]]]) -> None:
        self._ibans: dict[str, set[str]] = {}
        self._names: dict[str, tuple[str, Name]] = {}
        self._words: dict[str, set[frozenset[str]]] = {}
        self._postings: dict[str, list[str]] = {}
        self._lines: list[tuple[str, str]] = []
        self._cache: dict[tuple[str, str], Payer] = {}
        for debtor_id, text, ibans in debtors:
            for iban in ibans:
                self._ibans.setdefault(_plain(iban), set()).add(debtor_id)
            entry = f"{debtor_id}\x1f{text}"
            if text and entry not in self._names:
                name = name_of(text)
                self._names[entry] = (debtor_id, name)
                self._lines.append((name.line, entry))
                self._words.setdefault(debtor_id, set()).add(name.words)
                for word in name.words:
                    self._postings.setdefault(word, []).append(entry)
        self._lines.sort()

    def is_just(self, debtor_id: str, name: str, iban: str) -> bool:
        """Tell whether a bank's payer has just the name or an IBAN of a debtor.

        Args:
            debtor_id: Whose.
            name: As the bank gives it; may be empty.
            iban: Empty where unknown.
        """
        if iban and debtor_id in self._ibans.get(_plain(iban), ()):
            return True
        words = self._words.get(debtor_id)
        return bool(words and name and name_of(name).words in words)

    def find(self, name: str, iban: str) -> Payer:
        """Return who a bank's payer may be.

        Args:
            name: As the bank gives it; may be cut, may be empty.
            iban: Empty where unknown.
        """
        key = name, iban
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = self._find(name, _plain(iban))
        return found

    def _find(self, text: str, iban: str) -> Payer:
        by_iban = self._ibans.get(iban, set()) if iban else set()
        levels: dict[Likeness, set[str]] = {level: set() for level in Likeness}
        name = name_of(text)
        for entry in self._candidates(name):
            debtor_id, known = self._names[entry]
            levels[likeness(name, known)].add(debtor_id)
        by_name = levels[Likeness.SAME] or levels[Likeness.STRONG]
        if name.is_full:
            by_name = levels[Likeness.SAME] | levels[Likeness.STRONG]
        if by_iban:
            both = by_iban & by_name
            debtors = both or by_iban
        else:
            debtors = by_name
        alike = (levels[Likeness.STRONG] | levels[Likeness.WEAK]) - debtors
        return Payer(
            debtors=tuple(sorted(debtors)),
            alike=tuple(sorted(alike)),
            is_given=bool(text.strip() or iban),
            by_iban=bool(by_iban),
        )

    def _candidates(self, name: Name) -> set[str]:
        """Return the names that share half of their words with this one, or begin with it."""
        postings = sorted((self._postings.get(word, []) for word in name.words), key=len)
        shared: Counter[str] = Counter()
        passed_over = 0
        for place, entries in enumerate(postings):
            if place == 0 or len(entries) <= _COMMON_POSTINGS:
                shared.update(entries)
            else:
                passed_over += 1
        words = len(name.words)
        found = {
            entry
            for entry, count in shared.items()
            if 2 * (count + passed_over) >= min(words, len(self._names[entry][1].words))
        }
        if name.is_cut:
            found.update(self._beginning_with(name.line))
        return found

    def _beginning_with(self, line: str) -> set[str]:
        found: set[str] = set()
        for known, entry in self._lines[bisect_left(self._lines, (line, "")) :]:
            if not known.startswith(line):
                break
            found.add(entry)
        return found


def _plain(iban: str) -> str:
    return "".join(iban.split()).upper()
