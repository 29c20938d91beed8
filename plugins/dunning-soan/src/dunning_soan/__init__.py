"""A plugin of dunning_sdk: pages to pay online, by Soan Pay. Experimental.

Registers ``soan`` for ``[payment_links]``. `request` says an invoice in Soan's words, `links` asks
for the page. The contract is reconstructed, see README.
"""

from collections.abc import Mapping
from typing import Any

from dunning_sdk.connectors.interface import PaymentLinks
from dunning_sdk.hooks import ConnectorSpec, Surroundings, hookimpl


@hookimpl
def dunning_register_connectors() -> list[ConnectorSpec]:
    """Return what makes pages to pay online, ``soan``."""
    return [ConnectorSpec(capability="payment-links", name="soan", build=_build)]


def _build(options: Mapping[str, Any], around: Surroundings) -> PaymentLinks:
    from dunning_soan.links import SoanLinks
    from dunning_soan.options import read

    given, site = read(options, folder=around.folder)
    return SoanLinks(site, given)
