"""What every connector does, whatever it speaks to.

A test module of a connector subclasses the contracts that apply and gives the fixture
``open_source`` (or ``open_channel`` …): a function that opens the connector on the same data.
"""

from dataclasses import replace
from datetime import date

import pytest

from dunning_sdk.connectors.interface import (
    Batch,
    CompanyFacts,
    EligibilityAnswer,
    IssuedDocument,
    SourcedInvoice,
)
from dunning_sdk.debtors.paying_online import is_protected_page
from dunning_sdk.domain.invoice import Invoice, Quote, problems_of
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import Message, ReceiptStatus
from dunning_sdk.domain.party import Address, BankAccount, Contact, Party
from dunning_sdk.domain.payment import Payment
from dunning_sdk.errors import ConnectorError, ConnectorInvalidError, InputError


def shape_of(batch):
    """Return what two reads of the same source must have in common."""
    problems = [(str(p), p.source, p.line, p.field) for p in (*batch.problems, *batch.remarks)]
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
        check_problems((*batch.problems, *batch.remarks))


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


COVERED, UNCOVERED = "732829320", "443061841"
A_QUOTE = Quote(number="Q-1", debtor_id="D-1", amount=Money(1200_00, "EUR"))
A_FINANCED_INVOICE = Invoice(
    number="F-1",
    issued_on=date(2026, 2, 1),
    due_on=date(2026, 4, 1),
    creditor=Party(
        id="C-1",
        name="Atelier Lumen SARL",
        registration="552100554",
        accounts=(BankAccount(iban="FR7630006000011234567890189"),),
    ),
    debtor=Party(
        id="D-1",
        name="Boulangerie Martin SARL",
        country="FR",
        registration=COVERED,
        address=Address(lines=("2 rue du Four",), postal_code="69002", city="Lyon", country="FR"),
        contacts=(Contact(name="Marie Martin", email="compta@martin.example"),),
    ),
    net_total=Money(1000_00, "EUR"),
    vat_total=Money(200_00, "EUR"),
    gross_total=Money(1200_00, "EUR"),
    amount_due=Money(1200_00, "EUR"),
)
ITS_DOCUMENT = IssuedDocument(
    number="F-1", reference="F-1.pdf", content=b"%PDF-1.7 F-1", media_type="application/pdf"
)
CREDIT_NOTE = replace(ITS_DOCUMENT, number="CN-1", reference="CN-1.pdf")


def submit(financier, **over):
    """Hand over the invoice, some of its fields otherwise."""
    return financier.submit(replace(A_FINANCED_INVOICE, **over), ITS_DOCUMENT, key="k-1")


def withdraw(financier):
    """Take the invoice back by a credit note."""
    return financier.withdraw(A_FINANCED_INVOICE, CREDIT_NOTE, key="k-2")


class FinancierContract:
    """Holds for financiers that lend 5,000 euros against ``COVERED`` and nothing else.

    Needs the fixtures ``open_financier``, and ``submissions``: a function that returns the
    numbers of the invoices the financier was asked to finance, in order.
    """

    def test_a_covered_debtor_has_a_credit_line(self, open_financier):
        answer = open_financier().ask_eligibility(A_QUOTE, debtor_registration=COVERED, key="k-1")

        assert type(answer) is EligibilityAnswer
        assert (answer.eligible, answer.reason) == (True, "")
        assert answer.reference
        line = answer.credit_line
        assert (line.debtor_id, line.limit, line.available) == (
            "D-1", Money(5000_00, "EUR"), Money(5000_00, "EUR"),
        )  # fmt: skip

    def test_a_debtor_who_is_not_covered_has_a_reason_and_no_line(self, open_financier):
        quote = replace(A_QUOTE, debtor_id="D-2")
        answer = open_financier().ask_eligibility(quote, debtor_registration=UNCOVERED, key="k-1")

        assert (answer.eligible, answer.credit_line) == (False, None)
        assert answer.reason

    def test_asking_again_gives_the_same(self, open_financier):
        asked = [
            open_financier().ask_eligibility(A_QUOTE, debtor_registration=COVERED, key="k-1")
            for _ in range(2)
        ]

        assert asked[0] == asked[1]

    def test_an_invoice_is_submitted_once_for_each_key(self, open_financier, submissions):
        first, again = (
            open_financier().submit(A_FINANCED_INVOICE, ITS_DOCUMENT, key="k-1") for _ in range(2)
        )

        assert (first.status, first.reference) == (ReceiptStatus.SENT, again.reference)
        assert submissions() == ["F-1"]

    def test_a_document_of_another_invoice_is_refused(self, open_financier, submissions):
        other = replace(ITS_DOCUMENT, number="F-2")

        with pytest.raises(ConnectorInvalidError) as why:
            open_financier().submit(A_FINANCED_INVOICE, other, key="k-1")
        assert why.value.fields == {"number": "differs from the document's"}
        assert submissions() == []


CEASED, UNLISTED = "443061841", "552100554"


class CompanySourceContract:
    """Holds for sources that list ``COVERED`` as active and ``CEASED`` as closed on 2025-12-31.

    Needs the fixture ``open_source``.
    """

    def test_an_active_company_is_neither_closed_nor_anything_else(self, open_source):
        assert open_source().look_up(COVERED) == CompanyFacts(registration=COVERED)

    def test_a_company_that_ceased_has_its_day(self, open_source):
        facts = open_source().look_up(CEASED)

        assert (facts.is_closed, facts.closed_on) == (True, date(2025, 12, 31))

    def test_a_company_that_is_not_listed_is_none(self, open_source):
        assert open_source().look_up(UNLISTED) is None

    def test_several_are_answered_by_the_number_asked_for(self, open_source):
        source = open_source()
        found = source.look_up_all([COVERED, UNLISTED, CEASED])

        assert found == {number: source.look_up(number) for number in (COVERED, CEASED)}
        assert source.look_up_all([]) == {}


class NewsSourceContract:
    """Holds for sources of news that have at least two pieces; needs the fixture ``open_source``.

    The source gives the same for the same cursor, and goes on behind any piece of news.
    """

    def test_reading_again_from_the_same_place_gives_the_same(self, open_source):
        first, again = open_source().fetch(""), open_source().fetch("")

        assert first == again
        assert len(first.news) >= 2

    def test_reading_goes_on_behind_each_piece(self, open_source):
        whole = open_source().fetch("")

        for place, one in enumerate(whole.news, start=1):
            rest = open_source().fetch(one.cursor)
            assert (rest.news, rest.cursor) == (whole.news[place:], whole.cursor)

    def test_nothing_is_told_twice(self, open_source):
        cursor = open_source().fetch("").cursor

        heard = open_source().fetch(cursor)
        assert (heard.news, heard.cursor) == ((), cursor)

    def test_each_piece_says_of_whom_it_is(self, open_source):
        for one in open_source().fetch("").news:
            assert one.notice_id or one.sender
            assert one.channel
            assert type(one.on) is date


class PaymentLinksContract:
    """Holds for what makes pages to pay ``A_FINANCED_INVOICE``; needs ``open_links``."""

    def test_a_page_is_one_that_may_be_recorded(self, open_links):
        page = open_links().request(A_FINANCED_INVOICE, A_FINANCED_INVOICE.amount_due, key="k-1")

        assert is_protected_page(page)

    def test_an_amount_that_is_none_is_refused_before_anything_is_asked(self, open_links):
        for minor in (0, -1):
            with pytest.raises(ConnectorInvalidError) as why:
                open_links().request(A_FINANCED_INVOICE, Money(minor, "EUR"), key="k-1")
            assert "amount" in why.value.fields
