"""A plugin of dunning_sdk: read what Finom exports, since Finom has no public interface.

Registers ``finom`` as a source of invoices and of payments. `invoices` reads a folder of exported
e-invoices, `payments` a folder of exported statements; which payment settles which invoice is
decided by the engine, as for any other source.
"""

from collections.abc import Mapping
from typing import Any

from dunning_sdk.connectors.interface import InvoiceSource, PaymentSource
from dunning_sdk.hooks import ConnectorSpec, Surroundings, hookimpl


@hookimpl
def dunning_register_connectors() -> list[ConnectorSpec]:
    """Return the sources ``finom``."""
    return [
        ConnectorSpec(capability="invoices", name="finom", build=_invoices),
        ConnectorSpec(capability="payments", name="finom", build=_payments),
    ]


def _invoices(options: Mapping[str, Any], around: Surroundings) -> InvoiceSource:
    from dunning_sdk.connectors.options import creditor_of, read_options

    from dunning_finom.invoices import FinomInvoices
    from dunning_finom.options import InvoiceOptions

    given = read_options(InvoiceOptions, options, section="[[sources.invoices]]")
    creditor = creditor_of(around.parties, source="Finom")
    return FinomInvoices(around.folder / given.path, given.pattern, creditor=creditor)


def _payments(options: Mapping[str, Any], around: Surroundings) -> PaymentSource:
    from dunning_sdk.connectors.options import read_options

    from dunning_finom.options import PaymentOptions, mapping_of
    from dunning_finom.payments import FinomPayments

    given = read_options(PaymentOptions, options, section="[[sources.payments]]")
    mapping = mapping_of(given, currency=around.currency)
    return FinomPayments(around.folder / given.path, given.pattern, mapping=mapping)
