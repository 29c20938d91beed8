"""What the engine tells of its work: to logs, to Prometheus, to OpenTelemetry; or to nobody."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from threading import Event
from unittest.mock import Mock

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from dunning_sdk.cli.logs import JsonLines, LogFormat, begin_logs, begin_telemetry, write_logs
from dunning_sdk.connectors.memory import MemoryNoticeChannel
from dunning_sdk.errors import ConfigError, ConnectorTransientError, StoreError
from dunning_sdk.installation.metrics import Metrics
from dunning_sdk.installation.observing import FIELDS, Observer, Several
from dunning_sdk.installation.telemetry_config import TelemetryConfig
from dunning_sdk.installation.tracing import Tracing, export_spans
from dunning_sdk.operations.working import Worker
from dunning_sdk.store.delivery import Gate
from tests.acceptance.program import PROGRAM
from tests.engine.marked import install, live, opened
from tests.engine.night import FIRST, Opened, World

BROKEN = ConnectorTransientError("The line broke")


class Listener(Observer):
    """Keeps what it is told."""

    def __init__(self):
        self.told = []

    def count(self, name, number=1, **labels):
        self.told.append((name, number, labels))

    def seconds(self, name, value, **labels):
        self.told.append((name, "seconds", labels))


@pytest.fixture
def world(tmp_path):
    with World(url=f"sqlite:///{tmp_path}/dunning.db", full=False) as found:
        for number in range(2):
            Opened(debtor=number + 1, terms=14, euros=300, age=14).happen(found)
        yield found


@pytest.fixture
def quiet():
    """Leave the program's logger as it was."""
    logger = logging.getLogger("dunning_sdk")
    before = logger.handlers[:], logger.level
    yield
    logger.handlers[:], logger.level = before


def test_runs_decisions_acts_and_dispatches_are_told(world):
    world.engine.observer = Listener()

    world.engine.pull(as_of=FIRST)
    world.engine.run(as_of=FIRST)

    told = world.engine.observer.told
    of = {"tenant": "t"}
    assert ("runs", 1, of) in told
    assert ("decisions", 2, {**of, "outcome": "due"}) in told
    assert ("acts", 2, {**of, "outcome": "sent"}) in told
    sent = {**of, "channel": "email", "status": "sent"}
    assert told.count(("dispatch", "seconds", sent)) == 2


def test_a_notice_to_be_tried_again_is_told(world):
    world.channel = MemoryNoticeChannel(failures=[BROKEN, BROKEN])
    world.engine.pull(as_of=FIRST)
    world.engine.run(as_of=FIRST, send=False)
    world.engine.observer = Listener()

    Worker(world.engine, stop=Event()).run(as_of=FIRST, drain=True)

    told = world.engine.observer.told
    assert ("retries", 1, {"tenant": "t", "channel": "letter"}) in told
    assert ("acts", 1, {"tenant": "t", "outcome": "sent"}) in told
    assert ("acts", 1, {"tenant": "t", "outcome": "deferred"}) in told


# logs ---------------------------------------------------------------------------------------


def test_by_default_the_engine_logs_through_the_hosts_logging_alone(world, caplog):
    caplog.set_level(logging.INFO, logger="dunning_sdk")
    world.engine.pull(as_of=FIRST)
    world.engine.run(as_of=FIRST)

    told = {record.message.split(" tenant")[0]: record for record in caplog.records}
    assert {"pull done", "run done", "execute done", "2 acts", "1 runs"} <= told.keys()
    fields = getattr(told["run done"], FIELDS)
    assert (fields["tenant"], fields["as_of"]) == ("t", FIRST.isoformat())
    assert fields["seconds"] > 0


def test_an_error_is_logged_by_its_kind_alone(caplog):
    caplog.set_level(logging.INFO, logger="dunning_sdk")

    with pytest.raises(ValueError, match="Ana"), Observer().span("run", tenant="t"):
        raise ValueError("Ana owes 3")

    assert caplog.messages == ["run failed tenant=t problem=ValueError"]


def test_a_line_of_json_has_fields_and_never_the_words_of_an_error():
    record = logging.LogRecord("dunning_sdk.x", 30, "f", 1, "%s went", ("it",), None)
    record.fields = {"channel": "email"}
    try:
        raise ValueError("Ana owes 3")
    except ValueError:
        record.exc_info = sys.exc_info()

    line = json.loads(JsonLines().format(record))

    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "warning", "logger": "dunning_sdk.x", "message": "it went", "channel": "email",
        "error": "ValueError",
    }  # fmt: skip


@pytest.mark.usefixtures("quiet")
def test_logs_are_off_until_asked_for_and_a_flag_goes_before_the_configuration(world, capsys):
    logger = logging.getLogger("dunning_sdk")
    assert logger.handlers == []
    asked = TelemetryConfig(log_format="text", log_level="warning")
    config = world.engine.config.model_copy(update={"telemetry": asked})
    world.engine.config = config
    begin_telemetry(world.engine)
    assert logger.level == logging.WARNING

    write_logs(LogFormat.JSON, "info")
    begin_telemetry(world.engine)
    world.engine.pull(as_of=FIRST)

    assert len(logger.handlers) == 1
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["message"].split(" tenant")[0] for line in lines] == ["pull done"]


@pytest.mark.parametrize("wrong", [("xml", "info"), ("json", "loud")])
def test_a_wrong_flag_is_named(wrong):
    with pytest.raises(ConfigError, match="--log-"):
        begin_logs(*wrong)


# metrics ------------------------------------------------------------------------------------


