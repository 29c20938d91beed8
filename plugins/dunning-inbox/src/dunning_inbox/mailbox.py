"""Read a mail box by IMAP, from where the last pull ended, and change nothing in it.

Decides on the cursor: ``UIDVALIDITY:UID`` of the last message looked at. Where the server gives
the folder a new UIDVALIDITY its numbers mean nothing any more, and the folder is read anew; what
is told twice counts once. The folder is opened read-only: nothing is marked, moved or deleted.

Source:
    RFC 9051 sections 2.3.1.1 (UID, UIDVALIDITY), 6.3.3 (EXAMINE) and 6.4.5 (BODY.PEEK);
    RFC 7628 and Google's and Microsoft's XOAUTH2.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from typing import Final

from dunning_sdk.connectors.news import Heard, News, NewsSource
from dunning_sdk.errors import (
    ConfigError,
    ConnectorAuthError,
    ConnectorError,
    ConnectorInvalidError,
    ConnectorTransientError,
    InputError,
)

from dunning_inbox.letter import Letter, read_letter
from dunning_inbox.options import NAME, Box, Login, Security

BYTES_MAX: Final = 25 * 1024 * 1024
_UID: Final = re.compile(rb"\bUID (\d+)")
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d+)")
_DAY: Final = re.compile(rb'INTERNALDATE "\s*(\d{1,2}-[A-Za-z]{3}-\d{4})')
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


class Inbox(NewsSource):
    """A mail box as a source of news.

    Args:
        box: Which, and who one is there.
    """

    def __init__(self, box: Box) -> None:
        self._box = box
        self._given = box.given
        self._trust = _trust(box)

    def fetch(self, after: str) -> Heard:
        """Return what the messages after a cursor say about notices.

        Raises:
            ConnectorAuthError: The server does not accept user and secret.
            ConnectorInvalidError: The folder is not there, or an answer is not as expected.
            ConnectorTransientError: The server cannot be reached, or hung up.
            ConnectorError: The connection cannot be protected.
        """
        with _translated(self._given.host), self._connected() as session:
            validity = self._opened(session)
            last = _last(after, validity)
            uids = self._uids(session, last)[: self._given.messages_max]
            read = [self._read(session, uid, f"{validity}:{uid}") for uid in uids]
        news = tuple(one for one in read if isinstance(one, News))
        problems = tuple(one for one in read if isinstance(one, InputError))
        newest = uids[-1] if uids else last
        return Heard(news=news, cursor=f"{validity}:{newest}", problems=problems)

    # the server -----------------------------------------------------------------------------
    @contextlib.contextmanager
    def _connected(self) -> Iterator[imaplib.IMAP4]:
        given = self._given
        if given.security is Security.TLS:
            session: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                given.host, given.port, ssl_context=self._trust, timeout=given.timeout_seconds
            )
        else:
            session = imaplib.IMAP4(given.host, given.port, timeout=given.timeout_seconds)
        try:
            if given.security is Security.STARTTLS:
                session.starttls(self._trust)
            self._login(session)
            yield session
        finally:
            # Whether the server says goodbye changes nothing about what was read.
            for goodbye in (session.logout, session.shutdown):
                with contextlib.suppress(imaplib.IMAP4.error, OSError):
                    goodbye()

    def _login(self, session: imaplib.IMAP4) -> None:
        given, secret = self._given, self._box.secret
        try:
            if given.login is Login.XOAUTH2:
                told = f"user={given.user}\x01auth=Bearer {secret}\x01\x01"
                session.authenticate("XOAUTH2", lambda _: told.encode())
            else:
                session.login(given.user, secret)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as exc:
            raise ConnectorAuthError(
                f"{NAME}: {given.host} does not accept user and secret",
                hint=f"Check user and {given.secret_env}; a token of OAuth 2 expires within hours",
                connector=NAME,
            ) from exc

    def _opened(self, session: imaplib.IMAP4) -> int:
        """Open the folder read-only and return its UIDVALIDITY."""
        name = self._given.folder.replace("\\", "\\\\").replace('"', '\\"')
        status, _ = session.select(f'"{name}"', readonly=True)
        if status != "OK":
            raise ConnectorInvalidError(
                f"{NAME}: folder: {self._given.folder} cannot be opened",
                hint="Name a folder as the server lists it, such as INBOX",
                connector=NAME,
                fields={"folder": "cannot be opened"},
            )
        _, found = session.response("UIDVALIDITY")
        text = found[0] if found and found[0] else b""
        if not isinstance(text, bytes) or not text.isdigit():
            raise _unexpected("UIDVALIDITY", "is missing")
        return int(text)

    def _uids(self, session: imaplib.IMAP4, last: int) -> list[int]:
        wanted = ["UID", f"{last + 1}:*"]
        if self._given.since is not None:
            wanted += ["SINCE", _imap_day(self._given.since)]
        status, found = session.uid("SEARCH", *wanted)
        if status != "OK" or not found or not isinstance(found[0] or b"", bytes):
            raise _unexpected("SEARCH", "has no numbers")
        numbers = (found[0] or b"").split()
        if not all(number.isdigit() for number in numbers):
            raise _unexpected("SEARCH", "has no numbers")
        # "n:*" always names the last message, also where it was seen before.
        return sorted(int(number) for number in numbers if int(number) > last)

    # a message ------------------------------------------------------------------------------
    def _read(self, session: imaplib.IMAP4, uid: int, cursor: str) -> News | InputError | None:
        head, _ = self._fetched(session, uid, "(UID RFC822.SIZE INTERNALDATE)")
        size, day = _SIZE.search(head), _DAY.search(head)
        if size is None or day is None:
            return None if not head else _unread(uid, "came without size or date")
        if int(size[1]) > BYTES_MAX:
            return _unread(uid, f"is larger than {BYTES_MAX} bytes")
        _, content = self._fetched(session, uid, "(UID BODY.PEEK[])")
        mail = message_from_bytes(content, policy=policy.default)
        letter = read_letter(mail)
        number, month, year = day[1].decode().split("-")
        on = date(int(year), 1 + _MONTHS.index(month.title()), int(number))
        return None if letter is None else _news(letter, on=on, cursor=cursor)

    def _fetched(self, session: imaplib.IMAP4, uid: int, what: str) -> tuple[bytes, bytes]:
        """Return what stands around a message, and the message; empty where it is gone."""
        status, found = session.uid("FETCH", str(uid), what)
        if status != "OK":
            raise _unexpected("FETCH", f"was refused for message {uid}")
        head, content = b"", b""
        for one in found:
            parts = one if isinstance(one, tuple) else (one or b"", b"")
            named = _UID.search(parts[0])
            if named is None or int(named[1]) == uid:
                head += parts[0]
                content = content or parts[1]
        return head, content


def _news(letter: Letter, *, on: date, cursor: str) -> News:
    return News(
        kind=letter.kind,
        on=on,
        channel="email",
        notice_id=letter.notice_id,
        sender=letter.sender,
        text=letter.text,
        reference=letter.reference,
        cursor=cursor,
    )


def _last(after: str, validity: int) -> int:
    """Return the last number looked at; none where the folder counts anew."""
    known, _, uid = after.partition(":")
    return int(uid) if known == str(validity) and uid.isdigit() else 0


def _imap_day(day: date) -> str:
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year}"


def _trust(box: Box) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=box.certificates)
    except OSError as exc:
        raise ConfigError(
            f"{NAME}: the certificates to trust cannot be read",
            hint="Name a file in PEM form under certificates, or leave it out",
        ) from exc


def _unread(uid: int, why: str) -> InputError:
    hint = "Look at it in the mail box; it is not read again"
    return InputError(why, source=f"{NAME} message {uid}", hint=hint)


def _unexpected(field: str, why: str) -> ConnectorInvalidError:
    return ConnectorInvalidError(
        f"{NAME}: {field} {why}",
        hint="Check that host and port are those of an IMAP server",
        connector=NAME,
        fields={field: why},
    )


@contextlib.contextmanager
def _translated(host: str) -> Iterator[None]:
    """Turn what the library raises into our errors; nothing was taken."""
    try:
        yield
    except ssl.SSLError as exc:
        raise ConnectorError(
            f"{NAME}: the connection to {host} cannot be protected: its certificate is not trusted",
            hint="Check host, port and security, or name the certificates to trust",
            connector=NAME,
        ) from exc
    except (imaplib.IMAP4.error, OSError) as exc:
        raise ConnectorTransientError(
            f"{NAME}: {host} cannot be reached or hung up ({type(exc).__name__})",
            hint="Check host, port and network; the next pull reads on from the same place",
            connector=NAME,
        ) from exc
