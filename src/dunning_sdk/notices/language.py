r"""Say how a language writes dates, amounts, numbers of things and the words of a notice.

Decides nothing about content: a language is data, ``<language>/words.yaml``, so that a host can
add one. Amounts are written by `domain.money`.

>>> from datetime import date
>>> from dunning_sdk.notices.templates import load_shipped
>>> french = language_of(load_shipped(), "fr")
>>> french.long_date(date(2026, 3, 1)), french.plural(2, "jour", "jours")
('1er\xa0mars\xa02026', 'jours')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  # `Language.date` would hide it
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeVar

from dunning_sdk.domain.amount import NO_BREAK_SPACE
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import BookError, Finding, UnknownNameError
from dunning_sdk.notices.context import NoticeItem
from dunning_sdk.notices.templates import WORDS_FILE, TemplateSet
from dunning_sdk.strict_yaml import Plain, load, to_plain

NUMBERS_MAX: Final = 4

_REFERENCE_LANGUAGE: Final = "en"
_OPTIONAL_WORDS: Final = ("channel_", "country_", "statement_")
_MONTHS_PER_YEAR: Final = 12

Entry = TypeVar("Entry", str, int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language of notices.

    Attributes:
        code: ISO 639-1.
        words: From keys, the same in every language, to what they are called in this one.
        months: Twelve names, January first.
        singular: Numbers that take the singular.
    """

    code: str
    words: Mapping[str, str]
    months: tuple[str, ...]
    singular: frozenset[int]

    def date(self, day: Date) -> str:
        """Write a date for tables."""
        return self._written(day, self.words["date"])

    def long_date(self, day: Date) -> str:
        """Write a date for running text and the head of a letter; it does not break."""
        return self._written(day, self.words["long_date"])

    def plural(self, count: int, one: str, many: str) -> str:
        """Return the form of a word that goes with a number; its sign does not count."""
        return one if abs(count) in self.singular else many

    def listed(self, names: Sequence[str]) -> str:
        """Write names in a row: ``A, B and C``."""
        if len(names) <= 1:
            return "".join(names)
        return f"{', '.join(names[:-1])} {self.words['and']} {names[-1]}"

    def numbers(self, items: Sequence[NoticeItem]) -> str:
        """Write the numbers of invoices in a row; of many the first, and how many others."""
        names = [item.invoice_number for item in items]
        if len(names) > NUMBERS_MAX:
            others = f"{len(names) - NUMBERS_MAX + 1}{NO_BREAK_SPACE}{self.words['others']}"
            names = [*names[: NUMBERS_MAX - 1], others]
        return self.listed(names)

    def when(self, days_left: int) -> str:
        """Say when a day is, seen from the day of sending: ``in 3 days``, ``yesterday``."""
        near = {0: "this_day", 1: "tomorrow", -1: "yesterday"}.get(days_left)
        if near:
            return self.words[near]
        pattern = self.words["in_days" if days_left > 0 else "days_ago"]
        return pattern.replace("{count}", str(abs(days_left)))

    def status(self, days_left: int) -> str:
        """Say how an invoice stands on the day of sending: ``3 days overdue``."""
        if days_left == 0:
            return self.words["due_now"]
        one, many = ("day_left", "days_left") if days_left > 0 else ("day_late", "days_late")
        word = self.plural(days_left, self.words[one], self.words[many])
        return f"{abs(days_left)}{NO_BREAK_SPACE}{word}"

    def channel(self, name: str) -> str:
        """Return what a channel is called; its own name where the language has no word."""
        return self.words.get(f"channel_{name.replace('-', '_')}", name)

    def country(self, code: str) -> str:
        """Return what a country is called; its ISO code where the language has no word."""
        return self.words.get(f"country_{code.lower()}", code)

    def money(self, amount: Money) -> str:
        """Write an amount as the language does, or the one its words name; no blank breaks it."""
        return amount.format(self.words.get("amounts_like", self.code))

    def percent(self, rate: Decimal) -> str:
        """Write a fraction as a percentage with two decimals at least."""
        number = (rate * 100).normalize()
        exponent = number.as_tuple().exponent
        places = max(-exponent, 2) if isinstance(exponent, int) else 2
        written = f"{number:.{places}f}".replace(".", self.words["decimal_mark"])
        return f"{written}{NO_BREAK_SPACE}%"

    def _written(self, day: Date, pattern: str) -> str:
        signs = {
            "{dd}": f"{day.day:02}",
            "{d}": self.words["first_of_month"] if day.day == 1 else str(day.day),
            "{mm}": f"{day.month:02}",
            "{month}": self.months[day.month - 1],
            "{yyyy}": f"{day.year:04}",
        }
        for sign, value in signs.items():
            pattern = pattern.replace(sign, value)
        return pattern.replace(" ", NO_BREAK_SPACE)


