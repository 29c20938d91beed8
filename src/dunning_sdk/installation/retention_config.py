"""The section ``[retention]`` of ``dunning.toml``: how long data is kept, and by which law.

Decides what may be said there; what is due by it is decided in `privacy.retaining`. There are no
periods by default: which law binds an operator is his to say.
"""

from datetime import date
from typing import Annotated

from dateutil.relativedelta import relativedelta
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError


class PeriodConfig(BaseModel):
    """How long one kind of data is kept after the last that happened."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    years: int = Field(default=0, ge=0, le=100)
    months: int = Field(default=0, ge=0, le=1200)
    days: int = Field(default=0, ge=0, le=36500)
    source: Annotated[str, Field(pattern=r"\S")]

    @model_validator(mode="after")
    def _is_a_period(self) -> "PeriodConfig":
        if not (self.years or self.months or self.days):
            message = "give years, months or days"
            raise PydanticCustomError("period", message)
        return self

    def end(self, since: date) -> date:
        """Return the first day on which what last happened on a day need not be kept."""
        return since + relativedelta(years=self.years, months=self.months, days=self.days)


class RetentionConfig(BaseModel):
    """How long each kind of data is kept; a kind without a period is kept for good."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    debtors: PeriodConfig | None = None
    prospects: PeriodConfig | None = None
    payments: PeriodConfig | None = None
