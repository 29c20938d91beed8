"""What plugins propose as signals is held against the events, and decides nothing."""

from datetime import date
from types import SimpleNamespace

import pytest

from dunning_sdk import Engine, Record
from dunning_sdk.hooks import ProposedSignal, hookimpl
from dunning_sdk.operations.doctoring import examine
from dunning_sdk.rules.signal import fold_signals
from tests.plugins.installation import installation

BOOK = """
id: watchful
version: 1
title: Friendly, and watchful
extends: friendly
signals:
  calls:
    title: {en: Answers, fr: Réponses}
    count: replied
  is_late:
    title: {en: Overdue, fr: En retard}
    count: overdue
    at_least: 1
"""
ON = date(2026, 3, 12)


@pytest.fixture
def examined(tmp_path):
    """Return a function that gives what the doctor says of signals, with a plugin's proposals."""

    def examined(propose):
        plugin = SimpleNamespace(
            __name__="watcher",
            dunning_register_rule_books=hookimpl(lambda: {"watchful": {"book.yaml": BOOK}}),
            dunning_propose_signals=hookimpl(propose),
        )
        config = installation(tmp_path) / "dunning.toml"
        text = config.read_text(encoding="utf-8").replace('"friendly"', '"watchful"')
        config.write_text(text, encoding="utf-8")
        with Engine.open(tmp_path, plugins=[plugin]) as engine:
            engine.pull(as_of=date(2026, 2, 9))
            engine.record(
                Record(kind="reply", subject="D-1", on=date(2026, 3, 2), values={"text": "Soon."})
            )
            found = [one for one in examine(engine, on=ON) if one.about == "signals"]
        return [(one.verdict.value, one.text) for one in found]

    return examined


def folded(patterns, occurrences, as_of):
    """Return what the events say, as a plugin that runs the same patterns does."""
    return [
        ProposedSignal(debtor_id=debtor_id, name=name, value=one.value, made_by=one.made_by)
        for debtor_id, past in occurrences.items()
        for name, one in fold_signals(patterns, past, as_of).items()
    ]


def test_hook_propose_signals(examined):
    asked = []

    def propose(patterns, occurrences, as_of):
        asked.append(([one.name for one in patterns], sorted(occurrences), as_of))
        return folded(patterns, occurrences, as_of)

    assert examined(propose) == [("fine", "2 proposed by watcher are as the events say")]
    assert asked == [(["calls", "is_late"], ["D-1"], ON)]


def test_a_signal_that_differs_from_the_events_is_a_fault(examined):
    def propose(patterns, occurrences, as_of):
        calls, late = folded(patterns, occurrences, as_of)
        return [
            ProposedSignal(debtor_id="D-1", name="calls", value=2, made_by=calls.made_by),
            ProposedSignal(debtor_id="D-1", name="is_late", value=late.value),
            ProposedSignal(debtor_id="D-1", name="calls", value=1, made_by=calls.made_by),
            ProposedSignal(debtor_id="D-9", name="calls", value=1),
        ]

    assert examined(propose) == [
        ("fault", "watcher: signal calls of debtor D-1: 2 is proposed, and the events say 1"),
        (
            "fault",
            "watcher: signal is_late of debtor D-1: made by something else than the events say",
        ),
        ("fault", "watcher: signal calls of debtor D-9: there is none"),
    ]


def test_a_plugin_that_fails_or_answers_something_else_is_a_fault_with_its_name(examined):
    def fail(patterns, occurrences, as_of):
        raise ValueError

    (failed,) = examined(fail)

    assert failed == (
        "fault", "Plugin watcher of given failed in dunning_propose_signals: ValueError",
    )  # fmt: skip


def test_an_answer_that_is_no_signal_is_a_fault(examined):
    (odd,) = examined(lambda: ["D-1"])

    assert odd[1].endswith("str is no ProposedSignal")
