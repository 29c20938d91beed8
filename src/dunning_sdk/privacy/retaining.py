"""What need not be kept any longer, by the periods of ``[retention]``; erased by approval only.

Decides what is due: a debtor all of whose receivables are closed, somebody who never became a
debtor, and a payment that never was anybody's, each counted from the last that happened to it.

Source:
    Regulation (EU) 2016/679, article 5(1)(e); the period itself is named by the configuration.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dunning_sdk.errors import DomainError
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.retention_config import PeriodConfig
from dunning_sdk.privacy.erasing import Erased, erase
from dunning_sdk.privacy.subject import is_closed
from dunning_sdk.store.interface import Session, Store

_PAYMENT = "payment:"


class Kind(StrEnum):
    """Kinds of data that have a period."""

    DEBTOR = "debtors"
    PROSPECT = "prospects"
    PAYMENT = "payments"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something that need not be kept any longer.

    Attributes:
        kind: Which period it is under.
        id: Of the debtor or payment.
        last_on: Day of the last that happened.
        due_on: First day on which it need not be kept.
        source: The law that sets the period, as the configuration names it.
    """

    kind: Kind
    id: str
    last_on: date
    due_on: date
    source: str


def due(config: Config, store: Store, *, on: date) -> tuple[Due, ...]:
    """Return what need not be kept any longer on a day, longest due first; nothing changes."""
    with store.begin() as session:
        return tuple(sorted(_due(config, session, on), key=lambda one: (one.due_on, one.id)))


def erase_due(
    config: Config, store: Store, ids: Iterable[str], *, on: date, by: str
) -> tuple[Erased, ...]:
    """Erase what is due and was approved.

    Args:
        config: Names the periods.
        store: Open store.
        ids: What a person approved, of what `due` listed.
        on: Day of it.
        by: Who approved it; kept with the erasure.

    Raises:
        DomainError: Something approved is not due; nothing was erased.
    """
    known = {one.id: one for one in due(config, store, on=on)}
    wanted = list(dict.fromkeys(ids))
    for id in wanted:
        if id not in known:
            message = f"{id} is not due on {on}"
            raise DomainError(message, hint="`dunning retention` lists what is.")
    return tuple(_erase(store, known[id], on=on, by=by) for id in wanted)


def _erase(store: Store, one: Due, *, on: date, by: str) -> Erased:
    if one.kind is not Kind.PAYMENT:
        return erase(store, one.id, on=on, by=by, reason=one.source)
    with store.begin() as session:
        held = session.holdings(one.id)
    store.drop_key(one.id)
    return Erased(
        debtor=one.id,
        keys=1,
        records=len(held.records),
        documents=len(held.documents),
        notices=(),
        shared=(),
    )


def _due(config: Config, session: Session, on: date) -> Iterator[Due]:
    ours = {party.id for party in config.parties.values()}
    closed: dict[str, bool] = {}
    last: dict[str, date] = {}
    for row in session.receivables():
        one = row.receivable
        closed[one.debtor_id] = closed.get(one.debtor_id, True) and is_closed(one)
        last[one.debtor_id] = max(last.get(one.debtor_id, date.min), one.last_event_on)
    for owner in session.owners():
        kind = _kind(owner, closed)
        period: PeriodConfig | None = getattr(config.retention, kind.value)
        if owner in ours or period is None or not closed.get(owner, True):
            continue
        if owner in last and period.end(last[owner]) > on:
            continue  # what happened besides can only be later
        last_on = max([last.get(owner, date.min), *_days(session, owner)])
        if last_on > date.min and period.end(last_on) <= on:
            yield Due(
                kind=kind,
                id=owner,
                last_on=last_on,
                due_on=period.end(last_on),
                source=period.source,
            )


def _kind(owner: str, debtors: Iterable[str]) -> Kind:
    if owner in debtors:
        return Kind.DEBTOR
    return Kind.PAYMENT if owner.startswith(_PAYMENT) else Kind.PROSPECT


def _days(session: Session, owner: str) -> Iterator[date]:
    """Yield the days of the events in all streams that something of an owner stands in."""
    for stream in {stream for stream, _ in session.holdings(owner).events}:
        yield from (happened.on for happened in session.events(stream))
