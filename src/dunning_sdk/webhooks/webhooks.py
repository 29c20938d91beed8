"""The endpoints of an installation: deliver, look at, replay, pass over, resume, try.

Decides what a person may do about them; how they are told is decided by `webhooking`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.connectors.webhook_sender import Taken, WebhookSender
from dunning_sdk.domain.event import Stream
from dunning_sdk.errors import (
    ConfigError,
    DomainError,
    InvalidTransitionError,
    RecordNotFoundError,
    StaleRecordError,
    nearest_names,
)
from dunning_sdk.installation.webhook_config import WebhookConfig
from dunning_sdk.store.follower import Cursor
from dunning_sdk.store.interface import Session
from dunning_sdk.webhooks.plugin_sender import PluginSender
from dunning_sdk.webhooks.webhook_message import ping_of
from dunning_sdk.webhooks.webhooking import Sender, Teller, Told, is_busy, put_state, state_of

if TYPE_CHECKING:
    from dunning_sdk.engine.engine import Engine

WAITING_SHOWN_MAX: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """How an endpoint stands.

    Attributes:
        name: Its name.
        events: Patterns of the types it is told of.
        payload: Whether it is told what may be personal.
        waiting: How many streams have events to tell it now; at most `WAITING_SHOWN_MAX`.
        failing: Streams whose next event was not taken; those given up have ``is_dead``.
        is_known: Whether it was told anything yet.
        is_gone: Whether it wants no more.
    """

    name: str
    events: tuple[str, ...]
    payload: bool
    waiting: int
    failing: tuple[Cursor, ...]
    is_known: bool
    is_gone: bool


class Webhooks:
    """The endpoints that ``dunning.toml`` names.

    Args:
        engine: An open engine.
        timing: The clock; the machine's where not given.
        transport: What makes one call; over the network where not given.
    """

    def __init__(
        self, engine: "Engine", *, timing: Timing | None = None, transport: Transport | None = None
    ) -> None:
        self._engine = engine
        self._timing = timing or Timing()
        self._transport = transport

    def deliver(self, name: str = "") -> list[Told]:
        """Tell one endpoint, or each of them, what is due.

        Raises:
            ConfigError: There is no such endpoint or no secret, or the mode is ``folder``.
        """
        if self._engine.config.mode == "folder":
            message = "In mode folder nothing leaves this machine, webhooks neither"
            raise ConfigError(message, hint="Set mode to redirect or live.")
        return [
            Teller(
                self._engine, key, section, self._sender(key, section), timing=self._timing
            ).tell()
            for key, section in self._chosen(name)
        ]

    def endpoints(self) -> list[Endpoint]:
        """Return how each endpoint stands."""
        with self._engine.store.begin() as session:
            return [
                Endpoint(
                    name=key,
                    events=tuple(section.events),
                    payload=section.payload,
                    waiting=len(session.behind(key, limit=WAITING_SHOWN_MAX)),
                    failing=session.cursors(key, failing=True),
                    is_known=state_of(session, key) is not None,
                    is_gone=bool((state_of(session, key) or {}).get("gone")),
                )
                for key, section in self._chosen("")
            ]

    def stuck(self) -> list[str]:
        """Return a line for each endpoint that wants no more or gave events up."""
        lines = []
        for one in self.endpoints():
            dead = sum(cursor.is_dead for cursor in one.failing)
            if one.is_gone:
                lines.append(f"{one.name} answered that it wants no more")
            if dead:
                lines.append(f"{one.name} did not take an event of {dead} streams, given up")
        return lines

    def replay(self, name: str, *, since: date | None = None, event: str = "") -> int:
        """Have events told again, and return of how many streams.

        Args:
            name: Of the endpoint.
            since: All that was recorded on this day of the tenant's or later.
            event: Or one stream from an event on: ``receivable/F-1/3``.

        Raises:
            DomainError: Neither is given, or both.
            RecordNotFoundError: There is no such event.
        """
        if (since is None) is (event == ""):
            raise DomainError("A replay begins at a day or at an event", hint="Give one of them.")
        with self._changing(name) as session:
            if event:
                stream, seq = _place(event)
                if seq > len(session.events(stream)):
                    message = f"There is no event {event}"
                    raise RecordNotFoundError(message, hint="Write it as receivable/F-1/3.")
                back = {stream: seq - 1}
            else:
                back = self._recorded_since(session, since) if since else {}
            session.put_cursors(
                Cursor(follower=name, stream=stream, seq=seq) for stream, seq in back.items()
            )
            put_state(session, name, gone=False)
        return len(back)

    def skip(self, name: str, stream: str) -> str:
        """Pass over the event of a stream that is not taken, and return which it was.

        Args:
            name: Of the endpoint.
            stream: As ``receivable/F-1``.

        Raises:
            InvalidTransitionError: No event of it has failed.
        """
        with self._changing(name) as session:
            for cursor in session.cursors(name, failing=True):
                if f"{cursor.stream.kind}/{cursor.stream.id}" == stream:
                    session.put_cursors([_cleared(replace(cursor, seq=cursor.seq + 1))])
                    return f"{stream}/{cursor.seq + 1}"
        message = f"{name} has no event of {stream} that was not taken"
        raise InvalidTransitionError(message, hint="`dunning webhooks list` shows them.")

    def resume(self, name: str) -> int:
        """Try at once what failed or was given up, and return of how many streams."""
        with self._changing(name) as session:
            failing = session.cursors(name, failing=True)
            session.put_cursors([_cleared(cursor) for cursor in failing])
            put_state(session, name, gone=False)
        return len(failing)

    def ping(self, name: str) -> Taken:
        """Send one message about no event, and return what became of it."""
        ((key, section),) = self._chosen(name)
        now = self._timing.now()
        message = ping_of(self._engine.config.tenant, f"ping_{now:%Y%m%d%H%M%S%f}", now.isoformat())
        return self._sender(key, section).send(message.id, message.body)

    @contextmanager
    def _changing(self, name: str) -> Iterator[Session]:
        """Open a transaction on what an endpoint was told, while nobody is telling it."""
        self._chosen(name)
        with self._engine.store.begin() as session:
            if is_busy(session, name, self._timing.now()):
                message = f"Another process is telling {name}"
                raise StaleRecordError(message, hint="Wait until it is done, then try again.")
            yield session

    def _chosen(self, name: str) -> list[tuple[str, WebhookConfig]]:
        known = self._engine.config.webhooks
        if not name:
            return sorted(known.items())
        if name not in known:
            near = nearest_names(name, known)
            hint = f"Did you mean {near[0]}?" if near else "Add its section to dunning.toml."
            raise ConfigError(f"There is no section [webhooks.{name}]", hint=hint)
        return [(name, known[name])]

    def _sender(self, name: str, section: WebhookConfig) -> Sender:
        if section.plugin:
            return PluginSender(
                plugins=self._engine.plugins,
                plugin=section.plugin,
                options=section.options,
                folder=self._engine.config.folder,
            )
        secrets = section.secrets(name, self._engine.config.folder)
        if self._transport is None:
            return WebhookSender.over_the_network(name, section.url, secrets)
        return WebhookSender(
            name=name,
            url=section.url,
            secrets=secrets,
            timing=self._timing,
            transport=self._transport,
        )

    def _recorded_since(self, session: Session, since: date) -> dict[Stream, int]:
        """Return each stream with events of a day or later, and how many came before."""
        zone = ZoneInfo(self._engine.config.time_zone)
        found: dict[Stream, int] = {}
        for kind in sorted({stream.kind for stream in session.streams()}):
            for id, story in session.events_of(kind).items():
                days = [event.recorded_at.astimezone(zone).date() for event in story]
                before = sum(day < since for day in days)
                if before < len(days):
                    found[Stream(kind=kind, id=id)] = before
        return found


def _cleared(cursor: Cursor) -> Cursor:
    return replace(cursor, tries=0, not_before=None, is_dead=False, problem="")


def _place(event: str) -> tuple[Stream, int]:
    kind, _, rest = event.partition("/")
    id, _, number = rest.rpartition("/")
    if not (kind and id and number.isascii() and number.isdigit() and int(number)):
        message = f"{event!r} names no event"
        raise DomainError(message, hint="Write it as receivable/F-1/3: kind, id and number.")
    return Stream(kind=kind, id=id), int(number)
