"""Say in YAML what stands as FEEL in a cell, as an author would write it.

Decides one way to write each cell: plain numbers, dates and truth values, bare words where the cell
takes words, lists of words; anything else is FEEL text. Whether a text is FEEL is found elsewhere.

>>> from dunning_sdk.strict_yaml import to_plain
>>> words = lambda text: text in ("full", "unmanaged")
>>> cells = ("true", '"full"', '"full", "unmanaged"', "> 30")
>>> [to_plain(written_cell(text, 1, 1, words)) for text in cells]
[True, 'full', ['full', 'unmanaged'], '> 30']
>>> written_cell("-", 1, 1, words) is None
True
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.errors import FeelError
from dunning_sdk.feel.formatter import quoted
from dunning_sdk.feel.parser import parse, parse_unary_tests
from dunning_sdk.strict_yaml import YamlMapping, YamlNode, YamlScalar, YamlSequence
from dunning_sdk.strict_yaml.scalar import ScalarFault, resolve

IsWord = Callable[[str], bool]

_ORDER: Final = (
    *("id", "version", "kind", "title", "applies", "jurisdiction", "from", "until", "currency"),
    *("inputs", "outputs", "hit_policy", "aggregation", "priority", "rounding", "options"),
    *("rows", "otherwise", "steps", "source", "limits"),
    *("reasons", "contacts", "tones", "signals", "functions", "invariants"),
)
"""In which keys are written."""


def text_node(text: str, line: int, column: int) -> YamlScalar:
    """Return a text, whatever it looks like."""
    return YamlScalar(
        value=text,
        raw=text,
        line=line,
        column=column,
        quoted=not text,
        text_line=line,
        text_column=column,
    )


def value_node(text: str, line: int, column: int) -> YamlScalar:
    """Return what a text means without quotes; a text where YAML would refuse it."""
    value = resolve(text.strip())
    if isinstance(value, (str, ScalarFault)):
        return text_node(text, line, column)
    return YamlScalar(
        value=value,
        raw=text.strip(),
        line=line,
        column=column,
        text_line=line,
        text_column=column,
    )


def mapping_of(entries: Mapping[str, YamlNode], line: int, column: int) -> YamlMapping:
    """Return a mapping; a key stands where its value does."""
    pairs = tuple((text_node(key, one.line, one.column), one) for key, one in entries.items())
    return YamlMapping(entries=pairs, line=line, column=column)


def in_order(entries: Mapping[str, YamlNode], line: int, column: int) -> YamlMapping:
    """Return a file of a book with its keys in the order they are written."""
    kept = {key: entries[key] for key in _ORDER if key in entries}
    return mapping_of(kept | dict(entries), line, column)


def list_of(items: Iterable[YamlNode], line: int, column: int) -> YamlSequence:
    """Return a list."""
    return YamlSequence(items=tuple(items), line=line, column=column)


def placed(node: YamlNode, line: int, column: int) -> YamlNode:
    """Return a tree that stands at one place as a whole."""
    match node:
        case YamlMapping():
            return mapping_of(
                {key.raw: placed(one, line, column) for key, one in node.entries}, line, column
            )
        case YamlSequence():
            return list_of((placed(one, line, column) for one in node), line, column)
        case YamlScalar():
            return YamlScalar(
                value=node.value, raw=node.raw, quoted=node.quoted, line=line, column=column
            )


def written_cell(text: str, line: int, column: int, is_word: IsWord) -> YamlNode | None:
    """Return the condition of a cell; ``None`` where any value passes."""
    text, line, column = trimmed(text, line, column)
    if text in ("", "-"):
        return None
    try:
        tree = parse_unary_tests(text)
    except FeelError:
        return text_node(text, line, column)
    if isinstance(tree, n.Dash) or tree.negated:
        return text_node(text, line, column)
    words = _words(tree.alternatives, is_word)
    if words is not None and len(words) > 1:
        return list_of((text_node(word, line, column) for word in words), line, column)
    return _one(text, tree.alternatives[0], line, column, is_word)


def written_answer(text: str, line: int, column: int, is_word: IsWord) -> YamlNode | None:
    """Return what a row answers; ``None`` where that is nothing."""
    text, line, column = trimmed(text, line, column)
    if text in ("", "null"):
        return None
    try:
        tree = parse(text)
    except FeelError:
        return text_node(text, line, column)
    if isinstance(tree, n.ListNode):
        words = _words(tree.items, is_word)
        if words is not None:
            return list_of((text_node(word, line, column) for word in words), line, column)
    return _one(text, tree, line, column, is_word)


def written_entry(text: str, line: int, column: int, *, is_feel: bool) -> YamlNode | None:
    """Return what a cell of a relation holds; ``None`` where that is nothing.

    Args:
        text: The cell.
        line: Where it begins.
        column: Where it begins.
        is_feel: Whether a text is FEEL, and not a value of YAML.
    """
    if not is_feel and text.lstrip().startswith("{"):
        return _mapping(*trimmed(text, line, column))
    if not is_feel:
        return written_answer(text, line, column, lambda _: True)
    text, line, column = trimmed(text, line, column)
    wanted = value_node if text in ("true", "false") else text_node
    return None if text in ("", "null") else wanted(text, line, column)


def in_feel(node: YamlNode, *, is_feel: bool = False) -> str:
    """Return a YAML value as FEEL.

    Args:
        node: A single value, or a list or a mapping of such.
        is_feel: Whether a text is FEEL already.
    """
    if isinstance(node, YamlSequence):
        return f"[{', '.join(in_feel(item) for item in node)}]"
    if isinstance(node, YamlMapping):
        entries = (f"{quoted(key.raw)}: {in_feel(value)}" for key, value in node.entries)
        return f"{{{', '.join(entries)}}}"
    if node.value is None:
        return "null"
    if isinstance(node.value, str):
        return node.raw if is_feel else quoted(node.raw)
    return f'date("{node.raw}")' if isinstance(node.value, date) else node.raw.removeprefix("+")


def trimmed(text: str, line: int, column: int) -> tuple[str, int, int]:
    """Return a text without blanks around it, and the place where it then begins."""
    before = text[: len(text) - len(text.lstrip())]
    if "\n" in before:
        return text.strip(), line + before.count("\n"), len(before) - before.rfind("\n")
    return text.strip(), line, column + len(before)


def _mapping(text: str, line: int, column: int) -> YamlNode:
    """Return a mapping of texts; a text where it is none."""
    try:
        tree = parse(text)
    except FeelError:
        return text_node(text, line, column)
    entries = tree.entries if isinstance(tree, n.ContextNode) else ()
    told = {one.name: one.value.value for one in entries if isinstance(one.value, n.Literal)}
    if not told or len(told) != len(entries):
        return text_node(text, line, column)
    return mapping_of(
        {name: text_node(str(value), line, column) for name, value in told.items()}, line, column
    )


def _one(text: str, tree: n.Node, line: int, column: int, is_word: IsWord) -> YamlNode:
    match tree:
        case n.Literal(value=str() as word) if text.startswith('"'):
            return text_node(word if is_word(word) else text, line, column)
        case n.Invocation(
            function=n.Name(name="date"), arguments=(n.Literal(value=str() as day),)
        ) if text == f'date("{day}")':
            found = value_node(day, line, column)
            return found if isinstance(found.value, date) else text_node(text, line, column)
        case n.Literal():
            return value_node(text, line, column)
        case _:
            return _number(text, line, column)


def _number(text: str, line: int, column: int) -> YamlNode:
    """Return a negative number as such, and anything else as FEEL."""
    node = value_node(text, line, column)
    return node if text[:1] == "-" else text_node(text, line, column)


def _words(nodes: tuple[n.Node, ...], is_word: IsWord) -> list[str] | None:
    found = [one.value for one in nodes if isinstance(one, n.Literal)]
    words = [one for one in found if isinstance(one, str) and is_word(one)]
    return words if len(words) == len(nodes) else None
