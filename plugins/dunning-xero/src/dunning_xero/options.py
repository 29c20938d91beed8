"""The keys of a section with ``connector = "xero"``, checked; the client's secret is never one."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from dunning_sdk.connectors.access_token import AccessTokens, granting
from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.options import read_options, read_secret
from dunning_sdk.connectors.rate_limit import RateLimit
from dunning_sdk.connectors.timing import Timing
from pydantic import BaseModel, ConfigDict

from dunning_xero.document import Booking
from dunning_xero.reader import NAME, Reader
from dunning_xero.sink import XeroSink

# "60 calls in a rolling 60 second window" for each organisation (API limits).
LIMIT: Final = RateLimit(calls=60, seconds=60)


class XeroOptions(BaseModel):
    """How to reach one organisation in Xero.

    Attributes:
        client_id: Of the custom connection.
        secret_env: Environment variable that holds its secret.
        secret_file: File that holds it, where the variable is not set.
        tenant_id: Xero's id of the organisation; a custom connection knows its own.
        base_url: Where the accounting API is.
        identity_url: Where access tokens are given.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    client_id: str
    secret_env: str = "XERO_CLIENT_SECRET"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    tenant_id: str = ""
    base_url: str = "https://api.xero.com/api.xro/2.0"
    identity_url: str = "https://identity.xero.com"


class ReadingOptions(XeroOptions):
    """How to read from Xero.

    Attributes:
        since: Day of issue of the oldest invoice to read; all where not given.
    """

    since: date | None = None


class IssuingOptions(XeroOptions):
    """How to issue documents in Xero.

    Attributes:
        account: Code of the account that lines are booked on.
        tax_types: Xero's tax type for each rate of VAT in percent: ``{"20": "OUTPUT2"}``.
    """

    account: str
    tax_types: dict[Decimal, str]


def open_reader(options: Mapping[str, Any], *, folder: Path, section: str) -> Reader:
    """Return a reader of what a section of the configuration describes.

    Raises:
        ConfigError: A key is unknown or wrong, or the client's secret is missing.
    """
    given = read_options(ReadingOptions, options, section=section)
    return Reader(client(given, secret=_secret(given, folder)), since=given.since)


def open_sink(options: Mapping[str, Any], *, folder: Path, section: str) -> XeroSink:
    """Return the sink that a section of the configuration describes.

    Raises:
        ConfigError: A key is unknown or wrong, or the client's secret is missing.
    """
    given = read_options(IssuingOptions, options, section=section)
    booking = Booking(account=given.account, tax_types=given.tax_types)
    return XeroSink(client(given, secret=_secret(given, folder)), booking=booking)


def client(
    given: XeroOptions,
    *,
    secret: str,
    transport: Transport | None = None,
    timing: Timing | None = None,
) -> HttpClient:
    """Return a client that proves who it is by tokens of a custom connection."""
    pair = b64encode(f"{given.client_id}:{secret}".encode()).decode()
    hint = f"Check client_id and {given.secret_env}: both belong to one custom connection"
    identity = Site(
        connector=NAME,
        base_url=given.identity_url,
        headers={"Authorization": f"Basic {pair}"},
        secrets=(secret, pair),
        auth_hint=hint,
    )
    request = granting("/connect/token", {"grant_type": "client_credentials"})
    tokens = AccessTokens(identity, request, transport=transport, timing=timing)
    site = Site(
        connector=NAME,
        base_url=given.base_url,
        headers={"xero-tenant-id": given.tenant_id} if given.tenant_id else {},
        auth_hint=f"{hint}; it needs the scopes accounting.transactions and"
        " accounting.contacts.read",
        limits=(LIMIT,),
    )
    return HttpClient(site, transport=transport, timing=timing, tokens=tokens)


def _secret(given: XeroOptions, folder: Path) -> str:
    return read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="Xero's client secret"
    )
