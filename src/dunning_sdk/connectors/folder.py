"""Write notices to a folder as ``.eml`` files, instead of sending them.

Decides on file names: one file per notice, named by its id. The default of a new installation,
and what a test run is looked at with: any mail program opens the files.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

from dunning_sdk.connectors.mail import MailChannel, check_id, mail_bytes
from dunning_sdk.connectors.whole_file import write_whole
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus

_NAME: Final = "folder"
_NOON: Final = time(12, 0, tzinfo=UTC)


class FolderChannel(MailChannel):
    """Writes each notice once, whole or not at all.

    Args:
        folder: Where; made where it is missing.
        sent_on: Day of sending, for the header Date (noon, UTC).
        domain: Right part of Message-IDs; the sender's domain where empty.
    """

    def __init__(self, folder: Path, *, sent_on: date, domain: str = "") -> None:
        self._folder = folder
        self._sent_at = datetime.combine(sent_on, _NOON)
        self._domain = domain

    def deliver(self, message: Message, *, original_to: str) -> Receipt:
        """Write one notice; a file that is already there stays as it is.

        Raises:
            ConnectorInvalidError: The notice cannot be written as e-mail.
            ConnectorTransientError: The disk is full; nothing was written.
            ConnectorError: The folder cannot be written to.
        """
        earlier = self.lookup(check_id(message, connector=_NAME))
        if earlier is not None:
            return earlier
        content = mail_bytes(
            message,
            sent_at=self._sent_at,
            connector=_NAME,
            domain=self._domain,
            original_to=original_to,
        )
        path = self._path(message.id)
        write_whole(path, content, connector=_NAME)
        return Receipt(status=ReceiptStatus.SENT, reference=path.name)

    def lookup(self, message_id: str) -> Receipt | None:
        """Return the receipt of a notice whose file is there, else ``None``."""
        path = self._path(message_id)
        if not path.is_file():
            return None
        return Receipt(status=ReceiptStatus.SENT, reference=path.name)

    def _path(self, message_id: str) -> Path:
        return self._folder / f"{message_id}.eml"
