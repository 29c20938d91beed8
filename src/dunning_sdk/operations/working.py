"""A worker: takes what waits in the outbox and delivers it, until it is told to stop.

Any number of workers, in threads, processes and machines, share one store: each takes a notice
under a lease, and a heartbeat keeps the lease alive while its channel is slow. What a worker was
doing when it died is looked at by the next one.
"""

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Final

from dunning_sdk.delivery.delivering import Deliverer
from dunning_sdk.delivery.inquiring import inquire
from dunning_sdk.delivery.pacing import retry_in
from dunning_sdk.delivery.taking import Taker
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import DunningError, RecordNotFoundError, StoreError
from dunning_sdk.installation.day import check_day
from dunning_sdk.installation.observing import tell_acts
from dunning_sdk.proposals.report import RunReport
from dunning_sdk.store.delivery import LEASE_SECONDS, Delivery
from dunning_sdk.store.holder import new_holder

IDLE_SECONDS: Final = 1.0
TROUBLE_SECONDS_MAX: Final = 30
TROUBLES_MAX: Final = 3
_OUTCOMES: Final = ("sent", "handed", "failed", "uncertain", "cancelled", "deferred")
_log: Final = logging.getLogger("dunning_sdk.engine")


@dataclass(slots=True)
class WorkReport:
    """What a worker did, in numbers.

    Attributes:
        acts: How many acts came to ``sent``, ``handed``, ``failed``, ``uncertain``,
            ``cancelled`` or ``deferred``; one that is tried again is counted each time.
        troubles: How often a delivery could not be finished because the store or a
            configuration failed.
    """

    acts: Counter[str] = field(default_factory=Counter)
    troubles: int = 0

    def add(self, report: RunReport) -> None:
        """Count what became of one notice."""
        for name in _OUTCOMES:
            count = len(getattr(report, name))
            if count:
                self.acts[name] += count


class Worker:
    """Delivers for one engine, one notice after the other.

    Args:
        engine: An engine of the worker's own.
        stop: Set from outside to end the work after the notice in hand.
        lease_seconds: How long a notice is kept from others without a heartbeat.
        idle_seconds: How long to wait where there is nothing to do.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        stop: threading.Event,
        lease_seconds: int = LEASE_SECONDS,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._engine = engine
        self._stop = stop
        self._lease_seconds = lease_seconds
        self._idle_seconds = idle_seconds
        self._taker = Taker(
            engine.config,
            engine.store,
            holder=new_holder(),
            lease_seconds=lease_seconds,
            rests=True,
        )
        self._deliverer = Deliverer(
            engine.config,
            engine.store,
            wiring=engine.wiring,
            library=engine.library,
            plugins=engine.plugins,
            taker=self._taker,
            retries=True,
        )
        self._deliverer.observer = engine.observer
        self._begun_on: date | None = None

    def run(self, *, as_of: date | None = None, drain: bool = False) -> WorkReport:
        """Work until told to stop.

        Args:
            as_of: The only day whose notices are taken; ``None`` for the tenant's calendar day,
                whichever it is.
            drain: Whether to end as soon as nothing can be taken.

        Raises:
            DomainError: The day is not one the mode allows.
        """
        report = WorkReport()
        troubles = 0
        with self._alive():
            while not self._stop.is_set():
                trouble, busy = self._tried(as_of or self._engine.config.today(), report)
                troubles = troubles + 1 if trouble else 0
                if drain and trouble and troubles > TROUBLES_MAX:
                    raise trouble
                if drain and not trouble and not busy:
                    break
                if not busy:
                    wait = min(2**troubles, TROUBLE_SECONDS_MAX)
                    self._stop.wait(wait if trouble else self._idle_seconds)
        return report

    def _tried(self, on: date, report: WorkReport) -> tuple[StoreError | None, bool]:
        """Return the trouble with the store, if any, and whether there was something to do."""
        try:
            return None, self._step(on, report)
        except StoreError as problem:
            report.troubles += 1
            self._give_back(problem)
            return problem, False

    def _step(self, on: date, report: WorkReport) -> bool:
        """Deliver one notice and tell whether there was one."""
        if on != self._begun_on:
            with self._engine.store.begin() as session:
                check_day(self._engine.config, session, on)
            channels = self._engine.wiring.channels(on)
            inquire(self._engine.store, channels, on, workers=True)
            self._begun_on = on
        delivery = self._taker.take(on)
        if delivery is None:
            return False
        done = RunReport(as_of=on, proposal_id=delivery.proposal_id)
        try:
            self._deliverer.deliver(delivery, done)
        except RecordNotFoundError as problem:
            self._put_aside(delivery, problem, report)
        except StoreError:
            raise
        except DunningError as problem:
            self._put_aside(delivery, problem, report)
        finally:
            report.add(done)
            tell_acts(self._engine.observer, done, tenant=self._engine.config.tenant)
            for message in done.messages:
                _log.warning("%s", message)
        return True

    def _put_aside(self, delivery: Delivery, problem: DunningError, report: WorkReport) -> None:
        """Have a notice wait that cannot be sent as things are; tried too often, it is a person's.

        So it is where its channel is not configured, or its book cannot be read.
        """
        _log.warning("notice %s: %s", delivery.notice_id, problem)
        report.troubles += 1
        later = datetime.now(UTC) + retry_in(delivery.notice_id, delivery.tries)
        with self._engine.store.queue() as queue:
            kept = queue.delivery(delivery.notice_id)
            if kept is not None and kept.holder == self._taker.holder:
                waits = replace(kept, not_before=later, holder="", lease_until=None)
                queue.put_deliveries([waits])

    def _give_back(self, problem: DunningError) -> None:
        """Log a trouble and free what was in hand, as far as the store can be reached."""
        _log.warning("%s", problem)
        try:
            self._taker.give_back()
        except DunningError:
            _log.warning("leases are kept until they lapse")

    @contextmanager
    def _alive(self) -> Iterator[None]:
        """Keep the leases alive by a heartbeat, and end them on the way out."""
        ended = threading.Event()
        heart = threading.Thread(target=self._beat, args=(ended,), daemon=True)
        heart.start()
        try:
            yield
        finally:
            ended.set()
            heart.join()
            self._taker.give_back()

    def _beat(self, ended: threading.Event) -> None:
        while not ended.wait(self._lease_seconds / 3):
            try:
                with self._engine.store.queue() as queue:
                    queue.extend(self._taker.holder, seconds=self._lease_seconds)
            except DunningError as problem:
                _log.warning("heartbeat: %s", problem)
