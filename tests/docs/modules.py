"""List the packages by layer, and the modules of the two that could be a library of their own."""

import ast
import tomllib

from tests.docs.pages import ROOT
from tests.hygiene.tree import Source, sources

PACKAGES = ("feel", "dmn")


def summary_of(source: Source) -> str:
    """Return the first sentence of a module."""
    text = ast.get_docstring(source.tree) or ""
    return " ".join(text.split("\n\n")[0].split())


def code_lines(source: Source) -> int:
    """Count the lines that are neither blank, comment nor documentation."""
    told: set[int] = set()
    for node in ast.walk(source.tree):
        body = getattr(node, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        if isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str):
            told.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return sum(
        bool(line.strip()) and not line.lstrip().startswith("#") and at not in told
        for at, line in enumerate(source.text.splitlines(), 1)
    )


def layers() -> list[list[str]]:
    """Return the layers of the import contract, the top one first, each with its packages."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (found,) = [one["layers"] for one in contracts if one["id"] == "layers"]
    return [[name.strip(" ()") for name in layer.replace(":", "|").split("|")] for layer in found]


def package_table() -> str:
    """Return a table of the packages, from the top layer down, and what each is for."""
    faces = {
        one.label.removesuffix("/__init__.py").removesuffix(".py"): summary_of(one)
        for one in sources()
        if one.label.endswith("/__init__.py") or "/" not in one.label
    }
    rows = [
        f"| {place} | `{name}` | {faces[name]} |"
        for place, names in enumerate(reversed(layers()), 1)
        for name in names
        if name in faces
    ]
    return "\n".join(["| layer | package | |", "|--:|---|---|", *reversed(rows)]) + "\n"


def module_tables() -> str:
    """Return a table for each package: its modules, their lines, what they do."""
    parts = []
    for package in PACKAGES:
        own = [one for one in sources() if one.label.startswith(f"{package}/")]
        counts = {one.label: (len(one.text.splitlines()), code_lines(one)) for one in own}
        rows = [
            f"| `{one.label.split('/')[1]}` | {counts[one.label][0]} | {counts[one.label][1]} "
            f"| {summary_of(one)} |"
            for one in sorted(own, key=lambda one: one.label)
        ]
        lines, code = (sum(count[at] for count in counts.values()) for at in (0, 1))
        head = ["| module | lines | of code | |", "|---|--:|--:|---|"]
        total = f"| {len(own)} modules | {lines:,} | {code:,} | |"
        parts.append("\n".join([f"## {package}", "", *head, *rows, total]))
    return "\n\n".join(parts) + "\n"
