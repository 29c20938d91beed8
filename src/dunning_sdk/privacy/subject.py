"""Which keys a debtor's data is sealed by, and whether anything of his is still going on.

Decides what belongs to one debtor: what is sealed for him, and payments that were nobody's when
they came and have settled receivables of his alone since. What is done with it is decided in
`privacy.exporting`, `privacy.erasing` and `privacy.retaining`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import Event
from dunning_sdk.domain.receivable import Receivable, StopReason
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.money.cash_event import owner_of
from dunning_sdk.store.interface import Holdings, OutboxAct, OutboxState, Session
from dunning_sdk.store.missing import not_found

_UNDER_WAY = (
    OutboxState.PLANNED,
    OutboxState.CLAIMED,
    OutboxState.SENDING,
    OutboxState.UNCERTAIN,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One debtor, and what is kept of him.

    Attributes:
        id: The debtor.
        receivables: His receivables, by id.
        owners: Whose keys his data is sealed by; he himself first.
        shared: Payments that settled receivables of others as well, by id.
        holdings: What is sealed by each of the keys.
    """

    id: str
    receivables: tuple[Receivable, ...]
    owners: tuple[str, ...]
    shared: tuple[str, ...]
    holdings: tuple[Holdings, ...]

    @property
    def going_on(self) -> tuple[str, ...]:
        """Return the ids of receivables that are neither settled nor written off."""
        return tuple(one.id for one in self.receivables if not is_closed(one))


def is_closed(receivable: Receivable) -> bool:
    """Tell whether nothing is asked for any more: settled, charges included, or written off."""
    written_off = any(
        stop.reason is StopReason.WRITTEN_OFF and stop.lifted_on is None
        for stop in receivable.stops
    )
    return written_off or not (receivable.open_amount.minor or receivable.charges_open.minor)


def subject(session: Session, debtor_id: str) -> Subject:
    """Return what is kept of one debtor.

    Raises:
        RecordNotFoundError: Nothing is, or it was erased; names the nearest id.
    """
    readable = session.owners()
    receivables = tuple(row.receivable for row in session.receivables(debtor_id=debtor_id))
    if debtor_id not in readable:
        if receivables:
            message = f"The data of debtor {debtor_id} was erased"
            raise RecordNotFoundError(message, hint="What is left names him by his id alone")
        raise not_found("debtor", debtor_id, readable)
    own, shared = _payments(session, receivables)
    sealed = [owner_of(id) for id in own if owner_of(id) in readable]
    owners = (debtor_id, *sealed)
    return Subject(
        id=debtor_id,
        receivables=receivables,
        owners=owners,
        shared=tuple(id for id in shared if owner_of(id) in readable),
        holdings=tuple(session.holdings(owner) for owner in owners),
    )


def acts_under_way(session: Session, receivables: Iterable[Receivable]) -> tuple[OutboxAct, ...]:
    """Return the acts about receivables that have not come to rest."""
    ids = {one.id for one in receivables}
    return tuple(act for act in session.acts(states=_UNDER_WAY) if act.receivable_id in ids)


def _payments(
    session: Session, receivables: tuple[Receivable, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the payments that settled these receivables alone, and those that settled more."""
    own = {one.id for one in receivables}
    settled: dict[str, set[str]] = {}
    for id, stream in session.events_of("receivable").items():
        for payment in _named(stream):
            settled.setdefault(payment, set()).add(id)
    alone = sorted(id for id, paid in settled.items() if paid <= own)
    both = sorted(id for id, paid in settled.items() if paid & own and not paid <= own)
    return tuple(alone), tuple(both)


def _named(stream: Iterable[Event]) -> Iterator[str]:
    """Yield the payments that events say settled a receivable, or were taken back."""
    for happened in stream:
        if happened.type in (events.PAYMENT_ALLOCATED, events.PAYMENT_RETURNED):
            names = (happened.header.get(name) for name in ("payment", "returned"))
            yield from (str(name) for name in names if name)
