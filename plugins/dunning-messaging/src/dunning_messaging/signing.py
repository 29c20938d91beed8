"""Believe a vendor's webhook: how Twilio, Meta and Telegram prove who calls, and what Brevo cannot.

Twilio and Meta sign, and go through `webhook.Receiver`. Telegram and Brevo send a word that you
chose: it proves who calls, and neither what is said nor when. Brevo's word is one you set on the
webhook; without one a call proves nothing and is refused here.

Source:
    Twilio, "Security": base64 HMAC-SHA1 over the address and the sorted parameters of the form;
    Meta, "Validating payloads": ``X-Hub-Signature-256``; Telegram Bot API, setWebhook:
    ``X-Telegram-Bot-Api-Secret-Token``.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

from dunning_sdk.connectors.webhook import Claim, Delivery, Scheme
from dunning_sdk.connectors.webhook_scheme import body_hex
from dunning_sdk.errors import ConnectorAuthError

TELEGRAM_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
BREVO_HEADER: Final = "Authorization"
_TWILIO: Final = "X-Twilio-Signature"


def whatsapp() -> Scheme:
    """Return the scheme of Meta's webhooks; the secret is the app's."""
    return body_hex("X-Hub-Signature-256", name="whatsapp-cloud", prefix="sha256=")


def twilio() -> Scheme:
    """Return the scheme of Twilio's webhooks; the secret is the auth token.

    The delivery needs its ``url`` as Twilio called it: scheme, host, path and query. It signs no
    time; a second delivery of the same message and status is recognized.
    """

    def claim(delivery: Delivery) -> Claim:
        given = delivery.header(_TWILIO).strip()
        try:
            signature = base64.b64decode(given, validate=True)
            pairs = parse_qsl(delivery.body.decode(), keep_blank_values=True)
        except (binascii.Error, ValueError) as exc:
            raise refused("twilio", "its signature cannot be read") from exc
        if not signature or not delivery.url:
            raise refused("twilio", "it has no signature, or the address it was sent to is missing")
        form = "".join(f"{name}{text}" for name, text in sorted(set(pairs)))
        known = dict(pairs)
        id = ":".join(known.get(name, "") for name in ("MessageSid", "MessageStatus")).strip(":")
        signed = f"{delivery.url}{form}".encode()
        return Claim(id=id, sent_at=None, signed=signed, signatures=(signature,))

    return Scheme(name="twilio", claim=claim, digest="sha1")


def check_word(delivery: Delivery, *, header: str, words: Sequence[str], name: str) -> None:
    """Refuse a delivery that does not hold a word you chose.

    Args:
        delivery: As it came.
        header: Where the word stands.
        words: Every word that is active now.
        name: Of the vendor, for messages.

    Raises:
        ConnectorAuthError: It holds none of them.
    """
    given = delivery.header(header).removeprefix("Bearer ").encode()
    right = False
    for word in words:
        right |= bool(word) and hmac.compare_digest(word.encode(), given)
    if not right:
        raise refused(name, f"the word in {header} is missing or wrong")


def challenge(query: Mapping[str, str], *, verify_token: str) -> str:
    """Return what to answer when Meta asks whether a webhook is yours (``GET``).

    Raises:
        ConnectorAuthError: Another asks.
    """
    given = query.get("hub.verify_token", "").encode()
    if not verify_token or not hmac.compare_digest(verify_token.encode(), given):
        raise refused("whatsapp-cloud", "hub.verify_token is wrong")
    return query.get("hub.challenge", "")


def refused(name: str, why: str) -> ConnectorAuthError:
    """Return the error for a delivery that proves nothing."""
    return ConnectorAuthError(
        f"{name}: a webhook was not believed: {why}",
        hint="Answer 401; check that the secret here is the one the vendor has",
        connector=name,
    )
