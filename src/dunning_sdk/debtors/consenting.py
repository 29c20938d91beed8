"""By which channels a debtor may be written to: what he said, and where nothing arrives any more.

Kept beside his data, so that a source that is read again does not undo it, and laid over it where
is decided. What a source says of his consent stands until he says otherwise here. An address
nothing arrives at is remembered by its digest, sealed: a new address counts again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.domain.party import Contact, Party
from dunning_sdk.domain.reach import KIND_OF, ReachKind, address_of
from dunning_sdk.errors import DomainError
from dunning_sdk.records.codec import from_json
from dunning_sdk.records.entry import Record, receivable_of, value_of
from dunning_sdk.records.keeping import look_at
from dunning_sdk.records.mailbag import mapping_of
from dunning_sdk.store.interface import Session

CONSENT_CHANGED: Final = "debtor.consent-changed"
KEPT: Final = "consent"
_SAID: Final = "said"
_DEAD: Final = "dead"


def record_consent(session: Session, entry: Record) -> str:
    """Keep that a debtor agrees to a channel, or does not want it any more.

    Raises:
        DomainError: The channel is missing or a letter, or ``given`` is missing.
        RecordNotFoundError: Neither a debtor nor a receivable is known by that id.
    """
    channel = str(value_of(entry, "channel"))
    given: bool = value_of(entry, "given")
    if KIND_OF.get(channel) is ReachKind.POSTAL:
        hint = "Place a stop, or record a dispute, where nothing may be posted."
        raise DomainError("A letter needs no consent", hint=hint)
    debtor_id = _debtor(session, entry)
    _keep(session, debtor_id, _SAID, channel, given)
    if given:
        _keep(session, debtor_id, _DEAD, channel, None)  # it may be tried again
    header: dict[str, JsonValue] = {"channel": channel, "given": given}
    _note(session, debtor_id, entry.on, header)
    return f"{debtor_id} {'agrees to' if given else 'does not want'} {channel}"


def _debtor(session: Session, entry: Record) -> str:
    """Return the debtor a record is about; a receivable stands for its debtor."""
    if session.record("party", entry.subject) or session.receivables(debtor_id=entry.subject):
        return entry.subject
    return receivable_of(session, entry).debtor_id


def keep_undeliverable(
    session: Session, debtor_id: str, channel: str, address: str, *, on: date
) -> None:
    """Remember that nothing arrives at an address of a debtor.

    Args:
        session: Open transaction.
        debtor_id: The debtor.
        channel: By which it was tried.
        address: Mailbox, number or handle; nothing is kept without one.
        on: Day it came back.
    """
    if not address:
        return
    _keep(session, debtor_id, _DEAD, channel, _digest(address))
    _note(session, debtor_id, on, {"channel": channel, "undeliverable": True})


def reachable_parties(session: Session, ids: Sequence[str]) -> dict[str, Party]:
    """Return debtors by id, with the channels each may be written to by."""
    stored, kept = session.records("party", ids), session.records(KEPT, ids)
    found: dict[str, Party] = {}
    for key in ids:
        data = stored.get(key)
        party = from_json(Party, data) if data else Party(id=key, name=key)
        found[key] = as_reachable(party, kept.get(key))
    return found


def as_reachable(party: Party, kept: Mapping[str, JsonValue] | None) -> Party:
    """Return a party with what is kept of his channels laid over his contacts."""
    if not kept:
        return party
    said, dead = mapping_of(kept.get(_SAID)), mapping_of(kept.get(_DEAD))
    contacts = tuple(
        _with(contact, said, {name for name in dead if _is_at(party, contact, name, dead[name])})
        for contact in party.contacts
    )
    return replace(party, contacts=contacts)


def _with(contact: Contact, said: dict[str, JsonValue], dead: set[str]) -> Contact:
    opted_in = {*contact.opted_in, *(name for name, given in said.items() if given is True)}
    opted_in -= {name for name, given in said.items() if given is False}
    opted_out = {*contact.opted_out, *(name for name, given in said.items() if given is False)}
    opted_out -= {name for name, given in said.items() if given is True}
    return replace(
        contact, opted_in=tuple(sorted(opted_in)), opted_out=tuple(sorted(opted_out | dead))
    )


def _is_at(party: Party, contact: Contact, channel: str, digest: JsonValue) -> bool:
    reach = address_of(party, channel, contact)
    return reach is not None and _digest(reach.value) == digest


def _keep(session: Session, debtor_id: str, part: str, channel: str, value: JsonValue) -> None:
    kept = dict(session.record(KEPT, debtor_id) or {})
    kept[part] = {**mapping_of(kept.get(part)), channel: value}
    session.put_record(KEPT, debtor_id, kept, owner=debtor_id)


def _note(session: Session, debtor_id: str, on: date, header: dict[str, JsonValue]) -> None:
    stream = Stream(kind="debtor", id=debtor_id)
    session.append([NewEvent(stream=stream, type=CONSENT_CHANGED, on=on, header=header)])
    look_at(session, {debtor_id: on})


def _digest(value: str) -> str:
    return hashlib.sha256(value.strip().casefold().encode()).hexdigest()
