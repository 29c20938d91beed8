"""Write a request that uploads files: a form of several parts.

Decides how parts are set apart and that no name of a file breaks out of its header. Where it goes
is the connector's.

Source:
    RFC 7578 (multipart/form-data), RFC 2046 section 5.1.1 (boundary).
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from dunning_sdk.connectors.http_site import Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a form.

    Attributes:
        name: Of the field.
        content: The bytes.
        media_type: Of the content; empty for plain text.
        file_name: Of an uploaded file; empty where it is none.
    """

    name: str
    content: bytes = field(repr=False)
    media_type: str = ""
    file_name: str = ""


def form(path: str, parts: Sequence[Part]) -> Ask:
    """Return the request that posts a form.

    Args:
        path: Below the site's address.
        parts: In order.
    """
    mark = f"dunning-{secrets.token_hex(12)}"
    pieces = [_head(part, mark).encode() + part.content + b"\r\n" for part in parts]
    return Ask(
        method="POST",
        path=path,
        body=b"".join(pieces) + f"--{mark}--\r\n".encode(),
        media_type=f"multipart/form-data; boundary={mark}",
    )


def _head(part: Part, mark: str) -> str:
    file = f'; filename="{_quotable(part.file_name)}"' if part.file_name else ""
    kind = f"Content-Type: {part.media_type}\r\n" if part.media_type else ""
    named = f'Content-Disposition: form-data; name="{_quotable(part.name)}"{file}\r\n'
    return f"--{mark}\r\n{named}{kind}\r\n"


def _quotable(text: str) -> str:
    return text.translate({ord(sign): None for sign in '"\r\n'})
