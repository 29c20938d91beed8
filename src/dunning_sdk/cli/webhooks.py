"""The commands of webhooks: tell the host's endpoints, look at them, replay, pass over, try."""

import threading
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, ConfigOption, Format, FormatOption
from dunning_sdk.cli.working import stopped_by_signals

if TYPE_CHECKING:
    from dunning_sdk.webhooks.webhooking import Told

Name = Annotated[str, typer.Argument(help="Name of the endpoint: [webhooks.NAME].")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    group = typer.Typer(help="Tell endpoints.", no_args_is_help=True, rich_markup_mode=None)
    group.command()(deliver)
    group.command("list")(list_endpoints)
    group.command()(replay)
    group.command()(skip)
    group.command()(resume)
    group.command()(ping)
    group.command()(secret)
    group.callback()(_webhooks)
    app.add_typer(group, name="webhooks")


def _webhooks() -> None:
    """Tell the endpoints of dunning.toml what happened, each event at least once, in order."""


def deliver(
    name: Annotated[str, typer.Argument(help="Name of the endpoint; all where missing.")] = "",
    watch: Annotated[
        int,
        typer.Option("--watch", min=0, help="Go on until told to stop; seconds between passes."),
    ] = 0,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Tell endpoints what they were not told yet, and what is due to be tried again."""
    from dunning_sdk.webhooks.webhooks import Webhooks

    stop = threading.Event()
    with show.opened(config) as engine, stopped_by_signals(stop):
        while True:
            passes = Webhooks(engine).deliver(name)
            _show_passes(passes, format, quiet=bool(watch))
            if not watch or stop.wait(watch):
                break
    if any(one.failed or one.problem for one in passes):
        raise typer.Exit(show.OUTSIDE)


def _show_passes(passes: "list[Told]", format: Format, *, quiet: bool) -> None:
    """Print what passes did; when quiet, only what did something."""
    from dunning_sdk.records.codec import to_json

    shown = [one for one in passes if not quiet or one.sent or one.failed or one.problem]
    if format is Format.JSON:
        show.as_json([to_json(told) for told in passes])
    else:
        rows = [(one.name, one.sent, one.failed, one.dead, one.problem) for one in shown]
        show.as_table(("endpoint", "sent", "failed", "given up", "problem"), rows)


def list_endpoints(
    config: ConfigOption = DEFAULT_CONFIG, format: FormatOption = Format.TEXT
) -> None:
    """Show how each endpoint stands, and which events it did not take."""
    from dunning_sdk.records.codec import to_json
    from dunning_sdk.webhooks.webhooks import Webhooks

    with show.opened(config) as engine:
        found = Webhooks(engine).endpoints()
    if format is Format.JSON:
        show.as_json([to_json(endpoint) for endpoint in found])
    else:
        rows: list[tuple[Any, ...]] = [
            (one.name, " ".join(one.events), _standing(one), one.waiting, len(one.failing))
            for one in found
        ]
        show.as_table(("endpoint", "events", "state", "streams waiting", "failing"), rows)
        failing: list[tuple[Any, ...]] = [
            (one.name, f"{each.stream.kind}/{each.stream.id}/{each.seq + 1}", each.tries,
             "given up" if each.is_dead else each.not_before, each.problem)
            for one in found
            for each in one.failing
        ]  # fmt: skip
        show.as_table(("endpoint", "event", "tries", "next", "problem"), failing)
    if any(each.is_dead for one in found for each in one.failing):
        raise typer.Exit(show.FINDINGS)


def replay(
    name: Name,
    since: Annotated[
        str, typer.Option("--since", help="All recorded on this day or later.", metavar="DATE")
    ] = "",
    event: Annotated[
        str, typer.Option("--event", help="One stream from an event on: receivable/F-1/3.")
    ] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Have events told again, under the ids they had."""
    from dunning_sdk.webhooks.webhooks import Webhooks

    day = show.day(since, "--since") if since else None
    with show.opened(config) as engine:
        count = Webhooks(engine).replay(name, since=day, event=event)
    _said({"streams": count}, f"{count} streams are told again", format)


def skip(
    name: Name,
    stream: Annotated[str, typer.Argument(help="Whose event is not taken: receivable/F-1.")],
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Pass over an event that an endpoint does not take, so that its stream goes on."""
    from dunning_sdk.webhooks.webhooks import Webhooks

    with show.opened(config) as engine:
        passed = Webhooks(engine).skip(name, stream)
    _said({"skipped": passed}, f"{passed} is not told", format)


def resume(
    name: Name, config: ConfigOption = DEFAULT_CONFIG, format: FormatOption = Format.TEXT
) -> None:
    """Try at once what failed or was given up, also where the endpoint wanted no more."""
    from dunning_sdk.webhooks.webhooks import Webhooks

    with show.opened(config) as engine:
        count = Webhooks(engine).resume(name)
    _said({"streams": count}, f"{count} streams are tried again", format)


def ping(
    name: Name, config: ConfigOption = DEFAULT_CONFIG, format: FormatOption = Format.TEXT
) -> None:
    """Send a signed message about no event, and say what the endpoint answered."""
    from dunning_sdk.webhooks.webhooks import Webhooks

    with show.opened(config) as engine:
        taken = Webhooks(engine).ping(name)
    said = taken.problem or "taken"
    _said({"taken": taken.is_taken, "problem": taken.problem}, said, format)
    if not taken.is_taken:
        raise typer.Exit(show.OUTSIDE)


def secret(format: FormatOption = Format.TEXT) -> None:
    """Make a new secret to sign by; keep it in a variable or a file, and give it to the host."""
    from dunning_sdk.connectors.webhook_scheme import new_secret

    made = new_secret()
    _said({"secret": made}, made, format)


def _standing(one: Any) -> str:  # noqa: ANN401  # the engine is loaded only by commands that use it
    if one.is_gone:
        return "wants no more"
    return "told" if one.is_known else "not told yet"


def _said(content: dict[str, Any], text: str, format: Format) -> None:
    if format is Format.JSON:
        show.as_json(content)
    else:
        typer.echo(text)
