"""What is read from Pennylane: invoices, credit notes, payments."""

from datetime import date

import pytest
from dunning_sdk.domain.invoice import InvoiceKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, Contact, Party
from dunning_sdk.domain.payment import PaymentKind
from tests.contracts.connector_contract import (
    InvoiceSourceContract,
    MissingSourceContract,
    PaymentSourceContract,
)
from tests.contracts.judged import contract
from tests.shared import shared_path

from dunning_pennylane.invoices import PennylaneInvoices
from dunning_pennylane.payments import PennylanePayments

CREDITOR = Party(id="C-1", name="Atelier Lumen SARL")


class TestInvoices(InvoiceSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, open_reader_at):
        return lambda: PennylaneInvoices(open_reader_at(), creditor=CREDITOR)

    @pytest.fixture
    def open_missing(self, open_reader_at):
        return lambda: PennylaneInvoices(open_reader_at("wrong"), creditor=CREDITOR)


class TestPayments(PaymentSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, open_reader_at):
        return lambda: PennylanePayments(open_reader_at())

    @pytest.fixture
    def open_missing(self, open_reader_at):
        return lambda: PennylanePayments(open_reader_at("wrong"))


@pytest.fixture
def payments(open_reader_at):
    return lambda: PennylanePayments(open_reader_at()).fetch()


def said(batch):
    return [str(problem) for problem in batch.problems]


def test_what_is_issued_and_not_settled_is_brought(invoices):
    batch = invoices()

    assert [one.invoice.number for one in batch.records] == ["F-11", "F-12", "A-1", "F-16"]
    assert batch.problems == ()
    first = batch.records[0]
    assert (first.origin, first.invoice.creditor) == ("pennylane:11", CREDITOR)
    assert first.invoice.debtor == Party(
        id="1", name="Boulangerie Martin SARL", country="FR", registration="732829320",
        vat_id="FR44732829320", language="fr",
        address=Address(
            lines=("1 rue de la Paix",), postal_code="75002", city="Paris", country="FR"
        ),
        contacts=(
            Contact(name="Claire Martin", email="compta@martin.example", phone="+33612345678"),
        ),
    )  # fmt: skip
    assert (first.invoice.issued_on, first.invoice.due_on, first.invoice.amount_due) == (
        date(2026, 2, 1), date(2026, 3, 3), Money(600_00, "EUR"),
    )  # fmt: skip
    assert (first.invoice.net_total, first.invoice.vat_total) == (
        Money(500_00, "EUR"), Money(100_00, "EUR"),
    )  # fmt: skip


def test_a_credit_note_names_the_invoice_it_lowers(invoices, tool):
    tool.add_invoice(8, number="A-2", amount="-1.0", issued="2026-02-11", due=None,
                     status="credit_note", credited_invoice={"id": 7, "url": ""})  # fmt: skip
    tool.add_invoice(9, number="A-3", amount="-1.0", issued="2026-02-11", due=None,
                     status="credit_note", credited_invoice={"id": 404, "url": ""})  # fmt: skip
    tool.add_invoice(7, number="F-7", amount="1.0", issued="2025-12-01", due=None)

    notes = {one.invoice.number: one.invoice for one in invoices(since=date(2026, 1, 1)).records}
    assert {number: notes[number].preceding for number in ("A-1", "A-2", "A-3")} == {
        "A-1": "F-11", "A-2": "F-7", "A-3": "",
    }  # fmt: skip
    note = notes["A-1"]
    assert (note.kind, note.amount_due, note.due_on) == (
        InvoiceKind.CREDIT_NOTE, Money(120_00, "EUR"), None,
    )  # fmt: skip


