"""Send notices by the WhatsApp Cloud API, as templates that Meta approved.

Outside the 24 hours after a debtor wrote, Meta lets a business send approved templates alone, so a
notice is the one variable of a template of yours. The notice's id goes along and comes back with
each status (``biz_opaque_callback_data``).

Source:
    facebook/openapi, business-messaging-api v23.0: POST /{Version}/{Phone-Number-ID}/messages.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site, path_of, tell
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.interface import NoticeChannel
from dunning_sdk.connectors.options import read_options, read_secret
from dunning_sdk.connectors.payload import Payload
from dunning_sdk.connectors.rate_limit import RateLimit
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus
from dunning_sdk.domain.reach import ReachKind
from dunning_sdk.errors import ConnectorInvalidError
from pydantic import BaseModel, ConfigDict, Field

from dunning_messaging.sending import accepted, address

NAME: Final = "whatsapp-cloud"
CHARACTERS_MAX: Final = 1024
"""Of a template's body, its variables put in."""


class WhatsAppOptions(BaseModel):
    """How to send by WhatsApp.

    Attributes:
        phone_number_id: Meta's id of your number.
        templates: Language of a notice, such as ``fr``, to the name of the approved template.
        languages: Language of a notice to the code Meta knows the template by, where they differ.
        secret_env: Environment variable that holds the access token.
        secret_file: File that holds it, where the variable is not set.
        version: Of the Graph API.
        base_url: Where it is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    phone_number_id: str = Field(pattern=r"^\d{5,20}$")
    templates: dict[str, str] = Field(min_length=1)
    languages: dict[str, str] = Field(default_factory=dict)
    secret_env: str = "WHATSAPP_TOKEN"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    version: str = Field(default="v23.0", pattern=r"^v\d+\.\d+$")
    base_url: str = "https://graph.facebook.com"


class Taken(Payload):
    """A message Meta took.

    Attributes:
        id: Its id there.
    """

    unread: ClassVar[frozenset[str]] = frozenset(("message_status",))

    id: str


class Sent(Payload):
    """What Meta answers.

    Attributes:
        messages: What it took; one.
    """

    unread: ClassVar[frozenset[str]] = frozenset(("contacts", "messaging_product"))

    messages: list[Taken] = Field(min_length=1)


def read(options: Mapping[str, Any], *, folder: Path) -> tuple[WhatsAppOptions, Site]:
    """Return the options of the section, and Meta's site with its token.

    Raises:
        ConfigError: A key is unknown or wrong, or the token is missing.
    """
    given = read_options(WhatsAppOptions, options, section="[channels.whatsapp]")
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="WhatsApp's access token"
    )
    site = Site(
        connector=NAME,
        base_url=given.base_url,
        headers={"Authorization": f"Bearer {secret}"},
        secrets=(secret,),
        auth_hint=f"Check {given.secret_env}: a user's token expires, a system user's does not",
        limits=(RateLimit(calls=80, seconds=1),),
    )
    return given, site


class WhatsAppChannel(NoticeChannel):
    """Sends templates.

    Args:
        given: The options.
        site: Where, and with which token.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.
    """

    def __init__(
        self,
        given: WhatsAppOptions,
        site: Site,
        *,
        transport: Transport | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._given = given
        self._http = HttpClient(site, transport=transport, timing=timing)

    def send(self, message: Message) -> Receipt:
        """Send one notice as a template, at most once.

        Raises:
            ConnectorInvalidError: It has no number, no template in its language or is too long,
                or Meta refuses it.
            ConnectorTransientError: ``outcome_unknown`` where it may have left.
            ConnectorError: Meta refuses.
        """
        path = path_of(self._given.version, self._given.phone_number_id, "messages")
        sent = accepted(self._http, tell("POST", path, self._body(message)), Sent, what="the reply")
        return Receipt(status=ReceiptStatus.SENT, reference=sent.messages[0].id)

    def _body(self, message: Message) -> dict[str, object]:
        language = message.language
        template = self._given.templates.get(language)
        if template is None:
            raise _invalid("templates", f"has none for the language {language}")
        text = " ".join(message.text.split())  # a variable holds no line ends
        if len(text) > CHARACTERS_MAX:
            raise _invalid("text", f"has {len(text)} characters, at most {CHARACTERS_MAX}")
        return {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": address(message, ReachKind.PHONE, connector=NAME),
            "type": "template",
            "template": {
                "name": template,
                "language": {"code": self._given.languages.get(language, language)},
                "components": [{"type": "body", "parameters": [{"type": "text", "text": text}]}],
            },
            "biz_opaque_callback_data": message.id,
        }


def _invalid(field: str, why: str) -> ConnectorInvalidError:
    return ConnectorInvalidError(
        f"{NAME}: {field} {why}",
        hint="Name an approved template for each language under [channels.whatsapp.templates]"
        if field == "templates"
        else "Write a shorter LANGUAGE/TEMPLATE.short",
        connector=NAME,
        fields={field: why},
    )
