"""The keys of a source with ``connector = "odoo"``, checked; the API key is never one."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from dunning_sdk.connectors.http_site import Site
from dunning_sdk.connectors.options import read_options, read_secret
from pydantic import BaseModel, ConfigDict

from dunning_odoo.reader import NAME, Reader


class OdooOptions(BaseModel):
    """How to read from an Odoo database.

    Attributes:
        base_url: Where the server is, as ``https://mycompany.odoo.com``.
        database: Name of the database; may be left out where the server has one.
        secret_env: Environment variable that holds the API key of a user.
        secret_file: File that holds it, where the variable is not set.
        company: Odoo's id of the company to read, where the user sees several.
        since: Day of issue of the oldest invoice to read; all where not given.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str
    database: str = ""
    secret_env: str = "ODOO_API_KEY"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    company: int | None = None
    since: date | None = None


def open_reader(options: Mapping[str, Any], *, folder: Path, section: str) -> Reader:
    """Return a reader of what a section of the configuration describes.

    Raises:
        ConfigError: A key is unknown or wrong, or the API key is missing.
    """
    given = read_options(OdooOptions, options, section=section)
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="Odoo's API key"
    )
    where = site(given.base_url, given.database, secret, variable=given.secret_env)
    return Reader(where, company=given.company, since=given.since)


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
        " partners and journal items",
    )
