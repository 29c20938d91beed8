"""Payments from Qonto: the movements of an account, or what Qonto matched to its invoices.

Decides nothing about which invoice a movement settles: reconciliation does. An invoice that Qonto
calls paid is one payment of what credit notes leave of it, with its number in the reference.
"""

from collections import defaultdict
from datetime import date
from typing import Final

from dunning_sdk.connectors.interface import Batch, PaymentSource
from dunning_sdk.connectors.one_by_one import sound
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import is_iban
from dunning_sdk.domain.payment import Payment, PaymentKind
from dunning_sdk.errors import DomainError, InputError

from dunning_qonto.reader import NAME, Reader
from dunning_qonto.record import InvoiceRecord, TransactionRecord

_PAID: Final = "paid"
_COMPLETED: Final = "completed"
_CREDIT: Final = "credit"
_KINDS: Final = {
    "income": PaymentKind.CREDIT_TRANSFER,
    "direct_debit_collection": PaymentKind.DIRECT_DEBIT,
}


class QontoTransactions(PaymentSource):
    """Reads what came in on one account.

    Args:
        reader: Of one organisation in Qonto.
        iban: Of the account.
        since: Day of the oldest movement; all where not given.
    """

    def __init__(self, reader: Reader, *, iban: str, since: date | None = None) -> None:
        self._reader = reader
        self._iban = iban
        self._since = since

    def fetch(self) -> Batch[Payment]:
        """Return every completed movement that brought money.

        Raises:
            ConnectorError: Qonto could not be read to the end; nothing was brought.
        """
        problems: list[InputError] = []
        found = self._reader.transactions(problems, iban=self._iban, since=self._since)
        payments = sound(filter(_brought_money, found), self._payment, problems)
        return Batch(records=tuple(payments), problems=tuple(problems))

    def _payment(self, record: TransactionRecord) -> Payment:
        if record.settled_at is None:
            raise _problem(record.id, "settled_at", "is completed and has no day")
        account = (record.income.counterparty_account_number or "") if record.income else ""
        payer = "".join(account.split()).upper()
        return Payment(
            id=f"{NAME}:{record.id}",
            received_on=record.settled_at.date(),
            amount=_money(record.amount_cents, record.currency, record.id),
            kind=_KINDS.get(record.operation_type, PaymentKind.OTHER),
            payer_name=record.label or "",
            payer_iban=payer if is_iban(payer) else "",
            reference=" ".join((record.reference or "").split()),
            account_iban=self._iban,
        )


def _brought_money(record: TransactionRecord) -> bool:
    return record.side == _CREDIT and record.status == _COMPLETED and record.amount_cents != 0


class QontoInvoicePayments(PaymentSource):
    """Reads which invoices Qonto calls paid, matched by it or marked by a person.

    Args:
        reader: Of one organisation in Qonto.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def fetch(self) -> Batch[Payment]:
        """Return one payment for each paid invoice.

        Raises:
            ConnectorError: Qonto could not be read to the end; nothing was brought.
        """
        problems: list[InputError] = []
        invoices = self._reader.invoices(problems)
        credited: defaultdict[str, int] = defaultdict(int)
        for note in self._reader.credit_notes(problems):
            credited[note.invoice_id] += abs(note.total_amount_cents)
        paid = [
            (invoice, invoice.total_amount_cents - credited[invoice.id])
            for invoice in invoices
            if invoice.status == _PAID
        ]
        left = (one for one in paid if one[1] > 0)
        payments = sound(left, lambda one: _of_invoice(*one), problems)
        return Batch(records=tuple(payments), problems=tuple(problems))


def _of_invoice(invoice: InvoiceRecord, cents: int) -> Payment:
    if invoice.paid_at is None or not invoice.number:
        raise _problem(invoice.id, "paid_at", "is paid, and has no day or no number")
    return Payment(
        id=f"{NAME}:invoice:{invoice.id}",
        received_on=invoice.paid_at.date(),
        amount=_money(cents, invoice.currency, invoice.id),
        kind=PaymentKind.OTHER,
        reference=invoice.number,
    )


def _money(cents: int, currency: str, id: str) -> Money:
    try:
        return Money(cents, currency)
    except DomainError as exc:
        raise _problem(id, "currency", exc.message) from exc


def _problem(id: str, field: str, text: str) -> InputError:
    hint = "Correct it there, or record the payment here"
    return InputError(text, source=f"{NAME}:{id}", field=field, hint=hint)
