"""Rule books: found by id or folder, loaded once, kept whole by hash once used.

Reads files for `rules`, which gets text and a label. A receivable stays on the version it
started with, so books come from the store by hash as well.
"""

import difflib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from dunning_sdk.errors import ConfigError, DunningError

if TYPE_CHECKING:
    from dunning_sdk.notices.templates import TemplateSet
    from dunning_sdk.rules.book import Book
    from dunning_sdk.store.interface import Session

# A book and those it extends, itself first: name, and files by name, sorted.
Family: TypeAlias = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


class Library:
    """Loads books for one engine.

    Args:
        registered: Books by id, as plugins register them.
        folder: Where relative paths to book folders start.
        templates: Names of the notice templates a step may use.
    """

    def __init__(
        self,
        registered: Mapping[str, Mapping[str, str]],
        *,
        folder: Path,
        templates: frozenset[str],
    ) -> None:
        self.registered = registered
        self._folder = folder
        self._templates = templates
        self._by_name: dict[str, Book] = {}
        self._by_hash: dict[str, Book] = {}

    def load(self, name: str) -> "Book":
        """Return a book by registered id or by folder.

        Raises:
            ConfigError: Neither is there; names the nearest id.
            BookError: The book has findings.
        """
        if name not in self._by_name:
            book = self._built(self.files(name), label=name)
            self._by_name[name] = self._by_hash.setdefault(book.hash, book)
        return self._by_name[name]

    def review_days(self, names: Iterable[str]) -> int:
        """Return how long an unsure payment pauses the chase, as the books named say."""
        procedures = [item for name in names for item in self.load(name).procedures.values()]
        return max((procedure.review_days for procedure in procedures), default=0)

    def kept(self, digest: str, session: "Session") -> "Book":
        """Return the version of a book that a receivable stays on.

        Raises:
            RecordNotFoundError: No book of that hash was ever used here.
        """
        if digest not in self._by_hash:
            self._by_hash[digest] = self._built(session.book(digest), label=digest[:12])
        return self._by_hash[digest]

    def kept_hash(self, digest: str, session: "Session") -> str:
        """Return the hash of the book kept under one, read from the store anew.

        Raises:
            RecordNotFoundError: No book of that hash was ever used here.
            BookError: What is kept is no book any more.
        """
        return self._built(session.book(digest), label=digest[:12]).hash

    def files(self, name: str) -> Mapping[str, str]:
        """Return a book's files by name, unresolved.

        Raises:
            ConfigError: No such book.
        """
        if name in self.registered:
            return self.registered[name]
        folder = self._folder / name
        if (folder / "book.yaml").is_file():
            return read_book(folder)
        near = difflib.get_close_matches(name, list(self.registered), n=1)
        hint = (
            f"Did you mean {near[0]}?"
            if near
            else f"Known books: {', '.join(sorted(self.registered))}."
        )
        raise ConfigError(
            f"No rule book {name}: neither a registered id nor a folder with book.yaml", hint=hint
        )

    def _built(self, files: Mapping[str, str], *, label: str) -> "Book":
        from dunning_sdk.rules.load import load_book

        family = self._family(files, label)
        if family is not None:
            return _book_of(family, self._templates)
        return load_book(files, label=label, parents=self.files, templates=self._templates)

    def _family(self, files: Mapping[str, str], label: str) -> Family | None:
        """Return a book with those it extends; ``None`` where a finding has to say why not."""
        from dunning_sdk.rules.resolve import parent_of

        found = [(label, files)]
        try:
            while parent := parent_of(found[-1][1], label=found[-1][0]):
                if parent in dict(found):
                    return None
                found.append((parent, self.files(parent)))
        except DunningError:
            return None
        return tuple((name, tuple(sorted(texts.items()))) for name, texts in found)


@lru_cache(maxsize=32)
def _book_of(family: Family, templates: frozenset[str]) -> "Book":
    """Return a book, read and compiled once for the same text, whichever engine asks.

    A book is never changed, so that engines share it: one an hour old, one for each request.
    """
    from dunning_sdk.rules.load import load_book

    texts = {name: dict(files) for name, files in family}
    label = family[0][0]
    return load_book(texts[label], label=label, parents=texts.__getitem__, templates=templates)


def open_library(folder: Path | None = None, *, templates: Path | None = None) -> Library:
    """Return a library without a configuration: shipped books, installed ones, and folders.

    Args:
        folder: Where relative paths to books start; the current folder if not given.
        templates: Folder of a host's own notice templates; ``None`` for the shipped ones.

    Raises:
        ConfigError: The templates cannot be read.
        BookError: A file among them cannot belong to a template.
    """
    from dunning_sdk.plugins import build_manager, rule_books

    texts = open_templates(templates)
    names = frozenset(name for language in texts.languages for name in texts.names(language))
    return Library(
        rule_books(build_manager(installed=True)), folder=folder or Path(), templates=names
    )


def read_book(folder: Path) -> dict[str, str]:
    """Return the YAML files of a book's folder by relative name.

    Raises:
        ConfigError: A file cannot be read or is not UTF-8.
    """
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.yaml")):
        name = path.relative_to(folder).as_posix()
        try:
            found[name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            raise ConfigError(
                f"{name} of book {folder.name} cannot be read: {problem}"
            ) from problem
    return found


def open_templates(folder: Path | None = None) -> "TemplateSet":
    """Return the shipped notice templates, overlaid by those of a host's folder if there is one.

    Raises:
        ConfigError: The folder cannot be read.
        BookError: A file in it cannot belong to a template.
    """
    from dunning_sdk.notices.templates import load_shipped

    shipped = load_shipped()
    if folder is None:
        return shipped
    return shipped.overlay(read_templates(folder), origin=folder.as_posix())


def read_templates(folder: Path) -> dict[str, str]:
    """Return the notice templates of a host's folder by relative name.

    Raises:
        ConfigError: The folder or a file cannot be read, or is not UTF-8.
    """
    try:
        return {
            path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
    except (OSError, UnicodeDecodeError) as problem:
        message = f"The templates folder {folder.name} cannot be read: {problem}"
        raise ConfigError(message, hint="Check the folder; templates are UTF-8 text.") from problem
