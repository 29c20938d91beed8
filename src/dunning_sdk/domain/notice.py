"""What is handed to a channel, and what the channel answers.

A notice is whole before it leaves: subject, text, attachments. A channel adds nothing and
decides nothing.
"""

from dataclasses import dataclass
from enum import StrEnum

from dunning_sdk.domain.party import Address
from dunning_sdk.domain.reach import KIND_OF, Reach, ReachKind


class ReceiptStatus(StrEnum):
    """What became of a notice.

    ``AWAITING_POSTING`` is a letter written to a folder: it is done when a person records that
    it was posted. ``UNCERTAIN`` is never sent again blindly.
    """

    SENT = "sent"
    AWAITING_POSTING = "awaiting_posting"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a notice.

    Attributes:
        name: File name without folders.
        media_type: MIME type.
        content: The bytes.
    """

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One notice ready to leave.

    Attributes:
        id: Notice id: the idempotency key, and the left part of the e-mail's Message-ID.
        channel: ``email``, ``letter``, ``sms`` or another.
        sender_name: Whose letterhead.
        sender_email: From address; empty for letters.
        reply_to: Empty where replies go to the sender.
        to_name: Addressee.
        to_company: Of a letter, the party the addressee is a person at; empty otherwise.
        to_email: For channels that write to a mailbox; empty otherwise.
        to_address: For letters.
        to_phone: In E.164 form, for channels that write to a telephone; empty otherwise.
        to_handle: For channels with names of their own; empty otherwise.
        subject: One line.
        text: Plain text, complete by itself.
        html: The same in HTML; empty where there is none.
        language: ISO 639-1 code of the text.
        attachments: For a letter, its PDF comes first.
    """

    id: str
    channel: str
    sender_name: str
    sender_email: str = ""
    reply_to: str = ""
    to_name: str = ""
    to_company: str = ""
    to_email: str = ""
    to_address: Address | None = None
    to_phone: str = ""
    to_handle: str = ""
    subject: str
    text: str
    html: str = ""
    language: str
    attachments: tuple[Attachment, ...] = ()

    @property
    def reach(self) -> Reach | None:
        """Return the address it goes to; ``None`` where it has none."""
        kind = KIND_OF.get(self.channel)
        if kind is ReachKind.POSTAL and self.to_address is not None:
            return Reach(kind=kind, address=self.to_address)
        value = (
            {
                ReachKind.EMAIL: self.to_email,
                ReachKind.PHONE: self.to_phone,
                ReachKind.HANDLE: self.to_handle,
            }.get(kind, "")
            if kind
            else ""
        )
        return Reach(kind=kind, value=value) if kind and value else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A channel's answer.

    Attributes:
        status: What became of the notice.
        reference: The channel's own id: Message-ID, file name, registered number.
        detail: For people, without personal data; says what to do where it failed.
        retryable: Whether a failed notice may be tried again without asking a person.
    """

    status: ReceiptStatus
    reference: str = ""
    detail: str = ""
    retryable: bool = False
