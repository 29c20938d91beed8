r"""Write a YAML tree as an author would: blocks, short rows on one line, quotes where needed.

Decides the layout alone: reading the text again gives the same tree, value by value.

>>> from dunning_sdk.strict_yaml import load
>>> tree = load('{"id": "x", "rows": [{"when": {"a": "> 1"}}], "on": "true"}', "x.yaml")
>>> print(yaml_text(tree), end="")
id: x
rows:
  - when: {a: "> 1"}
on: "true"
"""

import re
from collections.abc import Iterator
from typing import Final, TypeGuard

from dunning_sdk.strict_yaml import YamlMapping, YamlNode, YamlScalar, YamlSequence
from dunning_sdk.strict_yaml.scalar import resolve

_WIDTH: Final = 100
_PLAIN: Final = re.compile(r"[^\W\d_][^:#\s]*(?: [^:#\s]+)*")
_IN_FLOW: Final = re.compile(r"[][{},\"']")
_SAFE: Final = re.compile("[^\\S ]|[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def yaml_text(node: YamlMapping) -> str:
    """Return the text of a file."""
    return "".join(f"{line}\n" for line in _block(node, "")) or "{}\n"


def _block(node: YamlNode, indent: str) -> Iterator[str]:
    """Yield the lines of a mapping or list that has entries."""
    if isinstance(node, YamlSequence):
        for item in node:
            yield from _headed(item, f"{indent}- ", indent + "  ", inline=True)
    elif isinstance(node, YamlMapping):
        for key, value in node.entries:
            yield from _headed(value, f"{indent}{_scalar(key.raw)}:", indent + "  ")


def _headed(node: YamlNode, head: str, indent: str, *, inline: bool = False) -> Iterator[str]:
    """Yield a node after its key or dash, on that line where it fits."""
    gap = "" if inline else " "
    said = _scalar(node.raw, block=True) if _is_text(node) else _flow(node)
    whole = isinstance(node, YamlScalar) or not len(node)
    if whole or (_is_flat(node) and len(head + gap + said) <= _WIDTH):
        yield f"{head}{gap}{said}"
        return
    lines = _block(node, indent)
    if inline and isinstance(node, YamlMapping):
        yield head + next(lines).removeprefix(indent)
    else:
        yield head.rstrip()
    yield from lines


def _is_flat(node: YamlNode) -> bool:
    """Tell whether a node holds values and lists of values alone."""
    if isinstance(node, YamlMapping):
        values = [value for _, value in node.entries]
        return all(isinstance(one, YamlScalar) or _is_list(one) for one in values)
    return _is_list(node) or isinstance(node, YamlScalar)


def _is_list(node: YamlNode) -> bool:
    return isinstance(node, YamlSequence) and all(isinstance(one, YamlScalar) for one in node)


def _flow(node: YamlNode) -> str:
    if isinstance(node, YamlMapping):
        entries = (f"{_scalar(key.raw)}: {_flow(value)}" for key, value in node.entries)
        return f"{{{', '.join(entries)}}}"
    if isinstance(node, YamlSequence):
        return f"[{', '.join(map(_flow, node))}]"
    if node.value is None:
        return "null"
    return _scalar(node.raw) if _is_text(node) else node.raw


def _is_text(node: YamlNode) -> TypeGuard[YamlScalar]:
    return isinstance(node, YamlScalar) and isinstance(node.value, str)


def _scalar(text: str, *, block: bool = False) -> str:
    """Return a text, in quotes unless it is one without them too.

    Args:
        text: A key or a value.
        block: Whether it is a value that stands alone until the end of its line.
    """
    plain = _PLAIN.fullmatch(text) and resolve(text) == text and not _SAFE.search(text)
    if plain and (block or not _IN_FLOW.search(text)):
        return text
    if '"' in text and not _SAFE.search(text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + re.sub(r'["\\]|' + _SAFE.pattern, _escaped, text) + '"'


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    return f"\\{character}" if character in '"\\' else f"\\U{ord(character):08X}"
