"""What every connector that takes claims to collect must do.

A test class inherits this and gives a fixture `open_placements`, which opens the same agency anew.
"""

from datetime import date

from dunning_sdk.connectors.placement import Placement
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import ReceiptStatus
from dunning_sdk.domain.placed import PlacedClaim, PlacedInvoice
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


class PlacementsContract:
    """One id, one claim."""

    def test_a_claim_is_placed_once_however_often_it_is_handed_in(self, open_placements):
        first, again = (open_placements().place(a_placement()) for _ in range(2))

        assert first == again
        assert (first.status, bool(first.reference)) == (ReceiptStatus.SENT, True)

    def test_what_was_placed_can_be_asked_about_by_its_id(self, open_placements):
        first = open_placements().place(a_placement())

        assert open_placements().lookup("n1") in (first, None)
        assert open_placements().lookup("n2") is None

    def test_several_claims_get_a_receipt_each_in_their_order(self, open_placements):
        several = [a_placement("n1"), a_placement("n2"), a_placement("n1")]
        one, other, same = open_placements().place_all(several)

        assert one == same != other

    def test_limits_are_declared(self, open_placements):
        assert all(limit.calls > 0 < limit.seconds for limit in open_placements().limits)
