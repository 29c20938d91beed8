"""Messages kept whole: the words sealed as a record, the attachments as blobs by their hash."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from dunning_sdk.domain.event import JsonValue, Stream
from dunning_sdk.domain.notice import Attachment, Message
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.records.codec import from_json, to_json
from dunning_sdk.store.canonical import canonical
from dunning_sdk.store.interface import Session

_PDF: Final = b"%PDF-"


def kept_message(session: Session, data: Mapping[str, JsonValue]) -> Message:
    """Return a message as it was kept, with its attachments."""
    files = data["files"] if isinstance(data["files"], list) else []
    attachments = tuple(_attached(session, mapping_of(file)) for file in files)
    return replace(from_json(Message, mapping_of(data["message"])), attachments=attachments)


def mapping_of(value: JsonValue) -> dict[str, JsonValue]:
    """Return a JSON object, empty where it is none."""
    return value if isinstance(value, dict) else {}


def keep_message(session: Session, message: Message, *, owner: str) -> dict[str, JsonValue]:
    """Keep a message's attachments as blobs and return what names them."""
    files: list[JsonValue] = []
    for attachment in message.attachments:
        digest = hashlib.sha256(attachment.content).hexdigest()
        session.put_blob(digest, attachment.content, owner=owner)
        files.append(
            {"name": attachment.name, "media_type": attachment.media_type, "digest": digest}
        )
    return {"message": to_json(replace(message, attachments=())), "files": files}


def message_digest(session: Session, notice_id: str, channel: str) -> str:
    """Return the hash of a message as it left by a channel; empty where none is kept.

    Args:
        session: Open transaction; only read from.
        notice_id: Its notice.
        channel: That took it.

    Source:
        House rule: SHA-256 of the canonical JSON of the message and the hashes of its files.
    """
    record = session.record("notice", notice_id) if notice_id else None
    kept = mapping_of(mapping_of(record["messages"]).get(channel)) if record else {}
    return hashlib.sha256(canonical(kept).encode()).hexdigest() if kept else ""


def _attached(session: Session, file: dict[str, JsonValue]) -> Attachment:
    content = session.blob(str(file["digest"]))
    return Attachment(name=str(file["name"]), media_type=str(file["media_type"]), content=content)


def invoice_files(session: Session, receivables: Iterable[Receivable]) -> tuple[Attachment, ...]:
    """Return the invoices of receivables as files, where they are known as PDF."""
    files: list[Attachment] = []
    for receivable in receivables:
        opening = session.events(Stream(kind="receivable", id=receivable.id))[0]
        digest = str(opening.header.get("document") or "")
        content = session.blob(digest) if digest else b""
        if content.startswith(_PDF):
            files.append(pdf_file(receivable.invoice_number, content))
    return tuple(files)


def pdf_file(number: str, content: bytes) -> Attachment:
    """Return an invoice as a file to attach; signs no file name has become dashes."""
    stem = re.sub(r"[^\w.-]+", "-", number).strip("-.") or "invoice"
    return Attachment(name=f"{stem}.pdf", media_type="application/pdf", content=content)
