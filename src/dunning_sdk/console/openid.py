"""Signing in at an OpenID provider: out to it, and back with its answer.

Decides what the browser keeps in between: a cookie of ten minutes that no other site's page can
set or read. What of the answer holds is decided in `access.openid`, who it is in
`access.admission`.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dunning_sdk.access.admission import admit
from dunning_sdk.access.openid import Pending, Provider
from dunning_sdk.console.signing import Signing
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import ConnectorError, TooManyRequestsError, UnknownCallerError
from dunning_sdk.look.cookie import cookie_name, give_cookie, take_cookie

PATH: Final = "/openid"
BACK: Final = "/openid/back"
_PART: Final = "openid"
_SECONDS: Final = 600


class OpenIdSigning:
    """The two routes of signing in elsewhere.

    Args:
        signing: The pages of signing in, which these end in.
    """

    def __init__(self, signing: Signing) -> None:
        self._signing = signing

    def routes(self) -> list[Route]:
        """Return the routes, which are open to everybody."""
        return [
            Route(f"/{{tenant}}{PATH}", self._threaded(self._out), methods=["GET"]),
            Route(f"/{{tenant}}{BACK}", self._threaded(self._back), methods=["GET"]),
        ]

    def _threaded(
        self, answer: Callable[[Request, Engine, Provider], Response]
    ) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            return await run_in_threadpool(self._answered, request, answer)

        return endpoint

    def _answered(
        self, request: Request, answer: Callable[[Request, Engine, Provider], Response]
    ) -> Response:
        engine = self._signing.entrance.tenants.engine(request.path_params["tenant"])
        config = engine.config.access.openid
        if config is None:
            raise HTTPException(status_code=404)
        tenant = engine.config.tenant
        at = f"{request.url.scheme}://{request.url.netloc}{self._signing.entrance.look.at}"
        secret = config.secret(engine.config.folder)
        provider = Provider(config, secret=secret, back=f"{at}/{tenant}{BACK}")
        try:
            self._signing.take(request)
            return answer(request, engine, provider)
        except (ConnectorError, TooManyRequestsError, UnknownCallerError) as problem:
            return self._signing.page(request, engine, problem=problem)

    def _out(self, request: Request, engine: Engine, provider: Provider) -> Response:
        pending = Pending.new()
        kept = asdict(pending) | {"next": request.query_params.get("next", "")}
        answer = RedirectResponse(provider.ask(pending), status_code=303)
        value = base64.urlsafe_b64encode(json.dumps(kept).encode()).decode()
        name = cookie_name(request, engine.config.tenant, part=_PART)
        give_cookie(request, answer, name, value, _SECONDS)
        return answer

    def _back(self, request: Request, engine: Engine, provider: Provider) -> Response:
        name = cookie_name(request, engine.config.tenant, part=_PART)
        pending, back = _kept(request.cookies.get(name, ""))
        now = self._signing.entrance.clock()
        identity = provider.hear(request.query_params, pending, now=now)
        user = admit(engine.store, provider.config, identity, now=now)
        answer = self._signing.signed_in(request, engine, user, back=back, way="openid")
        take_cookie(request, answer, name)
        return answer


def _kept(value: str) -> tuple[Pending, str]:
    """Return what the browser kept.

    Raises:
        UnknownCallerError: It kept nothing of ours; the answer belongs to no question.
    """
    try:
        kept = json.loads(base64.urlsafe_b64decode(value.encode()))
        back = kept.pop("next")
        pending = Pending(**{name: str(kept[name]) for name in ("state", "nonce", "verifier")})
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as problem:
        message = "The provider's answer belongs to no question of this browser"
        raise UnknownCallerError(message, hint="Sign in again.") from problem
    return pending, str(back)
