"""What the stops of each row hold back, by columns: as `decisions.stop` says it one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np

from dunning_sdk.decisions.stop import OF_A_PART
from dunning_sdk.domain.receivable import StopReason
from dunning_sdk.domain.stop import OF_THE_DEBTOR, ON_RECORD, Outcome
from dunning_sdk.portfolio.column import NO_DAY, Array, Column, Flags, Kind, number_of
from dunning_sdk.portfolio.columns import Columns, Items
from dunning_sdk.portfolio.outcome import Codes

_FLAGS: Final[Mapping[str, StopReason]] = {
    "dispute.is_open": StopReason.DISPUTED,
    "promise.is_open": StopReason.PROMISED,
    "plan.is_kept": StopReason.PAYMENT_PLAN,
    "block.is_open": StopReason.BLOCKED,
    "insolvency.is_open": StopReason.INSOLVENT,
    "payment.is_unsure": StopReason.PAYMENT_UNSURE,
}
_AMOUNTS: Final[Mapping[str, StopReason]] = {
    "dispute.amount": StopReason.DISPUTED,
    "doubtful.amount": StopReason.DOUBTFUL,
}
_BROKEN: Final = (Outcome.BROKEN.value, Outcome.PART_KEPT.value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stopped:
    """What stops say of each row of a block.

    Attributes:
        size: Rows.
        asked: What may be asked for, in minor units.
        reasons: Code of the reasons why nothing may; 0 where something may.
        resumed_on: Last day on which a stop ended that was no broken promise; ``-NO_DAY`` for none.
        broken_on: The same of broken promises and plans.
        free_on: First day ahead on which a stop ends; `NO_DAY` for none.
        has_ended: Whether any stop of the block has ended.
        rows: Those that have stops; the facts of all others are false, and nothing.
        flags: Fact to true and false, of these rows.
        amounts: Fact to minor units, of these rows.
    """

    size: int
    asked: Array
    reasons: Array
    resumed_on: Array
    broken_on: Array
    free_on: Array
    has_ended: bool
    rows: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    flags: dict[str, Flags] = field(default_factory=dict)
    amounts: dict[str, Array] = field(default_factory=dict)

    def fact(self, name: str) -> Column:
        """Return a fact that stops say."""
        is_amount = name in _AMOUNTS
        kind, dtype = (Kind.MONEY, np.int64) if is_amount else (Kind.FLAG, np.bool_)
        said = self.amounts.get(name) if is_amount else self.flags.get(name)
        if said is None or not said.any():
            return Column(kind=kind, values=np.broadcast_to(dtype(0), (self.size,)))
        values: Array = np.zeros(self.size, dtype=dtype)
        values[self.rows] = said
        return Column(kind=kind, values=values)


def read_stops(columns: Columns, as_of: date, codes: Codes[tuple[str, ...]]) -> Stopped:
    """Return what the stops of a block say on a day.

    Args:
        columns: Of the block.
        as_of: The day.
        codes: Of lists of reasons.
    """
    items, open_minor = columns.items["stops"], columns["receivable.open_amount"].values
    size = columns.size
    if not items.offsets[-1]:
        none = np.broadcast_to(np.int32(-NO_DAY), (size,))
        return Stopped(
            size=size,
            asked=open_minor,
            reasons=np.zeros(size, dtype=np.int32),
            resumed_on=none,
            broken_on=none,
            free_on=np.broadcast_to(np.int32(NO_DAY), (size,)),
            has_ended=False,
        )
    rows = np.flatnonzero(items.counts() > 0)
    reading = _Reading(items, rows, open_minor[rows], number_of(as_of))
    return reading.stopped(open_minor, codes)


class _Reading:
    """The stops of one block while they are read.

    Arrays have one entry per stop, or one for each of the rows that have stops.
    """

    def __init__(self, items: Items, rows: Array, open_minor: Array, as_of: int) -> None:
        self.rows, self.size, self.open_minor, self.as_of = rows, len(rows), open_minor, as_of
        self.row = np.repeat(np.arange(len(rows)), items.counts()[rows])
        self.is_single = len(self.row) == len(rows)
        self.columns = items.columns
        self.reason = _coded(items.columns["reason"], [*StopReason])
        free, amount = items.columns["free_on"], items.columns["amount"]
        self.free = free.values if free.known is None else np.where(free.known, free.values, NO_DAY)
        placed = items.columns["placed_on"].values
        self.holds = (placed <= as_of) & (as_of < self.free)
        self.backs = self.holds & ~self._is(*ON_RECORD)
        is_part = self._is(*OF_A_PART)
        self.is_whole = ~is_part if amount.known is None else ~(is_part & amount.known)
        part = np.maximum(amount.values - items.columns["settled"].values, 0)
        self.part = np.where(self.is_whole, open_minor[self.row], part)
        self.has_begun = placed <= as_of

    def stopped(self, open_minor: Array, codes: Codes[tuple[str, ...]]) -> Stopped:
        """Return what they say of each row of the block."""
        ended = (self.free <= self.as_of) & ~self._is(*ON_RECORD)
        broken = ended & self._broken()
        asked = self.open_minor - self._sum(self.backs)
        flags, amounts = self._facts()
        size = len(open_minor)
        return Stopped(
            size=size,
            asked=self._spread(asked, open_minor.copy()),
            reasons=self._spread(self._reasons(asked, codes), np.zeros(size, dtype=np.int32)),
            resumed_on=self._days(self._latest(ended & ~broken), size, -NO_DAY),
            broken_on=self._days(self._latest(broken), size, -NO_DAY),
            free_on=self._days(self._next(), size, NO_DAY),
            has_ended=bool(ended.any()),
            rows=self.rows,
            flags=flags,
            amounts=amounts,
        )

    def _spread(self, values: Array, whole: Array) -> Array:
        whole[self.rows] = values
        return whole

    def _days(self, values: Array, size: int, nothing: int) -> Array:
        return self._spread(values, np.full(size, nothing, dtype=np.int32))

    def _is(self, *reasons: StopReason) -> Flags:
        known = np.array([one in reasons for one in StopReason])
        found: Flags = known[self.reason]
        return found

    def _broken(self) -> Flags:
        """Tell which ended stops were promises or plans not, or not wholly, kept."""
        said, promised = self.columns["outcome"], self.columns["promised"].values
        lookup = np.array([0 if not word else 1 + (word in _BROKEN) for word in said.words])
        outcome = lookup[said.values]
        is_kept = (promised != 0) & (promised <= self.columns["settled"].values)
        by_money = (outcome == 0) & ~is_kept & self.has_begun
        found: Flags = self._is(*OF_THE_DEBTOR) & (by_money | (outcome == 2))
        return found

    def _sum(self, of: Flags) -> Array:
        """Return what stops set aside of each row, at most what is open."""
        if self.is_single:
            return np.asarray(np.minimum(self.part * of, self.open_minor))
        total = np.zeros(self.size, dtype=np.int64)
        np.add.at(total, self.row[of], self.part[of])
        return np.minimum(total, self.open_minor)

    def _latest(self, of: Flags) -> Array:
        if self.is_single:
            return np.where(of, self.free, -NO_DAY).astype(np.int32)
        latest = np.full(self.size, -NO_DAY, dtype=np.int32)
        np.maximum.at(latest, self.row[of], self.free[of].astype(np.int32))
        return latest

    def _next(self) -> Array:
        ahead = self.free > self.as_of
        if self.is_single:
            return np.where(ahead, self.free, NO_DAY).astype(np.int32)
        soonest = np.full(self.size, NO_DAY, dtype=np.int32)
        np.minimum.at(soonest, self.row[ahead], self.free[ahead].astype(np.int32))
        return soonest

    def _any(self, of: Flags) -> Flags:
        if self.is_single:
            return of
        found = np.zeros(self.size, dtype=np.bool_)
        found[self.row[of]] = True
        return found

    def _reasons(self, asked: Array, codes: Codes[tuple[str, ...]]) -> Array:
        has_whole = self._any(self.backs & self.is_whole)
        held = has_whole | (self._any(self.backs) & (asked == 0))
        counts = self.backs & held[self.row] & (self.is_whole | ~has_whole[self.row])
        found = np.zeros(self.size, dtype=np.int32)
        single = np.bincount(self.row[counts], minlength=self.size) == 1
        own = np.array([codes.of((one.value,)) for one in StopReason], dtype=np.int32)
        alone = counts & single[self.row]
        found[self.row[alone]] = own[self.reason[alone]]
        many: dict[int, list[str]] = {}
        for at in np.flatnonzero(counts & ~single[self.row]).tolist():
            many.setdefault(int(self.row[at]), []).append([*StopReason][self.reason[at]].value)
        for row, said in many.items():
            found[row] = codes.of(tuple(dict.fromkeys(said)))
        return found

    def _facts(self) -> tuple[dict[str, Flags], dict[str, Array]]:
        pauses = self.backs & (self.is_whole | (self.part != 0))
        flags = {name: self._any(pauses & self._is(one)) for name, one in _FLAGS.items()}
        amounts = {name: self._sum(self.holds & self._is(one)) for name, one in _AMOUNTS.items()}
        written_off = self._is(StopReason.WRITTEN_OFF)
        is_all = self._sum(self.holds & written_off) == self.open_minor
        flags["write_off.is_done"] = self._any(pauses & written_off) & is_all
        return flags, amounts


def _coded(column: Column, values: list[Any]) -> Array:
    """Return the place of each text in a list of all it may be."""
    lookup = np.array([values.index(word) if word in values else 0 for word in column.words])
    found: Array = lookup[column.values]
    return found
