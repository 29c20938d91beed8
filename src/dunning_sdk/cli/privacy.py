"""The commands that concern personal data: `keys`, `debtor export` and `erase`, `retention`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, AsOfOption, ConfigOption, Format, FormatOption

OnOption = Annotated[
    str, typer.Option("--on", help="Day it is done for, YYYY-MM-DD.", metavar="DATE")
]
ByOption = Annotated[str, typer.Option("--by", help="Who demands it; kept with it.")]
DebtorArgument = Annotated[str, typer.Argument(help="Debtor id.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    keys = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    keys.command()(rotate)
    keys.callback()(_keys)
    app.add_typer(keys, name="keys")
    debtor = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    debtor.command("export")(export_one)
    debtor.command("erase")(erase_one)
    debtor.callback()(_debtor)
    app.add_typer(debtor, name="debtor")
    app.command()(retention)


def _keys() -> None:
    """Change the secret that personal data is protected by."""


def _debtor() -> None:
    """Hand out or erase what is kept of one debtor."""


def rotate(config: ConfigOption = DEFAULT_CONFIG, format: FormatOption = Format.TEXT) -> None:
    """Wrap every debtor's key by the new secret; nothing that is sealed is written anew."""
    from dunning_sdk.installation.config import load_config
    from dunning_sdk.privacy.rotating import rotate as rotate_keys

    next_step = rotate_keys(load_config(config))
    if format is Format.JSON:
        show.as_json({"rotated": True, "next": next_step})
        return
    typer.echo(f"rotated; {next_step}")


def export_one(
    debtor: DebtorArgument,
    on: OnOption,
    out: Annotated[Path, typer.Option("--output", "-o", help="The archive; a new file.")],
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Write all that is kept of one debtor to a ZIP archive: JSON, and the documents."""
    from dunning_sdk.privacy.exporting import export

    with show.opened(config) as engine:
        done = export(engine.store, debtor, out, on=show.day(on, "--on"))
    if format is Format.JSON:
        show.as_json(asdict(done))
        return
    typer.echo(
        f"wrote {done.file}: {done.streams} streams, {done.records} records,"
        f" {done.documents} documents"
    )
    _tell_shared(done.shared)


def erase_one(
    debtor: DebtorArgument,
    on: OnOption,
    by: ByOption,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with it.")] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Also while he owes something; needs --reason.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Erase one debtor for good; refused while he owes something."""
    from dunning_sdk.privacy.erasing import erase

    with show.opened(config) as engine:
        day = show.day(on, "--on")
        done = erase(engine.store, debtor, on=day, by=by, reason=reason, force=force)
        folder = engine.config.out_folder
    if format is Format.JSON:
        show.as_json(asdict(done))
        return
    typer.echo(f"erased {done.debtor}: {done.records} records, {done.documents} documents")
    if done.notices:
        show.say(f"files of {len(done.notices)} notices may still lie below {folder}")
    _tell_shared(done.shared)


def retention(
    as_of: AsOfOption,
    erase: Annotated[
        list[str] | None,
        typer.Option("--erase", help="Id to erase, of those listed; repeatable."),
    ] = None,
    erase_all: Annotated[
        bool, typer.Option("--erase-all", help="Erase everything that is listed.")
    ] = False,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """List what need not be kept any longer, by [retention]; erase what is approved."""
    from dunning_sdk.errors import ConfigError
    from dunning_sdk.privacy.retaining import due, erase_due
    from dunning_sdk.records.codec import to_json

    day = show.day(as_of)
    if (erase or erase_all) and not by:
        raise ConfigError("Erasing needs a person's approval", hint="Name who approves with --by.")
    with show.opened(config) as engine:
        listed = due(engine.config, engine.store, on=day)
        approved = [one.id for one in listed] if erase_all else erase or []
        done = erase_due(engine.config, engine.store, approved, on=day, by=by)
    if format is Format.JSON:
        erased = [one.debtor for one in done]
        show.as_json({"due": [to_json(one) for one in listed], "erased": erased})
        return
    rows = [(one.kind.value, one.id, one.last_on, one.due_on, one.source) for one in listed]
    show.as_table(("kind", "id", "last on", "due on", "by"), rows)
    typer.echo(f"{len(listed)} due, {len(done)} erased")


def _tell_shared(ids: tuple[str, ...]) -> None:
    if ids:
        show.say(f"payments that concern other debtors too are left out: {', '.join(ids)}")
