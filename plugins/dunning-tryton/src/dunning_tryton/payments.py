"""What Tryton's books say was paid of its customer invoices, in our words.

Decides nothing about which invoice a payment settles: the invoice's number and its payment
reference go with it, and reconciliation goes by them. A payment is a line of an entry, whether it
was entered on the invoice or found by reconciling a bank statement, and keeps that line's id.
Credit notes and cancellations settle invoices too; they are documents, and come with the invoices.
"""

from typing import Final

from dunning_sdk.connectors.interface import Batch, PaymentSource
from dunning_sdk.connectors.one_by_one import sound
from dunning_sdk.connectors.settling_payment import one_for_each
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Payment, PaymentKind
from dunning_sdk.errors import DomainError, InputError

from dunning_tryton.reader import MODEL, NAME, Reader
from dunning_tryton.record import InvoiceRecord, LineRecord

_CANCELLED: Final = "cancelled"


class TrytonPayments(PaymentSource):
    """Reads what was paid of posted invoices.

    Args:
        reader: Of a Tryton database.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def fetch(self) -> Batch[Payment]:
        """Return every line that paid an invoice; one that paid several names each.

        Raises:
            ConnectorError: Tryton could not be read to the end; nothing was brought.
        """
        problems: list[InputError] = []
        paying = [
            (line, invoice)
            for invoice in self._reader.invoices(problems)
            if invoice.total_amount > 0
            for line in _paying(invoice)
        ]
        settled = sound(paying, lambda one: (one[1].number, _payment(*one)), problems)
        return Batch(records=one_for_each(settled), problems=tuple(problems))


def _paying(invoice: InvoiceRecord) -> list[LineRecord]:
    """Return the lines by which money came in or went back, each once."""
    lines = {line.id: line for line in invoice.payment_lines}
    if invoice.state != _CANCELLED:  # a cancelled invoice is reconciled with what cancels it
        lines |= {line.id: line for line in invoice.reconciliation_lines}
    return [line for line in lines.values() if not _is_of_another_document(line, invoice)]


def _is_of_another_document(line: LineRecord, invoice: InvoiceRecord) -> bool:
    """Tell whether a line is of another document's entry, as a credit note's is.

    A payment that is entered on an invoice comes from that invoice itself.
    """
    origin = line.move.origin or ""
    return origin.startswith(f"{MODEL},") and origin != f"{MODEL},{invoice.id}"


def _payment(line: LineRecord, invoice: InvoiceRecord) -> Payment:
    amount = _amount(line, invoice)
    return Payment(
        id=f"{NAME}:{line.id}",
        received_on=line.date,
        amount=amount if amount.minor > 0 else -amount,
        kind=PaymentKind.OTHER if amount.minor > 0 else PaymentKind.RETURN,
        reference=" ".join((line.description or "").split()),
        structured_reference=invoice.customer_payment_reference or "",
    )


def _amount(line: LineRecord, invoice: InvoiceRecord) -> Money:
    """Return what a line takes off an invoice; negative where it gives back.

    Raises:
        InputError: It is in another currency than the invoice.
    """
    currency = invoice.currency.code or ""
    second = line.second_currency.code if line.second_currency else None
    try:
        if second == currency and line.amount_second_currency is not None:
            return Money.from_major(-line.amount_second_currency, currency)
        if line.move.company.currency.code == currency:
            return Money.from_major(line.credit - line.debit, currency)
    except DomainError as exc:
        raise _problem(line, exc.message, "Correct it there") from exc
    raise _problem(line, f"pays an invoice in {currency}, in another currency", "Record it here")


def _problem(line: LineRecord, text: str, hint: str) -> InputError:
    return InputError(text, source=f"{NAME}:line {line.id}", field="payment_lines", hint=hint)
