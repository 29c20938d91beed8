"""An installation begins with the rule book that was asked for, or not at all."""

import tomllib

import pytest
from typer.testing import CliRunner

from dunning_sdk.cli.main import app
from dunning_sdk.errors import ConfigError


def init(*words):
    return CliRunner().invoke(app, ["init", *map(str, words)], catch_exceptions=False)


def book_of(folder):
    return tomllib.loads((folder / "dunning.toml").read_text(encoding="utf-8"))["book"]


def test_an_installation_begins_with_the_book_named(tmp_path):
    init(tmp_path / "one")
    init(tmp_path / "two", "--book", "personal")

    assert (book_of(tmp_path / "one"), book_of(tmp_path / "two")) == ("friendly", "personal")


@pytest.mark.parametrize(
    ("book", "said"), [("freindly", "No rule book freindly"), ("safeguards", "has no procedure")]
)
def test_a_book_that_cannot_be_run_by_begins_nothing(tmp_path, book, said):
    with pytest.raises(ConfigError, match=said):
        init(tmp_path / "new", "--book", book)

    assert not (tmp_path / "new").exists()


def test_a_configuration_that_is_there_keeps_its_book(tmp_path):
    init(tmp_path)
    with pytest.raises(ConfigError, match="is there already"):
        init(tmp_path, "--book", "personal")

    assert book_of(tmp_path) == "friendly"
