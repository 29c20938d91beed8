"""A plugin of dunning_sdk: invoices and payments from a Tryton server, and notes to it.

Registers ``tryton`` as a source of invoices and as a source of payments, and hears events. `reader`
lists what Tryton has, `record` says what of it is read, `invoices` and `payments` say it in our
words, `notes` writes on the invoice there which notices left.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dunning_sdk.connectors.interface import InvoiceSource, PaymentSource
from dunning_sdk.hooks import ConnectorSpec, Surroundings, hookimpl


@hookimpl
def dunning_register_connectors() -> list[ConnectorSpec]:
    """Return the sources ``tryton``."""
    return [
        ConnectorSpec(capability="invoices", name="tryton", build=_invoices),
        ConnectorSpec(capability="payments", name="tryton", build=_payments),
    ]


@hookimpl
def dunning_hear_event(
    id: str, event: Mapping[str, Any], options: Mapping[str, Any], folder: Path
) -> None:
    """Write a note on the invoice where an event is worth one.

    Raises:
        ConfigError: The options are wrong.
        ConnectorError: Tryton could not be told; the event is told again.
    """
    from dunning_tryton.options import open_notes

    open_notes(options, folder=folder).hear(id, event)


def _invoices(options: Mapping[str, Any], around: Surroundings) -> InvoiceSource:
    from dunning_sdk.connectors.options import creditor_of

    from dunning_tryton.invoices import TrytonInvoices
    from dunning_tryton.options import open_reader

    reader = open_reader(options, folder=around.folder, section="[[sources.invoices]]")
    return TrytonInvoices(reader, creditor=creditor_of(around.parties, source="Tryton"))


def _payments(options: Mapping[str, Any], around: Surroundings) -> PaymentSource:
    from dunning_tryton.options import open_reader
    from dunning_tryton.payments import TrytonPayments

    return TrytonPayments(
        open_reader(options, folder=around.folder, section="[[sources.payments]]")
    )
