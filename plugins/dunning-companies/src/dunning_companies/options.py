"""The keys of ``[companies]`` with ``connector = "recherche-entreprises"``, checked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from dunning_sdk.connectors.http_site import Site
from dunning_sdk.connectors.options import read_options
from dunning_sdk.connectors.rate_limit import RateLimit
from pydantic import BaseModel, ConfigDict

from dunning_companies.listed import NumberList
from dunning_companies.register import NAME, CompanyRegister

# "L'API accepte au maximum 7 requêtes par seconde par adresse IP."
LIMIT: Final = RateLimit(calls=7, seconds=1)


class ListOptions(BaseModel):
    """A CSV file with a column of company numbers.

    Attributes:
        path: The file.
        column: Header of the column with SIREN or SIRET.
        delimiter: Between columns.
        encoding: Of the file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    column: str = "siren"
    delimiter: str = ";"
    encoding: str = "utf-8-sig"


class CompanyOptions(BaseModel):
    """What is asked about debtors.

    Attributes:
        base_url: Where the register is.
        insolvent: List of companies with open insolvency proceedings.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = "https://recherche-entreprises.api.gouv.fr"
    insolvent: ListOptions | None = None


def open_register(options: Mapping[str, Any], *, folder: Path) -> CompanyRegister:
    """Return the source a section of the configuration describes.

    Raises:
        ConfigError: A key is unknown or wrong.
    """
    given = read_options(CompanyOptions, options, section="[companies]")
    return CompanyRegister(site(given.base_url), insolvent=_list(given.insolvent, folder))


def site(base_url: str) -> Site:
    """Return where the register is; it asks for no credentials."""
    hint = "The register asks for no credentials: check base_url"
    return Site(connector=NAME, base_url=base_url, auth_hint=hint, limits=(LIMIT,))


def _list(given: ListOptions | None, folder: Path) -> NumberList | None:
    if given is None:
        return None
    return NumberList(
        path=folder / given.path,
        column=given.column,
        delimiter=given.delimiter,
        encoding=given.encoding,
    )
