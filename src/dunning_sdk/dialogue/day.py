"""Read how a reply names a day; which day that is, is left to `which_day`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from dunning_sdk.dialogue.amount import amount_at
from dunning_sdk.dialogue.lexicon import Day, DayKind, Lexicon, Phrase
from dunning_sdk.dialogue.word import Token

_MONTHS: Final = 12
_CENTURY: Final = 2000
Found = tuple[int, Day]


def day_at(tokens: Sequence[Token], at: int, words: Lexicon) -> Found | None:
    """Return how many tokens from a place on name a day, and how; ``None`` where they name none."""
    options = [
        (start + found[0], _as_said(found[1], said))
        for said, phrases in (
            ("on", words.before_day),
            ("by", words.limit),
            ("until", words.until),
            ("before", words.before),
        )
        for start in _starts(tokens, at, phrases)
        if (found := _bare(tokens, at + start, words, is_led=True))
    ]
    if found := _bare(tokens, at, words, is_led=False):
        options.append(found)
    if not options:
        return None
    length, day = max(options, key=lambda option: option[0])
    tail = phrase_at(tokens, at + length, words.after_day)
    return length + tail, day


def phrase_at(tokens: Sequence[Token], at: int, phrases: Iterable[Phrase]) -> int:
    """Return the length of the longest phrase at a place; 0 where there is none."""
    return max(_starts(tokens, at, phrases), default=0)


def number_at(tokens: Sequence[Token], at: int, words: Lexicon) -> int | None:
    """Return the number at a place, in digits or words; ``None`` where there is none."""
    if at >= len(tokens):
        return None
    text = tokens[at].text
    return int(text) if text.isdecimal() and len(text) <= 3 else words.numbers.get(text)


def _starts(tokens: Sequence[Token], at: int, phrases: Iterable[Phrase]) -> list[int]:
    return [
        len(phrase)
        for phrase in phrases
        if tuple(token.text for token in tokens[at : at + len(phrase)]) == phrase
    ]


def _as_said(day: Day, said: str) -> Day:
    if said == "on":
        return day
    shift = -1 if said == "before" else 0
    return replace(day, is_limit=True, shift=shift, is_until=said == "until")


def _bare(tokens: Sequence[Token], at: int, words: Lexicon, *, is_led: bool) -> Found | None:
    """Read a day without what leads to it; a bare number is a day only where something does."""
    options = [
        found
        for found in (
            _by_phrase(tokens, at, words),
            _span(tokens, at, words),
            _weekday(tokens, at, words),
            _dated(tokens, at, words, is_led=is_led),
            _month_end(tokens, at, words),
        )
        if found
    ]
    return max(options, key=lambda option: option[0], default=None)


def _by_phrase(tokens: Sequence[Token], at: int, words: Lexicon) -> Found | None:
    length = phrase_at(tokens, at, words.days)
    if not length:
        return None
    return length, words.days[tuple(token.text for token in tokens[at : at + length])]


def _span(tokens: Sequence[Token], at: int, words: Lexicon) -> Found | None:
    start = phrase_at(tokens, at, words.within)
    count = number_at(tokens, at + start, words) if start else None
    unit = tokens[at + start + 1].text if at + start + 1 < len(tokens) else ""
    if count is None or unit not in words.units:
        return None
    kind, times = words.units[unit]
    return start + 2, Day(kind=kind, count=count * times)


def _weekday(tokens: Sequence[Token], at: int, words: Lexicon) -> Found | None:
    """Read ``next Friday``, ``vendredi 6 mars``, ``Freitag nächster Woche``."""
    is_this, is_next, is_later = (
        phrase_at(tokens, at, phrases)
        for phrases in (words.this_one, words.next_one, words.next_week)
    )
    start = max(is_this, is_next, is_later)
    place = at + start
    if place >= len(tokens) or tokens[place].text not in words.weekdays:
        return None
    weekday, place = words.weekdays[tokens[place].text], place + 1
    if not start:
        dated = _dated(tokens, _past_comma(tokens, place), words, is_led=True)
        if dated is not None and dated[1].weekday is None:
            length = _past_comma(tokens, place) - at + dated[0]
            return length, replace(dated[1], weekday=weekday)
    later = phrase_at(tokens, place, words.next_week)
    following = 0 if later else phrase_at(tokens, place, words.next_one)
    length = place - at + later + following
    if later or (is_later and is_later >= start):
        return length, Day(kind=DayKind.WEEKDAY, weekday=weekday, count=1)
    if following or (is_next and is_next >= start):
        return length, Day(kind=DayKind.NEXT_WEEKDAY, weekday=weekday)
    return length, Day(kind=DayKind.WEEKDAY, weekday=weekday, count=0 if is_this else None)


def _past_comma(tokens: Sequence[Token], at: int) -> int:
    at += at < len(tokens) and tokens[at].text == ","
    return at + (at < len(tokens) and tokens[at].text in ("the", "den", "le"))


def _dated(tokens: Sequence[Token], at: int, words: Lexicon, *, is_led: bool) -> Found | None:
    if at >= len(tokens):
        return None
    text = tokens[at].text
    numeric = _numeric(text, words)
    if numeric is not None:
        return 1, numeric
    if text in words.months:
        return _month_first(tokens, at, words)
    number = _ordinal(text)
    if number is None or amount_at(tokens, at) is not None:
        return None
    place = at + 1 + phrase_at(tokens, at + 1, words.of_month)
    if place < len(tokens) and tokens[place].text in words.months:
        month = words.months[tokens[place].text]
        year, more = _year(tokens, place + 1)
        return place + 1 + more - at, _on(number, month, year)
    next_month = phrase_at(tokens, at + 1, words.next_month)
    if next_month:
        return 1 + next_month, replace(_on(number), count=1)
    is_day = is_led or (not text.isdecimal() and not text.endswith("."))
    return (1, _on(number)) if is_day else None


def _month_first(tokens: Sequence[Token], at: int, words: Lexicon) -> Found | None:
    """Read ``March 5th, 2026``."""
    month, place = words.months[tokens[at].text], at + 1
    place += place < len(tokens) and tokens[place].text == "the"
    number = _ordinal(tokens[place].text) if place < len(tokens) else None
    if number is None:
        return None
    comma = place + 1 < len(tokens) and tokens[place + 1].text == ","
    year, more = _year(tokens, place + 1 + comma)
    return place + 1 - at + (comma + more if more else 0), _on(number, month, year)


def _month_end(tokens: Sequence[Token], at: int, words: Lexicon) -> Found | None:
    start = phrase_at(tokens, at, words.end_of)
    place = at + start
    if not start or place >= len(tokens) or tokens[place].text not in words.months:
        return None
    month = words.months[tokens[place].text]
    year, more = _year(tokens, place + 1)
    return start + 1 + more, Day(kind=DayKind.MONTH_END, month=month, year=year)


def _on(day: int, month: int | None = None, year: int | None = None) -> Day:
    return Day(kind=DayKind.DATED, day=day, month=month, year=year)


def _year(tokens: Sequence[Token], at: int) -> tuple[int | None, int]:
    text = tokens[at].text.rstrip(".") if at < len(tokens) else ""
    return (int(text), 1) if text.isdecimal() and len(text) == 4 else (None, 0)


def _ordinal(text: str) -> int | None:
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz.")
    return int(number) if number.isdecimal() and len(number) <= 2 and int(number) else None


def _numeric(text: str, words: Lexicon) -> Day | None:
    """Read ``2026-03-05``, ``05/03/2026``, ``5.3.``; ``05/03`` is doubtful where words say so."""
    iso = text.split("-")
    if len(iso) == 3 and all(part.isdecimal() for part in iso):
        return _on(int(iso[2]), int(iso[1]), int(iso[0]))
    parts = [part for part in text.replace("/", ".").split(".") if part]
    if len(parts) not in (2, 3) or not all(part.isdecimal() and len(part) <= 4 for part in parts):
        return None
    first, second = int(parts[0]), int(parts[1])
    year = int(parts[2]) if len(parts) == 3 else None
    year = year + _CENTURY if year is not None and len(parts[2]) == 2 else year
    if words.day_first or (first > _MONTHS >= second):
        return _on(first, second, year)
    if second > _MONTHS >= first:
        return _on(second, first, year)
    return replace(_on(first, second, year), is_doubtful=first != second)
