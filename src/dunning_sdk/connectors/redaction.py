"""Keep secrets and personal data out of messages, logs and recordings.

Decides what of an outside system's words may be repeated, and which headers and parameters are
secret. What is said with them is decided by whoever raises the error.

>>> told('"ana@mail.example" is not valid, token abc123', secrets=("abc123",))
'… is not valid, token [secret]'
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

SECRET: Final = "[secret]"  # noqa: S105  # what stands where one was

_SECRET_NAME: Final = re.compile(
    r"authorization|cookie|token|secret|signature|api-?_?key|password|session", re.IGNORECASE
)
_PERSONAL: Final = re.compile(
    r"""
      "[^"]*" | '[^'\n]{2,}?'(?!\w) | «[^»]*» | `[^`]*`     # what is quoted is a value
    | [^\s<>"']+@[^\s<>"',;]+                               # an address
    | \b[A-Z]{2}[0-9]{2}(?:\s?[0-9A-Z]{2,4}){3,8}\b         # an IBAN
    | \+?[0-9](?:[\s.-]?[0-9]){5,}                          # a number of a person or a company
    """,
    re.VERBOSE,
)
_LENGTH_MAX: Final = 160


def told(text: str, *, secrets: Iterable[str] = ()) -> str:
    """Return an outside system's words without secrets, quoted values, addresses and numbers.

    Args:
        text: As it came; may be of any length and hold line breaks.
        secrets: Texts that must never be shown.

    Returns:
        One line of at most 160 characters.
    """
    line = " ".join(_PERSONAL.sub("…", without_secrets(text, secrets)).split())
    return line if len(line) <= _LENGTH_MAX else line[: _LENGTH_MAX - 1] + "…"


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """Return a text in which every secret is replaced; longer ones first."""
    for secret in sorted((one for one in secrets if one), key=len, reverse=True):
        text = text.replace(secret, SECRET)
    return text


def safe_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers by lower-case name; what proves who one is becomes ``[secret]``."""
    return {
        name.lower(): SECRET if _SECRET_NAME.search(name) else value
        for name, value in headers.items()
    }


def safe_url(url: str) -> str:
    """Return a URL in which the values of secret parameters are replaced.

    >>> safe_url("https://bank.example/v1/accounts?token=abc&page=2")
    'https://bank.example/v1/accounts?token=%5Bsecret%5D&page=2'
    """
    parts = urlsplit(url)
    pairs = [
        (name, SECRET if _SECRET_NAME.search(name) else value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    return urlunsplit(parts._replace(query=urlencode(pairs)))
