"""A plugin of dunning_sdk: invoices and payments from Pennylane, and documents issued there.

Registers ``pennylane`` as a source of invoices, as a source of payments and as a sink. `reader`
lists what Pennylane has, `record` says what of it is read, `invoices` and `payments` say it in our
words, `sink` issues invoices and credit notes.
"""

from collections.abc import Mapping
from typing import Any

from dunning_sdk.connectors.interface import InvoiceSink, InvoiceSource, PaymentSource
from dunning_sdk.hooks import ConnectorSpec, Surroundings, hookimpl


@hookimpl
def dunning_register_connectors() -> list[ConnectorSpec]:
    """Return the sources and the sink ``pennylane``."""
    return [
        ConnectorSpec(capability="invoices", name="pennylane", build=_invoices),
        ConnectorSpec(capability="payments", name="pennylane", build=_payments),
        ConnectorSpec(capability="sink", name="pennylane", build=_sink),
    ]


def _invoices(options: Mapping[str, Any], around: Surroundings) -> InvoiceSource:
    from dunning_sdk.connectors.options import creditor_of

    from dunning_pennylane.invoices import PennylaneInvoices
    from dunning_pennylane.options import open_reader

    reader = open_reader(options, folder=around.folder, section="[[sources.invoices]]")
    return PennylaneInvoices(reader, creditor=creditor_of(around.parties, source="Pennylane"))


def _payments(options: Mapping[str, Any], around: Surroundings) -> PaymentSource:
    from dunning_pennylane.options import open_reader
    from dunning_pennylane.payments import PennylanePayments

    return PennylanePayments(
        open_reader(options, folder=around.folder, section="[[sources.payments]]")
    )


def _sink(options: Mapping[str, Any], around: Surroundings) -> InvoiceSink:
    from dunning_pennylane.options import open_sink

    return open_sink(options, folder=around.folder, section="[sink]")
