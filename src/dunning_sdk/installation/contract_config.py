"""The section ``[contract]`` of dunning.toml: what the factoring contract says."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ContractConfig(BaseModel):
    """What the factoring contract says; a field left out has the default of its form."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    chaser: Literal["creditor", "platform", "financier", "collector"] | None = None
    collects: Literal["creditor", "financier"] | None = None
    debtor_told: bool | None = None
    letterhead: Literal["creditor", "platform", "financier", "collector"] | None = None
    account: Literal["creditor", "financier"] | None = None
    confirms: bool | None = None
    turnover: int | None = Field(default=None, ge=0)
    turnover_min: int | None = Field(default=None, ge=0)
    pay_out_business_days: int | None = Field(default=None, ge=0, le=90)
    pay_out_calendar: str = "FR"
    remit_business_days: int | None = Field(default=None, ge=0, le=90)
    claim_days: int | None = Field(default=None, ge=0, le=365)
    cover_max_age_days: int | None = Field(default=None, ge=0, le=365)
