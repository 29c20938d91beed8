"""The keys of programs: made, replaced and revoked by an admin; each is shown once."""

from datetime import timedelta
from typing import Final

from starlette.responses import Response

from dunning_sdk.access.api_key import NAME_LENGTH_MAX, ApiKey, ApiKeys, Scope
from dunning_sdk.access.role import Right
from dunning_sdk.errors import DomainError
from dunning_sdk.look.entrance import Page
from dunning_sdk.look.parts import Field
from dunning_sdk.look.visit import Visit

_KEYS: Final = "/keys"
_DAYS_MAX: Final = 3650
_ROTATED_HOURS: Final = 24


def _keys(visit: Visit) -> Response:
    return _page(visit)


def _add(visit: Visit) -> Response:
    form = visit.form
    try:
        scopes = [Scope(one) for one in form.lists.get("scopes", ()) if one in set(Scope)]
        key, shown = _of(visit).create(
            form.get("name"), scopes, now=visit.now, days=_days(form.get("days"))
        )
    except DomainError as problem:
        return _page(visit, fault=str(problem))
    return _shown(visit, key, shown)


def _rotate(visit: Visit) -> Response:
    key, shown = _of(visit).rotate(visit.path("id"), now=visit.now, hours=_ROTATED_HOURS)
    return _shown(visit, key, shown)


def _revoke(visit: Visit) -> Response:
    _of(visit).revoke(visit.path("id"), now=visit.now)
    return visit.go(_KEYS, said="revoked")


def _of(visit: Visit) -> ApiKeys:
    return ApiKeys(visit.engine.store, visit.tenant)


def _page(visit: Visit, *, fault: str = "") -> Response:
    said = visit.words.say
    fields = (
        Field(
            name="name",
            label=said("key_name"),
            value=visit.form.get("name"),
            hint=said("key_name_hint"),
            fault=fault,
            attributes={"maxlength": str(NAME_LENGTH_MAX)},
        ),
        Field(
            name="days",
            label=said("key_days"),
            value=visit.form.get("days") or "365",
            kind="number",
            is_required=False,
            hint=said("key_days_hint"),
            attributes={"min": "1", "max": str(_DAYS_MAX)},
        ),
    )
    return visit.page(
        "console/keys.html",
        status=422 if fault else 200,
        keys=_of(visit).all(),
        fields=fields,
        scopes=[(one.value, said(f"scope_{one}")) for one in Scope],
        chosen=visit.form.lists.get("scopes", ()),
        soon=visit.now + timedelta(days=30),
    )


def _shown(visit: Visit, key: ApiKey, shown: str) -> Response:
    return visit.page("console/key_shown.html", key=key, shown=shown, hours=_ROTATED_HOURS)


def _days(text: str) -> int | None:
    """Return the days a key counts for; ``None`` for no end.

    Raises:
        DomainError: It is no number, or too great.
    """
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:6]) <= _DAYS_MAX):
        message = f"A key counts for 1 to {_DAYS_MAX} days"
        raise DomainError(message, hint="Leave it empty for a key without an end.")
    return int(text)


PAGES: Final = (
    Page(path=_KEYS, handler=_keys, needs=Right.KEYS),
    Page(path=_KEYS, handler=_add, needs=Right.KEYS, method="POST"),
    Page(path=f"{_KEYS}/{{id}}/rotate", handler=_rotate, needs=Right.KEYS, method="POST"),
    Page(path=f"{_KEYS}/{{id}}/revoke", handler=_revoke, needs=Right.KEYS, method="POST"),
)
