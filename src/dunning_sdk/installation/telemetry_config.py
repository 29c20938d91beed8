"""The section ``[telemetry]`` of ``dunning.toml``: what the program logs, and whether it traces."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class TelemetryConfig(BaseModel):
    """What the program tells of its work; a library that is embedded tells its host's logging."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    log_format: Literal["", "text", "json"] = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    traces: bool = False
    metrics_host: str = "127.0.0.1"
