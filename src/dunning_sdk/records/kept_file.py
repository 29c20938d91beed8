"""Files that came with an event: kept sealed under their hash, and found again by the event.

One piece for proofs of posting, papers of a court, and whatever else a person or a system hands
in. The clear header has hash and media type; the name, which may be personal, is sealed.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, Final

from dunning_sdk.domain.event import Event, JsonValue, NewEvent, Stream
from dunning_sdk.domain.notice import Attachment
from dunning_sdk.errors import DomainError, RecordNotFoundError
from dunning_sdk.records.file_check import check_file
from dunning_sdk.store.interface import Session

BYTES_MAX: Final = 25 * 1024 * 1024
"""Largest file that is kept; house rule."""

PLAIN: Final = "application/octet-stream"
MEDIA_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".asice": "application/vnd.etsi.asic-e+zip",
        ".eml": "message/rfc822",
        ".jpeg": "image/jpeg",
        ".jpg": "image/jpeg",
        ".json": "application/json",
        ".p7m": "application/pkcs7-mime",
        ".pdf": "application/pdf",
        ".png": "image/png",
        ".tif": "image/tiff",
        ".tiff": "image/tiff",
        ".txt": "text/plain",
        ".xml": "application/xml",
        ".zip": "application/zip",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file that came with an event.

    Attributes:
        event: Type of the event.
        on: Day of the event.
        digest: SHA-256 of its bytes, in hex, under which they are kept.
        media_type: MIME type.
        name: File name without folders; empty once the debtor's key was dropped.
    """

    event: str
    on: date
    digest: str
    media_type: str
    name: str


def file_named(name: str, content: bytes) -> Attachment:
    """Return a file as `with_files` takes it; the ending of its name tells the media type.

    Args:
        name: With or without folders, which are left out.
        content: Its bytes.
    """
    bare = _bare(name)
    media_type = MEDIA_TYPES.get(PurePath(bare).suffix.lower(), PLAIN)
    return Attachment(name=bare, media_type=media_type, content=content)


def attachment_of(key: str, value: Any) -> tuple[Attachment, ...]:  # noqa: ANN401  # from a host
    """Return the file that a record has under a key, if it has one.

    Args:
        key: Of the record, for the message.
        value: `Attachment`, or nothing.

    Raises:
        DomainError: It is no file, is empty, is too large to be kept, or its name or kind is not
            what is kept.
    """
    if value is None:
        return ()
    if not isinstance(value, Attachment):
        raise DomainError(f"{key} is no file", hint="Pass an Attachment, or name a file.")
    if not value.content:
        raise DomainError(f"The file under {key} is empty", hint="Look at it, and hand in another.")
    if len(value.content) > BYTES_MAX:
        most = BYTES_MAX // (1024 * 1024)
        raise DomainError(f"The file under {key} is larger than {most} MB", hint="Make it smaller.")
    check_file(value)
    return (value,)


def with_files(
    session: Session, event: NewEvent, files: Iterable[Attachment], *, owner: str
) -> NewEvent:
    """Keep files and return the event they come with, which names them.

    Args:
        session: Open transaction.
        event: Not stored yet; comes back as it is where there are no files.
        files: In the order they are named.
        owner: Debtor whose key seals the files and their names.
    """
    kept, names = list(files), list[JsonValue]()
    if not kept:
        return event
    told: list[JsonValue] = []
    for file in kept:
        digest = hashlib.sha256(file.content).hexdigest()
        session.put_blob(digest, file.content, owner=owner)
        told.append({"digest": digest, "media_type": file.media_type})
        names.append(_bare(file.name))
    return NewEvent(
        stream=event.stream,
        type=event.type,
        on=event.on,
        header={**event.header, "files": told},
        payload={**event.payload, "file_names": names},
        owner=owner,
    )


def files_of(session: Session, stream: Stream) -> Iterator[KeptFile]:
    """Yield the files that came with the events of a stream, oldest first."""
    for event in session.events(stream):
        yield from files_with(session, event)


def files_with(session: Session, event: Event) -> Iterator[KeptFile]:
    """Yield the files that came with one event, in their order."""
    told = event.header.get("files")
    if not isinstance(told, list) or not told:
        return
    names = _names(session, event)
    for place, one in enumerate(told):
        if isinstance(one, dict):
            yield KeptFile(
                event=event.type,
                on=event.on,
                digest=str(one["digest"]),
                media_type=str(one["media_type"]),
                name=str(names[place]) if place < len(names) else "",
            )


def content_of(session: Session, file: KeptFile) -> Attachment:
    """Return a kept file with its bytes; one without a name is called by its hash.

    Raises:
        RecordNotFoundError: Its bytes are not there, as after its owner's key was dropped.
    """
    name = file.name or f"{file.digest[:16]}.bin"
    content = session.blob(file.digest)
    return Attachment(name=name, media_type=file.media_type, content=content)


def _bare(name: str) -> str:
    """Return a file name without folders, whichever system wrote it."""
    return PurePath(name.replace("\\", "/")).name


def _names(session: Session, event: Event) -> list[JsonValue]:
    """Return the sealed names; none once the key was dropped."""
    try:
        names = session.payload(event.stream, event.seq).get("file_names")
    except RecordNotFoundError:
        return []
    return names if isinstance(names, list) else []
