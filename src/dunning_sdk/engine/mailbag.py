"""Messages kept whole: the words sealed as a record, the attachments as blobs by their hash."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.notice import Attachment, Message
from dunning_sdk.engine.codec import from_json, to_json
from dunning_sdk.store.interface import Session


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


def _attached(session: Session, file: dict[str, JsonValue]) -> Attachment:
    content = session.blob(str(file["digest"]))
    return Attachment(name=str(file["name"]), media_type=str(file["media_type"]), content=content)
