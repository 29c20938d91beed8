"""What every store promises; each implementation's test makes a class of these.

An implementation gives the fixture ``store`` and three ways to damage what it keeps.
"""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import NewEvent, Stream
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import RecordNotFoundError, StaleRecordError, StoreError
from dunning_sdk.store.answer import Answer
from dunning_sdk.store.chain import Chain, Head, commitment
from dunning_sdk.store.delivery import Delivery, Gate
from dunning_sdk.store.follower import Cursor
from dunning_sdk.store.holder import new_holder
from dunning_sdk.store.interface import (
    Holdings,
    OutboxAct,
    OutboxState,
    ReceivableRow,
    ReviewItem,
    StoredProposal,
    Wait,
)
from tests.contracts.reading_contract import ReadingContract, a_line

DAY = date(2026, 3, 1)
S = OutboxState

# ARCHITECTURE section 8, and the ways back to planned: of a claimed act whose lease lapsed, and of
# one that certainly did not leave.
MOVES = {
    S.PLANNED: {S.CLAIMED, S.CANCELLED},
    S.CLAIMED: {S.SENDING, S.CANCELLED, S.PLANNED},
    S.SENDING: {S.SENT, S.FAILED, S.UNCERTAIN, S.PLANNED},
    S.UNCERTAIN: {S.SENT, S.FAILED},
    S.SENT: set(),
    S.FAILED: set(),
    S.CANCELLED: set(),
}
WAYS = {
    S.PLANNED: [],
    S.CLAIMED: [S.CLAIMED],
    S.SENDING: [S.CLAIMED, S.SENDING],
    S.UNCERTAIN: [S.CLAIMED, S.SENDING, S.UNCERTAIN],
    S.SENT: [S.CLAIMED, S.SENDING, S.SENT],
    S.FAILED: [S.CLAIMED, S.SENDING, S.FAILED],
    S.CANCELLED: [S.CANCELLED],
}


def stream_of(id="R1", kind="receivable"):
    return Stream(kind=kind, id=id)


def opened(id="R1", *, debtor="D1", payload=None, **header):
    facts = {
        "invoice": f"INV-{id}",
        "debtor": debtor,
        "creditor": "C1",
        "amount_minor": 120_000,
        "currency": "EUR",
        "issued_on": "2026-01-15",
        "due_on": "2026-02-14",
    }
    return NewEvent(
        stream=stream_of(id),
        type=events.OPENED,
        on=DAY,
        header=facts | header,
        payload=payload or {},
        owner=debtor,
    )


def happened(id="R1", *, type=events.PAYMENT_ALLOCATED, owner="D1", payload=None, **header):
    return NewEvent(
        stream=stream_of(id), type=type, on=DAY, header=header, payload=payload or {}, owner=owner
    )


def an_act(act_id="a1", notice_id="n1", **over):
    facts = {"receivable_id": "R1", "proposal_id": "p1", "book_hash": "b1", "on": DAY}
    return OutboxAct(act_id=act_id, notice_id=notice_id, **facts | over)


def a_delivery(notice_id="n1", **over):
    facts = {"proposal_id": "p1", "on": DAY, "channel": "email"}
    return Delivery(notice_id=notice_id, **facts | over)


def an_answer(key="k1", **over):
    return Answer(
        **{"key": key, "request": "r1", "begun_at": datetime(2026, 3, 1, tzinfo=UTC)} | over
    )


def a_row(id="R1", review_on=DAY, **over) -> ReceivableRow:
    facts = {
        "invoice_number": f"INV-{id}",
        "debtor_id": "D1",
        "creditor_id": "C1",
        "kind": "invoice",
        "amount": Money(120_000, "EUR"),
        "issued_on": date(2026, 1, 15),
        "due_on": date(2026, 2, 14),
        "entered_on": DAY,
        "payee": "creditor",
        "cycle_started_on": DAY,
        "last_event_on": DAY,
    }
    return ReceivableRow(receivable=Receivable(id=id, **facts | over), review_on=review_on)


