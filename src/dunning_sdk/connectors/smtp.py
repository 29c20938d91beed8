"""Send notices by SMTP, and know afterwards whether they left.

Decides what each answer of the server means: accepted, refused for good, to be tried again, or
not known. A message counts as uncertain from the moment its last line is on the way until the
server has answered; before that nothing has left, after that the answer stands.

Source:
    RFC 5321 sections 4.2 (replies), 4.5.3.2 (time limits) and 4.1.1.4 (who is responsible after
    the end of the data); RFC 3207 (STARTTLS); RFC 3463 (enhanced status codes).
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from dunning_sdk.connectors.mail import MailChannel, mail_bytes, message_id_of
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus
from dunning_sdk.errors import (
    ConfigError,
    ConnectorAuthError,
    ConnectorError,
    ConnectorTransientError,
)

_NAME: Final = "smtp"
_ACCEPTED: Final = range(200, 300)
_START_DATA: Final = range(354, 355)
_REFUSED_FOR_NOW: Final = range(400, 500)
_REFUSED_FOR_GOOD: Final = range(500, 600)
_ENHANCED: Final = re.compile(rb"\b[245]\.\d{1,3}\.\d{1,3}\b")
_LEADING_DOT: Final = re.compile(rb"^\.", re.MULTILINE)

Reply = tuple[int, bytes]


class Security(StrEnum):
    """How the connection is protected; ``NONE`` is for a server on the same machine."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where mail is handed in, and as whom.

    Attributes:
        host: Name of the server; its certificate must be for it.
        port: 587 for STARTTLS, 465 for TLS from the start, as a rule.
        security: Protection of the connection.
        user: Empty where the server asks for none.
        secret: Password or token; never shown.
        timeout_seconds: Longest wait for any one answer.
        certificates: File with the certificates to trust; empty for the machine's own.
    """

    host: str
    port: int = 587
    security: Security = Security.STARTTLS
    user: str = ""
    secret: str = field(default="", repr=False)
    timeout_seconds: int = 30
    certificates: str = ""


def _clock() -> datetime:
    return datetime.now(UTC)


class SmtpChannel(MailChannel):
    """Sends each notice in a connection of its own.

    Args:
        server: Where to.
        domain: Right part of Message-IDs; the sender's domain where empty.
        now: Gives the moment of sending, for the header Date.

    Raises:
        ConfigError: There is no host, a password would travel unprotected, or the file of
            certificates cannot be read.
    """

    def __init__(
        self, server: SmtpServer, *, domain: str = "", now: Callable[[], datetime] = _clock
    ) -> None:
        if not server.host:
            raise ConfigError(
                "No SMTP server is named", hint="Set host under [channels.smtp], or use a folder"
            )
        if server.user and server.security is Security.NONE:
            raise ConfigError(
                "The SMTP password would travel unprotected",
                hint="Set security to starttls or tls",
            )
        self._trust = _trust(server.certificates)
        self._server = server
        self._domain = domain
        self._now = now

    def deliver(self, message: Message, *, original_to: str) -> Receipt:
        """Send one notice.

        Returns:
            ``SENT`` with the Message-ID, or ``FAILED`` where the server refuses it for good.

        Raises:
            ConnectorInvalidError: The notice cannot be written as e-mail.
            ConnectorAuthError: The server does not accept user and password.
            ConnectorTransientError: To be tried again; where ``outcome_unknown`` it may have
                left and a person has to look.
            ConnectorError: The connection cannot be protected.
        """
        content = mail_bytes(
            message,
            sent_at=self._now(),
            connector=_NAME,
            domain=self._domain,
            original_to=original_to,
        )
        with _translated(), self._connected() as session:
            refusal = _hand_over(session, message, content)
        if refusal is not None:
            return refusal
        reference = message_id_of(message, domain=self._domain)
        return Receipt(status=ReceiptStatus.SENT, reference=reference)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server = self._server
        if server.security is Security.TLS:
            session: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout_seconds, context=self._trust
            )
        else:
            session = smtplib.SMTP(server.host, server.port, timeout=server.timeout_seconds)
        try:
            if server.security is Security.STARTTLS:
                session.starttls(context=self._trust)
            if server.user:
                session.login(server.user, server.secret)
            session.ehlo_or_helo_if_needed()
            yield session
        finally:
            # Whether the server still says goodbye changes nothing about what it accepted.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                session.quit()
            session.close()


def _trust(certificates: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=certificates or None)
    except OSError as exc:  # an unreadable file, or one without certificates
        raise ConfigError(
            f"The certificates to trust cannot be read from {certificates}",
            hint="Name a file in PEM form, or leave it out for the machine's own",
        ) from exc


def _hand_over(session: smtplib.SMTP, message: Message, content: bytes) -> Receipt | None:
    """Go through one transaction; return a refusal, or ``None`` where it was accepted."""
    commands: tuple[tuple[str, range, Callable[[], Reply]], ...] = (
        ("sender", _ACCEPTED, lambda: session.mail(message.sender_email)),
        ("addressee", _ACCEPTED, lambda: session.rcpt(message.to_email)),
        ("message", _START_DATA, lambda: session.docmd("DATA")),
    )
    for about, wanted, command in commands:
        code, reply = command()
        if code not in wanted:
            return _refused(code, reply, about=about)
    body = content if content.endswith(b"\r\n") else content + b"\r\n"
    session.send(_LEADING_DOT.sub(b"..", body))
    try:
        session.send(b".\r\n")
        code, reply = session.getreply()
    except (smtplib.SMTPException, OSError) as exc:
        raise _uncertain(message.id) from exc
    if code in _ACCEPTED:
        return None
    if code not in _REFUSED_FOR_NOW and code not in _REFUSED_FOR_GOOD:
        raise _uncertain(message.id)
    return _refused(code, reply, about="message")


def _refused(code: int, reply: bytes, *, about: str) -> Receipt:
    """Return a refusal for good, or raise one for now; the reply may hold an address."""
    found = _ENHANCED.search(reply)
    status = f"{code} {found.group().decode()}" if found else str(code)
    if code in _REFUSED_FOR_GOOD:
        detail = f"The mail server refuses the {about} ({status}); check the address or the server"
        return Receipt(status=ReceiptStatus.FAILED, detail=detail)
    raise ConnectorTransientError(
        f"The mail server refuses the {about} for now ({status})",
        hint="It will be tried again",
        connector=_NAME,
    )


def _uncertain(notice_id: str) -> ConnectorTransientError:
    return ConnectorTransientError(
        f"The connection was lost while notice {notice_id} was being accepted",
        hint="Look in the server's log or the sent mail whether it left, and record it",
        connector=_NAME,
        outcome_unknown=True,
        retryable=False,
    )


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Turn what the library raises before anything has left into our errors."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as exc:
        if exc.smtp_code not in _REFUSED_FOR_GOOD:
            raise _transient(f"refuses the login for now ({exc.smtp_code})") from exc
        raise ConnectorAuthError(
            f"The mail server does not accept user and password ({exc.smtp_code})",
            hint="Correct user and secret of the SMTP server",
            connector=_NAME,
        ) from exc
    except smtplib.SMTPNotSupportedError as exc:
        raise ConnectorError(
            "The mail server offers no STARTTLS or no login",
            hint="Set security to tls, or leave out user and secret",
            connector=_NAME,
        ) from exc
    except ssl.SSLError as exc:
        raise ConnectorError(
            "The connection to the mail server cannot be protected: its certificate is not trusted",
            hint="Check host and port, or name the certificates to trust",
            connector=_NAME,
        ) from exc
    except (smtplib.SMTPException, OSError) as exc:
        raise _transient(f"cannot be reached or hung up ({type(exc).__name__})") from exc


def _transient(what: str) -> ConnectorTransientError:
    return ConnectorTransientError(
        f"The mail server {what}; nothing has left",
        hint="Check host, port and network; it will be tried again",
        connector=_NAME,
    )
