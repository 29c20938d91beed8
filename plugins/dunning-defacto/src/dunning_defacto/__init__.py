"""A plugin of dunning_sdk: have invoices financed by Defacto.

Registers the financier ``defacto``. `financier` asks and hands over, `hint` follows Defacto's
webhooks, which are not signed, and `record` says what of a reply is read.
"""

from collections.abc import Mapping
from typing import Any

from dunning_sdk.connectors.interface import Financier
from dunning_sdk.hooks import ConnectorSpec, Surroundings, hookimpl


@hookimpl
def dunning_register_connectors() -> list[ConnectorSpec]:
    """Return the financier ``defacto``."""
    return [ConnectorSpec(capability="financier", name="defacto", build=_build)]


def _build(options: Mapping[str, Any], around: Surroundings) -> Financier:
    from dunning_defacto.financier import DefactoFinancier
    from dunning_defacto.options import read

    given, site = read(options, folder=around.folder)
    return DefactoFinancier(
        site,
        creditor=around.parties.get("creditor"),
        financier_id=around.parties["financier"].id if "financier" in around.parties else "defacto",
        pay_on=around.sent_on,
        accept_offers=given.accept_offers,
    )
