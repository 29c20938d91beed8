"""The sections ``[portal]`` and ``[dialogue]``: how debtors answer by themselves.

Decides under which address the portal is reached, what its links are signed by, and up to which
amount a dialogue comes to its end without a person.
"""

import hashlib
import hmac
import os
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConfigError, InvalidAmountError

_SECRET_LETTERS_MIN: Final = 16
_LOCAL: Final = ("http://127.0.0.1", "http://localhost")


class PortalConfig(BaseModel):
    """Where debtors see what is open, and for how long a link leads there."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    url: str = ""
    link_days: int = Field(default=45, ge=1, le=400)
    secret_env: str = "DUNNING_PORTAL_SECRET"  # noqa: S105  # the name of a variable
    secret_file: str = ""

    @field_validator("url")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        if url and not url.startswith(("https://", *_LOCAL)):
            message = "must begin with https://, or http:// on this machine"
            raise PydanticCustomError("portal_url", message)
        return url.rstrip("/")

    def key(self, folder: Path, store_secret: str) -> bytes:
        """Return what links are signed by: of the variable, else the file, else the store's secret.

        Args:
            folder: That the file is looked for in.
            store_secret: Of the store; nothing of it can be told from the key.

        Raises:
            ConfigError: The file cannot be read, or the secret is too short.
        """
        given = os.environ.get(self.secret_env, "") or self._of_file(folder) or store_secret
        if len(given) < _SECRET_LETTERS_MIN:
            message = f"The secret of the portal has fewer than {_SECRET_LETTERS_MIN} letters"
            raise ConfigError(message, hint=f"Set {self.secret_env} to 32 random bytes in base64.")
        return hmac.digest(given.encode(), b"dunning portal links", hashlib.sha256)

    def _of_file(self, folder: Path) -> str:
        if not self.secret_file:
            return ""
        path = folder / self.secret_file
        try:
            return path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as problem:
            message = f"The secret of the portal in {path.name} cannot be read"
            hint = f"Write 32 random bytes in base64 there, or set {self.secret_env}."
            raise ConfigError(message, hint=hint) from problem


_Amount = Annotated[str, Field(pattern=r"^\d{1,9}(\.\d{1,3})?$")]


class DialogueConfig(BaseModel):
    """Up to which amount a debtor and the program agree between them, and on what."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    amount_max: _Amount = "0"
    parts_max: int = Field(default=3, ge=1, le=12)
    part_min: _Amount = "20"

    def is_for(self, amount: Money) -> bool:
        """Tell whether an open amount is small enough."""
        return 0 < amount.minor <= _money(self.amount_max, amount.currency).minor

    def least_part(self, currency: str) -> Money:
        """Return the least installment in a currency."""
        return _money(self.part_min, currency)


def _money(text: str, currency: str) -> Money:
    try:
        return Money.from_major(Decimal(text), currency)
    except (InvalidOperation, InvalidAmountError) as problem:
        message = f"dunning.toml: dialogue: {text} is no amount in {currency}"
        raise ConfigError(message, hint="Write fewer decimals.") from problem
