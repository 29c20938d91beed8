"""The sections ``[limits.CHANNEL]`` of ``dunning.toml``: when and how fast a channel is used.

Decides what may be said there; what follows from it is decided in `delivery.pacing`.
"""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

_HOURS: Final = r"^(?:([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$"


class LimitConfig(BaseModel):
    """When a channel may be used, in modes ``redirect`` and ``live``."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    per_minute: int = Field(default=0, ge=0)
    burst: int = Field(default=1, ge=1)
    quiet_hours: Annotated[str, Field(pattern=_HOURS)] = ""
    rest_after: int = Field(default=5, ge=1)
    rest_seconds: int = Field(default=60, ge=1)
