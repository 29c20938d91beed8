"""Erase a debtor: drop the keys his data is sealed by, and say so in the log.

Decides when that is allowed: not while money is asked for or something is on its way, unless a
person gives a reason. The headers of events stay, so that books still add up and every chain
still verifies; they name him by his id alone.

Source:
    Regulation (EU) 2016/679, article 17; by its paragraph 3 not while the law demands that the
    data be kept, or a legal claim rests on it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from dunning_sdk.domain.event import NewEvent, Stream
from dunning_sdk.errors import DomainError
from dunning_sdk.privacy.subject import Subject, acts_under_way, subject
from dunning_sdk.store.interface import Session, Store

ERASED: Final = "debtor.erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was erased.

    Attributes:
        debtor: Whose data.
        keys: Keys that were dropped.
        records: Records that were removed.
        documents: Documents that were removed.
        notices: Ids of his notices; files that channels wrote are named by them and are still
            there.
        shared: Payments that concern other debtors too and were kept.
    """

    debtor: str
    keys: int
    records: int
    documents: int
    notices: tuple[str, ...]
    shared: tuple[str, ...]


def erase(
    store: Store, debtor_id: str, *, on: date, by: str, reason: str = "", force: bool = False
) -> Erased:
    """Erase one debtor; done again after a crash, it does what is left.

    Args:
        store: Open store.
        debtor_id: Whom.
        on: Day of it.
        by: Who demands it; sealed with the tenant's own key.
        reason: Why; needed where it is forced, and sealed likewise.
        force: Whether he is erased although receivables are open or acts under way.

    Raises:
        RecordNotFoundError: Nothing is kept of this debtor; names the nearest.
        DomainError: Something is going on and it is not forced, or forced without a reason.
    """
    if force and not reason.strip():
        message = f"Debtor {debtor_id} cannot be erased by force without a reason"
        raise DomainError(message, hint="Give --reason.")
    with store.begin() as session:
        about = subject(session, debtor_id)
        if not force:
            _check_rest(session, about)
    # He himself last: until then, this can be found and done again.
    for owner in reversed(about.owners):
        store.drop_key(owner)
    with store.begin() as session:
        session.append([_event(about, on, by=by, reason=reason, force=force)])
        session.put_waits({debtor_id: ()})
    records = [record for held in about.holdings for record in held.records]
    return Erased(
        debtor=debtor_id,
        keys=len(about.owners),
        records=len(records),
        documents=sum(len(held.documents) for held in about.holdings),
        notices=tuple(id for kind, id in records if kind == "notice"),
        shared=about.shared,
    )


def _check_rest(session: Session, about: Subject) -> None:
    if about.going_on:
        some = ", ".join(about.going_on[:5])
        message = f"Debtor {about.id} still owes {len(about.going_on)} receivables: {some}"
        hint = "Settle or write them off; --force with --reason erases him all the same."
        raise DomainError(message, hint=hint)
    moving = acts_under_way(session, about.receivables)
    if moving:
        message = f"{len(moving)} acts about debtor {about.id} have not come to rest"
        raise DomainError(message, hint="`dunning review` lists what waits for a person.")


def _event(about: Subject, on: date, *, by: str, reason: str, force: bool) -> NewEvent:
    return NewEvent(
        stream=Stream(kind="debtor", id=about.id),
        type=ERASED,
        on=on,
        header={"forced": force, "open": len(about.going_on), "keys": len(about.owners)},
        payload={"by": by, "reason": reason},
    )
