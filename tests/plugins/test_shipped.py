"""The project's own plugins, found and loaded as an installer leaves them."""

import csv
import os
from datetime import date

import pytest

from dunning_sdk import Engine
from dunning_sdk.errors import HookError
from dunning_sdk.plugins import GROUP, build_manager, describe
from tests.acceptance.program import dunning, dunning_json
from tests.plugins.distribution import SHIPPED, install_shipped
from tests.plugins.installation import installation

SUNDAY, MONDAY = date(2026, 3, 1), date(2026, 3, 2)  # F-1 is due on Sunday, the 8th


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """Install the plugins; return what is put on the path."""
    paths = [
        path
        for source in SHIPPED
        for path in install_shipped(tmp_path / "installed" / source.name, source)
    ]
    for path in paths:
        monkeypatch.syspath_prepend(path)
    for name in ("DUNNING_LOAD_PLUGINS", "DUNNING_QUIET_LEGAL", "DUNNING_RUN_JOURNAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DUNNING_QUIET_DAYS", "FR;2026-03-02")
    return paths


@pytest.fixture
def engine(shipped, tmp_path):
    with Engine.with_installed_plugins(installation(tmp_path / "side")) as engine:
        engine.pull(as_of=date(2026, 2, 9))
        yield engine


def on_path(folders):
    """Return the path for a program of its own, with what it has already."""
    inherited = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join([*map(str, folders), *filter(None, [inherited])])


def test_they_are_loaded_through_their_entry_points(shipped):
    described = describe(build_manager(installed=True))

    assert [
        (found["name"], found["distribution"], found["hooks"])
        for found in described
        if found["distribution"] != "dunning-sdk"
    ] == [
        ("companies", "dunning-companies", ["dunning_register_connectors"]),
        ("defacto", "dunning-defacto", ["dunning_register_connectors"]),
        ("durable-rules", "dunning-durable-rules", ["dunning_propose_signals"]),
        ("finom", "dunning-finom", ["dunning_register_connectors"]),
        ("hokodo", "dunning-hokodo", ["dunning_register_connectors"]),
        ("inbox", "dunning-inbox", ["dunning_register_connectors"]),
        ("letters", "dunning-letters", ["dunning_register_connectors"]),
        ("messaging", "dunning-messaging", ["dunning_register_connectors"]),
        ("odoo", "dunning-odoo", ["dunning_register_connectors"]),
        ("pennylane", "dunning-pennylane", ["dunning_register_connectors"]),
        ("psd2", "dunning-psd2", ["dunning_register_connectors"]),
        ("qonto", "dunning-qonto", ["dunning_register_connectors"]),
        ("quiet-days", "dunning-quiet-days", ["dunning_veto_notice"]),
        ("run-journal", "dunning-run-journal", ["dunning_after_run"]),
        ("soan", "dunning-soan", ["dunning_register_connectors"]),
        ("tryton", "dunning-tryton", ["dunning_hear_event", "dunning_register_connectors"]),
        ("xero", "dunning-xero", ["dunning_register_connectors"]),
    ]


def test_the_program_lists_them(shipped, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", on_path(shipped))

    listed = {found["name"]: found["distribution"] for found in dunning_json(tmp_path, "plugins")}

    assert listed["quiet-days"] == "dunning-quiet-days"
    assert listed["run-journal"] == "dunning-run-journal"


def test_the_program_explains_a_veto(shipped, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", on_path(shipped))
    folder = installation(tmp_path / "side", store="sqlite:///dunning.sqlite")
    dunning(folder, "pull", "--as-of", "2026-02-09")

    said = dunning(folder, "explain", "F-1", "--as-of", SUNDAY).out

    assert "because the plugin quiet-days says quiet-day" in said
    assert "  plugin quiet-days\n    because Step: before-due\n    so allow: no\n" in said


def test_a_reminder_waits_for_the_first_day_that_is_not_quiet(engine):
    quiet = [engine.decide("F-1", as_of=day).decision for day in (SUNDAY, MONDAY)]
    tuesday = engine.decide("F-1", as_of=date(2026, 3, 3)).decision

    assert [decision.reasons for decision in quiet] == [("plugin:quiet-days:quiet-day",)] * 2
    assert (tuesday.outcome, tuesday.step.id) == ("due", "before-due")


def test_quiet_days_that_cannot_be_read_stop_the_run(engine, monkeypatch):
    monkeypatch.setenv("DUNNING_QUIET_DAYS", "FR;02/03/2026")

    with pytest.raises(
        HookError, match=r"Plugin quiet-days of dunning-quiet-days .* is not a date"
    ):
        engine.propose(as_of=SUNDAY)


def test_each_run_is_in_the_journal(engine, tmp_path, monkeypatch):
    monkeypatch.setenv("DUNNING_RUN_JOURNAL", str(tmp_path / "journal"))

    quiet, _ = engine.run(as_of=MONDAY)
    sent, _ = engine.run(as_of=date(2026, 3, 3))

    with (tmp_path / "journal" / "runs-2026.csv").open(newline="", encoding="ascii") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [(row["as_of"], row["proposal"], row["sent"]) for row in rows] == [
        ("2026-03-02", quiet.id, "0"),
        ("2026-03-03", sent.id, "1"),
    ]


def test_a_run_stands_where_the_journal_cannot_be_written(engine):
    _, report = engine.run(as_of=date(2026, 3, 3))

    assert len(report.sent) == 1
    assert report.messages == [
        "Plugin run-journal of dunning-run-journal failed in dunning_after_run: "
        "DUNNING_RUN_JOURNAL is not set; the run is not in the journal — "
        "Set it to the folder the journal is kept in."
    ]


def test_every_plugin_of_the_project_declares_its_entry_point():
    texts = [(source / "pyproject.toml").read_text("utf-8") for source in SHIPPED]

    assert len(texts) >= 2
    assert [f"[project.entry-points.{GROUP}]" in text for text in texts] == [True] * len(texts)
