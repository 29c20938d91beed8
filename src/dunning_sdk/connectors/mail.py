"""Write a notice as an internet message: the same bytes for the same notice.

Decides on headers, structure and encoding, for every channel that speaks e-mail. Text and
HTML are alternatives; an attachment that the HTML shows as ``cid:NAME`` is carried beside it, the
others follow. Boundaries and Message-ID derive from the notice's id, so that a notice written
twice is one message to every system that receives it.

Source:
    RFC 5322 (message), RFC 2045 to 2047 and 2387 (MIME), RFC 3834 section 5 (Auto-Submitted).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from typing import Final

from dunning_sdk.connectors.interface import NoticeChannel
from dunning_sdk.domain.notice import Attachment, Message, Receipt
from dunning_sdk.errors import ConnectorInvalidError

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_MAILBOX: Final = re.compile(r"[!-?A-~]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BODY_TAG: Final = re.compile(r"<body[^>]*>", re.IGNORECASE)
_POLICY: Final = policy.SMTP.clone(cte_type="7bit", refold_source="none")


class MailChannel(NoticeChannel):
    """A channel that takes notices out as e-mail."""

    def send(self, message: Message) -> Receipt:
        """Send one notice to its addressee.

        Raises:
            ConnectorError: As in `deliver`.
        """
        return self.deliver(message, original_to="")

    def deliver(self, message: Message, *, original_to: str) -> Receipt:
        """Send one notice.

        Args:
            message: With the address it goes to.
            original_to: The address it was meant for, where that is another; goes into the
                header X-Original-To.

        Raises:
            ConnectorError: ``outcome_unknown`` tells whether it may have left.
        """
        raise NotImplementedError


class RedirectChannel(NoticeChannel):
    """Sends every notice to one address, and says in it whom it was meant for.

    Args:
        inner: The channel that takes the notices out.
        to_email: The one address they all go to.
    """

    def __init__(self, inner: MailChannel, *, to_email: str) -> None:
        self._inner = inner
        self._to_email = to_email

    def send(self, message: Message) -> Receipt:
        """Send one notice to the one address.

        Raises:
            ConnectorError: As the channel behind raises it.
        """
        meant_for = f"{message.to_name} <{message.to_email}>".strip()
        line = f"[TEST] Redirected; meant for: {meant_for}"
        banner = f'<p style="padding:8px; background-color:#fff3bf;">{escape(line)}</p>'
        redirected = replace(
            message,
            to_email=self._to_email,
            text=f"{line}\n\n{message.text}",
            html=_after_body_tag(message.html, banner),
        )
        return self._inner.deliver(redirected, original_to=message.to_email)

    def lookup(self, message_id: str) -> Receipt | None:
        """Return what became of an earlier notice, as the channel behind knows it."""
        return self._inner.lookup(message_id)


def check_id(message: Message, *, connector: str) -> str:
    """Return the notice's id, if it can name a file and a Message-ID.

    Raises:
        ConnectorInvalidError: It has signs that could leave a folder or a header.
    """
    if not _ID.fullmatch(message.id):
        raise ConnectorInvalidError(
            "A notice id holds signs that file names and headers may not",
            connector=connector,
            fields={"id": "letters, digits, point, dash and underscore"},
        )
    return message.id


def message_id_of(message: Message, *, domain: str = "") -> str:
    """Return the Message-ID of a notice: its id, at a domain or at the sender's."""
    return f"<{message.id}@{domain or message.sender_email.rpartition('@')[2]}>"


