"""The keys of ``[financier]`` with ``connector = "hokodo"``, checked; the key is never one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from dunning_sdk.connectors.http_site import Site
from dunning_sdk.connectors.options import read_options, read_secret
from pydantic import BaseModel, ConfigDict, Field

NAME: Final = "hokodo"
SECTION: Final = "[financier]"
_ADDRESS: Final = r"^(https://\S+)?$"


class HokodoOptions(BaseModel):
    """How to reach Hokodo, and what it tells the buyer.

    Attributes:
        base_url: ``https://api-sandbox.hokodo.co/v1`` to try it out.
        secret_env: Environment variable that holds the API key.
        secret_file: File that holds it, where the variable is not set.
        country: Where debtors are registered, ISO 3166-1 alpha-2, where nothing else says so.
        return_url: Where the buyer's browser goes from Hokodo's page; empty for Hokodo's choice.
        notification_url: Where Hokodo's webhooks go; empty for none.
        terms_url: The creditor's terms of sale, shown to the buyer; empty for none.
        capture: Ask for the pay-out as soon as the buyer has confirmed; otherwise a person does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = "https://api.hokodo.co/v1"
    secret_env: str = "HOKODO_API_KEY"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    country: str = Field(default="FR", pattern=r"^[A-Z]{2}$")
    return_url: str = Field(default="", pattern=_ADDRESS)
    notification_url: str = Field(default="", pattern=_ADDRESS)
    terms_url: str = Field(default="", pattern=_ADDRESS)
    capture: bool = False


def read(options: Mapping[str, Any], *, folder: Path) -> tuple[HokodoOptions, Site]:
    """Return the options of the section, and Hokodo's site with its key.

    Raises:
        ConfigError: A key is unknown or wrong, or the API key is missing.
    """
    given = read_options(HokodoOptions, options, section=SECTION)
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="Hokodo's API key"
    )
    return given, site(given.base_url, secret, variable=given.secret_env)


def site(base_url: str, secret: str, *, variable: str = "HOKODO_API_KEY") -> Site:
    """Return where Hokodo is, and how one proves who one is; its rate limit is not known."""
    return Site(
        connector=NAME,
        base_url=base_url,
        headers={"Authorization": f"Token {secret}"},
        secrets=(secret,),
        auth_hint=f"Check {variable}: sandbox and production have keys of their own",
    )
