"""The commands of docs/simulation.md run, and the page names every option's words."""

import re
import shlex
from contextlib import chdir

import pytest

from dunning_sdk.cli import main
from tests.docs.pages import ROOT
from tests.engine.simulated import install

PAGE = (ROOT / "docs" / "simulation.md").read_text(encoding="utf-8")
COMMANDS = [shlex.split(line) for line in re.findall(r"(?m)^ +\$ (dunning simulate .*)$", PAGE)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return an installation with the book that the page speaks of."""
    folder = install(tmp_path_factory.mktemp("docs") / "simulation")
    (folder / "book").rename(folder / "our-book")
    config = folder / "dunning.toml"
    text = config.read_text(encoding="utf-8").replace('book = "book"', 'book = "our-book"')
    config.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words[2:5]))
def test_the_commands_run(folder, monkeypatch, capsys, words):
    monkeypatch.setattr("sys.argv", words)
    with chdir(folder), pytest.raises(SystemExit) as ended:
        main.run()

    printed = capsys.readouterr()
    assert not ended.value.code, printed.err
    assert "friendly" in printed.out
    written = [line.removeprefix("wrote ") for line in printed.err.splitlines()]
    assert all((folder / name).stat().st_size > 200 for name in written)
    assert bool(written) is ("--html" in words)


def test_there_are_commands():
    assert len(COMMANDS) == 5
