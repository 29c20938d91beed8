r"""Write a YAML tree back in one fixed form, and take its hash.

The module decides what counts as the same book: keys in any order, comments and quotes do not
matter; every value does, digit by digit.

>>> from dunning_sdk.strict_yaml import load
>>> canonical(load("b: 1.50\na: [x, 'y']\n", "book.yaml"))
'{"a": ["x", "y"], "b": 1.50}'
"""

import hashlib
import json
from collections.abc import Mapping

from dunning_sdk.strict_yaml import YamlMapping, YamlNode, YamlScalar, YamlSequence


def canonical(node: YamlNode) -> str:
    """Return a tree as one line of YAML that reads back to the same values."""
    if isinstance(node, YamlMapping):
        entries = sorted((_quoted(key.raw), canonical(value)) for key, value in node.entries)
        return "{" + ", ".join(f"{key}: {value}" for key, value in entries) + "}"
    if isinstance(node, YamlSequence):
        return "[" + ", ".join(canonical(item) for item in node) + "]"
    if node.value is None:
        return "null"
    return _quoted(node.raw) if isinstance(node.value, str) else node.raw


def book_hash(files: Mapping[str, YamlNode]) -> str:
    """Return the SHA-256 of the files that decide, in hexadecimal.

    Args:
        files: Tree by file name, parents resolved, cases left out.
    """
    text = "".join(f"{_quoted(name)}: {canonical(files[name])}\n" for name in sorted(files))
    return hashlib.sha256(text.encode()).hexdigest()


def merged(above: YamlMapping, below: YamlMapping) -> YamlMapping:
    """Return a mapping with the entries of both; those below win, mappings are merged in turn."""
    entries = {key.raw: (key, value) for key, value in above.entries}
    for key, value in below.entries:
        inherited = entries[key.raw][1] if key.raw in entries else None
        if isinstance(inherited, YamlMapping) and isinstance(value, YamlMapping):
            value = merged(inherited, value)
        entries[key.raw] = (key, value)
    return YamlMapping(entries=tuple(entries.values()), line=below.line, column=below.column)


def without(node: YamlMapping, *names: str) -> YamlMapping:
    """Return a mapping without some of its keys."""
    kept = tuple((key, value) for key, value in node.entries if key.raw not in names)
    return YamlMapping(entries=kept, line=node.line, column=node.column)


def with_entry(node: YamlMapping, name: str, value: YamlNode) -> YamlMapping:
    """Return a mapping with one entry set."""
    key = YamlScalar(value=name, raw=name, line=value.line, column=value.column)
    single = YamlMapping(entries=((key, value),), line=node.line, column=node.column)
    kept = without(node, name)
    return YamlMapping(entries=(*kept.entries, *single.entries), line=node.line, column=node.column)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def words_of(node: YamlMapping, name: str) -> tuple[str, ...]:
    """Return the words listed under a key; none where it holds anything else."""
    listed = node.get(name)
    items = listed.items if isinstance(listed, YamlSequence) else ()
    return tuple(item.raw for item in items if isinstance(item, YamlScalar))
