"""Keys of programs: made once, shown once, kept as hashes, with scopes, for one tenant.

Decides what a key looks like and whether one that is shown is in force. A key's secret is 32
random bytes, which nobody guesses, so that a fast hash protects it as well as a slow one would.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, cast

from dunning_sdk.access.tenants import Tenants
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import (
    DomainError,
    ForbiddenError,
    InvalidTransitionError,
    RecordNotFoundError,
    UnknownCallerError,
    nearest_names,
)
from dunning_sdk.records.codec import from_json, to_json
from dunning_sdk.store.interface import Session, Store

PREFIX: Final = "dun_"
"""How every key begins, so that one that leaked is recognized."""
SETTING: Final = "api-keys"
NAME_LENGTH_MAX: Final = 100
_ID_BYTES: Final = 6
_SECRET_BYTES: Final = 32


class Scope(StrEnum):
    """What a key may be used for; none contains another."""

    READ = "read"
    RECORD = "record"
    PROPOSE = "propose"
    APPROVE = "approve"
    EXECUTE = "execute"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """One secret of a key, which cannot be told from this.

    Attributes:
        digest: SHA-256 in hex.
        until_at: Aware instant from which it counts no more; ``None`` for as long as the key.
    """

    digest: str
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key of one tenant.

    Attributes:
        id: Unique within the tenant; part of what is shown.
        name: Whose it is.
        scopes: Sorted, each once.
        created_at: Aware instant.
        expires_at: Aware instant from which it counts no more; ``None`` for none.
        revoked_at: Aware instant; ``None`` while it is not.
        secrets: The newest first; two while one replaces the other.
    """

    id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    secrets: tuple[Secret, ...] = ()

    def is_in_force(self, now: datetime) -> bool:
        """Tell whether it counts at an instant."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def accepts(self, secret: str, now: datetime) -> bool:
        """Tell whether a secret is one of its own and in force; takes as long for a wrong one."""
        digest, right = _digest(secret), False
        for one in self.secrets:
            is_fresh = one.until_at is None or now < one.until_at
            right |= hmac.compare_digest(digest, one.digest) and is_fresh
        return right and self.is_in_force(now)

    def public(self) -> dict[str, JsonValue]:
        """Return what may be shown of it: everything but its secrets."""
        shown = to_json(self)
        del shown["secrets"]
        return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, and for whom.

    Attributes:
        engine: Of the tenant his key is of.
        key: The key he showed.
    """

    engine: Engine
    key: ApiKey

    @property
    def tenant(self) -> str:
        """Return whose data he may see."""
        return self.engine.config.tenant

    def require(self, scope: Scope) -> None:
        """Go on only where his key has a scope.

        Raises:
            ForbiddenError: It has not.
        """
        if scope not in self.key.scopes:
            message = f"This needs the scope {scope}, which the key does not have"
            raise ForbiddenError(message, hint="Make a key with `dunning api-keys create`.")


