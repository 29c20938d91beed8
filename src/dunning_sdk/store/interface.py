"""What a store keeps, and what it promises.

One `Store` per tenant and database. `Store.begin` opens one transaction; everything a `Session`
does is stored whole or not at all. Streams are append-only and hash-chained, payloads are sealed
per debtor, projections are kept in the same transaction as the events they fold.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path

from dunning_sdk.domain.event import Event, JsonValue, NewEvent, Stream
from dunning_sdk.errors import StoreError
from dunning_sdk.store.answer import Answers
from dunning_sdk.store.chain import Chain, Head
from dunning_sdk.store.delivery import Deliveries
from dunning_sdk.store.follower import Followers
from dunning_sdk.store.outbox import OutboxAct as OutboxAct
from dunning_sdk.store.outbox import OutboxState as OutboxState
from dunning_sdk.store.reading import Agenda, Standings, StopLists
from dunning_sdk.store.row import Holdings as Holdings
from dunning_sdk.store.row import ReceivableRow as ReceivableRow
from dunning_sdk.store.row import ReviewItem as ReviewItem
from dunning_sdk.store.row import StoredProposal as StoredProposal
from dunning_sdk.store.waiting import Derived as Derived
from dunning_sdk.store.waiting import Wait as Wait
from dunning_sdk.store.waiting import Waits as Waits


class EventLog(ABC):
    """The part of a session that keeps event streams."""

    @abstractmethod
    def append(self, new: Sequence[NewEvent]) -> tuple[Event, ...]:
        """Store events in order, each next in its stream, sealed and chained."""

    @abstractmethod
    def events(self, stream: Stream) -> tuple[Event, ...]:
        """Return a stream, oldest first; empty if unknown."""

    @abstractmethod
    def events_of(
        self, kind: str, ids: Iterable[str] | None = None
    ) -> Mapping[str, tuple[Event, ...]]:
        """Return streams of one kind by id, read in bulk; ``None`` for all of them."""

    @abstractmethod
    def streams(self) -> tuple[Stream, ...]:
        """Return every stream there is, of whatever kind, by kind and id."""

    @abstractmethod
    def last_seqs(self, wanted: Iterable[Stream]) -> Mapping[Stream, int]:
        """Return the number of the last event of streams; those unknown are missing."""

    @abstractmethod
    def recorded_until(self) -> datetime | None:
        """Return the aware UTC instant of the latest event of all streams; ``None`` before any."""

    @abstractmethod
    def payload(self, stream: Stream, seq: int) -> Mapping[str, JsonValue]:
        """Unseal one event's payload.

        Raises:
            RecordNotFoundError: No such event, or its key was dropped.
        """

    @abstractmethod
    def chain(self, stream: Stream) -> Chain:
        """Return a stream with all that proves it, its payloads unsealed."""

    @abstractmethod
    def heads(self, *, until: datetime | None = None) -> Mapping[Stream, Head]:
        """Return the last event of every stream, by kind and id.

        Args:
            until: Aware UTC instant; what was recorded after it is unseen. ``None`` for now.
        """

    @abstractmethod
    def verify(self, stream: Stream) -> tuple[str, ...]:
        """Return what is wrong with a stream's chain; empty when sound."""


class SealedRecords(ABC):
    """The part of a session that keeps personal records and documents, sealed."""

    @abstractmethod
    def put_record(self, kind: str, id: str, data: Mapping[str, JsonValue], *, owner: str) -> None:
        """Keep the newest version of a personal record (party, payment, notice), sealed."""

    @abstractmethod
    def record(self, kind: str, id: str) -> Mapping[str, JsonValue] | None:
        """Unseal one record, or ``None``."""

    @abstractmethod
    def records(
        self, kind: str, ids: Iterable[str] | None = None
    ) -> Mapping[str, Mapping[str, JsonValue]]:
        """Unseal records of a kind by id; ``None`` for all."""

    @abstractmethod
    def put_blob(self, digest: str, content: bytes, *, owner: str) -> None:
        """Keep bytes (a document, a letter) sealed under the hash of their content."""

    @abstractmethod
    def blob(self, digest: str) -> bytes:
        """Return bytes kept by `put_blob`.

        Raises:
            RecordNotFoundError: Unknown digest.
        """

    @abstractmethod
    def owners(self) -> tuple[str, ...]:
        """Return everybody for whom something is kept that can still be read, sorted."""

    @abstractmethod
    def holdings(self, owner: str) -> Holdings:
        """Return what is kept of an owner, whichever streams, records and documents it is in."""


