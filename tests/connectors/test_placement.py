"""What every connector that takes claims promises, tried on the one in memory."""

from datetime import date

from dunning_sdk.connectors.memory import MemoryNoticeChannel
from dunning_sdk.connectors.memory_placements import MemoryPlacements
from dunning_sdk.connectors.placement import Placement, PlacingChannel
from dunning_sdk.connectors.rate_limit import RateLimit
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import Message, ReceiptStatus
from dunning_sdk.domain.placed import PlacedClaim, PlacedInvoice, PlacedMessage
from dunning_sdk.errors import ConnectorInvalidError, ConnectorTransientError
from tests.build import a_creditor, a_debtor

DAY = date(2026, 3, 1)
EUROS = Money(1200_00, "EUR")
INVOICE = PlacedInvoice(number="F-1", issued_on=DAY, due_on=DAY, amount=EUROS, open_amount=EUROS)
CLAIM = PlacedClaim(
    creditor=a_creditor(id="C-1"), debtor=a_debtor(id="D-1"), placed_on=DAY, invoices=(INVOICE,)
)
WORDS = {"subject": "A claim", "text": "Please collect.", "language": "en"}


def a_placement(id="n1"):
    return Placement(id=id, claim=CLAIM, **WORDS)


def test_a_claim_is_placed_once_however_often_it_is_handed_in():
    agency = MemoryPlacements()
    first, again = agency.place(a_placement()), agency.place(a_placement())

    assert (first, first) == (again, agency.lookup("n1"))
    assert agency.placed == [a_placement()]
    assert agency.lookup("n2") is None


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
