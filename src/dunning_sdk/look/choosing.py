"""Remember how a visitor wants pages: light or dark, and in which language.

Decides from two cookies and ``Accept-Language``, and sets the cookies. They hold a choice of a
closed list and name nobody, so the form that sets them needs no token; it is refused where
another site sent it. Which language an account or a debtor prefers is decided by their pages,
which pass it on as the one to fall back on.

>>> chosen({}, "de-AT,de;q=0.9,en;q=0.5")
Choice(theme='', language='de')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dunning_sdk.look.words import LANGUAGES

CHOICE_PATH: Final = "/look"
_THEMES: Final = ("light", "dark")
_COOKIES: Final = {"theme": "dunning-theme", "language": "dunning-language"}
_YEAR_SECONDS: Final = 365 * 24 * 3600
_THIS_MACHINE: Final = ("127.0.0.1", "::1", "localhost")
_OWN_SITES: Final = ("same-origin", "none", "")


@dataclass(frozen=True, slots=True)
class Choice:
    """How pages are shown.

    Attributes:
        theme: ``light``, ``dark``, or empty for as the browser says.
        language: One of `words.LANGUAGES`.
    """

    theme: str
    language: str


def chosen(
    cookies: Mapping[str, str], accepted: str, *, preferred: str = "", otherwise: str = ""
) -> Choice:
    """Return how to show pages.

    Args:
        cookies: Of the request.
        accepted: Its ``Accept-Language``.
        preferred: The language of the one it is for; stands before what the browser accepts, and
            behind what was chosen on a page.
        otherwise: The language where nothing else says one, such as the tenant's.
    """
    theme = cookies.get(_COOKIES["theme"], "")
    wanted = (cookies.get(_COOKIES["language"], ""), preferred, *_accepted(accepted), otherwise)
    return Choice(
        theme=theme if theme in _THEMES else "",
        language=next((one for one in wanted if one in LANGUAGES), LANGUAGES[0]),
    )


def choice_of(request: Request, *, preferred: str = "", otherwise: str = "") -> Choice:
    """Return how to show pages to a request; see `chosen`."""
    accepted = request.headers.get("accept-language", "")
    return chosen(request.cookies, accepted, preferred=preferred, otherwise=otherwise)


def choice_route(at: str = "") -> Route:
    """Return the route that the form at the foot of every page posts to.

    Args:
        at: Where the application is mounted.
    """

    async def choose(request: Request) -> Response:
        """Set the cookies that were asked for and lead back."""
        if request.headers.get("sec-fetch-site", "") not in _OWN_SITES:
            return PlainTextResponse("Choose on a page of this site.\n", status_code=403)
        async with request.form(max_files=0, max_fields=4) as form:
            asked = {name: str(form.get(name, "")) for name in (*_COOKIES, "back")}
        answer = RedirectResponse(own_path(asked["back"], otherwise=f"{at}/"), status_code=303)
        allowed = {"theme": (*_THEMES, "auto"), "language": LANGUAGES}
        for name, cookie in _COOKIES.items():
            if asked[name] in allowed[name]:
                answer.set_cookie(
                    cookie,
                    asked[name],
                    max_age=_YEAR_SECONDS,
                    secure=is_secure(request),
                    httponly=True,
                    samesite="lax",
                )
        return answer

    return Route(CHOICE_PATH, choose, methods=["POST"], name="look")


def is_secure(request: Request) -> bool:
    """Return whether cookies go by HTTPS alone: always, but on this machine's own plain HTTP."""
    return request.url.scheme != "http" or request.url.hostname not in _THIS_MACHINE


def own_path(path: str, *, otherwise: str = "/") -> str:
    r"""Return a path to go to, if it is one of this site.

    Args:
        path: As a request gave it.
        otherwise: Where to go else.

    >>> own_path("/console/work?page=2"), own_path("//evil.test"), own_path("/\\evil.test")
    ('/console/work?page=2', '/', '/')
    """
    is_own = path.startswith("/") and not path.startswith("//") and path.isprintable()
    return path if is_own and path.isascii() and "\\" not in path else otherwise


def _accepted(header: str) -> tuple[str, ...]:
    """Return the languages a browser accepts, in the order it names them."""
    return tuple(part.split(";")[0].strip()[:2].lower() for part in header[:200].split(","))
