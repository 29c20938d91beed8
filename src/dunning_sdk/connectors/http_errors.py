"""What a reply means: fine, or one of the five kinds of error.

Decides by status, then by the body: an HTML page where data should be, and an error inside a
reply that calls itself fine, are errors too. The words of the other side are repeated only after
`redaction`; which calls are made again is decided in `http_client`.

Source:
    RFC 9110 section 15 (status codes), RFC 6585 section 4 (429), RFC 9457 (problem details).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from dunning_sdk.connectors.http_transport import HttpReply
from dunning_sdk.connectors.redaction import told
from dunning_sdk.connectors.retry import retry_after_seconds
from dunning_sdk.errors import (
    ConnectorAuthError,
    ConnectorError,
    ConnectorInvalidError,
    ConnectorNotFoundError,
    ConnectorRateLimitedError,
    ConnectorTransientError,
)

_FINE: Final = range(200, 300)
_REDIRECT: Final = range(300, 400)
_AUTH: Final = frozenset((401, 403, 407))
_NOT_FOUND: Final = frozenset((404, 410))
_FOR_NOW: Final = frozenset((408, 425, 500, 502, 503, 504, *range(520, 528)))
_CLIENT: Final = range(400, 500)
_FIELDS_MAX: Final = 20
_LISTS: Final = ("errors", "detail", "details", "invalid-params", "violations", "tppMessages")
_WORDS: Final = ("message", "msg", "detail", "description", "title", "code", "error")
_PLACES: Final = ("field", "loc", "pointer", "source", "name", "path", "param", "attribute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Turns the replies of one outside system into errors.

    Attributes:
        connector: Named in every message.
        auth_hint: What to do where the credentials are refused.
        secrets: Texts that no message may hold.
        refusal: Takes the data of a reply that calls itself fine; returns why it is not, or an
            empty text.
        now: Gives the moment, to read a date in Retry-After.
    """

    connector: str
    auth_hint: str
    secrets: Sequence[str]
    refusal: Callable[[Any], str]
    now: Callable[[], datetime]

    def error(self, reply: HttpReply, *, call: str, changes: bool) -> ConnectorError | None:
        """Return what is wrong with a reply, or ``None``.

        Args:
            reply: Whole.
            call: Method and path, for messages.
            changes: Whether the call may have changed something over there; then a failure for
                now leaves the outcome unknown.
        """
        status = reply.status
        if status in _FINE:
            return None
        if status in _AUTH:
            return ConnectorAuthError(
                f"{self.connector}: {call} is not allowed ({status}){self._words(reply)}",
                hint=self.auth_hint,
                connector=self.connector,
            )
        if status in _NOT_FOUND:
            return ConnectorNotFoundError(
                f"{self.connector}: {call} finds nothing ({status}){self._words(reply)}",
                hint="Check base_url, and whether the record is still there",
                connector=self.connector,
            )
        if status == 429:
            return self._rate_limited(reply, call)
        if status in _FOR_NOW:
            return self.transient(f"{call} fails for now ({status})", changes=changes)
        if status in _REDIRECT:
            return ConnectorError(
                f"{self.connector}: {call} is sent elsewhere ({status}), and it is not followed",
                hint="Put the address the outside system has now into base_url",
                connector=self.connector,
            )
        return self._refused(reply, call)

    def data(self, reply: HttpReply, *, call: str, changes: bool) -> Any:  # noqa: ANN401  # JSON
        """Return the data of a fine reply; ``None`` where it has no body.

        Numbers with decimals become ``Decimal``, never float.

        Raises:
            ConnectorTransientError: A page for people where data should be.
            ConnectorInvalidError: No JSON, or an error inside.
        """
        if not reply.body.strip():
            return None
        kind = reply.headers.get("content-type", "").lower()
        if "html" in kind or reply.body.lstrip()[:1] == b"<":
            raise self.transient(
                f"{call} answers with a page for people ({reply.status})", changes=changes
            )
        try:
            data = json.loads(reply.body, parse_float=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError) as exc:
            raise self._unreadable(call) from exc
        if said := self.refusal(data):
            raise self._invalid(f"{call} is refused inside a reply that calls itself fine", said)
        return data

    def transient(self, what: str, *, changes: bool) -> ConnectorTransientError:
        """Return the error for what may work later."""
        return ConnectorTransientError(
            f"{self.connector}: {what}",
            hint="It may have been done: it will be looked up" if changes else "Try again later",
            connector=self.connector,
            outcome_unknown=changes,
        )

    def _rate_limited(self, reply: HttpReply, call: str) -> ConnectorRateLimitedError:
        seconds = retry_after_seconds(reply.headers, now=self.now())
        wait = "" if seconds is None else f" for {seconds} seconds"
        return ConnectorRateLimitedError(
            f"{self.connector}: {call} has to wait{wait}, too many calls were made (429)",
            hint="It will be tried again",
            connector=self.connector,
            retry_after=seconds,
        )

    def _refused(self, reply: HttpReply, call: str) -> ConnectorError:
        fields = self._fields(reply)
        if reply.status not in _CLIENT:
            return ConnectorError(
                f"{self.connector}: {call} is not served ({reply.status})",
                hint="Check base_url, and whether this version of the connector fits",
                connector=self.connector,
            )
        named = "; ".join(f"{name} {why}" for name, why in fields.items())
        words = f": {named}" if named else self._words(reply)
        return ConnectorInvalidError(
            f"{self.connector}: {call} is refused ({reply.status}){words}",
            hint="Correct what is named, then send it again",
            connector=self.connector,
            fields=fields,
        )

    def _invalid(self, what: str, words: str) -> ConnectorInvalidError:
        return ConnectorInvalidError(
            f"{self.connector}: {what}: {told(words, secrets=self.secrets)}",
            hint="Correct what is named, then send it again",
            connector=self.connector,
        )

    def _unreadable(self, call: str) -> ConnectorInvalidError:
        return ConnectorInvalidError(
            f"{self.connector}: {call} answers with something that is no JSON",
            hint="Check base_url, and whether this version of the connector fits",
            connector=self.connector,
            fields={"body": "is no JSON"},
        )

    def _fields(self, reply: HttpReply) -> dict[str, str]:
        found = list(_fields_in(_loaded(reply)))[:_FIELDS_MAX]
        return {
            told(name, secrets=self.secrets): told(why, secrets=self.secrets) for name, why in found
        }

    def _words(self, reply: HttpReply) -> str:
        words = _words_of(_loaded(reply))
        return f": {told(words, secrets=self.secrets)}" if words else ""


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")


