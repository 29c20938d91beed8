"""The cookie of who is signed in: its name, and how it is given, renewed and taken away.

Decides that a new proof of who somebody is makes a new cookie, and that the one before is worth
nothing then. What the cookie holds is decided in `access.sign_in`.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from dunning_sdk.access.sign_in import Limits, SignIns, Way
from dunning_sdk.access.user import User
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import UnknownCallerError
from dunning_sdk.look.choosing import is_secure


def cookie_name(request: Request, tenant: str, *, part: str = "") -> str:
    """Return the name of a cookie that belongs to a tenant.

    With the prefix ``__Host-`` a browser takes it by HTTPS from this host alone, so that no
    neighbor can plant one.

    Args:
        request: That it comes or goes with.
        tenant: Whose pages.
        part: Which, beside the one of who is signed in.

    Source:
        RFC 6265bis, section 4.1.3.2.
    """
    prefix = "__Host-" if is_secure(request) else ""
    return f"{prefix}dunning-{tenant}{f'-{part}' if part else ''}"


def give_cookie(request: Request, answer: Response, name: str, value: str, seconds: int) -> None:
    """Add a cookie that no script reads and no other site's form brings along."""
    answer.set_cookie(
        name, value, max_age=seconds, secure=is_secure(request), httponly=True, samesite="lax"
    )


def take_cookie(request: Request, answer: Response, name: str) -> None:
    """Have the browser forget a cookie."""
    answer.delete_cookie(name, secure=is_secure(request), httponly=True, samesite="lax")


def sign_ins_of(engine: Engine) -> SignIns:
    """Return who is signed in to a tenant, within the limits it sets."""
    chosen = engine.config.access
    return SignIns(engine.store, Limits(idle=chosen.idle, whole=chosen.whole))


def renew(
    request: Request,
    answer: Response,
    engine: Engine,
    user: User,
    *,
    now: datetime,
    way: Way = "password",
) -> None:
    """Give whoever proved who he is a new cookie, and end what he came with."""
    signed = sign_ins_of(engine)
    name = cookie_name(request, engine.config.tenant)
    with suppress(UnknownCallerError):
        before = signed.present(request.cookies.get(name, ""), now=now)
        signed.end(before.user.id, before.sign_in.id, now=now)
    agent = request.headers.get("user-agent", "")
    cookie = signed.start(user, now=now, agent=agent, way=way)
    seconds = int(engine.config.access.whole.total_seconds())
    give_cookie(request, answer, name, cookie, seconds)
