"""Every hook is documented with its exact signature, and has a test of its own."""

import ast
import re

from tests.docs.pages import ROOT


def hook_signatures(text):
    """Yield ``name(arguments)`` of each hook that a module specifies."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("dunning_"):
            arguments = [argument.arg for argument in node.args.args if argument.arg != "self"]
            yield f"{node.name}({', '.join(arguments)})"


def undocumented(signatures, page):
    headings = {line.strip("# `") for line in page.splitlines() if line.startswith("#")}
    return [signature for signature in signatures if signature not in headings]


def untested(signatures, tests):
    names = {signature.partition("(")[0].removeprefix("dunning_") for signature in signatures}
    return sorted(name for name in names if not re.search(rf"def test_hook_{name}\b", tests))


def hooks() -> list[str]:
    package = ROOT / "src" / "dunning_sdk"
    modules = [*package.glob("hooks.py"), *package.glob("hooks/*.py")]
    return [sig for module in modules for sig in hook_signatures(module.read_text("utf-8"))]


def test_a_hook_without_page_or_test_is_seen():
    text = "@hookspec\ndef dunning_veto_notice(notice, as_of): ...\n"
    signatures = list(hook_signatures(text))

    assert signatures == ["dunning_veto_notice(notice, as_of)"]
    assert undocumented(signatures, "## `dunning_veto_notice(notice)`\n") == signatures
    assert undocumented(signatures, "## `dunning_veto_notice(notice, as_of)`\n") == []
    assert untested(signatures, "def test_hook_veto_notices(): ...") == ["veto_notice"]


def test_every_hook_is_documented_with_its_signature():
    page = ROOT / "docs" / "hooks.md"
    signatures = hooks()

    assert undocumented(signatures, page.read_text("utf-8") if signatures else "") == []


def test_every_hook_has_a_test():
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))

    assert untested(hooks(), tests) == []