def _loaded(reply: HttpReply) -> object:
    """Return the data of a reply that is an error; ``None`` where it is not JSON."""
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        return None


def _words_of(data: object) -> str:
    """Return the first thing said in an error body."""
    if isinstance(data, str):
        return data
    if isinstance(data, Mapping):
        said = (_words_of(data[name]) for name in (*_WORDS, *_LISTS) if name in data)
        return next((words for words in said if words), "")
    if isinstance(data, list):
        return next((words for words in map(_words_of, data) if words), "")
    return ""


def _fields_in(data: object) -> Iterator[tuple[str, str]]:
    """Yield field and reason, in the shapes outside systems use.

    A list of objects that name a field, as FastAPI, RFC 9457, the Berlin Group and others write
    it; a mapping from field to words, as Django REST framework and Pennylane do.
    """
    if not isinstance(data, Mapping):
        return
    for name in _LISTS:
        inside = data.get(name)
        if isinstance(inside, list):
            yield from (pair for one in inside for pair in _entry(one))
        elif isinstance(inside, Mapping):
            yield from _named(inside)
    if not any(name in data for name in (*_LISTS, *_WORDS)):
        yield from _named(data)


def _entry(one: object) -> Iterator[tuple[str, str]]:
    if isinstance(one, Mapping):
        place = next((_place(one[name]) for name in _PLACES if one.get(name)), "")
        if place:
            yield place, _words_of(one) or "is refused"


def _place(value: object) -> str:
    if isinstance(value, Mapping):
        return next((_place(value[name]) for name in _PLACES if name in value), "")
    if isinstance(value, list):
        return ".".join(str(part) for part in value if part != "body")
    return str(value)


def _named(fields: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        if words := _words_of(value):
            yield name, words
