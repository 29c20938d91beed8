"""Say who somebody is here whom an OpenID provider knows, and in which role.

Decides two ways. Where the configuration maps a claim to roles, the provider decides: people are
added when they first come, and their role follows the claim. Where it does not, an admin adds
them first, and the mailbox the provider has verified ties them to its subject, once and for all.
"""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from dunning_sdk.access.openid import Identity
from dunning_sdk.access.role import Role
from dunning_sdk.access.user import User, by_login, by_subject, keep_user
from dunning_sdk.errors import UnknownCallerError
from dunning_sdk.installation.access_config import OpenIdConfig
from dunning_sdk.store.interface import Session, Store


def admit(store: Store, config: OpenIdConfig, identity: Identity, *, now: datetime) -> User:
    """Return who comes in.

    Args:
        store: Of the tenant, open.
        config: Its provider.
        identity: As the provider signed it.
        now: Aware instant.

    Raises:
        UnknownCallerError: Nobody here is meant, or he may not come in; which, is not said.
    """
    role = role_of(config, identity.claims)
    with store.begin() as session:
        found = _found(session, identity)
        if found is None and role is not None and (identity.mailbox or identity.name):
            found = _added(identity, role, now)
        if found is None or found.is_disabled or (config.roles and role is None):
            message = "Nobody here is known by this provider's answer"
            raise UnknownCallerError(message, hint="Ask an admin of this tenant.")
        user = replace(found, subject=identity.subject, role=role or found.role)
        if session.record("user", user.id) is None or user != found:
            keep_user(session, user)
    return user


def role_of(config: OpenIdConfig, claims: Mapping[str, Any]) -> Role | None:
    """Return the highest role that a claim stands for; ``None`` where it stands for none.

    Args:
        config: Names the claim, with dots where it lies deeper, and the roles of its values.
        claims: Of the token.
    """
    value: object = claims
    for part in config.roles_claim.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    values = value if isinstance(value, list) else [value]
    given = {config.roles[one] for one in values if isinstance(one, str) and one in config.roles}
    return next((role for role in reversed(Role) if role.value in given), None)


def _found(session: Session, identity: Identity) -> User | None:
    known = by_subject(session, identity.subject)
    if known is not None or not identity.mailbox:
        return known
    same = by_login(session, identity.mailbox)
    return same if same is not None and not same.subject else None


def _added(identity: Identity, role: Role, now: datetime) -> User:
    return User(
        id=secrets.token_hex(6),
        login=identity.mailbox or identity.subject,
        name=identity.name,
        role=role,
        created_at=now,
        subject=identity.subject,
    )
