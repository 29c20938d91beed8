"""The application of the console: its pages, its way in, and the links at the head of each page."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dunning_sdk.access.role import Right
from dunning_sdk.access.tenants import Tenants
from dunning_sdk.console import (
    books,
    dashboards,
    debtors,
    doing,
    exporting,
    keys,
    own,
    people,
    proposals,
    receivables,
    sending,
    signing,
    work,
)
from dunning_sdk.console.openid import OpenIdSigning
from dunning_sdk.look.choosing import choice_of
from dunning_sdk.look.entrance import Entrance
from dunning_sdk.look.live import Live
from dunning_sdk.look.parts import Field, Link
from dunning_sdk.look.rendering import BARE, Look
from dunning_sdk.look.site import Site
from dunning_sdk.look.visit import Visit
from dunning_sdk.store.clock import utc_now

AT: Final = "/console"
PAGES: Final = (
    *work.PAGES,
    *debtors.PAGES,
    *receivables.PAGES,
    *proposals.PAGES,
    *doing.PAGES,
    *sending.PAGES,
    *dashboards.PAGES,
    *books.PAGES,
    *exporting.PAGES,
    *signing.PAGES,
    *own.PAGES,
    *people.PAGES,
    *keys.PAGES,
)
WAYS: Final = (
    ("today", "/", Right.LOOK),
    ("receivables", "/receivables", Right.LOOK),
    ("debtors", "/debtors", Right.LOOK),
    ("proposals", "/proposals", Right.LOOK),
    ("dashboard", "/dashboard", Right.LOOK),
    ("books", "/books", Right.LOOK),
    ("people", "/people", Right.PEOPLE),
    ("keys", "/keys", Right.KEYS),
)
"""Links at the head of every page: key of the word ``way_KEY``, path, the right it needs."""


def build_console(
    tenants: Tenants, *, clock: Callable[[], datetime] = utc_now, live: Live | None = None
) -> Site:
    """Return the console of all tenants, to be mounted at `AT`.

    Args:
        tenants: Open; each page names its tenant in its address.
        clock: Returns the aware instant of a request.
        live: Tells open pages of changes; to be ended before the server waits for them.
    """
    look = Look(("look", "console"), at=AT)
    entrance = Entrance(
        tenants=tenants, look=look, clock=clock, navigation=ways, live=live or Live()
    )
    before = signing.Signing(entrance)
    elsewhere = OpenIdSigning(before)

    def start(request: Request) -> Response:
        asked = request.query_params.get("tenant", "").strip().lower()
        names = tenants.names
        if len(names) == 1 or asked in names:
            return RedirectResponse(f"{AT}/{asked if asked in names else names[0]}/")
        choice = choice_of(request)
        frame = {**BARE, "theme": choice.theme, "here": f"{AT}/"}
        said = look.words[choice.language].say
        field = Field(name="tenant", label=said("start_tenant"), value=asked)
        return look.answer(
            "console/start.html", language=choice.language, asked=asked, field=field, **frame
        )

    return Site(
        look, [Route("/", start), *before.routes(), *elsewhere.routes(), *entrance.routes(PAGES)]
    )


def ways(visit: Visit) -> Sequence[Link]:
    """Return the links at the head of a page: those the visitor may follow."""
    here = visit.request.url.path
    return [
        Link(
            text=visit.words.say(f"way_{key}"),
            href=visit.to(path),
            is_here=here == visit.to(path)
            or (path != "/" and here.startswith(f"{visit.to(path)}/")),
        )
        for key, path, right in WAYS
        if visit.may(right)
    ]
