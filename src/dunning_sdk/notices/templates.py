"""Hold the texts of notices: the shipped ones, and a host's own laid over them.

Decides which text a name and a language stand for. Texts are data here: `load_shipped` reads
those of the package; a host's folder is read by whoever opens files, and laid over by
`TemplateSet.overlay`. What the texts mean is decided in `syntax` and `render`.

A template is one text file, ``<language>/<name>.txt``: a line ``Subject: …``, an empty line, then
paragraphs with empty lines between them. ``layout.html`` and ``layout.txt`` surround every
notice, ``<language>/<name>.html`` replaces the layout of one, ``letter.typ`` sets letters,
``short.txt`` text messages (``<language>/<name>.short`` those of one), and
``<language>/words.yaml`` holds what a language calls things and how it writes dates.

>>> shipped = load_shipped()
>>> shipped.languages
('de', 'en', 'fr')
>>> shipped.pick_language("before-due", ["nl", "fr"])
'fr'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final

from dunning_sdk.errors import (
    BookError,
    BookSyntaxError,
    Finding,
    UnknownNameError,
    nearest_names,
)

WORDS_FILE: Final = "words.yaml"
_SUBJECT_HEADER: Final = "Subject:"
_SUFFIXES: Final = (".txt", ".short", ".html", ".typ", ".yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSet:
    """Texts by path.

    Attributes:
        texts: From paths with ``/`` below the templates' folder to texts.
        labels: From paths to how messages name the file; the path itself where absent.
    """

    texts: Mapping[str, str]
    labels: Mapping[str, str]

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages that have words, sorted."""
        return tuple(sorted(p.split("/")[0] for p in self.texts if p.endswith(f"/{WORDS_FILE}")))

    def names(self, language: str) -> tuple[str, ...]:
        """Return the names of the templates of one language, sorted."""
        prefix = f"{language}/"
        paths = (path.removeprefix(prefix) for path in self.texts if path.startswith(prefix))
        return tuple(sorted(path.removesuffix(".txt") for path in paths if path.endswith(".txt")))

    def text(self, path: str) -> str:
        """Return one text.

        Raises:
            UnknownNameError: There is no such text; names the one most like it.
        """
        found = self.texts.get(path)
        if found is None:
            raise UnknownNameError(findings=(self._missing(path),))
        return found

    def label(self, path: str) -> str:
        """Return how messages name the file of a text."""
        return self.labels.get(path, path)

    def overlay(self, texts: Mapping[str, str], *, origin: str = "") -> TemplateSet:
        """Return a set where a host's texts stand before these.

        Args:
            texts: From the same paths to the host's texts; they may add names and languages.
            origin: Put before the path in messages, such as the host's folder.

        Raises:
            BookError: A path cannot belong to a template.
        """
        strange = [path for path in texts if not _is_template_path(path)]
        if strange:
            raise BookError(findings=tuple(_strange(path, origin) for path in strange))
        labels = {path: f"{origin}/{path}" if origin else path for path in texts}
        return TemplateSet(
            texts=MappingProxyType({**self.texts, **texts}),
            labels=MappingProxyType({**self.labels, **labels}),
        )

    def pick_language(self, name: str, wanted: Iterable[str]) -> str:
        """Return the first of the languages wanted that has the template.

        Args:
            name: Of the template.
            wanted: ISO 639-1 codes, best first: the debtor's, then the tenant's.

        Raises:
            UnknownNameError: None of them has it.
        """
        asked = tuple(wanted)
        for language in asked:
            if f"{language}/{name}.txt" in self.texts:
                return language
        raise UnknownNameError(findings=(self._missing(f"{(*asked, 'en')[0]}/{name}.txt"),))

    def _missing(self, path: str) -> Finding:
        near = nearest_names(path, self.texts, limit=1)
        return Finding(
            file=path,
            line=1,
            column=1,
            code="template.unknown",
            text="There is no such template",
            nearest=near[0] if near else None,
        )


@cache
def load_shipped() -> TemplateSet:
    """Return the texts that come with the package."""
    folder = resources.files("dunning_sdk.notices") / "templates"
    texts = dict(_texts_in(folder, prefix=""))
    for entry in folder.iterdir():
        if entry.is_dir():
            texts.update(_texts_in(entry, prefix=f"{entry.name}/"))
    return TemplateSet(texts=MappingProxyType(texts), labels=MappingProxyType({}))


def piece_of(text: str, piece: str, *, label: str) -> str:
    """Return one piece of a template's file, with its line numbers kept.

    Args:
        text: Of the file.
        piece: ``subject``, ``body`` or ``layout``, which is the whole.
        label: How messages name the file.

    Raises:
        BookSyntaxError: It does not begin with a subject.
    """
    if piece == "layout":
        return text
    header, separator, rest = text.partition("\n\n")
    lines = header.count("\n") + 2
    if not separator or not header.startswith(_SUBJECT_HEADER) or "\n" in header:
        raise BookSyntaxError(
            findings=(
                Finding(
                    file=label,
                    line=1,
                    column=1,
                    code="template.no-subject",
                    text="A template begins with its subject and an empty line",
                    expected="Subject: …",
                    found=repr(text[:20]),
                ),
            )
        )
    return header.removeprefix(_SUBJECT_HEADER) if piece == "subject" else "\n" * lines + rest


def _texts_in(folder: Traversable, *, prefix: str) -> Iterator[tuple[str, str]]:
    for file in folder.iterdir():
        if file.is_file() and file.name.endswith(_SUFFIXES):
            yield prefix + file.name, file.read_text(encoding="utf-8")


def _is_template_path(path: str) -> bool:
    parts = path.split("/")
    plain = all(part and not part.startswith(".") for part in parts)
    return plain and len(parts) <= 2 and path.endswith(_SUFFIXES)


def _strange(path: str, origin: str) -> Finding:
    return Finding(
        file=f"{origin}/{path}" if origin else path,
        line=1,
        column=1,
        code="template.path",
        text="This file cannot be a template",
        expected="LANGUAGE/NAME.txt, LANGUAGE/words.yaml or a layout",
        found=path,
    )
