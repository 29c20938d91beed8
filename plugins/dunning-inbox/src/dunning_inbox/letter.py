r"""What one message of a mail box is: a bounce, a reply, an automatic answer, or nothing of ours.

Decides by headers alone, never by who seems to have sent it. A message is ours where it names the
Message-ID of a notice, 32 hexadecimal digits that nobody can guess. A bounce is a report by
RFC 3464 that says ``failed``; one that says ``delayed`` is none yet.

>>> from email import message_from_string, policy
>>> reply = "In-Reply-To: <0123456789abcdef0123456789abcdef@lumen.example>\n\nStop"
>>> read_letter(message_from_string(reply, policy=policy.default)).kind.value
'opted-out'

Source:
    RFC 3464 section 2.3.3 (Action); RFC 3834 section 5 (Auto-Submitted) and 2 (which messages not
    to answer); RFC 5322 section 3.6.4 (In-Reply-To, References).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from html.parser import HTMLParser
from typing import Final

from dunning_sdk.connectors.news import NewsKind, opted

_OURS: Final = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_QUOTED: Final = re.compile(
    r"^(>|-{2,} ?(original message|message d'origine|forwarded message)"
    r"|_{10,}$|(on|le|am) .{6,200}(wrote|a écrit|schrieb) ?:\s*$)",
    re.IGNORECASE,
)
_AUTO_SUBJECT: Final = re.compile(
    r"(automatic reply|réponse automatique|automatische antwort) ?:", re.IGNORECASE
)
_AUTO_HEADERS: Final = ("x-autoreply", "x-autorespond", "x-auto-reply")
_AUTO_PRECEDENCE: Final = frozenset(("auto_reply", "auto-reply"))
_LONGEST: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a message says.

    Attributes:
        kind: What it is.
        notice_id: Notice it is about; empty where a bounce names none.
        text: New words of an answer, without what it quotes.
        sender: Of an answer, its author's mailbox; of a bounce, the address nothing reached.
        reference: The message's own Message-ID.
    """

    kind: NewsKind
    notice_id: str
    text: str = ""
    sender: str = ""
    reference: str = ""


def read_letter(mail: EmailMessage) -> Letter | None:
    """Return what a message says about a notice, or ``None`` where it is not about one."""
    reference = _header(mail, "Message-ID")
    if _OURS.search(reference):
        return None  # the notice itself, in copy
    if _is_report(mail):
        return _bounce(mail, reference)
    named = _named(mail)
    if not named:
        return None
    text = _new_words(mail)
    sender = _author(mail)
    kind = NewsKind.AUTO_REPLIED if is_automatic(mail) else opted(text) or NewsKind.REPLIED
    return Letter(kind=kind, notice_id=named, text=text, sender=sender, reference=reference)


def is_automatic(mail: EmailMessage) -> bool:
    """Tell whether no person wrote a message.

    Source:
        RFC 3834 section 5: any ``Auto-Submitted`` but ``no``. House rule for what came before
        it: ``X-Autoreply`` and its like, ``Precedence: auto_reply``, an empty ``Return-Path``,
        and the words Exchange begins the subject with.
    """
    submitted = _header(mail, "Auto-Submitted").split(";")[0].strip().lower()
    return bool(
        submitted not in ("", "no")
        or any(_header(mail, name).lower() not in ("", "no") for name in _AUTO_HEADERS)
        or _header(mail, "Precedence").lower() in _AUTO_PRECEDENCE
        or _header(mail, "Return-Path") == "<>"
        or _AUTO_SUBJECT.match(_header(mail, "Subject"))
    )


def _is_report(mail: EmailMessage) -> bool:
    kind = mail.get_param("report-type", failobj="")
    return mail.get_content_type() == "multipart/report" and str(kind).lower() == "delivery-status"


def _bounce(mail: EmailMessage, reference: str) -> Letter | None:
    """Return a report that a notice reached nobody; ``None`` for any other report."""
    for block in _status_blocks(mail):
        if str(block.get("Action", "")).strip().lower() != "failed":
            continue
        notice = _original(mail)
        _, _, recipient = str(block.get("Final-Recipient", "")).partition(";")
        if notice or recipient.strip():
            return Letter(
                kind=NewsKind.UNDELIVERABLE,
                notice_id=notice,
                sender=recipient.strip(),
                reference=reference,
            )
    return None


def _status_blocks(mail: EmailMessage) -> Iterator[Message]:
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            yield from (
                (one for one in blocks if isinstance(one, Message))
                if isinstance(blocks, list)
                else ()
            )


def _original(mail: EmailMessage) -> str:
    """Return the notice a report returns, whole or by its headers."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            found = re.search(r"(?im)^message-id:\s*(\S+)", str(part.get_payload()))
            text = found[1] if found else ""
        elif kind == "message/rfc822":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            text = str(first.get("Message-ID", "")) if isinstance(first, Message) else ""
        else:
            continue
        if found_id := _OURS.search(text):
            return found_id[1]
    return ""


def _named(mail: EmailMessage) -> str:
    """Return the notice an answer names: what it replies to, else the latest of its references."""
    for name in ("In-Reply-To", "References"):
        found = _OURS.findall(_header(mail, name))
        if found:
            return str(found[-1])
    return ""


def _author(mail: EmailMessage) -> str:
    try:
        boxes = mail["From"].addresses
    except (AttributeError, IndexError, ValueError):
        return ""
    return boxes[0].addr_spec if boxes else ""


def _new_words(mail: EmailMessage) -> str:
    """Return the text of an answer down to what it quotes; all of it where that leaves nothing."""
    text = _text(mail)[:_LONGEST]
    kept: list[str] = []
    for line in text.splitlines():
        if _QUOTED.match(line.strip()):
            break
        kept.append(line.rstrip())
    return "\n".join(kept).strip() or text.strip()


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    if body is None:
        return ""
    try:
        content = str(body.get_content())
    except (LookupError, ValueError):  # an unknown charset
        content = bytes(body.get_payload(decode=True) or b"").decode("utf-8", errors="replace")
    if body.get_content_type() != "text/html":
        return content
    words = _Words()
    words.feed(content)
    return "".join(words.found)


class _Words(HTMLParser):
    """Keeps the words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Begin a line at a block, and hide what is not read."""
        del attrs
        self._hidden += tag in ("style", "script", "blockquote")
        if tag in ("br", "p", "div", "tr", "li"):
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Show again what comes after a hidden part."""
        self._hidden -= tag in ("style", "script", "blockquote") and self._hidden > 0

    def handle_data(self, data: str) -> None:
        """Keep words that are read."""
        if not self._hidden:
            self.found.append(data)


def _header(mail: EmailMessage, name: str) -> str:
    """Return a header in one line; empty where it is missing or cannot be read."""
    try:
        return " ".join(str(mail.get(name, "")).split())
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""  # the standard library stumbles over some broken headers
