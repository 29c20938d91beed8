"""Writes logs of the program to standard error, as lines of text or of JSON; off by default."""

import json
import logging
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from dunning_sdk.errors import ConfigError

if TYPE_CHECKING:
    from dunning_sdk.engine.engine import Engine

ROOT: Final = "dunning_sdk"
LEVELS: Final = ("debug", "info", "warning", "error")


class LogFormat(StrEnum):
    """How logs are written."""

    TEXT = "text"
    JSON = "json"


class JsonLines(logging.Formatter):
    """One JSON object for each record; of an error its kind and places, never its words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False, default=str)


def write_logs(form: LogFormat, level: str) -> None:
    """Write the program's logs to standard error from now on; a second call replaces the first.

    Args:
        form: Text or JSON.
        level: ``debug``, ``info``, ``warning`` or ``error``.
    """
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    handler.setFormatter(JsonLines() if form is LogFormat.JSON else text)
    logger = logging.getLogger(ROOT)
    for old in logger.handlers[:]:
        logger.removeHandler(old)
    logger.addHandler(handler)
    logger.setLevel(level.upper())


def begin_logs(form: str, level: str) -> None:
    """Write logs as flags or variables say.

    Raises:
        ConfigError: There is no such format or level.
    """
    if form not in set(LogFormat):
        raise ConfigError(f"--log-format {form!r} is neither text nor json", hint="Write json.")
    if level not in LEVELS:
        raise ConfigError(f"--log-level {level!r} is no level", hint=f"One of {', '.join(LEVELS)}.")
    write_logs(LogFormat(form), level)


def begin_telemetry(engine: "Engine") -> None:
    """Do what ``[telemetry]`` of an engine's configuration says; what a flag said goes before.

    Raises:
        ConfigError: The extra ``otel`` is not installed.
    """
    chosen = engine.config.telemetry
    if chosen.log_format and not logging.getLogger(ROOT).handlers:
        write_logs(LogFormat(chosen.log_format), chosen.log_level)
    if chosen.traces:
        from dunning_sdk.installation.observing import Several
        from dunning_sdk.installation.tracing import Tracing, export_spans

        export_spans()
        engine.observer = Several(engine.observer, Tracing())
