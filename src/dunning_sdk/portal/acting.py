"""The pages that change something: a code is asked for first, then an act is one form.

Decides the order: link, code, form. What was typed wrongly comes back with what to do; what cannot
be recorded now comes back with a way to a person.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from dunning_sdk.access.one_time_code import is_right
from dunning_sdk.domain.credit_line import RAISE_DECLINED, RAISED
from dunning_sdk.domain.event import Stream
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConfigError, ConnectorError, DomainError, TooManyRequestsError
from dunning_sdk.financing.lending import Lines
from dunning_sdk.look.parts import Field
from dunning_sdk.portal.acts import ACTS, Act
from dunning_sdk.portal.asked import Asked
from dunning_sdk.portal.fields import Mistyped
from dunning_sdk.portal.sending_code import address_for, send_code
from dunning_sdk.portal.view import detail_of, lines_of
from dunning_sdk.portal.visit import CONFIRMED_FOR, Visit, begin

ONE_TAP: Final = frozenset({"promise", "paid", "plan", "dispute", "late"})
"""Acts that a link in a message may lead to."""


def code_page(visit: Visit) -> Response:
    """Offer to send a code, or say that none can be sent."""
    return _code(visit)


def take_code(visit: Visit) -> Response:
    """Send a code, or look at the one that was typed."""
    address = address_for(visit)
    if address is None:
        return _code(visit, status=422)
    if visit.form.get("send"):
        return _sent(visit)
    if not _is_right(visit):
        return _code(visit, is_sent=True, fault="fault_code", status=422)
    answer = _gone(visit)
    begin(visit.request, answer, visit.engine, visit.token, until=visit.now + CONFIRMED_FOR)
    return answer


def act_page(visit: Visit) -> Response:
    """Show the form of an act; who has shown no code is asked for one first."""
    act, asked = _asked(visit)
    if not visit.is_confirmed:
        return visit.go("/code", act=_name(visit), i=visit.asked("i"))
    return _form(asked, act, act.fields(asked))


def do_act(visit: Visit) -> Response:
    """Record an act."""
    act, asked = _asked(visit)
    if not visit.is_confirmed:
        return visit.go("/code", act=_name(visit), i=visit.asked("i"))
    try:
        for record in act.records(asked):
            visit.engine.record(record)
    except Mistyped as problem:
        return _form(asked, act, _typed(asked, act, problem), status=422)
    except DomainError:
        return _form(asked, act, _typed(asked, act), fault="fault_not_now", status=422)
    if asked.detail is None:
        return visit.go("/", said=_name(visit))
    return visit.go("/invoice", i=asked.subject, said=_name(visit))


def _name(visit: Visit) -> str:
    return str(visit.request.path_params["act"])


def _asked(visit: Visit) -> tuple[Act, Asked]:
    """Return what is asked for; which receivable where there is but one open and none was named."""
    act = ACTS.get(_name(visit))
    if act is None:
        raise HTTPException(status_code=404)
    if not act.is_about_one:
        return act, Asked(visit=visit)
    wanted = visit.asked("i")
    if not wanted:
        lines = lines_of(visit.engine, visit.debtor.id, as_of=visit.as_of)
        wanted = next((one.state.id for one in lines if one.is_open), "")
    return act, Asked(visit=visit, detail=detail_of(visit, wanted))


def _typed(asked: Asked, act: Act, problem: Mistyped | None = None) -> list[Field]:
    """Return the fields with what was typed in them, and the fault beside its own."""
    said = asked.visit.words
    return [
        replace(
            one,
            value=asked.given(one.name) if one.kind != "file" else "",
            fault=said.say(problem.fault) if problem and problem.field == one.name else "",
        )
        for one in act.fields(asked)
    ]


def _form(
    asked: Asked, act: Act, fields: Sequence[Field], *, fault: str = "", status: int = 200
) -> Response:
    visit, name = asked.visit, _name(asked.visit)
    return visit.page(
        "portal/act.html",
        status=status,
        act=name,
        fields=fields,
        it=asked.detail,
        takes_files=act.takes_files,
        fault=visit.words.say(fault) if fault else "",
        once=visit.form.get("once") or secrets.token_hex(8),
        limit=_limit(visit) if name == "limit" else None,
    )


def _limit(visit: Visit) -> dict[str, Money | str | None]:
    """Return the debtor's limit, what he asked for, and what was decided last (S0-46)."""
    with visit.engine.store.reading() as session:
        line = Lines(session, as_of=visit.as_of).state(visit.debtor.id)
        events = session.events(Stream(kind="credit-line", id=visit.debtor.id))
    if line is None:
        return {"granted": None, "asked": None, "decided": ""}
    decided = [one.type for one in events if one.type in (RAISED, RAISE_DECLINED)]
    asked = None if line.asked_minor is None else Money(line.asked_minor, line.currency)
    last = {RAISED: "raised", RAISE_DECLINED: "declined"}.get(decided[-1], "") if decided else ""
    return {"granted": Money(line.granted_minor, line.currency), "asked": asked, "decided": last}


# codes --------------------------------------------------------------------------------------------
def _sent(visit: Visit) -> Response:
    address = address_for(visit)
    try:
        if address is not None:
            send_code(visit, address)
    except TooManyRequestsError:
        return _code(visit, is_sent=True, fault="fault_codes", status=429)
    except (ConnectorError, ConfigError):
        return _code(visit, fault="fault_sending", status=503)
    return _code(visit, is_sent=True)


def _is_right(visit: Visit) -> bool:
    key = visit.engine.config.portal_key()
    with visit.engine.store.begin() as session:
        return is_right(session, key, visit.debtor.id, visit.form.get("code"), now=visit.now)


def _gone(visit: Visit) -> Response:
    """Lead to the act that the code was asked for."""
    act, about = visit.asked("act"), visit.asked("i")
    if act not in ACTS:
        return visit.go("/")
    return visit.go(f"/do/{act}", i=about) if about else visit.go(f"/do/{act}")


def _code(visit: Visit, *, is_sent: bool = False, fault: str = "", status: int = 200) -> Response:
    address = address_for(visit)
    act = visit.asked("act")
    return visit.page(
        "portal/code.html",
        status=status,
        address=address,
        is_sent=is_sent,
        fault=visit.words.say(fault) if fault else "",
        act=act if act in ACTS else "",
        about=visit.asked("i"),
    )
