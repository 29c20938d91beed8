"""Odoo's customer invoices in our words.

Decides which documents are ours to chase: posted, due on one day, and not settled. A document
that is settled before we ever saw it is never opened; one that is due in instalments is left to a
person, since a notice about all of it would ask for money that is not due.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from dunning_sdk.connectors.interface import Batch, InvoiceSource, SourcedInvoice
from dunning_sdk.connectors.one_by_one import sound
from dunning_sdk.domain.invoice import Invoice, InvoiceKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, Contact, Party
from dunning_sdk.errors import DomainError, InputError

from dunning_odoo.reader import NAME, Reader
from dunning_odoo.record import MoveRecord, PartnerRecord

_CREDIT_NOTE: Final = "out_refund"
_SETTLED: Final = frozenset(("paid", "in_payment", "reversed"))


class OdooInvoices(InvoiceSource):
    """Reads posted invoices and credit notes.

    Args:
        reader: Of an Odoo database.
        creditor: Who issued them.
    """

    def __init__(self, reader: Reader, *, creditor: Party) -> None:
        self._reader = reader
        self._creditor = creditor

    def fetch(self) -> Batch[SourcedInvoice]:
        """Return every invoice that is still to be paid, and every credit note made from one.

        Raises:
            ConnectorError: Odoo could not be read to the end; nothing was brought.
        """
        problems: list[InputError] = []
        moves = self._reader.moves(problems)
        numbers = {move.id: move.name for move in moves}
        wanted = [move for move in moves if _is_wanted(move)]
        partners = self._reader.partners((move.partner_id for move in wanted), problems)
        due = self._reader.maturities(problems)

        def said(move: MoveRecord) -> SourcedInvoice:
            return self._to_domain(move, partners, numbers, days=due.get(move.id, set()))

        sourced = sound(wanted, said, problems)
        return Batch(records=tuple(sourced), problems=tuple(problems))

    def _to_domain(
        self,
        move: MoveRecord,
        partners: Mapping[int, PartnerRecord],
        numbers: Mapping[int, str],
        *,
        days: set[date],
    ) -> SourcedInvoice:
        partner = partners.get(move.partner_id)
        if partner is None:
            raise _problem(move, "partner_id", "cannot be read", "Let the key's user read it")
        is_credit = move.move_type == _CREDIT_NOTE
        if len(days) > 1:
            hint = "Chase it there, or make one invoice for each instalment"
            raise _problem(move, "invoice_date_due", f"is due in {len(days)} instalments", hint)
        try:
            net, vat, gross = (
                Money.from_major(amount, move.currency_id)
                for amount in (move.amount_untaxed, move.amount_tax, move.amount_total)
            )
        except DomainError as exc:
            raise _problem(move, "amount_total", exc.message, "Correct it there") from exc
        invoice = Invoice(
            number=move.name,
            kind=InvoiceKind.CREDIT_NOTE if is_credit else InvoiceKind.INVOICE,
            issued_on=move.invoice_date,
            due_on=None if is_credit else move.invoice_date_due,
            creditor=self._creditor,
            debtor=_party(partner),
            net_total=net,
            vat_total=vat,
            gross_total=gross,
            amount_due=gross,
            payment_reference=move.payment_reference or "",
            preceding=numbers.get(move.reversed_entry_id or 0, ""),
        )
        return SourcedInvoice(invoice=invoice, origin=f"{NAME}:{move.id}")


def _is_wanted(move: MoveRecord) -> bool:
    """Tell whether a document is open, or lowers one that may be.

    A credit note that was made by hand is a payment of what it was reconciled with: `payments`.
    """
    if move.move_type == _CREDIT_NOTE:
        return move.reversed_entry_id is not None
    return move.amount_total > 0 and move.payment_state not in _SETTLED


def _party(partner: PartnerRecord) -> Party:
    country = (partner.country_code or "").upper()
    registration = "".join((partner.company_registry or "").split())
    vat = "".join((partner.vat or "").split())
    return Party(
        id=str(partner.id),
        name=partner.commercial_company_name or partner.name,
        country=country,
        registration=registration,
        vat_id=vat if vat[:2].isalpha() else "",
        address=Address(
            lines=tuple(
                line.strip() for line in (partner.street, partner.street2) if line and line.strip()
            ),
            postal_code=partner.zip or "",
            city=partner.city or "",
            country=country,
        ),
        contacts=_contacts(partner),
        language=(partner.lang or "")[:2],
        is_company=bool(partner.is_company or partner.commercial_company_name or vat),
    )


def _contacts(partner: PartnerRecord) -> tuple[Contact, ...]:
    phone = "".join((partner.phone or "").split())
    number = phone if phone.startswith("+") else ""
    name = "" if partner.is_company else partner.name
    if not (partner.email or number):
        return ()
    return (Contact(name=name, email=(partner.email or "").strip(), phone=number),)


def _problem(move: MoveRecord, field: str, text: str, hint: str) -> InputError:
    return InputError(text, source=f"{NAME}:{move.id}", field=field, hint=hint)
