"""The people of a tenant: logins, names, roles, and how often a password may be tried.

Decides who somebody is, and that a login is locked after failures. What a role may do is decided
in `role`, how long somebody stays signed in, in `sign_in`. A user is one sealed record under a
key of his own, so that dropping the key erases him; there is no table for it.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from dunning_sdk.access.password import (
    check_password,
    hash_password,
    is_outdated,
    is_password,
)
from dunning_sdk.access.role import Role
from dunning_sdk.access.tries import Tries, count_stranger
from dunning_sdk.errors import (
    DomainError,
    InvalidTransitionError,
    RecordNotFoundError,
    UnknownCallerError,
    nearest_names,
)
from dunning_sdk.records.codec import from_json, to_json
from dunning_sdk.store.interface import Session, Store

KIND: Final = "user"
LOGIN_LENGTH_MAX: Final = 254
_ID_BYTES: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who works for a tenant; nothing personal is in his `repr`.

    Attributes:
        id: Unique within the tenant.
        login: What he signs in with, such as his mailbox; compared without case.
        name: As pages show it.
        role: What he may do.
        created_at: Aware instant.
        language: ISO 639-1; empty for the tenant's.
        password_hash: Empty where he signs in elsewhere.
        subject: Issuer and subject at an OpenID provider, once he came from there.
        must_change: Whether his password was made by somebody else.
        is_disabled: Whether he may not sign in.
        tries: To sign in, since the last right one.
    """

    id: str
    login: str = field(repr=False)
    name: str = field(repr=False)
    role: Role
    created_at: datetime
    language: str = ""
    password_hash: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    must_change: bool = False
    is_disabled: bool = False
    tries: Tries = field(default_factory=Tries)


