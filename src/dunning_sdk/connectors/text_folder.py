"""Write text messages to a folder, instead of sending them.

Decides on file names: one file per notice, named by its id, with the channel and the addressee
above the text. What a channel other than mail and letters gets in modes ``folder`` and
``redirect``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dunning_sdk.connectors.interface import NoticeChannel
from dunning_sdk.connectors.mail import check_id
from dunning_sdk.connectors.whole_file import write_whole
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus

_NAME: Final = "text-folder"


class TextFolderChannel(NoticeChannel):
    """Writes each notice once, whole or not at all.

    Args:
        folder: Where; made where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: Message) -> Receipt:
        """Write one notice; a file that is already there stays as it is.

        Raises:
            ConnectorInvalidError: The notice's id cannot name a file.
            ConnectorTransientError: The disk is full; nothing was written.
            ConnectorError: The folder cannot be written to.
        """
        earlier = self.lookup(check_id(message, connector=_NAME))
        if earlier is not None:
            return earlier
        reach = message.reach
        head = f"{message.channel}: {reach.value if reach else message.to_name}".strip()
        path = self._path(message.id)
        write_whole(path, f"{head}\n\n{message.text.strip()}\n".encode(), connector=_NAME)
        return Receipt(status=ReceiptStatus.SENT, reference=path.name)

    def lookup(self, message_id: str) -> Receipt | None:
        """Return the receipt of a notice whose file is there, else ``None``."""
        path = self._path(message_id)
        return Receipt(status=ReceiptStatus.SENT, reference=path.name) if path.is_file() else None

    def _path(self, message_id: str) -> Path:
        return self._folder / f"{message_id}.txt"
