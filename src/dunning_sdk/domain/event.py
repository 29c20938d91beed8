"""Events: the only thing that is written and never changed.

An event has a clear header without personal data and a sealed payload. State is a fold over
headers alone, so a receivable can be rebuilt after its debtor's key was dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

JsonValue = str | int | bool | None | list["JsonValue"] | dict[str, "JsonValue"]

OPENED: Final = "receivable.opened"
DUE_CHANGED: Final = "receivable.due-changed"
REMINDERS_SWITCHED: Final = "receivable.reminders-switched"
CHANNEL_CHOSEN: Final = "receivable.channel-chosen"
BOOK_ASSIGNED: Final = "receivable.book-assigned"
PAYMENT_ALLOCATED: Final = "receivable.payment-allocated"
PAYMENT_RETURNED: Final = "receivable.payment-returned"
CREDITED: Final = "receivable.credited"
DIFFERENCE_SETTLED: Final = "receivable.difference-settled"
STOP_PLACED: Final = "receivable.stop-placed"
STOP_LIFTED: Final = "receivable.stop-lifted"
ACT_CHANGED: Final = "receivable.act-changed"
CHARGE_ASSESSED: Final = "receivable.charge-assessed"
CHARGE_WAIVED: Final = "receivable.charge-waived"
ASSIGNED: Final = "receivable.assigned"
HANDED_BACK: Final = "receivable.handed-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Which story an event belongs to.

    Attributes:
        kind: ``receivable``, ``debtor``, ``quote``, ``financing``, ``credit-line``, ``payment`` or
            ``tenant``.
        id: Unique within kind and tenant.
    """

    kind: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """Something that happened, not yet stored.

    Attributes:
        stream: Where it goes.
        type: One of this module's constants, or a word of the host's with a dot.
        on: Day it happened, which may lie before the day it is recorded.
        header: JSON values without personal data; money as ``…_minor`` integers, dates as text.
        payload: JSON values that may be personal; sealed with the key of ``owner``.
        owner: Debtor whose key seals the payload; empty for the tenant's own key.
    """

    stream: Stream
    type: str
    on: date
    header: Mapping[str, JsonValue] = field(default_factory=dict)
    payload: Mapping[str, JsonValue] = field(default_factory=dict)
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A stored event.

    Attributes:
        stream: Its story.
        seq: Place in the stream, from 1 without gaps.
        type: As in `NewEvent`.
        on: Day it happened.
        recorded_at: Aware UTC instant it was stored.
        header: As in `NewEvent`.
        digest: Hex SHA-256 that chains this event to the one before.
    """

    stream: Stream
    seq: int
    type: str
    on: date
    recorded_at: datetime
    header: Mapping[str, JsonValue]
    digest: str = ""
