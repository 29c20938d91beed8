"""Every link inside the documentation leads to a file and a heading that exist."""

import re

import pytest

from tests.docs.pages import ROOT, pages

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)


def anchor(heading: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ +(.+?)\s*$", re.sub(r"(?ms)^```.*?^```", "", text), re.MULTILINE)
    return {anchor(heading) for heading in headings}


def broken_links(page):
    for target in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, fragment = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists() or (
            fragment and fragment not in anchors(path.read_text(encoding="utf-8"))
        ):
            yield target


def test_a_broken_link_is_seen(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# The `a.b` Rule\n[1](#the-ab-rule) [2](#none) [3](none.md) [4](https://x.example)\n"
        "[5](page.md#the-ab-rule) `[6](none.md)`\n"
    )

    assert list(broken_links(page)) == ["#none", "none.md"]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    assert list(broken_links(page)) == []
