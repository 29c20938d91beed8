"""The tree of errors is drawn as it is, documented, and every error is raised by a test."""

import ast
import re

from dunning_sdk import errors
from dunning_sdk.errors import DunningError
from tests.hygiene.tree import ROOT, Source, sources

BRANCH = re.compile(r" *(?:[│ ]*[├└]── )?(?=[A-Z]\w*Error\b)")
NAMES = re.compile(r"(?<![\w(\"])[A-Z]\w*Error\b(?!\(\")")
OWN_ROOTS = {"feel", "dmn"}


def drawn(text):
    """Return each drawn class with its parent.

    A class begins a branch, or stands on the line of its parent, or on a line that goes on.
    """
    parents, lineage = {}, []
    for line in text.splitlines():
        if not line.strip():
            lineage = []
        first, *others = [*NAMES.finditer(line)] or [None]
        if first and (match := BRANCH.match(line)):
            column = match.end()
            lineage = [(at, name) for at, name in lineage if at < column]
            parents[first[0]] = lineage[-1][1] if lineage else ""
            lineage.append((column, first[0]))
        elif first and lineage:
            others.append(first)
        for name in others:
            parents[name[0]] = lineage[-1][1]
    return parents


def defined(root):
    """Return each subclass with its parent, the root first."""
    parents = {root.__name__: ""}
    for child in root.__subclasses__():
        if child.__module__.startswith(errors.__name__):
            parents |= defined(child) | {child.__name__: root.__name__}
    return parents


def strays(source):
    """Yield the error classes that a module defines outside the tree."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
            yield f"{source.label}:{node.lineno}: {node.name} belongs in the tree of errors"


def undocumented(codes, text):
    headings = {line.strip("# `") for line in text.splitlines() if line.startswith("#")}
    return sorted(set(codes) - headings)


def unmet(names, texts):
    return names - {word for text in texts for word in re.findall(r"\w+Error", text)}


def test_the_drawing_equals_the_classes():
    sample = """
        Words before, AnError among them.

        AError           x
        ├── BError
        │   └── CError   y
        ├── DError(ValueError)  EError  FError
        │                       GError
        └── HError

        Words after, AnotherError among them.
    """
    assert drawn(sample) == {
        "AError": "",
        "BError": "AError",
        "CError": "BError",
        "DError": "AError",
        "EError": "DError",
        "FError": "DError",
        "GError": "DError",
        "HError": "AError",
    }

    assert drawn(errors.__doc__) == defined(DunningError)


def test_no_error_is_defined_outside_the_tree():
    planted = Source("store/x.py", "class OwnError(StoreError): ...\nclass Terror: ...\n")
    assert [found.split(":")[1] for found in strays(planted)] == ["1"]

    outside = [source for source in sources() if source.package not in OWN_ROOTS | {"errors"}]

    assert [found for source in outside for found in strays(source)] == []


def test_codes_are_unique_and_documented():
    assert undocumented(["a.b", "a.c"], "# Errors\n\n## `a.b`\n\na.c\n") == ["a.c"]

    classes = [getattr(errors, name) for name in defined(DunningError)]
    codes = [error.code for error in classes if error is not DunningError]
    assert len(set(codes)) == len(codes)
    assert undocumented(codes, (ROOT / "docs" / "errors.md").read_text("utf-8")) == []


def test_every_error_is_met_by_a_test():
    assert unmet({"AError", "BError"}, ["pytest.raises(AError)"]) == {"BError"}

    tree = defined(DunningError)
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if "hygiene" not in path.parts]
    assert (
        unmet(tree.keys() - set(tree.values()), [path.read_text("utf-8") for path in tests])
        == set()
    )
