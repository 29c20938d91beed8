"""What an endpoint is told of an event: one message, the same bytes whenever it is sent.

Decides its id and its content. The header of an event holds no personal data; its payload may, and
goes only to an endpoint that asks for it.

Source:
    Standard Webhooks specification 1.0.0: ``type``, ``timestamp`` and ``data``.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from dunning_sdk.domain.event import Event, JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookMessage:
    """One message.

    Attributes:
        id: Hash of tenant, stream and number; never another event's.
        body: JSON, as bytes.
    """

    id: str
    body: bytes = field(repr=False)


def message_of(
    tenant: str, event: Event, *, payload: Mapping[str, JsonValue] | None = None
) -> WebhookMessage:
    """Return the message about an event.

    Args:
        tenant: Whose event it is.
        event: As it is stored.
        payload: What is sealed with it; ``None`` where the endpoint does not ask for it, or it
            was erased.
    """
    place = f"{tenant}/{event.stream.kind}/{event.stream.id}/{event.seq}"
    data: dict[str, JsonValue] = {
        "tenant": tenant,
        "stream": {"kind": event.stream.kind, "id": event.stream.id},
        "seq": event.seq,
        "on": event.on.isoformat(),
        "header": dict(event.header),
    }
    if payload is not None:
        data["payload"] = dict(payload)
    content = {"type": event.type, "timestamp": event.recorded_at.isoformat(), "data": data}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(place.encode()).hexdigest()
    return WebhookMessage(id=f"evt_{digest[:32]}", body=text.encode())


def ping_of(tenant: str, id: str, timestamp: str) -> WebhookMessage:
    """Return a message about no event, to try an endpoint.

    Args:
        tenant: Who asks.
        id: Of the message.
        timestamp: When, in ISO 8601.
    """
    content = {"type": "webhook.ping", "timestamp": timestamp, "data": {"tenant": tenant}}
    return WebhookMessage(id=id, body=json.dumps(content, sort_keys=True).encode())
