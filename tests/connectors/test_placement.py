"""Placing claims: the contract on the agency in memory, refusals, and the channel before it."""

import pytest

from dunning_sdk.connectors.memory import MemoryNoticeChannel
from dunning_sdk.connectors.memory_placements import MemoryPlacements
from dunning_sdk.connectors.placement import PlacingChannel
from dunning_sdk.connectors.rate_limit import RateLimit
from dunning_sdk.domain.notice import Message, ReceiptStatus
from dunning_sdk.domain.placed import PlacedMessage
from dunning_sdk.errors import ConnectorInvalidError, ConnectorTransientError
from tests.contracts.placement_contract import CLAIM, WORDS, PlacementsContract, a_placement


class TestInMemory(PlacementsContract):
    @pytest.fixture
    def open_placements(self):
        agency = MemoryPlacements()
        return lambda: agency


def test_a_claim_is_kept_once():
    agency = MemoryPlacements()
    for _ in range(2):
        agency.place(a_placement())

    assert agency.placed == [a_placement()]


def test_of_several_claims_one_that_is_refused_hinders_none():
    failures = [
        ConnectorInvalidError("Refused"),
        ConnectorTransientError("Slow", outcome_unknown=True),
        ConnectorTransientError("Down"),
    ]
    agency = MemoryPlacements(failures=failures)

    receipts = agency.place_all([a_placement(f"n{at}") for at in range(4)])

    assert [one.status.value for one in receipts] == ["failed", "uncertain", "failed", "sent"]
    assert [one.retryable for one in receipts] == [False, True, True, False]
    assert [one.id for one in agency.placed] == ["n1", "n3"]


def test_limits_are_declared_by_the_connector():
    class Slow(MemoryPlacements):
        limits = (RateLimit(calls=10, seconds=60),)

    assert (MemoryPlacements().limits, Slow().limits[0].calls) == ((), 10)


def test_a_channel_places_what_carries_a_claim_and_sends_the_rest():
    mails, agency = MemoryNoticeChannel(), MemoryPlacements()
    channel = PlacingChannel(mails, agency)
    plain = Message(id="n1", channel="email", sender_name="Lumen", **WORDS)
    placed = PlacedMessage(id="n2", channel="email", sender_name="Lumen", claim=CLAIM, **WORDS)

    assert {channel.send(one).status for one in (plain, placed)} == {ReceiptStatus.SENT}
    assert ([one.id for one in mails.sent], [one.id for one in agency.placed]) == (["n1"], ["n2"])
    assert all(channel.lookup(one) for one in ("n1", "n2"))
    assert (channel.lookup("n3"), channel.deduplicates) == (None, False)
