"""The store in plain dictionaries: a test double for host applications, gone with the process.

It keeps the whole contract, the hash chain and erasure included, and passes the same suite as
the SQL store. It seals nothing: there is no file to protect.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Final, TypeVar

from dunning_sdk.errors import StoreError
from dunning_sdk.store.clock import Clock, utc_now
from dunning_sdk.store.delivery import Deliveries
from dunning_sdk.store.interface import Session, Store
from dunning_sdk.store.memory_agenda import MemoryAgenda
from dunning_sdk.store.memory_answers import MemoryAnswers
from dunning_sdk.store.memory_deliveries import MemoryDeliveries
from dunning_sdk.store.memory_followers import MemoryFollowers
from dunning_sdk.store.memory_journal import Kept
from dunning_sdk.store.memory_log import MemoryEvents, MemoryRecords
from dunning_sdk.store.memory_standings import MemoryStandings, MemoryStopLists
from dunning_sdk.store.memory_state import State, View
from dunning_sdk.store.memory_waiting import MemoryDerived, MemoryWaits
from dunning_sdk.store.memory_work import MemoryDesk, MemoryOutbox, MemoryProjections
from dunning_sdk.store.missing import check_owner

LOCK_TIMEOUT_SECONDS: Final = 10

K = TypeVar("K")
V = TypeVar("V")


class MemorySession(
    MemoryEvents,
    MemoryRecords,
    MemoryProjections,
    MemoryOutbox,
    MemoryDeliveries,
    MemoryFollowers,
    MemoryAnswers,
    MemoryDesk,
    MemoryStandings,
    MemoryStopLists,
    MemoryAgenda,
    MemoryWaits,
    MemoryDerived,
    Session,
):
    """One transaction on the state."""

    def __init__(self, view: View) -> None:
        self._view = view


class MemoryStore(Store):
    """One tenant's data in memory.

    Args:
        tenant: Part of every digest.
        clock: Returns the instant of recording.
    """

    def __init__(self, tenant: str, *, clock: Clock = utc_now) -> None:
        if not tenant:
            raise StoreError("The store needs a tenant", hint="Name it in dunning.toml")
        self.tenant = tenant
        self._clock = clock
        self._state = State()
        self._lock = Lock()

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Open a transaction: committed when the block ends, rolled back when it raises."""
        with self._locked():
            view = View(self.tenant, self._clock, self._state)
            try:
                yield MemorySession(view)
            except BaseException:
                self._state.roll_back()
                raise
            else:
                self._state.commit()
            finally:
                view.close()

    def reading(self) -> AbstractContextManager[Session]:
        """Open a transaction that only reads; here it is like any other."""
        return self.begin()

    def queue(self) -> AbstractContextManager[Deliveries]:
        """Open a transaction on deliveries; here it is like any other."""
        return self.begin()

    def close(self) -> None:
        """Release nothing: the state goes with the object."""

    def drop_key(self, owner: str) -> None:
        """Erase a debtor: forget his payloads, records and documents.

        Raises:
            RecordNotFoundError: Nothing was ever kept for this owner; names the nearest.
            StoreError: The owner is the tenant itself.
        """
        with self._locked():
            state = self._state
            check_owner(owner, state.owners)
            _forget(owner, state.payloads)
            _forget(owner, state.records)
            _forget(owner, state.blobs)
            for key in list(state.answers):
                del state.answers[key]
            state.commit()

    def rotate(self, secret: bytes | str) -> None:
        """Do nothing: there is no key to wrap."""

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=LOCK_TIMEOUT_SECONDS):
            message = "The store in memory is locked by another transaction"
            raise StoreError(message, hint="End that one before beginning the next")
        try:
            yield
        finally:
            self._lock.release()


def _forget(owner: str, kept: Kept[K, tuple[str, V]]) -> None:
    for key in [key for key, (whose, _) in kept.items() if whose == owner]:
        del kept[key]
