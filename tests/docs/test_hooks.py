"""Every hook is documented with its exact signature, and has a test of its own."""

import re

from tests.docs.pages import ROOT, hook_specs, hooks_of


def undocumented(signatures, page):
    headings = {line.strip("# `") for line in page.splitlines() if line.startswith("#")}
    return [signature for signature in signatures if signature not in headings]


def untested(signatures, tests):
    names = {signature.partition("(")[0].removeprefix("dunning_") for signature in signatures}
    return sorted(name for name in names if not re.search(rf"def test_hook_{name}\b", tests))


def test_a_hook_without_page_or_test_is_seen():
    text = "@hookspec\ndef dunning_veto_notice(notice, as_of): ...\n"
    signatures = [signature for signature, _ in hooks_of(text)]

    assert signatures == ["dunning_veto_notice(notice, as_of)"]
    assert undocumented(signatures, "## `dunning_veto_notice(notice)`\n") == signatures
    assert undocumented(signatures, "## `dunning_veto_notice(notice, as_of)`\n") == []
    assert untested(signatures, "def test_hook_veto_notices(): ...") == ["veto_notice"]


def test_every_hook_is_documented_with_its_signature():
    page = ROOT / "docs" / "hooks.md"
    signatures = [signature for signature, _ in hook_specs()]

    assert undocumented(signatures, page.read_text("utf-8") if signatures else "") == []


def test_every_hook_has_a_test():
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))

    assert untested([signature for signature, _ in hook_specs()], tests) == []
