"""Which invoice numbers a payer quotes, and how surely.

Decides what in a text is one of our numbers: whatever the case, blanks, punctuation, leading
zeros or words glued to it, and never a piece of a longer number, a date, an amount or an IBAN.
What follows from a quoted number is left to `by_reference`.

>>> numbers = NumberIndex([("r1", "INV-2026-0042", ""), ("r2", "INV-2026-0043", "")])
>>> [quote.ids for quote in read(numbers, "Rechnungen INV 2026/42, INV20260043").quotes]
[('r1',), ('r2',)]
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

from dunning_sdk.decisions.number_index import (
    NumberIndex,
    ReadAs,
    is_creditor_reference,
    read_runs,
)
from dunning_sdk.decisions.remittance_text import (
    Doubt,
    Span,
    atoms,
    compact,
    doubtful_spans,
    fold,
    is_invoice_label,
    is_invoice_word,
    is_listing,
    is_tight,
)

_CREDITOR_REFERENCE: Final = re.compile(r"(?<!\w)RF ?[0-9]{2}(?: ?[A-Z0-9]){1,21}")
_SPECIFIC_DIGITS: Final = 6
_SPECIFIC_DIGITS_WITH_LETTERS: Final = 4
_TAIL_DIGITS: Final = 5


class Strength(IntEnum):
    """How surely a number was quoted on purpose.

    ``WEAK`` needs the amount or the payer beside it; ``PLAIN`` speaks for itself; ``CHECKED``
    carries check digits, or stands where the bank put a structured reference.
    """

    WEAK = 1
    PLAIN = 2
    CHECKED = 3


@dataclass(frozen=True, slots=True)
class Quote:
    """A number found in a text.

    Attributes:
        ids: Whom it may mean; several where a number is not unique.
        strength: How surely.
        read_as: As the text has it.
    """

    ids: tuple[str, ...]
    strength: Strength
    read_as: ReadAs


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text quotes.

    Attributes:
        quotes: Known numbers, in the order of the text.
        strangers: What looks like one of our numbers and is none.
    """

    quotes: tuple[Quote, ...] = ()
    strangers: tuple[ReadAs, ...] = ()


class _Hit(NamedTuple):
    """A known number at atoms ``first`` to ``last``; ``start`` is its first sign."""

    first: int
    last: int
    start: int
    ids: tuple[str, ...]
    is_tail: bool
    read_as: ReadAs


def read(numbers: NumberIndex, text: str, *, structured: bool = False) -> Reading:
    """Return what a text quotes.

    Args:
        numbers: All numbers that may be quoted.
        text: As the payer or the bank wrote it.
        structured: Whether it stands where only a reference may stand.
    """
    if not text:
        return Reading()
    if structured and (ids := numbers.referenced(compact(text))):
        whole = compact(text)
        return Reading((Quote(ids, Strength.CHECKED, ReadAs(whole, whole)),))
    folded = fold(text)
    if not any(sign.isdigit() for sign in folded):
        return Reading()
    return _Scan(numbers, folded).reading()


