"""Understand a reply to a reminder: one intention, or a person reads it.

>>> from dunning_sdk.domain.money import Money
>>> tuesday = Situation(as_of=date(2026, 3, 3), open_amount=Money(120_00, "EUR"), language="fr")
>>> understand("Bonjour, je paie vendredi. Merci", tuesday).on
datetime.date(2026, 3, 6)
>>> understand("Je ne paierai pas vendredi", tuesday)
ForPerson(doubt=<Doubt.NEGATED: 'negated'>, quote='ne')
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date as date
from typing import Final

from dunning_sdk.dialogue.answer import Doubt, ForPerson, Intention, Situation, Understood
from dunning_sdk.dialogue.english import ENGLISH
from dunning_sdk.dialogue.french import FRENCH
from dunning_sdk.dialogue.german import GERMAN
from dunning_sdk.dialogue.grammar import Grammar, Unknown
from dunning_sdk.dialogue.lexicon import Phrase, Sign
from dunning_sdk.dialogue.sense import sense_of
from dunning_sdk.dialogue.word import Token, own_words, tokens_of

LETTERS_MAX: Final = 600
"""Longest reply that is read as a short answer. House rule: about two long sentences."""

_LEXICONS: Final = (FRENCH, ENGLISH, GERMAN)
_COURTESY: Final[tuple[tuple[Phrase, Sign], ...]] = tuple(
    (phrase, sign)
    for words in _LEXICONS
    for phrase, sign in words.phrases.items()
    if sign in (Sign.GREETING, Sign.CLOSING) or (sign is Sign.POLITE and len(phrase) == 1)
)
_GRAMMARS: Final = tuple((words.language, Grammar(words, _COURTESY)) for words in _LEXICONS)


def understand(text: str, situation: Situation) -> Understood | ForPerson:
    """Return what a debtor wants to say, or why a person must read it.

    The language of the debtor is tried first; another counts only where every language that
    understands the reply understands the same.

    Args:
        text: The reply as it came; what it quotes is passed over.
        situation: The day it came, what is open, and what was offered.
    """
    own = own_words(text)
    if len(own) > LETTERS_MAX:
        return ForPerson(doubt=Doubt.TOO_LONG, quote=own)
    tokens = tokens_of(own)
    asked = any(token.text == "?" for token in tokens)
    tokens = tuple(token for token in tokens if token.text != "?")
    if chosen := _choice(tokens, situation, own):
        return chosen
    heard = [
        (language, _heard(grammar, tokens, situation, language=language, is_asked=asked))
        for language, grammar in _ordered(situation.language)
    ]
    return _agreed(heard, situation, own)


def _ordered(language: str) -> Iterable[tuple[str, Grammar]]:
    return sorted(_GRAMMARS, key=lambda pair: pair[0] != language[:2])


def _choice(
    tokens: Sequence[Token], situation: Situation, own: str
) -> Understood | ForPerson | None:
    """Read a number alone, such as ``2`` or ``2.``; it counts only where answers were offered."""
    said = [token.text.rstrip(".") for token in tokens if token.text != "\n"]
    if len(said) != 1 or not said[0].isdecimal():
        return None
    number = int(said[0]) if len(said[0]) <= 2 else 0
    if not 1 <= number <= situation.choices:
        return ForPerson(doubt=Doubt.NO_SUCH_CHOICE, quote=own)
    return Understood(
        intention=Intention.CHOICE, language=situation.language[:2] or "fr", count=number
    )


def _heard(
    grammar: Grammar,
    tokens: Sequence[Token],
    situation: Situation,
    *,
    language: str,
    is_asked: bool,
) -> Understood | Doubt | Unknown:
    covered = grammar.cover(tokens)
    if isinstance(covered, Unknown):
        return covered
    return sense_of(covered, situation, language=language, is_asked=is_asked)


def _agreed(
    heard: Sequence[tuple[str, Understood | Doubt | Unknown]], situation: Situation, own: str
) -> Understood | ForPerson:
    """Choose among languages: the debtor's own where it knows every word, else what all mean.

    A word of the debtor's own language may stand in another; so a word that it does not know, or
    one that turns a meaning around, does not keep the others from being asked.
    """
    first = heard[0][1]
    is_own = heard[0][0] == situation.language[:2]
    if is_own and isinstance(first, Understood):
        return first
    meant = [one for _, one in heard if isinstance(one, Understood)]
    covered = [one for _, one in heard if isinstance(one, Doubt)]
    if len({replace(one, language="") for one in meant}) == 1 and not covered:
        return meant[0]
    if covered:
        return ForPerson(doubt=covered[0], quote=own)
    if meant:
        return ForPerson(doubt=Doubt.SEVERAL, quote=own)
    unknown = [one for _, one in heard if isinstance(one, Unknown)]
    told = [one for one in unknown if one.doubt is not Doubt.WORDS]
    found = (told or unknown)[0]
    return ForPerson(doubt=found.doubt, quote=found.word)
