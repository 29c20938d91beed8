"""Believe a webhook only when it proves who sent it, once, and soon after it was sent.

Decides about one delivery: whether a signature holds under any active secret, whether it is
recent, whether it came before. How a vendor writes its signature is said by `webhook_scheme`.
An unsigned delivery proves nothing: it is a hint, after which the outside system is asked
(`follow_hint`), and only what it then says is acted on.

Source:
    Standard Webhooks specification 1.0.0: raw body, constant-time comparison, five minutes,
    several secrets while they are rotated, the id as the key against replays.
"""

import hashlib
import hmac
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from dunning_sdk.errors import ConfigError, ConnectorAuthError

WINDOW_SECONDS: Final = 300
State = TypeVar("State")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One call of a webhook, as it came.

    Attributes:
        body: The bytes that came, before anything was read from them.
        headers: By any case.
        url: As the sender called it, with its query; needed where a scheme signs it.
    """

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    url: str = field(default="", repr=False)

    def header(self, name: str) -> str:
        """Return a header whatever its case; empty where it is missing."""
        wanted = name.lower()
        return next((text for key, text in self.headers.items() if key.lower() == wanted), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a delivery says about itself, before any of it is believed.

    Attributes:
        id: Of the delivery; the same when it is sent again. Empty where the scheme has none.
        sent_at: Unix time in seconds; ``None`` where the scheme signs none.
        signed: The bytes the signature is over.
        signatures: Decoded; several while the sender rotates its secret.
    """

    id: str
    sent_at: int | None
    signed: bytes = field(repr=False)
    signatures: Sequence[bytes] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """How one vendor signs.

    Attributes:
        name: For messages.
        claim: Reads a delivery. Raises ConnectorAuthError where a header is missing or
            illegible.
        key: Turns a secret, as the vendor shows it, into the bytes of the key.
        digest: Name of the hash.
    """

    name: str
    claim: Callable[[Delivery], Claim]
    key: Callable[[str], bytes] = str.encode
    digest: str = "sha256"


class Receiver:
    """Takes the deliveries of one sender.

    Args:
        scheme: How the sender signs.
        secrets: Every secret that is active now, the newest first.
        now: Gives the aware moment.
        window_seconds: How far a delivery's time may be from now, either way.
        memory: How many ids are remembered against a second delivery.

    Raises:
        ConfigError: There is no secret, or one cannot be a key.
    """

    def __init__(
        self,
        scheme: Scheme,
        secrets: Sequence[str],
        *,
        now: Callable[[], datetime],
        window_seconds: int = WINDOW_SECONDS,
        memory: int = 10_000,
    ) -> None:
        self._scheme = scheme
        self._keys = [_key(scheme, secret) for secret in secrets]
        if not self._keys:
            raise ConfigError(
                f"{scheme.name}: a webhook needs a secret",
                hint="Give the secret the sender shows, or treat what comes as a hint",
            )
        self._now = now
        self._window = window_seconds
        self._memory = memory
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def is_new(self, delivery: Delivery) -> bool:
        """Verify a delivery, and tell whether it is the first of its id.

        A delivery counts as seen at once; where acting on it fails, `forget` it, so that the
        sender's next attempt is heard.

        Raises:
            ConnectorAuthError: It proves nothing: a signature is missing, illegible or wrong, or
                it is not recent.
        """
        claim = self.verified(delivery)
        name = _name(claim)
        with self._lock:
            if name in self._seen:
                return False
            self._seen[name] = None
            while len(self._seen) > self._memory:
                self._seen.popitem(last=False)
        return True

    def forget(self, delivery: Delivery) -> None:
        """Hear a delivery again that was not dealt with."""
        claim = self._scheme.claim(delivery)
        with self._lock:
            self._seen.pop(_name(claim), None)

    def verified(self, delivery: Delivery) -> Claim:
        """Return what a delivery claims, once it is proved; duplicates are not looked at.

        Raises:
            ConnectorAuthError: It proves nothing.
        """
        claim = self._scheme.claim(delivery)
        if not self._is_signed(claim):
            raise _refused(self._scheme, "no signature of this webhook is right")
        if claim.sent_at is not None:
            age = self._now().timestamp() - claim.sent_at
            if abs(age) > self._window:
                raise _refused(self._scheme, f"this webhook was sent {int(age)} seconds ago")
        return claim

    def _is_signed(self, claim: Claim) -> bool:
        """Compare every key with every signature, and always all of them."""
        right = False
        for key in self._keys:
            wanted = signature(key, claim.signed, digest=self._scheme.digest)
            for given in claim.signatures:
                right |= hmac.compare_digest(wanted, given)
        return right


def signature(key: bytes, signed: bytes, *, digest: str = "sha256") -> bytes:
    """Return the HMAC of some bytes: what a sender writes and a receiver compares with.

    Args:
        key: As a scheme's ``key`` makes it of a secret.
        signed: The bytes it is over.
        digest: Name of the hash.
    """
    return hmac.new(key, signed, digest).digest()


def follow_hint(
    read: Callable[[], State | None], *, known: State | None, act: Callable[[State], None]
) -> bool:
    """Ask the outside system after a hint, compare, and act on what it says.

    A hint may be false, late, doubled or out of order; what is read now is none of these.

    Args:
        read: Reads the present state from the outside system; ``None`` where there is none.
        known: The state acted on last; ``None`` where there is none yet.
        act: Called with the present state where it differs from the known one.

    Returns:
        Whether it was acted on.

    Raises:
        ConnectorError: The outside system could not be asked; nothing was done.
    """
    present = read()
    if present is None or present == known:
        return False
    act(present)
    return True


def _name(claim: Claim) -> str:
    """Return what tells a delivery from others: its id, else a digest of what is signed."""
    return claim.id or hashlib.sha256(claim.signed).hexdigest()


def _key(scheme: Scheme, secret: str) -> bytes:
    try:
        key = scheme.key(secret)
    except ValueError as exc:
        raise ConfigError(
            f"{scheme.name}: a webhook secret cannot be read",
            hint="Copy it again, whole, from where the sender shows it",
        ) from exc
    if not key:
        raise ConfigError(f"{scheme.name}: a webhook secret is empty", hint="Copy it again.")
    return key


def _refused(scheme: Scheme, why: str) -> ConnectorAuthError:
    return ConnectorAuthError(
        f"{scheme.name}: {why}",
        hint="Check the webhook's secret and this machine's clock; nothing was believed",
        connector=scheme.name,
    )
