"""What is known of a client before the contract: recorded, read from lists, and computed.

Each fact has a day and a source. They are summed up by the pure `decisions.inquiry`.
"""

from datetime import date
from typing import TYPE_CHECKING, Final

from dunning_sdk.connectors.interface import Sanction
from dunning_sdk.decisions.inquiry import (
    SAYINGS,
    Experience,
    Finding,
    Inquiry,
    Topic,
    experience_of,
)
from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.domain.party import Party
from dunning_sdk.errors import DomainError, nearest_names
from dunning_sdk.records.codec import from_json
from dunning_sdk.records.entry import Record, value_of
from dunning_sdk.store.interface import Session, Store

if TYPE_CHECKING:
    from dunning_sdk.installation.wiring import Wiring
    from dunning_sdk.money.intake import PullReport

INQUIRED: Final = "debtor.inquiry"
SANCTIONS: Final = "sanctions"
COMPANY_DIGITS: Final = 9
"""What tells a French company; the digits after them tell its places."""


def record_inquiry(session: Session, entry: Record) -> str:
    """Keep what was found out about a client (S2-06 … S2-10).

    Raises:
        DomainError: The topic or the answer is unknown, the source is missing, or the fact lies
            after the day it is recorded.
    """
    topic = _topic(str(value_of(entry, "topic")))
    says = str(value_of(entry, "says"))
    if says not in SAYINGS[topic]:
        hint = f"Write says={' or says='.join(SAYINGS[topic])}."
        raise DomainError(f"{says!r} is no answer on {topic.value}", hint=hint)
    source = str(value_of(entry, "source"))
    found_on: date = entry.values.get("found_on") or entry.on
    if found_on > entry.on:
        raise DomainError(
            f"The fact of {found_on} lies after {entry.on}, when it is recorded",
            hint="Correct found_on=… or --on.",
        )
    header: dict[str, JsonValue] = {
        "topic": topic.value,
        "says": says,
        "found_on": found_on.isoformat(),
    }
    found = NewEvent(
        stream=_stream(entry.subject),
        type=INQUIRED,
        on=entry.on,
        header=header,
        payload={"source": source},
        owner=entry.subject,
    )
    session.append([found])
    return f"{topic.value} of {entry.subject}: {says}, found on {found_on}"


def take_sanctions(wiring: "Wiring", store: Store, *, as_of: date, report: "PullReport") -> None:
    """Keep the lists of sanctioned companies whole; a list read again replaces what was known.

    Args:
        wiring: Gives the sources; nothing changes where there are none.
        store: Where they are kept.
        as_of: Day of the pull.
        report: Counted into.
    """
    batches = [source.fetch() for source in wiring.sanction_sources(as_of)]
    if not batches:
        return
    known: dict[str, JsonValue] = {}
    for batch in batches:
        report.problems.extend(batch.problems)
        for one in batch.records:
            known[_company(one.registration)] = _kept(one)
    report.sanctions += len(known)
    with store.begin() as session:
        session.put_setting(SANCTIONS, {"read_on": as_of.isoformat(), "companies": known})


def inquiry_of(session: Session, debtor: Party, as_of: date) -> Inquiry:
    """Return what is known of a client on a day.

    Args:
        session: Open transaction; only read from.
        debtor: Who is asked about; his company number is looked up in the State's list.
        as_of: The day; what was recorded later is unseen.
    """
    rows = session.receivables(debtor_id=debtor.id)
    experience = experience_of([row.receivable for row in rows], as_of)
    findings = [
        *_recorded(session, debtor.id, as_of),
        *_listed(session, debtor, as_of),
        *_own(experience, as_of),
    ]
    findings.sort(key=lambda one: (one.found_on, one.topic.value))
    return Inquiry(findings=tuple(findings), experience=experience, as_of=as_of)


def inquiry_about(session: Session, debtor_id: str, as_of: date) -> Inquiry:
    """Return what is known of a client by his id, whether he was ever invoiced or not."""
    data = session.record("party", debtor_id)
    debtor = from_json(Party, data) if data else Party(id=debtor_id, name=debtor_id)
    return inquiry_of(session, debtor, as_of)


def _recorded(session: Session, debtor_id: str, as_of: date) -> list[Finding]:
    stream = _stream(debtor_id)
    return [
        Finding(
            topic=Topic(str(event.header["topic"])),
            says=str(event.header["says"]),
            found_on=date.fromisoformat(str(event.header["found_on"])),
            source=str(session.payload(stream, event.seq)["source"]),
        )
        for event in session.events(stream)
        if event.type == INQUIRED and event.on <= as_of
    ]


def _listed(session: Session, debtor: Party, as_of: date) -> list[Finding]:
    """Return what the State's list says of a client whose company number is known."""
    kept = session.setting(SANCTIONS)
    if not isinstance(kept, dict) or not debtor.registration:
        return []
    companies, read_on = kept["companies"], str(kept["read_on"])
    said = companies.get(_company(debtor.registration)) if isinstance(companies, dict) else None
    if isinstance(said, dict) and str(said["published_on"]) <= as_of.isoformat():
        published_on = date.fromisoformat(str(said["published_on"]))
        source = f"{said['source']}, published on {published_on}"
        # A sanction counts from the day the list was read: the list keeps old ones for a reason.
        found_on = min(max(published_on, date.fromisoformat(read_on)), as_of)
        return [Finding(topic=Topic.SANCTIONED, says="true", found_on=found_on, source=source)]
    if read_on > as_of.isoformat():
        return []
    found_on = date.fromisoformat(read_on)
    source = "The list as read; the company is not on it"
    return [Finding(topic=Topic.SANCTIONED, says="false", found_on=found_on, source=source)]


def _own(experience: Experience, as_of: date) -> list[Finding]:
    if not experience.count:
        return []
    says = (
        f"{experience.late_count} of {experience.count} invoices late, "
        f"by {experience.days_late_max} days at most"
    )
    return [Finding(topic=Topic.OWN, says=says, found_on=as_of, source="Own receivables")]


def _kept(one: Sanction) -> JsonValue:
    return {"published_on": one.published_on.isoformat(), "source": one.source}


def _company(registration: str) -> str:
    compact = "".join(registration.split()).upper()
    return compact[:COMPANY_DIGITS] if compact.isdigit() else compact


def _topic(name: str) -> Topic:
    known = [topic.value for topic in SAYINGS]
    if name not in known:
        near = nearest_names(name, known)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(known)}."
        raise DomainError(f"Nothing is asked about {name!r}", hint=hint)
    return Topic(name)


def _stream(debtor_id: str) -> Stream:
    return Stream(kind="debtor", id=debtor_id)
