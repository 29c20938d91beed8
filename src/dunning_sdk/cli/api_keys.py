"""The commands of API keys: create, list, rotate, revoke."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, ConfigOption, Format, FormatOption
from dunning_sdk.errors import ConfigError

if TYPE_CHECKING:
    from dunning_sdk.access.api_key import ApiKey, ApiKeys
    from dunning_sdk.engine.engine import Engine

Id = Annotated[str, typer.Argument(help="Id of the key, as listed.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command()(create)
    group.command("list")(list_keys)
    group.command()(rotate)
    group.command()(revoke)
    group.callback()(_api_keys)
    app.add_typer(group, name="api-keys")


def _api_keys() -> None:
    """Let programs call the API of `dunning serve`: keys with scopes, for this tenant."""


def create(
    name: Annotated[str, typer.Argument(help="Whose it is, such as erp.")],
    scope: Annotated[
        list[str],
        typer.Option(
            "--scope",
            help="What it may do: read, record, propose, approve, execute, admin; repeatable.",
        ),
    ],
    days: Annotated[
        int | None, typer.Option("--days", min=1, help="How long it counts; until revoked if none.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Make a key; it is printed once, and kept as a hash."""
    from dunning_sdk.access.api_key import Scope

    unknown = sorted(set(scope) - set(Scope))
    if unknown:
        message = f"--scope {unknown[0]!r} is no scope"
        raise ConfigError(message, hint=f"One of {', '.join(Scope)}.")
    with show.opened(config) as engine:
        keys = _of(engine)
        made = keys.create(name, map(Scope, scope), now=datetime.now(UTC), days=days)
    _print(*made, format)


def list_keys(config: ConfigOption = DEFAULT_CONFIG, format: FormatOption = Format.TEXT) -> None:
    """List the keys there are and were, without their secrets."""
    now = datetime.now(UTC)
    with show.opened(config) as engine:
        found = _of(engine).all()
    if format is Format.JSON:
        show.as_json([key.public() | {"in_force": key.is_in_force(now)} for key in found])
        return
    rows = [
        (key.id, key.name, " ".join(key.scopes), _minute(key.created_at), _standing(key, now))
        for key in found
    ]
    show.as_table(("id", "name", "scopes", "created", "state"), rows)


def rotate(
    id: Id,
    hours: Annotated[
        int, typer.Option("--hours", min=0, max=720, help="How long the one before still counts.")
    ] = 0,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Give a key a new secret, printed once."""
    with show.opened(config) as engine:
        keys = _of(engine)
        made = keys.rotate(id, now=datetime.now(UTC), hours=hours)
    _print(*made, format)


def revoke(
    id: Id, config: ConfigOption = DEFAULT_CONFIG, format: FormatOption = Format.TEXT
) -> None:
    """End a key at once."""
    now = datetime.now(UTC)
    with show.opened(config) as engine:
        key = _of(engine).revoke(id, now=now)
    if format is Format.JSON:
        show.as_json(key.public())
        return
    typer.echo(f"revoked {key.id}, of {key.name}")


def _of(engine: "Engine") -> "ApiKeys":
    from dunning_sdk.access.api_key import ApiKeys

    return ApiKeys(engine.store, engine.config.tenant)


def _print(key: "ApiKey", shown: str, format: Format) -> None:
    if format is Format.JSON:
        show.as_json(key.public() | {"key": shown})
        return
    typer.echo(shown)
    show.say(f"key {key.id} of {key.name}: keep it now, it is not shown again")


def _minute(instant: datetime) -> str:
    return instant.isoformat(timespec="minutes")


def _standing(key: "ApiKey", now: datetime) -> str:
    if key.revoked_at is not None:
        return f"revoked {_minute(key.revoked_at)}"
    if key.expires_at is None:
        return "in force"
    word = "in force until" if key.is_in_force(now) else "ended"
    return f"{word} {_minute(key.expires_at)}"
