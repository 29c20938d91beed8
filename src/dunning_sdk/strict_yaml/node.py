"""The nodes of a YAML text: values with the line and column they stand at.

The module decides how a tree is walked; how it is read is decided in ``loader``.

>>> key = YamlScalar(value="rate", raw="rate", line=1, column=1)
>>> value = YamlScalar(value=8, raw="8", line=1, column=7)
>>> YamlMapping(entries=((key, value),), line=1, column=1)["rate"].column
7
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

YamlValue: TypeAlias = str | int | bool | Decimal | date | None

# Any: the type of nested plain data has no finite name, and models check it anyway.
Plain: TypeAlias = dict[str, Any] | list[Any] | YamlValue


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlScalar:
    """A single value.

    Attributes:
        value: What the text means.
        raw: The text itself, without quotes; ``1.10`` stays ``1.10``.
        line: Line of its first character, from 1; of the opening quote where it has one.
        column: Column of that character, from 1.
        quoted: Whether the text stands in quotes or in a block, and so is only text.
        text_line: Line on which ``raw`` begins, or ``None`` when the source does not hold
            ``raw`` in one piece (escapes, folded lines).
        text_column: Column at which every line of ``raw`` begins.
    """

    value: YamlValue
    raw: str
    line: int
    column: int
    quoted: bool = False
    text_line: int | None = None
    text_column: int = 1

    def position_at(self, offset: int) -> tuple[int, int]:
        """Return the line and column of one character of ``raw``.

        Args:
            offset: Index into ``raw``, from 0; its length stands for the end.

        Returns:
            Line and column, from 1; the place of the whole scalar where the source does
            not hold ``raw`` in one piece.
        """
        if self.text_line is None:
            return (self.line, self.column)
        before = self.raw[:offset]
        line_start = before.rfind("\n") + 1
        return (self.text_line + before.count("\n"), self.text_column + len(before) - line_start)


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlSequence:
    """A list of nodes.

    Attributes:
        items: The nodes, in their order in the text.
        line: Line on which the list begins, from 1.
        column: Column at which the list begins, from 1.
    """

    items: tuple[YamlNode, ...]
    line: int
    column: int

    def __iter__(self) -> Iterator[YamlNode]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> YamlNode:
        return self.items[index]


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlMapping:
    """Names and the nodes they stand for.

    Attributes:
        entries: Pairs of key and value in their order in the text; no key comes twice.
            The value of a key is always text, whatever it looks like.
        line: Line on which the mapping begins, from 1.
        column: Column at which the mapping begins, from 1.
    """

    entries: tuple[tuple[YamlScalar, YamlNode], ...]
    line: int
    column: int

    def __iter__(self) -> Iterator[str]:
        return (key.raw for key, _ in self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, name: object) -> bool:
        return any(key.raw == name for key, _ in self.entries)

    def __getitem__(self, name: str) -> YamlNode:
        for key, node in self.entries:
            if key.raw == name:
                return node
        raise KeyError(name)

    def get(self, name: str) -> YamlNode | None:
        """Return the node under a name, or ``None``."""
        return next((node for key, node in self.entries if key.raw == name), None)

    def key(self, name: str) -> YamlScalar:
        """Return the key itself, for its place; a name that is not there raises KeyError."""
        for key, _ in self.entries:
            if key.raw == name:
                return key
        raise KeyError(name)


YamlNode: TypeAlias = YamlMapping | YamlSequence | YamlScalar


def to_plain(node: YamlNode) -> Plain:
    """Return the dicts, lists and values of a tree, without positions.

    Keys are texts; values are ``str``, ``int``, ``bool``, ``Decimal``, ``date`` or ``None``,
    never a binary float.
    """
    if isinstance(node, YamlMapping):
        return {key.raw: to_plain(value) for key, value in node.entries}
    if isinstance(node, YamlSequence):
        return [to_plain(item) for item in node.items]
    return node.value


def position_of(
    node: YamlNode, path: Sequence[str | int], *, of_key: bool = False
) -> tuple[int, int]:
    """Return the line and column of what a path leads to, or of the nearest thing above it.

    Args:
        node: Where the path starts.
        path: Mapping keys and list indexes from there, such as the ``loc`` of a pydantic
            error; steps that lead nowhere are passed over.
        of_key: Whether to point at the last key rather than at its value, as for a name that
            should not be there.

    Returns:
        Line and column, from 1.
    """
    place = (node.line, node.column)
    for step in path:
        if isinstance(node, YamlMapping) and step in node:
            key, node = node.key(str(step)), node[str(step)]
            place = (key.line, key.column) if of_key else (node.line, node.column)
        elif isinstance(node, YamlSequence) and isinstance(step, int) and step < len(node):
            node = node[step]
            place = (node.line, node.column)
    return place
