"""An act on its way to a debtor, and the states it can be in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from dunning_sdk.domain.event import JsonValue


class OutboxState(StrEnum):
    """Where an act stands in the outbox (ARCHITECTURE section 8)."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxAct:
    """One act in the outbox.

    Attributes:
        act_id: Unique key for ever.
        notice_id: Notice it leaves with; an act belongs to at most one live notice.
        receivable_id: Whom it is about.
        proposal_id: Proposal it was approved in.
        book_hash: Book it was decided by.
        on: Day it is valid for; unsent at its end it is cancelled as ``day-passed``.
        state: Where it stands.
        reason: Why it was cancelled or failed; an id, no personal data.
        reference: The channel's own id once sent.
        detail: What was decided: step, level, cycle, amount, addressee hash, …
    """

    act_id: str
    notice_id: str
    receivable_id: str
    proposal_id: str
    book_hash: str
    on: date
    state: OutboxState = OutboxState.PLANNED
    reason: str = ""
    reference: str = ""
    detail: Mapping[str, JsonValue] = field(default_factory=dict)
