"""What Hokodo is told when an invoice is credited, and when it is paid out."""

import pytest
from dunning_sdk.domain.notice import ReceiptStatus
from dunning_sdk.errors import ConnectorInvalidError, ConnectorTransientError
from dunning_sdk.testing.loopback import Answer, Mishap, fails, hangs_up
from tests.contracts.connector_contract import submit, withdraw

TAKEN = ReceiptStatus.SENT, ReceiptStatus.FAILED


@pytest.mark.parametrize("mishap", [None, fails(502, done=True), hangs_up(done=True)])
def test_what_was_confirmed_is_voided_and_what_was_captured_refunded(
    open_financier, simulator, mishap
):
    financier = open_financier()
    order = submit(financier).reference
    payment = simulator.confirm(order)
    if mishap is None:
        financier.capture(order)
    else:
        simulator.misbehave(mishap.on("/v1/payment/deferred_payments", "POST"))

    receipts = [withdraw(financier) for _ in range(2)]
    assert [(one.status, one.reference) for one in receipts] == [(ReceiptStatus.SENT, order)] * 2
    kept = simulator.payments[payment]
    given_back = "refunds" if mishap is None else "voided_authorisation"
    assert (kept[given_back], kept["authorisation"], kept["protected_captures"]) == (1200_00, 0, 0)
    assert b"credit_note" in simulator.documents[-1]
    assert len(simulator.documents) == 2


def test_an_offer_nobody_confirmed_is_taken_back_by_hand(open_financier):
    financier = open_financier()
    assert withdraw(financier).reference == ""
    order = submit(financier).reference

    receipt = withdraw(financier)
    assert (receipt.status, receipt.reference) == (ReceiptStatus.FAILED, order)
    assert "by hand" in receipt.detail


def test_what_hokodo_has_rejected_needs_no_giving_back(open_financier, simulator):
    financier = open_financier()
    simulator.confirm(submit(financier).reference, "rejected")

    assert withdraw(financier).status is ReceiptStatus.SENT
    assert len(simulator.documents) == 1


def test_giving_back_that_did_not_arrive_stays_unknown(open_financier, simulator):
    financier = open_financier()
    simulator.confirm(submit(financier).reference)
    simulator.misbehave(fails(500).on("/v1/payment/deferred_payments", "POST"))

    with pytest.raises(ConnectorTransientError) as why:
        withdraw(financier)
    assert why.value.outcome_unknown


def test_what_hokodo_still_finances_is_for_a_person(open_financier, simulator):
    financier = open_financier()
    payment = simulator.confirm(submit(financier).reference)
    done = {"created": "2026-03-02T08:30:00Z", "type": "void", "amount": 1, "currency": "EUR"}
    mishap = Mishap(answer=Answer.of({**done, "changes": {}}, 201))
    simulator.misbehave(mishap.on("/v1/payment/deferred_payments"))

    receipt = withdraw(financier)
    assert (receipt.status, "as accepted" in receipt.detail) == (ReceiptStatus.FAILED, True)
    assert simulator.payments[payment]["authorisation"] == 1200_00


@pytest.mark.parametrize("mishap", [None, fails(502, done=True), hangs_up(done=True)])
def test_what_was_confirmed_is_captured_once(open_financier, simulator, mishap):
    financier = open_financier()
    order = submit(financier).reference
    assert financier.capture(order) is None
    simulator.confirm(order)
    if mishap:
        simulator.misbehave(mishap.on("/v1/payment/deferred_payments", "POST"))

    captured = [financier.capture(order).captured for _ in range(2)]
    assert captured == [1200_00] * 2


def test_an_order_that_is_gone_is_named(open_financier):
    with pytest.raises(ConnectorInvalidError, match="order is not there any more"):
        open_financier().capture("order-9")


@pytest.mark.parametrize(
    ("status", "expected"),
    [("rejected", TAKEN[1]), ("voided", TAKEN[1]), ("pending_review", TAKEN[0])],
)
def test_an_order_the_buyer_answered_is_not_offered_anew(
    open_financier, simulator, status, expected
):
    financier = open_financier()
    simulator.confirm(submit(financier).reference, status)

    assert (submit(financier).status, len(simulator.offers)) == (expected, 1)
