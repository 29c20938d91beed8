"""A plugin of dunning_sdk: invoices and payments from Qonto, and documents issued there.

Registers ``qonto`` as a source of invoices, as a source of payments and as a sink. `reader` lists
what Qonto has, `record` says what of it is read, `invoices` and `payments` say it in our words,
`sink` issues invoices and credit notes.
"""

from collections.abc import Mapping
from typing import Any

from dunning_sdk.connectors.interface import InvoiceSink, InvoiceSource, PaymentSource
from dunning_sdk.hooks import ConnectorSpec, Surroundings, hookimpl


@hookimpl
def dunning_register_connectors() -> list[ConnectorSpec]:
    """Return the sources and the sink ``qonto``."""
    return [
        ConnectorSpec(capability="invoices", name="qonto", build=_invoices),
        ConnectorSpec(capability="payments", name="qonto", build=_payments),
        ConnectorSpec(capability="sink", name="qonto", build=_sink),
    ]


def _invoices(options: Mapping[str, Any], around: Surroundings) -> InvoiceSource:
    from dunning_sdk.connectors.options import creditor_of

    from dunning_qonto.invoices import QontoInvoices
    from dunning_qonto.options import open_invoices

    reader = open_invoices(options, folder=around.folder)
    return QontoInvoices(reader, creditor=creditor_of(around.parties, source="Qonto"))


def _payments(options: Mapping[str, Any], around: Surroundings) -> PaymentSource:
    from dunning_qonto.options import open_payments

    return open_payments(options, folder=around.folder)


def _sink(options: Mapping[str, Any], around: Surroundings) -> InvoiceSink:
    from dunning_qonto.options import open_sink

    return open_sink(options, folder=around.folder)
