"""Who follows the log from outside, and how far each of them was told every stream.

A follower has a name and, per stream, the number of the last event it was told. What it was not
told yet is found by comparing numbers, never instants, so that no event is passed over whatever
clock wrote it. What is told, and how, is left to the engine.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dunning_sdk.domain.event import Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far one follower was told one stream.

    Attributes:
        follower: Its name.
        stream: Which stream.
        seq: Number of the last event it was told or had no use for; 0 before the first.
        tries: How often telling the next one failed.
        not_before: Aware UTC instant before which it is not tried again; ``None`` for at once.
        is_dead: Whether it was given up; a person has it told again, or passed over.
        problem: Why the last try failed; no personal data.
    """

    follower: str
    stream: Stream
    seq: int = 0
    tries: int = 0
    not_before: datetime | None = None
    is_dead: bool = False
    problem: str = ""


class Followers(ABC):
    """The part of a session that keeps what followers were told."""

    @abstractmethod
    def follow(self, follower: str) -> None:
        """Let a follower begin after everything that is stored now."""

    @abstractmethod
    def unfollow(self, follower: str) -> None:
        """Forget a follower; one that is not known is a no-op."""

    @abstractmethod
    def behind(self, follower: str, *, limit: int) -> tuple[Cursor, ...]:
        """Return cursors of streams with events a follower was not told, and that may be told now.

        Args:
            follower: Its name.
            limit: How many at most.

        Returns:
            By the instant the first untold event was recorded, then stream; none that is dead
            or is not to be tried yet.
        """

    @abstractmethod
    def cursors(self, follower: str, *, failing: bool = False) -> tuple[Cursor, ...]:
        """Return a follower's cursors by stream; where asked, only those whose last try failed."""

    @abstractmethod
    def put_cursors(self, cursors: Iterable[Cursor]) -> None:
        """Write or replace cursors."""
