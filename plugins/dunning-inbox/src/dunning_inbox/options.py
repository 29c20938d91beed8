"""The keys of ``[[sources.news]]`` with ``connector = "inbox"``; a secret is never one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from dunning_sdk.connectors.options import read_options, read_secret
from dunning_sdk.errors import ConfigError
from pydantic import BaseModel, ConfigDict, Field

NAME: Final = "inbox"
SECTION: Final = "[[sources.news]]"
_FOLDER: Final = re.compile(r"[ -~]+")


class Security(StrEnum):
    """How the connection is protected; ``NONE`` is for a server on the same machine."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Login(StrEnum):
    """What the secret is: a password, or a token of OAuth 2."""

    PASSWORD = "password"  # noqa: S105  # a word, no password
    XOAUTH2 = "xoauth2"


class InboxOptions(BaseModel):
    """How to reach a mail box.

    Attributes:
        host: Name of the server; its certificate must be for it.
        port: 993 for TLS from the start, 143 for STARTTLS, as a rule.
        security: ``tls``, ``starttls``, or ``none`` for a server on the same machine.
        user: Name of the account.
        login: ``password``, or ``xoauth2`` where the secret is a token.
        secret_env: Environment variable that holds the secret.
        secret_file: File that holds it, where the variable is not set.
        folder: Folder of the box that is read.
        since: First day that is looked at; everything in the folder where not given.
        messages_max: Most messages of one pull; the next pull goes on.
        timeout_seconds: Longest wait for any one answer.
        certificates: File with the certificates to trust; empty for the machine's own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1)
    port: int = Field(default=993, ge=1, le=65535)
    security: Security = Security.TLS
    user: str = Field(min_length=1)
    login: Login = Login.PASSWORD
    secret_env: str = "DUNNING_INBOX_SECRET"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    folder: str = "INBOX"
    since: date | None = None
    messages_max: int = Field(default=500, ge=1, le=10_000)
    timeout_seconds: int = Field(default=30, ge=1, le=600)
    certificates: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A mail box, and who one is there.

    Attributes:
        given: The options.
        secret: Password or token; never shown.
        certificates: File with the certificates to trust; ``None`` for the machine's own.
    """

    given: InboxOptions
    secret: str = field(repr=False)
    certificates: Path | None = None


def read(options: Mapping[str, Any], *, folder: Path) -> Box:
    """Return the mail box a section describes.

    Raises:
        ConfigError: A key is unknown or wrong, or the secret is missing or would travel
            unprotected.
    """
    given = read_options(InboxOptions, options, section=SECTION)
    if given.security is Security.NONE and given.host not in ("localhost", "127.0.0.1", "::1"):
        raise ConfigError(
            f"{SECTION} security: the secret would travel unprotected to {given.host}",
            hint="Set security to tls or starttls",
        )
    if not _FOLDER.fullmatch(given.folder):
        raise ConfigError(
            f"{SECTION} folder: it has signs beyond ASCII",
            hint="Write its name in modified UTF-7, as the server lists it",
        )
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="The mail box's secret"
    )
    certificates = folder / given.certificates if given.certificates else None
    return Box(given=given, secret=secret, certificates=certificates)
