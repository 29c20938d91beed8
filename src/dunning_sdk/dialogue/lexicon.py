"""What the words of a language mean to the grammar; the tables are in a module per language.

A table names phrases in a small notation: ``(je|on) (vais|va) payer`` stands for four phrases,
``(tout|) de suite`` for two, and ``#`` for a number in digits or words.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

Phrase = tuple[str, ...]
NUMBER: Final = "#"

_CHOICE: Final = re.compile(r"\(([^()]*)\)")


class Sign(StrEnum):
    """What a phrase stands for, as the grammar of replies reads it.

    Attributes:
        POLITE: Says nothing: a greeting, thanks, an excuse.
        GREETING: The same, and a name may follow.
        CLOSING: The same, and names may follow up to the end.
        VAGUE: Soon, without a day.
        PAY: That he will pay.
        WILL: The auxiliary of the future alone, as in ``wird … bezahlt``.
        TO_PAY: The infinitive alone.
        HAVE: The auxiliary of the past alone.
        DONE: The participle alone.
        PAID: That he has paid.
        LATE: That he needs more time.
        PLAN: That he wants installments; may name how many.
        WHOLE: All of it.
        AND: Joins installments.
        STOP: No more messages.
        WHO: Who writes.
        COPY: The invoice, please.
        DETAILS: How, or where, to pay.
        YES: Agreed.
        NO: Not agreed.
        PERSON: A person, please.
        NEGATED: A word that turns a meaning around.
        CONDITIONAL: A word that makes a meaning depend on something.
    """

    POLITE = "polite"
    GREETING = "greeting"
    CLOSING = "closing"
    VAGUE = "vague"
    PAY = "pay"
    WILL = "will"
    TO_PAY = "to-pay"
    HAVE = "have"
    DONE = "done"
    PAID = "paid"
    LATE = "late"
    PLAN = "plan"
    WHOLE = "whole"
    AND = "and"
    STOP = "stop"
    WHO = "who"
    COPY = "copy"
    DETAILS = "details"
    YES = "yes"
    NO = "no"
    PERSON = "person"
    NEGATED = "negated"
    CONDITIONAL = "conditional"
    QUALITY = "quality"
    QUANTITY = "quantity"
    PRICE = "price"
    DELIVERY = "delivery"
    NOT_ORDERED = "not-ordered"
    WRONG_DEBTOR = "wrong-debtor"
    FORMAL_DEFECT = "formal-defect"
    OTHER = "other"


DISPUTES: Final = frozenset(
    {
        Sign.QUALITY,
        Sign.QUANTITY,
        Sign.PRICE,
        Sign.DELIVERY,
        Sign.NOT_ORDERED,
        Sign.WRONG_DEBTOR,
        Sign.FORMAL_DEFECT,
        Sign.OTHER,
    }
)
"""Signs of a dispute; each is named like its category in docs/recording.md."""


class DayKind(StrEnum):
    """How a day is named.

    Attributes:
        DAYS: ``count`` days from the day of the reply.
        MONTHS: ``count`` months from it.
        WEEKDAY: The next day of the week, 0 for Monday in ``weekday``; ``count`` is 0 for this
            week's, 1 for the next week's, and ``None`` for the next to come.
        NEXT_WEEKDAY: The same said with ``next``, which may mean two of them.
        WEEK_END: Last day of this week, or of ``count`` weeks on.
        MONTH_END: Last day of this month or of ``count`` months on, or of the month ``month``.
        DATED: Day ``day`` of ``month`` and ``year``, as far as they are named, or of ``count``
            months on; on ``weekday``, where that is named.
    """

    DAYS = "days"
    MONTHS = "months"
    WEEKDAY = "weekday"
    NEXT_WEEKDAY = "next-weekday"
    WEEK_END = "week-end"
    MONTH_END = "month-end"
    DATED = "dated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day as it was named; which one it is depends on the day of the reply.

    Attributes:
        kind: How it is named; the others are as `DayKind` says.
        shift: -1 where the day before is meant, as in ``before Friday``; else 0.
        is_limit: Whether it was named as a last day, as in ``by Friday``.
        is_doubtful: Whether its day and month may be the other way round.
        is_until: Whether it may be a farewell, unless a payment is spoken of.
    """

    kind: DayKind
    count: int | None = None
    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    shift: int = 0
    is_limit: bool = False
    is_doubtful: bool = False
    is_until: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The words of one language, without accents and in small letters.

    Attributes:
        language: As in ISO 639-1.
        phrases: What each phrase stands for.
        weekdays: 0 for Monday.
        months: 1 for January.
        numbers: Numbers in words.
        days: Phrases that name a day by themselves.
        units: Kind and count of what ``in 3 …`` counts in.
        before_day: Phrases before a day that do not change it: ``on``, ``the``.
        limit: Phrases before a day that make it the last: ``by``.
        until: The same, which may also mean a farewell: ``bis Freitag``, ``à lundi``.
        before: Phrases that mean the day before: ``before``.
        within: Phrases before a number of days: ``in``.
        after_day: Phrases behind a day that do not change it: ``in the morning``.
        this_one: Words before or behind a weekday that mean this week's.
        next_one: Words before or behind a weekday that may mean the next week's.
        next_week: Phrases before or behind a weekday that mean the next week's.
        next_month: Phrases behind the number of a day that mean the next month's.
        of_month: Words between the number of a day and its month.
        end_of: Phrases before a month that mean its last day.
        day_first: Whether ``05/03`` is the fifth of March; else both are possible.
    """

    language: str
    phrases: Mapping[Phrase, Sign]
    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    numbers: Mapping[str, int]
    days: Mapping[Phrase, Day]
    units: Mapping[str, tuple[DayKind, int]]
    before_day: frozenset[Phrase]
    limit: frozenset[Phrase]
    until: frozenset[Phrase]
    before: frozenset[Phrase]
    within: frozenset[Phrase]
    after_day: frozenset[Phrase]
    this_one: frozenset[Phrase]
    next_one: frozenset[Phrase]
    next_week: frozenset[Phrase]
    next_month: frozenset[Phrase]
    of_month: frozenset[Phrase]
    end_of: frozenset[Phrase]
    day_first: bool = True


def expanded(*patterns: str) -> frozenset[Phrase]:
    """Return every phrase that patterns stand for.

    >>> sorted(expanded("(je|on) paie (tout|)"))
    [('je', 'paie'), ('je', 'paie', 'tout'), ('on', 'paie'), ('on', 'paie', 'tout')]
    """
    texts = {text for pattern in patterns for text in _flat(pattern)}
    return frozenset(tuple(text.split()) for text in texts) - {()}


def _flat(pattern: str) -> set[str]:
    """Replace the innermost choices first, until none is left."""
    match = _CHOICE.search(pattern)
    if match is None:
        return {pattern}
    before, after = pattern[: match.start()], pattern[match.end() :]
    return {text for chosen in match[1].split("|") for text in _flat(f"{before}{chosen}{after}")}


def signs(table: Mapping[Sign, Iterable[str]]) -> Mapping[Phrase, Sign]:
    """Return what each phrase of a table stands for."""
    return MappingProxyType(
        {phrase: sign for sign, patterns in table.items() for phrase in expanded(*patterns)}
    )


def days(table: Mapping[str, Day]) -> Mapping[Phrase, Day]:
    """Return the day that each phrase of a table names."""
    return MappingProxyType(
        {phrase: day for pattern, day in table.items() for phrase in expanded(pattern)}
    )


def numbered(text: str, *, start: int) -> Mapping[str, int]:
    """Return words with their numbers; ``|`` joins words of one number."""
    return MappingProxyType(
        {
            word: number
            for number, words in enumerate(text.split(), start)
            for word in words.split("|")
        }
    )
