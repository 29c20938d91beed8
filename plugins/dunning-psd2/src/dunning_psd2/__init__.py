"""A plugin of dunning_sdk: payments from a bank account, by the interfaces of PSD2.

Registers ``berlin-group`` and ``gocardless`` as sources of payments. Both have the same fields, so
`movement` serves both; `statement` reads a bank by the Berlin Group's interface or GoCardless's.
"""

from collections.abc import Mapping
from typing import Any

from dunning_sdk.connectors.interface import PaymentSource
from dunning_sdk.hooks import ConnectorSpec, Surroundings, hookimpl


@hookimpl
def dunning_register_connectors() -> list[ConnectorSpec]:
    """Return the sources ``berlin-group`` and ``gocardless``."""
    return [
        ConnectorSpec(capability="payments", name="berlin-group", build=_berlin_group),
        ConnectorSpec(capability="payments", name="gocardless", build=_gocardless),
    ]


def _berlin_group(options: Mapping[str, Any], around: Surroundings) -> PaymentSource:
    from dunning_psd2.options import open_berlin_group

    return open_berlin_group(options, folder=around.folder)


def _gocardless(options: Mapping[str, Any], around: Surroundings) -> PaymentSource:
    from dunning_psd2.options import open_gocardless

    return open_gocardless(options, folder=around.folder)
