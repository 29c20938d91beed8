"""The section ``[access]`` of ``dunning.toml``: how people sign in, and for how long.

Decides what may be said there; who may do what is decided by `access`.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from dunning_sdk.errors import ConfigError

RoleName = Literal["viewer", "collector", "manager", "admin"]
_LOOPBACK: Final = frozenset(("127.0.0.1", "::1", "localhost"))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class OpenIdConfig(_Strict):
    """An OpenID provider people may sign in at."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    issuer: str
    client_id: str
    secret_env: str = "DUNNING_OPENID_SECRET"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    scopes: list[str] = Field(default_factory=lambda: ["openid", "email", "profile"])
    roles_claim: str = ""
    roles: dict[str, RoleName] = Field(default_factory=dict)

    @field_validator("issuer")
    @classmethod
    def _is_protected(cls, issuer: str) -> str:
        parts = urlsplit(issuer)
        is_local = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not parts.hostname or parts.query or not (is_local or parts.scheme == "https"):
            message = "begin it with https://; http:// is for this machine alone"
            raise PydanticCustomError("issuer", message)
        return issuer

    @model_validator(mode="after")
    def _roles_have_a_claim(self) -> Self:
        if bool(self.roles) is not bool(self.roles_claim):
            raise PydanticCustomError("roles", "give roles_claim and roles, or neither")
        return self

    def secret(self, folder: Path) -> str:
        """Return the client's secret: the variable's, else the file's; empty for a public client.

        Args:
            folder: Where a relative file begins.

        Raises:
            ConfigError: A file is named and cannot be read.
        """
        given = os.environ.get(self.secret_env, "")
        if given or not self.secret_file:
            return given
        try:
            return (folder / self.secret_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as problem:
            message = f"access.openid: {self.secret_file} cannot be read"
            raise ConfigError(message, hint="Put the client's secret there.") from problem


class AccessConfig(_Strict):
    """How people sign in to the console."""

    passwords: bool = True
    idle_minutes: int = Field(default=120, ge=5, le=24 * 60)
    hours: int = Field(default=12, ge=1, le=24 * 7)
    openid: OpenIdConfig | None = None

    @model_validator(mode="after")
    def _somebody_may_come_in(self) -> Self:
        if not self.passwords and self.openid is None:
            message = "without passwords, [access.openid] is needed"
            raise PydanticCustomError("passwords", message)
        return self

    @property
    def idle(self) -> timedelta:
        """Return how long somebody stays signed in without a request."""
        return timedelta(minutes=self.idle_minutes)

    @property
    def whole(self) -> timedelta:
        """Return how long somebody stays signed in at the most."""
        return timedelta(hours=self.hours)
