"""What each role may do: one table, which every route of pages declares against.

Decides rights and roles, and nothing about who has which; a person has one role per tenant.

>>> may(Role.COLLECTOR, Right.WORK), may(Role.COLLECTOR, Right.APPROVE)
(True, False)
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """What somebody is in one tenant."""

    VIEWER = "viewer"
    COLLECTOR = "collector"
    MANAGER = "manager"
    ADMIN = "admin"


class Right(StrEnum):
    """What a page or an act needs.

    Members:
        OWN: To be signed in: one's own password and places.
        LOOK: To see and export what the tenant has.
        WORK: To record what debtors say and do: notes, promises, disputes, matches, calls.
        SEND: To send a message by hand.
        APPROVE: To approve acts, execute proposals, grant limits, write off.
        PEOPLE: To add people, change their roles, end what they are signed in to.
        KEYS: To make and revoke the keys of programs.
    """

    OWN = "own"
    LOOK = "look"
    WORK = "work"
    SEND = "send"
    APPROVE = "approve"
    PEOPLE = "people"
    KEYS = "keys"


_VIEWER: Final = frozenset({Right.OWN, Right.LOOK})
_COLLECTOR: Final = _VIEWER | {Right.WORK, Right.SEND}
_MANAGER: Final = _COLLECTOR | {Right.APPROVE}

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {
        Role.VIEWER: _VIEWER,
        Role.COLLECTOR: _COLLECTOR,
        Role.MANAGER: _MANAGER,
        Role.ADMIN: frozenset(Right),
    }
)
"""The rights of each role; each has those of the one before it."""


def may(role: Role, right: Right) -> bool:
    """Return whether a role has a right."""
    return right in RIGHTS[role]
