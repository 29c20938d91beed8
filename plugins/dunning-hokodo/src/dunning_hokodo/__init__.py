"""A plugin of dunning_sdk: have invoices financed by Hokodo, whose buyers pay later.

Registers the financier ``hokodo``. `financier` asks, hands over and takes back through `account`,
`hint` follows Hokodo's webhooks, which are not signed, `collection` hands a case to Hokodo's
collectors, and `record` says what of a reply is read. The contract is reconstructed, see README.
"""

from collections.abc import Mapping
from typing import Any

from dunning_sdk.connectors.interface import Financier
from dunning_sdk.hooks import ConnectorSpec, Surroundings, hookimpl


@hookimpl
def dunning_register_connectors() -> list[ConnectorSpec]:
    """Return the financier ``hokodo``."""
    return [ConnectorSpec(capability="financier", name="hokodo", build=_build)]


def _build(options: Mapping[str, Any], around: Surroundings) -> Financier:
    from dunning_hokodo.financier import HokodoFinancier
    from dunning_hokodo.options import read

    given, site = read(options, folder=around.folder)
    return HokodoFinancier(
        site,
        given,
        financier_id=around.parties["financier"].id if "financier" in around.parties else "hokodo",
        known_on=around.sent_on,
    )
