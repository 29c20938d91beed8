"""What every invoice sink whose vendor numbers the documents must do.

A test class inherits this and gives three fixtures: `sink`, `draft` (a function that returns a
draft the vendor takes, with what it is given put over it) and `issued` (a function that returns the
numbers of what the vendor has issued for us so far).
"""

from datetime import date
from decimal import Decimal

import pytest

from dunning_sdk.domain.invoice import Invoice, InvoiceKind, VatSubtotal
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConnectorInvalidError

KEY = "a" * 64


def drafted(**over):
    """Return a draft of 500.00 and VAT of 20 %; ``creditor`` and ``debtor`` must be given."""
    net, vat, gross = (Money(minor, "EUR") for minor in (500_00, 100_00, 600_00))
    taxed = VatSubtotal(category="S", rate=Decimal("0.20"), taxable=net, vat=vat)
    given = {
        "number": "", "issued_on": date(2026, 2, 1), "due_on": date(2026, 3, 3),
        "net_total": net, "vat_total": vat, "gross_total": gross, "amount_due": gross,
        "vat": (taxed,), "order_reference": "Q-1",
    }  # fmt: skip
    return Invoice(**given | over)


class SinkContract:
    """One key, one document."""

    def test_a_document_is_issued_once_under_one_key(self, sink, draft, issued):
        first = sink.issue(draft(), key=KEY)
        again = sink.issue(draft(), key=KEY)

        assert first == again
        assert [first.number] == issued()
        assert (first.content[:5], first.media_type) == (b"%PDF-", "application/pdf")

    def test_another_key_is_another_document(self, sink, draft, issued):
        numbers = {sink.issue(draft(), key=key * 64).number for key in "ab"}

        assert numbers == set(issued())
        assert len(numbers) == 2

    def test_a_document_with_a_number_is_refused(self, sink, draft, issued):
        with pytest.raises(ConnectorInvalidError, match="has a number already"):
            sink.issue(draft(number="F-9"), key=KEY)
        assert issued() == []

    def test_a_draft_without_vat_is_refused(self, sink, draft, issued):
        with pytest.raises(ConnectorInvalidError, match="states no rate of VAT"):
            sink.issue(draft(vat=()), key=KEY)
        assert issued() == []

    def test_a_credit_note_of_an_unknown_invoice_is_refused(self, sink, draft, issued):
        note = draft(kind=InvoiceKind.CREDIT_NOTE, preceding="F-404", due_on=None)

        with pytest.raises(ConnectorInvalidError, match="'F-404' is not in"):
            sink.issue(note, key=KEY)
        assert issued() == []


class RatedSinkContract(SinkContract):
    """The same, where the vendor has a code for each rate of VAT."""

    def test_a_rate_that_is_not_configured_is_named(self, sink, draft, issued):
        taxed = VatSubtotal(category="S", rate=Decimal("0.055"), taxable=Money(500_00, "EUR"),
                            vat=Money(27_50, "EUR"))  # fmt: skip
        with pytest.raises(ConnectorInvalidError, match=r"nothing is set for VAT of 5\.5 %"):
            sink.issue(draft(vat=(taxed,)), key=KEY)
        assert issued() == []


class DraftingSinkContract(SinkContract):
    """The same, where the vendor makes a draft first and computes its total."""

    def test_another_total_leaves_a_draft_and_issues_nothing(self, sink, draft, issued):
        other = {"vat_total": Money(99_99, "EUR"), "gross_total": Money(599_99, "EUR")}

        with pytest.raises(ConnectorInvalidError, match="left there as a draft"):
            sink.issue(draft(**other), key=KEY)
        assert issued() == []
