"""The section ``[cash]`` of ``dunning.toml``: how far money may fall short, and what it pays first.

Decides what may be said there; what follows is decided in `decisions.short_payment`,
`money.exchanging` and `decisions.imputation`.
"""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from dunning_sdk.decisions.imputation import Across
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import DomainError


class CashConfig(BaseModel):
    """How incoming money is applied."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    bank_charges_max: dict[str, str] = Field(default_factory=dict)
    exchange_difference_pct: Annotated[str, Field(pattern=r"^[0-9]{1,2}(\.[0-9]{1,4})?$")] = "2"
    across: Across = "ask"

    @field_validator("bank_charges_max")
    @classmethod
    def _are_amounts(cls, amounts: dict[str, str]) -> dict[str, str]:
        for currency, text in amounts.items():
            try:
                is_sound = Money.from_major(text, currency).minor >= 0
            except DomainError as problem:
                raise PydanticCustomError("amount", f"{currency}: {problem.message}") from problem
            if not is_sound:
                raise PydanticCustomError("amount", f"{currency}: an amount below zero")
        return amounts

    def tolerance(self, currency: str) -> Money | None:
        """Return how much banks may have kept of a payment in a currency; ``None`` for nothing."""
        text = self.bank_charges_max.get(currency)
        return None if text is None else Money.from_major(text, currency)

    @property
    def exchange_difference_share(self) -> Decimal:
        """Return the largest exchange difference as a fraction of what was converted."""
        return Decimal(self.exchange_difference_pct) / 100
