"""The keys of ``[financier]`` with ``connector = "defacto"``, checked; the key is never one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from dunning_sdk.connectors.http_site import Site
from dunning_sdk.connectors.options import read_options, read_secret
from pydantic import BaseModel, ConfigDict

NAME: Final = "defacto"
SECTION: Final = "[financier]"


class DefactoOptions(BaseModel):
    """How to reach Defacto.

    Attributes:
        base_url: ``https://api-sandbox.getdefacto.com`` to try it out.
        secret_env: Environment variable that holds the API key.
        secret_file: File that holds it, where the variable is not set.
        accept_offers: Accept Defacto's offer, with its fees, as soon as it is made; otherwise a
            person accepts it in Defacto's own application.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = "https://api.getdefacto.com"
    secret_env: str = "DEFACTO_API_KEY"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    accept_offers: bool = False


def read(options: Mapping[str, Any], *, folder: Path) -> tuple[DefactoOptions, Site]:
    """Return the options of the section, and Defacto's site with its key.

    Raises:
        ConfigError: A key is unknown or wrong, or the API key is missing.
    """
    given = read_options(DefactoOptions, options, section=SECTION)
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="Defacto's API key"
    )
    return given, site(given.base_url, secret, variable=given.secret_env)


def site(base_url: str, secret: str, *, variable: str = "DEFACTO_API_KEY") -> Site:
    """Return where Defacto is, and how one proves who one is; it declares no rate limit."""
    return Site(
        connector=NAME,
        base_url=base_url,
        headers={"Authorization": f"Bearer {secret}"},
        secrets=(secret,),
        auth_hint=f"Check {variable}: sandbox and production have keys of their own",
    )
