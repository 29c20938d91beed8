"""Say that a caller may not do what was asked, or not so: who, what, how often, once only.

Decides names and codes; who may do what is decided by `access`. Messages tell a stranger nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from dunning_sdk.errors.root import DunningError


class AccessError(DunningError, code="access.refused"):
    """A caller may not do this."""


class UnknownCallerError(AccessError, code="access.unknown-caller"):
    """Nobody is known by what the caller showed: no key, no session, or one that has ended."""


class ForbiddenError(AccessError, code="access.forbidden"):
    """The caller is known, and may not do this."""


@dataclass(eq=False, repr=False, kw_only=True)
class TooManyRequestsError(AccessError, code="access.too-many-requests"):
    """More was asked than is allowed; again after ``retry_after`` seconds."""

    retry_after: int = 1


class RepeatedRequestError(AccessError, code="access.repeated-request"):
    """A request that counts once came again, and its first answer cannot be given."""
