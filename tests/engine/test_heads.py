"""Each day's heads are digested, handed out, and show what was changed or cut off since."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dunning_sdk.domain.event import NewEvent, Stream
from dunning_sdk.operations.doctoring import examine
from dunning_sdk.records.heads import HEADS, by_month, day_digests, digest_day, fits, proofs_at
from dunning_sdk.store.merkle import leaf_of, root_by
from dunning_sdk.store.opening import open_store
from tests.engine.installation import an_engine

DAY = date(2026, 3, 12)
SECRET = "A" * 43 + "="


@pytest.fixture(params=["memory://", "sqlite://"])
def store(request):
    found = open_store(request.param, tenant="t", secret=SECRET)
    yield found
    found.close()


def add(store, *ids, kind="receivable"):
    with store.begin() as session:
        new = [NewEvent(stream=Stream(kind=kind, id=id), type="host.noted", on=DAY) for id in ids]
        session.append(new)


def digest(store, on=DAY, **options):
    with store.begin() as session:
        return digest_day(session, "t", on, **options)


def test_a_day_is_digested_once(store):
    add(store, "F1", "F2")
    first = digest(store)
    add(store, "F1")

    assert digest(store) == first
    later = digest(store, DAY + timedelta(days=1))
    assert (first.streams, later.streams, first.root != later.root) == (2, 2, True)
    assert digest(store, DAY) == later
    with store.begin() as session:
        assert day_digests(session) == (first, later)


def test_it_is_digested_anew_only_where_something_was_stored_since(store):
    add(store, "F1")
    first = digest(store, anew=True)

    assert digest(store, DAY + timedelta(days=1), anew=True) == first
    add(store, "F2")
    again = digest(store, DAY - timedelta(days=1), anew=True)
    assert (again.on, again.streams) == (DAY, 2)


def test_the_log_fits_its_digests_however_it_grows(store):
    add(store, "F1", "F2")
    first = digest(store)
    add(store, "F1", "F3")
    second = digest(store, DAY + timedelta(days=1))

    with store.begin() as session:
        assert (fits(session, "t", first), fits(session, "t", second)) == (True, True)
        assert not fits(session, "another", first)


def test_a_head_is_proved_as_it_was_on_the_day(store):
    add(store, "F1", "F2", "F3")
    first = digest(store)
    add(store, "F1", "F4")
    streams = [Stream(kind="receivable", id=id) for id in ("F1", "F4")]

    with store.begin() as session:
        found = proofs_at(session, "t", first, streams)

    (head, proof) = found[streams[0]]
    assert (list(found), head.seq) == ([streams[0]], 1)
    assert root_by(leaf_of("t", streams[0], head), proof) == first.root


def test_the_last_digest_of_each_month_is_kept_in_sight(store):
    days = [date(2026, 1, 5), date(2026, 1, 31), date(2026, 2, 1)]
    found = [digest(store, day) for day in days]

    assert [one.on for one in by_month(found)] == days[1:]


def test_a_run_hands_the_digest_out_and_the_doctor_compares(tmp_path):
    engine = an_engine(tmp_path)
    told = []
    engine.plugins.failures = lambda _hook, *, report: told.append(report) or []
    with engine:
        add(engine.store, "note-1", kind="note")
        _, report = engine.run(as_of=DAY)
        digests = {
            one.verdict.value: one.text for one in examine(engine, on=DAY) if one.about == "digests"
        }
        kept = engine.store._state.streams[Stream(kind="note", id="note-1")]
        assert digests == {"fine": "the log holds what 1 digests of it say"}
        assert (report.heads["on"], report.heads["streams"]) == ("2026-03-12", 1)
        assert told[0]["heads"] == report.heads

        del engine.store._state.streams[Stream(kind="note", id="note-1")]
        fault = next(one for one in examine(engine, on=DAY) if one.about == "digests")
        engine.store._state.streams[Stream(kind="note", id="note-1")] = kept
    assert (fault.verdict.value, fault.text) == (
        "fault",
        "the log no longer holds what was digested on 2026-03-12",
    )


def test_digests_are_a_chain_of_their_own(store):
    add(store, "F1")
    digest(store)

    with store.begin() as session:
        assert session.verify(HEADS) == ()
        assert session.events(HEADS)[0].recorded_at <= datetime.now(UTC)
