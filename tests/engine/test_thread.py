"""What colleagues write down about a debtor: kept, sealed, asked about, and paused for."""

from datetime import date, timedelta

import pytest

from dunning_sdk import Record
from dunning_sdk.connectors.interface import Batch, SourcedInvoice
from dunning_sdk.debtors.thread_records import LETTERS_MAX
from dunning_sdk.debtors.waiting import count_for, page_for
from dunning_sdk.domain.event import Stream
from dunning_sdk.errors import DomainError, InvalidTransitionError, RecordNotFoundError
from dunning_sdk.money.intake import PullReport, take_invoices
from dunning_sdk.records.kept_file import file_named
from dunning_sdk.store.opening import open_store
from tests.build import a_debtor, an_invoice
from tests.engine.installation import an_engine

DAY = date(2026, 3, 12)
SECRET = "A" * 43 + "="


@pytest.fixture(params=["memory://", "sqlite://"])
def engine(request, tmp_path):
    engine = an_engine(tmp_path, operator="creditor")
    engine.store = open_store(request.param, tenant=engine.config.tenant, secret=SECRET)
    other = a_debtor(id="D2", name="Garage Leroux")
    invoices = [an_invoice(), an_invoice(number="F2"), an_invoice(number="G1", debtor=other)]
    batch = Batch(records=tuple(SourcedInvoice(invoice=one, origin="x") for one in invoices))
    with engine.store.begin() as session:
        take_invoices(
            batch, engine.config, session=session, as_of=date(2026, 2, 8), report=PullReport()
        )
    with engine:
        yield engine


def tell(engine, kind, subject="D1", /, on=DAY, **values):
    return engine.record(Record(kind=kind, on=on, subject=subject, values=values))


def entries(engine, debtor="D1", on=DAY):
    return {one.id: one for one in engine.thread(debtor, as_of=on).entries}


def key_of(engine, number):
    with engine.store.begin() as session:
        rows = [row.receivable for row in session.receivables()]
    return next(one.id for one in rows if one.invoice_number == number)


def stopped(engine, number, on=DAY):
    with engine.store.begin() as session:
        state = session.receivable(key_of_in(session, number)).receivable
    return [stop.reason.value for stop in state.stops_on(on)]


def key_of_in(session, number):
    rows = [row.receivable for row in session.receivables()]
    return next(one.id for one in rows if one.invoice_number == number)


def events(engine, debtor="D1"):
    with engine.store.begin() as session:
        return session.events(Stream(kind="debtor", id=debtor))


def test_comments_calls_and_owners_are_kept_in_order(engine):
    tell(engine, "comment", text="@anna he moved", by="Jeanne")
    tell(engine, "call", key_of(engine, "F2"), outcome="reached", who="M. Martin", text="will pay")
    tell(engine, "owner", name="Anna", by="Jeanne")
    thread = engine.thread("D1", as_of=DAY)
    call = thread.entries[1]

    assert [one.id for one in thread.entries] == ["comment-1", "call-1", "owner-1"]
    assert thread.owner == "Anna"
    assert (call.receivable_id, call.outcome, call.who) == (
        key_of(engine, "F2"),
        "reached",
        "M. Martin",
    )
    assert engine.thread(key_of(engine, "F1"), as_of=DAY) == thread
    assert engine.thread("D2", as_of=DAY).entries == ()


def test_headers_hold_nothing_personal(engine):
    tell(engine, "reply", text="My wife is ill", who="Paul Martin", reference="<1@paul.example>")
    tell(engine, "task", text="Call Paul", owner="Anna", due_on=DAY)
    headers = str([event.header for event in events(engine)])

    for word in ("wife", "Paul", "Anna", "paul.example"):
        assert word not in headers


def test_a_reply_pauses_until_it_is_read(engine):
    said = tell(engine, "reply", text="The goods never came.", who="M. Martin")

    assert said == "reply-1 kept; 2 receivables wait until it is read"
    assert (stopped(engine, "F1"), stopped(engine, "F2")) == (["reply-unread"], ["reply-unread"])
    assert stopped(engine, "G1") == []
    decided = engine.decide(key_of(engine, "F1"), as_of=DAY).decision
    assert (decided.outcome.value, decided.reasons[0]) == ("stopped", "reply-unread")
    later = DAY + timedelta(days=40)
    assert stopped(engine, "F1", later) == ["reply-unread"]

    assert tell(engine, "reply-read", on=DAY + timedelta(days=1), by="Anna") == "reply-1 of D1 read"

    assert stopped(engine, "F1", DAY + timedelta(days=1)) == []
    assert entries(engine, on=DAY + timedelta(days=1))["reply-1"].closed_by == "Anna"
    assert engine.review(as_of=later) == ()


