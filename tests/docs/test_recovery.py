"""docs/recovery.md and docs/prevention.md tell stories that run, command by command."""

import re
import shlex
import sys
from contextlib import chdir
from unittest.mock import patch

import pytest

from dunning_sdk.cli.main import run
from tests.docs.pages import ROOT
from tests.plugins.installation import CONFIG


def commands(page):
    """Return the commands of a page, in its order."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [shlex.split(line) for line in re.findall(r"(?m)^\$ (dunning .*)$", text)]


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path
    config = CONFIG.format(store="sqlite:///dunning.sqlite")
    config = config.replace('book = "friendly"', 'book = "prevention"')
    (folder / "dunning.toml").write_text(config, encoding="utf-8")
    (folder / "dunning.key").write_text("a passphrase for tests", encoding="ascii")
    rest = "2026-02-01,2026-03-08,1200.00,D-1,Boulangerie Martin SARL,compta@martin.example"
    head = "number,issued,due,amount,debtor,name,email"
    text = "\n".join([head, f"F-1001,{rest}", f"F-1002,{rest}", ""])
    (folder / "invoices.csv").write_text(text, encoding="utf-8")
    return folder


def told(folder, capsys, page):
    """Run the commands of a page and return what each printed."""
    said = {}
    notice = [
        "dunning",
        "record",
        "recovery",
        "F-1002",
        "event=formal-notice",
        "--on",
        "2026-04-01",
    ]
    before = [["dunning", "pull", "--as-of", "2026-03-20"], notice]
    for words in [*before, *commands(page)]:
        with chdir(folder), patch.object(sys, "argv", words), pytest.raises(SystemExit) as ended:
            run()
        out, err = capsys.readouterr()
        assert not ended.value.code, f"{' '.join(words)}\n{err}"
        said[" ".join(words[1:4])] = out
    return said


def test_the_story_of_recovery_runs(folder, capsys):
    pytest.importorskip("typst")
    said = told(folder, capsys, "recovery.md")

    assert (
        "recovery: order-given since 2026-09-01, by the law of FR" in said["recovery show F-1001"]
    )
    assert "payment-order.service ends on 2026-12-01" in said["recovery show F-1001"]
    assert "written: out/recovery/F-1002-petition.pdf" in said["recovery petition F-1002"]
    assert "recovery: enforceable since 2027-01-27" in said["explain F-1001 --as-of"]


def test_the_story_of_prevention_runs(folder, capsys):
    said = told(folder, capsys, "prevention.md")

    assert "press\tadverse\t2026-02-20\t\tLes Échos" in said["inquiry D-1 --as-of"]
    assert "partner\tlate\t2026-03-02\t\tAtelier X" in said["inquiry D-1 --as-of"]
    assert "ask-for-deposit" in said["decide Q-7 --quote"]
    assert "partners-paid-late" in said["decide Q-7 --quote"]