class Users:
    """The people of one tenant.

    Args:
        store: Of that tenant, open.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> tuple[User, ...]:
        """Return everybody, by login."""
        with self._store.reading() as session:
            return _sorted(session)

    def get(self, id: str) -> User:
        """Return somebody by id.

        Raises:
            RecordNotFoundError: There is nobody of that id.
        """
        with self._store.reading() as session:
            return user_of(session, id)

    def named(self, login: str) -> User:
        """Return somebody by login.

        Raises:
            RecordNotFoundError: Nobody has it.
        """
        with self._store.reading() as session:
            found = by_login(session, login)
            known = [one.login for one in _sorted(session)]
        if found is None:
            near = nearest_names(login, known, limit=1)
            hint = f"Did you mean {near[0]}?" if near else "`dunning users list` lists all."
            raise RecordNotFoundError("Nobody has that login", hint=hint)
        return found

    def add(
        self,
        login: str,
        role: Role,
        *,
        now: datetime,
        name: str = "",
        password: str = "",
        subject: str = "",
    ) -> User:
        """Add somebody.

        Args:
            login: What he signs in with.
            role: What he may do.
            now: Aware instant.
            name: As pages show it; empty for the login.
            password: To begin with, which he has to change; empty where he signs in elsewhere.
            subject: Issuer and subject at an OpenID provider.

        Raises:
            DomainError: The login is taken or none, or the password too weak.
        """
        known = login.strip()
        if not known or len(known) > LOGIN_LENGTH_MAX or not known.isprintable():
            raise DomainError("A login is needed", hint="Give a mailbox, for instance.")
        if password:
            check_password(password, about=(known, name))
        user = User(
            id=secrets.token_hex(_ID_BYTES),
            login=known,
            name=name.strip() or known,
            role=role,
            created_at=now,
            password_hash=hash_password(password) if password else "",
            subject=subject,
            must_change=bool(password),
        )
        with self._store.begin() as session:
            if by_login(session, known) is not None:
                message = "Somebody has that login already"
                raise DomainError(message, hint="Change him, or choose another.")
            keep_user(session, user)
        return user

    def change(
        self,
        id: str,
        *,
        role: Role | None = None,
        is_disabled: bool | None = None,
        language: str | None = None,
    ) -> User:
        """Change what somebody is; ``None`` leaves a thing as it is.

        Raises:
            InvalidTransitionError: He is the last admin, and would be none any more.
            RecordNotFoundError: There is nobody of that id.
        """
        with self._store.begin() as session:
            before = user_of(session, id)
            user = replace(
                before,
                role=before.role if role is None else role,
                is_disabled=before.is_disabled if is_disabled is None else is_disabled,
                language=before.language if language is None else language,
            )
            if _is_admin(before) and not _is_admin(user) and _admins(session) == [id]:
                message = "Nobody would be left who may add people"
                raise InvalidTransitionError(message, hint="Make somebody else an admin first.")
            keep_user(session, user)
        return user

    def set_password(self, id: str, password: str, *, must_change: bool = False) -> User:
        """Give somebody a new password, which also unlocks him.

        Args:
            id: Whose.
            password: The new one.
            must_change: Whether he has to choose another at once, since somebody else knows it.

        Raises:
            DomainError: It is too weak, or the one he has.
            RecordNotFoundError: There is nobody of that id.
        """
        user = self.get(id)
        check_password(password, about=(user.login, user.name))
        if is_password(password, user.password_hash):
            raise DomainError("This is the password as it is", hint="Choose another.")
        hashed = hash_password(password)
        with self._store.begin() as session:
            changed = replace(
                user_of(session, id),
                password_hash=hashed,
                must_change=must_change,
                tries=Tries(),
            )
            keep_user(session, changed)
        return changed

    def erase(self, id: str) -> None:
        """Forget somebody: drop the key of all that is kept of him; what he did stays, by his id.

        Raises:
            InvalidTransitionError: He is not disabled; nobody is erased by one slip.
            RecordNotFoundError: There is nobody of that id.
        """
        if not self.get(id).is_disabled:
            message = "Whoever may still sign in is not erased"
            raise InvalidTransitionError(message, hint="Disable him first.")
        self._store.drop_key(owner_of(id))

    def check(self, login: str, password: str, *, now: datetime) -> User:
        """Return who signs in by login and password.

        A try is counted before the password is compared, so that many at once count as many.

        Args:
            login: As it was given.
            password: As it was given.
            now: Aware instant.

        Raises:
            TooManyRequestsError: The login is locked; says for how long, also of one nobody has.
            UnknownCallerError: Login or password is wrong, or he may not sign in; which, is not
                said.
        """
        with self._store.begin() as session:
            user = by_login(session, login)
            if user is None:
                count_stranger(session, login, now)
            else:
                keep_user(session, replace(user, tries=user.tries.counted(now)))
        right = is_password(password, user.password_hash if user else "")
        if user is None or not right or user.is_disabled:
            message = "Login or password is wrong"
            raise UnknownCallerError(message, hint="Try again, or ask an admin for a new password.")
        hashed = hash_password(password) if is_outdated(user.password_hash) else user.password_hash
        with self._store.begin() as session:
            fresh = user_of(session, user.id)
            fresh = replace(fresh, tries=Tries())
            if fresh.password_hash == user.password_hash:
                fresh = replace(fresh, password_hash=hashed)
            keep_user(session, fresh)
        return fresh


def user_of(session: Session, id: str) -> User:
    """Return somebody by id, within a transaction.

    Raises:
        RecordNotFoundError: There is nobody of that id.
    """
    data = session.record(KIND, id)
    if data is None:
        raise RecordNotFoundError(
            "There is nobody of that id", hint="`dunning users list` lists all."
        )
    return from_json(User, data)


def keep_user(session: Session, user: User) -> None:
    """Keep somebody, sealed by his own key."""
    session.put_record(KIND, user.id, to_json(user), owner=owner_of(user.id))


def owner_of(id: str) -> str:
    """Return whose key somebody's records are sealed by."""
    return f"user:{id}"


def by_subject(session: Session, subject: str) -> User | None:
    """Return who has a subject at an OpenID provider, or ``None``."""
    return next((one for one in _sorted(session) if subject and one.subject == subject), None)


def by_login(session: Session, login: str) -> User | None:
    """Return who has a login, or ``None``."""
    wanted = login.strip().casefold()
    return next((one for one in _sorted(session) if one.login.casefold() == wanted), None)


def _sorted(session: Session) -> tuple[User, ...]:
    kept: Mapping[str, Mapping[str, object]] = session.records(KIND)
    users = [from_json(User, data) for data in kept.values()]
    return tuple(sorted(users, key=lambda one: (one.login.casefold(), one.id)))


def _is_admin(user: User) -> bool:
    return user.role is Role.ADMIN and not user.is_disabled


def _admins(session: Session) -> list[str]:
    return [one.id for one in _sorted(session) if _is_admin(one)]
