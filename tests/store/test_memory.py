"""The test double keeps the whole contract."""

from dataclasses import replace

import pytest

from dunning_sdk.errors import StoreError
from dunning_sdk.store import memory
from dunning_sdk.store.memory import MemoryStore
from dunning_sdk.store.opening import open_store
from tests.contracts.store_contract import StoreContract


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self):
        return open_store("memory://", tenant="t1", secret="")

    def change_event(self, store, stream, seq, /, *, payload=None, **columns):
        state = store._state
        if payload is not None:
            state.payloads[stream, seq] = (state.payloads[stream, seq][0], payload)
        if "seq" in columns:
            state.payloads[stream, columns["seq"]] = state.payloads.pop((stream, seq))
        links = [
            replace(link, **columns) if link.seq == seq else link for link in state.streams[stream]
        ]
        state.streams[stream] = tuple(sorted(links, key=lambda link: link.seq))

    def remove_event(self, store, stream, seq):
        links = store._state.streams[stream]
        store._state.streams[stream] = tuple(link for link in links if link.seq != seq)


def test_two_transactions_at_once_are_refused(monkeypatch):
    monkeypatch.setattr(memory, "LOCK_TIMEOUT_SECONDS", 0.01)
    store = MemoryStore("t1")

    with store.begin(), pytest.raises(StoreError, match="locked"), store.begin():
        pass
    with store.begin() as session:
        assert session.reviews() == ()
    store.close()


def test_a_store_needs_a_tenant():
    with pytest.raises(StoreError, match="needs a tenant"):
        MemoryStore("")
