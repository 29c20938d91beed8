"""The portfolio a simulation runs on: facts by day, copied from a store or read from sources.

Decides what is a fact and what the simulated days bring about themselves: invoices, credit notes,
due dates, stops and what was done before the first day are facts; what was done from that day on
is left out, and so are the books receivables were on. Nothing is written to where it came from.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import Event, JsonValue, NewEvent
from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import ConfigError, DunningError
from dunning_sdk.installation.config import Config, load_config
from dunning_sdk.store.interface import Store
from dunning_sdk.store.memory import MemoryStore

KIND: Final = "receivable"
_MONEY: Final = frozenset({events.PAYMENT_ALLOCATED, events.PAYMENT_RETURNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """Receivables with all that is known about them.

    Attributes:
        config: Of the installation: operator, parties, language.
        streams: Events of each receivable by its id.
        parties: Records of debtors and others by id.
        problems: Records that the sources held and that were refused.
    """

    config: Config
    streams: Mapping[str, tuple[Event, ...]]
    parties: Mapping[str, Mapping[str, JsonValue]]
    problems: tuple[DunningError, ...] = ()

    def facts(self, first: date, last: date, *, recorded: bool) -> dict[date, list[NewEvent]]:
        """Return what is known on each day, in the order it is to be appended.

        Args:
            first: First day simulated; what happened before is under this day.
            last: Last day simulated; what happens after is left out.
            recorded: Whether payments from the first day on are facts too.
        """
        days: dict[date, list[NewEvent]] = defaultdict(list)
        for id in sorted(self.streams):
            for fact in _facts(self.streams[id], first, recorded=recorded):
                if fact.on <= last:
                    days[max(fact.on, first)].append(fact)
        return days


def stored_portfolio(path: Path) -> Portfolio:
    """Copy the receivables of an installation's store.

    Args:
        path: Folder of an installation, or its ``dunning.toml``.

    Raises:
        ConfigError: The configuration is missing or wrong, or the store holds no receivable.
        StoreError: There is no store, or it cannot be opened.
    """
    config = load_config(path)
    store = config.open_store(create=False)
    try:
        return _copied(store, config, hint="Run `dunning pull` there, or read its --sources.")
    finally:
        store.close()


def sourced_portfolio(path: Path, *, first: date) -> Portfolio:
    """Read the sources an installation names, as one pull would, and leave its store alone.

    Args:
        path: Folder of an installation, or its ``dunning.toml``.
        first: First day simulated: invoices issued before are first seen on it.

    Raises:
        ConfigError: The configuration or a mapping is wrong, or no record was sound.
        ConnectorError: A source cannot be read.
    """
    config = load_config(path)
    engine = Engine(config, MemoryStore(config.tenant), installed=True)
    report = engine.pull(as_of=first)
    hint = "Correct its [[sources.invoices]]."
    return _copied(engine.store, config, hint=hint, problems=tuple(report.problems))


def _copied(
    store: Store, config: Config, *, hint: str, problems: tuple[DunningError, ...] = ()
) -> Portfolio:
    with store.begin() as session:
        streams = session.events_of(KIND)
        parties = session.records("party")
    if not streams:
        place = config.folder.resolve().name
        because = f"; {len(problems)} records were refused: {problems[0]}" if problems else ""
        raise ConfigError(f"The portfolio {place} has no receivables{because}", hint=hint)
    return Portfolio(config=config, streams=streams, parties=parties, problems=problems)


def _facts(stream: Iterable[Event], first: date, *, recorded: bool) -> Iterator[NewEvent]:
    """Yield what of one receivable's story is a fact, by day, then in the order recorded."""
    ordered = sorted(stream, key=lambda item: (item.on, item.seq))
    begun = _begun(ordered, first)
    for item in ordered:
        if not item.type.startswith("receivable."):
            continue
        act = item.header.get("act")
        if (act or item.type == events.BOOK_ASSIGNED) and act not in begun:
            continue
        if not recorded and item.on >= first and _is_money(item):
            continue
        yield NewEvent(stream=item.stream, type=item.type, on=item.on, header=item.header)


def _begun(stream: Iterable[Event], first: date) -> frozenset[JsonValue]:
    """Return the acts that had left before the first day; what becomes of them is a fact."""
    last: dict[JsonValue, JsonValue] = {}
    for item in stream:
        if item.type == events.ACT_CHANGED and item.on < first:
            last[item.header.get("act")] = item.header.get("status")
    return frozenset(act for act, status in last.items() if status != ActStatus.PLANNED)


def _is_money(item: Event) -> bool:
    """Tell whether an event is a payment, or a pause that one placed."""
    return item.type in _MONEY or "payment" in item.header
