"""What a run leaves in the journal, and what happens where it cannot be written."""

import csv

import pytest
from dunning_sdk.errors import ConfigError

from dunning_run_journal import dunning_after_run

REPORT = {
    "as_of": "2026-03-10",
    "proposal_id": "4f2a",
    "sent": ["a", "b", "c"],
    "handed": ["d"],
    "asked": [],
    "waiting": ["e"],
    "cancelled": {"f": "paid"},
    "failed": [],
    "uncertain": [],
    "messages": [],
}


def rows(path):
    with path.open(newline="", encoding="ascii") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_each_run_is_a_line_under_one_header(tmp_path, monkeypatch):
    folder = tmp_path / "not there yet"
    monkeypatch.setenv("DUNNING_RUN_JOURNAL", str(folder))

    dunning_after_run(report=REPORT)
    dunning_after_run(report=REPORT | {"as_of": "2026-03-11", "sent": []})

    first, second = rows(folder / "runs-2026.csv")
    assert first == {
        "as_of": "2026-03-10", "proposal": "4f2a", "sent": "3", "handed": "1", "asked": "0",
        "waiting": "1", "cancelled": "1", "failed": "0", "uncertain": "0", "messages": "0",
    }  # fmt: skip
    assert (second["as_of"], second["sent"]) == ("2026-03-11", "0")


def test_each_year_has_its_file(tmp_path, monkeypatch):
    monkeypatch.setenv("DUNNING_RUN_JOURNAL", str(tmp_path))

    dunning_after_run(report=REPORT)
    dunning_after_run(report=REPORT | {"as_of": "2027-01-04"})

    assert sorted(path.name for path in tmp_path.iterdir()) == ["runs-2026.csv", "runs-2027.csv"]


def test_a_missing_variable_is_said(monkeypatch):
    monkeypatch.delenv("DUNNING_RUN_JOURNAL", raising=False)

    with pytest.raises(ConfigError, match="DUNNING_RUN_JOURNAL is not set"):
        dunning_after_run(report=REPORT)


def test_a_file_that_cannot_be_written_is_said_without_its_folder(tmp_path, monkeypatch):
    taken = tmp_path / "taken"
    taken.write_text("a file, not a folder")
    monkeypatch.setenv("DUNNING_RUN_JOURNAL", str(taken))

    with pytest.raises(ConfigError, match=r"runs-2026\.csv cannot be written to") as raised:
        dunning_after_run(report=REPORT)
    assert str(tmp_path) not in str(raised.value)
