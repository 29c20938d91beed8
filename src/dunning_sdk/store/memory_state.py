"""The dictionaries of the store in memory, and a transaction's view of them."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from dunning_sdk.domain.event import Stream
from dunning_sdk.errors import StoreError
from dunning_sdk.store.chain import Head, Link
from dunning_sdk.store.delivery import Delivery, Gate
from dunning_sdk.store.interface import OutboxAct, ReceivableRow, ReviewItem, StoredProposal


@dataclass(slots=True, kw_only=True)
class State:
    """All that is kept; values are never changed in place, JSON is kept as canonical text.

    Attributes:
        streams: Events of each stream, in order.
        heads: Last event of each stream.
        payloads: Owner and salted payload by stream and sequence number.
        records: Owner and JSON by kind and id.
        blobs: Owner and content by digest and owner.
        owners: Everybody for whom something was kept.
        receivables: Projections by id.
        debtors: Ids of the receivables of each debtor, who never changes.
        books: JSON of a book's files by digest.
        proposals: Proposals by id, the one stored last at the end.
        acts: The outbox by act id.
        deliveries: Notices that wait to leave, by notice id.
        gates: What is remembered of channels, by name.
        reviews: Review items by id.
        settings: JSON by key.
    """

    streams: dict[Stream, tuple[Link, ...]] = field(default_factory=dict)
    heads: dict[Stream, Head] = field(default_factory=dict)
    payloads: dict[tuple[Stream, int], tuple[str, bytes]] = field(default_factory=dict)
    records: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    blobs: dict[tuple[str, str], tuple[str, bytes]] = field(default_factory=dict)
    owners: dict[str, None] = field(default_factory=dict)
    receivables: dict[str, ReceivableRow] = field(default_factory=dict)
    debtors: dict[str, frozenset[str]] = field(default_factory=dict)
    books: dict[str, str] = field(default_factory=dict)
    proposals: dict[str, StoredProposal] = field(default_factory=dict)
    acts: dict[str, OutboxAct] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    gates: dict[str, Gate] = field(default_factory=dict)
    reviews: dict[str, ReviewItem] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    def copy(self) -> "State":
        """Return a state whose dictionaries are copies."""
        copies: dict[str, Any] = {
            each.name: dict(getattr(self, each.name)) for each in fields(self)
        }
        return State(**copies)


class View:
    """One transaction's state, until it ends.

    Args:
        tenant: Part of every digest.
        now: Returns the instant of recording.
        state: The transaction's own copy.
    """

    def __init__(self, tenant: str, now: Callable[[], datetime], state: State) -> None:
        self.tenant = tenant
        self.now = now
        self._state: State | None = state

    @property
    def state(self) -> State:
        """Return the state, or refuse once the transaction has ended."""
        if self._state is None:
            message = "The transaction has ended"
            raise StoreError(message, hint="Begin another one")
        return self._state

    def close(self) -> None:
        """End the transaction."""
        self._state = None
