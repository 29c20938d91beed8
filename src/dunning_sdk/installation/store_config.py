"""The section ``[store]`` of ``dunning.toml``: where the data lies, and what unlocks it.

Decides where secrets are looked for: an environment variable first, else a file. None of them
ever stands in the configuration itself, and none is in a message.
"""

import os
import re
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic_core import PydanticCustomError

from dunning_sdk.errors import ConfigError

_PASSWORD: Final = re.compile(r"//[^/@]*:[^/@]*@|[?&]password=", re.IGNORECASE)


class StoreConfig(BaseModel):
    """Where the data lives and what unlocks it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    url: str = "sqlite:///dunning.sqlite"
    secret_env: str = "DUNNING_SECRET"  # noqa: S105  # the name of a variable
    secret_file: str = "dunning.key"  # noqa: S105  # the name of a file
    new_secret_env: str = "DUNNING_NEW_SECRET"  # noqa: S105  # the name of a variable
    new_secret_file: str = "dunning.key.new"  # noqa: S105  # the name of a file
    password_env: str = "DUNNING_STORE_PASSWORD"  # noqa: S105  # the name of a variable
    password_file: str = ""

    @field_validator("url")
    @classmethod
    def _has_no_password(cls, url: str) -> str:
        if _PASSWORD.search(url):
            message = "a password may not stand here; set password_env or password_file"
            raise PydanticCustomError("password", message)
        return url

    def secret(self, folder: Path) -> str:
        """Return what unlocks the store: the environment variable, else the key file.

        Raises:
            ConfigError: Neither is there.
        """
        given = os.environ.get(self.secret_env)
        if given:
            return given
        path = folder / self.secret_file
        try:
            return path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as problem:
            names = f"{self.secret_env} is not set and {path.name} cannot be read"
            message = f"No secret for the store: {names}"
            raise ConfigError(message, hint="Run `dunning init`, or set the variable.") from problem

    def new_secret(self, folder: Path) -> str:
        """Return the secret that is to come: the variable, else the file, else empty.

        Raises:
            ConfigError: The file is there and cannot be read.
        """
        given = os.environ.get(self.new_secret_env, "")
        path = folder / self.new_secret_file
        if given or not self.new_secret_file or not path.is_file():
            return given
        try:
            return path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as problem:
            message = f"The new secret in {path.name} cannot be read"
            raise ConfigError(message, hint="Write 32 random bytes in base64 there.") from problem

    def password(self, folder: Path) -> str:
        """Return the password of the store's user: the variable, else the file, else empty.

        Raises:
            ConfigError: A file is named and cannot be read.
        """
        given = os.environ.get(self.password_env, "")
        if given or not self.password_file:
            return given
        path = folder / self.password_file
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as problem:
            message = f"No password for the store: {path.name} cannot be read"
            hint = f"Write it there, or set {self.password_env}."
            raise ConfigError(message, hint=hint) from problem
