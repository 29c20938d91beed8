"""A plugin of dunning_sdk: invoices and payments from Odoo, and documents issued there.

By its JSON-2 API. Registers ``odoo`` as a source of invoices, as a source of payments and as a
sink. `reader` lists what Odoo has, `record` says what of it is read, `invoices` and `payments` say
it in our words, `sink` issues invoices and credit notes.
"""

from collections.abc import Mapping
from typing import Any

from dunning_sdk.connectors.interface import InvoiceSink, InvoiceSource, PaymentSource
from dunning_sdk.hooks import ConnectorSpec, Surroundings, hookimpl


@hookimpl
def dunning_register_connectors() -> list[ConnectorSpec]:
    """Return the sources and the sink ``odoo``."""
    return [
        ConnectorSpec(capability="invoices", name="odoo", build=_invoices),
        ConnectorSpec(capability="payments", name="odoo", build=_payments),
        ConnectorSpec(capability="sink", name="odoo", build=_sink),
    ]


def _invoices(options: Mapping[str, Any], around: Surroundings) -> InvoiceSource:
    from dunning_sdk.connectors.options import creditor_of

    from dunning_odoo.invoices import OdooInvoices
    from dunning_odoo.options import open_reader

    reader = open_reader(options, folder=around.folder, section="[[sources.invoices]]")
    return OdooInvoices(reader, creditor=creditor_of(around.parties, source="Odoo"))


def _payments(options: Mapping[str, Any], around: Surroundings) -> PaymentSource:
    from dunning_odoo.options import open_reader
    from dunning_odoo.payments import OdooPayments

    return OdooPayments(open_reader(options, folder=around.folder, section="[[sources.payments]]"))


def _sink(options: Mapping[str, Any], around: Surroundings) -> InvoiceSink:
    from dunning_odoo.options import open_sink

    return open_sink(options, folder=around.folder, section="[sink]")
