"""Every test that SECURITY.md names is there, and every attack has one."""

import ast

import pytest

from tests.docs.pages import ROOT, sections, table

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
HEADING = "What an attacker controls, what stops him, the test that tries it"
ROWS = table(sections(PAGE)[HEADING], "he controls")
NAMED = [row[-1].strip("`") for row in ROWS]
# What the issue demands to be tried, each by a word of its row.
DEMANDED = (
    "entities", "zip bomb", "inflates", "formula", "header in a mail", "template language",
    "path out of the folder", "inside the network", "redirect", "scheme", "forged", "tenant",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_the_named_test_is_there(name):
    path, _, function = name.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))

    assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=NAMED)
def test_every_attack_has_what_stops_it(row):
    assert [cell for cell in row[1:] if not cell.strip()] == []


@pytest.mark.parametrize("word", DEMANDED)
def test_what_must_be_tried_is_tried(word):
    assert any(word in " ".join(row) for row in ROWS)
