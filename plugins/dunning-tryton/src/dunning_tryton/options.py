"""The keys of a source with ``connector = "tryton"``, checked; the key itself is never one."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from dunning_sdk.connectors.http_site import Site, path_of
from dunning_sdk.connectors.options import read_options, read_secret
from pydantic import BaseModel, ConfigDict

from dunning_tryton.notes import TrytonNotes
from dunning_tryton.reader import Reader

NAME: Final = "tryton"


class TrytonOptions(BaseModel):
    """How to reach a Tryton server.

    Attributes:
        base_url: Where the server is, without the name of the database.
        database: Name of the database.
        secret_env: Environment variable that holds the key of a user application.
        secret_file: File that holds it, where the variable is not set.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str
    database: str
    secret_env: str = "TRYTON_KEY"  # noqa: S105  # the name of a variable
    secret_file: str = ""


class ReadingOptions(TrytonOptions):
    """How to read from a Tryton server.

    Attributes:
        company: Tryton's id of the company to read, where the user sees several; all where not
            given.
        since: Day of issue of the oldest invoice to read; all where not given.
    """

    company: int | None = None
    since: date | None = None


def open_reader(options: Mapping[str, Any], *, folder: Path, section: str) -> Reader:
    """Return a reader of what a section of the configuration describes.

    Raises:
        ConfigError: A key is unknown or wrong, or the application's key is missing.
    """
    given = read_options(ReadingOptions, options, section=section)
    return Reader(_site(given, folder), company=given.company, since=given.since)


def open_notes(options: Mapping[str, Any], *, folder: Path) -> TrytonNotes:
    """Return what writes notes, by the options of a section ``[webhooks.NAME]``.

    Raises:
        ConfigError: A key is unknown or wrong, or the application's key is missing.
    """
    given = read_options(TrytonOptions, options, section="[webhooks.*] options")
    return TrytonNotes(_site(given, folder))


def _site(given: TrytonOptions, folder: Path) -> Site:
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="the key for Tryton"
    )
    return site(given.base_url, given.database, secret, variable=given.secret_env)


def site(base_url: str, database: str, secret: str, *, variable: str = "TRYTON_KEY") -> Site:
    """Return where a database is served, and how one proves who one is; it declares no limit."""
    return Site(
        connector=NAME,
        base_url=f"{base_url.rstrip('/')}{path_of(database)}",
        headers={"Authorization": f"Bearer {secret}"},
        secrets=(secret,),
        auth_hint=f"Check {variable}: the user application must be validated by its user, in his"
        " preferences",
    )
