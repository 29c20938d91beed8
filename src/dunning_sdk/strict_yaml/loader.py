r"""Turn YAML text into a tree of nodes, or into the list of everything wrong with it.

The module decides which YAML is accepted: one document, no tabs, no tags, no anchors, no
aliases, no merge keys, no key twice, within a size and a depth. What an unquoted value means
is decided in ``scalar``.

>>> load("a: 1\na: 2\n", "book.yaml")
Traceback (most recent call last):
dunning_sdk.errors.BookSyntaxError: book.yaml:2:1: yaml.duplicate-key: Key 'a' comes twice ...
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import yaml

from dunning_sdk.errors import BookSyntaxError, Finding
from dunning_sdk.strict_yaml.node import (
    YamlMapping,
    YamlNode,
    YamlScalar,
    YamlSequence,
    YamlValue,
)
from dunning_sdk.strict_yaml.place import position, text_place
from dunning_sdk.strict_yaml.scalar import DIGITS_MAX, ScalarFault, resolve

SIZE_MAX_BYTES: Final = 1024 * 1024
DEPTH_MAX: Final = 50

# The C parser is many times as fast, and PyYAML may come without it. It words its complaints
# differently, so a text with a fault of grammar is read again by the other one.
_FAST_PARSER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What YAML does not allow, and the line ends (U+0085, U+2028, U+2029) editors do not count.
_BAD_CHARACTER: Final = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_TAB: Final = re.compile("\t+")


def load(text: str, label: str) -> YamlNode:
    """Read one YAML document.

    Args:
        text: The document, at most 1 MiB in UTF-8.
        label: Name of the text in findings, such as a path inside the book.

    Returns:
        The tree. Keys are always text. Unquoted values become ``bool`` (``true``, ``false``
        alone), ``None`` (``null``, ``~``, nothing), ``int``, ``Decimal``, ``date``
        (YYYY-MM-DD) or text; quoted values are text.

    Raises:
        BookSyntaxError: With one finding per fault; all that can be told apart are reported
            together. Up to the first fault of grammar everything is read; what follows it
            is not.
    """
    text = text.removeprefix("\ufeff")
    size = len(text.encode("utf-8", errors="surrogatepass"))
    if size > SIZE_MAX_BYTES:
        raise BookSyntaxError(findings=(_too_large(label, size),))
    reader = _Reader(text, label)
    root = reader.read(_FAST_PARSER)
    if reader.has_grammar_fault:
        reader = _Reader(text, label)
        root = reader.read(yaml.SafeLoader)
    if reader.findings or root is None:
        raise BookSyntaxError(findings=tuple(reader.findings))
    return root


def _too_large(label: str, size: int) -> Finding:
    return Finding(
        file=label,
        line=1,
        column=1,
        code="yaml.too-large",
        text="The file is too large",
        expected=f"at most {SIZE_MAX_BYTES} bytes",
        found=f"{size} bytes",
    )


class _Reader:
    """Reads one document and collects findings."""

    def __init__(self, text: str, label: str) -> None:
        self._label = label
        self._source = text
        self._lines = re.split("\r\n|\r|\n", text)
        self._events: Iterator[yaml.Event] = iter(())
        self.findings: list[Finding] = []
        self.has_grammar_fault = False

    def read(self, parser: type[yaml.SafeLoader]) -> YamlNode | None:
        """Return the root, which is of no use once there are findings."""
        if self._report_characters():
            return None
        has_tabs = self._report_tabs()
        self._events = yaml.parse(self._source.replace("\t", " "), Loader=parser)
        try:
            return self._document()
        except yaml.MarkedYAMLError as exc:
            self.has_grammar_fault = True
            # A tab often breaks the grammar too; one finding is enough for it.
            if not has_tabs:
                self._report_grammar(exc)
            return None

    def _report_characters(self) -> bool:
        return self._report_each(
            _BAD_CHARACTER,
            code="yaml.character",
            text="A character cannot stand in YAML",
            expected='an escape in "double quotes"',
        )

    def _report_tabs(self) -> bool:
        return self._report_each(
            _TAB, code="yaml.tab", text="A tab cannot be told from blanks", expected="blanks"
        )

    def _report_each(
        self, pattern: re.Pattern[str], *, code: str, text: str, expected: str
    ) -> bool:
        before = len(self.findings)
        for number, line in enumerate(self._lines, start=1):
            for match in pattern.finditer(line):
                self._add(number, match.start() + 1, code=code, text=text, expected=expected)
        return len(self.findings) > before

    def _report_grammar(self, exc: yaml.MarkedYAMLError) -> None:
        mark = exc.problem_mark or exc.context_mark
        line, column = (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
        problem = exc.problem or "the text cannot be read"
        context = f" {exc.context}" if exc.context else ""
        expected = "quotes around a text that holds ': '" if "mapping values" in problem else None
        self._add(
            line,
            column,
            code="yaml.syntax",
            text=f"Not YAML{context}: {problem}",
            expected=expected,
        )

    def _document(self) -> YamlNode | None:
        root: YamlNode | None = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if event.version or event.tags:
                    self._add_at(event, code="yaml.directive", text="A % directive is not allowed")
                if documents > 1:
                    self._add_at(event, code="yaml.documents", text="A second document begins")
            elif isinstance(event, yaml.NodeEvent):
                node = self._node(event, depth=1)
                root = node if root is None else root
        if root is None:
            self._add(1, 1, code="yaml.empty", text="The file is empty")
        return root

    def _node(self, event: yaml.Event, *, depth: int) -> YamlNode:
        if isinstance(event, yaml.AliasEvent):
            self._add_at(event, code="yaml.alias", text="An alias (*) is not allowed")
            line, column = position(event)
            return YamlScalar(value=None, raw="", line=line, column=column)
        self._report_properties(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if depth > DEPTH_MAX:
            self._add_at(
                event, code="yaml.too-deep", text=f"Nested more than {DEPTH_MAX} levels deep"
            )
            raise BookSyntaxError(findings=tuple(self.findings))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth=depth)
        return self._mapping(event, depth=depth)

    def _report_properties(self, event: yaml.Event) -> None:
        if getattr(event, "anchor", None) is not None:
            self._add_at(event, code="yaml.anchor", text="An anchor (&) is not allowed")
        if getattr(event, "tag", None) is not None:
            self._add_at(event, code="yaml.tag", text="A tag (!) is not allowed")

    def _sequence(self, start: yaml.Event, *, depth: int) -> YamlSequence:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth=depth + 1))
        line, column = position(start)
        return YamlSequence(items=tuple(items), line=line, column=column)

    def _mapping(self, start: yaml.Event, *, depth: int) -> YamlMapping:
        entries: dict[str, tuple[YamlScalar, YamlNode]] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, depth=depth + 1)
            value = self._node(next(self._events), depth=depth + 1)
            if key is None:
                continue
            if key.raw in entries:
                self._report_duplicate(key, first=entries[key.raw][0])
            entries.setdefault(key.raw, (key, value))
        line, column = position(start)
        return YamlMapping(entries=tuple(entries.values()), line=line, column=column)

    def _key(self, event: yaml.Event, *, depth: int) -> YamlScalar | None:
        if isinstance(event, yaml.AliasEvent):
            self._node(event, depth=depth)
            return None
        if not isinstance(event, yaml.ScalarEvent):
            self._node(event, depth=depth)
            self._add_at(
                event,
                code="yaml.key",
                text="A key is not a text",
                expected="quotes around a text that begins with a bracket or a brace",
            )
            return None
        self._report_properties(event)
        if not event.value:
            self._add_at(event, code="yaml.key", text="A key is empty")
        elif event.value == "<<" and not event.style:
            self._add_at(event, code="yaml.merge-key", text="A merge key (<<) is not allowed")
        else:
            return self._text(event)
        return None

    def _report_duplicate(self, key: YamlScalar, *, first: YamlScalar) -> None:
        text = f"Key {key.raw!r} comes twice; first on line {first.line}"
        self._add(key.line, key.column, code="yaml.duplicate-key", text=text)

    def _scalar(self, event: yaml.ScalarEvent) -> YamlScalar:
        if event.style:
            return self._text(event)
        value = resolve(event.value)
        if isinstance(value, ScalarFault):
            found = event.value if len(event.value) <= DIGITS_MAX else None
            self._add_at(
                event, code=value.code, text=value.text, expected=value.expected, found=found
            )
            value = None
        return self._made(event, value=value)

    def _text(self, event: yaml.ScalarEvent) -> YamlScalar:
        return self._made(event, value=event.value)

    def _made(self, event: yaml.ScalarEvent, *, value: YamlValue) -> YamlScalar:
        line, column = position(event)
        text_line, text_column = text_place(event, self._lines)
        return YamlScalar(
            value=value,
            raw=event.value,
            line=line,
            column=column,
            quoted=bool(event.style),
            text_line=text_line,
            text_column=text_column,
        )

    def _add_at(
        self,
        event: yaml.Event,
        *,
        code: str,
        text: str,
        expected: str | None = None,
        found: str | None = None,
    ) -> None:
        line, column = position(event)
        self._add(line, column, code=code, text=text, expected=expected, found=found)

    def _add(
        self,
        line: int,
        column: int,
        *,
        code: str,
        text: str,
        expected: str | None = None,
        found: str | None = None,
    ) -> None:
        self.findings.append(
            Finding(
                file=self._label,
                line=line,
                column=column,
                code=code,
                text=text,
                expected=expected,
                found=found,
            )
        )
