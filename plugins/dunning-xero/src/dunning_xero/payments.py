"""What Xero says was paid of its sales invoices, in our words.

Decides nothing about which invoice a payment settles: the invoice's number stands in the
reference, and reconciliation goes by it. Prepayments and overpayments that were applied to an
invoice are payments of it. Credit notes are documents, and come with the invoices.
"""

from dunning_sdk.connectors.interface import Batch, PaymentSource
from dunning_sdk.connectors.settling_payment import one_for_each
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Payment, PaymentKind
from dunning_sdk.errors import DomainError, InputError

from dunning_xero.reader import NAME, Reader
from dunning_xero.record import Applied, InvoiceRecord


class XeroPayments(PaymentSource):
    """Reads what was paid of approved invoices.

    Args:
        reader: Of one organisation in Xero.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def fetch(self) -> Batch[Payment]:
        """Return every payment of an invoice.

        Raises:
            ConnectorError: Xero could not be read to the end; nothing was brought.
        """
        problems: list[InputError] = []
        settled: list[tuple[str, Payment]] = []
        for invoice in self._reader.invoices(problems):
            for paid in (*invoice.Payments, *invoice.Prepayments, *invoice.Overpayments):
                if paid.amount <= 0:
                    continue
                try:
                    settled.append((invoice.InvoiceNumber, _payment(paid, invoice)))
                except DomainError as exc:
                    hint = "Correct it there, or record the payment here"
                    source = f"{NAME}:{paid.id}"
                    problems.append(
                        InputError(exc.message, source=source, field="Amount", hint=hint)
                    )
        return Batch(records=one_for_each(settled), problems=tuple(problems))


def _payment(paid: Applied, invoice: InvoiceRecord) -> Payment:
    """Return one payment; what was applied to several invoices is one payment of each."""
    is_payment = bool(paid.PaymentID)
    return Payment(
        id=f"{NAME}:{paid.id}" if is_payment else f"{NAME}:{paid.id}:{invoice.InvoiceID}",
        received_on=paid.Date,
        amount=Money.from_major(paid.amount, invoice.CurrencyCode),
        kind=PaymentKind.OTHER,
        reference=" ".join(paid.Reference.split()),
    )