def mail_bytes(
    message: Message,
    *,
    sent_at: datetime,
    connector: str,
    domain: str = "",
    original_to: str = "",
) -> bytes:
    """Return a notice as a message with CRLF line ends, in ASCII.

    Args:
        message: With mailboxes for sender and addressee.
        sent_at: Aware; becomes the header Date.
        connector: Name of the channel, for errors.
        domain: Right part of the Message-ID; the sender's domain where empty.
        original_to: As in `MailChannel.deliver`.

    Raises:
        ConnectorInvalidError: A header would break, or an address is none. Values are not
            repeated, since they may be personal.
    """
    check_id(message, connector=connector)
    _check_fields(message, original_to, connector=connector)
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address(message.sender_name, message.sender_email)
    mail["To"] = _address(message.to_name, message.to_email)
    if message.reply_to:
        mail["Reply-To"] = _address("", message.reply_to)
    if original_to:
        mail["X-Original-To"] = original_to
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(sent_at)
    mail["Message-ID"] = message_id_of(message, domain=domain)
    mail["Auto-Submitted"] = "auto-generated"
    _fill(mail, message)
    mail["Content-Language"] = message.language  # set earlier, it would move to a part
    _name_boundaries(mail, message.id)
    return mail.as_bytes()


def _check_fields(message: Message, original_to: str, *, connector: str) -> None:
    faults: dict[str, str] = {}
    for name in ("subject", "sender_name", "to_name", "language"):
        if _CONTROL.search(getattr(message, name)):
            faults[name] = "has a line break or a control character"
    for name in ("sender_email", "to_email"):
        if not _MAILBOX.fullmatch(getattr(message, name)):
            faults[name] = "is not an e-mail address in ASCII"
    if message.reply_to and not _MAILBOX.fullmatch(message.reply_to):
        faults["reply_to"] = "is not an e-mail address in ASCII"
    if original_to and not _MAILBOX.fullmatch(original_to):
        faults["to_email"] = "is not an e-mail address in ASCII"
    for attachment in message.attachments:
        bad_name = _CONTROL.search(attachment.name) or "/" in attachment.name
        if bad_name or not _MEDIA_TYPE.fullmatch(attachment.media_type):
            faults["attachments"] = "has a file name or media type that is none"
    if faults:
        text = "; ".join(f"{name} {fault}" for name, fault in faults.items())
        raise ConnectorInvalidError(
            f"Notice {message.id} cannot be written as e-mail: {text}",
            hint="Correct the party or the template",
            connector=connector,
            fields=faults,
        )


def _address(name: str, mailbox: str) -> Address:
    return Address(display_name=name, addr_spec=mailbox)


def _fill(mail: EmailMessage, message: Message) -> None:
    mail.set_content(message.text, cte="quoted-printable")
    inline = [part for part in message.attachments if _is_inline(part, message.html)]
    if message.html:
        mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
        html_part = mail.get_payload()[1]  # type: ignore[index]  # a multipart's list of parts
        for part in inline:
            main, _, sub = part.media_type.partition("/")
            html_part.add_related(  # type: ignore[union-attr]  # an EmailMessage, by its policy
                part.content,
                maintype=main,
                subtype=sub,
                cid=f"<{part.name}>",
                filename=part.name,
                disposition="inline",
            )
    for part in message.attachments:
        if part not in inline:
            main, _, sub = part.media_type.partition("/")
            mail.add_attachment(part.content, maintype=main, subtype=sub, filename=part.name)


def _is_inline(attachment: Attachment, html: str) -> bool:
    return f'"cid:{attachment.name}"' in html


def _name_boundaries(mail: EmailMessage, seed: str) -> None:
    """Give every multipart the boundary its place and the notice's id determine.

    All texts are quoted-printable or base64, which never hold the "=_" it begins with.
    """
    digest = hashlib.sha256(seed.encode()).hexdigest()[:24]
    multiparts = (part for part in mail.walk() if part.is_multipart())
    for number, part in enumerate(multiparts):
        part.set_boundary(f"=_{digest}_{number}")


def _after_body_tag(html: str, addition: str) -> str:
    if not html:
        return html
    tag = _BODY_TAG.search(html)
    place = tag.end() if tag else 0
    return f"{html[:place]}{addition}{html[place:]}"
