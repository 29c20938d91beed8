"""The thread of a debtor: a fold over his events, readable as far as his key goes."""

from datetime import UTC, date, datetime

import pytest

from dunning_sdk.domain.event import Event, Stream
from dunning_sdk.domain.thread import (
    CALLED,
    COMMENTED,
    OWNER_SET,
    REPLIED,
    REPLY_READ,
    TASK_DONE,
    TASK_SET,
    Entry,
    ThreadFile,
    fold_thread,
    handles,
    kind_of,
    mention_of,
    mentioned,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)


class Story:
    """Events of one debtor with the words that are sealed beside them."""

    def __init__(self):
        self.events = []
        self.words = {}

    def add(self, type, day=1, *, words=None, **header):
        seq = len(self.events) + 1
        stream, on = Stream(kind="debtor", id="D1"), date(2026, 3, day)
        event = Event(stream=stream, seq=seq, type=type, on=on, recorded_at=AT, header=header)
        self.events.append(event)
        self.words[seq] = {} if words is None else words
        return self

    def thread(self, *, as_of=None, erased=()):
        def read(event):
            return None if event.seq in erased else self.words[event.seq]

        return fold_thread("D1", self.events, read, as_of=as_of)


@pytest.fixture
def story():
    return (
        Story()
        .add("debtor.inquiry", topic="press")
        .add(COMMENTED, entry="comment-1", words={"text": "@anna look", "by": "Jeanne"})
        .add(OWNER_SET, entry="owner-1", words={"who": "Anna"})
        .add(CALLED, 2, entry="call-1", outcome="reached", receivable="F1", words={"who": "Max"})
        .add(
            REPLIED,
            3,
            entry="reply-1",
            files=[{"digest": "ab", "media_type": "text/plain"}],
            words={"text": "We pay.", "who": "Max", "file_names": ["a.txt"]},
        )
        .add(
            TASK_SET, 3, entry="task-1", due_on="2026-03-20", words={"text": "Call", "who": "Anna"}
        )
        .add(TASK_SET, 4, entry="task-2", due_on="2026-03-10", words={"text": "Ask", "who": "Bo"})
    )


def test_every_kind_becomes_an_entry_and_others_change_nothing(story):
    thread = story.thread()

    assert [one.id for one in thread.entries] == [
        "comment-1", "owner-1", "call-1", "reply-1", "task-1", "task-2",
    ]  # fmt: skip
    assert thread.entries[2] == Entry(
        id="call-1", kind="call", on=date(2026, 3, 2), receivable_id="F1", who="Max",
        outcome="reached",
    )  # fmt: skip
    assert thread.entries[3].files == (
        ThreadFile(digest="ab", media_type="text/plain", name="a.txt"),
    )
    assert (kind_of(TASK_SET), kind_of(TASK_DONE)) == ("task", "")


def test_owner_unread_replies_and_tasks_by_their_last_day(story):
    thread = story.thread()

    assert thread.owner == "Anna"
    assert [one.id for one in thread.unread] == ["reply-1"]
    assert [one.id for one in thread.tasks] == ["task-2", "task-1"]
    assert Story().thread().owner == ""


def test_what_is_read_or_done_is_closed_with_its_outcome(story):
    story.add(REPLY_READ, 5, entry="reply-1", words={"by": "Anna"})
    story.add(TASK_DONE, 6, entry="task-2", words={"text": "asked", "by": "Bo"})
    story.add(TASK_DONE, 6, entry="task-9")
    thread = story.thread()
    reply, task = thread.entries[3], thread.entries[5]

    assert (thread.unread, [one.id for one in thread.tasks]) == ((), ["task-1"])
    assert (reply.closed_on, reply.closed_by, reply.text) == (date(2026, 3, 5), "Anna", "We pay.")
    assert (task.closed_on, task.closed_by, task.outcome) == (date(2026, 3, 6), "Bo", "asked")


def test_what_comes_later_is_unseen(story):
    assert [one.id for one in story.thread(as_of=date(2026, 3, 1)).entries] == [
        "comment-1",
        "owner-1",
    ]


def test_erased_words_leave_the_days(story):
    story.add(TASK_DONE, 6, entry="task-1", words={"text": "done"})
    thread = story.thread(erased=range(1, 20))
    reply, task = thread.entries[3], thread.entries[4]

    assert (reply.text, reply.who, reply.is_erased, reply.on) == ("", "", True, date(2026, 3, 3))
    assert reply.files == (ThreadFile(digest="ab", media_type="text/plain", name=""),)
    assert (task.closed_on, task.outcome) == (date(2026, 3, 6), "")


def test_what_waits_for_a_person(story):
    thread = story.thread()

    assert [one.id for one in thread.waiting_for("Anna")] == ["comment-1", "reply-1", "task-1"]
    assert [one.id for one in thread.waiting_for("bo")] == ["task-2"]
    assert thread.waiting_for("Jeanne") == ()
    assert thread.waiting_for("") == ()


def test_a_whole_name_and_its_mention_are_one_person(story):
    story.add(COMMENTED, 5, entry="comment-2", words={"text": "@jo-lee.o ?", "by": "Bo"})
    story.add(COMMENTED, 5, entry="comment-3", words={"text": "@anna.smith ?", "by": "Bo"})
    waiting = [one.id for one in story.thread().waiting_for("Anna Smith")]
    assert waiting == ["comment-1", "reply-1", "task-1", "comment-3"]
    assert [one.id for one in story.thread().waiting_for("Jo-Lee O")] == ["comment-2"]

    story.add(COMMENTED, 6, entry="comment-4", words={"text": "Yes", "by": "Anna Smith"})
    assert [one.id for one in story.thread().waiting_for("anna")] == ["reply-1", "task-1"]
    assert (handles(" "), mention_of("@"), mention_of("Jo-Lee O")) == (set(), "", "@jo-lee.o")


def test_a_mention_waits_until_its_person_writes(story):
    story.add(COMMENTED, 5, entry="comment-2", words={"text": "Seen", "by": "anna"})
    assert "comment-1" not in [one.id for one in story.thread().waiting_for("anna")]

    story.add(COMMENTED, 5, entry="comment-3", words={"text": "Again, @Anna!", "by": "Jeanne"})
    assert [one.id for one in story.thread().waiting_for("anna")] == [
        "reply-1",
        "task-1",
        "comment-3",
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("@anna, @anna and @Bo.", ("anna", "bo")),
        ("(@jean-luc)", ("jean-luc",)),
        ("@anna.martin.", ("anna.martin",)),
        ("mail me@shop.example or x.@y", ()),
        ("@@anna @ @.", ()),
        ("@élodie", ("élodie",)),
    ],
)
def test_mentions_are_read_and_addresses_are_not(text, names):
    assert mentioned(text) == names