def test_a_reply_about_one_receivable_pauses_that_one(engine):
    tell(engine, "reply", key_of(engine, "F2"), text="Which order was that?")

    assert (stopped(engine, "F1"), stopped(engine, "F2")) == ([], ["reply-unread"])


def test_the_same_reply_again_changes_nothing(engine):
    tell(engine, "reply", text="Soon.", reference="<1@martin.example>")
    before = events(engine)

    said = tell(engine, "reply", text="Soon.", reference="<1@martin.example>")

    assert (said, events(engine)) == ("reply-1 is known already", before)
    assert "reply-2 kept" in tell(engine, "reply", text="Now.", reference="<2@martin.example>")


def test_each_of_several_replies_has_its_own_pause(engine):
    tell(engine, "reply", text="one")
    tell(engine, "reply", text="two")
    tell(engine, "reply-read", reply="reply-1")

    assert stopped(engine, "F1") == ["reply-unread"]
    assert tell(engine, "reply-read") == "reply-2 of D1 read"
    assert stopped(engine, "F1") == []


def test_late_tasks_and_unread_replies_head_the_report_of_a_run(engine):
    tell(engine, "task", text="Ask the depot", owner="Anna", due_on=DAY + timedelta(days=2))
    tell(engine, "reply", text="No.", on=DAY)
    due_on, late_on = DAY + timedelta(days=2), DAY + timedelta(days=3)

    _, on_time = engine.run(as_of=due_on)
    _, late = engine.run(as_of=late_on)

    assert on_time.messages[:1] == [f"D1: reply-unread since {DAY}"]
    assert late.messages[:2] == [f"D1: reply-unread since {DAY}", f"D1: task-due since {due_on}"]
    assert {"D1"} == {item.subject for item in engine.review(as_of=late_on)[:2]}


def test_a_task_is_done_by_its_id_or_by_the_answer_to_its_question(engine):
    tell(engine, "task", text="one", due_on=DAY)
    tell(engine, "task", text="two", due_on=DAY)

    with pytest.raises(InvalidTransitionError, match="has 2 open tasks"):
        tell(engine, "task-done")
    assert tell(engine, "task-done", task="task-2", text="went there") == "task-2 of D1 done"
    tell(engine, "answer", "task-due:D1:task-1", answer="no longer needed")

    found = entries(engine)
    assert [found[id].outcome for id in ("task-1", "task-2")] == ["no longer needed", "went there"]
    assert engine.review(as_of=DAY) == ()


def test_an_unread_reply_is_read_by_the_answer_to_its_question(engine):
    tell(engine, "reply", text="Hello")
    tell(engine, "answer", "reply-unread:D1", answer="read")

    assert (stopped(engine, "F1"), engine.thread("D1", as_of=DAY).unread) == ([], ())


def test_files_come_with_entries_and_are_kept_by_their_hash(engine):
    order = file_named("../order.pdf", b"%PDF-1.7 order")
    said = tell(engine, "document", key_of(engine, "F1"), what="order", file=order, by="Jeanne")
    tell(engine, "reply", text="See there.", file=file_named("a.txt", b"No."))
    kept, reply = entries(engine).values()

    assert said == "document-1 kept: order"
    assert (kept.kind, kept.outcome, kept.receivable_id) == (
        "document", "order", key_of(engine, "F1"),
    )  # fmt: skip
    assert [file.name for file in (*kept.files, *reply.files)] == ["order.pdf", "a.txt"]
    digest = kept.files[0].digest
    assert engine.attachment("D1", digest, as_of=DAY) == order
    with pytest.raises(RecordNotFoundError, match="thread of D2 has no file"):
        engine.attachment("D2", digest, as_of=DAY)
    engine.store.drop_key("D1")
    with pytest.raises(RecordNotFoundError):
        engine.attachment("D1", digest, as_of=DAY)
    assert [file.name for file in entries(engine)["document-1"].files] == [""]
    with engine.store.begin() as session, pytest.raises(RecordNotFoundError):
        session.blob(kept.files[0].digest)


