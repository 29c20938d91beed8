"""How a channel reaches a party: by which kind of address, and whether it may.

Decides what of a party's data a channel needs, and that nobody is written to by a channel he
opted out of, or by one that needs his consent and has none. Which channels a step tries is its
rule's; sending is a connector's.

>>> from dunning_sdk.domain.party import Contact, Party
>>> debtor = Party(id="D-1", name="Brossard", contacts=(Contact(phone="00 33 6 12 34 56 78"),))
>>> reach_of(debtor, "sms").value
'+33612345678'
>>> reach_of(debtor, "whatsapp") is None  # he was not asked
True
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dunning_sdk.domain.party import Address, Contact, Party

_SEPARATORS: Final = re.compile(r"[\s./()\-\u00a0\u202f]+")
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}")


class ReachKind(StrEnum):
    """What kind of address a channel writes to."""

    EMAIL = "email"
    PHONE = "phone"
    POSTAL = "postal"
    HANDLE = "handle"


KIND_OF: Final[Mapping[str, ReachKind]] = MappingProxyType(
    {
        "email": ReachKind.EMAIL,
        "registered-email": ReachKind.EMAIL,
        "letter": ReachKind.POSTAL,
        "registered-letter": ReachKind.POSTAL,
        "sms": ReachKind.PHONE,
        "phone": ReachKind.PHONE,
        "whatsapp": ReachKind.PHONE,
        "telegram": ReachKind.HANDLE,
    }
)
"""Kind of address by channel. A channel that is not here, such as a link that a person passes on,
needs no address."""

NEEDS_CONSENT: Final = frozenset({"registered-email", "whatsapp"})
"""Channels that need the addressee's consent first.

Source:
    WhatsApp Business Messaging Policy, "Opt-in"; for a consumer CPCE art. L100 (registered
    delivery by electronic means). House rule: a company's consent is asked for as well.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The address a notice goes to.

    Attributes:
        kind: What it is.
        value: Mailbox, number in E.164 form with its ``+``, or handle; empty for a letter.
        address: For a letter.
    """

    kind: ReachKind
    value: str = ""
    address: Address | None = None


def reach_of(party: Party, channel: str, contact: Contact | None = None) -> Reach | None:
    """Return where a channel reaches a party, or ``None`` where it cannot or may not.

    Args:
        party: Who is written to.
        channel: One of `KIND_OF`.
        contact: The person at the party; his first one for invoices where not given.
    """
    person = contact or party.contact() or Contact()
    return address_of(party, channel, person) if may_use(person, channel) else None


def may_use(contact: Contact, channel: str) -> bool:
    """Tell whether a channel may be used, by what its addressee agreed to.

    A letter needs no consent, and cannot be refused beforehand.
    """
    if KIND_OF.get(channel) is ReachKind.POSTAL:
        return True
    if channel in contact.opted_out:
        return False
    return channel not in NEEDS_CONSENT or channel in contact.opted_in


def lacking(party: Party, channel: str) -> str:
    """Return what a channel needs to reach a party: a kind of address, ``consent``, ``channel``."""
    person, kind = party.contact() or Contact(), KIND_OF.get(channel)
    has_address = kind is None or address_of(party, channel, person) is not None
    if has_address and not may_use(person, channel):
        return "consent"
    return kind.value if kind else "channel"


def address_of(party: Party, channel: str, contact: Contact) -> Reach | None:
    """Return the address a channel writes to, whether it may or not; ``None`` without one."""
    kind = KIND_OF.get(channel)
    if kind is None:
        return None
    if kind is ReachKind.POSTAL:
        is_whole = party.address.is_complete
        return Reach(kind=kind, address=party.address) if is_whole else None
    value = {
        ReachKind.EMAIL: contact.email,
        ReachKind.PHONE: contact.phone if channel == "phone" else e164(contact.phone),
        ReachKind.HANDLE: dict(contact.handles).get(channel, ""),
    }[kind]
    return Reach(kind=kind, value=value) if value else None


def e164(text: str) -> str:
    """Return a telephone number in international form, or nothing where it is not one.

    >>> e164("+33 (6) 12.34.56.78"), e164("06 12 34 56 78")
    ('+33612345678', '')

    Source:
        ITU-T E.164: ``+``, country code, at most 15 digits. House rule: a number without its
        country is not guessed at.
    """
    compact = _SEPARATORS.sub("", text)
    if compact.startswith("00"):
        compact = "+" + compact[2:]
    return compact if _NUMBER.fullmatch(compact) else ""
