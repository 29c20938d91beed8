"""Traces for OpenTelemetry: a span for each verb and each dispatch.

Decides names and attributes. Needs the extra ``otel``, and is loaded only where it is asked for. A
host that has set up OpenTelemetry gets the spans where its own go; the program sets it up by the
standard's environment variables (``OTEL_EXPORTER_OTLP_ENDPOINT`` and the others).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from dunning_sdk.errors import ConfigError
from dunning_sdk.installation.observing import Observer

try:
    from opentelemetry import trace
except ImportError as exc:
    raise ConfigError(
        "Traces need OpenTelemetry, which is not installed",
        hint='Run: pip install "dunning-sdk[otel]"',
    ) from exc

NAME: Final = "dunning_sdk"


class Tracing(Observer):
    """Makes spans of what it is told.

    Args:
        tracer: Makes them; that of the process where not given.
    """

    def __init__(self, tracer: trace.Tracer | None = None) -> None:
        self._tracer = tracer or trace.get_tracer(NAME)

    @contextmanager
    def span(self, name: str, **labels: str) -> Iterator[None]:
        """Stand around a piece of work; an error is told by its kind, never by its words."""
        attributes = {f"dunning.{key}": value for key, value in labels.items()}
        with self._tracer.start_as_current_span(
            f"dunning.{name}",
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as current:
            try:
                yield
            except BaseException as problem:
                current.set_status(trace.StatusCode.ERROR, type(problem).__name__)
                raise

    def count(self, name: str, number: int = 1, **labels: str) -> None:
        """Note something that happened with the span it happened in."""
        attributes: dict[str, str | int] = {"number": number, **labels}
        trace.get_current_span().add_event(f"dunning.{name}", attributes)

    def seconds(self, name: str, value: float, **labels: str) -> None:
        """Note what a channel answered with the span around it."""
        attributes: dict[str, str | float] = {"seconds": value, **labels}
        trace.get_current_span().add_event(f"dunning.{name}", attributes)


def export_spans() -> None:
    """Send spans of this process to a collector, unless something sends them already.

    Raises:
        ConfigError: The exporter is not installed.
    """
    from opentelemetry.trace import ProxyTracerProvider

    if not isinstance(trace.get_tracer_provider(), ProxyTracerProvider):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as exc:
        raise ConfigError(
            "Traces need OpenTelemetry's exporter, which is not installed",
            hint='Run: pip install "dunning-sdk[otel]"',
        ) from exc
    own = Resource({SERVICE_NAME: "dunning"}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=own)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