def scraped(port):
    """Return what a scrape says, as Prometheus reads it: name and labels to value."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as reply:
        text = reply.read().decode()
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_scrape_counts_what_was_done_and_reads_what_waits(world):
    metrics = Metrics()
    world.engine.observer = Several(Observer(), metrics)
    world.engine.pull(as_of=FIRST)
    world.engine.run(as_of=FIRST, send=False)
    with world.store.queue() as queue:
        until = datetime.now(UTC) + timedelta(minutes=1)
        queue.put_gate(Gate(channel="letter", failures=5, resting_until=until))
    metrics.read_store(world.store, tenant="t")

    with metrics.served(0) as port:
        before = scraped(port)
        Worker(world.engine, stop=Event()).run(as_of=FIRST, drain=True)
        after = scraped(port)

    assert before["dunning_runs_total", "t"] == 1
    assert before["dunning_decisions_total", "due", "t"] == 2
    assert before["dunning_queue_notices", "email", "waiting", "t"] == 2
    assert before["dunning_channel_resting", "letter", "t"] == 1
    assert before["dunning_channel_failures", "letter", "t"] == 5
    assert before["dunning_verb_seconds_count", "t", "run"] == 1
    assert after["dunning_acts_total", "sent", "t"] == 2
    assert after["dunning_dispatch_seconds_count", "email", "sent", "t"] == 2
    assert after["dunning_queue_notices", "", "waiting", "t"] == 0


def test_a_store_that_is_away_leaves_the_counters(world, monkeypatch):
    monkeypatch.setattr(world.store, "queue", Mock(side_effect=StoreError("away")))
    metrics = Metrics()
    metrics.count("retries", tenant="t", channel="email")
    metrics.read_store(world.store, tenant="t")
    with metrics.served(0) as port:
        found = scraped(port)

    assert found["dunning_retries_total", "email", "t"] == 1


def test_a_port_that_is_taken_is_named():
    with Metrics().served(0) as port:
        second = Metrics().served(port)
        with pytest.raises(ConfigError, match=f":{port}"):
            second.__enter__()


def test_a_worker_serves_its_metrics_until_it_is_stopped(tmp_path):
    folder = install(tmp_path)
    with opened(folder) as engine:
        live(engine)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["--log-format", "json", "worker", "--metrics-port", str(port)]
    with subprocess.Popen(
        [PROGRAM, *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as worker:
        for _ in range(100):
            try:
                found = scraped(port)
                break
            except OSError:
                time.sleep(0.1)
        worker.send_signal(signal.SIGTERM)
        try:
            out, err = worker.communicate(timeout=30)
        finally:
            worker.kill()  # else the block would wait for one that goes on

    assert found["dunning_queue_notices", "", "waiting", "marked"] == 0
    assert (worker.returncode, out) == (0, "nothing to deliver\n"), err


# traces -------------------------------------------------------------------------------------


@pytest.fixture
def spans():
    """Return a real exporter in memory, and the observer whose spans it gets."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield exporter, Tracing(provider.get_tracer("dunning_sdk"))
    provider.shutdown()


def test_a_run_is_a_span_around_the_dispatch_of_each_notice(world, spans):
    exporter, tracing = spans
    world.engine.pull(as_of=FIRST)
    world.engine.observer = Several(Observer(), tracing)

    world.engine.run(as_of=FIRST)

    found = exporter.get_finished_spans()
    assert sorted(span.name for span in found) == [
        "dunning.dispatch", "dunning.dispatch", "dunning.execute", "dunning.run",
    ]  # fmt: skip
    by_name = {span.name: span for span in found}
    run, execute = by_name["dunning.run"], by_name["dunning.execute"]
    assert run.attributes == {"dunning.tenant": "t", "dunning.as_of": FIRST.isoformat()}
    assert execute.parent.span_id == run.context.span_id
    assert by_name["dunning.dispatch"].parent.span_id == execute.context.span_id
    assert by_name["dunning.dispatch"].attributes["dunning.channel"] == "email"
    (told,) = [event for event in execute.events if event.name == "dunning.acts"]
    assert told.attributes == {"number": 2, "tenant": "t", "outcome": "sent"}


def test_a_failed_span_names_the_kind_of_the_error_alone(spans):
    exporter, tracing = spans
    with pytest.raises(ValueError, match="Ana"), tracing.span("run", tenant="t"):
        raise ValueError("Ana owes 3")

    (span,) = exporter.get_finished_spans()
    assert (span.status.status_code, span.status.description) == (
        trace.StatusCode.ERROR,
        "ValueError",
    )
    assert span.events == ()


def test_who_set_tracing_up_before_keeps_it(world, monkeypatch):
    mine = TracerProvider()
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: mine)
    asked = TelemetryConfig(traces=True)
    world.engine.config = world.engine.config.model_copy(update={"telemetry": asked})

    begin_telemetry(world.engine)

    assert isinstance(world.engine.observer, Several)
    mine.shutdown()


def test_the_program_exports_to_the_collector_of_the_environment(monkeypatch):
    kept = []
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "our-dunning")
    monkeypatch.setattr(trace, "set_tracer_provider", kept.append)

    export_spans()

    (provider,) = kept
    assert provider.resource.attributes["service.name"] == "our-dunning"
    provider.shutdown()


@pytest.mark.parametrize(
    ("module", "missing"),
    [("metrics", "prometheus_client"), ("tracing", "opentelemetry")],
)
def test_without_the_extra_it_is_named_and_nothing_else_needs_it(module, missing):
    code = (
        f"import sys; sys.modules['{missing}'] = None\n"
        "import dunning_sdk.engine.engine, dunning_sdk.operations.working\n"
        "from dunning_sdk.errors import ConfigError\n"
        f"try:\n    import dunning_sdk.installation.{module}\n"
        "except ConfigError as problem:\n    print(problem)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )

    assert "pip install" in done.stdout
    assert module.replace("tracing", "otel") in done.stdout
