"""Put the claim itself beside a notice that places it, so that it need not be read from its words.

Decides nothing: the claim is what the notice was written from.
"""

from dataclasses import fields
from typing import TYPE_CHECKING

from dunning_sdk.domain.notice import Message
from dunning_sdk.domain.placed import PlacedClaim, PlacedInvoice, PlacedMessage
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.records.codec import from_json
from dunning_sdk.records.mailbag import mapping_of
from dunning_sdk.store.interface import Session

if TYPE_CHECKING:
    from dunning_sdk.notices.context import NoticeItem


def with_claim(session: Session, message: Message) -> PlacedMessage:
    """Return a kept notice with the claim it places.

    Raises:
        RecordNotFoundError: No such notice is kept, or its debtor was erased.
    """
    from dunning_sdk.notices.context import NoticeContext

    record = session.record("notice", message.id)
    if record is None:
        raise RecordNotFoundError(f"No notice {message.id} is kept", hint="Propose again.")
    context = from_json(NoticeContext, mapping_of(record["context"]))
    claim = PlacedClaim(
        creditor=context.creditor,
        debtor=context.debtor,
        placed_on=context.as_of,
        invoices=tuple(map(_invoice, context.items)),
    )
    return PlacedMessage(
        **{one.name: getattr(message, one.name) for one in fields(message)}, claim=claim
    )


def _invoice(item: "NoticeItem") -> PlacedInvoice:
    return PlacedInvoice(
        number=item.invoice_number,
        issued_on=item.issued_on,
        due_on=item.due_on,
        amount=item.amount,
        open_amount=item.open_amount,
    )
