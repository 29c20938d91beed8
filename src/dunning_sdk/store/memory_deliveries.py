"""Deliveries and gates in memory."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from dunning_sdk.store.delivery import Delivery, Gate
from dunning_sdk.store.holder import is_gone
from dunning_sdk.store.memory_state import View

_EVER: Final = datetime.min.replace(tzinfo=UTC)


class MemoryDeliveries:
    """The part of a session that keeps deliveries and gates."""

    _view: View

    def put_deliveries(self, deliveries: Iterable[Delivery]) -> None:
        """Write or replace deliveries."""
        self._view.state.deliveries.put({each.notice_id: each for each in deliveries})

    def delivery(self, notice_id: str) -> Delivery | None:
        """Return one delivery, or ``None``."""
        return self._view.state.deliveries.get(notice_id)

    def deliveries(self) -> tuple[Delivery, ...]:
        """Return what waits, by day, then notice id."""
        kept = self._view.state.deliveries.values()
        return tuple(sorted(kept, key=lambda each: (each.on, each.notice_id)))

    def finish(self, notice_id: str) -> None:
        """Remove a delivery; one that is not there is a no-op."""
        if notice_id in self._view.state.deliveries:
            del self._view.state.deliveries[notice_id]

    def claim(
        self,
        holder: str,
        *,
        on: date,
        seconds: int,
        closed: Collection[str] = (),
        notice_id: str | None = None,
    ) -> Delivery | None:
        """Take the delivery that waits longest, and count that it was taken."""
        now = self._view.now()
        leased = self.leased()
        free = [
            each
            for each in self._view.state.deliveries.values()
            if each.on == on
            and (each.not_before or _EVER) <= now
            and each.notice_id not in leased
            and each.channel not in closed
            and notice_id in (None, each.notice_id)
        ]
        if not free:
            return None
        # What a dead process held comes last: it is looked for where nothing else is free.
        found = min(
            free,
            key=lambda each: (
                bool(each.holder) and (each.lease_until or _EVER) > now,
                each.not_before or _EVER,
                each.notice_id,
            ),
        )
        until = now + timedelta(seconds=seconds)
        taken = replace(found, holder=holder, lease_until=until, tries=found.tries + 1)
        self.put_deliveries([taken])
        return taken

    def extend(self, holder: str, *, seconds: int) -> int:
        """Have a holder's leases end so many seconds from now, and return how many he has."""
        until = self._view.now() + timedelta(seconds=seconds)
        own = [replace(each, lease_until=until) for each in self._of(holder)]
        self.put_deliveries(own)
        return len(own)

    def release(self, holder: str) -> None:
        """End a holder's leases; what he was doing is looked at by the next."""
        own = self._of(holder)
        self.put_deliveries([replace(each, holder="", lease_until=None) for each in own])

    def leased(self) -> frozenset[str]:
        """Return the notices under a live lease: not lapsed, its holder not known to be dead."""
        now = self._view.now()
        return frozenset(
            each.notice_id
            for each in self._view.state.deliveries.values()
            if each.holder and (each.lease_until or _EVER) > now and not is_gone(each.holder)
        )

    def gates(self) -> tuple[Gate, ...]:
        """Return the gates that remember something, by channel."""
        return tuple(gate for _, gate in sorted(self._view.state.gates.items()))

    def gate(self, channel: str) -> Gate:
        """Return a channel's gate."""
        return self._view.state.gates.get(channel) or Gate(channel=channel)

    def put_gate(self, gate: Gate) -> None:
        """Write or replace a gate."""
        self._view.state.gates[gate.channel] = gate

    def _of(self, holder: str) -> list[Delivery]:
        return [each for each in self._view.state.deliveries.values() if each.holder == holder]
