"""A plugin of dunning_sdk: invoices and payments from Xero, and documents issued there.

Registers ``xero`` as a source of invoices, as a source of payments and as a sink. `reader` lists
what Xero has, `record` says what of it is read, `invoices`, `credit_notes` and `payments` say it
in our words, `sink` issues invoices and credit notes and `document` says them in Xero's.
"""

from collections.abc import Mapping
from typing import Any

from dunning_sdk.connectors.interface import InvoiceSink, InvoiceSource, PaymentSource
from dunning_sdk.hooks import ConnectorSpec, Surroundings, hookimpl


@hookimpl
def dunning_register_connectors() -> list[ConnectorSpec]:
    """Return the sources and the sink ``xero``."""
    return [
        ConnectorSpec(capability="invoices", name="xero", build=_invoices),
        ConnectorSpec(capability="payments", name="xero", build=_payments),
        ConnectorSpec(capability="sink", name="xero", build=_sink),
    ]


def _invoices(options: Mapping[str, Any], around: Surroundings) -> InvoiceSource:
    from dunning_sdk.connectors.options import creditor_of

    from dunning_xero.invoices import XeroInvoices
    from dunning_xero.options import open_reader

    reader = open_reader(options, folder=around.folder, section="[[sources.invoices]]")
    return XeroInvoices(reader, creditor=creditor_of(around.parties, source="Xero"))


def _payments(options: Mapping[str, Any], around: Surroundings) -> PaymentSource:
    from dunning_xero.options import open_reader
    from dunning_xero.payments import XeroPayments

    return XeroPayments(open_reader(options, folder=around.folder, section="[[sources.payments]]"))


def _sink(options: Mapping[str, Any], around: Surroundings) -> InvoiceSink:
    from dunning_xero.options import open_sink

    return open_sink(options, folder=around.folder, section="[sink]")
