"""Keep who is signed in: a record on our side for each place, which can be ended at any time.

Decides how long somebody stays signed in, and what the cookie holds: tenant, user, place and a
secret, of which only the hash is kept. Each signing in makes a new one, so that a cookie planted
before is worth nothing after. The token that every form carries is made of the same secret.

Source:
    House rule, after OWASP ASVS 5.0 chapter 7: ended after rest and after a day at the latest,
    made anew at each signing in, ended by its owner and by admins.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal, cast

from dunning_sdk.access.user import User, owner_of, user_of
from dunning_sdk.errors import RecordNotFoundError, UnknownCallerError
from dunning_sdk.records.codec import from_json, to_json
from dunning_sdk.store.interface import Session, Store

KIND: Final = "sign-ins"
PLACES_MAX: Final = 20
"""How many places somebody may be signed in at; the one unused longest is ended."""
AGENT_LENGTH_MAX: Final = 200
_SECRET_BYTES: Final = 32
_ID_BYTES: Final = 6
_NOTED_EVERY: Final = timedelta(minutes=5)
_PARTS: Final = 3

Way = Literal["password", "openid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long somebody stays signed in.

    Attributes:
        idle: Without a request.
        whole: At the most.
    """

    idle: timedelta = timedelta(hours=2)
    whole: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One place somebody is signed in at.

    Attributes:
        id: Unique for its user.
        digest: SHA-256 of its secret, in hex.
        started_at: Aware instant.
        seen_at: Aware instant of the latest request, within five minutes.
        way: How he proved who he is.
        agent: What his browser calls itself.
    """

    id: str
    digest: str = field(repr=False)
    started_at: datetime
    seen_at: datetime
    way: Way = "password"
    agent: str = ""

    def is_over(self, now: datetime, limits: Limits) -> bool:
        """Return whether it has ended by itself."""
        return now >= self.seen_at + limits.idle or now >= self.started_at + limits.whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Somebody who is signed in, and where.

    Attributes:
        user: As he is now.
        sign_in: The place the request came from.
        secret: Of that place; forms are proved by it.
    """

    user: User
    sign_in: SignIn
    secret: str = field(repr=False)


class SignIns:
    """Who is signed in to one tenant.

    Args:
        store: Of that tenant, open.
        limits: How long.
    """

    def __init__(self, store: Store, limits: Limits | None = None) -> None:
        self._store = store
        self._limits = limits or Limits()

    def start(self, user: User, *, now: datetime, agent: str = "", way: Way = "password") -> str:
        """Sign somebody in, and return what his cookie holds; that is told only now."""
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        started = SignIn(
            id=secrets.token_hex(_ID_BYTES),
            digest=_digest(secret),
            started_at=now,
            seen_at=now,
            way=way,
            agent=agent[:AGENT_LENGTH_MAX],
        )
        with self._store.begin() as session:
            others = sorted(self._kept(session, user.id, now), key=lambda one: one.seen_at)
            _keep(session, user.id, [*others[-PLACES_MAX + 1 :], started])
        return f"{user.id}.{started.id}.{secret}"

    def present(self, cookie: str, *, now: datetime, is_seen: bool = True) -> Present:
        """Return who shows a cookie.

        Args:
            cookie: What it holds.
            now: Aware instant.
            is_seen: Whether this keeps him signed in; what a page asks by itself does not.

        Raises:
            UnknownCallerError: He is not signed in, not any more, or may not be.
        """
        parts = cookie.split(".")
        if len(parts) == _PARTS and cookie.isascii():
            user_id, id, secret = parts
            with self._store.reading() as session:
                found = self._found(session, user_id, id, secret, now)
            if found is not None:
                if is_seen:
                    self._note(found, now)
                return found
        message = "Nobody is signed in here"
        raise UnknownCallerError(message, hint="Sign in; it may have been too long ago.")

    def all(self, user_id: str, *, now: datetime) -> tuple[SignIn, ...]:
        """Return where somebody is signed in, the latest used first."""
        with self._store.reading() as session:
            kept = self._kept(session, user_id, now)
        return tuple(sorted(kept, key=lambda one: one.seen_at, reverse=True))

    def end(self, user_id: str, id: str, *, now: datetime) -> None:
        """End one place; again changes nothing."""
        with self._store.begin() as session:
            kept = self._kept(session, user_id, now)
            _keep(session, user_id, [one for one in kept if one.id != id])

    def end_all(self, user_id: str, *, now: datetime, but: str = "") -> None:
        """End every place of somebody.

        Args:
            user_id: Whose.
            now: Aware instant.
            but: The one to leave, such as where he asks from; empty for none.
        """
        with self._store.begin() as session:
            kept = self._kept(session, user_id, now)
            _keep(session, user_id, [one for one in kept if one.id == but])

    def _found(
        self, session: Session, user_id: str, id: str, secret: str, now: datetime
    ) -> Present | None:
        kept = self._kept(session, user_id, now)
        shown = _digest(secret)
        found = next((one for one in kept if one.id == id), None)
        if found is None or not hmac.compare_digest(shown, found.digest):
            return None
        try:
            user = user_of(session, user_id)
        except RecordNotFoundError:
            return None
        if user.is_disabled:
            return None
        return Present(user=user, sign_in=found, secret=secret)

    def _note(self, found: Present, now: datetime) -> None:
        """Note that somebody is still there, now and then: most requests write nothing."""
        if now - found.sign_in.seen_at < min(_NOTED_EVERY, self._limits.idle / 4):
            return
        user_id, id = found.user.id, found.sign_in.id
        with self._store.begin() as session:
            kept = self._kept(session, user_id, now)
            noted = [replace(one, seen_at=now) if one.id == id else one for one in kept]
            _keep(session, user_id, noted)

    def _kept(self, session: Session, user_id: str, now: datetime) -> list[SignIn]:
        data = cast("dict[str, Any]", session.record(KIND, user_id) or {})
        kept = [from_json(SignIn, one) for one in data.get("places", [])]
        return [one for one in kept if not one.is_over(now, self._limits)]


def form_token(secret: str) -> str:
    """Return the token of forms that belongs to a cookie's secret."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def is_form_token(token: str, secret: str) -> bool:
    """Return whether a form came from a page of whoever shows the cookie."""
    return hmac.compare_digest(token.encode(), form_token(secret).encode())


def _keep(session: Session, user_id: str, kept: Sequence[SignIn]) -> None:
    places = [to_json(one) for one in kept]
    session.put_record(KIND, user_id, {"places": [*places]}, owner=owner_of(user_id))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
