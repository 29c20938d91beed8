"""Load dunning_sdk: two sources that read the host's tables, and the engine that uses them."""

from django.conf import settings

from dunning_sdk import Engine, Money
from dunning_sdk.connectors.interface import (
    Batch,
    InvoiceSource,
    PaymentSource,
    SourcedInvoice,
)
from dunning_sdk.connectors.options import creditor_of
from dunning_sdk.domain.invoice import Invoice as Document
from dunning_sdk.domain.party import Contact, Party
from dunning_sdk.domain.payment import Payment as Movement
from dunning_sdk.domain.payment import PaymentKind
from dunning_sdk.hooks import ConnectorSpec, hookimpl
from invoicing.models import Customer, Invoice, Payment

CURRENCY = "EUR"


class HostInvoices(InvoiceSource):
    """Reads the host's invoices."""

    def __init__(self, creditor):
        self._creditor = creditor

    def fetch(self):
        """Return every invoice; the engine knows which ones it has seen."""
        invoices = Invoice.objects.select_related("customer").order_by("pk")
        return Batch(records=tuple(self._sourced(one) for one in invoices))

    def _sourced(self, invoice):
        net, vat = (Money.from_major(amount, CURRENCY) for amount in (invoice.net, invoice.vat))
        document = Document(
            number=invoice.number,
            issued_on=invoice.issued_on,
            due_on=invoice.due_on,
            creditor=self._creditor,
            debtor=debtor_of(invoice.customer),
            net_total=net,
            vat_total=vat,
            gross_total=net + vat,
            amount_due=net + vat,
        )
        return SourcedInvoice(invoice=document, origin=f"host:{invoice.pk}")


class HostPayments(PaymentSource):
    """Reads the host's payments."""

    def fetch(self):
        """Return every payment, with the invoice's number as its reference."""
        payments = Payment.objects.select_related("invoice").order_by("pk")
        return Batch(records=tuple(map(movement_of, payments)))


def debtor_of(customer: Customer) -> Party:
    """Return a customer as the engine knows parties."""
    return Party(
        id=str(customer.pk),
        name=customer.name,
        country="FR",
        registration=customer.siren,
        language=customer.language,
        contacts=(Contact(name=customer.name, email=customer.email),),
    )


def movement_of(payment: Payment) -> Movement:
    """Return a payment as the engine knows movements of money."""
    return Movement(
        id=f"host:{payment.pk}",
        received_on=payment.received_on,
        amount=Money.from_major(payment.amount, CURRENCY),
        kind=PaymentKind.OTHER,
        reference=payment.invoice.number,
    )


class Plugin:
    """What the host adds to the engine."""

    @hookimpl
    def dunning_register_connectors(self):
        """Return the two sources that ``dunning.toml`` calls ``host``."""
        return [
            ConnectorSpec(
                capability="invoices",
                name="host",
                build=lambda _, around: HostInvoices(
                    creditor_of(around.parties, source="the host")
                ),
            ),
            ConnectorSpec(capability="payments", name="host", build=lambda _, __: HostPayments()),
        ]


def open_engine() -> Engine:
    """Return an engine of one's own; use it in a ``with`` block and in one thread."""
    return Engine.open(settings.BASE_DIR / "dunning.toml", plugins=[Plugin()])
