"""What Pennylane knows of the payment of its invoices, in our words.

Decides nothing about which invoice a payment settles: the invoice's number stands in the
reference, and reconciliation goes by it. A bank movement keeps Pennylane's id. What Pennylane
calls paid without a movement, such as cash or a card, is one payment of what movements and credit
notes leave.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dunning_sdk.connectors.interface import Batch, PaymentSource
from dunning_sdk.connectors.payload import new_fields
from dunning_sdk.connectors.settling_payment import one_for_each
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Payment, PaymentKind
from dunning_sdk.errors import DomainError, InputError

from dunning_pennylane.reader import NAME, Reader
from dunning_pennylane.record import InvoiceRecord, TransactionRecord

_REMAINING_IS_IN: Final = "EUR"


class PennylanePayments(PaymentSource):
    """Reads what was paid of issued invoices.

    Args:
        reader: Of Pennylane.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def fetch(self) -> Batch[Payment]:
        """Return every movement matched to an invoice, and what was paid without one.

        Raises:
            ConnectorError: Pennylane could not be read to the end; nothing was brought.
        """
        problems: list[InputError] = []
        settled: list[tuple[str, Payment]] = []
        invoices = self._reader.invoices(problems)
        credited = _credited(invoices)
        movements: list[TransactionRecord] = []
        for invoice in filter(_has_payments, invoices):
            matched = self._reader.matched(invoice.id, problems)
            movements += matched
            paid = _Paid(invoice=invoice, matched=matched, credited=credited[invoice.id])
            try:
                own = paid.payments()
            except InputError as problem:
                problems.append(problem)
                continue
            settled += [(invoice.invoice_number, payment) for payment in own]
        remarks = new_fields(movements, connector=NAME, what="transaction")
        return Batch(records=one_for_each(settled), problems=tuple(problems), remarks=remarks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paid:
    """An invoice that is paid, whole or in part, and by what.

    Attributes:
        invoice: As Pennylane has it.
        matched: Its bank movements.
        credited: What credit notes took off it, in its currency; not negative.
    """

    invoice: InvoiceRecord
    matched: Sequence[TransactionRecord]
    credited: Decimal

    def payments(self) -> list[Payment]:
        """Return its payments.

        Raises:
            InputError: It is paid in part, and Pennylane names no movement for all of it.
        """
        try:
            incoming = [self._of(one) for one in self.matched if one.currency_amount > 0]
            left = self._left(incoming)
        except DomainError as exc:
            raise self._problem(exc.message, "Correct it there, or record the payment") from exc
        if left.minor <= 0:
            return incoming
        if not self.invoice.paid:
            hint = "Match its bank movement there, or record the payment here"
            raise self._problem("is paid in part, and by no movement that is named", hint)
        by_hand = Payment(
            id=f"{NAME}:invoice:{self.invoice.id}",
            received_on=self.invoice.updated_at.date(),
            amount=left,
            kind=PaymentKind.OTHER,
        )
        return [*incoming, by_hand]

    def _left(self, incoming: Iterable[Payment]) -> Money:
        """Return what Pennylane counts as paid beyond movements and credit notes."""
        invoice = self.invoice
        if not invoice.paid and invoice.currency != _REMAINING_IS_IN:
            hint = "Record its payments here: Pennylane says in euros what is left of it"
            raise self._problem(f"is paid in part, in {invoice.currency}", hint)
        unpaid = Decimal(0) if invoice.paid else invoice.remaining_amount_with_tax or Decimal(0)
        settled = invoice.currency_amount - unpaid - self.credited
        left = Money.from_major(settled, invoice.currency)
        for payment in incoming:
            left = left - payment.amount
        return left

    def _of(self, movement: TransactionRecord) -> Payment:
        label = " ".join((movement.label or "").split())
        return Payment(
            id=f"{NAME}:{movement.id}",
            received_on=movement.date,
            amount=Money.from_major(movement.currency_amount, movement.currency),
            reference=label,
        )

    def _problem(self, text: str, hint: str) -> InputError:
        return InputError(text, source=f"{NAME}:{self.invoice.id}", field="payments", hint=hint)


def _has_payments(invoice: InvoiceRecord) -> bool:
    if invoice.draft or not invoice.invoice_number or invoice.currency_amount <= 0:
        return False
    if invoice.currency != _REMAINING_IS_IN:
        return invoice.paid or invoice.status == "partially_paid"
    left = invoice.remaining_amount_with_tax
    return invoice.paid or (left is not None and left < invoice.currency_amount)


def _credited(invoices: Iterable[InvoiceRecord]) -> defaultdict[int, Decimal]:
    """Return what issued credit notes take off each invoice, by the invoice's id."""
    found: defaultdict[int, Decimal] = defaultdict(Decimal)
    for note in invoices:
        if note.credited_invoice is not None and not note.draft:
            found[note.credited_invoice.id] += abs(note.currency_amount)
    return found
