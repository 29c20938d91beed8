"""Writing events so that state, projections and review days stay true to each other.

Every event goes through `note_change`: it is appended, its receivable folded again, and all
receivables of that debtor are looked at in the next run.
"""

import hashlib
from collections.abc import Mapping, Sequence, Set
from datetime import date
from typing import Final

from dunning_sdk.domain.event import OPENED, NewEvent
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.party import Contact, Party
from dunning_sdk.records.codec import from_json, to_json
from dunning_sdk.store.interface import ReceivableRow, Session

READ_SINGLY_MAX: Final = 200


def note_change(session: Session, new: Sequence[NewEvent], *, look_again: bool = True) -> None:
    """Append events and keep the projections of the receivables they are about.

    Args:
        session: Open transaction.
        new: Events of any streams, in order.
        look_again: Whether the debtors' receivables are due for review; ``False`` only for
            events that record what the run itself has just decided.
    """
    if not new:
        return
    session.append(new)
    first_on: dict[str, date] = {}
    for event in new:
        if event.stream.kind == "receivable":
            first_on[event.stream.id] = min(event.on, first_on.get(event.stream.id, event.on))
    if not first_on:
        return
    opened = {event.stream.id for event in new if event.type == OPENED}
    before = _review_days(session, first_on.keys() - opened)
    rows: list[ReceivableRow] = []
    debtors: dict[str, date] = {}
    for key, stream in session.events_of("receivable", list(first_on)).items():
        state = fold(stream)
        if state is not None:
            days = [
                day
                for day in (before.get(key), max(first_on[key], state.entered_on))
                if day is not None
            ]
            rows.append(ReceivableRow(receivable=state, review_on=min(days)))
            debtors[state.debtor_id] = min(
                first_on[key], debtors.get(state.debtor_id, first_on[key])
            )
    session.put_receivables(rows)
    if look_again:
        look_at(session, debtors)


def _review_days(session: Session, ids: Set[str]) -> dict[str, date | None]:
    """Return the review days known so far; in one read where there are many."""
    if len(ids) > READ_SINGLY_MAX:
        return {row.receivable.id: row.review_on for row in session.receivables()}
    return {key: session.receivable(key).review_on for key in ids}


def look_at(session: Session, debtors: Mapping[str, date]) -> None:
    """Have the open receivables of debtors looked at on a day, or as soon as they are seen."""
    days: dict[str, date | None] = {}
    for debtor_id, on in sorted(debtors.items()):
        for row in session.receivables(debtor_id=debtor_id):
            if row.receivable.open_amount.minor and (row.review_on is None or row.review_on > on):
                days[row.receivable.id] = max(on, row.receivable.entered_on)
    session.set_review_on(days)


def keep_party(session: Session, party: Party, *, on: date) -> Party:
    """Keep a party's newest data; what the new record lacks is taken from the known one.

    Args:
        session: Open transaction.
        party: As a document names it.
        on: Day from which it is known; the party's receivables are looked at again then.
    """
    stored = session.record("party", party.id)
    known = from_json(Party, stored) if stored else None
    merged = _merged(known, party) if known else party
    if merged != known:
        session.put_record("party", party.id, to_json(merged), owner=party.id)
    if known and merged != known:
        look_at(session, {party.id: on})
    return merged


def _merged(known: Party, new: Party) -> Party:
    return Party(
        id=new.id,
        name=new.name or known.name,
        country=new.country or known.country,
        registration=new.registration or known.registration,
        vat_id=new.vat_id or known.vat_id,
        address=new.address if new.address.is_complete else known.address,
        contacts=_contacts(known, new),
        accounts=new.accounts or known.accounts,
        language=new.language or known.language,
        is_company=new.is_company,
    )


def _contacts(known: Party, new: Party) -> tuple[Contact, ...]:
    """Return the persons a record names, and those known in roles that it does not name."""
    named = {contact.role for contact in new.contacts}
    return (*new.contacts, *(one for one in known.contacts if one.role not in named))


def keep_document(session: Session, content: bytes, *, owner: str) -> str:
    """Keep a document's bytes and return their SHA-256; empty for no content."""
    if not content:
        return ""
    digest = hashlib.sha256(content).hexdigest()
    session.put_blob(digest, content, owner=owner)
    return digest