def fill(session, mark="x"):
    """Write something of every kind, with the mark wherever personal data belongs."""
    session.append([opened(payload={"name": mark}), happened(amount_minor=1)])
    session.put_record("party", "D1", {"name": [mark]}, owner="D1")
    session.put_blob("f00", f"<p>{mark}</p>".encode(), owner="D1")
    session.put_receivables([a_row()])
    session.put_book("b1", {"book.yaml": "id: x"})
    session.put_proposal(StoredProposal(id="p1", as_of=DAY, content={}))
    session.put_proposed("p1", [a_line(1)])
    session.plan([an_act()])
    session.put_deliveries([a_delivery()])
    session.put_gate(Gate(channel="email", failures=1))
    session.put_cursors([Cursor(follower="erp", stream=stream_of(), tries=1)])
    session.put_answer(an_answer(status=200, content=mark.encode()))
    session.put_review(ReviewItem(id="i1", kind="call", subject="R1", opened_on=DAY))
    session.put_setting("cursor", 2)
    wait = Wait(person="anna", debtor_id="D1", entry="task-1", seq=1, since_on=DAY, by_on=DAY)
    session.put_waits({"D1": [wait]})
    money = {"amount_minor": 1, "currency": "EUR"}
    follows = ReviewItem(id="f1", kind="advance-due", subject="fin-1", opened_on=DAY, detail=money)
    session.put_derived({"fin-1": [follows]})


def write_and_fail(store, write):
    with store.begin() as session:
        write(session)
        raise ZeroDivisionError


