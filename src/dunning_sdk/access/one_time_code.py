"""One-time codes to a debtor's known address: who has a link may see, who has a code may change.

Decides when a code is right. It is six digits, counts for ten minutes and once; five wrong ones end
it, and at most five are sent in an hour. What is kept is its keyed digest, sealed with the debtor's
data. Sending it is left to the caller.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, cast

from dunning_sdk.errors import TooManyRequestsError
from dunning_sdk.records.codec import from_json, to_json
from dunning_sdk.store.interface import Session

KEPT: Final = "portal-code"
DIGITS: Final = 6
LASTS: Final = timedelta(minutes=10)
TRIES_MAX: Final = 5
SENT_MAX: Final = 5
_SENT_WITHIN: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    digest: str = ""
    until_at: datetime | None = None
    tries: int = 0
    sent_at: tuple[datetime, ...] = ()


def make_code(session: Session, key: bytes, debtor_id: str, *, now: datetime) -> str:
    """Return a new code; one made before counts no more.

    Args:
        session: Open transaction.
        key: That digests are keyed with.
        debtor_id: Whose.
        now: Aware instant.

    Raises:
        TooManyRequestsError: `SENT_MAX` were made within an hour.
    """
    kept = _kept(session, debtor_id)
    recent = tuple(at for at in kept.sent_at if at > now - _SENT_WITHIN)
    if len(recent) >= SENT_MAX:
        wait = int((recent[0] + _SENT_WITHIN - now).total_seconds()) + 1
        message = "Too many codes were asked for"
        raise TooManyRequestsError(message, hint="Wait, then ask again.", retry_after=wait)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    made = _Kept(digest=_digest(key, debtor_id, code), until_at=now + LASTS, sent_at=(*recent, now))
    _keep(session, debtor_id, made)
    return code


def is_right(session: Session, key: bytes, debtor_id: str, code: str, *, now: datetime) -> bool:
    """Return whether a code is the one that was sent; a right one counts no more from then on.

    A wrong one is counted, so the caller keeps the transaction either way.

    Args:
        session: Open transaction.
        key: As in `make_code`.
        debtor_id: Whose.
        code: As it was typed; blanks do not matter.
        now: Aware instant.
    """
    kept = _kept(session, debtor_id)
    if kept.until_at is None or now >= kept.until_at or kept.tries >= TRIES_MAX:
        return False
    given = _digest(key, debtor_id, "".join(code.split()))
    if not hmac.compare_digest(given, kept.digest):
        _keep(session, debtor_id, replace(kept, tries=kept.tries + 1))
        return False
    _keep(session, debtor_id, _Kept(sent_at=kept.sent_at))
    return True


def _kept(session: Session, debtor_id: str) -> _Kept:
    return from_json(_Kept, cast("dict[str, Any]", session.record(KEPT, debtor_id) or {}))


def _keep(session: Session, debtor_id: str, kept: _Kept) -> None:
    session.put_record(KEPT, debtor_id, cast("dict[str, Any]", to_json(kept)), owner=debtor_id)


def _digest(key: bytes, debtor_id: str, code: str) -> str:
    return hmac.new(key, f"code\0{debtor_id}\0{code}".encode(), hashlib.sha256).hexdigest()