class Projections(ABC):
    """The part of a session that keeps what the events of each receivable come to."""

    @abstractmethod
    def put_receivables(self, rows: Iterable[ReceivableRow]) -> None:
        """Write projections; sorted and in bulk."""

    @abstractmethod
    def receivable(self, id: str) -> ReceivableRow:
        """Return one projection.

        Raises:
            RecordNotFoundError: No such receivable; names the nearest id.
        """

    @abstractmethod
    def receivables(
        self, *, review_by: date | None = None, debtor_id: str | None = None
    ) -> tuple[ReceivableRow, ...]:
        """Return projections by id: those to review by a day, or of a debtor, or all."""

    @abstractmethod
    def set_review_on(self, days: Mapping[str, date | None]) -> None:
        """Set when receivables must be looked at next."""


class Desk(ABC):
    """The part of a session that keeps books, proposals, review items and small values."""

    @abstractmethod
    def put_book(self, digest: str, files: Mapping[str, str]) -> None:
        """Keep a used book whole, parents resolved, under its hash; again is a no-op."""

    @abstractmethod
    def book(self, digest: str) -> Mapping[str, str]:
        """Return a kept book's files by name.

        Raises:
            RecordNotFoundError: Unknown hash.
        """

    @abstractmethod
    def put_proposal(self, proposal: StoredProposal) -> None:
        """Write or replace a proposal."""

    @abstractmethod
    def proposal(self, id: str) -> StoredProposal:
        """Return a proposal by id or unique prefix.

        Raises:
            RecordNotFoundError: Unknown or ambiguous.
        """

    @abstractmethod
    def latest_proposal(self) -> StoredProposal | None:
        """Return the proposal stored last, or ``None``."""

    @abstractmethod
    def put_review(self, item: ReviewItem) -> None:
        """Write or replace a review item."""

    @abstractmethod
    def reviews(self, *, open_only: bool = True) -> tuple[ReviewItem, ...]:
        """Return review items, oldest first."""

    @abstractmethod
    def setting(self, key: str) -> JsonValue:
        """Return a small tenant-wide value, such as a cursor, or ``None``."""

    @abstractmethod
    def put_setting(self, key: str, value: JsonValue) -> None:
        """Keep a small tenant-wide value."""


class Outbox(ABC):
    """The part of a session that keeps acts on their way to a debtor."""

    @abstractmethod
    def plan(self, acts: Iterable[OutboxAct]) -> tuple[OutboxAct, ...]:
        """Put acts into the outbox and return those that were new; known ones stay."""

    @abstractmethod
    def acts(
        self, *, states: Iterable[OutboxState] | None = None, on: date | None = None
    ) -> tuple[OutboxAct, ...]:
        """Return outbox acts sorted by day, then id."""

    @abstractmethod
    def act(self, act_id: str) -> OutboxAct | None:
        """Return one outbox act by id or unique prefix, or ``None``."""

    @abstractmethod
    def move(
        self,
        act_id: str,
        *,
        to: OutboxState,
        through: Iterable[OutboxState] = (),
        reason: str = "",
        reference: str = "",
    ) -> OutboxAct:
        """Move an act along the outbox's transitions, through others at once if need be.

        Raises:
            StaleRecordError: The act is not in a state that leads there.
        """


class Session(
    EventLog,
    SealedRecords,
    Projections,
    Desk,
    Outbox,
    Deliveries,
    Followers,
    Standings,
    StopLists,
    Agenda,
    Answers,
    Waits,
    Derived,
):
    """One transaction on one tenant's data.

    Every method raises `StoreError` (or a child) and nothing of the database's own.
    """


class Store(ABC):
    """Opens transactions on one tenant's data."""

    @abstractmethod
    def begin(self) -> AbstractContextManager[Session]:
        """Open a transaction: committed when the block ends, rolled back when it raises."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Session]:
        """Open a transaction that only reads: it sees one state of the store, and waits for nobody.

        What is written in it is refused or lost.
        """

    @abstractmethod
    def queue(self) -> AbstractContextManager[Deliveries]:
        """Open a transaction on deliveries alone, which waits for no session."""

    @abstractmethod
    def close(self) -> None:
        """Release the database."""

    @abstractmethod
    def drop_key(self, owner: str) -> None:
        """Erase a debtor: drop his key, so that his payloads and records cannot be read again."""

    @abstractmethod
    def rotate(self, secret: bytes | str) -> None:
        """Wrap every key by a new secret, all of them or none; nothing that is sealed changes.

        Raises:
            StoreError: The secret is too short, or the keys cannot be written.
        """

    def copy_to(self, file: Path) -> None:
        """Copy the whole database, all tenants in it, to a new file while it is in use.

        Raises:
            StoreError: This store cannot be copied so, or the file cannot be written.
        """
        del file
        message = "This store cannot be copied to a file"
        raise StoreError(message, hint="Use the server's own tools: docs/operations.md, Backup")