@pytest.mark.parametrize(
    ("kind", "values", "error", "text"),
    [
        ("document", {"what": "oder", "file": 1}, DomainError, "'oder' is no document"),
        ("document", {"what": "order", "file": "a.pdf"}, DomainError, "file is no file"),
        ("comment", {"text": "x", "file": file_named("a.pdf", b"M\x90")}, DomainError, "no kind"),
        ("comment", {}, DomainError, "needs text"),
        ("call", {"outcome": "reachd"}, DomainError, "'reachd' is no outcome of a call"),
        ("call", {"outcome": "zzz"}, DomainError, "'zzz' is no outcome of a call"),
        ("task", {"text": "x", "due_on": date(2026, 3, 1)}, DomainError, "cannot be due on"),
        ("comment", {"text": "x" * (LETTERS_MAX + 1)}, DomainError, "more than 20000 letters"),
        ("reply-read", {}, InvalidTransitionError, "D1 has no unread reply"),
        ("reply-read", {"reply": "reply-7"}, InvalidTransitionError, "no unread reply reply-7"),
        ("task-done", {"task": "task-7"}, InvalidTransitionError, "has no open task task-7"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(engine, kind, values, error, text):
    tell(engine, "owner", name="Anna")
    before = events(engine)

    with pytest.raises(error, match=text):
        tell(engine, kind, **values)

    assert events(engine) == before


def test_a_debtor_nobody_knows_has_no_thread(engine):
    with pytest.raises(RecordNotFoundError):
        tell(engine, "comment", "D-unknown", text="x")
    with pytest.raises(RecordNotFoundError):
        engine.thread("D-unknown", as_of=DAY)


def test_what_waits_for_a_colleague_in_every_thread(engine):
    tell(engine, "comment", text="@anna see the dispute", by="Jeanne")
    tell(
        engine,
        "task",
        "D2",
        text="Call",
        owner="Anna",
        due_on=DAY - timedelta(days=2),
        on=date(2026, 3, 1),
    )
    tell(engine, "owner", "D2", name="anna")
    tell(engine, "reply", "D2", text="Hm.", on=DAY)

    waiting = engine.waiting_for("@Anna", as_of=DAY)

    assert [(one.debtor_id, one.entry.id) for one in waiting] == [
        ("D2", "task-1"),
        ("D1", "comment-1"),
        ("D2", "reply-1"),
    ]
    assert listed(engine, "Anna") == list(waiting)
    assert listed(engine, "Anna", rows=1) == list(waiting)
    assert listed(engine, "Jeanne") == []

    tell(engine, "comment", text="Seen", by="Anna")
    tell(engine, "reply-read", "D2")
    assert listed(engine, "anna") == list(engine.waiting_for("anna", as_of=DAY))
    tell(engine, "task-done", "D2", by="Bo")
    assert listed(engine, "anna") == []


def listed(engine, name, rows=50):
    """Return what a page lists for somebody, in pages of so many rows."""
    found, after = [], ()
    with engine.store.reading() as session:
        while page := page_for(session, name, on=DAY, after=after, limit=rows):
            found += [one for _, one in page]
            after = page[-1][0]
        assert count_for(session, name, on=DAY) == len(found)
    return found


def test_erasure_takes_the_words_and_leaves_the_chain(engine):
    tell(engine, "comment", text="he is ill", by="Jeanne")
    tell(engine, "reply", text="I am ill")
    engine.store.drop_key("D1")
    found = entries(engine)

    assert [(one.text, one.by, one.is_erased) for one in found.values()] == [("", "", True)] * 2
    with engine.store.begin() as session:
        assert session.verify(Stream(kind="debtor", id="D1")) == ()
    tell(engine, "reply-read")
    assert stopped(engine, "F1") == []


def test_another_tenant_sees_nothing(engine, tmp_path):
    url = f"sqlite:///{tmp_path}/shared.sqlite"
    engine.store.close()
    engine.store = open_store(url, tenant="test", secret=SECRET)
    with engine.store.begin() as session:
        session.put_record("party", "D1", {"id": "D1", "name": "x"}, owner="D1")
    tell(engine, "comment", text="secret")
    other = an_engine(tmp_path / "other", operator="creditor")
    other.config = other.config.model_copy(update={"tenant": "other"})
    other.store = open_store(url, tenant="other", secret=SECRET)

    with other, pytest.raises(RecordNotFoundError):
        other.thread("D1", as_of=DAY)
    assert engine.thread("D1", as_of=DAY).entries[0].text == "secret"