def language_of(templates: TemplateSet, code: str) -> Language:
    """Return a language as its words file describes it.

    Args:
        templates: Where the words are; a host may have changed or added some.
        code: ISO 639-1.

    Raises:
        UnknownNameError: The language has no words file, or a word is missing in it.
        BookError: The file does not have the form it must have.
    """
    path = f"{code}/{WORDS_FILE}"
    given = _entries(templates, path)
    months = given.pop("months", None)
    singular = given.pop("singular", None)
    words = {key: value for key, value in given.items() if isinstance(value, str)}
    faults = [f"Word {key} is not a text; put it in quotes" for key in given.keys() - words.keys()]
    if len(_listed(months, str)) != _MONTHS_PER_YEAR:
        faults.append("months must be a list of twelve names")
    if not _listed(singular, int):
        faults.append("singular must be a list of whole numbers")
    if faults:
        findings = (_finding(templates, path, "template.words", text) for text in sorted(faults))
        raise BookError(findings=tuple(findings))
    _refuse_missing(templates, path, words)
    return Language(
        code=code,
        words=MappingProxyType(words),
        months=tuple(_listed(months, str)),
        singular=frozenset(_listed(singular, int)),
    )


def filters_of(language: Language) -> dict[str, Callable[..., str | list[str]]]:
    """Return the filters a template of this language may use, by name."""
    return {
        "channel": language.channel,
        "date": language.date,
        "filled": _filled,
        "iban": iban_groups,
        "long_date": language.long_date,
        "money": language.money,
        "numbers": language.numbers,
        "percent": language.percent,
        "plural": language.plural,
        "status": language.status,
        "when": language.when,
    }


def iban_groups(iban: str) -> str:
    """Write an IBAN in groups of four, as on paper.

    Source:
        ISO 13616-1, print format.
    """
    compact = "".join(iban.split())
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def _filled(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text]


def _entries(templates: TemplateSet, path: str) -> dict[str, Plain]:
    plain = to_plain(load(templates.text(path), templates.label(path)))
    if not isinstance(plain, dict):
        finding = _finding(templates, path, "template.words", "The file must map keys to words")
        raise BookError(findings=(finding,))
    return dict(plain)


def _listed(value: Plain, kind: type[Entry]) -> list[Entry]:
    """Return the entries of a list that are all of one type; nothing where it is none."""
    entries = value if isinstance(value, list) else []
    return [entry for entry in entries if type(entry) is kind]


def _refuse_missing(templates: TemplateSet, path: str, words: Mapping[str, str]) -> None:
    reference = _entries(templates, f"{_REFERENCE_LANGUAGE}/{WORDS_FILE}")
    needed = {key for key in reference if not key.startswith(_OPTIONAL_WORDS)}
    missing = sorted(needed - words.keys() - {"months", "singular"})
    if missing:
        text = f"These words are missing: {', '.join(missing)}"
        raise UnknownNameError(findings=(_finding(templates, path, "template.words", text),))


def _finding(templates: TemplateSet, path: str, code: str, text: str) -> Finding:
    return Finding(file=templates.label(path), line=1, column=1, code=code, text=text)