class _Scan:
    """One reading of one text."""

    def __init__(self, numbers: NumberIndex, folded: str) -> None:
        self._numbers = numbers
        self._folded = folded
        self._run = atoms(folded)
        self._spans = list(doubtful_spans(folded))
        self._covered: dict[int, int] = {}
        self._quotes: list[tuple[int, Quote]] = []
        self._strangers: list[ReadAs] = []

    def reading(self) -> Reading:
        self._take_creditor_references()
        hits = list(self._hits())
        for hit in hits:
            self._cover(hit.first, hit.last)
        is_lone = len(self._covered) == len(self._run)
        before: tuple[int, bool] = (-9, False)
        for hit in hits:
            listed = before[1] and is_listing(self._run, before[0], hit.first, self._folded)
            label = is_invoice_label(self._run, hit.first, self._folded)
            is_labelled = label is True or listed
            strength = self._strength(hit, label=True if is_labelled else label, is_lone=is_lone)
            if strength is not None:
                self._quotes.append((hit.start, Quote(hit.ids, strength, hit.read_as)))
            before = hit.last, is_labelled
        self._take_strangers()
        ordered = tuple(quote for _, quote in sorted(self._quotes, key=lambda pair: pair[0]))
        return Reading(ordered, tuple(self._strangers))

    def _cover(self, first: int, last: int) -> None:
        for place in range(first, last + 1):
            self._covered[place] = first

    def _take_creditor_references(self) -> None:
        """Read the ISO 11649 references; one whose check fails makes what it holds weak."""
        for found in _CREDITOR_REFERENCE.finditer(self._folded):
            body, end = self._checked(found.group())
            if not end:
                self._spans.append(Span(found.start(), found.end(), Doubt.WEAK))
                continue
            stop = found.start() + end
            inside = [i for i, a in enumerate(self._run) if found.start() <= a.start < stop]
            self._cover(inside[0], inside[-1])
            read_as = read_runs([atom.text for atom in atoms(body)])
            ids = self._numbers.referenced(compact(found.group()[:end]))
            ids = ids or self._numbers.known(read_as)[0]
            if ids:
                self._quotes.append((found.start(), Quote(ids, Strength.CHECKED, read_as)))
            else:
                self._strangers.append(read_as)

    def _checked(self, text: str) -> tuple[str, int]:
        """Return the body and length of the reference a text begins with; 0 for none.

        Of several lengths with a correct check the longest known one is taken.
        """
        lengths = [
            end for end in range(len(text), 4, -1)
            if text[end - 1] != " " and is_creditor_reference(text[:end])
        ]  # fmt: skip
        bodies = [(compact(text[:end])[4:], end) for end in lengths]
        for body, end in bodies:
            read_as = read_runs([atom.text for atom in atoms(body)])
            if self._numbers.known(read_as)[0] or self._numbers.referenced(compact(text[:end])):
                return body, end
        return next(((body, end) for body, end in bodies if end == len(text)), ("", 0))

    def _hits(self) -> Iterator[_Hit]:
        place = 0
        while place < len(self._run):
            hit = None if place in self._covered else self._longest(place)
            if hit is not None:
                yield hit
            place = hit.last + 1 if hit else place + 1

    def _longest(self, place: int) -> _Hit | None:
        for last, start, read_as in self._numbers.windows(self._run, place, self._folded):
            ids, is_tail = self._numbers.known(read_as)
            if ids and last not in self._covered and not self._cuts(place, last):
                return _Hit(place, last, start, ids, is_tail, read_as)
        return None

    def _cuts(self, first: int, last: int) -> bool:
        """Tell whether a number would take a piece of a date or an amount."""
        start, end = self._run[first].start, self._run[last].end
        for span in self._spans:
            if span.doubt is Doubt.NONE and span.start < end and start < span.end:
                digits = [a for a in self._run if a.is_number and span.start <= a.start < span.end]
                inside = sum(start <= atom.end <= end for atom in digits)
                if 0 < inside < len(digits):
                    return True
        return False

    def _strength(self, hit: _Hit, *, label: bool | None, is_lone: bool) -> Strength | None:
        """Tell how surely a hit was meant; ``None`` where it was not."""
        doubt = self._doubt(hit.start, self._run[hit.last].end)
        if doubt is Doubt.NONE:
            return Strength.WEAK if label else None
        label = True if is_lone else label
        if doubt is Doubt.WEAK:
            return Strength.PLAIN if label and not hit.is_tail else Strength.WEAK
        digits = sum(sign.isdigit() for sign in hit.read_as.compact)
        if hit.is_tail and not label and digits < _TAIL_DIGITS:
            return None
        if label is False or self._is_connected(hit):
            return Strength.WEAK
        if hit.is_tail:
            return Strength.PLAIN if label and digits >= _TAIL_DIGITS else Strength.WEAK
        has_letters = digits < len(hit.read_as.compact)
        enough = _SPECIFIC_DIGITS_WITH_LETTERS if has_letters else _SPECIFIC_DIGITS
        return Strength.PLAIN if label or digits >= enough else Strength.WEAK

    def _doubt(self, start: int, end: int) -> Doubt | None:
        return max(
            (span.doubt for span in self._spans if span.start <= start and end <= span.end),
            default=None,
        )

    def _is_connected(self, hit: _Hit) -> bool:
        """Tell whether a hit is a piece of something longer, such as ``1042`` in ``XY-1042-7``."""
        first, last = self._run[hit.first], self._run[hit.last]
        if hit.first > 0 and hit.start == first.start:
            before = self._run[hit.first - 1]
            gap = self._folded[before.end : first.start]
            if is_tight(gap) and self._is_foreign(hit.first - 1, is_prefix=True):
                return True
        if hit.last + 1 < len(self._run):
            gap = self._folded[last.end : self._run[hit.last + 1].start]
            return is_tight(gap) and self._is_foreign(hit.last + 1, is_prefix=False)
        return False

    def _is_foreign(self, place: int, *, is_prefix: bool) -> bool:
        """Tell whether an atom that touches a number would be a part of it."""
        atom = self._run[place]
        if place in self._covered or self._doubt(atom.start, atom.end) is Doubt.NONE:
            return False
        if atom.is_number:
            return True
        if is_prefix:
            return len(atom.text) <= 3 and not is_invoice_word(atom.text)
        return len(atom.text) == 1

    def _take_strangers(self) -> None:
        place = 0
        while place < len(self._run):
            stranger = None if place in self._covered else self._stranger(place)
            if stranger is not None:
                self._strangers.append(stranger[1])
            place = stranger[0] + 1 if stranger else place + 1

    def _stranger(self, place: int) -> tuple[int, ReadAs] | None:
        if is_invoice_label(self._run, place, self._folded) is False:
            return None
        for last, start, read_as in self._numbers.windows(self._run, place, self._folded):
            is_free = not any(index in self._covered for index in range(place, last + 1))
            is_plain = self._doubt(start, self._run[last].end) is None
            if is_free and is_plain and self._numbers.is_shaped(read_as):
                return last, read_as
        return None
