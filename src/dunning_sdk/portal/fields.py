"""Read what a debtor typed: amounts, days, words and files; each fault is a key of the words.

Decides what is taken at all. Whether an act is possible is decided where it is recorded.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dunning_sdk.dialogue.amount import money_of
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import Attachment
from dunning_sdk.errors import DomainError
from dunning_sdk.look.receiving import Upload
from dunning_sdk.records.file_check import check_file
from dunning_sdk.records.kept_file import file_named

TEXT_MAX: Final = 4000
LINE_MAX: Final = 120
FILE_BYTES_MAX: Final = 8 * 1024 * 1024
FILES_MAX: Final = 3
REQUEST_BYTES_MAX: Final = FILES_MAX * FILE_BYTES_MAX + 256 * 1024
ACCEPTED: Final = ".pdf,.png,.jpg,.jpeg"
_TAKEN: Final = frozenset({"application/pdf", "image/png", "image/jpeg"})
_UNPRINTED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_MAILBOX: Final = re.compile(r"[^\s@<>\"',;:()\\]{1,64}@[A-Za-z0-9.-]{1,180}\.[A-Za-z]{2,24}")
_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(eq=False)
class Mistyped(Exception):  # noqa: N818  # shown beside its field, it never leaves the portal
    """What was typed cannot be taken.

    Attributes:
        field: Its name.
        fault: Key of the words that say what to do.
    """

    field: str
    fault: str


def text_of(field: str, given: str, *, most: int = TEXT_MAX, is_required: bool = True) -> str:
    """Return words as they were typed, without signs nobody sees.

    Raises:
        Mistyped: There are none, or too many.
    """
    text = _UNPRINTED.sub("", given.replace("\r\n", "\n")).strip()
    if not text and is_required:
        raise Mistyped(field, "fault_missing")
    if len(text) > most:
        raise Mistyped(field, "fault_long")
    return text if most > LINE_MAX else " ".join(text.split())


def day_of(field: str, given: str, *, since: date | None, until: date | None) -> date:
    """Return a day as browsers write it, within both ends.

    Raises:
        Mistyped: It is none, or lies outside.
    """
    try:
        day = date.fromisoformat(given.strip())
    except ValueError as problem:
        raise Mistyped(field, "fault_day") from problem
    if (since is not None and day < since) or (until is not None and day > until):
        raise Mistyped(field, "fault_day_range")
    return day


def amount_of(field: str, given: str, *, most: Money | None, currency: str) -> Money:
    """Return an amount above zero and at most ``most``.

    Raises:
        Mistyped: It is none, or too much.
    """
    cleaned = given.replace("€", "").replace("\u00a0", " ").replace("\u202f", " ").strip()
    amount = money_of(cleaned, currency) if len(cleaned) <= 16 else None
    if amount is None or amount.minor <= 0:
        raise Mistyped(field, "fault_amount")
    if most is not None and amount > most:
        raise Mistyped(field, "fault_amount_range")
    return amount


def mailbox_of(field: str, given: str) -> str:
    """Return a mailbox; empty where none was typed.

    Raises:
        Mistyped: It is none.
    """
    text = given.strip()
    if text and not (_MAILBOX.fullmatch(text) and text.isascii()):
        raise Mistyped(field, "fault_mailbox")
    return text


def phone_of(field: str, given: str) -> str:
    """Return a telephone number with its country; empty where none was typed.

    Raises:
        Mistyped: It is none.
    """
    text = re.sub(r"[\s().-]", "", given)
    text = f"+{text[2:]}" if text.startswith("00") else text
    if text and not _PHONE.fullmatch(text):
        raise Mistyped(field, "fault_phone")
    return text


def files_of(field: str, given: Sequence[Upload]) -> tuple[Attachment, ...]:
    """Return files whose bytes are what their names say: PDF, PNG or JPEG.

    Raises:
        Mistyped: There are too many, one is too large, or one is something else.
    """
    if len(given) > FILES_MAX:
        raise Mistyped(field, "fault_files")
    return tuple(_file(field, one) for one in given)


def _file(field: str, given: Upload) -> Attachment:
    if len(given.content) > FILE_BYTES_MAX:
        raise Mistyped(field, "fault_file_size")
    file = file_named(given.name, given.content)
    try:
        check_file(file)
    except DomainError as problem:
        raise Mistyped(field, "fault_file") from problem
    if file.media_type not in _TAKEN:
        raise Mistyped(field, "fault_file")
    return file
