"""Leave a notice for a person to pass on: a link to copy, or one that opens Messenger with it.

Nothing is sent. A file says whom the notice is for, its text and its link; the notice is done once
a person records that it was passed on, as a letter is once it was posted.

Source:
    Meta for Developers, "Send Dialog": https://www.facebook.com/dialog/send with app_id, link and
    redirect_uri.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from dunning_sdk.connectors.interface import NoticeChannel
from dunning_sdk.connectors.mail import check_id
from dunning_sdk.connectors.options import read_options
from dunning_sdk.connectors.whole_file import write_whole
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus
from dunning_sdk.errors import ConnectorInvalidError
from pydantic import BaseModel, ConfigDict, Field

NAME: Final = "share-link"
_LINK: Final = re.compile(r"https?://[^\s<>\"]+")


class ShareOptions(BaseModel):
    """How a notice is passed on.

    Attributes:
        folder: Folder below ``out``.
        app_id: Meta's id of your app, for a link that opens Messenger; empty for the link alone.
        redirect_uri: Where Messenger leads afterwards, as your app allows it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: str = "share"
    app_id: str = Field(default="", pattern=r"^\d*$")
    redirect_uri: str = Field(default="", pattern=r"^(https://\S+)?$")


def read(options: Mapping[str, Any]) -> ShareOptions:
    """Return the options of the section.

    Raises:
        ConfigError: A key is unknown or wrong.
    """
    return read_options(ShareOptions, options, section="[channels.link]")


class ShareChannel(NoticeChannel):
    """Writes each notice once, for a person to pass on.

    Args:
        given: The options.
        folder: Where the options' folder is.
    """

    deduplicates = True

    def __init__(self, given: ShareOptions, *, folder: Path) -> None:
        self._given = given
        self._folder = folder / given.folder

    def send(self, message: Message) -> Receipt:
        """Write one notice; a file that is already there stays as it is.

        Raises:
            ConnectorInvalidError: There is no link in its text.
            ConnectorError: The folder cannot be written to.
        """
        earlier = self.lookup(check_id(message, connector=NAME))
        if earlier is not None:
            return earlier
        found = _LINK.search(message.text)
        if found is None:
            raise ConnectorInvalidError(
                f"{NAME}: text has no link to pass on",
                hint="Set payment_link in dunning.toml",
                connector=NAME,
                fields={"text": "has no link"},
            )
        link = found[0].rstrip(".,;)")
        slip = {
            "notice": message.id,
            "for": message.to_name,
            "text": message.text.strip(),
            "link": link,
            **({"open": self._dialog(link)} if self._given.app_id else {}),
            "to_do": "Pass it on, then record its posting",
        }
        content = (json.dumps(slip, ensure_ascii=False, indent=2) + "\n").encode()
        write_whole(self._path(message.id), content, connector=NAME)
        return _awaiting(message.id)

    def lookup(self, message_id: str) -> Receipt | None:
        """Return the receipt of a notice whose file is there, else ``None``."""
        return _awaiting(message_id) if self._path(message_id).is_file() else None

    def _dialog(self, link: str) -> str:
        given = self._given
        query = {"app_id": given.app_id, "link": link, "redirect_uri": given.redirect_uri or link}
        return f"https://www.facebook.com/dialog/send?{urlencode(query)}"

    def _path(self, message_id: str) -> Path:
        return self._folder / f"{message_id}.json"


def _awaiting(message_id: str) -> Receipt:
    return Receipt(
        status=ReceiptStatus.AWAITING_POSTING,
        reference=f"{message_id}.json",
        detail="Pass the link on, then record its posting",
    )