class StoreContract(ReadingContract):
    """The promises. `store` is a fixture; the damage is done behind the store's back."""

    def change_event(self, store, stream, seq, /, **columns):
        """Change ``header``, ``payload``, ``digest``, ``on`` or ``seq`` of a stored event."""
        raise NotImplementedError

    def remove_event(self, store, stream, seq):
        """Remove a stored event."""
        raise NotImplementedError

    # one transaction ----------------------------------------------------------------------

    def test_nothing_is_kept_when_the_block_raises(self, store):
        with pytest.raises(ZeroDivisionError):
            write_and_fail(store, fill)

        with store.begin() as session:
            kept = (
                session.events_of("receivable"),
                session.records("party"),
                session.receivables(),
                session.latest_proposal(),
                session.acts(),
                session.reviews(open_only=False),
                session.setting("cursor"),
                session.deliveries(),
                session.gates(),
            )
            assert kept == ({}, {}, (), None, (), (), None, (), ())
            for look in (lambda: session.blob("f00"), lambda: session.book("b1")):
                with pytest.raises(RecordNotFoundError):
                    look()
        with pytest.raises(RecordNotFoundError):
            store.drop_key("D1")

    def test_what_was_kept_before_survives_a_failed_block(self, store):
        with store.begin() as session:
            session.append([opened()])
            session.put_setting("cursor", 1)
        with pytest.raises(ZeroDivisionError):
            write_and_fail(store, fill)

        with store.begin() as session:
            assert [event.seq for event in session.events(stream_of())] == [1]
            assert session.setting("cursor") == 1
            assert session.verify(stream_of()) == ()

    def test_a_session_takes_nothing_after_its_block(self, store):
        with store.begin() as session:
            session.put_setting("cursor", 1)

        with pytest.raises(StoreError, match="has ended"):
            session.put_setting("cursor", 2)
        with pytest.raises(StoreError, match="has ended"):
            session.setting("cursor")

    # proofs -------------------------------------------------------------------------------

    def test_a_chain_has_all_that_proves_a_stream(self, store):
        with store.begin() as session:
            session.append([opened(payload={"name": "Ann"}), happened(owner="D2")])
        with store.begin() as session:
            chain = session.chain(stream_of())
            salted = chain.salted

            assert [link.seq for link in chain.links] == [1, 2]
            assert chain.head == Head(seq=2, digest=chain.links[1].digest)
            assert [commitment(one) for one in salted] == [link.commitment for link in chain.links]
            assert b'"Ann"' in salted[0]
            assert session.chain(stream_of("R9")) == Chain(links=(), salted=(), head=None)

    def test_a_chain_outlives_the_key_of_a_payload(self, store):
        with store.begin() as session:
            session.append([opened(payload={"name": "Ann"}), happened(owner="D2")])
            before = session.chain(stream_of())
        store.drop_key("D1")
        with store.begin() as session:
            after = session.chain(stream_of())

            assert (after.links, after.head) == (before.links, before.head)
            assert after.salted == (None, before.salted[1])

    def test_heads_are_known_as_they_were(self, store):
        with store.begin() as session:
            session.append([opened("R2"), opened("R1"), happened("R1")])
            before = session.heads()
            until = session.events(stream_of("R1"))[-1].recorded_at
        with store.begin() as session:
            (late,) = session.append([happened("R1")])

            assert list(before) == [stream_of("R1"), stream_of("R2")]
            assert [head.seq for head in session.heads().values()] == [3, 1]
            assert session.heads()[stream_of("R1")].digest == late.digest
            assert session.heads(until=until) == before
            assert session.heads(until=until - timedelta(days=1)) == {}

    # events -------------------------------------------------------------------------------

    def test_events_are_numbered_without_gaps_in_each_stream(self, store):
        with store.begin() as session:
            first = session.append([opened("R1"), opened("R2"), happened("R1", amount_minor=1)])
        with store.begin() as session:
            second = session.append([happened("R2", amount_minor=2)])

            assert [(event.stream.id, event.seq) for event in first + second] == [
                ("R1", 1),
                ("R2", 1),
                ("R1", 2),
                ("R2", 2),
            ]
            assert session.events(stream_of("R1")) == (first[0], first[2])
            assert session.events(stream_of("R2")) == (first[1], second[0])
            assert session.events(stream_of("R3")) == ()

    def test_an_event_comes_back_as_it_was(self, store):
        header = {"list": [1, None, {"é": "\N{NO-BREAK SPACE}\0"}], "big": 10**30, "no": False}
        new = happened(type="host.said", payload={"said": ["œ", {"deep": None}]}, **header)
        with store.begin() as session:
            session.append([new])
        with store.begin() as session:
            (event,) = session.events(stream_of())

            assert (event.type, event.on, event.header) == ("host.said", DAY, header)
            assert event.recorded_at.utcoffset().total_seconds() == 0
            assert session.payload(stream_of(), 1) == new.payload

    def test_streams_of_a_kind_are_read_together(self, store):
        with store.begin() as session:
            session.append([opened("R1"), opened("R2"), opened("R3"), opened("R10")])
            session.append([replace(opened("R1"), stream=stream_of("R1", "debtor"))])

            everything = session.events_of("receivable")
            some = session.events_of("receivable", ["R3", "R1", "R1", "R404"])

            assert list(everything) == ["R1", "R10", "R2", "R3"]
            assert some == {id: everything[id] for id in ("R1", "R3")}
            assert list(session.events_of("debtor")) == ["R1"]
            assert session.events_of("receivable", []) == {}

    def test_every_stream_is_listed_whatever_its_kind(self, store):
        with store.begin() as session:
            assert (session.streams(), session.recorded_until()) == ((), None)
            names = [("receivable", "R2"), ("host.kind", "x"), ("receivable", "R1")]
            for kind, id in names:
                (last,) = session.append([replace(happened(), stream=stream_of(id, kind))])

            assert session.streams() == tuple(stream_of(id, kind) for kind, id in sorted(names))
            assert session.recorded_until() == last.recorded_at

    def test_what_is_kept_of_an_owner_is_found_wherever_it_is(self, store):
        with store.begin() as session:
            fill(session)
            session.append([happened("R9", owner="D9")])
            session.put_record("quote", "Q1", {}, owner="D9")
            session.put_blob("f99", b"x", owner="D9")
            held, nobody = session.holdings("D9"), session.holdings("D0")
            assert session.owners() == ("D1", "D9")

        expected = Holdings(
            events=((stream_of("R9"), 1),), records=(("quote", "Q1"),), documents=("f99",)
        )
        assert (held, nobody) == (expected, Holdings())
        store.drop_key("D9")
        with store.begin() as session:
            assert session.owners() == ("D1",)
            assert session.holdings("D9") == Holdings(events=expected.events)

    def test_changing_what_came_back_changes_nothing_kept(self, store):
        with store.begin() as session:
            session.append([opened(payload={"names": ["x"]})])
            session.events(stream_of())[0].header["due_on"] = "2030-01-01"
            session.payload(stream_of(), 1)["names"].append("y")
            session.plan([an_act(detail={"step": ["s"]})])
            session.acts()[0].detail["step"].append("t")

            assert session.events(stream_of())[0].header["due_on"] == "2026-02-14"
            assert session.payload(stream_of(), 1) == {"names": ["x"]}
            assert session.act("a1").detail == {"step": ["s"]}

    @pytest.mark.parametrize(
        "value", [0.1, {1: "x"}, [date(2026, 1, 1)], "\ud800", {"deep": {"x": (1,)}}]
    )
    def test_only_what_json_gives_back_is_taken(self, store, value):
        with store.begin() as session:
            with pytest.raises(StoreError, match="value for the store"):
                session.append([opened(wrong=value)])
            with pytest.raises(StoreError, match="value for the store"):
                session.append([opened(payload={"wrong": value})])
            with pytest.raises(StoreError, match="value for the store"):
                session.put_setting("wrong", value)

            assert session.events(stream_of()) == ()

    # the chain ----------------------------------------------------------------------------

    @pytest.fixture
    def chained(self, store):
        with store.begin() as session:
            session.append([opened(payload={"name": "first"})])
            session.append([happened(amount_minor=n, payload={"n": n}) for n in range(2, 6)])
        return store

    def faults(self, store):
        with store.begin() as session:
            return session.verify(stream_of())

    def test_an_untouched_chain_is_sound(self, chained):
        assert self.faults(chained) == ()

    def test_an_unknown_stream_has_no_faults(self, store):
        assert self.faults(store) == ()

    @pytest.mark.parametrize("seq", [1, 3, 5])
    @pytest.mark.parametrize(
        "change",
        [
            {"header": '{"amount_minor":9}'},
            {"on": "2026-03-02"},
            {"type": "host.other"},
            {"owner": "D2"},
            {"recorded_at": datetime(2020, 1, 1, tzinfo=UTC).isoformat()},
            {"commitment": "0" * 64},
            {"digest": "0" * 64},
            {"payload": b"0123456789abcdef{}"},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_a_changed_event_is_named(self, chained, seq, change):
        self.change_event(chained, stream_of(), seq, **change)

        found = self.faults(chained)
        assert found
        assert all(f"vent {seq} " in fault or f"number {seq}" in fault for fault in found)

    @pytest.mark.parametrize("seq", [1, 3, 5])
    def test_a_removed_event_is_named(self, chained, seq):
        self.remove_event(chained, stream_of(), seq)

        assert f"Event {seq} of receivable R1 is missing" in self.faults(chained)

    def test_several_removed_events_are_named_together(self, chained):
        self.remove_event(chained, stream_of(), 4)
        self.remove_event(chained, stream_of(), 5)

        assert self.faults(chained) == ("Events 4 to 5 of receivable R1 are missing",)

    def test_swapped_events_are_named(self, chained):
        self.change_event(chained, stream_of(), 2, seq=99)
        self.change_event(chained, stream_of(), 3, seq=2)
        self.change_event(chained, stream_of(), 99, seq=3)

        found = " ".join(self.faults(chained))
        assert "Event 2 of receivable R1" in found
        assert "Event 3 of receivable R1" in found

    # erasure ------------------------------------------------------------------------------

    def test_a_dropped_key_erases_and_the_chain_stays_sound(self, store):
        with store.begin() as session:
            session.append([opened("R1"), opened("R2", debtor="D2", payload={"name": "kept"})])
            for owner in ("D1", "D2"):
                session.put_record("party", owner, {"name": owner}, owner=owner)
                session.put_blob("shared", b"both", owner=owner)
            session.put_blob("f00", b"one", owner="D1")

        store.drop_key("D1")

        with store.begin() as session:
            for erased in (lambda: session.payload(stream_of(), 1), lambda: session.blob("f00")):
                with pytest.raises(RecordNotFoundError, match="erased"):
                    erased()
            assert session.record("party", "D1") is None
            assert session.records("party") == {"D2": {"name": "D2"}}
            assert session.payload(stream_of("R2"), 1) == {"name": "kept"}
            assert session.blob("shared") == b"both"
            assert session.events(stream_of())[0].header["debtor"] == "D1"
            assert session.verify(stream_of("R1")) == session.verify(stream_of("R2")) == ()

    def test_an_erased_debtor_may_come_back_and_stays_forgotten(self, store):
        with store.begin() as session:
            session.append([opened(payload={"name": "before"})])
        store.drop_key("D1")
        with store.begin() as session:
            session.append([happened(amount_minor=1, payload={"name": "after"})])

            assert session.payload(stream_of(), 2) == {"name": "after"}
            with pytest.raises(RecordNotFoundError, match="erased"):
                session.payload(stream_of(), 1)
            assert session.verify(stream_of()) == ()

        store.drop_key("D1")
        store.drop_key("D1")

        with store.begin() as session, pytest.raises(RecordNotFoundError, match="erased"):
            session.payload(stream_of(), 2)

    def test_an_unknown_owner_cannot_be_erased(self, store):
        with store.begin() as session:
            session.put_record("party", "DEBTOR-1", {}, owner="DEBTOR-1")

        with pytest.raises(RecordNotFoundError, match="DEBTOR-2 — Did you mean DEBTOR-1"):
            store.drop_key("DEBTOR-2")
        with pytest.raises(StoreError, match="tenant's own key"):
            store.drop_key("")

    # records and blobs --------------------------------------------------------------------

    def test_a_record_keeps_its_newest_version(self, store):
        with store.begin() as session:
            session.put_record("party", "D1", {"name": "old"}, owner="D1")
            session.put_record("party", "D1", {"name": "new"}, owner="D2")
            session.put_record("payment", "D1", {"iban": "x"}, owner="")

            assert session.record("party", "D1") == {"name": "new"}
            assert session.record("payment", "D1") == {"iban": "x"}
            assert session.record("party", "D404") is None
            assert session.records("party", ["D1", "D404"]) == {"D1": {"name": "new"}}

    def test_a_document_comes_back_by_its_digest(self, store):
        with store.begin() as session:
            session.put_blob("f00", bytes(range(256)), owner="D1")
            session.put_blob("f00", bytes(range(256)), owner="D1")

            assert session.blob("f00") == bytes(range(256))
            with pytest.raises(RecordNotFoundError, match="no document f01"):
                session.blob("f01")

    # projections --------------------------------------------------------------------------

    def test_a_projection_equals_the_fold_of_its_events(self, store):
        with store.begin() as session:
            session.append([opened(), happened(amount_minor=20_000)])
            session.append(
                [
                    happened(type=events.STOP_PLACED, stop="s1", reason="disputed"),
                    happened(type=events.ACT_CHANGED, act="a1", step="s", status="done", cycle=1),
                    happened(type=events.DUE_CHANGED, due_on="2026-05-01"),
                ]
            )
            state = fold(session.events(stream_of()))
            session.put_receivables([ReceivableRow(receivable=state, review_on=DAY)])
        with store.begin() as session:
            row = session.receivable("R1")

            assert row.receivable == fold(session.events(stream_of()))
            assert (row.receivable.cycle, row.receivable.paid_minor) == (2, 20_000)

    def test_projections_are_found_by_day_and_debtor(self, store):
        rows = [
            a_row("R3", date(2026, 3, 3)),
            a_row("R1", date(2026, 3, 1)),
            a_row("R2", None, debtor_id="D2"),
        ]
        with store.begin() as session:
            session.put_receivables(rows)

            def found(**wanted):
                return [row.receivable.id for row in session.receivables(**wanted)]

            assert session.receivables() == (rows[1], rows[2], rows[0])
            assert found(review_by=date(2026, 3, 2)) == ["R1"]
            assert found(review_by=date(2026, 3, 3)) == ["R1", "R3"]
            assert found(debtor_id="D2") == ["R2"]
            assert found(debtor_id="D1", review_by=date(2026, 3, 1)) == ["R1"]

            session.set_review_on({"R1": None, "R2": date(2026, 3, 2)})

            assert found(review_by=date(2026, 3, 2)) == ["R2"]
            assert session.receivable("R1") == a_row("R1", None)

    def test_an_unknown_receivable_is_said_with_the_nearest(self, store):
        with store.begin() as session:
            session.put_receivables([a_row("INV-1001"), a_row("X")])

            with pytest.raises(RecordNotFoundError, match="INV-1OO1 — Did you mean INV-1001"):
                session.receivable("INV-1OO1")
            with pytest.raises(RecordNotFoundError, match="Did you mean INV-1001"):
                session.set_review_on({"INV-1001": None, "INV-101": None})
            assert session.receivable("INV-1001").review_on == DAY

    # books and proposals ------------------------------------------------------------------

    def test_a_book_is_kept_once_and_whole(self, store):
        with store.begin() as session:
            session.put_book("b1", {"book.yaml": "id: x\n", "guards.yaml": "é"})
            session.put_book("b1", {"book.yaml": "other"})

            assert session.book("b1") == {"book.yaml": "id: x\n", "guards.yaml": "é"}
            with pytest.raises(RecordNotFoundError, match="no book b2"):
                session.book("b2")

    def test_a_proposal_is_found_by_the_beginning_of_its_id(self, store):
        proposals = [
            StoredProposal(id="abc", as_of=DAY, content={"acts": [1]}),
            StoredProposal(id="abde", as_of=DAY, content={}, approved={"a1": "who"}, executed=True),
        ]
        with store.begin() as session:
            for proposal in proposals:
                session.put_proposal(proposal)

            assert session.proposal("abc") == proposals[0]
            assert session.proposal("abd") == proposals[1]
            with pytest.raises(RecordNotFoundError, match="Several proposals begin with ab"):
                session.proposal("ab")
            with pytest.raises(RecordNotFoundError, match="no proposal abx — Did you mean ab"):
                session.proposal("abx")
            with pytest.raises(RecordNotFoundError, match="no proposal"):
                session.proposal("")

    def test_an_id_that_begins_another_is_found(self, store):
        with store.begin() as session:
            session.put_proposal(StoredProposal(id="ab", as_of=DAY, content={"n": 1}))
            session.put_proposal(StoredProposal(id="abc", as_of=DAY, content={"n": 2}))

            assert session.proposal("ab").content == {"n": 1}

    def test_the_latest_proposal_is_the_one_stored_last(self, store):
        with store.begin() as session:
            assert session.latest_proposal() is None

            for id in ("p1", "p2", "p1"):
                session.put_proposal(StoredProposal(id=id, as_of=DAY, content={}))

            assert session.latest_proposal().id == "p1"

    # the outbox ---------------------------------------------------------------------------

    def test_planning_again_changes_nothing(self, store):
        with store.begin() as session:
            first = session.plan([an_act("a2"), an_act("a1"), an_act("a1")])
            session.move("a1", to=S.CLAIMED)
        with store.begin() as session:
            again = session.plan([an_act("a1", on=date(2027, 1, 1)), an_act("a3"), an_act("a2")])

            assert [act.act_id for act in first] == ["a1", "a2"]
            assert again == (an_act("a3"),)
            assert session.act("a1") == an_act("a1", state=S.CLAIMED)

    def test_an_act_belongs_to_one_live_notice(self, store):
        with store.begin() as session:
            session.plan([an_act("a1", "n1"), an_act("a2", "n2")])
            session.move("a2", to=S.CANCELLED, reason="day-passed")

            with pytest.raises(StaleRecordError, match="a1 already leaves with notice n1"):
                session.plan([an_act("a0", "n3"), an_act("a1", "n3")])
            with pytest.raises(StaleRecordError, match="a9 already leaves with notice n8"):
                session.plan([an_act("a9", "n8"), an_act("a9", "n9")])

            assert session.plan([an_act("a2", "n3")]) == ()
            assert [act.act_id for act in session.acts()] == ["a1", "a2"]

    def test_an_act_enters_the_outbox_as_planned(self, store):
        with store.begin() as session:
            with pytest.raises(StaleRecordError, match="enters the outbox as planned"):
                session.plan([an_act(state=S.SENT)])
            assert session.acts() == ()

    @pytest.mark.parametrize("to", list(S))
    @pytest.mark.parametrize("state", list(S))
    def test_acts_move_along_the_transitions_alone(self, store, state, to):
        with store.begin() as session:
            session.plan([an_act()])
            for step in WAYS[state]:
                session.move("a1", to=step)
            if to in MOVES[state]:
                assert session.move("a1", to=to) == an_act(state=to) == session.act("a1")
            else:
                with pytest.raises(StaleRecordError, match=f"a1 is {state} and cannot become {to}"):
                    session.move("a1", to=to)
                assert session.act("a1") == an_act(state=state)

    def test_an_act_may_pass_states_at_once_but_none_it_could_not(self, store):
        with store.begin() as session:
            session.plan([an_act("a1"), an_act("a2")])
            session.move("a1", to=S.SENDING, through=[S.CLAIMED])

            assert session.act("a1").state is S.SENDING
            with pytest.raises(StaleRecordError, match="a2 is sending and cannot become claimed"):
                session.move("a2", to=S.CLAIMED, through=[S.CLAIMED, S.SENDING])
            assert session.act("a2").state is S.PLANNED

    def test_a_refused_move_says_what_is_allowed(self, store):
        with store.begin() as session:
            session.plan([an_act()])
            with pytest.raises(StaleRecordError, match="it may become: claimed, cancelled"):
                session.move("a1", to=S.SENT)
            session.move("a1", to=S.CANCELLED)
            with pytest.raises(StaleRecordError, match="cancelled is final"):
                session.move("a1", to=S.CLAIMED)

    def test_a_move_replaces_the_reason_and_keeps_the_reference(self, store):
        with store.begin() as session:
            session.plan([an_act()])
            session.move("a1", to=S.CLAIMED)
            session.move("a1", to=S.PLANNED, reason="lease-lapsed")
            session.move("a1", to=S.CLAIMED)
            session.move("a1", to=S.SENDING, reference="m-1")
            unclear = session.move("a1", to=S.UNCERTAIN, reason="time-out")
            sent = session.move("a1", to=S.SENT)

            assert (unclear.reason, unclear.reference) == ("time-out", "m-1")
            assert (sent.reason, sent.reference) == ("", "m-1")

    def test_an_unknown_act_cannot_move(self, store):
        with store.begin() as session:
            session.plan([an_act("act-17")])
            with pytest.raises(RecordNotFoundError, match="act-18 — Did you mean act-17"):
                session.move("act-18", to=S.CLAIMED)

    def test_acts_are_listed_by_day_and_state(self, store):
        later = date(2026, 3, 2)
        with store.begin() as session:
            session.plan([an_act("b", "n2", on=later), an_act("c"), an_act("a", "n3", on=later)])
            session.move("b", to=S.CLAIMED)

            def listed(**wanted):
                return [act.act_id for act in session.acts(**wanted)]

            assert listed() == ["c", "a", "b"]
            assert listed(on=later) == ["a", "b"]
            assert listed(states=[S.PLANNED]) == ["c", "a"]
            assert listed(states=iter([S.CLAIMED, S.SENT]), on=later) == ["b"]
            assert listed(states=[]) == []

    def test_an_act_is_found_by_the_beginning_of_its_id(self, store):
        with store.begin() as session:
            session.plan([an_act("ab1"), an_act("ab2", "n2"), an_act("Axyz", "n3")])

            found = {prefix: session.act(prefix) for prefix in ("ab1", "ab2", "ab", "a%", "", "A")}
            assert {prefix: act and act.act_id for prefix, act in found.items()} == {
                "ab1": "ab1",
                "ab2": "ab2",
                "ab": None,
                "a%": None,
                "": None,
                "A": "Axyz",
            }

    # deliveries ---------------------------------------------------------------------------

    def test_a_delivery_is_taken_once_while_its_lease_lives(self, store):
        first, second = new_holder(), new_holder()
        with store.begin() as session:
            session.put_deliveries([a_delivery("n2"), a_delivery("n1")])

        with store.queue() as queue:
            taken = queue.claim(first, on=DAY, seconds=60)
            other = queue.claim(second, on=DAY, seconds=60)
            assert queue.claim(second, on=DAY, seconds=60) is None
            assert queue.leased() == {"n1", "n2"}

        assert (taken.notice_id, taken.holder, taken.tries) == ("n1", first, 1)
        assert (other.notice_id, other.holder, other.tries) == ("n2", second, 1)
        with store.begin() as session:
            assert session.deliveries() == (taken, other)

    def test_a_lapsed_lease_is_taken_over_and_counted(self, store):
        with store.queue() as queue:
            queue.put_deliveries([a_delivery()])
            queue.claim(new_holder(), on=DAY, seconds=-1)
        with store.queue() as queue:
            assert queue.leased() == frozenset()
            assert queue.claim(new_holder(), on=DAY, seconds=60).tries == 2

    def test_a_dead_process_of_this_machine_keeps_no_lease(self, store):
        dead = new_holder().replace(f"/{os.getpid()}/", "/4194304/")  # above any process number
        with store.queue() as queue:
            queue.put_deliveries([a_delivery()])
            queue.claim(dead, on=DAY, seconds=60)
        with store.queue() as queue:
            assert queue.leased() == frozenset()
            assert queue.claim(new_holder(), on=DAY, seconds=60).tries == 2

    def test_a_lease_is_extended_and_released_by_its_holder_alone(self, store):
        first, second = new_holder(), new_holder()
        with store.queue() as queue:
            queue.put_deliveries([a_delivery("n1"), a_delivery("n2")])
            queue.claim(first, on=DAY, seconds=-1)
        with store.queue() as queue:
            assert queue.extend(second, seconds=60) == 0
            assert queue.extend(first, seconds=60) == 1
            assert queue.leased() == {"n1"}
            queue.release(second)
            assert queue.leased() == {"n1"}
            queue.release(first)
            assert queue.leased() == frozenset()

    @pytest.mark.parametrize(
        "over",
        [
            {"on": DAY + timedelta(days=1)},
            {"channel": "letter"},
            {"not_before": datetime.now(UTC) + timedelta(hours=1)},
        ],
    )
    def test_what_is_not_due_is_not_taken(self, store, over):
        with store.queue() as queue:
            queue.put_deliveries([a_delivery(**over)])
            assert queue.claim("me", on=DAY, seconds=60, closed=("letter",)) is None
            assert queue.claim("me", on=DAY, seconds=60, notice_id="n2", closed=("letter",)) is None

    def test_one_delivery_can_be_named(self, store):
        with store.queue() as queue:
            queue.put_deliveries([a_delivery("n1"), a_delivery("n2")])
            assert queue.claim("me", on=DAY, seconds=60, notice_id="n2").notice_id == "n2"
            assert queue.claim("me", on=DAY, seconds=60, notice_id="n3") is None

    def test_a_finished_delivery_is_gone(self, store):
        with store.begin() as session:
            session.put_deliveries([a_delivery()])
            assert session.delivery("n1") == a_delivery()
            session.finish("n1")
            session.finish("n1")
            assert (session.delivery("n1"), session.deliveries()) == (None, ())

    def test_a_gate_comes_back_as_it_was(self, store):
        at = datetime(2026, 3, 1, 12, tzinfo=UTC)
        with store.begin() as session:
            assert session.gate("email") == Gate(channel="email")
            kept = Gate(channel="email", next_at=at, failures=3, resting_until=at)
            session.put_gate(kept)
        with store.queue() as queue:
            assert (queue.gate("email"), queue.gates()) == (kept, (kept,))

    # followers ----------------------------------------------------------------------------

    def test_a_follower_is_told_what_comes_after_it_began(self, store):
        with store.begin() as session:
            session.append([opened("R1"), opened("R2")])
            session.follow("erp")
            assert session.behind("erp", limit=9) == ()
        with store.begin() as session:
            session.append([opened("R3")])
            session.append([opened("R1")])
            behind = session.behind("erp", limit=9)

        assert [(one.stream.id, one.seq) for one in behind] == [("R3", 0), ("R1", 1)]

    def test_an_unknown_follower_was_told_nothing(self, store):
        with store.begin() as session:
            session.append([opened("R2"), opened("R1")])
            assert [one.stream.id for one in session.behind("erp", limit=1)] == ["R1"]
            session.unfollow("erp")
            assert session.cursors("erp") == ()

    def test_what_failed_waits_and_what_is_dead_is_left(self, store):
        later = datetime.now(UTC) + timedelta(hours=1)
        waits = Cursor(
            follower="erp", stream=stream_of("R1"), tries=1, not_before=later, problem="503"
        )
        dead = Cursor(follower="erp", stream=stream_of("R2"), tries=9, is_dead=True, problem="400")
        fine = Cursor(follower="erp", stream=stream_of("R3"), seq=1)
        with store.begin() as session:
            session.append([opened("R1"), opened("R2"), opened("R3")])
            session.put_cursors([dead, fine, waits])

            assert session.behind("erp", limit=9) == ()
            assert session.cursors("erp") == (waits, dead, fine)
            assert session.cursors("erp", failing=True) == (waits, dead)
            assert session.cursors("other") == ()
            session.put_cursors([replace(waits, not_before=datetime.now(UTC))])
            assert [one.stream.id for one in session.behind("erp", limit=9)] == ["R1"]

    # answers ------------------------------------------------------------------------------

    def test_an_answer_comes_back_as_it_was_last_written(self, store):
        done = an_answer(status=201, content=b'{"id": "p1"}')
        with store.begin() as session:
            session.put_answer(an_answer())
            assert session.answer("k1") == an_answer()
            session.put_answer(done)
        with store.begin() as session:
            assert (session.answer("k1"), session.answer("k2")) == (done, None)
            session.drop_answer("k1")
            session.drop_answer("k2")
            assert session.answer("k1") is None

    def test_answers_are_forgotten_when_they_are_old(self, store):
        day = datetime(2026, 3, 2, tzinfo=UTC)
        with store.begin() as session:
            session.put_answer(an_answer())
            session.put_answer(an_answer("k2", begun_at=day))
            assert session.drop_answers(before=day) == 1
            assert session.answer("k1") is None
            assert session.answer("k2") == an_answer("k2", begun_at=day)

    def test_answers_are_forgotten_with_any_debtor(self, store):
        with store.begin() as session:
            session.append([opened("R1")])
            session.put_answer(an_answer(status=200, content=b"his name"))

        store.drop_key("D1")

        with store.begin() as session:
            assert session.answer("k1") is None

    # people, cursors ----------------------------------------------------------------------

    def test_review_items_are_listed_oldest_first(self, store):
        items = [
            ReviewItem(id="i2", kind="call", subject="R1", opened_on=date(2026, 3, 2)),
            ReviewItem(id="i1", kind="task", subject="R1", opened_on=date(2026, 3, 2), ask_on=DAY),
            ReviewItem(id="i3", kind="call", subject="R1", opened_on=DAY, detail={"n": [1]}),
        ]
        with store.begin() as session:
            for item in items:
                session.put_review(item)
            assert session.reviews() == (items[2], items[1], items[0])

            closed = replace(items[2], closed_on=DAY, answer="done")
            session.put_review(closed)

            assert session.reviews() == (items[1], items[0])
            assert session.reviews(open_only=False) == (closed, items[1], items[0])

    @pytest.mark.parametrize("value", [None, True, 0, "x", ["a", {"b": None}], {"day": "x"}])
    def test_a_setting_comes_back_as_it_was(self, store, value):
        with store.begin() as session:
            session.put_setting("cursor", "old")
            session.put_setting("cursor", value)
        with store.begin() as session:
            assert session.setting("cursor") == value
            assert session.setting("unknown") is None
