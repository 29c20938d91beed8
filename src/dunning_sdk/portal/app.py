"""The application of the portal: its addresses, and who may come to each.

Every page needs a link, every act a code as well. Wrong links and wrong codes are counted by
address, requests by link; too many are refused before anything is looked at.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from hmac import compare_digest
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from dunning_sdk.access.link import debtor_of_link
from dunning_sdk.access.tenants import Tenants
from dunning_sdk.access.throttle import Rate, Throttle
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import RecordNotFoundError, TooManyRequestsError, UnknownCallerError
from dunning_sdk.look.choosing import choice_of
from dunning_sdk.look.receiving import Form, read_form
from dunning_sdk.look.rendering import BARE, Look
from dunning_sdk.look.site import Site
from dunning_sdk.portal import acting, pages
from dunning_sdk.portal.fields import REQUEST_BYTES_MAX
from dunning_sdk.portal.visit import Clock, Visit, begin, end, utc_now, visit_of

_AT = "/portal"
_VISITS = Rate(burst=60, per_minute=60)
_STRANGERS = Rate(burst=10, per_minute=5)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

Handler = Callable[[Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def build_portal(tenants: Tenants, *, clock: Clock = utc_now) -> ASGIApp:
    """Return the portal of all tenants that have one.

    Args:
        tenants: Open.
        clock: Says what instant it is; another one is for tests.
    """
    door = _Door(tenants, Look(("look", "portal"), at=_AT), clock)
    shown: dict[str, Handler] = {
        "/": pages.overview,
        "/invoice": pages.invoice,
        "/document": pages.document,
        "/qr.svg": pages.qr_code,
        "/statement.csv": pages.statement,
        "/statement.pdf": pages.statement_page,
        "/code": acting.code_page,
        "/do/{act}": acting.act_page,
    }
    done: dict[str, Handler] = {"/code": acting.take_code, "/do/{act}": acting.do_act}
    routes = [
        Route("/{tenant}/in/{token}", door.enter, methods=["GET"]),
        Route("/{tenant}/leave", door.leave, methods=["POST"]),
        *(
            Route(f"/{{tenant}}{path}", door.shown(one), methods=["GET"])
            for path, one in shown.items()
        ),
        *(
            Route(f"/{{tenant}}{path}", door.done(one), methods=["POST"])
            for path, one in done.items()
        ),
    ]
    return Site(door.look, routes)


class _Door:
    """Lets debtors in, and counts who is not let in."""

    def __init__(self, tenants: Tenants, look: Look, clock: Clock) -> None:
        self._tenants = tenants
        self._clock = clock
        self._visits = Throttle(_VISITS)
        self._strangers = Throttle(_STRANGERS)
        self.look = look

    async def enter(self, request: Request) -> Response:
        """Look at a link and begin a visit; the address that is shown has no link in it."""
        return await self._answered(request, self._entered)

    async def leave(self, request: Request) -> Response:
        """End a visit."""
        answer = await self._answered(request, self._left)
        end(request, answer, self._engine(request))
        return answer

    def shown(self, handler: Handler) -> Endpoint:
        """Return the endpoint of a page."""

        async def endpoint(request: Request) -> Response:
            return await self._answered(request, lambda one: handler(self._visit(one, Form())))

        return endpoint

    def done(self, handler: Handler) -> Endpoint:
        """Return the endpoint of a form; one that another page made is refused."""

        async def endpoint(request: Request) -> Response:
            form = await read_form(request, bytes_max=REQUEST_BYTES_MAX)

            def answered(one: Request) -> Response:
                visit = self._visit(one, form)
                if not compare_digest(form.get("csrf").encode(), visit.csrf.encode()):
                    raise HTTPException(status_code=403)
                return handler(visit)

            return await self._answered(request, answered)

        return endpoint

    async def _answered(self, request: Request, handler: Callable[[Request], Response]) -> Response:
        """Answer in a thread; who shows no link that counts is counted by his address."""
        caller = request.client.host if request.client else ""
        try:
            self._strangers.check(caller)
            return await run_in_threadpool(handler, request)
        except UnknownCallerError:
            return self._refused(request, _counted(self._strangers, caller))
        except TooManyRequestsError as problem:
            headers = {"retry-after": str(problem.retry_after)}
            raise HTTPException(status_code=429, headers=headers) from problem

    def _refused(self, request: Request, status: int) -> Response:
        """Say the same of every link that does not lead in, and of no link at all."""
        choice = choice_of(request)
        words = self.look.words[choice.language]
        return self.look.answer(
            "look/error.html",
            language=choice.language,
            status=status,
            **{**BARE, "theme": choice.theme, "here": f"{_AT}/"},
            title=words.say("link_title"),
            says=words.say("link_says"),
            hint="",
            code="",
        )

    def _engine(self, request: Request) -> Engine:
        try:
            engine = self._tenants.engine(request.path_params["tenant"])
        except RecordNotFoundError as problem:
            raise HTTPException(status_code=404) from problem
        if not engine.config.portal.url:
            raise HTTPException(status_code=404)
        return engine

    def _visit(self, request: Request, form: Form) -> Visit:
        engine = self._engine(request)
        visit = visit_of(request, self.look, engine, now=self._clock(), form=form)
        self._visits.take(f"{engine.config.tenant}:{visit.debtor.id}")
        return replace(visit, form=form)

    def _entered(self, request: Request) -> Response:
        engine, token = self._engine(request), request.path_params["token"]
        zone = ZoneInfo(engine.config.time_zone)
        debtor_of_link(engine, token, on=self._clock().astimezone(zone).date())
        wanted = request.query_params.get("for", "")
        at = f"{_AT}/{engine.config.tenant}/"
        path = f"{at}?for={wanted}" if wanted in acting.ONE_TAP else at
        answer = RedirectResponse(path, status_code=303)
        begin(request, answer, engine, token, until=_NEVER)
        return answer

    def _left(self, request: Request) -> Response:
        visit = self._visit(request, Form())
        return visit.page("portal/left.html")


def _counted(strangers: Throttle, caller: str) -> int:
    """Count one who was not let in; return the status he gets."""
    try:
        strangers.take(caller)
    except TooManyRequestsError:
        return 429
    return 403
