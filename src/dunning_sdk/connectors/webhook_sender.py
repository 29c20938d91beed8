"""Send one webhook to one endpoint, and say whether it was taken.

Decides what an answer means; when it is tried again, and when it is given up, is left to the
engine. Redirects are not followed: an endpoint is where it is configured to be.

Source:
    Standard Webhooks specification 1.0.0, "Best practices for sending webhooks": any 2xx is
    success, 410 asks for no more, 429 and 503 may say when to come back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from dunning_sdk.connectors.http_transport import (
    HttpCall,
    RequestsTransport,
    TimeLimits,
    Transport,
)
from dunning_sdk.connectors.retry import retry_after_seconds
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.connectors.webhook_scheme import standard_headers
from dunning_sdk.errors import ConnectorError

LIMITS: Final = TimeLimits(connect=5, read=15, whole=20)
_GONE: Final = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one attempt.

    Attributes:
        is_taken: Whether the endpoint answered that it has it.
        is_gone: Whether the endpoint wants no more at all.
        is_line: Whether nobody answered, or the other side has trouble of its own; then others
            will fail as well.
        wait_seconds: How long it asks to be left alone; 0 where it does not say.
        problem: Why it was not taken; empty where it was. Nothing of the answer's body.
    """

    is_taken: bool = False
    is_gone: bool = False
    is_line: bool = False
    wait_seconds: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSender:
    """Sends to one endpoint.

    Attributes:
        name: Of the endpoint, for messages.
        url: Where to; never shown, since a token may stand in it.
        secrets: Every active one, the newest first.
        timing: The clock.
        transport: What makes one call.
    """

    name: str
    url: str = field(repr=False)
    secrets: Sequence[str] = field(repr=False)
    timing: Timing = field(default_factory=Timing)
    transport: Transport

    @classmethod
    def over_the_network(cls, name: str, url: str, secrets: Sequence[str]) -> "WebhookSender":
        """Return a sender that makes real calls."""
        transport = RequestsTransport(connector=f"webhook {name}", limits=LIMITS)
        return cls(name=name, url=url, secrets=secrets, transport=transport)

    def send(self, id: str, body: bytes) -> Taken:
        """Send one message once.

        Args:
            id: Of the message; the same whenever it is sent again.
            body: JSON, as bytes.

        Raises:
            ConfigError: There is no secret, or one cannot be a key.
        """
        now = self.timing.now()
        sent_at = int(now.timestamp())
        signed = standard_headers(
            self.secrets, id=id, sent_at=sent_at, body=body, name=f"webhook {self.name}"
        )
        headers = {"Content-Type": "application/json", "User-Agent": "dunning-sdk", **signed}
        call = HttpCall(method="POST", url=self.url, headers=headers, body=body)
        try:
            reply = self.transport.send(call)
        except ConnectorError as problem:
            return Taken(is_line=True, problem=_short(problem))
        if 200 <= reply.status < 300:
            return Taken(is_taken=True)
        wait = retry_after_seconds(reply.headers, now=now) or 0
        return Taken(
            is_gone=reply.status == _GONE,
            is_line=reply.status >= 500 or reply.status == 429,
            wait_seconds=wait,
            problem=f"answered {reply.status}",
        )


def _short(problem: ConnectorError) -> str:
    return problem.message[:200]
