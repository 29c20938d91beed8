"""Write letters to a folder, for a person to print and post, or to hand to a service.

Decides on the two files of a letter: the PDF, and a slip that says where it goes and what to
record when it is posted. A letter written is not a letter sent: it awaits its posting.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from dunning_sdk.connectors.interface import NoticeChannel
from dunning_sdk.connectors.mail import check_id
from dunning_sdk.connectors.whole_file import write_whole
from dunning_sdk.domain.notice import Attachment, Message, Receipt, ReceiptStatus
from dunning_sdk.errors import ConnectorError, ConnectorInvalidError

LETTER: Final = "letter"
REGISTERED: Final = "registered-letter"
E_DELIVERY: Final = "registered-email"

_NAME: Final = "letter-folder"
_TO_DO: Final[Mapping[str, str]] = MappingProxyType(
    {
        LETTER: "Print, sign and post; then record the day of posting",
        REGISTERED: "Print, sign and post; then record the day of posting and the registered "
        "number",
        E_DELIVERY: "Hand it to a qualified service of electronic registered delivery; then record "
        "the day of deposit, the number and the proof",
    }
)
_PDF: Final = "application/pdf"


class LetterFolderChannel(NoticeChannel):
    """Writes each letter once: ``ID.pdf``, then ``ID.json``.

    Args:
        folder: Where; made where it is missing.
        written_on: Day of writing, for the slip.
    """

    def __init__(self, folder: Path, *, written_on: date) -> None:
        self._folder = folder
        self._written_on = written_on

    def send(self, message: Message) -> Receipt:
        """Write one letter; files that are already there stay as they are.

        Raises:
            ConnectorInvalidError: There is no PDF, or the address lacks a line.
            ConnectorTransientError: The disk is full; nothing was written.
            ConnectorError: The folder cannot be written to.
        """
        earlier = self.lookup(check_id(message, connector=_NAME))
        if earlier is not None:
            return earlier
        pdf = _letter_of(message)
        path = self._folder / f"{message.id}.pdf"
        write_whole(path, pdf.content, connector=_NAME)
        try:
            # The slip comes last: a letter with a slip is whole.
            write_whole(self._slip(message.id), self._slip_of(message, pdf), connector=_NAME)
        except ConnectorError:
            with contextlib.suppress(OSError):
                path.unlink()
            raise
        return _awaiting(message.id)

    def lookup(self, message_id: str) -> Receipt | None:
        """Return the receipt of a letter that was written, else ``None``."""
        return _awaiting(message_id) if self._slip(message_id).is_file() else None

    def _slip(self, message_id: str) -> Path:
        return self._folder / f"{message_id}.json"

    def _slip_of(self, message: Message, pdf: Attachment) -> bytes:
        slip = {
            "notice": message.id,
            "letter": f"{message.id}.pdf",
            "sha256": hashlib.sha256(pdf.content).hexdigest(),
            "post_as": message.channel,
            "to": [message.to_name, *_lines_to(message)],
            "subject": message.subject,
            "written_on": self._written_on.isoformat(),
            "enclose": [part.name for part in message.attachments if part is not pdf],
            "to_do": _TO_DO.get(message.channel, _TO_DO[LETTER]),
        }
        return (json.dumps(slip, ensure_ascii=False, indent=2) + "\n").encode()


def _awaiting(message_id: str) -> Receipt:
    return Receipt(
        status=ReceiptStatus.AWAITING_POSTING,
        reference=f"{message_id}.pdf",
        detail="Print, sign and post the letter, then record its posting",
    )


def _lines_to(message: Message) -> tuple[str, ...]:
    """Return where a letter goes, line by line."""
    address = message.to_address
    if message.channel == E_DELIVERY:
        return (message.to_email,)
    if address is None:
        return ()
    return (*address.lines, f"{address.postal_code} {address.city}".strip(), address.country)


def _letter_of(message: Message) -> Attachment:
    faults: dict[str, str] = {}
    first = message.attachments[0] if message.attachments else None
    if first is None or first.media_type != _PDF or not first.content.startswith(b"%PDF"):
        faults["attachments"] = "do not begin with the PDF of the letter"
    if message.channel == E_DELIVERY:
        faults |= {} if message.to_email else {"to_email": "is missing"}
    elif message.to_address is None or not message.to_address.is_complete:
        faults["to_address"] = "lacks a street, a town or a country"
    if first is None or faults:
        text = "; ".join(f"{name} {fault}" for name, fault in faults.items())
        raise ConnectorInvalidError(
            f"Notice {message.id} cannot be posted: {text}",
            hint="Complete the address, or use another channel",
            connector=_NAME,
            fields=faults,
        )
    return first
