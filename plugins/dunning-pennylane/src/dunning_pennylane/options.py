"""The keys of a source with ``connector = "pennylane"``, checked; the token is never one."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from dunning_sdk.connectors.http_site import Site
from dunning_sdk.connectors.options import read_options, read_secret
from dunning_sdk.connectors.rate_limit import RateLimit
from pydantic import BaseModel, ConfigDict

from dunning_pennylane.reader import Reader

NAME: Final = "pennylane"
# "25 requests every 5 seconds, applied at the token level" (Rate Limiting in API v2).
LIMIT: Final = RateLimit(calls=25, seconds=5)


class PennylaneOptions(BaseModel):
    """How to read from Pennylane.

    Attributes:
        base_url: Where version 2 of the API is.
        secret_env: Environment variable that holds the token.
        secret_file: File that holds it, where the variable is not set.
        since: Day of issue of the oldest invoice to read; all where not given.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = "https://app.pennylane.com/api/external/v2"
    secret_env: str = "PENNYLANE_TOKEN"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    since: date | None = None


def open_reader(options: Mapping[str, Any], *, folder: Path, section: str) -> Reader:
    """Return a reader of what a section of the configuration describes.

    Raises:
        ConfigError: A key is unknown or wrong, or the token is missing.
    """
    given = read_options(PennylaneOptions, options, section=section)
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="Pennylane's token"
    )
    return Reader(site(given.base_url, secret, variable=given.secret_env), since=given.since)


def site(base_url: str, secret: str, *, variable: str = "PENNYLANE_TOKEN") -> Site:
    """Return where Pennylane is, how one proves who one is, and how often it may be called."""
    return Site(
        connector=NAME,
        base_url=base_url,
        headers={"Authorization": f"Bearer {secret}"},
        secrets=(secret,),
        auth_hint=f"Check {variable}: the token needs to read customer invoices, customers"
        " and transactions",
        limits=(LIMIT,),
    )
