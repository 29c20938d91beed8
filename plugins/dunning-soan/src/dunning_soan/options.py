"""The keys of ``[payment_links]`` with ``connector = "soan"``, checked; the key is never one.

Soan's published page names neither the address of its interface nor the header of the key, so both
are given here, as the Soan Pay space shows them.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from dunning_sdk.connectors.http_site import Site
from dunning_sdk.connectors.options import read_options, read_secret
from pydantic import BaseModel, ConfigDict, Field

NAME: Final = "soan"
SECTION: Final = "[payment_links]"
KEY: Final = "{key}"


class SoanOptions(BaseModel):
    """How to reach Soan Pay, and how amounts are said to it.

    Attributes:
        endpoint: Whole address that takes payment requests.
        key_header: Header that carries the API key.
        key_format: What stands in it; ``{key}`` becomes the key.
        secret_env: Environment variable that holds the API key.
        secret_file: File that holds it, where the variable is not set.
        callback_url: Address of yours that Soan is told; what it is called with is not known.
        gross_at_zero: Ask for the gross amount at a rate of 0 where it is not one net amount with
            one rate; otherwise no page is made for it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    endpoint: str = Field(pattern=r"^https?://\S+$")
    key_header: str = Field(pattern=r"^[A-Za-z0-9-]+$")
    key_format: str = Field(default=KEY, pattern=r"\{key\}")
    secret_env: str = "SOAN_API_KEY"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    callback_url: str = Field(pattern=r"^https://\S+$")
    gross_at_zero: bool = False

    @property
    def path(self) -> str:
        """Return what of the endpoint stands below its host."""
        return urlsplit(self.endpoint).path or "/"


def read(options: Mapping[str, Any], *, folder: Path) -> tuple[SoanOptions, Site]:
    """Return the options of the section, and Soan's site with its key.

    Raises:
        ConfigError: A key is missing, unknown or wrong, or the API key is missing.
    """
    given = read_options(SoanOptions, options, section=SECTION)
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="Soan Pay's API key"
    )
    return given, site(given, secret)


def site(given: SoanOptions, secret: str) -> Site:
    """Return where Soan Pay is, and how one proves who one is; its rate limit is not known."""
    parts = urlsplit(given.endpoint)
    return Site(
        connector=NAME,
        base_url=f"{parts.scheme}://{parts.netloc}",
        headers={given.key_header: given.key_format.replace(KEY, secret)},
        secrets=(secret,),
        auth_hint=f"Check {given.secret_env}, and key_header and key_format of {SECTION}",
        refusal=refusal,
    )


def refusal(data: object) -> str:
    """Return why a reply that calls itself fine is none; empty where it is."""
    status = data.get("status") if isinstance(data, dict) else None
    if not isinstance(status, str) or status == "success":
        return ""  # whether it is as expected is judged where it is read
    message = data.get("message") if isinstance(data, dict) else None
    return message if isinstance(message, str) and message else f"its status is {status}"
