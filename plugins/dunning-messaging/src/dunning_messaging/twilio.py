"""Send text messages by Twilio's Programmable Messaging.

The notice's id goes into the address Twilio calls back, since a message has no other field for it.

Source:
    twilio/twilio-oai, api_v2010 of 2026-04-14:
    POST /2010-04-01/Accounts/{AccountSid}/Messages.json.
"""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Final, Self
from urllib.parse import urlencode

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Ask, Site, path_of
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.interface import NoticeChannel
from dunning_sdk.connectors.options import read_options, read_secret
from dunning_sdk.connectors.payload import Payload
from dunning_sdk.connectors.rate_limit import RateLimit
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus
from dunning_sdk.domain.reach import ReachKind
from pydantic import BaseModel, ConfigDict, Field, model_validator

from dunning_messaging.segments import fitting
from dunning_messaging.sending import accepted, address

NAME: Final = "twilio"
NOTICE: Final = "notice"
"""Parameter of the call-back address that holds the notice's id."""

_REFUSED: Final = frozenset(("failed", "undelivered", "canceled"))


class TwilioOptions(BaseModel):
    """How to send by Twilio.

    Attributes:
        account_sid: ``AC`` and 32 hexadecimal digits.
        sender: Number in E.164 form or alphanumeric sender; empty with a messaging service.
        messaging_service_sid: ``MG`` and 32 hexadecimal digits; empty with a sender.
        status_url: Public https address of your application that Twilio tells what became of it.
        secret_env: Environment variable that holds the auth token.
        secret_file: File that holds it, where the variable is not set.
        segments_max: Most parts a message may be cut into; a longer one is refused.
        base_url: Where Twilio is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    account_sid: str = Field(pattern=r"^AC[0-9a-fA-F]{32}$")
    sender: str = ""
    messaging_service_sid: str = Field(default="", pattern=r"^(MG[0-9a-fA-F]{32})?$")
    status_url: str = Field(default="", pattern=r"^(https://\S+)?$")
    secret_env: str = "TWILIO_AUTH_TOKEN"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    segments_max: int = Field(default=3, ge=1, le=10)
    base_url: str = "https://api.twilio.com"

    @model_validator(mode="after")
    def _has_one_sender(self) -> Self:
        if bool(self.sender) == bool(self.messaging_service_sid):
            raise ValueError("give sender or messaging_service_sid, and not both")
        return self


class Sent(Payload):
    """A message as Twilio has it.

    Attributes:
        sid: Its id there.
        status: Where it stands.
        error_code: Why it failed; ``None`` where it did not.
    """

    unread: ClassVar[frozenset[str]] = frozenset(
        ("account_sid", "api_version", "body", "date_created", "date_sent", "date_updated",
         "direction", "error_message", "from", "messaging_service_sid", "num_media",
         "num_segments", "price", "price_unit", "subresource_uris", "to", "uri")
    )  # fmt: skip

    sid: str
    status: str
    error_code: int | None = None


def read(options: Mapping[str, Any], *, folder: Path) -> tuple[TwilioOptions, Site]:
    """Return the options of the section, and Twilio's site with its token.

    Raises:
        ConfigError: A key is unknown or wrong, or the token is missing.
    """
    given = read_options(TwilioOptions, options, section="[channels.sms]")
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="Twilio's auth token"
    )
    basic = base64.b64encode(f"{given.account_sid}:{secret}".encode()).decode()
    site = Site(
        connector=NAME,
        base_url=given.base_url,
        headers={"Authorization": f"Basic {basic}"},
        secrets=(secret, basic),
        auth_hint=f"Check account_sid and {given.secret_env}",
        limits=(RateLimit(calls=100, seconds=1),),
    )
    return given, site


class TwilioChannel(NoticeChannel):
    """Sends text messages.

    Args:
        given: The options.
        site: Where, and with which token.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.
    """

    def __init__(
        self,
        given: TwilioOptions,
        site: Site,
        *,
        transport: Transport | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._given = given
        self._http = HttpClient(site, transport=transport, timing=timing)

    def send(self, message: Message) -> Receipt:
        """Send one text message, at most once.

        Returns:
            ``SENT`` with Twilio's id, or ``FAILED`` where Twilio says so at once.

        Raises:
            ConnectorInvalidError: It has no number or is too long, or Twilio refuses it.
            ConnectorTransientError: ``outcome_unknown`` where it may have left.
            ConnectorError: Twilio refuses.
        """
        request = Ask(
            method="POST",
            path=path_of("2010-04-01", "Accounts", self._given.account_sid, "Messages.json"),
            body=urlencode(self._form(message)).encode(),
            media_type="application/x-www-form-urlencoded",
        )
        sent = accepted(self._http, request, Sent, what="the message")
        if sent.status in _REFUSED:
            detail = f"Twilio does not deliver it ({sent.error_code or sent.status})"
            return Receipt(status=ReceiptStatus.FAILED, reference=sent.sid, detail=detail)
        return Receipt(status=ReceiptStatus.SENT, reference=sent.sid)

    def _form(self, message: Message) -> dict[str, str]:
        given = self._given
        to = address(message, ReachKind.PHONE, connector=NAME)
        text = fitting(message, connector=NAME, segments_max=given.segments_max)
        who = (
            {"From": given.sender}
            if given.sender
            else {"MessagingServiceSid": given.messaging_service_sid}
        )
        back = {"StatusCallback": _with_notice(given.status_url, message.id)}
        return {"To": to, "Body": text, **who, **(back if given.status_url else {})}


def _with_notice(url: str, notice_id: str) -> str:
    mark = "&" if "?" in url else "?"
    return f"{url}{mark}{urlencode({NOTICE: notice_id})}"
