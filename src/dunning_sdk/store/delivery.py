"""What waits to leave, who has taken it, and what holds a channel back.

A delivery is one notice on its way: a row while there is something to do, removed once every one
of its acts has come to rest. A lease says who works on it and until when; only the holder of a
live lease marks acts as ``sending``. Whether acts are sent twice never hangs on a clock: a lapsed
lease makes an act uncertain, or has it sent again where the channel tells it is the same.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

LEASE_SECONDS: Final = 300
"""How long a delivery is taken for, where nobody says otherwise."""

NOBODYS: Final = ""
"""Channel of a delivery that only its holder can do: it is never claimed by another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One notice that waits to leave.

    Attributes:
        notice_id: The notice.
        proposal_id: Proposal its acts were approved in.
        on: The only day it may leave.
        channel: Channel it leaves by next, or is leaving by.
        not_before: Aware UTC instant before which nobody takes it; ``None`` for at once.
        tries: How often it was taken.
        holder: Who has taken it; empty while nobody has.
        lease_until: Aware UTC instant the holder's lease ends; ``None`` without one.
    """

    notice_id: str
    proposal_id: str
    on: date
    channel: str
    not_before: datetime | None = None
    tries: int = 0
    holder: str = ""
    lease_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What is remembered of a channel, by all workers of a tenant together.

    Attributes:
        channel: Its name.
        next_at: Aware UTC instant the next notice is planned for by its rate; ``None`` before
            the first.
        failures: Failures for a passing reason, one after the other.
        resting_until: Aware UTC instant it is left alone until; ``None`` while it works.
    """

    channel: str
    next_at: datetime | None = None
    failures: int = 0
    resting_until: datetime | None = None


class Deliveries(ABC):
    """The part of a session that keeps deliveries and gates."""

    @abstractmethod
    def put_deliveries(self, deliveries: Iterable[Delivery]) -> None:
        """Write or replace deliveries."""

    @abstractmethod
    def delivery(self, notice_id: str) -> Delivery | None:
        """Return one delivery, or ``None``; nobody changes it until the transaction ends."""

    @abstractmethod
    def deliveries(self) -> tuple[Delivery, ...]:
        """Return what waits, by day, then notice id."""

    @abstractmethod
    def finish(self, notice_id: str) -> None:
        """Remove a delivery; one that is not there is a no-op."""

    @abstractmethod
    def claim(
        self,
        holder: str,
        *,
        on: date,
        seconds: int,
        closed: Collection[str] = (),
        notice_id: str | None = None,
    ) -> Delivery | None:
        """Take the delivery that waits longest, and count that it was taken.

        Args:
            holder: Who takes it.
            on: Day it must be for.
            seconds: How long the lease lasts unless it is extended.
            closed: Channels to leave alone.
            notice_id: The one to take; ``None`` for any.

        Returns:
            The delivery as taken; ``None`` where none is free. Rows that others are just taking
            are passed over, never waited for.
        """

    @abstractmethod
    def extend(self, holder: str, *, seconds: int) -> int:
        """Have a holder's leases end so many seconds from now, and return how many he has."""

    @abstractmethod
    def release(self, holder: str) -> None:
        """End a holder's leases; what he was doing is looked at by the next."""

    @abstractmethod
    def leased(self) -> frozenset[str]:
        """Return the notices under a live lease: not lapsed, its holder not known to be dead."""

    @abstractmethod
    def gates(self) -> tuple[Gate, ...]:
        """Return the gates that remember something, by channel."""

    @abstractmethod
    def gate(self, channel: str) -> Gate:
        """Return a channel's gate; nobody changes it until the transaction ends."""

    @abstractmethod
    def put_gate(self, gate: Gate) -> None:
        """Write or replace a gate."""
