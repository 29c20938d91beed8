"""All that is kept of one debtor, handed out as one archive: JSON, and the documents as they are.

Decides what is in the archive. Streams, records and documents are found by whose key seals them,
so that whatever is kept of a debtor is in it, by whichever part of the program or plugin.

Source:
    Regulation (EU) 2016/679, articles 15(3) and 20: a copy of the personal data, structured and
    machine-readable.
"""

import io
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

from dunning_sdk.domain.event import Event, JsonValue, Stream
from dunning_sdk.errors import ConfigError, RecordNotFoundError
from dunning_sdk.privacy.subject import Subject, subject
from dunning_sdk.records.codec import to_json
from dunning_sdk.store.interface import OutboxAct, ReviewItem, Session, Store

FORMAT: Final = "dunning-debtor/1"
DATA: Final = "data.json"
_MAGIC: Final = ((b"%PDF-", "pdf"), (b"<?xml", "xml"), (b"PK\x03\x04", "zip"), (b"{", "json"))
_FIRST_INSTANT: Final = (1980, 1, 1, 0, 0, 0)  # the same data gives the same bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written.

    Attributes:
        file: Where.
        streams: Number of event streams.
        records: Number of records.
        documents: Number of documents.
        shared: Payments that concern other debtors too and are not in it.
    """

    file: Path
    streams: int
    records: int
    documents: int
    shared: tuple[str, ...]


def export(store: Store, debtor_id: str, file: Path, *, on: date) -> Exported:
    """Write an archive with all that is kept of one debtor, readable by this user alone.

    Args:
        store: Open store.
        debtor_id: Whose data.
        file: Where the archive goes; a new file.
        on: Day it is made for; stands in it.

    Raises:
        RecordNotFoundError: Nothing is kept of this debtor; names the nearest.
        ConfigError: The file exists, or cannot be written.
    """
    with store.begin() as session:
        about = subject(session, debtor_id)
        streams = [_told(session, stream) for stream in _streams(session, about)]
        records = list(_records(session, about))
        documents = dict(_documents(session, about))
        data: dict[str, JsonValue] = {
            "format": FORMAT,
            "debtor": about.id,
            "made_on": on.isoformat(),
            "records": list(records),
            "receivables": [to_json(one) for one in about.receivables],
            "streams": list(streams),
            "acts": list(_acts(session, about)),
            "questions": list(_questions(session, about)),
            "documents": list(documents),
            "shared_payments": list(about.shared),
        }
    _write(file, _archive(data, documents))
    return Exported(
        file=file,
        streams=len(streams),
        records=len(records),
        documents=len(documents),
        shared=about.shared,
    )


def _streams(session: Session, about: Subject) -> list[Stream]:
    """Return the streams that hold an event of his, or are named as he or something of his is."""
    kept = {id for held in about.holdings for _, id in held.records}
    ids = {about.id, *kept, *(one.id for one in about.receivables)}
    sealed = {stream for held in about.holdings for stream, _ in held.events}
    return [stream for stream in session.streams() if stream in sealed or stream.id in ids]


def _told(session: Session, stream: Stream) -> dict[str, JsonValue]:
    return {
        "kind": stream.kind,
        "id": stream.id,
        "events": [_event(session, happened) for happened in session.events(stream)],
    }


def _event(session: Session, happened: Event) -> dict[str, JsonValue]:
    payload: dict[str, JsonValue] | None = None
    with suppress(RecordNotFoundError):  # erased: only its header is left
        payload = dict(session.payload(happened.stream, happened.seq))
    return {
        "number": happened.seq,
        "type": happened.type,
        "on": happened.on.isoformat(),
        "recorded_at": happened.recorded_at.isoformat(),
        "header": dict(happened.header),
        "payload": payload,
        "digest": happened.digest,
    }


def _records(session: Session, about: Subject) -> Iterator[dict[str, JsonValue]]:
    for held in about.holdings:
        for kind, id in held.records:
            data = session.record(kind, id)
            if data is not None:
                yield {"kind": kind, "id": id, "data": dict(data)}


def _documents(session: Session, about: Subject) -> Iterator[tuple[str, bytes]]:
    """Yield the kept documents, each under the name it gets in the archive."""
    for held in about.holdings:
        for digest in held.documents:
            content = session.blob(digest)
            ending = next((end for magic, end in _MAGIC if content.startswith(magic)), "bin")
            yield f"documents/{digest}.{ending}", content


def _acts(session: Session, about: Subject) -> Iterator[dict[str, JsonValue]]:
    ids = {one.id for one in about.receivables}
    return (_plain(act) for act in session.acts() if act.receivable_id in ids)


def _questions(session: Session, about: Subject) -> Iterator[dict[str, JsonValue]]:
    ids = {about.id, *(one.id for one in about.receivables), *_payment_ids(about)}
    return (_plain(item) for item in session.reviews(open_only=False) if item.subject in ids)


def _plain(record: OutboxAct | ReviewItem) -> dict[str, JsonValue]:
    plain: dict[str, JsonValue] = json.loads(json.dumps(asdict(record), default=str))
    return plain


def _payment_ids(about: Subject) -> Iterator[str]:
    return (
        stream.id
        for held in about.holdings
        for stream, _ in held.events
        if stream.kind == "payment"
    )


def _archive(data: Mapping[str, JsonValue], documents: Mapping[str, bytes]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ((DATA, text.encode()), *sorted(documents.items())):
            archive.writestr(zipfile.ZipInfo(name, _FIRST_INSTANT), content)
    return whole.getvalue()


def _write(file: Path, content: bytes) -> None:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as out:
            out.write(content)
    except FileExistsError as problem:
        raise ConfigError(f"{file.name} exists already", hint="Name a new file.") from problem
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "its name cannot be"
        message = f"{file.name} cannot be written: {reason}"
        raise ConfigError(message, hint="Choose another folder.") from problem
