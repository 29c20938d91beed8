"""Send webhooks to a host under test: right, twice, out of order, or with a wrong signature.

Decides the order, the copies and the proof of what is sent; what is in it is decided by the
simulator. Signed by Standard Webhooks where there is a secret, unsigned where there is none; a
sender that proves itself by a fixed text in a header gives that.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dunning_sdk.connectors.http_transport import HttpCall, RequestsTransport


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How deliveries are sent.

    Attributes:
        turned: The last one first.
        twice: Each a second time, as it was.
        forged: With a signature by another secret, or another text in the header.
        late_seconds: Signed as if sent so long ago.
    """

    turned: bool = False
    twice: bool = False
    forged: bool = False
    late_seconds: int = 0


def _now() -> datetime:
    return datetime.now(UTC)


class Courier:
    """Sends the deliveries of one simulator.

    Args:
        secret: Of the webhook, 24 to 64 bytes in base64 after ``whsec_``; empty to sign nothing.
        authorization: Fixed text of the header ``Authorization``; empty to send none.
        now: Gives the moment that is signed.
    """

    def __init__(
        self,
        *,
        secret: str = "",
        authorization: str = "",
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._secret = secret
        self._authorization = authorization
        self._now = now
        self._transport = RequestsTransport(connector="courier")

    def send(
        self, url: str, events: Sequence[Mapping[str, Any]], manner: Manner | None = None
    ) -> list[int]:
        """Send events, each in a call of its own, and return the statuses that came back.

        Args:
            url: Where the host listens.
            events: In the order they happened; ``id`` names a delivery.
            manner: How; right where not given.

        Raises:
            ConnectorError: The host cannot be reached.
        """
        chosen = manner or Manner()
        ordered = list(reversed(events)) if chosen.turned else list(events)
        copies = [event for event in ordered for _ in range(2 if chosen.twice else 1)]
        return [self._sent(url, event, chosen) for event in copies]

    def _sent(self, url: str, event: Mapping[str, Any], manner: Manner) -> int:
        body = json.dumps(event).encode()
        headers = {"Content-Type": "application/json"}
        if self._authorization:
            text = self._authorization
            headers["Authorization"] = text[::-1] if manner.forged else text
        if self._secret:
            headers |= self._proof(str(event.get("id", "")), body, manner)
        return self._transport.send(
            HttpCall(method="POST", url=url, headers=headers, body=body)
        ).status

    def _proof(self, id: str, body: bytes, manner: Manner) -> dict[str, str]:
        sent = str(int(self._now().timestamp()) - manner.late_seconds)
        key = base64.b64decode(self._secret.removeprefix("whsec_"))
        signed = b".".join((id.encode(), sent.encode(), body))
        proof = hmac.new(key[::-1] if manner.forged else key, signed, hashlib.sha256).digest()
        return {
            "webhook-id": id,
            "webhook-timestamp": sent,
            "webhook-signature": "v1," + base64.b64encode(proof).decode(),
        }
