"""Send notices by a Telegram bot, to debtors who once wrote to it.

Source:
    Telegram Bot API, as PaulSonOfLars/telegram-bot-api-spec has it (2026-06-18): sendMessage.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site, tell
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.interface import NoticeChannel
from dunning_sdk.connectors.options import read_options, read_secret
from dunning_sdk.connectors.payload import Payload
from dunning_sdk.connectors.rate_limit import RateLimit
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus
from dunning_sdk.domain.reach import ReachKind
from dunning_sdk.errors import ConnectorAuthError, ConnectorInvalidError
from pydantic import BaseModel, ConfigDict

from dunning_messaging.sending import accepted, address

NAME: Final = "telegram"
CHARACTERS_MAX: Final = 4096


class TelegramOptions(BaseModel):
    """How to send by a bot.

    Attributes:
        secret_env: Environment variable that holds the bot's token.
        secret_file: File that holds it, where the variable is not set.
        base_url: Where the Bot API is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret_env: str = "TELEGRAM_BOT_TOKEN"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    base_url: str = "https://api.telegram.org"


class Written(Payload):
    """A message as Telegram has it.

    Attributes:
        message_id: Its number in the chat.
    """

    message_id: int


class Sent(Payload):
    """What Telegram answers.

    Attributes:
        result: The message.
    """

    unread = frozenset(("ok",))

    result: Written


def read(options: Mapping[str, Any], *, folder: Path) -> Site:
    """Return Telegram's site with the bot's token.

    Raises:
        ConfigError: A key is unknown or wrong, or the token is missing.
    """
    given = read_options(TelegramOptions, options, section="[channels.telegram]")
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="The bot's token"
    )
    return Site(
        connector=NAME,
        base_url=given.base_url,
        secret_path=f"/bot{secret}",
        secrets=(secret,),
        auth_hint=f"Check {given.secret_env}",
        limits=(RateLimit(calls=30, seconds=1),),
    )


class TelegramChannel(NoticeChannel):
    """Sends messages to chats.

    Args:
        site: Where, and with which token.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.
    """

    def __init__(
        self, site: Site, *, transport: Transport | None = None, timing: Timing | None = None
    ) -> None:
        self._http = HttpClient(site, transport=transport, timing=timing)

    def send(self, message: Message) -> Receipt:
        """Send one notice, at most once.

        Returns:
            ``SENT`` with chat and number, or ``FAILED`` where the debtor does not let the bot
            write to him.

        Raises:
            ConnectorInvalidError: It has no handle or is too long, or Telegram refuses it.
            ConnectorTransientError: ``outcome_unknown`` where it may have left.
            ConnectorError: Telegram refuses.
        """
        chat = address(message, ReachKind.HANDLE, connector=NAME)
        text = message.text.strip()
        if len(text) > CHARACTERS_MAX:
            why = f"has {len(text)} characters, at most {CHARACTERS_MAX}"
            raise ConnectorInvalidError(
                f"{NAME}: text {why}",
                hint="Write a shorter LANGUAGE/TEMPLATE.short",
                connector=NAME,
                fields={"text": why},
            )
        request = tell("POST", "/sendMessage", {"chat_id": chat, "text": text})
        try:
            sent = accepted(self._http, request, Sent, what="the message")
        except ConnectorAuthError as problem:
            if "(403)" not in problem.message:  # 401 is the bot's own fault, 403 the addressee's
                raise
            detail = "The debtor has not started the bot, or has blocked it"
            return Receipt(status=ReceiptStatus.FAILED, detail=detail)
        return Receipt(status=ReceiptStatus.SENT, reference=f"{chat}:{sent.result.message_id}")
