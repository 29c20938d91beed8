"""Books are read once for the same text, and anew as soon as a text differs."""

import pytest

from dunning_sdk.errors import BookError
from dunning_sdk.installation.library import Library

PARENT = {"book.yaml": "{id: parent, version: 1, title: Above}"}
CHILD = {"book.yaml": "{id: child, version: 1, title: Below, extends: parent}"}


def library(folder, **books):
    return Library(books, folder=folder, templates=frozenset())


def test_engines_share_a_book_of_the_same_text(tmp_path):
    first, second = (library(tmp_path, child=CHILD, parent=PARENT).load("child") for _ in "ab")

    assert first is second


def test_a_changed_parent_makes_another_book(tmp_path):
    before = library(tmp_path, child=CHILD, parent=PARENT).load("child")
    more = {"book.yaml": "{id: parent, version: 1, title: Above, jurisdiction: FR}"}
    after = library(tmp_path, child=CHILD, parent=more).load("child")

    assert (before.jurisdiction, after.jurisdiction) == ("*", "FR")


@pytest.mark.parametrize(
    ("books", "code"),
    [
        pytest.param({"child": CHILD}, "book.unknown-parent", id="no-parent"),
        pytest.param({"child": {"book.yaml": "{"}}, "yaml.syntax", id="no-yaml"),
        pytest.param({"child": {}}, "book.missing-file", id="no-file"),
        pytest.param(
            {
                "child": CHILD,
                "parent": {"book.yaml": PARENT["book.yaml"][:-1] + ", extends: child}"},
            },
            "book.circle",
            id="circle",
        ),
    ],
)
def test_a_family_that_is_not_sound_is_told_as_before(tmp_path, books, code):
    with pytest.raises(BookError) as caught:
        library(tmp_path, **books).load("child")

    assert code in {finding.code for finding in caught.value.findings}
