"""Who may come in to a tenant, and as what: the pages of an admin.

Decides that a password made for somebody is shown once and has to be changed by him, and that
whoever is reset or disabled is signed in nowhere after.
"""

from typing import Final

from starlette.responses import Response

from dunning_sdk.access.password import new_password
from dunning_sdk.access.role import RIGHTS, Right, Role
from dunning_sdk.access.user import User, Users
from dunning_sdk.errors import DomainError
from dunning_sdk.look.cookie import sign_ins_of
from dunning_sdk.look.entrance import Page
from dunning_sdk.look.parts import Field
from dunning_sdk.look.visit import Visit

_PEOPLE: Final = "/people"


def _people(visit: Visit) -> Response:
    return _page(visit)


def _add(visit: Visit) -> Response:
    form = visit.form
    password = "" if form.get("elsewhere") else new_password()
    try:
        user = Users(visit.engine.store).add(
            form.get("login"),
            _role(form.get("role")),
            now=visit.now,
            name=form.get("name"),
            password=password,
        )
    except DomainError as problem:
        return _page(visit, fault=str(problem))
    return _shown(visit, user, password) if password else visit.go(_PEOPLE, said="added")


def _change(visit: Visit) -> Response:
    Users(visit.engine.store).change(visit.path("id"), role=_role(visit.form.get("role")))
    return visit.go(_PEOPLE, said="saved")


def _disable(visit: Visit) -> Response:
    user = Users(visit.engine.store).change(visit.path("id"), is_disabled=True)
    sign_ins_of(visit.engine).end_all(user.id, now=visit.now)
    return visit.go(_PEOPLE, said="disabled")


def _enable(visit: Visit) -> Response:
    Users(visit.engine.store).change(visit.path("id"), is_disabled=False)
    return visit.go(_PEOPLE, said="enabled")


def _reset(visit: Visit) -> Response:
    password = new_password()
    users = Users(visit.engine.store)
    user = users.set_password(visit.path("id"), password, must_change=True)
    sign_ins_of(visit.engine).end_all(user.id, now=visit.now)
    return _shown(visit, user, password)


def _page(visit: Visit, *, fault: str = "") -> Response:
    said = visit.words.say
    return visit.page(
        "console/people.html",
        status=422 if fault else 200,
        people=Users(visit.engine.store).all(),
        choices=_choices(visit),
        fields=_fields(visit, fault),
        has_openid=visit.engine.config.access.openid is not None,
        rights=[
            (said(f"role_{role}"), [said(f"right_{right}") for right in Right if right in given])
            for role, given in RIGHTS.items()
        ],
    )


def _choices(visit: Visit) -> list[tuple[str, str]]:
    return [(role.value, visit.words.say(f"role_{role}")) for role in Role]


def _fields(visit: Visit, fault: str) -> tuple[Field, ...]:
    said, form = visit.words.say, visit.form
    return (
        Field(
            name="login",
            label=said("login"),
            value=form.get("login"),
            hint=said("login_hint"),
            fault=fault,
            attributes={"autocapitalize": "none", "spellcheck": "false", "maxlength": "254"},
        ),
        Field(
            name="name",
            label=said("person_name"),
            value=form.get("name"),
            is_required=False,
            attributes={"maxlength": "100"},
        ),
        Field(
            name="role",
            label=said("role"),
            value=form.get("role") or Role.VIEWER.value,
            kind="select",
            choices=_choices(visit),
        ),
        Field(
            name="elsewhere",
            label=said("person_elsewhere"),
            kind="checkbox",
            is_required=False,
        ),
    )


def _shown(visit: Visit, user: User, password: str) -> Response:
    return visit.page("console/person_password.html", user=user, password=password)


def _role(text: str) -> Role:
    """Return a role by name.

    Raises:
        DomainError: There is none of that name.
    """
    if text not in set(Role):
        raise DomainError("There is no such role", hint=f"Choose of {', '.join(Role)}.")
    return Role(text)


PAGES: Final = (
    Page(path=_PEOPLE, handler=_people, needs=Right.PEOPLE),
    Page(path=_PEOPLE, handler=_add, needs=Right.PEOPLE, method="POST"),
    Page(path=f"{_PEOPLE}/{{id}}/role", handler=_change, needs=Right.PEOPLE, method="POST"),
    Page(path=f"{_PEOPLE}/{{id}}/disable", handler=_disable, needs=Right.PEOPLE, method="POST"),
    Page(path=f"{_PEOPLE}/{{id}}/enable", handler=_enable, needs=Right.PEOPLE, method="POST"),
    Page(path=f"{_PEOPLE}/{{id}}/reset", handler=_reset, needs=Right.PEOPLE, method="POST"),
)
