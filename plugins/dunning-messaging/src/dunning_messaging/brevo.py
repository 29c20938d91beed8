"""Send text messages by Brevo. The notice's id is the message's tag, which comes back.

Source:
    A third party's OpenAPI profile of Brevo's API v3 (API Evangelist, 2026-07-23):
    POST /transactionalSMS/sms, which states 160 characters at most.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site, tell
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.interface import NoticeChannel
from dunning_sdk.connectors.options import read_options, read_secret
from dunning_sdk.connectors.payload import Payload
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus
from dunning_sdk.domain.reach import ReachKind
from pydantic import BaseModel, ConfigDict, Field

from dunning_messaging.segments import fitting
from dunning_messaging.sending import accepted, address

NAME: Final = "brevo-sms"


class BrevoOptions(BaseModel):
    """How to send by Brevo.

    Attributes:
        sender: Name or number shown as the sender, 3 to 11 characters.
        status_url: Public https address that Brevo tells what became of it.
        secret_env: Environment variable that holds the API key.
        secret_file: File that holds it, where the variable is not set.
        characters_max: Most characters of a message.
        segments_max: Most parts it may be cut into.
        base_url: Where Brevo is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sender: str = Field(min_length=3, max_length=11)
    status_url: str = Field(default="", pattern=r"^(https://\S+)?$")
    secret_env: str = "BREVO_API_KEY"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    characters_max: int = Field(default=160, ge=1, le=1530)
    segments_max: int = Field(default=3, ge=1, le=10)
    base_url: str = "https://api.brevo.com/v3"


class Sent(Payload):
    """What Brevo answers.

    Attributes:
        messageId: Its id there.
    """

    unread: ClassVar[frozenset[str]] = frozenset(
        ("reference", "smsCount", "usedCredits", "remainingCredits")
    )

    messageId: int  # noqa: N815  # as Brevo calls it


def read(options: Mapping[str, Any], *, folder: Path) -> tuple[BrevoOptions, Site]:
    """Return the options of the section, and Brevo's site with its key.

    Raises:
        ConfigError: A key is unknown or wrong, or the API key is missing.
    """
    given = read_options(BrevoOptions, options, section="[channels.sms]")
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="Brevo's API key"
    )
    site = Site(
        connector=NAME,
        base_url=given.base_url,
        headers={"api-key": secret},
        secrets=(secret,),
        auth_hint=f"Check {given.secret_env}, and whether this machine's address is allowed there",
    )
    return given, site


class BrevoChannel(NoticeChannel):
    """Sends text messages.

    Args:
        given: The options.
        site: Where, and with which key.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.
    """

    def __init__(
        self,
        given: BrevoOptions,
        site: Site,
        *,
        transport: Transport | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._given = given
        self._http = HttpClient(site, transport=transport, timing=timing)

    def send(self, message: Message) -> Receipt:
        """Send one text message, at most once.

        Raises:
            ConnectorInvalidError: It has no number or is too long, or Brevo refuses it.
            ConnectorTransientError: ``outcome_unknown`` where it may have left.
            ConnectorError: Brevo refuses.
        """
        given = self._given
        text = fitting(
            message,
            connector=NAME,
            segments_max=given.segments_max,
            characters_max=given.characters_max,
        )
        body = {
            "type": "transactional",
            "sender": given.sender,
            "recipient": address(message, ReachKind.PHONE, connector=NAME).lstrip("+"),
            "content": text,
            "tag": message.id,
            **({"webUrl": given.status_url} if given.status_url else {}),
        }
        request = tell("POST", "/transactionalSMS/sms", body)
        sent = accepted(self._http, request, Sent, what="the message")
        return Receipt(status=ReceiptStatus.SENT, reference=str(sent.messageId))
