"""The sections ``[webhooks.NAME]`` of ``dunning.toml``: who is told of events, and of which.

Decides what may be said there; telling is left to `webhooking`.
"""

import os
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Final, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from dunning_sdk.errors import ConfigError

WebhookName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
_LOOPBACK: Final = frozenset(("127.0.0.1", "::1", "localhost"))


class WebhookConfig(BaseModel):
    """One endpoint of the host's: an address, or a plugin."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    url: str = ""
    plugin: str = ""
    options: dict[str, Any] = Field(default_factory=dict)
    events: list[str] = Field(default_factory=lambda: ["*"])
    payload: bool = False
    from_start: bool = False
    secret_env: str = ""
    secret_file: str = ""

    @field_validator("url")
    @classmethod
    def _is_protected(cls, url: str) -> str:
        if not url:
            return url
        try:
            parts = urlsplit(url)
            is_local = parts.scheme == "http" and parts.hostname in _LOOPBACK
            is_sound = parts.hostname and not parts.username and not parts.fragment
        except ValueError:
            is_local = is_sound = False
        if not is_sound or not (is_local or parts.scheme == "https"):
            message = "begin it with https://; http:// is for this machine alone, and no user"
            raise PydanticCustomError("url", message)
        return url

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if bool(self.url) is bool(self.plugin):
            message = "give url, or plugin, and not both"
            raise PydanticCustomError("one_way", message)
        if self.options and not self.plugin:
            raise PydanticCustomError("options", "options are those of a plugin; there is none")
        return self

    def wants(self, type: str) -> bool:
        """Tell whether this endpoint is told of events of a type."""
        return any(fnmatchcase(type, pattern) for pattern in self.events)

    def secrets(self, name: str, folder: Path) -> list[str]:
        """Return every active secret, the newest first: the variable's, else the file's.

        Args:
            name: Of the endpoint, for messages.
            folder: Where a relative file begins.

        Raises:
            ConfigError: Neither holds one.
        """
        given = os.environ.get(self.secret_env, "") if self.secret_env else ""
        if not given and self.secret_file:
            try:
                given = (folder / self.secret_file).read_text(encoding="ascii")
            except (OSError, UnicodeDecodeError) as problem:
                message = f"webhook {name}: {self.secret_file} cannot be read"
                hint = "`dunning webhooks secret` makes a secret; keep it there."
                raise ConfigError(message, hint=hint) from problem
        if not given.split():
            message = f"webhook {name}: there is no secret"
            raise ConfigError(message, hint="Set secret_env or secret_file, and fill it.")
        return given.split()
