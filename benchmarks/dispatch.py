"""Plan and send a great many notices to a vendor that answers at once, and print what it takes.

On SQLite and on PostgreSQL, planning and sending are processes of their own, so that the memory of
each is told apart. Planning pulls the invoices, decides, writes and seals every notice; sending is
one worker that takes, checks again, hands over and writes down one notice after the other. Prints
JSON: rates, the 50th and 99th percentile of the milliseconds one notice takes from being taken to
being written down, and the most memory each process held, in MB.

    python -m benchmarks.dispatch --acts 100000
"""

import argparse
import json
import math
import multiprocessing
import resource
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.kill import STORES, opened
from dunning_sdk.connectors.interface import Batch, NoticeChannel
from dunning_sdk.connectors.memory import MemoryInvoiceSource
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus
from dunning_sdk.engine.engine import Engine
from dunning_sdk.hooks import ConnectorSpec, hookimpl
from dunning_sdk.installation.config import Config, ConnectorConfig, PartyConfig, SourcesConfig
from dunning_sdk.operations.working import Worker, WorkReport
from dunning_sdk.store.opening import open_store
from tests.engine.night import FIRST, an_opening
from tests.killing import BOOK, PROCEDURE, SECRET

PULLED_AT_ONCE = 5000


class NullChannel(NoticeChannel):
    """Takes every notice at once and forgets it."""

    deduplicates = True

    def send(self, message: Message) -> Receipt:
        """Say that it was sent."""
        return Receipt(status=ReceiptStatus.SENT, reference=message.id)


class Fixed(Config):
    """A configuration whose day never passes."""

    def today(self) -> date:
        """Return the day all notices are due on."""
        return FIRST


class Vendor:
    """A source of made-up invoices, each of a debtor of its own, and a channel to nowhere."""

    def __init__(self) -> None:
        self.numbers = range(0)

    @hookimpl
    def dunning_register_rule_books(self) -> dict[str, dict[str, str]]:
        """Return the one book."""
        mailed = PROCEDURE.replace("[chosen]", "email")
        return {"killing": {"book.yaml": BOOK, "procedure.killing.yaml": mailed}}

    @hookimpl
    def dunning_register_connectors(self) -> list[ConnectorSpec]:
        """Return the source and the channel."""

        def source(*_: object) -> MemoryInvoiceSource:
            records = tuple(
                an_opening(number, debtor=number + 1, terms=14, euros=300, age=14)
                for number in self.numbers
            )
            return MemoryInvoiceSource(Batch(records=records))

        return [
            ConnectorSpec(capability="invoices", name="made-up", build=source),
            ConnectorSpec(capability="channel", name="null", build=lambda *_: NullChannel()),
        ]


def an_engine(url: str, vendor: Vendor) -> Engine:
    """Return an engine on a store."""
    config = Fixed(
        tenant="t",
        book="killing",
        mode="live",
        language="en",
        parties={"creditor": PartyConfig(id="C1", name="Lumen", email="us@lumen.example")},
        sources=SourcesConfig(invoices=[ConnectorConfig(connector="made-up")]),
        channels={"email": ConnectorConfig(connector="null")},
        folder=Path(),
    )
    return Engine(config, open_store(url, tenant="t", secret=SECRET), plugins=[vendor])


def plan(url: str, acts: int) -> dict[str, object]:
    """Put that many acts into the outbox, and return how fast."""
    vendor = Vendor()
    with an_engine(url, vendor) as engine:
        begun = time.perf_counter()
        for first in range(0, acts, PULLED_AT_ONCE):
            vendor.numbers = range(first, min(first + PULLED_AT_ONCE, acts))
            engine.pull(as_of=FIRST)
        pulled = time.perf_counter()
        _, report = engine.run(as_of=FIRST, send=False)
        ended = time.perf_counter()
    return {
        "acts": len(report.deferred),
        "pulled_a_second": round(acts / (pulled - begun), 1),
        "planned_a_second": round(acts / (ended - pulled), 1),
        "memory_mb": memory_mb(),
    }


def dispatch(url: str, acts: int) -> dict[str, object]:
    """Send what is planned by one worker, and return how fast."""
    del acts
    with an_engine(url, Vendor()) as engine:
        worker = Timed(engine, stop=threading.Event())
        begun, used = time.perf_counter(), time.process_time()
        report = worker.run(drain=True)
        seconds, used = time.perf_counter() - begun, time.process_time() - used
    taken = sorted(worker.milliseconds)
    return {
        "sent": report.acts["sent"],
        "other": report.acts.total() - report.acts["sent"],
        "seconds": round(seconds, 1),
        "sent_a_second": round(report.acts["sent"] / seconds, 1),
        "cpu_ms_each": round(used * 1000 / max(report.acts.total(), 1), 2),
        "p50_ms": percentile(taken, 50),
        "p99_ms": percentile(taken, 99),
        "memory_mb": memory_mb(),
    }


class Timed(Worker):
    """A worker that notes how long each notice took."""

    def __init__(self, engine: Engine, *, stop: threading.Event) -> None:
        super().__init__(engine, stop=stop)
        self.milliseconds: list[float] = []

    def _step(self, on: date, report: WorkReport) -> bool:
        begun = time.perf_counter()
        busy = super()._step(on, report)
        if busy:
            self.milliseconds.append((time.perf_counter() - begun) * 1000)
        return busy


def percentile(ordered: list[float], share: int) -> float:
    """Return the value that this share of the values does not exceed; 0 for no values."""
    return round(ordered[math.ceil(len(ordered) * share / 100) - 1], 2) if ordered else 0.0


def memory_mb() -> int:
    """Return the most memory this process held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def aside(work: Callable[[str, int], dict[str, object]], url: str, acts: int) -> Any:  # noqa: ANN401 - what it returns
    """Do one part in a process of its own, so that its memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, (url, acts))


def main() -> int:
    """Run and print; leave with 1 where an act was not sent."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--acts", type=int, default=100_000)
    parser.add_argument("--store", choices=STORES, action="append")
    given = parser.parse_args()
    found = []
    for store in given.store or STORES:
        with opened(store) as (url, _):
            planned = aside(plan, url, given.acts)
            sent = aside(dispatch, url, given.acts)
        found.append({"store": store, "planning": planned, "sending": sent})
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return int(any(each["sending"]["sent"] != given.acts for each in found))


if __name__ == "__main__":
    sys.exit(main())
