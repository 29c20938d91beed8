"""The generated parts of the documentation, and the list of public names, are up to date."""

import importlib
from types import SimpleNamespace

import pytest

from tests.docs.pages import API, ROOT, pages, plain, public_names, regenerated

PAGES = [page.relative_to(ROOT).as_posix() for page in pages()]


def test_a_stale_block_is_seen():
    block = "<!-- [[[" + "cog\ncog.out('now')\n]]] -->\n{}\n<!-- [[[end]]] -->\n"

    assert regenerated(block.format("then")) == block.format("now")


def test_a_docstring_becomes_markdown():
    text = "Keep it back.\n\nArgs:\n    as_of: The day,\n        not an instant.\n    step: Its id."
    page = "Keep it back.\n\n**Args:**\n\n- `as_of`: The day,\n  not an instant.\n- `step`: Its id."

    assert plain(text) == page


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_up_to_date(page):
    text = (ROOT / page).read_text(encoding="utf-8")

    assert text == regenerated(text), "run ./dev docs-write"


def test_the_public_names_are_the_listed_ones():
    assert public_names() == API.read_text(encoding="utf-8").split(), "run ./dev docs-write"


def missing(module):
    return [name for name in module.__all__ if not hasattr(module, name)]


def test_public_names_are_importable():
    assert missing(SimpleNamespace(__all__=["here", "gone"], here=1)) == ["gone"]

    modules = sorted({name.rpartition(".")[0] for name in public_names()})
    assert [name for name in modules if missing(importlib.import_module(name))] == []
