"""What an outside system tells after a notice left: posted, delivered, bounced, answered.

A source of news decides nothing: it says of which notice, or of which address, something is known.
What follows is the engine's. Webhooks are read into the same records, so that both ways lead to
one door.

>>> bounced = News(kind=NewsKind.UNDELIVERABLE, on=date(2026, 3, 2), notice_id="n-1", channel="sms")
>>> bounced.kind.value
'undeliverable'
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from dunning_sdk.domain.notice import Attachment
from dunning_sdk.errors import InputError


class NewsKind(StrEnum):
    """What is told.

    ``ACCEPTED`` settles a notice nobody was sure of: it has left. ``POSTED`` is a letter's
    deposit. ``ENDED`` is what its carrier says became of it, ``outcome`` says which.
    ``UNDELIVERABLE`` is a message that reached nobody, now or ever at that address.
    ``AUTO_REPLIED`` is an answer no person wrote.
    """

    ACCEPTED = "accepted"
    POSTED = "posted"
    ENDED = "ended"
    UNDELIVERABLE = "undeliverable"
    REPLIED = "replied"
    AUTO_REPLIED = "auto-replied"
    OPTED_OUT = "opted-out"
    OPTED_IN = "opted-in"


_STOP: Final = frozenset(
    ("stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "arret", "arrêt",
     "desabonner", "désabonner", "desinscription", "désinscription")
)  # fmt: skip
_START: Final = frozenset(("start", "unstop"))


def opted(text: str) -> NewsKind | None:
    """Return what a message says that is one word and no more: not to write, or to write again.

    >>> opted(" Stop. ").value, opted("stop the delivery")
    ('opted-out', None)

    Source:
        CTIA Messaging Principles and Best Practices, section 5.1.3 (opt-out words); their French
        counterparts by house rule. A word in a sentence is an answer, and a person reads it.
    """
    word = " ".join(text.split()).strip(" .!").casefold()
    if word in _STOP:
        return NewsKind.OPTED_OUT
    return NewsKind.OPTED_IN if word in _START else None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that became known.

    Attributes:
        kind: What it is.
        on: Day it happened.
        channel: By which it came or was tried, such as ``email``.
        notice_id: Notice it is about; empty where only the sender is known.
        sender: Address of who answered, as his channel writes it; empty where unknown.
        text: What he wrote.
        reference: The outside system's own id; the same for the same thing told twice.
        outcome: Of a letter that ended: a value of ``LetterOutcome``.
        proof: Evidence of deposit or receipt; ``None`` where there is none.
        cursor: Where to go on once this was stored; empty where the source cannot tell.
    """

    kind: NewsKind
    on: date
    channel: str
    notice_id: str = ""
    sender: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    reference: str = ""
    outcome: str = ""
    proof: Attachment | None = field(default=None, repr=False)
    cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one read brought.

    Attributes:
        news: In the order to be stored.
        cursor: Where to go on once all was stored.
        problems: What could not be read; it is not read again.
    """

    news: tuple[News, ...]
    cursor: str
    problems: tuple[InputError, ...] = ()


class NewsSource(ABC):
    """Brings in what became known after notices left."""

    @abstractmethod
    def fetch(self, after: str) -> Heard:
        """Return what came after a cursor; reading again from the same one gives the same.

        Args:
            after: What was stored last, as this source gave it; empty at first.

        Raises:
            ConnectorError: The source cannot be reached or read; nothing was taken.
        """
