"""The keys of a section with ``connector = "maileva"``, checked; a secret is never one."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from dunning_sdk.connectors.http_site import Site
from dunning_sdk.connectors.options import read_options, read_secret
from dunning_sdk.connectors.rate_limit import RateLimit
from pydantic import BaseModel, ConfigDict, Field

NAME: Final = "maileva"


class Service(StrEnum):
    """What Maileva does with a letter: post it, or post it registered."""

    POSTAL = "postal"
    REGISTERED = "registered"


PATHS: Final = {Service.POSTAL: "/mail/v2", Service.REGISTERED: "/registered_mail/v2"}


class MailevaOptions(BaseModel):
    """How to reach Maileva, and how letters are made.

    Attributes:
        service: ``registered`` or ``postal``.
        client_id: Of your application at Maileva.
        user: Of your account there; empty where the application acts for itself.
        notification_email: Where Maileva writes about each letter.
        receipt: Whether a registered letter has an acknowledgement of receipt.
        scanned_receipt: Whether Maileva scans it, so that it can be kept as a proof.
        color: Whether letters are printed in color.
        duplex: Whether on both sides.
        archive_years: How long Maileva keeps a copy: 3, 6 or 10 for registered letters.
        secret_env: Environment variable that holds the application's secret.
        secret_file: File that holds it, where the variable is not set.
        password_env: Environment variable that holds the user's password.
        password_file: File that holds it, where the variable is not set.
        base_url: ``https://api.sandbox.maileva.net`` to try it out.
        token_url: ``https://connexion.sandbox.maileva.net/auth/realms/…`` to try it out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: Service = Service.REGISTERED
    client_id: str = Field(min_length=1)
    user: str = ""
    notification_email: str = Field(default="", max_length=256)
    receipt: bool = True
    scanned_receipt: bool = True
    color: bool = False
    duplex: bool = True
    archive_years: int = Field(default=3, ge=0, le=10)
    secret_env: str = "MAILEVA_SECRET"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    password_env: str = "MAILEVA_PASSWORD"  # noqa: S105  # the name of a variable
    password_file: str = ""
    base_url: str = "https://api.maileva.com"
    token_url: str = "https://connexion.maileva.com/auth/realms/services/protocol/openid-connect"  # noqa: S105


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where Maileva is, and who one is there.

    Attributes:
        given: The options.
        basic: Application and secret, as HTTP Basic writes them.
        password: Of the user; empty where the application acts for itself.
    """

    given: MailevaOptions
    basic: str = field(repr=False)
    password: str = field(default="", repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the texts that no message may hold."""
        return tuple(filter(None, (self.basic, self.password)))

    def site(self, base_url: str) -> Site:
        """Return a site of Maileva's."""
        given = self.given
        return Site(
            connector=NAME,
            base_url=base_url,
            secrets=self.secrets,
            auth_hint=f"Check client_id, {given.secret_env}, user and {given.password_env}: sandbox"
            " and production have accounts of their own",
            limits=(RateLimit(calls=10, seconds=1),),
        )


def read(options: Mapping[str, Any], *, folder: Path, section: str) -> Access:
    """Return the options of a section, with its secrets.

    Raises:
        ConfigError: A key is unknown or wrong, or a secret is missing.
    """
    given = read_options(MailevaOptions, options, section=section)
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="Maileva's client secret"
    )
    password = (
        read_secret(
            env=given.password_env,
            file=given.password_file,
            folder=folder,
            what="The password of Maileva's user",
        )
        if given.user
        else ""
    )
    basic = base64.b64encode(f"{given.client_id}:{secret}".encode()).decode()
    return Access(given=given, basic=basic, password=password)
