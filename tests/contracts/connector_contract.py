"""What every connector does, whatever it speaks to.

A test module of a connector subclasses the contracts that apply and gives the fixture
``open_source`` (or ``open_channel`` …): a function that opens the connector on the same data.
"""

from datetime import date

import pytest

from dunning_sdk.connectors.interface import Batch, SourcedInvoice
from dunning_sdk.domain.invoice import problems_of
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import Message, ReceiptStatus
from dunning_sdk.domain.payment import Payment
from dunning_sdk.errors import ConnectorError, InputError


def shape_of(batch):
    """Return what two reads of the same source must have in common."""
    problems = [(str(p), p.source, p.line, p.field) for p in batch.problems]
    return batch.records, problems, batch.complete_until


def check_problems(problems):
    """Check that every problem says where it is and what to do, in one line."""
    for problem in problems:
        assert type(problem) is InputError
        assert problem.source
        assert problem.line is None or problem.line >= 1
        assert problem.hint
        assert "\n" not in str(problem)
        assert str(problem).startswith(problem.source)


class SourceContract:
    """Holds for sources of any record."""

    record = object

    def test_reading_again_gives_the_same(self, open_source):
        source = open_source()

        assert (
            shape_of(source.fetch()) == shape_of(source.fetch()) == shape_of(open_source().fetch())
        )

    def test_a_batch_holds_records_and_located_problems(self, open_source):
        batch = open_source().fetch()

        assert type(batch) is Batch
        assert {type(record) for record in batch.records} <= {self.record}
        assert batch.complete_until is None or type(batch.complete_until) is date
        check_problems(batch.problems)


class InvoiceSourceContract(SourceContract):
    """Holds for sources of invoices."""

    record = SourcedInvoice

    def test_every_document_is_sound(self, open_source):
        invoices = [sourced.invoice for sourced in open_source().fetch().records]

        assert [problems_of(invoice) for invoice in invoices] == [()] * len(invoices)

    def test_every_document_has_parties_with_ids_and_an_origin(self, open_source):
        for sourced in open_source().fetch().records:
            assert sourced.origin
            assert sourced.invoice.creditor.id
            assert sourced.invoice.debtor.id
            assert bool(sourced.content) == bool(sourced.media_type)


class PaymentSourceContract(SourceContract):
    """Holds for sources of payments."""

    record = Payment

    def test_every_payment_is_positive(self, open_source):
        amounts = [payment.amount for payment in open_source().fetch().records]

        assert all(amount > Money(0, amount.currency) for amount in amounts)

    def test_ids_are_unique(self, open_source):
        ids = [payment.id for payment in open_source().fetch().records]

        assert all(ids)
        assert len(set(ids)) == len(ids)


class MissingSourceContract:
    """Holds for sources that can be out of reach; needs the fixture ``open_missing``."""

    def test_a_source_out_of_reach_is_a_connector_error(self, open_missing):
        with pytest.raises(ConnectorError) as caught:
            open_missing().fetch()

        assert caught.value.connector
        assert caught.value.hint


A_MESSAGE = Message(
    id="notice-1",
    channel="email",
    sender_name="Creditor",
    sender_email="billing@creditor.example",
    to_name="Debtor",
    to_email="accounts@debtor.example",
    subject="Invoice F-1",
    text="Please pay invoice F-1.",
    language="en",
)


class NoticeChannelContract:
    """Holds for channels that accept ``A_MESSAGE``; needs the fixture ``open_channel``."""

    def test_an_accepted_notice_is_sent_or_awaits_posting(self, open_channel):
        receipt = open_channel().send(A_MESSAGE)

        assert receipt.status in (ReceiptStatus.SENT, ReceiptStatus.AWAITING_POSTING)
        assert receipt.reference

    def test_lookup_knows_nothing_of_a_notice_never_sent(self, open_channel):
        assert open_channel().lookup("never-sent") is None

    def test_lookup_says_nothing_or_what_send_said(self, open_channel):
        channel = open_channel()
        receipt = channel.send(A_MESSAGE)

        assert channel.lookup(A_MESSAGE.id) in (None, receipt)
