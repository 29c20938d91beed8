"""Metrics for Prometheus: what the engine tells, counted, and what the store holds when asked.

Decides names and labels. Needs the extra ``metrics``, and is loaded only where it is asked for.
Counters are of this process; queue depth and the state of channels are read from the store at
each scrape, so that they are those of all workers together.
"""

from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from dunning_sdk.errors import ConfigError, DunningError
from dunning_sdk.installation.observing import Observer

try:
    from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
    from prometheus_client.core import GaugeMetricFamily
except ImportError as exc:
    raise ConfigError(
        "Metrics need prometheus-client, which is not installed",
        hint='Run: pip install "dunning-sdk[metrics]"',
    ) from exc

if TYPE_CHECKING:
    from prometheus_client.core import Metric

    from dunning_sdk.store.interface import Store

BUCKETS: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""Upper ends of the histograms' buckets, in seconds."""


class Metrics(Observer):
    """Counts what it is told.

    Args:
        registry: Where the metrics are; one of its own where not given.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        of, at = ("tenant",), self.registry
        self._counters = {
            "runs": Counter("dunning_runs", "Runs that were executed.", of, registry=at),
            "decisions": Counter(
                "dunning_decisions", "Decisions by outcome.", (*of, "outcome"), registry=at
            ),
            "acts": Counter("dunning_acts", "Acts by outcome.", (*of, "outcome"), registry=at),
            "retries": Counter(
                "dunning_retries", "Notices to be tried again.", (*of, "channel"), registry=at
            ),
        }
        self._dispatch = Histogram(
            "dunning_dispatch_seconds",
            "Seconds a channel took to answer.",
            (*of, "channel", "status"),
            buckets=BUCKETS,
            registry=at,
        )
        self._verbs = Histogram(
            "dunning_verb_seconds", "Seconds a verb took.", (*of, "verb"), registry=at
        )

    @contextmanager
    def span(self, name: str, **labels: str) -> Iterator[None]:
        """Measure a verb; a dispatch is told with its answer by `seconds`."""
        if name == "dispatch":
            yield
            return
        with self._verbs.labels(tenant=labels.get("tenant", ""), verb=name).time():
            yield

    def count(self, name: str, number: int = 1, **labels: str) -> None:
        """Count something that happened."""
        self._counters[name].labels(**labels).inc(number)

    def seconds(self, name: str, value: float, **labels: str) -> None:
        """Take how long a channel took to answer."""
        del name
        self._dispatch.labels(**labels).observe(value)

    def read_store(self, store: "Store", *, tenant: str) -> None:
        """Have queue depth and channels read from a store at each scrape.

        Args:
            store: Open for as long as the metrics are served.
            tenant: Whose it is.
        """
        self.registry.register(_StoreState(store, tenant))

    @contextmanager
    def served(self, port: int, *, host: str = "127.0.0.1") -> Iterator[int]:
        """Serve the metrics by HTTP while the block lasts.

        Args:
            port: 0 for any that is free.
            host: Address of this machine to listen on.

        Yields:
            The port.

        Raises:
            ConfigError: The port is taken, or the address is not this machine's.
        """
        try:
            server, thread = start_http_server(port, addr=host, registry=self.registry)
        except (OSError, OverflowError) as problem:
            message = f"Metrics cannot be served on {host}:{port}"
            raise ConfigError(message, hint="Choose another --metrics-port.") from problem
        try:
            yield int(server.server_port)
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _StoreState:
    """What the store says of the queue and the channels, at the moment it is asked."""

    def __init__(self, store: "Store", tenant: str) -> None:
        self._store = store
        self._tenant = tenant

    def collect(self) -> "Iterator[Metric]":
        """Yield the gauges; none where the store cannot be reached."""
        try:
            with self._store.queue() as queue:
                waiting, gates = queue.deliveries(), queue.gates()
        except DunningError:
            return
        depth = GaugeMetricFamily(
            "dunning_queue_notices", "Notices in the outbox.", labels=("tenant", "channel", "state")
        )
        found = Tally(
            (each.channel, "taken" if each.holder else "waiting") for each in waiting
        ) or Tally({("", "waiting"): 0})
        for (channel, state), number in sorted(found.items()):
            depth.add_metric((self._tenant, channel, state), number)
        yield depth
        resting = GaugeMetricFamily(
            "dunning_channel_resting",
            "1 while a channel is left alone after failures.",
            labels=("tenant", "channel"),
        )
        failures = GaugeMetricFamily(
            "dunning_channel_failures", "Failures in a row.", labels=("tenant", "channel")
        )
        now = datetime.now(UTC)
        for gate in gates:
            rests = gate.resting_until is not None and gate.resting_until > now
            resting.add_metric((self._tenant, gate.channel), int(rests))
            failures.add_metric((self._tenant, gate.channel), gate.failures)
        yield resting
        yield failures
