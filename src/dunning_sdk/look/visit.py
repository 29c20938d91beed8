"""One request of somebody who is signed in: who, to which tenant, with what, and how to answer.

Decides what a handler of a page is given and how its answers are made. Whether it is called at
all is decided in `entrance`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dunning_sdk.access.role import Right, may
from dunning_sdk.access.sign_in import Present, form_token
from dunning_sdk.access.user import User
from dunning_sdk.domain.event import Stream
from dunning_sdk.engine.engine import Engine
from dunning_sdk.look.choosing import Choice
from dunning_sdk.look.faults import own_place
from dunning_sdk.look.live import LAST_ID, Live, LiveAnswer, Told, number_in
from dunning_sdk.look.parts import Link
from dunning_sdk.look.receiving import Form
from dunning_sdk.look.rendering import Look
from dunning_sdk.look.words import Words

Navigation: TypeAlias = Callable[["Visit"], Sequence[Link]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request by somebody who is signed in and may make it.

    Attributes:
        request: As it came.
        engine: Of the tenant.
        present: Who it is.
        choice: How he wants pages.
        now: Aware instant of the request.
        look: Templates and words.
        form: What was posted; empty for a request that only asks.
        navigation: Makes the links at the head of every page.
        live: Tells open pages of changes.
        stays: Returns whether he might still come in, whatever happened since.
    """

    request: Request
    engine: Engine
    present: Present = field(repr=False)
    choice: Choice
    now: datetime
    look: Look
    form: Form = field(default_factory=Form, repr=False)
    navigation: Navigation = lambda _: ()
    live: Live = field(default_factory=Live, repr=False)
    stays: Callable[[], bool] = field(default=lambda: True, repr=False)

    @property
    def tenant(self) -> str:
        """Return whose pages these are."""
        return self.engine.config.tenant

    @property
    def user(self) -> User:
        """Return who it is."""
        return self.present.user

    @property
    def as_of(self) -> date:
        """Return the tenant's calendar day, which pages decide for."""
        return self.engine.config.today()

    @property
    def words(self) -> Words:
        """Return what pages say in his language."""
        return self.look.words[self.choice.language]

    @property
    def query(self) -> Mapping[str, str]:
        """Return the query of the address."""
        return self.request.query_params

    @property
    def is_partial(self) -> bool:
        """Return whether htmx asked, for a part of a page."""
        return self.request.headers.get("hx-request", "") == "true"

    def path(self, name: str) -> str:
        """Return a part of the address, as the route names it."""
        return str(self.request.path_params[name])

    def may(self, right: Right | str) -> bool:
        """Return whether he has a right."""
        return may(self.user.role, Right(right))

    def to(self, path: str, **query: str) -> str:
        """Return the address of a page of this tenant.

        Args:
            path: Below the tenant, beginning with ``/``; its parts are quoted already.
            **query: Parameters.
        """
        asked = f"?{urlencode(query)}" if query else ""
        return f"{self.look.at}/{quote(self.tenant)}{path}{asked}"

    def page(self, template: str, /, *, status: int = 200, **names: object) -> Response:
        """Return a page; the frame's own names are filled.

        Args:
            template: Its package and path.
            status: HTTP status.
            **names: What the template may name.
        """
        said = self.query.get("said", "")
        key = f"said_{said}"
        frame: dict[str, object] = {
            "visit": self,
            "to": self.to,
            "may": self.may,
            "theme": self.choice.theme,
            "navigation": self.navigation(self),
            "who": self.user.name,
            "csrf": form_token(self.present.secret),
            "here": own_place(self.request, at=self.look.at),
            "said": self.words.say(key) if self.words.has(key) else "",
        }
        return self.look.answer(
            template, language=self.choice.language, status=status, **{**frame, **names}
        )

    def tell(self, stream: Stream) -> Response:
        """Return the answer that tells a page when a stream grows, from what it shows on.

        Args:
            stream: Which; that he may see what is in it is decided by the page's right.
        """
        shown = self.request.headers.get(LAST_ID, ""), self.query.get("after", "")
        return LiveAnswer(
            Told(
                live=self.live,
                store=self.engine.store,
                stream=stream,
                after=number_in(*shown),
                name=f"{self.tenant}/{self.present.sign_in.id}",
                stays=self.stays,
            )
        )

    def go(self, path: str, *, said: str = "", **query: str) -> Response:
        """Return the answer that leads to another page of this tenant, after an act.

        Args:
            path: As in `to`.
            said: Key of what that page says was done: ``said_KEY`` of the words.
            **query: Parameters.
        """
        asked = {**query, "said": said} if said else query
        return RedirectResponse(self.to(path, **asked), status_code=303)
