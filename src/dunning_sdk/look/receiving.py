"""Read the form a page sent, and no more of it than is allowed.

Decides how large a request may be and how many fields it may have. What is in the fields is
checked by whoever reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

FORM_BYTES_MAX: Final = 256 * 1024
FIELDS_MAX: Final = 200
FILES_MAX: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file that was sent.

    Attributes:
        name: As the sender calls it; markup and paths in it mean nothing.
        content: All of it.
    """

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a form held.

    Attributes:
        fields: The last value of each name, as text.
        lists: Every value of each name, in their order.
        files: In their order, by name; files without content are left out.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, tuple[Upload, ...]] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return a field without blanks around it; empty where it was not sent."""
        return self.fields.get(name, "").strip()


async def read_form(request: Request, *, bytes_max: int = FORM_BYTES_MAX) -> Form:
    """Return the form of a request.

    Args:
        request: That was posted.
        bytes_max: Of the whole request, files included.

    Raises:
        HTTPException: 413 if it is too large, 400 if it is no form or has too many fields.
    """
    limited = Request(request.scope, _Limited(request, bytes_max).receive)
    async with limited.form(
        max_files=FILES_MAX, max_fields=FIELDS_MAX, max_part_size=FORM_BYTES_MAX
    ) as sent:
        lists: dict[str, list[str]] = {}
        files: dict[str, list[Upload]] = {}
        for name, value in sent.multi_items():
            if not isinstance(value, UploadFile):
                lists.setdefault(name, []).append(value)
            elif content := await value.read():
                upload = Upload(name=value.filename or "", content=content)
                files.setdefault(name, []).append(upload)
    return Form(
        fields=MappingProxyType({name: values[-1] for name, values in lists.items()}),
        lists=MappingProxyType({name: tuple(values) for name, values in lists.items()}),
        files=MappingProxyType({name: tuple(values) for name, values in files.items()}),
    )


class _Limited:
    """Counts what is received, and refuses what is too much, whatever the header says."""

    def __init__(self, request: Request, bytes_max: int) -> None:
        self._request = request
        self._left = bytes_max

    async def receive(self) -> Message:
        message = await self._request.receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(status_code=413)
        return message
