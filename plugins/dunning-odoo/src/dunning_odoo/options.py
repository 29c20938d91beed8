"""The keys of a section with ``connector = "odoo"``, checked; the API key is never one."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site
from dunning_sdk.connectors.options import read_options, read_secret
from pydantic import BaseModel, ConfigDict

from dunning_odoo.reader import NAME, Reader
from dunning_odoo.sink import OdooSink


class OdooOptions(BaseModel):
    """How to reach an Odoo database.

    Attributes:
        base_url: Where the server is, as ``https://mycompany.odoo.com``.
        database: Name of the database; may be left out where the server has one.
        secret_env: Environment variable that holds the API key of a user.
        secret_file: File that holds it, where the variable is not set.
        company: Odoo's id of the company, where the user sees several.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str
    database: str = ""
    secret_env: str = "ODOO_API_KEY"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    company: int | None = None


class ReadingOptions(OdooOptions):
    """How to read from an Odoo database.

    Attributes:
        since: Day of issue of the oldest invoice to read; all where not given.
    """

    since: date | None = None


class IssuingOptions(OdooOptions):
    """How to issue documents in an Odoo database.

    Attributes:
        taxes: Odoo's id of the tax of each rate of VAT in percent: ``{"20": 12}``.
    """

    taxes: dict[Decimal, int]


def open_reader(options: Mapping[str, Any], *, folder: Path, section: str) -> Reader:
    """Return a reader of what a section of the configuration describes.

    Raises:
        ConfigError: A key is unknown or wrong, or the API key is missing.
    """
    given = read_options(ReadingOptions, options, section=section)
    return Reader(_site(given, folder), company=given.company, since=given.since)


def open_sink(options: Mapping[str, Any], *, folder: Path, section: str) -> OdooSink:
    """Return the sink that a section of the configuration describes.

    Raises:
        ConfigError: A key is unknown or wrong, or the API key is missing.
    """
    given = read_options(IssuingOptions, options, section=section)
    return OdooSink(HttpClient(_site(given, folder)), taxes=given.taxes, company=given.company)


def site(base_url: str, database: str, secret: str, *, variable: str = "ODOO_API_KEY") -> Site:
    """Return where Odoo is, and how one proves who one is; it declares no limit."""
    headers = {"Authorization": f"bearer {secret}"}
    if database:
        headers["X-Odoo-Database"] = database
    return Site(
        connector=NAME,
        base_url=base_url,
        headers=headers,
        secrets=(secret,),
        auth_hint=f"Check {variable}: an API key ends, and its user needs to read invoices,"
        " partners and journal items, and to write invoices where they are issued",
    )


def _site(given: OdooOptions, folder: Path) -> Site:
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="Odoo's API key"
    )
    return site(given.base_url, given.database, secret, variable=given.secret_env)
