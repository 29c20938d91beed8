"""The ways vendors sign their webhooks, as data for `webhook.Receiver`.

Decides what is signed and where the signature stands; believing it is left to `webhook`.

>>> delivery = Delivery(body=b"{}", headers={"X-Qonto-Signature": "t=1700000000,v1=00ff"})
>>> timestamped("X-Qonto-Signature").claim(delivery).sent_at
1700000000
"""

import base64
import secrets as secrets_of
from collections.abc import Callable, Sequence
from typing import Final

from dunning_sdk.connectors.webhook import Claim, Delivery, Scheme, signature
from dunning_sdk.errors import ConfigError, ConnectorAuthError

_PREFIX: Final = "whsec_"
_DIGITS_MAX: Final = 12
_KEY_BYTES_MIN: Final = 24
_KEY_BYTES_MAX: Final = 64


def standard(name: str = "webhook") -> Scheme:
    """Return the scheme of Standard Webhooks: id, time and body, HMAC-SHA256 in base64.

    Source:
        Standard Webhooks specification 1.0.0, "Symmetric signatures".
    """

    def claim(delivery: Delivery) -> Claim:
        id = _needed(delivery, "webhook-id", name)
        sent = _needed(delivery, "webhook-timestamp", name)
        listed = _needed(delivery, "webhook-signature", name).split()
        texts = [text[3:] for text in listed if text.startswith("v1,")]
        return Claim(
            id=id,
            sent_at=_seconds(sent, name),
            signed=_signed(id, sent, delivery.body),
            signatures=_decoded(texts, _from_base64, name),
        )

    return Scheme(name=name, claim=claim, key=_standard_key)


def standard_headers(
    secrets: Sequence[str], *, id: str, sent_at: int, body: bytes, name: str = "webhook"
) -> dict[str, str]:
    """Return the headers by which a receiver knows that we sent a body, and when.

    Args:
        secrets: Every secret that is active, each as ``whsec_`` and base64; while one is
            replaced there are two, and a signature by each.
        id: Of the message; the same whenever it is sent again.
        sent_at: Unix time of this attempt, in seconds.
        body: The bytes that are sent.
        name: For messages.

    Raises:
        ConfigError: There is no secret, or one is no base64 of 24 to 64 bytes.

    Source:
        Standard Webhooks specification 1.0.0, "Symmetric signatures" and "Webhook headers".
    """
    sent = str(sent_at)
    keys = [_checked_key(secret, name) for secret in secrets]
    if not keys:
        message = f"{name}: there is no secret to sign by"
        raise ConfigError(message, hint="`dunning webhooks secret` makes one.")
    signed = [base64.b64encode(signature(key, _signed(id, sent, body))).decode() for key in keys]
    return {
        "webhook-id": id,
        "webhook-timestamp": sent,
        "webhook-signature": " ".join(f"v1,{text}" for text in signed),
    }


def new_secret() -> str:
    """Return a new secret to sign by: 32 random bytes, written as ``whsec_`` and base64."""
    return _PREFIX + base64.b64encode(secrets_of.token_bytes(32)).decode()


def timestamped(header: str, *, name: str = "webhook") -> Scheme:
    """Return the scheme ``t=TIME,v1=HEX`` over ``TIME.BODY``, as Stripe and Qonto sign.

    It has no id of a delivery: two are the same where time and body are.
    """

    def claim(delivery: Delivery) -> Claim:
        pairs = [
            (key.strip(), text.strip())
            for key, _, text in (
                part.partition("=") for part in _needed(delivery, header, name).split(",")
            )
        ]
        sent = next((text for key, text in pairs if key == "t"), "")
        return Claim(
            id="",
            sent_at=_seconds(sent, name),
            signed=sent.encode() + b"." + delivery.body,
            signatures=_decoded([text for key, text in pairs if key == "v1"], bytes.fromhex, name),
        )

    return Scheme(name=name, claim=claim)


def body_hex(header: str, *, name: str = "webhook", prefix: str = "") -> Scheme:
    """Return the scheme of a hex HMAC over the body, as Mondu, GoCardless and Meta sign.

    It signs no time: only a second delivery of the same body is recognized, as long as it is
    remembered.

    Args:
        header: Where the signature stands.
        name: For messages.
        prefix: What stands before the hex, such as ``sha256=``.
    """
    return _over_body(header, name, lambda text: bytes.fromhex(text.removeprefix(prefix)))


def body_base64(header: str, *, name: str = "webhook") -> Scheme:
    """Return the scheme of a base64 HMAC over the body, as Xero signs."""
    return _over_body(header, name, _from_base64)


def _over_body(header: str, name: str, decode: Callable[[str], bytes]) -> Scheme:
    def claim(delivery: Delivery) -> Claim:
        text = _needed(delivery, header, name)
        return Claim(
            id="",
            sent_at=None,
            signed=delivery.body,
            signatures=_decoded([text.strip()], decode, name),
        )

    return Scheme(name=name, claim=claim)


def _checked_key(secret: str, name: str) -> bytes:
    try:
        key = _standard_key(secret)
    except ValueError:
        key = b""
    if not _KEY_BYTES_MIN <= len(key) <= _KEY_BYTES_MAX:
        message = f"{name}: a secret is not whsec_ and the base64 of 24 to 64 bytes"
        raise ConfigError(message, hint="`dunning webhooks secret` makes one.")
    return key


def _signed(id: str, sent: str, body: bytes) -> bytes:
    return b".".join((id.encode(), sent.encode(), body))


def _standard_key(secret: str) -> bytes:
    text = secret.strip().removeprefix(_PREFIX)
    return _from_base64(text + "=" * (-len(text) % 4))


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _decoded(texts: list[str], decode: Callable[[str], bytes], name: str) -> tuple[bytes, ...]:
    try:
        return tuple(decode(text) for text in texts)
    except ValueError as exc:
        raise _illegible(name, "its signature") from exc


def _needed(delivery: Delivery, header: str, name: str) -> str:
    text = delivery.header(header).strip()
    if not text:
        raise _illegible(name, f"the header {header}")
    return text


def _seconds(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX):
        raise _illegible(name, "its time")
    return int(text)


def _illegible(name: str, what: str) -> ConnectorAuthError:
    return ConnectorAuthError(
        f"{name}: a webhook came without {what}, or it cannot be read",
        hint="It was not believed; check that the sender signs what it sends here",
        connector=name,
    )
