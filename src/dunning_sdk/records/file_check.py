"""What a file is, told by its bytes: a name proves nothing.

Decides which files are kept of those that people and other systems hand in: of a known kind, whose
name and kind agree, and under a name that is safe to write out again.

>>> kinds_of(b"%PDF-1.7 ...")
('application/pdf',)
>>> kinds_of(bytes([77, 90, 144, 0]))
()
"""

import json
import re
from typing import Final

from dunning_sdk.domain.notice import Attachment
from dunning_sdk.errors import DomainError

NAME_LETTERS_MAX: Final = 150
_SIGNATURES: Final = (
    (b"%PDF", ("application/pdf",)),
    (b"\x89PNG", ("image/png",)),
    (b"\xff\xd8\xff", ("image/jpeg",)),
    (b"II*\x00", ("image/tiff",)),
    (b"MM\x00*", ("image/tiff",)),
    (b"PK\x03\x04", ("application/zip", "application/vnd.etsi.asic-e+zip")),
    (b"\x30\x80", ("application/pkcs7-mime",)),
    (b"\x30\x82", ("application/pkcs7-mime",)),
    (b"\x30\x83", ("application/pkcs7-mime",)),
)
_HEADER: Final = re.compile(r"\A(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)+\r?\n")
_UNPRINTED: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]')
_DEVICE: Final = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")


def check_file(file: Attachment) -> None:
    """Refuse a file whose name is unsafe, or whose bytes are not what it says it is.

    Raises:
        DomainError: Says which of the two, and what is taken.
    """
    if not is_safe_name(file.name):
        raise DomainError(
            "A file's name has folders, signs that no file name has, or nothing",
            hint="Give a plain name, such as order.pdf.",
        )
    kinds = kinds_of(file.content)
    if file.media_type in kinds:
        return
    said = f"is {' or '.join(kinds)}" if kinds else "is of no kind that is kept"
    hint = "Kept are PDF, PNG, JPEG, TIFF, ZIP, PKCS #7, XML, JSON, mail and plain text."
    raise DomainError(f"A file named as {file.media_type} {said}", hint=hint)


def is_safe_name(name: str) -> bool:
    """Tell whether a name is that of one file, in no folder, on every system."""
    plain = name.strip(". ")
    if not plain or name[:1] in ". " or name[-1:] in ". " or len(name) > NAME_LETTERS_MAX:
        return False
    return not _UNSAFE.search(name) and not _DEVICE.match(name)


def kinds_of(content: bytes) -> tuple[str, ...]:
    """Return the media types that bytes may be; empty for none that is known."""
    for signature, kinds in _SIGNATURES:
        if content.startswith(signature):
            return kinds
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ()
    return () if not text or _UNPRINTED.search(text) else _text_kinds(text)


def _text_kinds(text: str) -> tuple[str, ...]:
    start = text.lstrip()
    if start.startswith(("<?xml", "<")):
        return () if re.match(r"(?i)<(?:!doctype\s+html|html|script)", start) else (_XML,)
    found = ["text/plain"]
    if start.startswith(("{", "[")) and _is_json(text):
        found.append("application/json")
    if _HEADER.match(text):
        found.append("message/rfc822")
    return tuple(found)


_XML: Final = "application/xml"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
