"""The numbers payers may quote, looked up in every form they are written in.

Decides which forms of a number are the same: with or without punctuation, leading zeros, or the
letters it begins with. What a text quotes is left to `remittance`.

>>> is_creditor_reference("RF18 5390 0754 7034")
True
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from dunning_sdk.decisions.remittance_text import (
    Atom,
    atoms,
    compact,
    is_invoice_word,
    is_joining,
    stripped,
)

_DIGITS: Final = "0123456789"
_SHAPE: Final = str.maketrans(_DIGITS, "9" * 10)
_ATOMS_MAX: Final = 8
_PADDING_MAX: Final = 4
_SHAPE_DIGITS_MIN: Final = 4


class ReadAs(NamedTuple):
    """A number as the text has it: in one piece, and by runs without leading zeros."""

    compact: str
    loose: str


def is_creditor_reference(text: str) -> bool:
    """Tell whether a text is a structured creditor reference with correct check digits.

    Source:
        ISO 11649; check digits by ISO/IEC 7064 MOD 97-10.
    """
    plain = "".join(text.split()).upper()
    if not (5 <= len(plain) <= 25 and plain.isascii() and plain.isalnum()):
        return False
    if plain[:2] != "RF" or not plain[2:4].isdigit():
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


class NumberIndex:
    """The numbers payers may quote, ready to be found in texts.

    Args:
        numbers: Per receivable its id, its invoice number and its payment reference, which may
            be empty.
    """

    def __init__(self, numbers: Iterable[tuple[str, str, str]]) -> None:
        exact: dict[str, set[str]] = {}
        loose: dict[str, set[str]] = {}
        tails: dict[str, set[str]] = {}
        references: dict[str, set[str]] = {}
        self._heads: set[str] = set()
        self._shapes: set[str] = set()
        for key, number, reference in numbers:
            for text in {number, reference} - {""}:
                self._index(atoms(text), key, exact, loose=loose, tails=tails)
            if reference:
                references.setdefault(compact(reference), set()).add(key)
        self._exact = _sorted(exact)
        self._loose = _sorted(loose)
        self._tails = _sorted(tails)
        self._references = _sorted(references)
        self._head_lengths = sorted({len(head) for head in self._heads}, reverse=True)
        self._length_max = max(map(len, exact), default=0) + _PADDING_MAX

    def _index(
        self,
        run: Sequence[Atom],
        key: str,
        exact: dict[str, set[str]],
        *,
        loose: dict[str, set[str]],
        tails: dict[str, set[str]],
    ) -> None:
        if not any(atom.is_number for atom in run):
            return
        read_as = read_runs([atom.text for atom in run])
        exact.setdefault(read_as.compact, set()).add(key)
        loose.setdefault(read_as.loose, set()).add(key)
        self._shapes.update(_shapes(read_as.compact))
        if not run[0].is_number:
            self._heads.add(run[0].text)
            tail = read_runs([atom.text for atom in run[1:]])
            for form in set(tail):
                tails.setdefault(form, set()).add(key)

    def near(self, read: Iterable[ReadAs]) -> frozenset[str]:
        """Return the ids of numbers that are one slip of the pen from those read.

        A slip is one digit changed, left out, put in, or two neighbors exchanged.
        """
        found: set[str] = set()
        for read_as in read:
            for index, text in zip((self._exact, self._loose), read_as, strict=True):
                for slip in _slips(text):
                    found.update(index.get(slip, ()))
        return frozenset(found)

    def known(self, read_as: ReadAs) -> tuple[tuple[str, ...], bool]:
        """Return whom a number means, and whether only its end was quoted."""
        ids = self._exact.get(read_as.compact) or self._loose.get(read_as.loose)
        if ids:
            return ids, False
        return self._tails.get(read_as.compact) or self._tails.get(read_as.loose) or (), True

    def referenced(self, text: str) -> tuple[str, ...]:
        """Return who was given exactly this payment reference; letters and digits only."""
        return self._references.get(text, ())

    def windows(
        self, run: Sequence[Atom], place: int, folded: str
    ) -> Iterator[tuple[int, int, ReadAs]]:
        """Yield what may be one number from an atom on, longest first.

        Yields:
            Index of the last atom, offset of the first sign, and how it reads.
        """
        head = self._head(run, place, folded)
        if not head:
            return
        texts, length, found = [head], len(head), []
        start = run[place].end - len(head)
        for last in range(place, min(place + _ATOMS_MAX, len(run))):
            if last > place:
                if not is_joining(folded[run[last - 1].end : run[last].start]):
                    break
                texts.append(run[last].text)
                length += len(run[last].text)
            if length > self._length_max:
                break
            if last > place or run[place].is_number:
                found.append((last, start, read_runs(texts)))
        yield from reversed(found)

    def _head(self, run: Sequence[Atom], place: int, folded: str) -> str:
        """Return how a number that begins at an atom begins: the atom, or the end of a word."""
        atom = run[place]
        if atom.is_number or atom.text in self._heads:
            return atom.text
        is_glued = place + 1 < len(run) and run[place + 1].start == atom.end
        if not is_glued:
            return ""
        for length in self._head_lengths:
            word, head = atom.text[:-length], atom.text[-length:]
            if word and head in self._heads and (length > 1 or is_invoice_word(word)):
                return head
        return ""

    def is_shaped(self, read_as: ReadAs) -> bool:
        """Tell whether a text is built like one of our numbers."""
        return read_as.compact.translate(_SHAPE) in self._shapes


def _sorted(found: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(sorted(ids)) for key, ids in found.items()}


def read_runs(runs: Sequence[str]) -> ReadAs:
    """Return how a number made of these runs of letters and digits reads."""
    return ReadAs("".join(runs), "|".join(map(stripped, runs)))


def _shapes(number: str) -> Iterator[str]:
    """Yield how a number is built, also with one digit more or less."""
    shape = number.translate(_SHAPE)
    if shape.count("9") >= _SHAPE_DIGITS_MIN:
        place = shape.rindex("9")
        yield from (shape, shape[:place] + shape[place + 1 :], shape[:place] + "9" + shape[place:])


def _slips(text: str) -> Iterator[str]:
    for place, sign in enumerate(text):
        if not sign.isdigit():
            continue
        before, after = text[:place], text[place + 1 :]
        yield before + after
        for digit in _DIGITS:
            yield before + digit + after
            yield before + digit + sign + after
            yield before + sign + digit + after
        if after[:1].isdigit():
            yield before + after[0] + sign + after[1:]
