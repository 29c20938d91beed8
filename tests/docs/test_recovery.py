"""docs/recovery.md tells a story that runs, command by command."""

import re
import shlex
import sys
from contextlib import chdir
from unittest.mock import patch

import pytest

from dunning_sdk.cli.main import run
from tests.docs.pages import ROOT
from tests.plugins.installation import CONFIG

PAGE = (ROOT / "docs" / "recovery.md").read_text(encoding="utf-8")
COMMANDS = [shlex.split(line) for line in re.findall(r"(?m)^\$ (dunning .*)$", PAGE)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recovery")
    config = CONFIG.format(store="sqlite:///dunning.sqlite")
    (folder / "dunning.toml").write_text(config, encoding="utf-8")
    (folder / "dunning.key").write_text("a passphrase for tests", encoding="ascii")
    rest = "2026-02-01,2026-03-08,1200.00,D-1,Boulangerie Martin SARL,compta@martin.example"
    text = "\n".join(["number,issued,due,amount,debtor,name,email", f"F-1001,{rest}", ""])
    (folder / "invoices.csv").write_text(text, encoding="utf-8")
    return folder


def test_the_commands_run_in_the_order_of_the_page(folder, capsys):
    said = {}
    for words in [["dunning", "pull", "--as-of", "2026-03-20"], *COMMANDS]:
        with chdir(folder), patch.object(sys, "argv", words), pytest.raises(SystemExit) as ended:
            run()
        out, err = capsys.readouterr()
        assert not ended.value.code, f"{' '.join(words)}\n{err}"
        said[" ".join(words[1:4])] = out

    assert (
        "recovery: order-given since 2026-09-01, by the law of FR" in said["recovery show F-1001"]
    )
    assert "payment-order.service ends on 2026-12-01" in said["recovery show F-1001"]
    assert "recovery: enforceable since 2027-01-27" in said["explain F-1001 --as-of"]
