"""The SQL store and the test double answer alike, whatever is asked of them in whatever order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import Event, NewEvent, Stream
from dunning_sdk.errors import StoreError
from dunning_sdk.store.delivery import Gate
from dunning_sdk.store.follower import Cursor
from dunning_sdk.store.interface import OutboxState, ReviewItem, StoredProposal
from dunning_sdk.store.memory import MemoryStore
from dunning_sdk.store.sql import SqlStore
from tests.contracts.store_contract import DAY, a_delivery, a_row, an_act

IDS = st.sampled_from(["R1", "R10", "r1", "é", "R%", "R_", "x'y", "", "🂡"])
KINDS = st.sampled_from(["receivable", "debtor"])
OWNERS = st.sampled_from(["", "D1", "D2", "d1"])
DAYS = st.dates(DAY, DAY + timedelta(days=3))
JSON = st.dictionaries(
    st.sampled_from(["a", "b"]),
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.integers()),
)


class AbortedError(Exception):
    """Raised inside a block to have it rolled back."""


def comparable(value):
    """Return an answer without what is random: digests hang on salts."""
    if isinstance(value, Event):
        return replace(value, digest="")
    if isinstance(value, tuple):
        return tuple(map(comparable, value))
    if isinstance(value, dict):
        return [(key, comparable(each)) for key, each in value.items()]
    return value


class StoresAreEqual(RuleBasedStateMachine):
    def __init__(self, url, tenant):
        super().__init__()
        self.instant = datetime(2026, 3, 1, tzinfo=UTC)
        self.stores = [
            SqlStore(url, tenant=tenant, secret=b"k" * 32, clock=lambda: self.instant),
            MemoryStore(tenant, clock=lambda: self.instant),
        ]

    def teardown(self):
        for store in self.stores:
            store.close()

    def ask(self, question, *, abort=False):
        """Ask both stores and compare answers, or the errors' kinds and words."""
        answers = []
        for store in self.stores:
            try:
                with store.begin() as session:
                    answers.append(comparable(question(session)))
                    if abort:
                        raise AbortedError
            except AbortedError:
                pass
            except StoreError as error:
                answers.append((type(error), str(error)))
        assert answers[0] == answers[1]

    @rule(kind=KINDS, ids=st.lists(IDS, max_size=3), owner=OWNERS, data=JSON, abort=st.booleans())
    def append(self, kind, ids, owner, data, abort):
        self.instant += timedelta(microseconds=1)
        new = [
            NewEvent(
                stream=Stream(kind=kind, id=id),
                type=events.CREDITED,
                on=DAY,
                header=data,
                payload=data,
                owner=owner,
            )
            for id in ids
        ]
        self.ask(lambda session: session.append(new), abort=abort)

    @rule(kind=KINDS, id=IDS, owner=OWNERS, data=JSON, abort=st.booleans())
    def put_record(self, kind, id, owner, data, abort):
        self.ask(lambda session: session.put_record(kind, id, data, owner=owner), abort=abort)

    @rule(id=IDS, owner=OWNERS)
    def put_blob(self, id, owner):
        self.ask(lambda session: session.put_blob(id, id.encode(), owner=owner))

    @rule(owner=OWNERS)
    def drop_key(self, owner):
        answers = []
        for store in self.stores:
            try:
                answers.append(store.drop_key(owner))
            except StoreError as error:
                answers.append((type(error), str(error)))
        assert answers[0] == answers[1]

    @rule(owner=OWNERS)
    def hold(self, owner):
        self.ask(lambda session: (session.owners(), session.holdings(owner), session.streams()))

    @rule(ids=st.lists(IDS), day=st.none() | DAYS, debtor=OWNERS, abort=st.booleans())
    def put_receivables(self, ids, day, debtor, abort):
        rows = [a_row(id, day, debtor_id=debtor) for id in ids]
        self.ask(lambda session: session.put_receivables(rows), abort=abort)

    @rule(days=st.dictionaries(IDS, st.none() | DAYS, max_size=3))
    def set_review_on(self, days):
        self.ask(lambda session: session.set_review_on(days))

    @rule(ids=st.lists(IDS, max_size=3), notice=IDS, day=DAYS, data=JSON, abort=st.booleans())
    def plan(self, ids, notice, day, data, abort):
        acts = [an_act(id, notice, on=day, detail=data) for id in ids]
        self.ask(lambda session: session.plan(acts), abort=abort)

    @rule(id=IDS, to=st.sampled_from(OutboxState), reason=IDS, reference=IDS)
    def move(self, id, to, reason, reference):
        self.ask(lambda session: session.move(id, to=to, reason=reason, reference=reference))

    @rule(id=IDS, day=DAYS, data=JSON, executed=st.booleans(), abort=st.booleans())
    def put_proposal(self, id, day, data, executed, abort):
        kept = StoredProposal(id=id, as_of=day, content=data, approved=data, executed=executed)
        self.ask(lambda session: session.put_proposal(kept), abort=abort)

    @rule(id=IDS, day=DAYS, data=JSON, closed=st.none() | DAYS)
    def put_review(self, id, day, data, closed):
        item = ReviewItem(
            id=id, kind="call", subject=id, opened_on=day, detail=data, closed_on=closed
        )
        self.ask(lambda session: session.put_review(item))

    @rule(id=IDS, data=JSON, name=IDS)
    def put_book_and_setting(self, id, data, name):
        self.ask(lambda session: session.put_book(id, {name: str(data)}))
        self.ask(lambda session: session.put_setting(id, data))

    @rule(id=IDS, day=DAYS, channel=IDS, wait=st.none() | st.integers(-2, 2))
    def put_delivery(self, id, day, channel, wait):
        later = None if wait is None else self.instant + timedelta(seconds=wait)
        kept = a_delivery(id, on=day, channel=channel, not_before=later)
        self.ask(lambda session: session.put_deliveries([kept]))

    @rule(day=DAYS, seconds=st.integers(-1, 2), closed=st.lists(IDS, max_size=1), id=IDS)
    def take_and_give_back(self, day, seconds, closed, id):
        self.instant += timedelta(seconds=1)
        own = {"on": day, "seconds": seconds, "closed": closed}
        self.ask(lambda session: session.claim(id, **own))
        self.ask(lambda session: session.claim(id, **own, notice_id=id))
        self.ask(lambda session: session.leased())
        self.ask(lambda session: session.extend(id, seconds=seconds))
        self.ask(lambda session: session.delivery(id))
        self.ask(lambda session: session.deliveries())

    @rule(id=IDS, failures=st.integers(0, 3))
    def end_delivery(self, id, failures):
        self.ask(lambda session: session.release(id))
        self.ask(lambda session: session.finish(id))
        self.ask(lambda session: session.put_gate(Gate(channel=id, failures=failures)))
        self.ask(lambda session: (session.gate(id), session.gates()))

    @rule(kind=KINDS, id=IDS, seq=st.integers(0, 3), wait=st.integers(-1, 1), dead=st.booleans())
    def follow(self, kind, id, seq, wait, dead):
        stream, at = Stream(kind=kind, id=id), self.instant + timedelta(seconds=wait)
        cursor = Cursor(
            follower="b", stream=stream, seq=seq, tries=seq, not_before=at, is_dead=dead
        )
        self.ask(lambda session: session.put_cursors([cursor]))
        self.ask(lambda session: session.behind("a", limit=5))
        self.ask(lambda session: session.follow("a"))
        for name in ("a", "b"):
            self.ask(lambda session, name=name: session.behind(name, limit=5))
            self.ask(lambda session, name=name: session.cursors(name, failing=dead))
        self.ask(lambda session: session.unfollow("a") if dead else None)

    @rule(kind=KINDS, id=IDS, ids=st.none() | st.lists(IDS, max_size=3), seq=st.integers(0, 3))
    def read_streams(self, kind, id, ids, seq):
        stream = Stream(kind=kind, id=id)
        self.ask(lambda session: session.events(stream))
        self.ask(lambda session: session.events_of(kind, ids))
        self.ask(lambda session: session.payload(stream, seq))
        self.ask(lambda session: session.verify(stream) == ())

    @rule(kind=KINDS, id=IDS, ids=st.none() | st.lists(IDS, max_size=3))
    def read_records(self, kind, id, ids):
        self.ask(lambda session: session.record(kind, id))
        self.ask(lambda session: session.records(kind, ids))
        self.ask(lambda session: session.blob(id))

    @rule(id=IDS, day=st.none() | DAYS, debtor=st.none() | OWNERS)
    def read_projections(self, id, day, debtor):
        self.ask(lambda session: session.receivable(id))
        self.ask(lambda session: session.receivables(review_by=day, debtor_id=debtor))

    @rule(id=IDS, states=st.none() | st.lists(st.sampled_from(OutboxState)), on=st.none() | DAYS)
    def read_outbox(self, id, states, on):
        self.ask(lambda session: session.act(id))
        self.ask(lambda session: session.acts(states=states, on=on))

    @rule(id=IDS, open_only=st.booleans())
    def read_desk(self, id, open_only):
        self.ask(lambda session: session.proposal(id))
        self.ask(lambda session: session.latest_proposal())
        self.ask(lambda session: session.reviews(open_only=open_only))
        self.ask(lambda session: session.book(id))
        self.ask(lambda session: session.setting(id))

    @invariant()
    def every_chain_is_sound(self):
        def faults(session):
            return [
                fault
                for kind in ("receivable", "debtor")
                for id in session.events_of(kind)
                for fault in session.verify(Stream(kind=kind, id=id))
            ]

        for store in self.stores:
            with store.begin() as session:
                assert faults(session) == []


def answer_alike(url, *, examples):
    """Compare on the next tenant of one database each: making the tables anew takes long."""
    tenants = count()
    run_state_machine_as_test(
        lambda: StoresAreEqual(url, f"t{next(tenants)}"),
        settings=settings(max_examples=examples, stateful_step_count=25),
    )


def test_sqlite_and_memory_answer_alike(tmp_path):
    answer_alike(f"sqlite:///{tmp_path}/dunning.db", examples=40)


def test_postgres_and_memory_answer_alike(postgres):
    answer_alike(postgres.url(postgres.new_database()), examples=20)
