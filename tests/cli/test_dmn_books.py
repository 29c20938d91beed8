"""`dunning dmn export` and `dunning dmn import` turn a book into a model's file and back."""

import pytest
from typer.testing import CliRunner

from dunning_sdk.cli.main import app
from dunning_sdk.errors import BookError, ConfigError
from dunning_sdk.installation.library import open_library
from tests.dmn.drawn import document


def run(*words):
    return CliRunner().invoke(app, ["dmn", *map(str, words)])


def test_a_book_goes_to_a_modeler_and_comes_back(tmp_path):
    there = run("export", "safeguards", "-o", tmp_path / "safeguards.dmn")
    back = run("import", tmp_path / "safeguards.dmn", "-o", tmp_path / "again")

    library = open_library(tmp_path)
    assert (there.exit_code, back.exit_code) == (0, 0)
    assert library.load("again").hash == library.load("safeguards").hash
    assert "next: write cases beside the rules" in back.stdout


def test_without_a_file_the_model_is_printed():
    assert run("export", "safeguards").stdout.startswith('<?xml version="1.0" encoding="UTF-8"?>')


def test_what_is_left_out_is_listed(tmp_path):
    run("export", "safeguards", "-o", tmp_path / "m.dmn")
    text = (tmp_path / "m.dmn").read_text()
    (tmp_path / "m.dmn").write_text(text.replace("<decisionTable", '<decisionTable label="A"', 1))

    done = run("import", tmp_path / "m.dmn", "-o", tmp_path / "b", "--lossy")

    assert "dmn.remark: A book cannot hold a label here" in done.stderr
    assert (tmp_path / "b" / "book.yaml").exists()


@pytest.mark.parametrize(
    ("content", "options", "error", "message"),
    [
        ("<x", (), ConfigError, "m.dmn:1:1: not XML"),
        (document('<inputData name="a"/>'), (), BookError, "m.dmn:2:1: book.unknown-fact"),
        (document(), ("--kind", "rules"), ConfigError, "rules is no kind of rule"),
        (document(), ("-o", "."), ConfigError, "is there already"),
    ],
)
def test_a_model_that_is_no_book_is_an_error(
    tmp_path, monkeypatch, content, options, error, message
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.dmn").write_text(content)

    done = run("import", "m.dmn", "-o", "new", *options)

    assert isinstance(done.exception, error)
    assert message in str(done.exception)
