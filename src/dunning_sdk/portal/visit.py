"""Who is at the portal: a debtor with a link, and perhaps with a code.

Decides what the cookie of a visit holds and whether it still counts. The cookie carries the link
itself, so that a link that is revoked or expired ends every visit it began; and the instant until
which a code counts. Nothing of a visit is kept here.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dunning_sdk.access.link import debtor_of_link
from dunning_sdk.debtors.consenting import reachable_parties
from dunning_sdk.debtors.speaker import is_indiscreet, speaker_of
from dunning_sdk.domain.party import Party
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import DomainError, UnknownCallerError
from dunning_sdk.look.choosing import Choice, choice_of, is_secure
from dunning_sdk.look.faults import own_place
from dunning_sdk.look.receiving import Form
from dunning_sdk.look.rendering import Look
from dunning_sdk.look.words import Words

CONFIRMED_FOR: Final = timedelta(minutes=30)
"""How long a right code counts."""
_COOKIE_SECONDS: Final = 24 * 3600

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the instant; the clock of a portal that is served."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request of a debtor.

    Attributes:
        request: As it came.
        look: Templates and words.
        engine: Of the tenant.
        debtor: Who he is, with the channels he may be written to by.
        token: His link.
        confirmed_until: Aware instant until which he may change things; the beginning of time
            where he showed no code.
        cookie: As it came, for the token of forms.
        now: Aware instant of the request.
        form: What was posted.
    """

    request: Request
    look: Look
    engine: Engine
    debtor: Party = field(repr=False)
    token: str = field(repr=False)
    confirmed_until: datetime
    cookie: str = field(repr=False)
    now: datetime
    form: Form = field(default_factory=Form, repr=False)

    @property
    def as_of(self) -> date:
        """Return the tenant's calendar day."""
        return self.now.astimezone(ZoneInfo(self.engine.config.time_zone)).date()

    @property
    def is_confirmed(self) -> bool:
        """Tell whether he showed a code, and may change things."""
        return self.now < self.confirmed_until

    @property
    def choice(self) -> Choice:
        """Return how he wants pages; in his language where he chose none."""
        return choice_of(self.request, preferred=self.debtor.language)

    @property
    def words(self) -> Words:
        """Return what pages say in his language."""
        return self.look.words[self.choice.language]

    @property
    def csrf(self) -> str:
        """Return the token that forms of this visit carry."""
        key = self.engine.config.portal_key()
        return hmac.new(key, b"form\0" + self.cookie.encode(), hashlib.sha256).hexdigest()

    @property
    def speaker(self) -> Party:
        """Return in whose name pages are."""
        with self.engine.store.reading() as session:
            return speaker_of(session, self.engine.config, self.debtor.id)

    def asked(self, name: str) -> str:
        """Return a parameter of the address, or of the form where one was posted."""
        return self.form.get(name) or self.request.query_params.get(name, "")

    def to(self, path: str, **query: str) -> str:
        """Return the address of a page of this tenant's portal."""
        asked = f"?{urlencode(query)}" if query else ""
        return f"{self.look.at}/{quote(self.engine.config.tenant)}{path}{asked}"

    def go(self, path: str, **query: str) -> Response:
        """Return the answer that leads to another page."""
        return RedirectResponse(self.to(path, **query), status_code=303)

    def page(self, template: str, /, *, status: int = 200, **names: object) -> Response:
        """Return a page, after looking that it names nobody who is not to be named.

        Raises:
            DomainError: It would name an assignee the debtor was not told of.
        """
        said = self.request.query_params.get("said", "")
        frame: dict[str, object] = {
            "visit": self,
            "to": self.to,
            "theme": self.choice.theme,
            "navigation": (),
            "who": "",
            "csrf": self.csrf,
            "here": own_place(self.request, at=self.look.at),
            "said": self.words.say(f"said_{said}") if self.words.has(f"said_{said}") else "",
            "speaker": self.speaker,
        }
        answer = self.look.answer(
            template, language=self.choice.language, status=status, **{**frame, **names}
        )
        page, config = bytes(answer.body).decode(), self.engine.config
        with self.engine.store.reading() as session:
            if is_indiscreet(session, config, self.debtor.id, page):
                message = "A page would name an assignee the debtor was not told of"
                raise DomainError(message, hint="Look at the names on his invoices.")
        return answer


def cookie_name(request: Request, tenant: str) -> str:
    """Return the name of the cookie of a visit; by HTTPS no neighbor can plant one.

    Source:
        RFC 6265bis, section 4.1.3.2.
    """
    return f"{'__Host-' if is_secure(request) else ''}dunning-portal-{tenant}"


def begin(
    request: Request, answer: Response, engine: Engine, token: str, *, until: datetime
) -> None:
    """Give the cookie of a visit.

    Args:
        request: That it answers.
        answer: That carries it.
        engine: Of the tenant.
        token: The link, which was looked at.
        until: Aware instant until which he may change things.
    """
    said = f"{token}.{int(until.timestamp())}.{secrets.token_hex(8)}"
    answer.set_cookie(
        cookie_name(request, engine.config.tenant),
        f"{said}.{_mac(engine, said)}",
        max_age=_COOKIE_SECONDS,
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )


def end(request: Request, answer: Response, engine: Engine) -> None:
    """Have the browser forget a visit."""
    name = cookie_name(request, engine.config.tenant)
    answer.delete_cookie(name, secure=is_secure(request), httponly=True, samesite="lax")


def visit_of(
    request: Request, look: Look, engine: Engine, *, now: datetime, form: Form | None = None
) -> Visit:
    """Return who asks.

    Raises:
        UnknownCallerError: There is no cookie, or it does not count any more.
    """
    cookie = request.cookies.get(cookie_name(request, engine.config.tenant), "")
    said, _, mac = cookie.rpartition(".")
    parts = said.split(".")
    if len(parts) != 3 or not hmac.compare_digest(mac.encode(), _mac(engine, said).encode()):
        raise UnknownCallerError("Nobody is at the portal", hint="Open your link again.")
    zone = ZoneInfo(engine.config.time_zone)
    debtor_id = debtor_of_link(engine, parts[0], on=now.astimezone(zone).date())
    with engine.store.reading() as session:
        debtor = reachable_parties(session, [debtor_id])[debtor_id]
    return Visit(
        request=request,
        look=look,
        engine=engine,
        debtor=debtor,
        token=parts[0],
        confirmed_until=datetime.fromtimestamp(int(parts[1]), UTC),
        cookie=cookie,
        now=now,
        form=form or Form(),
    )


def _mac(engine: Engine, said: str) -> str:
    bound = f"visit\0{engine.config.tenant}\0{said}".encode()
    return hmac.new(engine.config.portal_key(), bound, hashlib.sha256).hexdigest()
