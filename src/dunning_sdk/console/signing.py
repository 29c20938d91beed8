"""Signing in and out: the pages that stand before the door.

Decides that a password is tried by a form of ours alone, so often and no more from one address,
and that every signing in makes a new cookie and ends the one before. What a password must be, and
when a login is locked, is decided in `access`.
"""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dunning_sdk.access.role import Right
from dunning_sdk.access.sign_in import Way, form_token
from dunning_sdk.access.throttle import Rate, Throttle
from dunning_sdk.access.user import User, Users
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import (
    DunningError,
    ForbiddenError,
    TooManyRequestsError,
    UnknownCallerError,
)
from dunning_sdk.look.choosing import choice_of, own_path
from dunning_sdk.look.cookie import cookie_name, give_cookie, renew, sign_ins_of, take_cookie
from dunning_sdk.look.entrance import SIGN_IN, Entrance, Page, refuse_forged
from dunning_sdk.look.faults import status_of
from dunning_sdk.look.parts import Field
from dunning_sdk.look.receiving import Form, read_form
from dunning_sdk.look.rendering import BARE
from dunning_sdk.look.visit import Visit

RATE: Final = Rate(burst=20, per_minute=10)
"""How often one address may try to sign in, whatever the login."""
_DOOR: Final = "door"
_DOOR_SECONDS: Final = 3600


class Signing:
    """The pages of signing in to each tenant, and out.

    Args:
        entrance: Of the console.
        rate: How often one address may try.
    """

    def __init__(self, entrance: Entrance, rate: Rate = RATE) -> None:
        self.entrance = entrance
        self._throttle = Throttle(rate)

    def routes(self) -> list[Route]:
        """Return the routes that are open to everybody."""
        path = f"/{{tenant}}{SIGN_IN}"
        return [
            Route(path, self._ask, methods=["GET"]),
            Route(path, self._try, methods=["POST"]),
        ]

    async def _ask(self, request: Request) -> Response:
        engine = self.entrance.tenants.engine(request.path_params["tenant"])
        return self.page(request, engine)

    async def _try(self, request: Request) -> Response:
        engine = self.entrance.tenants.engine(request.path_params["tenant"])
        form = await read_form(request)
        return await run_in_threadpool(self._tried, request, engine, form)

    def _tried(self, request: Request, engine: Engine, form: Form) -> Response:
        door = request.cookies.get(cookie_name(request, engine.config.tenant, part=_DOOR), "")
        login = form.get("login")
        try:
            refuse_forged(request, form, door)
            self.take(request)
            user = self._checked(engine, login, form)
        except (ForbiddenError, TooManyRequestsError, UnknownCallerError) as problem:
            return self.page(request, engine, login=login, back=form.get("next"), problem=problem)
        return self.signed_in(request, engine, user, back=form.get("next"))

    def _checked(self, engine: Engine, login: str, form: Form) -> User:
        if not engine.config.access.passwords:
            raise ForbiddenError("Passwords are not taken here", hint="Sign in by the link.")
        password = form.fields.get("password", "")
        return Users(engine.store).check(login, password, now=self.entrance.clock())

    def take(self, request: Request) -> None:
        """Count one try from an address.

        Raises:
            TooManyRequestsError: It is one too many.
        """
        self._throttle.take(request.client.host if request.client else "")

    def signed_in(
        self, request: Request, engine: Engine, user: User, *, back: str, way: Way = "password"
    ) -> Response:
        """Return the answer that signs somebody in, and ends who was signed in here before.

        Args:
            request: That proved who he is.
            engine: Of the tenant.
            user: Who he is.
            back: Where he wanted to go; anything but a page of this tenant is ignored.
            way: How he proved it.
        """
        home = f"{self.entrance.look.at}/{engine.config.tenant}/"
        target = own_path(back, otherwise=home)
        answer = RedirectResponse(target if target.startswith(home) else home, status_code=303)
        renew(request, answer, engine, user, now=self.entrance.clock(), way=way)
        take_cookie(request, answer, cookie_name(request, engine.config.tenant, part=_DOOR))
        return answer

    def page(
        self,
        request: Request,
        engine: Engine,
        *,
        login: str = "",
        back: str = "",
        problem: DunningError | None = None,
    ) -> Response:
        """Return the page that asks who somebody is.

        Args:
            request: That it answers.
            engine: Of the tenant.
            login: As it was given.
            back: Where he wanted to go; as the address says it where empty.
            problem: Why he was not let in; the page says its kind, and no more.
        """
        look, tenant = self.entrance.look, engine.config.tenant
        name = cookie_name(request, tenant, part=_DOOR)
        secret = request.cookies.get(name, "") or secrets.token_urlsafe(32)
        choice = choice_of(request, otherwise=engine.config.language)
        words = look.words[choice.language]
        config = engine.config.access
        back = back or request.query_params.get("next", "")
        answer = look.answer(
            "console/sign_in.html",
            language=choice.language,
            status=_status(problem),
            **{**BARE, "theme": choice.theme, "here": request.url.path, "csrf": form_token(secret)},
            token=form_token(secret),
            action=f"{look.at}/{tenant}{SIGN_IN}",
            openid=config.openid.name if config.openid else "",
            openid_href=f"{look.at}/{tenant}/openid?{urlencode({'next': back})}",
            takes_passwords=config.passwords,
            operator=_operator(engine),
            back=back,
            fault=words.say(f"sign_in_fault_{_status(problem)}") if problem else "",
            fields=_fields(words.say("login"), words.say("password"), login),
        )
        if isinstance(problem, TooManyRequestsError):
            answer.headers["retry-after"] = str(problem.retry_after)
        give_cookie(request, answer, name, secret, _DOOR_SECONDS)
        return answer


def _leave(visit: Visit) -> Response:
    signed = sign_ins_of(visit.engine)
    signed.end(visit.user.id, visit.present.sign_in.id, now=visit.now)
    answer = visit.go(SIGN_IN)
    take_cookie(visit.request, answer, cookie_name(visit.request, visit.tenant))
    return answer


def _status(problem: DunningError | None) -> int:
    if problem is None:
        return 200
    return status_of(problem)


def _operator(engine: Engine) -> str:
    """Return the name of the party the tenant works for."""
    found = engine.config.party(engine.config.operator)
    return found.name if found else engine.config.tenant


def _fields(login_label: str, password_label: str, login: str) -> tuple[Field, Field]:
    return (
        Field(
            name="login",
            label=login_label,
            value=login,
            autocomplete="username",
            attributes={"autocapitalize": "none", "spellcheck": "false", "maxlength": "254"},
        ),
        Field(
            name="password",
            label=password_label,
            kind="password",
            autocomplete="current-password",
        ),
    )


PAGES: Final = (
    Page(
        path="/sign-out",
        handler=_leave,
        needs=Right.OWN,
        method="POST",
        is_open_first=True,
    ),
)
