"""A simulated Pennylane with some invoices, and a reader of it."""

import pytest
from dunning_sdk.connectors.http_transport import RequestsTransport, TimeLimits
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.party import Party
from dunning_sdk.testing.invoicing import InvoicingSimulator
from tests.contracts.judged import Judged

from dunning_pennylane.invoices import PennylaneInvoices
from dunning_pennylane.options import site
from dunning_pennylane.reader import Reader

CREDITOR = Party(id="C-1", name="Atelier Lumen SARL")
TOKEN = "tok-4f2a9c01"  # noqa: S105 - it opens nothing


@pytest.fixture
def tool():
    with InvoicingSimulator(token=TOKEN, page_size=2) as tool:
        tool.add_debtor(
            1, name="Boulangerie Martin SARL", reg_no="732 829 320", vat_number="FR44732829320",
            emails=["compta@martin.example"], phone="+33612345678", recipient="Claire Martin",
        )  # fmt: skip
        tool.add_debtor(2, name="Paul Petit", customer_type="individual", reg_no=None)
        invoice = {"amount": "600.0", "issued": "2026-02-01", "due": "2026-03-03"}
        taxed = {"currency_amount_before_tax": "500.0", "currency_tax": "100.0"}
        tool.add_invoice(11, number="F-11", **invoice, **taxed)
        tool.add_invoice(12, number="F-12", **invoice, status="partially_paid",
                         remaining_amount_with_tax="400.0")  # fmt: skip
        tool.add_transaction(91, amount="200.0", on="2026-02-20", invoice=12, label="VIR MARTIN")
        tool.add_invoice(13, number="F-13", **invoice, status="paid", paid=True,
                         remaining_amount_with_tax="0.0")  # fmt: skip
        tool.add_invoice(14, number="", **invoice, status="draft", draft=True,
                         remaining_amount_with_tax=None)  # fmt: skip
        tool.add_invoice(15, number="A-1", amount="-120.0", issued="2026-02-10", due=None,
                         status="credit_note", credited_invoice={"id": 11, "url": ""})  # fmt: skip
        tool.add_invoice(16, number="F-16", **invoice, debtor=2)
        yield tool


@pytest.fixture
def open_reader_at(tool):
    def opened(token=TOKEN, *, judge=None, **over):
        quick = RequestsTransport(connector="pennylane", limits=TimeLimits(read=1))
        return Reader(
            site(tool.url, token),
            transport=Judged(quick, judge) if judge else quick,
            timing=Timing(sleep=lambda _: None),
            **over,
        )

    return opened


@pytest.fixture
def invoices(open_reader_at):
    return lambda **over: PennylaneInvoices(open_reader_at(**over), creditor=CREDITOR).fetch()
