"""The command `worker`: delivers what waits in the outbox, until it is told to stop."""

import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, ConfigOption, Format, FormatOption
from dunning_sdk.store.delivery import LEASE_SECONDS

if TYPE_CHECKING:
    from dunning_sdk.installation.metrics import Metrics
    from dunning_sdk.operations.working import WorkReport

Done = TypeVar("Done")

WAKE_SECONDS: Final = 1.0
"""How long a signal may go unheard."""


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(worker)


def worker(  # noqa: PLR0913 - what a worker does, how long and by what
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, max=64, help="Notices sent at the same time.")
    ] = 1,
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of",
            help="Deliver this day only, YYYY-MM-DD; today where not given.",
            metavar="DATE",
        ),
    ] = "",
    drain: Annotated[
        bool, typer.Option("--drain", help="End as soon as there is nothing to deliver now.")
    ] = False,
    lease: Annotated[
        int,
        typer.Option("--lease", min=5, help="Seconds after which a worker that died is replaced."),
    ] = LEASE_SECONDS,
    metrics_port: Annotated[
        int,
        typer.Option(
            "--metrics-port", min=0, max=65535, help="Serve metrics for Prometheus on this port."
        ),
    ] = 0,
    chunks: Annotated[
        bool,
        typer.Option("--chunks", help="Decide chunks of portfolio runs instead of delivering."),
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Deliver what runs put into the outbox, until SIGTERM or Ctrl-C; several share one store."""
    if chunks:
        _decide_chunks(config, drain=drain, format=format)
        return
    from dunning_sdk.operations.working import WorkReport

    on, stop, total = show.day(as_of) if as_of else None, threading.Event(), WorkReport()
    with (
        stopped_by_signals(stop),
        _metered(config, metrics_port) as metrics,
        ThreadPoolExecutor(concurrency) as threads,
    ):
        work = partial(_work, config, metrics, stop, lease_seconds=lease, on=on, drain=drain)
        for done in ended(threads.submit(work) for _ in range(concurrency)):
            total.acts.update(done.acts)
            total.troubles += done.troubles
    _tell(total, format)


def _work(
    config: Path,
    metrics: "Metrics | None",
    stop: threading.Event,
    *,
    lease_seconds: int,
    on: date | None,
    drain: bool,
) -> "WorkReport":
    """Deliver in one thread until told to stop; what ends it otherwise stops the others too."""
    from dunning_sdk.installation.observing import Several
    from dunning_sdk.operations.working import Worker

    try:
        with show.opened(config) as engine:
            if metrics is not None:
                engine.observer = Several(engine.observer, metrics)
            worker = Worker(engine, stop=stop, lease_seconds=lease_seconds)
            return worker.run(as_of=on, drain=drain)
    except BaseException:
        stop.set()  # the others would work on unseen
        raise


def _tell(total: "WorkReport", format: Format) -> None:
    """Say what was delivered.

    Raises:
        typer.Exit: Something failed, or nobody is sure of it.
    """
    if format is Format.JSON:
        show.as_json({"acts": dict(total.acts), "troubles": total.troubles})
    else:
        counts = [f"{number} {name}" for name, number in sorted(total.acts.items())]
        typer.echo(", ".join(counts) or "nothing to deliver")
    if total.acts["failed"] or total.acts["uncertain"]:
        raise typer.Exit(show.OUTSIDE)


def _decide_chunks(config: Path, *, drain: bool, format: Format) -> None:
    """Decide chunks of open runs until told to stop."""
    from dunning_sdk.bulk.worker import work_until

    stop = threading.Event()
    with show.opened(config) as engine, stopped_by_signals(stop):
        report = work_until(engine, stop=stop, drain=drain)
    if format is Format.JSON:
        show.as_json(report)
    else:
        rows, acts = report.get("rows", 0), report.get("new_acts", 0)
        typer.echo(f"{rows} rows, {acts} new acts" if report else "no chunk was free")


def ended(futures: Iterable[Future[Done]]) -> Iterator[Done]:
    """Yield what threads come to, in order, waking now and then to hear signals.

    Python hears a signal between two of its own steps: one that comes as the main thread lies down
    to wait without end would be heard by nobody.
    """
    for future in list(futures):
        while not wait([future], timeout=WAKE_SECONDS).done:
            pass
        yield future.result()


@contextmanager
def _metered(config: Path, port: int) -> Iterator["Metrics | None"]:
    """Serve metrics while the block lasts; ``None`` where no port was given."""
    if not port:
        yield None
        return
    from dunning_sdk.installation.config import load_config
    from dunning_sdk.installation.metrics import Metrics

    found, metrics = load_config(config), Metrics()
    store = found.open_store()
    try:
        metrics.read_store(store, tenant=found.tenant)
        with metrics.served(port, host=found.telemetry.metrics_host):
            yield metrics
    finally:
        store.close()


@contextmanager
def stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Have SIGTERM and Ctrl-C end the work after the notices in hand."""
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: stop.set()) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
