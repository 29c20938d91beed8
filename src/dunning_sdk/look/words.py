"""Hold what pages say, by key and language.

Decides that a key stands in every language or in none, so that no page falls back to another
language halfway. Texts are data: ``<package>/words/<language>.yaml`` maps keys to texts with
places such as ``{count}``. How a language writes dates and amounts is decided in `tongue`.

>>> words = load_words(("look",))
>>> words["fr"].say("next_page"), words["de"].say("page_of", page=2, pages=3)
('Page suivante', 'Seite 2 von 3')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

from dunning_sdk.errors import BookError, Finding, UnknownNameError, nearest_names
from dunning_sdk.strict_yaml import load, to_plain

LANGUAGES: Final = ("en", "fr", "de")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What pages say in one language.

    Attributes:
        language: ISO 639-1.
        texts: From keys, the same in every language, to texts.
    """

    language: str
    texts: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """Return a text with its places filled.

        Raises:
            UnknownNameError: There is no such key; names the one most like it.
        """
        text = self.texts.get(key)
        if text is None:
            raise UnknownNameError(
                findings=(missing_name(f"words/{self.language}.yaml", key, self.texts),)
            )
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def count(self, key: str, number: int) -> str:
        """Return ``KEY.one`` or ``KEY.many`` with ``{count}`` filled; zero is one in French."""
        is_one = abs(number) == 1 or (number == 0 and self.language == "fr")
        return self.say(f"{key}.{'one' if is_one else 'many'}", count=number)

    def has(self, key: str) -> bool:
        """Return whether there is a text for a key, such as for a reason of a plugin."""
        return key in self.texts


def load_words(packages: Iterable[str]) -> Mapping[str, Words]:
    """Return the words of packages by language.

    Args:
        packages: Names below ``dunning_sdk``; a later one may not say a key anew.

    Raises:
        UnknownNameError: A key is missing in a language.
        BookError: A key is said twice, or a text is not one.
    """
    texts: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for package in packages:
        for language in LANGUAGES:
            for label, more in _read(package, language):
                _add(texts[language], more, label)
    every = set().union(*texts.values())
    findings = [
        missing_name(f"words/{language}.yaml", key, texts[language])
        for language in LANGUAGES
        for key in sorted(every - texts[language].keys())
    ]
    if findings:
        raise UnknownNameError(findings=tuple(findings))
    return MappingProxyType(
        {one: Words(language=one, texts=MappingProxyType(texts[one])) for one in LANGUAGES}
    )


@cache
def _read(package: str, language: str) -> tuple[tuple[str, Mapping[str, object]], ...]:
    """Return the files of a package in a language; they stay while the program runs."""
    return tuple(_files(package, language))


def _files(package: str, language: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    folder = resources.files("dunning_sdk") / package / "words"
    files = folder.iterdir() if folder.is_dir() else ()
    for file in sorted(files, key=lambda one: one.name):
        if f".{file.name}".endswith(f".{language}.yaml"):
            label = f"{package}/words/{file.name}"
            plain = to_plain(load(file.read_text(encoding="utf-8"), label))
            if not isinstance(plain, dict):
                raise BookError(findings=(_finding(label, "The file must map keys to words"),))
            yield label, plain


def _add(texts: dict[str, str], more: Mapping[str, object], label: str) -> None:
    for key, text in more.items():
        if key in texts or not isinstance(text, str):
            fault = "is said twice" if key in texts else "is not a text; put it in quotes"
            raise BookError(findings=(_finding(label, f"{key} {fault}"),))
        texts[key] = text


def missing_name(file: str, name: str, known: Iterable[str]) -> Finding:
    """Return the finding that a name is unknown in a file; names the one most like it."""
    near = nearest_names(name, known, limit=1)
    return Finding(
        file=file,
        line=1,
        column=1,
        code="look.unknown-name",
        text=f"There is no {name}",
        nearest=near[0] if near else None,
    )


def _finding(label: str, text: str) -> Finding:
    return Finding(file=label, line=1, column=1, code="look.words", text=text)
