"""What becomes of a loan: offered, taken back, told by webhooks."""

import json
from datetime import date
from types import SimpleNamespace

import pytest
from dunning_sdk.connectors.webhook import Delivery
from dunning_sdk.domain.notice import ReceiptStatus
from dunning_sdk.errors import ConnectorInvalidError, ConnectorTransientError
from dunning_sdk.testing.courier import Manner
from dunning_sdk.testing.loopback import Answer, Asked, Loopback, fails, hangs_up
from tests.contracts.connector_contract import submit, withdraw
from tests.shared import shared_path

from dunning_defacto.hint import News, follow, loan_named, teller
from dunning_defacto.record import HAPPENED


@pytest.mark.parametrize(
    "mishap", [None, fails(502, done=True).on("/loan/"), hangs_up(done=True).on("/loan/", "POST")]
)
def test_a_credited_invoice_is_no_longer_lent_against(open_financier, simulator, mishap):
    loan = submit(open_financier()).reference
    simulator.move(loan, "VALIDATED")
    simulator.misbehave(*filter(None, [mishap]))

    receipts = [withdraw(open_financier()) for _ in range(2)]
    assert [(one.status, one.reference) for one in receipts] == [(ReceiptStatus.SENT, loan)] * 2
    assert simulator.loans[loan]["status"] == "CANCELED"


@pytest.mark.parametrize("status", ["PENDING_VALIDATION", "TO_REPAY", "CLOSED"])
def test_a_loan_that_is_not_cancelled_is_for_a_person(open_financier, simulator, status):
    loan = submit(open_financier()).reference
    simulator.move(loan, status)

    receipt = withdraw(open_financier())
    assert (receipt.status, receipt.reference) == (ReceiptStatus.FAILED, loan)
    assert status in receipt.detail


def test_an_invoice_defacto_does_not_have_is_for_a_person(open_financier):
    assert "no loan against it" in withdraw(open_financier()).detail


def test_a_cancellation_that_did_not_arrive_stays_unknown(open_financier, simulator):
    loan = submit(open_financier()).reference
    simulator.move(loan, "SCHEDULED")
    simulator.misbehave(fails(500).on("/loan/", "POST"))

    with pytest.raises(ConnectorTransientError) as why:
        withdraw(open_financier())
    assert why.value.outcome_unknown


def test_an_offer_is_accepted_by_a_person_and_the_money_comes(open_financier, simulator):
    financier = open_financier()
    loan = submit(financier).reference
    simulator.move(loan, "TO_VALIDATE")

    assert financier.accept(loan).status == "VALIDATED"
    simulator.move(loan, "TO_REPAY")
    assert HAPPENED[financier.loan(loan).status] == "paid-out"
    assert financier.loan("7d444840-9dc0-11d1-b245-5ffdce74fad2") is None


def test_every_status_of_the_contract_has_a_meaning():
    text = shared_path("contracts/defacto/defacto-openapi-fixed.json").read_text("utf-8")
    statuses = json.loads(text)["components"]["schemas"]["LoanAPI"]["properties"]["status"]["enum"]

    assert sorted(HAPPENED) == sorted(statuses)


@pytest.fixture
def host(open_financier):
    """A host that keeps what it acted on."""

    class Host:
        def __init__(self):
            self.known = {}
            self.acted = []

        def __call__(self, asked):
            delivery = Delivery(body=asked.body, headers=asked.headers)
            follow(delivery, open_financier(), known=self.known.get, act=self.act)
            return Answer(status=204)

        def act(self, news):
            self.known[news.reference] = news
            self.acted.append(news.happened)

    return Host()


@pytest.mark.parametrize("manner", [Manner(), Manner(turned=True), Manner(twice=True)])
def test_webhooks_in_any_order_and_number_tell_what_is_so_now(
    open_financier, simulator, host, manner
):
    loan = submit(open_financier()).reference
    simulator.move(loan, "VALIDATED")
    simulator.move(loan, "TO_REPAY")

    with Loopback(host) as listening:
        assert set(simulator.deliver(listening.url, manner)) == {204}
    assert host.acted == ["paid-out"]
    assert host.known[loan] == News(reference=loan, happened="paid-out")


def test_news_are_recorded_under_the_loan_they_are_about():
    told = []
    engine = SimpleNamespace(record=told.append)

    tell = teller(engine, on=date(2026, 3, 6))
    tell(News(reference="l-1", happened="financier-refused", reason="CREDIT_RISK"))
    tell(News(reference="l-2", happened=""))

    (entry,) = told
    assert (entry.kind, entry.subject, entry.on) == ("financier-news", "l-1", date(2026, 3, 6))
    assert entry.values == {"event": "financier-refused", "reason": "CREDIT_RISK"}


def test_a_forged_webhook_changes_nothing(open_financier, simulator, host):
    loan = submit(open_financier()).reference
    forged = {"entity_type": "loan", "id": loan, "status": "CLOSED", "event_type": "Loan.CLOSED"}
    unknown = forged | {"id": "7d444840-9dc0-11d1-b245-5ffdce74fad2"}
    other = forged | {"entity_type": "invoice"}

    for body in (forged, unknown, other):
        host(Asked(method="POST", path="/", body=json.dumps(body).encode()))
    assert host.acted == ["submitted"]


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"\xff", b'{"entity_type": "loan", "id": 7}', b"[" * 99_999]
)
def test_what_is_no_notification_is_refused(body):
    with pytest.raises(ConnectorInvalidError, match="no notification"):
        loan_named(Delivery(body=body, headers={}))
