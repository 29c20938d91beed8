"""Tell an endpoint what it was not told of the log: in order per stream, again until it is taken.

Decides what is sent next, how long a failure waits, and when it is given up. How far each stream
was told is kept in the store, and moved on only after the endpoint answered: an event is told at
least once, and under the same id when it is told again. A stream whose event was not taken waits,
so that nobody hears of a payment before its invoice; other streams go on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from dunning_sdk.connectors.timing import Timing
from dunning_sdk.connectors.webhook_sender import Taken
from dunning_sdk.domain.event import Event, JsonValue, Stream
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.installation.webhook_config import WebhookConfig
from dunning_sdk.store.follower import Cursor
from dunning_sdk.store.holder import is_gone, new_holder
from dunning_sdk.store.interface import Session
from dunning_sdk.webhooks.webhook_message import message_of

if TYPE_CHECKING:
    from dunning_sdk.engine.engine import Engine

# Standard Webhooks 1.0.0 proposes these waits, in seconds: ten tries within three days.
WAITS: Final = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
STREAMS_MAX: Final = 50
EVENTS_MAX: Final = 20
LEASE_SECONDS: Final = 120
FAILURES_MAX: Final = 3


@dataclass(slots=True, kw_only=True)
class Told:
    """What one pass did.

    Attributes:
        name: Of the endpoint.
        sent: How many messages were taken.
        failed: How many were not.
        dead: How many of these were given up.
        problem: Why the pass ended early; empty where it did not.
    """

    name: str
    sent: int = 0
    failed: int = 0
    dead: int = 0
    problem: str = ""


class Sender(Protocol):
    """What speaks to an endpoint: over the network, or to a plugin."""

    def send(self, id: str, body: bytes) -> Taken:
        """Tell one message, and return what became of it."""


class Teller:
    """Tells one endpoint.

    Args:
        engine: An open engine.
        name: Of the endpoint.
        config: Its section.
        sender: What speaks to it.
        timing: The clock.
    """

    def __init__(
        self,
        engine: "Engine",
        name: str,
        config: WebhookConfig,
        sender: Sender,
        *,
        timing: Timing,
    ) -> None:
        self._store = engine.store
        self._tenant = engine.config.tenant
        self._name = name
        self._config = config
        self._sender = sender
        self._timing = timing
        self._holder = new_holder()
        self._down = 0

    def tell(self) -> Told:
        """Tell what is due, and return what became of it."""
        told = Told(name=self._name)
        try:
            while not told.problem:
                batch = self._next(told)
                if not batch:
                    break
                self._tell_batch(batch, told)
        finally:
            with self._store.begin() as session:
                _release(session, self._name, self._holder)
        return told

    def _next(self, told: Told) -> list[tuple[Cursor, tuple[Event, ...]]]:
        """Return what to tell next, by stream; nothing where another teller is at work."""
        with self._store.begin() as session:
            held = claim(session, self._name, self._holder, self._timing.now(), self._config)
            if held:
                told.problem = held
                return []
            found = session.behind(self._name, limit=STREAMS_MAX)
            return [(one, session.events(one.stream)[one.seq :][:EVENTS_MAX]) for one in found]

    def _tell_batch(self, batch: Sequence[tuple[Cursor, tuple[Event, ...]]], told: Told) -> None:
        """Tell events in the order they were recorded, and keep how far that went."""
        ends_at = self._timing.now() + timedelta(seconds=LEASE_SECONDS / 2)
        cursors = {cursor.stream: cursor for cursor, _ in batch}
        waiting: set[Stream] = set()
        try:
            for event in _in_order(events for _, events in batch):
                if told.problem or self._timing.now() >= ends_at:
                    break
                if event.stream in waiting:
                    continue
                cursors[event.stream] = self._tell_one(cursors[event.stream], event, told)
                if cursors[event.stream].tries:
                    waiting.add(event.stream)
        finally:
            with self._store.begin() as session:
                session.put_cursors(set(cursors.values()) - {cursor for cursor, _ in batch})

    def _tell_one(self, cursor: Cursor, event: Event, told: Told) -> Cursor:
        """Tell one event, and return how far its stream is told now."""
        if not self._config.wants(event.type):
            return replace(cursor, seq=event.seq, tries=0, not_before=None, problem="")
        message = message_of(self._tenant, event, payload=self._payload(event))
        taken = self._sender.send(message.id, message.body)
        if taken.is_taken:
            self._down = 0
            told.sent += 1
            return replace(cursor, seq=event.seq, tries=0, not_before=None, problem="")
        told.failed += 1
        self._down = self._down + 1 if taken.is_line else 0
        if taken.is_gone:
            told.problem = "the endpoint answered 410: it wants no more"
            with self._store.begin() as session:
                put_state(session, self._name, gone=True)
        elif self._down >= FAILURES_MAX:
            told.problem = f"not reached {self._down} times in a row: {taken.problem}"
        failed = failed_cursor(cursor, taken, self._timing.now())
        told.dead += failed.is_dead
        return failed

    def _payload(self, event: Event) -> Mapping[str, JsonValue] | None:
        if not self._config.payload:
            return None
        try:
            with self._store.begin() as session:
                return session.payload(event.stream, event.seq)
        except RecordNotFoundError:
            return None


def failed_cursor(cursor: Cursor, taken: Taken, now: datetime) -> Cursor:
    """Return a cursor after a try that failed: when it is tried again, or that it is given up.

    Args:
        cursor: Before the try.
        taken: What became of it.
        now: Aware moment.
    """
    tries = cursor.tries + 1
    if tries > len(WAITS):
        return replace(cursor, tries=tries, not_before=None, is_dead=True, problem=taken.problem)
    wait = max(WAITS[tries - 1], taken.wait_seconds)
    at = now + timedelta(seconds=wait)
    return replace(cursor, tries=tries, not_before=at, problem=taken.problem)


def claim(session: Session, name: str, holder: str, now: datetime, config: WebhookConfig) -> str:
    """Take an endpoint for a while, or say why it cannot be told anything now.

    One that was never told begins with what is recorded from now on, unless its section says
    ``from_start``.

    Args:
        session: Open transaction.
        name: Of the endpoint.
        holder: Who takes it.
        now: Aware moment.
        config: Its section.
    """
    state = state_of(session, name)
    if state is None and not config.from_start:
        session.follow(name)
    if (state or {}).get("gone"):
        return "it answered 410; `dunning webhooks resume` tells it again"
    if is_busy(session, name, now, besides=holder):
        return "another process is telling it"
    until = (now + timedelta(seconds=LEASE_SECONDS)).isoformat()
    put_state(session, name, holder=holder, until=until)
    return ""


def is_busy(session: Session, name: str, now: datetime, *, besides: str = "") -> bool:
    """Tell whether somebody is telling an endpoint just now."""
    state = state_of(session, name) or {}
    holder, until = str(state.get("holder") or ""), str(state.get("until") or "")
    return holder not in ("", besides) and until > now.isoformat() and not is_gone(holder)


def state_of(session: Session, name: str) -> dict[str, object] | None:
    """Return what is remembered of an endpoint; ``None`` where it was never told anything."""
    kept = session.setting(f"webhook:{name}")
    return dict(kept) if isinstance(kept, dict) else None


def put_state(session: Session, name: str, **changed: str | bool) -> None:
    """Remember something of an endpoint."""
    kept = session.setting(f"webhook:{name}")
    before = kept if isinstance(kept, dict) else {}
    session.put_setting(f"webhook:{name}", {**before, **changed})


def _release(session: Session, name: str, holder: str) -> None:
    state = state_of(session, name)
    if state is not None and state.get("holder") == holder:
        put_state(session, name, holder="", until="")


def _in_order(streams: Iterator[tuple[Event, ...]]) -> list[Event]:
    events = [event for stream in streams for event in stream]
    key = [(one.recorded_at, one.stream.kind, one.stream.id, one.seq) for one in events]
    return [event for _, event in sorted(zip(key, events, strict=True), key=lambda pair: pair[0])]
