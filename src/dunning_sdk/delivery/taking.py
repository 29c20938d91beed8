"""Which delivery is taken next: one that is due, free, and whose channel is open.

One transaction on the queue takes a delivery and lets it through its channel's gate, so that all
workers of a tenant keep to one rate together.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from dunning_sdk.delivery.pacing import closed_until, judged, taken
from dunning_sdk.installation.config import Config
from dunning_sdk.store.delivery import LEASE_SECONDS, NOBODYS, Deliveries, Delivery, Gate
from dunning_sdk.store.interface import Store


class Taker:
    """Takes deliveries of one tenant for one holder.

    Args:
        config: Limits and time zone.
        store: Where deliveries are kept.
        holder: Who takes them.
        lease_seconds: How long a delivery is kept from others unless the lease is extended.
        rests: Whether a channel without limits rests too after failures.
    """

    def __init__(
        self,
        config: Config,
        store: Store,
        *,
        holder: str,
        lease_seconds: int = LEASE_SECONDS,
        rests: bool = False,
    ) -> None:
        self.holder = holder
        self._config = config
        self._store = store
        self._lease_seconds = lease_seconds
        self._rests = rests
        self._zone = ZoneInfo(config.time_zone)
        self._failing: set[str] = set()
        self._ahead: Delivery | None = None

    def take(self, on: date, *, notice_id: str | None = None) -> Delivery | None:
        """Take the next delivery of a day, or a named one; ``None`` where none is free.

        Args:
            on: Day it must be for.
            notice_id: The one to take; ``None`` for any.
        """
        found, self._ahead = self._ahead, None
        if found is not None and found.on == on and notice_id is None:
            return found
        with self._store.queue() as queue:
            self._put_back(queue, found)
            return self._taken(queue, on, notice_id)

    def take_ahead(self, queue: Deliveries, on: date) -> None:
        """Take the next delivery in a transaction that is open anyway; `take` returns it.

        Args:
            queue: Open transaction, in which the one before was written down.
            on: Day it must be for.
        """
        self._ahead = self._taken(queue, on, None)

    def give_back(self) -> None:
        """End the leases; what was taken ahead was never tried."""
        found, self._ahead = self._ahead, None
        with self._store.queue() as queue:
            self._put_back(queue, found)
            queue.release(self.holder)

    def _taken(self, queue: Deliveries, on: date, notice_id: str | None) -> Delivery | None:
        now = datetime.now(UTC)
        gates = {gate.channel: gate for gate in queue.gates()}
        self._failing = {name for name, gate in gates.items() if gate.failures}
        found = queue.claim(
            self.holder,
            on=on,
            seconds=self._lease_seconds,
            closed={NOBODYS, *self._closed(gates, now)},
            notice_id=notice_id,
        )
        if found is None or self._let_through(queue, found.channel, now):
            return found
        self._put_back(queue, found)  # another worker has just taken the last place
        return None

    def _put_back(self, queue: Deliveries, found: Delivery | None) -> None:
        """Free a delivery as if it had never been taken, unless another has it by now."""
        kept = queue.delivery(found.notice_id) if found else None
        if kept is not None and kept.holder == self.holder:
            free = replace(kept, holder="", lease_until=None, tries=kept.tries - 1)
            queue.put_deliveries([free])

    def pass_gate(self, channel: str) -> datetime | None:
        """Let a notice that was taken through the gate of a fallback.

        Returns:
            ``None`` where it may leave now; else the instant the channel opens.
        """
        if not self._is_limited(channel):
            return None
        limit, now = self._config.limit(channel), datetime.now(UTC)
        with self._store.queue() as queue:
            gate = queue.gate(channel)
            end = closed_until(limit, gate, now, self._zone)
            if end is None and (limit.per_minute or gate.failures):
                queue.put_gate(taken(limit, gate, now))
        return end

    def opens_at(self, channel: str) -> datetime | None:
        """Return the instant a channel opens, or ``None`` where it is open."""
        with self._store.queue() as queue:
            gates = {gate.channel: gate for gate in queue.gates()}
        return self._closed(gates, datetime.now(UTC)).get(channel)

    def judge(self, queue: Deliveries, channel: str, *, failed: bool) -> None:
        """Remember that a channel worked, or failed for a passing reason.

        Args:
            queue: Open transaction.
            channel: Its name.
            failed: Whether it failed.
        """
        if self._is_limited(channel) and (failed or channel in self._failing):
            limit = self._config.limit(channel)
            gate = judged(limit, queue.gate(channel), datetime.now(UTC), failed=failed)
            queue.put_gate(gate)

    def _closed(self, known: Mapping[str, Gate], now: datetime) -> Mapping[str, datetime]:
        """Return the channels that are closed, and until when."""
        gates = {**{name: Gate(channel=name) for name in self._config.limits}, **known}
        ends = {
            name: closed_until(self._config.limit(name), gate, now, self._zone)
            for name, gate in gates.items()
            if self._is_limited(name)
        }
        return {name: end for name, end in ends.items() if end is not None}

    def _let_through(self, queue: Deliveries, channel: str, now: datetime) -> bool:
        """Count one notice at a channel's gate; ``False`` where it closed in the meantime."""
        limit = self._config.limit(channel)
        if not self._is_limited(channel):
            return True
        if not limit.per_minute and channel not in self._failing:
            return True
        gate = queue.gate(channel)
        if closed_until(limit, gate, now, self._zone) is not None:
            return False
        queue.put_gate(taken(limit, gate, now))
        return True

    def _is_limited(self, channel: str) -> bool:
        return self._rests or channel in self._config.limits
