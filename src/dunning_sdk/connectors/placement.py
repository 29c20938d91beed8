"""Place claims with an agency, a bailiff or counsel.

Decides what such a system has to do, and that it stands in for the channel of a step: what carries
a claim is placed, everything else leaves as before. What may be placed is decided by the book.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from dunning_sdk.connectors.interface import NoticeChannel
from dunning_sdk.connectors.rate_limit import RateLimit
from dunning_sdk.domain.notice import Attachment, Message, Receipt, ReceiptStatus
from dunning_sdk.domain.placed import PlacedClaim, PlacedMessage
from dunning_sdk.errors import ConnectorError, ConnectorTransientError


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One claim ready to be placed.

    Attributes:
        id: The idempotency key: the id of the notice it goes with.
        claim: Who owes whom what.
        subject: One line.
        text: The accompanying words, complete by themselves.
        language: ISO 639-1 code of the text.
        attachments: Files that go with it, such as the invoices.
    """

    id: str
    claim: PlacedClaim
    subject: str
    text: str
    language: str
    attachments: tuple[Attachment, ...] = ()


class Placements(ABC):
    """Takes claims to collect.

    Attributes:
        deduplicates: Whether placing an id again is safe, since the system behind keeps one claim
            for it.
        limits: What the system declares to take; the connector keeps to it.
    """

    deduplicates: bool = False
    limits: tuple[RateLimit, ...] = ()

    @abstractmethod
    def place(self, placement: Placement) -> Receipt:
        """Place one claim; its id is the idempotency key.

        Raises:
            ConnectorError: ``outcome_unknown`` tells whether it may have been placed.
        """

    def place_all(self, placements: Sequence[Placement]) -> tuple[Receipt, ...]:
        """Place several; one that is refused hinders none.

        Returns:
            A receipt for each, in the same order.
        """
        return tuple(map(self._placed, placements))

    def lookup(self, placement_id: str) -> Receipt | None:
        """Return what became of an earlier claim, or ``None`` if this system cannot tell."""
        del placement_id
        return None

    def _placed(self, placement: Placement) -> Receipt:
        try:
            return self.place(placement)
        except ConnectorTransientError as problem:
            status = ReceiptStatus.UNCERTAIN if problem.outcome_unknown else ReceiptStatus.FAILED
            return Receipt(status=status, detail=str(problem), retryable=True)
        except ConnectorError as problem:
            detail = str(problem)
            return Receipt(status=ReceiptStatus.FAILED, detail=detail, retryable=problem.retryable)


class PlacingChannel(NoticeChannel):
    """A channel behind which claims are placed.

    Args:
        channel: Takes everything that carries no claim.
        placements: Take the claims.
    """

    def __init__(self, channel: NoticeChannel, placements: Placements) -> None:
        self._channel = channel
        self._placements = placements
        self.deduplicates = channel.deduplicates and placements.deduplicates

    def send(self, message: Message) -> Receipt:
        """Place the claim of a message, or send the message where it carries none."""
        if not isinstance(message, PlacedMessage):
            return self._channel.send(message)
        placement = Placement(
            id=message.id,
            claim=message.claim,
            subject=message.subject,
            text=message.text,
            language=message.language,
            attachments=message.attachments,
        )
        return self._placements.place(placement)

    def lookup(self, message_id: str) -> Receipt | None:
        """Return what became of an earlier claim or notice."""
        return self._placements.lookup(message_id) or self._channel.lookup(message_id)
