"""The commands of portfolios kept as columns."""

import json

import pytest
from typer.testing import CliRunner

from dunning_sdk.cli.main import app
from tests.bulk.portfolios import install

DAY = ("--as-of", "2026-03-02")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run commands in the folder of an installation, and return what they print."""
    install(tmp_path)
    monkeypatch.chdir(tmp_path)

    def run(*words):
        done = CliRunner().invoke(app, list(words), catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


def test_a_portfolio_is_made_up_run_and_looked_at(run):
    made = run("portfolio", "generate", "--rows", "150", *DAY, "--load")
    begun = run("portfolio", "run", *DAY, "--full", "--begin", "--chunk-rows", "50")

    assert made == "150 receivables loaded\n"
    assert "run 2026-03-02-1: open" in begun
    assert run("worker", "--chunks", "--drain").startswith("150 rows, ")
    assert run("worker", "--chunks", "--drain") == "no chunk was free\n"

    report = json.loads(run("portfolio", "run", *DAY, "--full", "--format", "json"))["report"]
    assert (report["rows"], report["new_acts"]) == (150, 0)
    text = run("portfolio", "run", *DAY, "--full")
    assert "150 rows, 0 new acts, 0 left one by one" in text

    runs = json.loads(run("portfolio", "runs", "--format", "json"))
    assert [one["state"] for one in runs] == ["done"] * 3
    assert "2026-03-02-1\tdone" in run("portfolio", "runs")
    acts = run("portfolio", "acts", "--run", "2026-03-02-1", "--on", "2026-03-02")
    lines = [json.loads(line) for line in acts.splitlines()]
    assert len(lines) == runs[-1]["report"]["new_acts"] > 0
    assert {line["on"] for line in lines} == {"2026-03-02"}

    old = ("portfolio", "forget", "--runs-before", "2026-03-03", "--issued-before", "2026-03-03")
    would = json.loads(run(*old, "--format", "json"))
    assert would == {"runs": 3, "acts": 0, "removed": False}  # all are in the portfolio still
    assert run(*old) == "3 runs and 0 acts would go; --yes removes them for good\n"
    assert run(*old, "--yes") == "removed 3 runs and 0 acts\n"
    assert json.loads(run("portfolio", "runs", "--format", "json")) == []


def test_a_store_without_receivables_has_nothing_to_take(run):
    assert run("portfolio", "sync", *DAY, "--full") == "0 receivables taken\n"


def test_a_made_up_portfolio_is_printed_as_csv(run):
    lines = run("portfolio", "generate", "--rows", "3", *DAY).splitlines()

    assert lines[0].startswith("number,issued_on,due_on,amount")
    assert len(lines) == 4
