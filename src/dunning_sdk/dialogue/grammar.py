"""Cover a reply with what the words of one language stand for.

Every word must stand for something, or the reply is for a person: a grammar that skipped what it
does not know would read ``I'd pay on Friday if the goods had come`` as a promise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from dunning_sdk.dialogue.amount import amount_at
from dunning_sdk.dialogue.answer import Doubt
from dunning_sdk.dialogue.day import day_at, number_at
from dunning_sdk.dialogue.lexicon import NUMBER, Day, Lexicon, Phrase, Sign
from dunning_sdk.dialogue.word import Token
from dunning_sdk.domain.money import Money

_NAMES_MAX: Final = 8
_SILENT: Final = frozenset({",", "\n"})
_TURNED: Final = MappingProxyType(
    {Sign.NEGATED: Doubt.NEGATED, Sign.CONDITIONAL: Doubt.CONDITIONAL}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing that a reply says.

    Attributes:
        sign: What a phrase stands for; ``None`` for a day or an amount.
        count: The number in the phrase; 0 where there is none.
        day: The day, where it is one.
        amount: The amount, where it is one that can be read.
        is_amount: Whether it is an amount.
    """

    sign: Sign | None = None
    count: int = 0
    day: Day | None = None
    amount: Money | None = None
    is_amount: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What a reply says cannot be told.

    Attributes:
        doubt: Why.
        word: The first word it is about.
    """

    doubt: Doubt
    word: str


class Grammar:
    """Covers replies with the words of one language.

    Args:
        words: Of the language.
        polite: Phrases of courtesy of every language, which people mix.
    """

    def __init__(self, words: Lexicon, polite: Sequence[tuple[Phrase, Sign]] = ()) -> None:
        self._words = words
        known = {**dict(polite), **words.phrases}
        self._longest = max(map(len, known))
        self._known = known

    def cover(self, tokens: Sequence[Token]) -> tuple[Said, ...] | Unknown:
        """Return what the tokens say, the longest phrase first; or the word that is not known.

        Args:
            tokens: Of one reply; marks of a question are left to the caller.
        """
        found: list[Said] = []
        unknown: list[str] = []
        at = 0
        while at < len(tokens):
            length, said = self._next(tokens, at)
            if said is not None:
                if said.sign is not None and said.sign in _TURNED:
                    return Unknown(doubt=_TURNED[said.sign], word=tokens[at].text)
                found.append(said)
            elif tokens[at].text not in _SILENT:
                unknown.append(tokens[at].text)
            at += length
            if said is not None and said.sign in (Sign.GREETING, Sign.CLOSING):
                at += self._names(tokens, at, closing=said.sign is Sign.CLOSING)
        return Unknown(doubt=Doubt.WORDS, word=unknown[0]) if unknown else tuple(found)

    def _next(self, tokens: Sequence[Token], at: int) -> tuple[int, Said | None]:
        """Return the longest thing that begins here; a phrase before a day, a day before money."""
        options: list[tuple[int, Said]] = []
        if phrase := self._phrase(tokens, at):
            options.append(phrase)
        if named := day_at(tokens, at, self._words):
            options.append((named[0], Said(day=named[1])))
        if money := amount_at(tokens, at):
            options.append((money[0], Said(amount=money[1], is_amount=True)))
        if not options:
            return 1, None
        return max(options, key=lambda option: option[0])

    def _phrase(self, tokens: Sequence[Token], at: int) -> tuple[int, Said] | None:
        texts = [token.text for token in tokens[at : at + self._longest]]
        numbers = [number_at(tokens, at + place, self._words) for place in range(len(texts))]
        for length in range(len(texts), 0, -1):
            exact = tuple(texts[:length])
            if exact in self._known:
                return length, Said(sign=self._known[exact])
            for place in range(length):
                number = numbers[place]
                marked = (*exact[:place], NUMBER, *exact[place + 1 :])
                if number is not None and marked in self._known:
                    return length, Said(sign=self._known[marked], count=number)
        return None

    def _names(self, tokens: Sequence[Token], at: int, *, closing: bool) -> int:
        """Return how many tokens are names that go with a greeting, or sign the whole."""
        length = 0
        while at + length < len(tokens) and length < _NAMES_MAX:
            token = tokens[at + length]
            is_break = token.text in _SILENT
            if is_break and not closing:
                break
            if not is_break and not (token.is_name and self._next(tokens, at + length)[1] is None):
                break
            length += 1
        return length
