"""What Odoo's reconciliation says was paid of its customer invoices, in our words.

Decides nothing about which invoice a payment settles: the invoice's number stands in the
reference, and ours goes by it. Whatever was reconciled with an invoice settles it: a payment, a
line of a bank statement, a credit note made by hand. A credit note made from the invoice is a
document, and comes with the invoices.
"""

from collections.abc import Mapping
from typing import Final

from dunning_sdk.connectors.interface import Batch, PaymentSource
from dunning_sdk.connectors.one_by_one import sound
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Payment, PaymentKind
from dunning_sdk.errors import DomainError, InputError

from dunning_odoo.reader import NAME, Reader
from dunning_odoo.record import ItemRecord, MoveRecord, ReconciliationRecord

_CREDIT_NOTE: Final = "out_refund"


class OdooPayments(PaymentSource):
    """Reads what settles posted invoices.

    Args:
        reader: Of an Odoo database.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def fetch(self) -> Batch[Payment]:
        """Return what was reconciled with each invoice.

        One movement that settles several invoices is one payment of each, since Odoo says how
        much went to which.

        Raises:
            ConnectorError: Odoo could not be read to the end; nothing was brought.
        """
        problems: list[InputError] = []
        moves = {move.id: move for move in self._reader.moves(problems)}
        settled = self._reader.reconciliations(problems)
        ids = [id for one in settled for id in (one.debit_move_id, one.credit_move_id)]
        items = self._reader.items(ids, problems) if ids else {}
        said = sound(settled, lambda one: _payment(one, items, moves), problems)
        payments = tuple(payment for payment in said if payment is not None)
        return Batch(records=payments, problems=tuple(problems))


def _payment(
    settled: ReconciliationRecord,
    items: Mapping[int, ItemRecord],
    moves: Mapping[int, MoveRecord],
) -> Payment | None:
    """Return one payment; ``None`` for a credit note that comes as a document.

    Raises:
        InputError: One side of it cannot be read.
    """
    debit, credit = items.get(settled.debit_move_id), items.get(settled.credit_move_id)
    invoice = moves.get(debit.move_id) if debit else None
    if credit is None or invoice is None:
        raise _problem(settled, "cannot be read on both sides", "Let the key's user read it")
    if credit.move_type == _CREDIT_NOTE:
        note = moves.get(credit.move_id)
        if note is not None and note.reversed_entry_id == invoice.id:
            return None
    try:
        amount = Money.from_major(settled.debit_amount_currency, invoice.currency_id)
    except DomainError as exc:
        raise _problem(settled, exc.message, "Correct it there") from exc
    said = " ".join((credit.ref or "").split())
    return Payment(
        id=f"{NAME}:{settled.id}",
        received_on=credit.date,
        amount=amount,
        kind=PaymentKind.OTHER,
        reference=f"{invoice.name} {said}".strip(),
    )


def _problem(settled: ReconciliationRecord, text: str, hint: str) -> InputError:
    source = f"{NAME}:account.partial.reconcile {settled.id}"
    return InputError(text, source=source, field="debit_amount_currency", hint=hint)
