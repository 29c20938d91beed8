"""A plugin of dunning_sdk: what French registers say of debtors.

Registers ``recherche-entreprises`` as a source of company facts. `register` asks the public
register of companies, `listed` reads a list of those insolvent from a CSV file.
"""

from collections.abc import Mapping
from typing import Any

from dunning_sdk.connectors.interface import CompanySource
from dunning_sdk.hooks import ConnectorSpec, Surroundings, hookimpl


@hookimpl
def dunning_register_connectors() -> list[ConnectorSpec]:
    """Return the source ``recherche-entreprises``."""
    return [ConnectorSpec(capability="companies", name="recherche-entreprises", build=_build)]


def _build(options: Mapping[str, Any], around: Surroundings) -> CompanySource:
    from dunning_companies.options import open_register

    return open_register(options, folder=around.folder)
