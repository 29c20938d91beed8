"""Cases handed over to Hokodo's collectors."""

import pytest
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConnectorInvalidError, ConnectorTransientError
from dunning_sdk.testing.loopback import Answer, Mishap, fails
from tests.contracts.connector_contract import A_FINANCED_INVOICE, ITS_DOCUMENT

from dunning_hokodo.collection import Collections, HandOver
from dunning_hokodo.options import site

KEY = "hk-4f2a9c01"


@pytest.fixture
def collections(simulator, transport):
    return Collections(
        site(simulator.api, KEY), transport=transport, timing=Timing(sleep=lambda _: None)
    )


A_CASE = HandOver(
    policy="pol-1",
    creditor=A_FINANCED_INVOICE.creditor,
    debtor=A_FINANCED_INVOICE.debtor,
    paid=Money(200_00, "EUR"),
    documents=[("invoice", ITS_DOCUMENT)],
)


@pytest.mark.parametrize(
    "mishap",
    [
        None,
        fails(502, done=True).on("/v1/collections/coll-0000000000000000000000/send"),
        fails(503).on("/v1/collections/coll-0000000000000000000000/", "PATCH"),
    ],
)
def test_a_case_is_handed_over_once(collections, simulator, mishap):
    simulator.misbehave(*filter(None, [mishap]))

    cases = [collections.hand_over(A_CASE) for _ in range(2)]
    assert [bool(case.sent) for case in cases] == [True, True]
    (kept,) = simulator.collections.values()
    assert (kept["partial_payment"], kept["debtor_city"]) == ("200.00", "Lyon")
    assert kept["debtor_contact_email"] == "compta@martin.example"
    assert "creditor_contact_name" not in kept
    (document,) = simulator.documents
    assert b'name="type"\r\n\r\ninvoice\r\n' in document


def test_a_case_that_was_begun_is_gone_on_with(collections, simulator):
    simulator.misbehave(fails(500).on("/v1/collectiondocuments/"))
    with pytest.raises(ConnectorTransientError):
        collections.hand_over(A_CASE)

    assert collections.hand_over(A_CASE).sent
    assert len(simulator.collections) == 1


def test_a_case_that_did_not_leave_is_said(collections, simulator):
    send = "/v1/collections/coll-0000000000000000000000/send"
    simulator.misbehave(fails(500).on(send))

    with pytest.raises(ConnectorTransientError):
        collections.hand_over(A_CASE)


def test_a_policy_that_may_not_be_handed_over_is_refused(collections, simulator):
    refused = Answer.of({"detail": "Policy is not late_can_handover"}, 409)
    simulator.misbehave(Mishap(answer=refused).on("/v1/collections/", "POST"))

    with pytest.raises(ConnectorInvalidError, match="late_can_handover"):
        collections.hand_over(A_CASE)
