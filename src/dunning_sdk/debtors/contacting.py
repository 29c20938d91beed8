"""The persons at a debtor: recorded by hand, each in a role that scenarios may choose.

Kept with the debtor's data, sealed with his key. A source that names a person in the same role
replaces him; those in other roles stay.
"""

import re
from dataclasses import replace
from typing import Final

from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.domain.party import Contact, Party
from dunning_sdk.errors import DomainError
from dunning_sdk.records.codec import from_json
from dunning_sdk.records.entry import Record, value_of
from dunning_sdk.records.keeping import keep_party
from dunning_sdk.store.interface import Session

CONTACT_CHANGED: Final = "debtor.contact-changed"
LANGUAGE_CHANGED: Final = "debtor.language-changed"
_LANGUAGE: Final = re.compile(r"[a-z]{2}")


def record_contact(session: Session, entry: Record) -> str:
    """Keep whom to turn to at a debtor in one role.

    Raises:
        DomainError: The role is missing, or there is neither a mailbox nor a telephone.
    """
    role = str(value_of(entry, "role"))
    contact = Contact(
        name=str(entry.values.get("name") or ""),
        email=str(entry.values.get("email") or ""),
        phone=str(entry.values.get("phone") or ""),
        role=role,
    )
    if not contact.email and not contact.phone:
        message = f"Nobody can be reached as {role} of {entry.subject}"
        raise DomainError(message, hint="Add email=… or phone=….")
    if contact.email and "@" not in contact.email:
        raise DomainError("email is no mailbox", hint="Write it as name@example.org.")
    stored = session.record("party", entry.subject)
    known = from_json(Party, stored) if stored else Party(id=entry.subject, name=entry.subject)
    others = tuple(one for one in known.contacts if one.role != role)
    contacts = (contact, *others) if role == "billing" else (*others, contact)
    keep_party(session, replace(known, contacts=contacts), on=entry.on)
    stream = Stream(kind="debtor", id=entry.subject)
    event = NewEvent(stream=stream, type=CONTACT_CHANGED, on=entry.on, header={"role": role})
    session.append([event])
    return f"{role} of {entry.subject}"


def record_language(session: Session, entry: Record) -> str:
    """Keep in which language a debtor wants to be written to.

    Raises:
        DomainError: It is no code of ISO 639-1.
    """
    language = str(value_of(entry, "language"))
    if not _LANGUAGE.fullmatch(language):
        raise DomainError("That is no language", hint="Write two small letters, such as fr.")
    stored = session.record("party", entry.subject)
    known = from_json(Party, stored) if stored else Party(id=entry.subject, name=entry.subject)
    keep_party(session, replace(known, language=language), on=entry.on)
    stream = Stream(kind="debtor", id=entry.subject)
    header: dict[str, JsonValue] = {"language": language}
    session.append([NewEvent(stream=stream, type=LANGUAGE_CHANGED, on=entry.on, header=header)])
    return f"{entry.subject} is written to in {language}"
