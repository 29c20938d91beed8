"""Count tries to sign in, and lock a login after too many, whether anybody has it or not.

Decides when a login is locked and for how long. A login nobody has is counted like any other, so
that answers do not tell which there are; those are kept by digest, the latest of them.

>>> from datetime import datetime, UTC
>>> now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
>>> tries = Tries()
>>> for _ in range(FAILURES_MAX):
...     tries = tries.counted(now)
>>> tries.counted(now)
Traceback (most recent call last):
    ...
dunning_sdk.errors.access.TooManyRequestsError: Too many wrong passwords — Wait 15 minutes, or …
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from dunning_sdk.domain.event import JsonValue
from dunning_sdk.errors import TooManyRequestsError
from dunning_sdk.records.codec import from_json, to_json
from dunning_sdk.store.interface import Session

FAILURES_MAX: Final = 8
LOCKED_FOR: Final = timedelta(minutes=15)
STRANGERS_MAX: Final = 1000
_KIND: Final = "strangers-tries"
_ID: Final = "latest"
_OWNER: Final = "user:strangers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """Tries of one login since it was right last.

    Attributes:
        failures: How many; counted before the password is compared.
        locked_until: Aware instant until which none more is taken; ``None`` while not locked.
    """

    failures: int = 0
    locked_until: datetime | None = None

    def counted(self, now: datetime) -> "Tries":
        """Return these and one more.

        Raises:
            TooManyRequestsError: The login is locked; says for how long.
        """
        if self.locked_until is not None and now < self.locked_until:
            seconds = int((self.locked_until - now).total_seconds())
            raise TooManyRequestsError(
                "Too many wrong passwords",
                hint=f"Wait {-(-seconds // 60)} minutes, or ask an admin for a new password.",
                retry_after=max(seconds, 1),
            )
        failures = self.failures + 1
        return Tries(
            failures=failures,
            locked_until=now + LOCKED_FOR if failures >= FAILURES_MAX else None,
        )


def count_stranger(session: Session, login: str, now: datetime) -> None:
    """Count a try of a login that nobody has.

    Raises:
        TooManyRequestsError: It is locked, as one that somebody has would be.
    """
    kept = dict(cast("dict[str, Any]", session.record(_KIND, _ID) or {}))
    digest = hashlib.sha256(login.strip().casefold().encode()).hexdigest()
    counted = from_json(Tries, kept.pop(digest, {})).counted(now)
    latest: dict[str, JsonValue] = dict([*kept.items()][-STRANGERS_MAX + 1 :])
    session.put_record(_KIND, _ID, {**latest, digest: to_json(counted)}, owner=_OWNER)
