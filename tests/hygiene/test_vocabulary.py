"""One word for one thing: names, keys, ids and flags use the glossary's words."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from tests.hygiene.tree import PACKAGE, Source, data_files, sources

BANNED = Path(__file__).with_name("banned.txt")
EXEMPT = {"feel", "dmn", "connectors"}


def read_banned(text):
    """Yield the banned words, the word to use, and the packages that may use them."""
    for line in text.splitlines():
        if line and not line.startswith("#"):
            words, _, rest = line.partition(" = ")
            instead, _, packages = rest.partition(" except ")
            yield tuple(words.split()), instead, set(packages.split()) | EXEMPT


def words(name) -> list[str]:
    """Split a name into its words: ``daysPastDue``, ``days_past_due``, ``--days-past-due``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [word for word in re.split(r"[^A-Za-z]+", spaced.lower()) if word]


def contains(parts, banned) -> bool:
    span = len(banned)
    return any(
        tuple(parts[start : start + span]) == banned for start in range(len(parts) - span + 1)
    )


def defined_names(tree):
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr, node.lineno
        elif isinstance(node, ast.Constant) and re.fullmatch(r"--[a-z-]+", str(node.value)):
            yield node.value, node.lineno


def yaml_names(node):
    """Yield the keys of a YAML document, and the values that are ids."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), key.start_mark.line + 1
            if key.value == "id":
                yield str(value.value), value.start_mark.line + 1
            yield from yaml_names(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from yaml_names(item)


def misnamed(names, label, banned):
    package = label.split("/")[0]
    for name, line in names:
        for unwanted, instead, exempt in banned:
            if package not in exempt and contains(words(name), unwanted):
                yield f"{label}:{line}: {name}: say {instead}"


@pytest.fixture(scope="module")
def banned():
    return list(read_banned(BANNED.read_text(encoding="utf-8")))


def test_python_names_use_the_glossary(banned):
    text = "class CustomerList:\n  debtor = 1\ndef f(days_past_due): ...\nx = '--run-date'\n"
    planted = list(misnamed(defined_names(Source("x.py", text).tree), "law/x.py", banned))
    assert "law/x.py:1: CustomerList: say debtor" in planted
    assert {found.split(":")[1] for found in planted} == {"1", "3", "4"}
    assert list(misnamed([("today", 1)], "feel/x.py", banned)) == []

    found = [
        fault
        for source in sources()
        for fault in misnamed(defined_names(source.tree), source.label, banned)
    ]
    assert found == []


def test_yaml_keys_and_ids_use_the_glossary(banned):
    planted = yaml_names(yaml.compose("id: guards.supplier-known\nwhen:\n  - {ref_date: x}\n"))
    assert [line.split(":")[1] for line in misnamed(planted, "rules/x", banned)] == ["1", "3"]

    found = [
        fault
        for path in data_files()
        for document in yaml.compose_all(path.read_text(encoding="utf-8"), yaml.SafeLoader)
        for fault in misnamed(yaml_names(document), path.relative_to(PACKAGE).as_posix(), banned)
    ]
    assert found == []


def test_banned_words_are_sorted_and_whole(banned):
    listed = [" ".join(unwanted) for unwanted, _, _ in banned]

    assert listed == sorted(set(listed))
    assert all(instead for _, instead, _ in banned)