def test_a_person_is_no_company(invoices):
    debtor = invoices().records[-1].invoice.debtor

    assert (debtor.is_company, debtor.registration, debtor.name) == (False, "", "Paul Petit")


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"invoice_number": ""}, "pennylane:21: invoice_number: is issued and has no number"),
        ({"customer": None}, "pennylane:21: customer: is not in the list"),
        ({"customer": {"id": 99, "url": ""}}, "pennylane:21: customer: is not in the list"),
        ({"currency_amount": "1.005"}, "pennylane:21: currency_amount: "),
        ({"currency": "XXX1"}, "pennylane:21: currency_amount: "),
        ({"date": "soon"}, "pennylane:21: invoice 21 is not as expected: date: "),
        ({"paid": "no"}, "pennylane:21: invoice 21 is not as expected: paid: "),
    ],
)
def test_one_record_that_is_not_as_expected_is_one_problem(invoices, tool, over, why):
    tool.add_invoice(21, number="F-21", amount="1.0", issued="2026-02-12", due=None)
    tool.invoices[21] |= over

    batch = invoices()
    assert len(batch.records) == 4
    (problem,) = said(batch)
    assert problem.startswith(why)
    assert " — " in problem


def test_a_missing_field_is_named_and_a_new_one_breaks_nothing(invoices, tool):
    del tool.invoices[11]["deadline"]
    tool.invoices[12]["dunning_score"] = 7
    tool.customers[1]["mood"] = "good"

    batch = invoices()
    assert [one.invoice.number for one in batch.records] == ["F-12", "A-1", "F-16"]
    assert [problem.split(" — ")[0] for problem in said(batch)] == [
        "pennylane:11: invoice 11 is not as expected: deadline: Field required"
    ]
    assert [str(remark).split(" — ")[0] for remark in batch.remarks] == [
        "pennylane: dunning_score: is new in an invoice and is not read",
        "pennylane: mood: is new in a customer and is not read",
    ]


def test_what_was_put_away_or_cancelled_is_not_chased(invoices, tool):
    tool.invoices[11]["archived_at"] = "2026-02-15T09:00:00Z"
    tool.invoices[12]["status"] = "cancelled"

    assert [one.invoice.number for one in invoices().records] == ["A-1", "F-16"]


def test_every_call_is_as_the_third_partys_document_of_the_api_has_it(invoices):
    judge = contract(shared_path("contracts/pennylane/pennylane-openapi.yml"))

    assert len(invoices(judge=judge, since=date(2026, 1, 1)).records) == 4


def test_a_matched_movement_is_a_payment_that_names_its_invoice(payments):
    (moved, by_hand) = payments().records

    assert (moved.id, moved.received_on, moved.amount, moved.reference) == (
        "pennylane:91", date(2026, 2, 20), Money(200_00, "EUR"), "F-12 VIR MARTIN",
    )  # fmt: skip
    assert (by_hand.id, by_hand.amount, by_hand.kind, by_hand.reference) == (
        "pennylane:invoice:13", Money(600_00, "EUR"), PaymentKind.OTHER, "F-13",
    )  # fmt: skip


def test_a_movement_of_two_invoices_is_one_payment_that_names_both(payments, tool):
    tool.transactions[91] |= {"amount": "800.0", "currency_amount": "800.0"}
    tool.matched[13] = [91]

    (payment,) = payments().records
    assert (payment.amount, payment.reference) == (Money(800_00, "EUR"), "F-12 F-13 VIR MARTIN")


def test_what_a_credit_note_settled_is_no_payment(payments, tool):
    tool.invoices[15]["credited_invoice"] = {"id": 13, "url": ""}

    by_hand = payments().records[-1]
    assert (by_hand.id, by_hand.amount) == ("pennylane:invoice:13", Money(480_00, "EUR"))


def test_money_that_went_out_is_no_payment(payments, tool):
    tool.add_transaction(92, amount="-50.0", on="2026-02-21", invoice=12, label="REMBOURSEMENT")

    ids = [payment.id for payment in payments().records]
    assert ids == ["pennylane:91", "pennylane:invoice:13"]


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"remaining_amount_with_tax": "300.0"}, "is paid in part, and by no movement"),
        ({"currency": "USD"}, "is paid in part, in USD"),
        ({"remaining_amount_with_tax": "0.005"}, "pennylane:12: payments: "),
    ],
)
def test_a_part_that_cannot_be_dated_is_for_a_person(payments, tool, over, why):
    tool.invoices[12] |= over

    batch = payments()
    (problem,) = said(batch)
    assert why in problem
    assert [payment.id for payment in batch.records] == ["pennylane:invoice:13"]


def test_another_currency_that_is_paid_is_one_payment(payments, tool):
    tool.invoices[13]["currency"] = "USD"

    assert payments().records[-1].amount == Money(600_00, "USD")
