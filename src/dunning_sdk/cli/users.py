"""The commands of people: add, list, role, disable, enable, reset, erase."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, ConfigOption, Format, FormatOption
from dunning_sdk.errors import ConfigError

if TYPE_CHECKING:
    from dunning_sdk.access.role import Role
    from dunning_sdk.access.user import User, Users
    from dunning_sdk.engine.engine import Engine

Login = Annotated[str, typer.Argument(help="What he signs in with, such as his mailbox.")]
RoleOption = Annotated[
    str, typer.Option("--role", help="viewer, collector, manager or admin.", metavar="ROLE")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command()(add)
    group.command("list")(list_users)
    group.command()(role)
    group.command()(disable)
    group.command()(enable)
    group.command()(reset)
    group.command()(erase)
    group.callback()(_users)
    app.add_typer(group, name="users")


def _users() -> None:
    """Let people sign in to the console of `dunning serve`, each in a role, for this tenant."""


def add(
    login: Login,
    role: RoleOption,
    name: Annotated[str, typer.Option("--name", help="As pages show it.")] = "",
    elsewhere: Annotated[
        bool, typer.Option("--elsewhere", help="Without a password: he signs in by OpenID.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Add somebody; his first password is printed once, and he has to change it."""
    from dunning_sdk.access.password import new_password

    wanted = _role(role)
    password = "" if elsewhere else new_password()
    with show.opened(config) as engine:
        made = _of(engine).add(login, wanted, now=datetime.now(UTC), name=name, password=password)
    _print_password(made, password, format)


def list_users(config: ConfigOption = DEFAULT_CONFIG, format: FormatOption = Format.TEXT) -> None:
    """List everybody, with role and state."""
    now = datetime.now(UTC)
    with show.opened(config) as engine:
        found = _of(engine).all()
    if format is Format.JSON:
        show.as_json([_public(user, now) for user in found])
        return
    rows = [(user.login, user.name, user.role, _state(user, now), user.id) for user in found]
    show.as_table(("login", "name", "role", "state", "id"), rows)


def role(
    login: Login,
    role: Annotated[str, typer.Argument(help="viewer, collector, manager or admin.")],
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Give somebody another role; it counts from his next page."""
    wanted = _role(role)
    with show.opened(config) as engine:
        users = _of(engine)
        changed = users.change(users.named(login).id, role=wanted)
    _print(changed, f"{changed.login} is {wanted}", format)


def disable(
    login: Login, config: ConfigOption = DEFAULT_CONFIG, format: FormatOption = Format.TEXT
) -> None:
    """Keep somebody out at once, wherever he is signed in."""
    with show.opened(config) as engine:
        users = _of(engine)
        changed = users.change(users.named(login).id, is_disabled=True)
        _sign_out(engine, changed)
    _print(changed, f"disabled {changed.login}", format)


def enable(
    login: Login, config: ConfigOption = DEFAULT_CONFIG, format: FormatOption = Format.TEXT
) -> None:
    """Let somebody in again who was disabled."""
    with show.opened(config) as engine:
        users = _of(engine)
        changed = users.change(users.named(login).id, is_disabled=False)
    _print(changed, f"enabled {changed.login}", format)


def reset(
    login: Login, config: ConfigOption = DEFAULT_CONFIG, format: FormatOption = Format.TEXT
) -> None:
    """Give somebody a new password, printed once, which unlocks him and signs him out."""
    from dunning_sdk.access.password import new_password

    password = new_password()
    with show.opened(config) as engine:
        users = _of(engine)
        changed = users.set_password(users.named(login).id, password, must_change=True)
        _sign_out(engine, changed)
    _print_password(changed, password, format)


def erase(
    login: Login, config: ConfigOption = DEFAULT_CONFIG, format: FormatOption = Format.TEXT
) -> None:
    """Forget somebody who is disabled; what he did stays, by his id alone."""
    with show.opened(config) as engine:
        users = _of(engine)
        user = users.named(login)
        users.erase(user.id)
    if format is Format.JSON:
        show.as_json({"id": user.id})
        return
    typer.echo(f"erased {user.id}")


def _of(engine: "Engine") -> "Users":
    from dunning_sdk.access.user import Users

    return Users(engine.store)


def _sign_out(engine: "Engine", user: "User") -> None:
    from dunning_sdk.access.sign_in import SignIns

    SignIns(engine.store).end_all(user.id, now=datetime.now(UTC))


def _role(text: str) -> "Role":
    from dunning_sdk.access.role import Role

    if text not in set(Role):
        raise ConfigError(f"{text!r} is no role", hint=f"One of {', '.join(Role)}.")
    return Role(text)


def _public(user: "User", now: datetime) -> dict[str, Any]:
    """Return what may be shown of somebody: nothing of his password."""
    return {
        "id": user.id,
        "login": user.login,
        "name": user.name,
        "role": user.role.value,
        "state": _state(user, now),
        "created_at": user.created_at,
    }


def _state(user: "User", now: datetime) -> str:
    if user.is_disabled:
        return "disabled"
    if user.tries.locked_until is not None and now < user.tries.locked_until:
        return "locked"
    return "new password" if user.must_change else "active"


def _print(user: "User", text: str, format: Format) -> None:
    if format is Format.JSON:
        show.as_json(_public(user, datetime.now(UTC)))
        return
    typer.echo(text)


def _print_password(user: "User", password: str, format: Format) -> None:
    if format is Format.JSON:
        show.as_json(_public(user, datetime.now(UTC)) | {"password": password})
        return
    typer.echo(password or f"added {user.login}")
    if password:
        show.say(f"the password of {user.login}: it is not shown again, and to be changed")
