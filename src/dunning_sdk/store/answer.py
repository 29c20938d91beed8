"""Answers kept for a while, so that a request that came twice is done once.

Decides what is kept of an answer; when a request counts as the same, and for how long, is left to
whoever answers. Contents are sealed with the tenant's own key, and all are forgotten as soon as any
debtor is erased, since he may be in them.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered to one request.

    Attributes:
        key: Who asked, and the word by which he tells his requests apart.
        request: Digest of what was asked.
        begun_at: Aware UTC instant.
        status: Of the answer; 0 while the request is under way.
        content: Of the answer.
    """

    key: str
    request: str
    begun_at: datetime
    status: int = 0
    content: bytes = field(default=b"", repr=False)


class Answers(ABC):
    """The part of a session that keeps answers."""

    @abstractmethod
    def answer(self, key: str) -> Answer | None:
        """Return what is kept under a key, or ``None``."""

    @abstractmethod
    def put_answer(self, answer: Answer) -> None:
        """Write or replace an answer."""

    @abstractmethod
    def drop_answer(self, key: str) -> None:
        """Forget one answer; an unknown one is a no-op."""

    @abstractmethod
    def drop_answers(self, *, before: datetime) -> int:
        """Forget answers begun before an aware instant, and return how many."""
