"""The dictionaries of the store in memory, and a transaction's view of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from dunning_sdk.domain.event import Stream
from dunning_sdk.errors import StoreError
from dunning_sdk.store.answer import Answer
from dunning_sdk.store.chain import Head, Link
from dunning_sdk.store.delivery import Delivery, Gate
from dunning_sdk.store.follower import Cursor
from dunning_sdk.store.interface import OutboxAct, ReceivableRow, ReviewItem, StoredProposal
from dunning_sdk.store.memory_journal import Kept
from dunning_sdk.store.reading import ProposedAct
from dunning_sdk.store.waiting import Wait


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
        proposed: Lines of proposals by proposal id.
        acts: The outbox by act id.
        deliveries: Notices that wait to leave, by notice id.
        gates: What is remembered of channels, by name.
        cursors: How far each follower was told a stream, by its name and stream.
        answers: Answers kept for a while, by key.
        reviews: Review items by id.
        settings: JSON by key.
        waits: What waits in threads, by debtor.
        derived: Questions that follow from a state, by subject.
    """

    streams: Kept[Stream, tuple[Link, ...]] = field(default_factory=Kept)
    heads: Kept[Stream, Head] = field(default_factory=Kept)
    payloads: Kept[tuple[Stream, int], tuple[str, bytes]] = field(default_factory=Kept)
    records: Kept[tuple[str, str], tuple[str, str]] = field(default_factory=Kept)
    blobs: Kept[tuple[str, str], tuple[str, bytes]] = field(default_factory=Kept)
    owners: Kept[str, None] = field(default_factory=Kept)
    receivables: Kept[str, ReceivableRow] = field(default_factory=Kept)
    debtors: Kept[str, frozenset[str]] = field(default_factory=Kept)
    books: Kept[str, str] = field(default_factory=Kept)
    proposals: Kept[str, StoredProposal] = field(default_factory=Kept)
    proposed: Kept[str, tuple[ProposedAct, ...]] = field(default_factory=Kept)
    acts: Kept[str, OutboxAct] = field(default_factory=Kept)
    deliveries: Kept[str, Delivery] = field(default_factory=Kept)
    gates: Kept[str, Gate] = field(default_factory=Kept)
    cursors: Kept[tuple[str, Stream], Cursor] = field(default_factory=Kept)
    answers: Kept[str, Answer] = field(default_factory=Kept)
    reviews: Kept[str, ReviewItem] = field(default_factory=Kept)
    settings: Kept[str, str] = field(default_factory=Kept)
    waits: Kept[str, tuple[Wait, ...]] = field(default_factory=Kept)
    derived: Kept[str, tuple[ReviewItem, ...]] = field(default_factory=Kept)

    def commit(self) -> None:
        """Let all changes stand."""
        for kept in self._all():
            kept.commit()

    def roll_back(self) -> None:
        """Take back every change since the last commit."""
        for kept in self._all():
            kept.roll_back()

    def _all(self) -> Iterator[Kept[Any, Any]]:
        return (getattr(self, each.name) for each in fields(self))


class View:
    """One transaction's state, until it ends.

    Args:
        tenant: Part of every digest.
        now: Returns the instant of recording.
        state: What is kept; the transaction's changes are taken back where it fails.
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
