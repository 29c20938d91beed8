"""Writing events so that state, projections and review days stay true to each other.

Every event goes through `note_change`: it is appended, its receivable folded again, and all
receivables of that debtor are looked at in the next run.
"""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date

from dunning_sdk.domain.event import NewEvent
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.party import Party
from dunning_sdk.engine.codec import from_json, to_json
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.store.interface import ReceivableRow, Session


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
    before = _review_days(session, first_on)
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
        _look_again(session, debtors)


def _review_days(session: Session, ids: Mapping[str, date]) -> dict[str, date | None]:
    """Return the review days known so far; a receivable not opened yet has none."""
    if len(ids) > 1:
        return {row.receivable.id: row.review_on for row in session.receivables()}
    found: dict[str, date | None] = {}
    for key in ids:
        with suppress(RecordNotFoundError):
            found[key] = session.receivable(key).review_on
    return found


def _look_again(session: Session, debtors: Mapping[str, date]) -> None:
    days: dict[str, date | None] = {}
    for debtor_id, on in sorted(debtors.items()):
        for row in session.receivables(debtor_id=debtor_id):
            if row.receivable.open_amount.minor and (row.review_on is None or row.review_on > on):
                days[row.receivable.id] = max(on, row.receivable.entered_on)
    session.set_review_on(days)


def keep_party(session: Session, party: Party) -> Party:
    """Keep a party's newest data; what the new record lacks is taken from the known one."""
    known = session.record("party", party.id)
    merged = _merged(from_json(Party, known), party) if known else party
    if not known or merged != from_json(Party, known):
        session.put_record("party", party.id, to_json(merged), owner=party.id)
    return merged


def _merged(known: Party, new: Party) -> Party:
    return Party(
        id=new.id,
        name=new.name or known.name,
        country=new.country or known.country,
        registration=new.registration or known.registration,
        vat_id=new.vat_id or known.vat_id,
        address=new.address if new.address.is_complete else known.address,
        contacts=new.contacts or known.contacts,
        accounts=new.accounts or known.accounts,
        language=new.language or known.language,
        is_company=new.is_company,
    )


def keep_document(session: Session, content: bytes, *, owner: str) -> str:
    """Keep a document's bytes and return their SHA-256; empty for no content."""
    if not content:
        return ""
    digest = hashlib.sha256(content).hexdigest()
    session.put_blob(digest, content, owner=owner)
    return digest
