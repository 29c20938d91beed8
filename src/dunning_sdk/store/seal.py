"""Envelope encryption: personal data is sealed per owner, owners' keys are wrapped by a master.

The module decides how a secret becomes a master key, how keys are wrapped and how bytes are
sealed (AES-256-GCM, a random nonce before each text). Which owner has which key, and when one is
dropped, is left to `keyring`. Rotating the master rewraps keys and touches nothing sealed.
"""

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dunning_sdk.errors import StoreError
from dunning_sdk.store.canonical import canonical, parse_object

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
PASSPHRASE_LENGTH_MIN: Final = 12
# OWASP password storage, scrypt: one of its equivalent minimum settings; about 0.25 s, 32 MiB.
SCRYPT: Final = (2**15, 8, 3)
_SCRYPT_MEMORY_MAX: Final = 2**28
_HINT: Final = (
    "Give 32 random bytes, their base64, or a passphrase of at least "
    f"{PASSPHRASE_LENGTH_MIN} characters"
)


@dataclass(frozen=True, slots=True)
class Key:
    """A key that seals; its bytes are in no `repr`."""

    raw: bytes = field(repr=False)

    @classmethod
    def new(cls) -> "Key":
        """Make a random key."""
        return cls(os.urandom(KEY_BYTES))

    def seal(self, content: bytes, *place: str | int) -> bytes:
        """Return content sealed for one place.

        Args:
            content: What is hidden.
            place: Associated data: where the seal is valid, such as tenant, stream and number.
        """
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.raw).encrypt(nonce, content, _associated(place))

    def unseal(self, sealed: bytes, *place: str | int) -> bytes:
        """Return what `seal` hid.

        Raises:
            StoreError: The seal is broken: another key, another place, or changed bytes.
        """
        nonce, hidden = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return AESGCM(self.raw).decrypt(nonce, hidden, _associated(place))
        except (InvalidTag, ValueError) as exc:
            where = " ".join(str(part) for part in place)
            raise StoreError(
                f"The seal of {where} is broken: the data was changed or moved",
                hint="Restore it from a backup and run `dunning doctor`",
            ) from exc


@dataclass(frozen=True, slots=True)
class Master:
    """The key that wraps one tenant's keys.

    Attributes:
        tenant: Whose master it is.
        derivation: How it is made from the secret: JSON with a salt, without the secret.
    """

    tenant: str
    derivation: str
    _key: Key

    def wrap(self, key: Key, owner: str, generation: int) -> bytes:
        """Return an owner's key, sealed."""
        return self._key.seal(key.raw, "key", self.tenant, owner, generation)

    def unwrap(self, wrapped: bytes, owner: str, generation: int) -> Key:
        """Return a key that `wrap` sealed.

        Raises:
            StoreError: The secret is another one, or the wrapped key was changed.
        """
        try:
            return Key(self._key.unseal(wrapped, "key", self.tenant, owner, generation))
        except StoreError as exc:
            raise StoreError(
                f"The secret given does not open the data of tenant {self.tenant}",
                hint="Use the secret this tenant was created with, or last rotated to",
            ) from exc


def new_master(tenant: str, secret: bytes | str) -> Master:
    """Make a master key with a fresh salt.

    Args:
        tenant: Whose master it is.
        secret: 32 bytes, their base64 text, or a passphrase.

    Raises:
        StoreError: The secret is too short to protect anything.
    """
    salt = base64.b64encode(os.urandom(SALT_BYTES)).decode()
    if _raw_key(secret) is not None:
        return master_of(tenant, secret, canonical({"name": "hkdf-sha256", "salt": salt}))
    n, r, p = SCRYPT
    return master_of(
        tenant, secret, canonical({"name": "scrypt", "salt": salt, "n": n, "r": r, "p": p})
    )


def master_of(tenant: str, secret: bytes | str, derivation: str) -> Master:
    """Make the master key a stored derivation describes.

    Args:
        tenant: Whose master it is.
        secret: As for `new_master`.
        derivation: As kept when the master was new.

    Raises:
        StoreError: The secret is too short, or of another kind than the one used then.
    """
    how = parse_object(derivation)
    salt = base64.b64decode(str(how["salt"]))
    raw = _raw_key(secret)
    if how["name"] == "hkdf-sha256":
        if raw is None:
            message = f"A passphrase was given, and the data of tenant {tenant} needs a key"
            raise StoreError(message, hint="Give the 32 bytes, or their base64")
        derived = HKDF(SHA256(), KEY_BYTES, salt, f"dunning-master:{tenant}".encode()).derive(raw)
        return Master(tenant, derivation, Key(derived))
    costs = [int(str(how[name])) for name in ("n", "r", "p")]
    return Master(tenant, derivation, Key(_stretched(secret, salt, costs)))


def _stretched(secret: bytes | str, salt: bytes, costs: list[int]) -> bytes:
    n, r, p = costs
    text = secret if isinstance(secret, bytes) else secret.encode()
    return hashlib.scrypt(
        text, salt=salt, n=n, r=r, p=p, maxmem=_SCRYPT_MEMORY_MAX, dklen=KEY_BYTES
    )


def _raw_key(secret: bytes | str) -> bytes | None:
    """Return the key a secret is, or ``None`` where it is a passphrase."""
    if isinstance(secret, bytes):
        if len(secret) != KEY_BYTES:
            message = f"The secret has {len(secret)} bytes instead of {KEY_BYTES}"
            raise StoreError(message, hint=_HINT)
        return secret
    try:
        decoded = base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) == KEY_BYTES:
        return decoded
    if len(secret) < PASSPHRASE_LENGTH_MIN:
        message = f"The secret has fewer than {PASSPHRASE_LENGTH_MIN} characters"
        raise StoreError(message, hint=_HINT)
    return None


def _associated(place: tuple[str | int, ...]) -> bytes:
    return canonical(list(place)).encode()
