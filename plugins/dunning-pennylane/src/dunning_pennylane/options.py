"""The keys of a section with ``connector = "pennylane"``, checked; the token is never one."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site
from dunning_sdk.connectors.options import read_options, read_secret
from dunning_sdk.connectors.rate_limit import RateLimit
from pydantic import BaseModel, ConfigDict

from dunning_pennylane.reader import NAME, Reader
from dunning_pennylane.sink import PennylaneSink

# "25 requests every 5 seconds, applied at the token level" (Rate Limiting in API v2).
LIMIT: Final = RateLimit(calls=25, seconds=5)
# The one code found in public examples; the others are in Pennylane's own list.
VAT_RATES: Final = {Decimal(20): "FR_200"}


class PennylaneOptions(BaseModel):
    """How to reach one company in Pennylane.

    Attributes:
        base_url: Where version 2 of the API is.
        secret_env: Environment variable that holds the token.
        secret_file: File that holds it, where the variable is not set.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = "https://app.pennylane.com/api/external/v2"
    secret_env: str = "PENNYLANE_TOKEN"  # noqa: S105  # the name of a variable
    secret_file: str = ""


class ReadingOptions(PennylaneOptions):
    """How to read from Pennylane.

    Attributes:
        since: Day of issue of the oldest invoice to read; all where not given.
    """

    since: date | None = None


class IssuingOptions(PennylaneOptions):
    """How to issue documents in Pennylane.

    Attributes:
        vat_rates: Pennylane's code of each rate of VAT in percent: ``{"20": "FR_200"}``.
    """

    vat_rates: dict[Decimal, str] = VAT_RATES


def open_reader(options: Mapping[str, Any], *, folder: Path, section: str) -> Reader:
    """Return a reader of what a section of the configuration describes.

    Raises:
        ConfigError: A key is unknown or wrong, or the token is missing.
    """
    given = read_options(ReadingOptions, options, section=section)
    return Reader(_site(given, folder), since=given.since)


def open_sink(options: Mapping[str, Any], *, folder: Path, section: str) -> PennylaneSink:
    """Return the sink that a section of the configuration describes.

    Raises:
        ConfigError: A key is unknown or wrong, or the token is missing.
    """
    given = read_options(IssuingOptions, options, section=section)
    return PennylaneSink(HttpClient(_site(given, folder)), vat_rates=given.vat_rates)


def site(base_url: str, secret: str, *, variable: str = "PENNYLANE_TOKEN") -> Site:
    """Return where Pennylane is, how one proves who one is, and how often it may be called."""
    return Site(
        connector=NAME,
        base_url=base_url,
        headers={"Authorization": f"Bearer {secret}"},
        secrets=(secret,),
        auth_hint=f"Check {variable}: the token needs to read customer invoices, customers"
        " and transactions, and to write customer invoices where they are issued",
        limits=(LIMIT,),
    )


def _site(given: PennylaneOptions, folder: Path) -> Site:
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="Pennylane's token"
    )
    return site(given.base_url, secret, variable=given.secret_env)
