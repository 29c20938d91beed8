"""The thread of a debtor: what the people who look after him said, heard and agreed to do.

Decides what the events of a debtor's stream come to; who may write them and what a reply stops is
left to the engine. Texts and names are in sealed payloads: once the debtor's key is dropped the
thread still shows what happened when, and says that its words were erased.

>>> mentioned("@anna please call, and cc @Jean-Luc; not me@shop.example")
('anna', 'jean-luc')
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dunning_sdk.domain.event import Event, JsonValue

COMMENTED: Final = "debtor.commented"
DOCUMENT_KEPT: Final = "debtor.document-kept"
CALLED: Final = "debtor.called"
REPLIED: Final = "debtor.replied"
REPLY_READ: Final = "debtor.reply-read"
OWNER_SET: Final = "debtor.owner-set"
TASK_SET: Final = "debtor.task-set"
TASK_DONE: Final = "debtor.task-done"

_UNSAID: Final = re.compile(r"[^\w\s.-]+")
_MENTION: Final = re.compile(r"(?<![\w.@-])@(\w[\w-]*(?:\.\w[\w-]*)*)")


class CallOutcome(StrEnum):
    """How a call ended."""

    REACHED = "reached"
    MESSAGE_LEFT = "message-left"
    NO_ANSWER = "no-answer"
    WRONG_CONTACT = "wrong-contact"
    REFUSED = "refused"


class Paper(StrEnum):
    """What a document is that is kept to prove a claim."""

    CONTRACT = "contract"
    TERMS = "terms"
    QUOTE = "quote"
    ORDER = "order"
    DELIVERY = "delivery"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadFile:
    """A file that came with an entry.

    Attributes:
        digest: SHA-256 of its bytes, in hex, under which they are kept.
        media_type: MIME type.
        name: Without folders; empty once erased.
    """

    digest: str
    media_type: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a thread.

    Attributes:
        id: Unique within the thread, such as ``task-2``.
        kind: ``comment``, ``document``, ``call``, ``reply``, ``owner`` or ``task``.
        on: Day it happened.
        receivable_id: Which receivable it is about; empty for the debtor as a whole.
        text: What was said or written; of a reply, its words.
        by: Who wrote it down.
        who: With whom a call was, from whom a reply came, who looks after the debtor or does the
            task; empty where nobody was named.
        outcome: Of a call, what a document is, or how a task ended.
        due_on: Last day of a task; ``None`` for others.
        closed_on: Day a task was done or a reply was read; ``None`` while it was not.
        closed_by: Who did or read it.
        files: What came with it.
        is_erased: Whether its words can no longer be read.
    """

    id: str
    kind: str
    on: date
    receivable_id: str = ""
    text: str = ""
    by: str = ""
    who: str = ""
    outcome: str = ""
    due_on: date | None = None
    closed_on: date | None = None
    closed_by: str = ""
    files: tuple[ThreadFile, ...] = ()
    is_erased: bool = False

    @property
    def mentions(self) -> tuple[str, ...]:
        """Return who is mentioned in its text."""
        return mentioned(self.text)

    @property
    def is_open(self) -> bool:
        """Tell whether it is a task not done or a reply nobody read."""
        return self.kind in ("task", "reply") and self.closed_on is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Everything people wrote down about one debtor.

    Attributes:
        debtor_id: Whose thread it is.
        entries: Oldest first.
    """

    debtor_id: str
    entries: tuple[Entry, ...] = ()

    @property
    def owner(self) -> str:
        """Return who looks after the debtor; empty for nobody."""
        named = [entry.who for entry in self.entries if entry.kind == "owner"]
        return named[-1] if named else ""

    @property
    def unread(self) -> tuple[Entry, ...]:
        """Return the replies nobody read."""
        return tuple(one for one in self.entries if one.kind == "reply" and one.is_open)

    @property
    def tasks(self) -> tuple[Entry, ...]:
        """Return the tasks not done, the earliest last day first."""
        found = [one for one in self.entries if one.kind == "task" and one.is_open]
        return tuple(sorted(found, key=lambda one: (one.due_on or date.max, one.on)))

    def waiting_for(self, name: str) -> tuple[Entry, ...]:
        """Return what waits for one person, oldest first.

        Args:
            name: Of the person; see `handles`.

        Returns:
            His open tasks, unread replies where he looks after the debtor, and mentions after
            which he wrote nothing in the thread.
        """
        wanted = handles(name)
        return tuple(entry for entry, names in self.awaiting() if names & wanted)

    def awaiting(self) -> Iterator[tuple[Entry, frozenset[str]]]:
        """Yield each entry that waits for somebody, with what those it waits for are called."""
        owner = handles(self.owner)
        wrote = {name: place for place, one in enumerate(self.entries) for name in handles(one.by)}
        for place, one in enumerate(self.entries):
            open_to = owner if one.kind == "reply" else handles(one.who)
            mentions = (name for name in one.mentions if place > wrote.get(name, -1))
            names = frozenset(mentions) | (open_to if one.is_open else frozenset())
            if names:
                yield one, names


def mentioned(text: str) -> tuple[str, ...]:
    """Return the names a text mentions with an ``@``, in lower case, each once, in order."""
    return tuple(dict.fromkeys(found.casefold() for found in _MENTION.findall(text)))


def handles(name: str) -> frozenset[str]:
    """Return what a person is called in a thread, in lower case; nobody is called nothing.

    It is the whole name, the first word of it, its words put together by a point or a hyphen, and
    of a mailbox what stands before the ``@``.

    >>> sorted(handles("Anna Schmidt"))
    ['anna', 'anna schmidt', 'anna-schmidt', 'anna.schmidt']
    >>> sorted(handles("anna@lumen.example"))
    ['anna', 'anna@lumen.example']
    """
    whole = name.strip().removeprefix("@").casefold()
    words = _words(whole)
    return frozenset((whole, words[0], ".".join(words), "-".join(words))) if words else frozenset()


def mention_of(name: str) -> str:
    """Return how a person is mentioned in a text; empty for nobody.

    >>> mention_of("Anna O'Brien"), mention_of("anna@lumen.example")
    ('@anna.obrien', '@anna')
    """
    words = _words(name.strip().casefold())
    return f"@{'.'.join(words)}" if words else ""


def _words(name: str) -> list[str]:
    """Return the words of a name, without what a mention cannot hold."""
    return _UNSAID.sub("", name.partition("@")[0]).split()


def fold_thread(
    debtor_id: str,
    stream: Iterable[Event],
    read: Callable[[Event], Mapping[str, JsonValue] | None],
    *,
    as_of: date | None = None,
) -> Thread:
    """Return the thread that a debtor's events come to.

    Args:
        debtor_id: Whose events.
        stream: In the order they were stored; those of other kinds change nothing.
        read: Returns the payload of an event; ``None`` once its key was dropped.
        as_of: Events after this day are unseen; ``None`` folds all.
    """
    entries: dict[str, Entry] = {}
    for happened in stream:
        if as_of is not None and happened.on > as_of:
            continue
        if happened.type in _KINDS:
            entry = _entry(happened, read(happened))
            entries[entry.id] = entry
        elif happened.type in (REPLY_READ, TASK_DONE):
            known = entries.get(_text(happened.header, "entry"))
            if known is not None:
                entries[known.id] = _closed(known, happened, read(happened) or {})
    return Thread(debtor_id=debtor_id, entries=tuple(entries.values()))


def kind_of(type: str) -> str:
    """Return the kind of entry an event makes; empty where it makes none."""
    return _KINDS.get(type, "")


def _entry(happened: Event, payload: Mapping[str, JsonValue] | None) -> Entry:
    said, header = payload or {}, happened.header
    due_on = _text(header, "due_on")
    return Entry(
        id=_text(header, "entry"),
        kind=_KINDS[happened.type],
        on=happened.on,
        receivable_id=_text(header, "receivable"),
        text=_text(said, "text"),
        by=_text(said, "by"),
        who=_text(said, "who"),
        outcome=_text(header, "outcome"),
        due_on=date.fromisoformat(due_on) if due_on else None,
        files=_files(header, said),
        is_erased=payload is None,
    )


def _closed(known: Entry, happened: Event, said: Mapping[str, JsonValue]) -> Entry:
    outcome = _text(said, "text") or known.outcome
    return replace(known, closed_on=happened.on, closed_by=_text(said, "by"), outcome=outcome)


def _files(
    header: Mapping[str, JsonValue], said: Mapping[str, JsonValue]
) -> tuple[ThreadFile, ...]:
    told, named = header.get("files"), said.get("file_names")
    files = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    names = named if isinstance(named, list) else [""] * len(files)
    return tuple(
        ThreadFile(digest=_text(one, "digest"), media_type=_text(one, "media_type"), name=str(name))
        for one, name in zip(files, names, strict=True)
    )


def _text(values: Mapping[str, JsonValue], key: str) -> str:
    return str(values.get(key) or "")


_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        COMMENTED: "comment",
        DOCUMENT_KEPT: "document",
        CALLED: "call",
        REPLIED: "reply",
        OWNER_SET: "owner",
        TASK_SET: "task",
    }
)
