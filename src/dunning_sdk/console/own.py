"""What everybody may do for himself: change his password, see and end where he is signed in.

Decides that a new password ends every other place, and that the old one is asked for first.
"""

from typing import Final

from starlette.responses import RedirectResponse, Response

from dunning_sdk.access.password import LENGTH_MAX, LENGTH_MIN
from dunning_sdk.access.role import Right
from dunning_sdk.access.user import Users
from dunning_sdk.errors import DomainError, DunningError, UnknownCallerError
from dunning_sdk.look.cookie import renew, sign_ins_of
from dunning_sdk.look.entrance import OWN_PASSWORD, Page
from dunning_sdk.look.parts import Field
from dunning_sdk.look.visit import Visit
from dunning_sdk.look.words import LANGUAGES

_PLACES: Final = "/own/places"


def _password(visit: Visit) -> Response:
    return _password_page(visit)


def _change(visit: Visit) -> Response:
    fields = visit.form.fields
    users = Users(visit.engine.store)
    new = fields.get("new", "")
    if new != fields.get("again", ""):
        return _password_page(visit, again=visit.words.say("password_differs"))
    try:
        users.check(visit.user.login, fields.get("current", ""), now=visit.now)
    except UnknownCallerError:
        return _password_page(visit, current=visit.words.say("password_wrong"))
    try:
        changed = users.set_password(visit.user.id, new)
    except DomainError as problem:
        return _password_page(visit, new=_fault(visit, problem))
    sign_ins_of(visit.engine).end_all(changed.id, now=visit.now)
    answer = RedirectResponse(visit.to(_PLACES, said="password"), status_code=303)
    renew(visit.request, answer, visit.engine, changed, now=visit.now)
    return answer


def _places(visit: Visit) -> Response:
    signed = sign_ins_of(visit.engine).all(visit.user.id, now=visit.now)
    return visit.page(
        "console/own_places.html",
        places=signed,
        here_id=visit.present.sign_in.id,
        language_field=Field(
            name="language",
            label=visit.words.say("own_language"),
            value=visit.choice.language,
            kind="select",
            choices=[(one, visit.words.say(f"language_{one}")) for one in LANGUAGES],
        ),
    )


def _end(visit: Visit) -> Response:
    signed = sign_ins_of(visit.engine)
    if visit.form.get("place"):
        signed.end(visit.user.id, visit.form.get("place"), now=visit.now)
    else:
        signed.end_all(visit.user.id, now=visit.now, but=visit.present.sign_in.id)
    return visit.go(_PLACES, said="ended")


def _language(visit: Visit) -> Response:
    wanted = visit.form.get("language")
    if wanted not in LANGUAGES:
        raise DomainError("There is no such language", hint=f"Choose of {', '.join(LANGUAGES)}.")
    Users(visit.engine.store).change(visit.user.id, language=wanted)
    return visit.go(_PLACES, said="saved")


def _password_page(visit: Visit, **faults: str) -> Response:
    said = visit.words.say
    hint = said("password_hint", least=LENGTH_MIN)
    rows = (
        ("current", "password_current", "", "current-password"),
        ("new", "password_new", hint, "new-password"),
        ("again", "password_again", "", "new-password"),
    )
    fields = [
        Field(
            name=name,
            label=said(label),
            kind="password",
            hint=hint,
            fault=faults.get(name, ""),
            autocomplete=filled,
            attributes={"maxlength": str(LENGTH_MAX)},
        )
        for name, label, hint, filled in rows
    ]
    return visit.page(
        "console/own_password.html",
        status=422 if faults else 200,
        fields=fields,
        is_first=visit.user.must_change,
        has_password=bool(visit.user.password_hash),
    )


def _fault(visit: Visit, problem: DunningError) -> str:
    """Return what is wrong with a new password, in the visitor's language."""
    key = f"fault_{problem.code.replace('.', '_').replace('-', '_')}"
    return visit.words.say(key) if visit.words.has(key) else str(problem)


PAGES: Final = (
    Page(path=OWN_PASSWORD, handler=_password, needs=Right.OWN, is_open_first=True),
    Page(path=OWN_PASSWORD, handler=_change, needs=Right.OWN, method="POST", is_open_first=True),
    Page(path=_PLACES, handler=_places, needs=Right.OWN),
    Page(path=f"{_PLACES}/end", handler=_end, needs=Right.OWN, method="POST"),
    Page(path="/own/language", handler=_language, needs=Right.OWN, method="POST"),
)
