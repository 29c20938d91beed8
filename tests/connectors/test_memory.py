"""The test doubles obey the contracts of what they stand for."""

from dataclasses import replace
from datetime import date

import pytest

from dunning_sdk.connectors.interface import Batch, CompanyFacts, EligibilityAnswer
from dunning_sdk.connectors.memory import (
    MemoryCompanySource,
    MemoryFinancier,
    MemoryInvoiceSink,
    MemoryInvoiceSource,
    MemoryNoticeChannel,
    MemoryPaymentLinks,
    MemoryPaymentSource,
)
from dunning_sdk.domain.financing import CreditLine
from dunning_sdk.domain.invoice import Invoice, Quote
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import ReceiptStatus
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.payment import Payment
from dunning_sdk.errors import (
    ConnectorAuthError,
    ConnectorInvalidError,
    ConnectorRateLimitedError,
    ConnectorTransientError,
    InputError,
)
from tests.contracts.connector_contract import (
    A_MESSAGE,
    CEASED,
    COVERED,
    CompanySourceContract,
    FinancierContract,
    InvoiceSourceContract,
    NoticeChannelContract,
    PaymentLinksContract,
    PaymentSourceContract,
)

AN_INVOICE = Invoice(
    number="F-1",
    issued_on=date(2026, 3, 1),
    creditor=Party(id="C1", name="Creditor"),
    debtor=Party(id="D1", name="Debtor"),
    net_total=Money(100_00, "EUR"),
    vat_total=Money(20_00, "EUR"),
    gross_total=Money(120_00, "EUR"),
    amount_due=Money(120_00, "EUR"),
)
A_PAYMENT = Payment(id="P-1", received_on=date(2026, 3, 2), amount=Money(1_00, "EUR"))
A_PROBLEM = InputError("is empty", hint="Fill it in", source="a.csv", line=2)
A_QUOTE = Quote(number="Q-1", debtor_id="D1", amount=Money(100_00, "EUR"))


class TestInvoiceSource(InvoiceSourceContract):
    @pytest.fixture
    def open_source(self):
        return lambda: MemoryInvoiceSource.of([AN_INVOICE, replace(AN_INVOICE, number="F-2")])


class TestPaymentSource(PaymentSourceContract):
    @pytest.fixture
    def open_source(self):
        batch = Batch(records=(A_PAYMENT,), problems=(A_PROBLEM,), complete_until=date(2026, 3, 2))
        return lambda: MemoryPaymentSource(batch)


class TestNoticeChannel(NoticeChannelContract):
    @pytest.fixture(params=[True, False])
    def open_channel(self, request):
        return lambda: MemoryNoticeChannel(can_look_up=request.param)


def test_a_channel_keeps_what_it_took_once():
    channel = MemoryNoticeChannel(status=ReceiptStatus.AWAITING_POSTING)
    receipts = {channel.send(A_MESSAGE), channel.send(A_MESSAGE)}

    assert channel.sent == [A_MESSAGE]
    assert [receipt.status for receipt in receipts] == [ReceiptStatus.AWAITING_POSTING]


def test_a_channel_fails_as_often_as_told():
    channel = MemoryNoticeChannel(
        failures=[ConnectorAuthError("No"), ConnectorRateLimitedError("Wait", retry_after=3)]
    )
    with pytest.raises(ConnectorAuthError):
        channel.send(A_MESSAGE)
    with pytest.raises(ConnectorRateLimitedError):
        channel.send(A_MESSAGE)

    assert channel.sent == []
    assert channel.send(A_MESSAGE).status is ReceiptStatus.SENT


@pytest.mark.parametrize("can_look_up", [True, False])
def test_a_notice_of_unknown_outcome_had_left(can_look_up):
    broken = ConnectorTransientError("The line broke", outcome_unknown=True)
    channel = MemoryNoticeChannel(failures=[broken], can_look_up=can_look_up)
    with pytest.raises(ConnectorTransientError):
        channel.send(A_MESSAGE)

    assert channel.sent == [A_MESSAGE]
    assert (channel.lookup(A_MESSAGE.id) is not None) is can_look_up


def test_a_sink_numbers_each_key_once():
    sink = MemoryInvoiceSink()
    first = sink.issue(AN_INVOICE, key="a")
    second = sink.issue(AN_INVOICE, key="b")

    assert sink.issue(AN_INVOICE, key="a") == first
    assert (first.number, second.number) == ("M-1", "M-2")
    assert first.content == b"Invoice M-1 over 120.00 EUR\n"
    assert [invoice.number for invoice in sink.issued.values()] == ["M-1", "M-2"]


def test_a_sink_refuses_what_cannot_be_issued():
    sink = MemoryInvoiceSink()
    with pytest.raises(ConnectorInvalidError, match="do not add up") as caught:
        sink.issue(replace(AN_INVOICE, vat_total=Money(1, "EUR")), key="a")

    assert list(caught.value.fields) == ["gross_total"]
    assert sink.issued == {}


def test_a_financier_answers_what_it_was_told():
    covered = EligibilityAnswer(eligible=True)
    financier = MemoryFinancier(answers={"D1": covered})
    answer = financier.ask_eligibility(A_QUOTE, debtor_registration="1", key="k")
    other = replace(A_QUOTE, debtor_id="D2")
    refusal = financier.ask_eligibility(other, debtor_registration="2", key="l")

    assert answer == replace(covered, reference="memory:k")
    assert (refusal.eligible, refusal.reason) == (False, "not listed")
    assert financier.asked == {"k": A_QUOTE, "l": other}


def test_a_financier_takes_each_invoice_once():
    sink, financier = MemoryInvoiceSink(), MemoryFinancier()
    document = sink.issue(AN_INVOICE, key="a")
    invoice = sink.issued["a"]
    receipts = {financier.submit(invoice, document, key="k") for _ in range(2)}

    assert len(receipts) == 1
    assert financier.submitted == {"k": invoice}
    with pytest.raises(ConnectorInvalidError, match="another number"):
        financier.submit(AN_INVOICE, document, key="m")


class TestMemoryFinancier(FinancierContract):
    @pytest.fixture
    def financier(self):
        limit, nothing = Money(5000_00, "EUR"), Money(0, "EUR")
        line = CreditLine(
            debtor_id="D-1", financier_id="F-1", limit=limit, in_use=nothing, withheld=nothing
        )
        return MemoryFinancier(answers={"D-1": EligibilityAnswer(eligible=True, credit_line=line)})

    @pytest.fixture
    def open_financier(self, financier):
        return lambda: financier

    @pytest.fixture
    def submissions(self, financier):
        return lambda: [invoice.number for invoice in financier.submitted.values()]


class TestMemoryCompanySource(CompanySourceContract):
    @pytest.fixture
    def open_source(self):
        ceased = CompanyFacts(registration=CEASED, is_closed=True, closed_on=date(2025, 12, 31))
        facts = {COVERED: CompanyFacts(registration=COVERED), CEASED: ceased}
        return lambda: MemoryCompanySource(facts)


class TestMemoryPaymentLinks(PaymentLinksContract):
    @pytest.fixture
    def open_links(self):
        return MemoryPaymentLinks