class ApiKeys:
    """The keys of one tenant.

    Args:
        store: Of that tenant, open.
        tenant: Its name.
    """

    def __init__(self, store: Store, tenant: str) -> None:
        self._store = store
        self._tenant = tenant

    def all(self) -> tuple[ApiKey, ...]:
        """Return every key there was, the newest last."""
        with self._store.reading() as session:
            found = _kept(session).values()
        return tuple(sorted(found, key=lambda key: (key.created_at, key.id)))

    def find(self, id: str) -> ApiKey | None:
        """Return a key by its id, or ``None``."""
        with self._store.reading() as session:
            return _kept(session).get(id)

    def create(
        self, name: str, scopes: Iterable[Scope], *, now: datetime, days: int | None = None
    ) -> tuple[ApiKey, str]:
        """Make a key, and return it with what the program shows; that is told only now.

        Args:
            name: Whose it is, such as ``erp``.
            scopes: What it may be used for; at least one.
            now: Aware instant.
            days: How long it counts; ``None`` until it is revoked.

        Raises:
            DomainError: It has no name or no scope, or ends before it begins.
        """
        chosen = tuple(sorted(set(scopes)))
        if not name.strip() or len(name) > NAME_LENGTH_MAX or not chosen:
            message = "An API key needs a name and at least one scope"
            raise DomainError(message, hint=f"Scopes: {', '.join(Scope)}.")
        if days is not None and days < 1:
            raise DomainError("An API key counts for a day at least", hint="Give more days.")
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        key = ApiKey(
            id=secrets.token_hex(_ID_BYTES),
            name=name.strip(),
            scopes=chosen,
            created_at=now,
            expires_at=None if days is None else now + timedelta(days=days),
            secrets=(Secret(digest=_digest(secret)),),
        )
        with self._store.begin() as session:
            _keep(session, key)
        return key, self._shown(key, secret)

    def rotate(self, id: str, *, now: datetime, hours: int = 0) -> tuple[ApiKey, str]:
        """Give a key a new secret, and return it with what the program shows from now on.

        Args:
            id: Which key.
            now: Aware instant.
            hours: How long the secret before still counts; 0 for no more.

        Raises:
            InvalidTransitionError: It is not in force any more.
            RecordNotFoundError: There is no such key.
        """
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        until = now + timedelta(hours=hours)
        with self._store.begin() as session:
            key = _known(session, id)
            if not key.is_in_force(now):
                message = f"API key {id} is not in force any more"
                raise InvalidTransitionError(message, hint="Make a new one.")
            before = key.secrets[:1] if hours else ()
            old = tuple(replace(one, until_at=until) for one in before)
            key = replace(key, secrets=(Secret(digest=_digest(secret)), *old))
            _keep(session, key)
        return key, self._shown(key, secret)

    def revoke(self, id: str, *, now: datetime) -> ApiKey:
        """End a key at once; again changes nothing.

        Raises:
            RecordNotFoundError: There is no such key.
        """
        with self._store.begin() as session:
            key = _known(session, id)
            if key.revoked_at is None:
                key = replace(key, revoked_at=now, secrets=())
                _keep(session, key)
        return key

    def _shown(self, key: ApiKey, secret: str) -> str:
        return f"{PREFIX}{self._tenant}.{key.id}.{secret}"


def caller_of(tenants: Tenants, shown: str, *, now: datetime) -> Caller:
    """Return who shows a key.

    Args:
        tenants: Those served.
        shown: The key, as `ApiKeys` gave it out.
        now: Aware instant.

    Raises:
        UnknownCallerError: It is no key, or one that does not count; which, is not said.
    """
    parts = shown.removeprefix(PREFIX).rsplit(".", 2) if shown.startswith(PREFIX) else []
    if len(parts) == 3 and parts[0] in tenants.names:
        tenant, id, secret = parts
        engine = tenants.engine(tenant)
        key = ApiKeys(engine.store, tenant).find(id)
        if key is not None and key.accepts(secret, now):
            return Caller(engine=engine, key=key)
    hint = "Send a key that is in force, as `Authorization: Bearer …`."
    raise UnknownCallerError("This API key is not known here", hint=hint)


def _kept(session: Session) -> dict[str, ApiKey]:
    found = cast("Mapping[str, Mapping[str, Any]]", session.setting(SETTING) or {})
    return {id: from_json(ApiKey, data) for id, data in found.items()}


def _keep(session: Session, key: ApiKey) -> None:
    kept: dict[str, JsonValue] = {id: to_json(one) for id, one in _kept(session).items()}
    session.put_setting(SETTING, kept | {key.id: to_json(key)})


def _known(session: Session, id: str) -> ApiKey:
    kept = _kept(session)
    if id not in kept:
        near = nearest_names(id, kept)
        hint = f"Did you mean {near[0]}?" if near else "`dunning api-keys list` lists all."
        raise RecordNotFoundError(f"There is no API key {id}", hint=hint)
    return kept[id]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
