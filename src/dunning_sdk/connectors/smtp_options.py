"""The keys that name a mail server in ``dunning.toml``, checked; a password is never one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from dunning_sdk.connectors.options import read_options, read_secret
from dunning_sdk.connectors.smtp import Security, SmtpChannel, SmtpServer


class SmtpOptions(BaseModel):
    """How to reach a mail server.

    Attributes:
        host: Name of the server.
        port: 587 for STARTTLS, 465 for TLS from the start, as a rule.
        security: ``starttls``, ``tls`` or ``none``.
        user: Empty where the server asks for none.
        secret_env: Environment variable that holds the password.
        secret_file: File that holds it, where the variable is not set.
        timeout_seconds: Longest wait for any one answer.
        domain: Right part of Message-IDs; the sender's domain where empty.
        certificates: File with the certificates to trust; empty for the machine's own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1)
    port: int = Field(default=587, ge=1, le=65535)
    security: Security = Security.STARTTLS
    user: str = ""
    secret_env: str = "DUNNING_SMTP_SECRET"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    timeout_seconds: int = Field(default=30, ge=1, le=600)
    domain: str = ""
    certificates: str = ""


def smtp_channel(options: Mapping[str, Any], *, folder: Path) -> SmtpChannel:
    """Return the channel that a section of the configuration describes.

    Args:
        options: Keys and values of the section.
        folder: Where relative paths start.

    Raises:
        ConfigError: A key is unknown or wrong, or the password cannot be read.
    """
    given = read_options(SmtpOptions, options, section="[channels.email]")
    server = SmtpServer(
        host=given.host,
        port=given.port,
        security=given.security,
        user=given.user,
        secret=_secret(given, folder),
        timeout_seconds=given.timeout_seconds,
        certificates=str(folder / given.certificates) if given.certificates else "",
    )
    return SmtpChannel(server, domain=given.domain)


def _secret(given: SmtpOptions, folder: Path) -> str:
    if not given.user:
        return ""
    what = "The mail server's password"
    return read_secret(env=given.secret_env, file=given.secret_file, folder=folder, what=what)
