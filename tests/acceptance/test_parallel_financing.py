"""Two engines on one database never promise the same money twice."""

from threading import Barrier, Thread

import pytest

from dunning_sdk.engine.engine import Engine
from dunning_sdk.financing.lending import Lines
from tests.acceptance.financing import DEBTOR, ISSUED_ON, Story, eur

DRAFTS = tuple(f"DRAFT-{number}" for number in range(1, 5))
SECRET = "no secret here"


@pytest.fixture
def story(tmp_path, monkeypatch):
    """Return a story on SQLite with four drafts of 12,000.00 EUR and a line of 30,000.00 EUR."""
    monkeypatch.setenv("DUNNING_SECRET", SECRET)
    story = Story(tmp_path, store="sqlite:///one.sqlite")
    story.cover("30000.00", limit="30000.00")
    story.sign()
    for name in DRAFTS:
        story.draft(name)
    story.engine.pull(as_of=ISSUED_ON)
    with story.engine:
        yield story


def each(story, work, count):
    """Run a piece of work at the same time in engines of their own; return what failed."""
    start, failed = Barrier(count), []

    def run(place):
        with Engine.open(story.folder) as engine:
            start.wait()
            try:
                work(engine, place)
            except Exception as problem:  # handed to the test
                failed.append(problem)

    threads = [Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def line_of(story):
    with story.engine.store.begin() as session:
        return Lines(session, as_of=ISSUED_ON).state(DEBTOR).line


def test_runs_at_once_finance_no_more_than_is_available(story):
    proposal = story.engine.propose(as_of=ISSUED_ON)
    story.engine.approve(proposal.id, by="Jeanne")

    failed = each(story, lambda engine, _: engine.execute(proposal.id), 3)

    assert failed == []
    states = [story.of(name).state.value for name in DRAFTS]
    assert states == ["submitted", "submitted", "submitted", "refused"]
    assert sum(story.of(name).financed.minor for name in DRAFTS[:3]) == eur("30000").minor
    line = line_of(story)
    assert (line.available, line.in_use) == (eur("0"), eur("30000"))
    numbers = [key for name in DRAFTS[:3] for key in story.of(name).receivables]
    assert len(numbers) == len(set(numbers)) == 4
    invoices = list((story.engine.config.out_folder / "invoices").glob("*.pdf"))
    assert len(invoices) == 4


def test_a_proposal_overtaken_by_another_promises_nothing_twice(story):
    proposal = story.engine.propose(as_of=ISSUED_ON)
    acts = {act.draft: act.act_id for act in proposal.financing}
    story.engine.approve(proposal.id, [acts["DRAFT-1"]], by="Jeanne")
    story.cover("12000.00", limit="12000.00")
    later = story.engine.propose(as_of=ISSUED_ON)
    story.engine.approve(later.id, by="Jeanne")

    failed = each(story, lambda engine, place: engine.execute((proposal.id, later.id)[place]), 2)

    assert failed == []
    line = line_of(story)
    assert (line.available, line.in_use, line.limit) == (eur("0"), eur("12000"), eur("12000"))
    assert sum(story.of(name).financed.minor for name in DRAFTS) == eur("12000").minor


def test_records_at_once_keep_the_line_whole(story):
    proposal = story.engine.propose(as_of=ISSUED_ON)
    story.engine.approve(proposal.id, by="Jeanne")
    story.engine.execute(proposal.id)
    keys = [story.of(name).receivable_id for name in DRAFTS[:3]]

    def pay(engine, place):
        from dunning_sdk.records.entry import Record

        values = {"amount": eur("1000")}
        entry = Record(kind="payment", on=ISSUED_ON, subject=keys[place], values=values)
        engine.record(entry)

    assert each(story, pay, 3) == []
    line = line_of(story)
    assert (line.available, line.in_use) == (eur("3000"), eur("27000"))
