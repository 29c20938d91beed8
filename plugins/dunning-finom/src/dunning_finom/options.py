"""The keys of ``[[sources.invoices]]`` and ``[[sources.payments]]`` with ``connector = "finom"``.

Finom's CSV export has no published layout, so its columns are declared where it is used; the
words are those of the built-in ``csv`` source.
"""

from collections.abc import Mapping
from typing import Any, Final

from dunning_sdk.connectors.csv_mapping import CsvPaymentMapping
from pydantic import BaseModel, ConfigDict, Field

NAME: Final = "finom"
CSV: Final = "[sources.payments.csv]"


class InvoiceOptions(BaseModel):
    """Where exported invoices lie.

    Attributes:
        path: Folder or one file, from the configuration's folder.
        pattern: Which files of the folder; folders below it too.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(min_length=1)
    pattern: str = "**/*"


class PaymentOptions(InvoiceOptions):
    """Where exported statements lie.

    Attributes:
        csv: How a CSV export is written; empty where there is none.
    """

    csv: Mapping[str, Any] = Field(default_factory=dict)


def mapping_of(given: PaymentOptions, *, currency: str) -> CsvPaymentMapping | None:
    """Return how CSV exports are written, or ``None`` where nobody declared it.

    Args:
        given: The options.
        currency: Of amounts for which neither a column nor a constant says one.

    Raises:
        ConfigError: The declaration is at fault; names the key.
    """
    if not given.csv:
        return None
    columns, constants = given.csv.get("columns", {}), given.csv.get("constants", {})
    values = dict(given.csv)
    if (
        isinstance(columns, Mapping)
        and isinstance(constants, Mapping)
        and "currency" not in columns
    ):
        values["constants"] = {"currency": currency, **constants}
    return CsvPaymentMapping.load(values, where=CSV)
