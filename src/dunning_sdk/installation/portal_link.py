"""Signed links into the portal: whom they are of, and until when they lead there.

A link is the debtor's id, its last day and a count that rises when his links are revoked, signed
with a key. It needs nothing in the store, so that proposing writes nothing and the same day gives
the same link. It is written in hexadecimal digits, so that no name can stand in it by chance.

>>> key = b"a key of thirty-two random bytes"
>>> claim = LinkClaim(debtor_id="D-1", last_on=date(2026, 4, 15), count=0)
>>> token = sign_link(key, "lumen", claim)
>>> read_link(key, "lumen", token, on=date(2026, 4, 15)) == claim
True
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dunning_sdk.errors import UnknownCallerError

_EPOCH: Final = date(2020, 1, 1)
_MAC_BYTES: Final = 16
_NUMBER_BYTES: Final = 2
_TOKEN: Final = re.compile(r"[0-9a-f]{42,600}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkClaim:
    """What a link says.

    Attributes:
        debtor_id: Whose receivables it shows.
        last_on: Last day it leads there.
        count: How often his links had been revoked when it was made.
    """

    debtor_id: str
    last_on: date
    count: int


def sign_link(key: bytes, tenant: str, claim: LinkClaim) -> str:
    """Return the part of an address that carries a claim.

    Args:
        key: 32 bytes.
        tenant: Whose debtor it is; a link of another tenant is signed otherwise.
        claim: What it says.
    """
    days = (claim.last_on - _EPOCH).days
    said = b"".join(number.to_bytes(_NUMBER_BYTES, "big") for number in (days, claim.count))
    said += claim.debtor_id.encode()
    return (said + _mac(key, tenant, said)).hex()


def read_link(key: bytes, tenant: str, token: str, *, on: date) -> LinkClaim:
    """Return what a link says; whether it was revoked is for the caller to ask.

    Args:
        key: As it was signed with.
        tenant: Whose portal was asked.
        token: The part of the address, as it came.
        on: The day.

    Raises:
        UnknownCallerError: It is none of ours, or its last day has passed; does not say which.
    """
    raw = bytes.fromhex(token) if _TOKEN.fullmatch(token) and len(token) % 2 == 0 else b""
    said, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if not raw or not hmac.compare_digest(mac, _mac(key, tenant, said)):
        raise no_link()
    days, count, debtor = said[:_NUMBER_BYTES], said[_NUMBER_BYTES:4], said[4:]
    claim = LinkClaim(
        debtor_id=debtor.decode(),
        last_on=_EPOCH + timedelta(days=int.from_bytes(days, "big")),
        count=int.from_bytes(count, "big"),
    )
    if on > claim.last_on:
        raise no_link()
    return claim


def no_link() -> UnknownCallerError:
    """Return the one answer to every link that does not lead in."""
    return UnknownCallerError("This link does not lead in", hint="Ask for a new one.")


def _mac(key: bytes, tenant: str, said: bytes) -> bytes:
    bound = b"link\x00" + tenant.encode() + b"\x00" + said
    return hmac.digest(key, bound, hashlib.sha256)[:_MAC_BYTES]
