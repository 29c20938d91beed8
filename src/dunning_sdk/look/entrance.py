"""Let in to a page only who is signed in, has its right, and sent its form himself.

Decides the order in which a request is judged: its tenant, who it is, his right, his form. A page
cannot be routed without saying which right it needs, and no handler is called before all four
hold. What rights there are is decided in `access.role`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dunning_sdk.access.role import Right, may
from dunning_sdk.access.sign_in import is_form_token
from dunning_sdk.access.tenants import Tenants
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import DunningError, ForbiddenError, UnknownCallerError
from dunning_sdk.look.choosing import choice_of
from dunning_sdk.look.cookie import cookie_name, sign_ins_of
from dunning_sdk.look.faults import own_place
from dunning_sdk.look.live import Live
from dunning_sdk.look.receiving import FORM_BYTES_MAX, Form, read_form
from dunning_sdk.look.rendering import Look
from dunning_sdk.look.visit import Navigation, Visit

SIGN_IN: Final = "/sign-in"
OWN_PASSWORD: Final = "/own/password"  # noqa: S105  # a path
TOKEN_FIELD: Final = "csrf"  # noqa: S105  # the name of a field
TOKEN_HEADER: Final = "x-csrf-token"  # noqa: S105  # the name of a header
_READING: Final = frozenset(("GET", "HEAD"))
_FOREIGN: Final = frozenset(("cross-site", "same-site"))

Handler = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page, or one act, of a tenant.

    Attributes:
        path: Below the tenant, beginning with ``/``, with parameters in braces.
        handler: Called in a thread, once the visitor may come in.
        needs: The right it needs.
        method: ``GET`` to see, ``POST`` to do.
        bytes_max: Of what may be posted.
        is_open_first: Whether somebody who must change his password first may come in.
        is_by_itself: Whether pages ask for it without anybody there; it keeps nobody signed in.
    """

    path: str
    handler: Handler
    needs: Right
    method: str = "GET"
    bytes_max: int = FORM_BYTES_MAX
    is_open_first: bool = False
    is_by_itself: bool = False


class PageRoute(Route):
    """The route of a page, which knows the page; tests walk over them."""

    page: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """The door that all pages of an application share.

    Attributes:
        tenants: Those served.
        look: Templates and words.
        clock: Returns the aware instant of a request.
        navigation: Makes the links at the head of every page.
        live: Tells open pages of changes.
    """

    tenants: Tenants
    look: Look
    clock: Callable[[], datetime]
    navigation: Navigation
    live: Live

    def routes(self, pages: Iterable[Page]) -> list[PageRoute]:
        """Return the routes of pages."""
        return [self._route(page) for page in pages]

    def _route(self, page: Page) -> PageRoute:
        async def endpoint(request: Request) -> Response:
            request.state.tells_faults = False
            engine = self.tenants.engine(request.path_params["tenant"])
            form = Form()
            if page.method not in _READING:
                form = await read_form(request, bytes_max=page.bytes_max)
            return await run_in_threadpool(self._answer, request, engine, page, form)

        made = PageRoute(f"/{{tenant}}{page.path}", endpoint, methods=[page.method])
        made.page = page
        return made

    def _answer(self, request: Request, engine: Engine, page: Page, form: Form) -> Response:
        now = self.clock()
        cookie = request.cookies.get(cookie_name(request, engine.config.tenant), "")
        try:
            is_seen = not page.is_by_itself
            present = sign_ins_of(engine).present(cookie, now=now, is_seen=is_seen)
        except UnknownCallerError:
            if page.method not in _READING:
                raise
            return self._to_sign_in(request, engine)
        visit = Visit(
            request=request,
            engine=engine,
            present=present,
            choice=choice_of(
                request, preferred=present.user.language, otherwise=engine.config.language
            ),
            now=now,
            look=self.look,
            form=form,
            navigation=self.navigation,
            live=self.live,
            stays=lambda: self._stays(engine, page, cookie),
        )
        request.state.tells_faults = True
        if page.method not in _READING:
            refuse_forged(request, form, present.secret)
        if present.user.must_change and not page.is_open_first:
            return visit.go(OWN_PASSWORD)
        if not may(present.user.role, page.needs):
            message = f"This needs the right to {page.needs}, which your role does not have"
            raise ForbiddenError(message, hint="Ask an admin of this tenant.")
        return page.handler(visit)

    def _stays(self, engine: Engine, page: Page, cookie: str) -> bool:
        """Return whether who came in might still come in now."""
        try:
            present = sign_ins_of(engine).present(cookie, now=self.clock(), is_seen=False)
        except DunningError:
            return False
        return not present.user.must_change and may(present.user.role, page.needs)

    def _to_sign_in(self, request: Request, engine: Engine) -> Response:
        path = f"{self.look.at}/{engine.config.tenant}{SIGN_IN}"
        if request.headers.get("hx-request", "") == "true":
            return Response(status_code=204, headers={"hx-redirect": path})
        back = own_place(request, at=self.look.at)
        return RedirectResponse(f"{path}?{urlencode({'next': back})}", status_code=303)


def refuse_forged(request: Request, form: Form, secret: str) -> None:
    """Refuse a form that another site sent, or that does not carry the token of its page.

    Args:
        request: That came with it.
        form: As it was read.
        secret: Of the cookie.

    Raises:
        ForbiddenError: It may be forged.
    """
    token = request.headers.get(TOKEN_HEADER, "") or form.get(TOKEN_FIELD)
    is_foreign = request.headers.get("sec-fetch-site", "") in _FOREIGN
    if is_foreign or not secret or not is_form_token(token, secret):
        message = "This form did not come from a page of yours"
        raise ForbiddenError(message, hint="Open the page again, and send it from there.")
