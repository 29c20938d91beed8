"""The command `thread`: what people wrote down about a debtor, and what waits for a colleague."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, AsOfOption, ConfigOption, Format, FormatOption
from dunning_sdk.domain.thread import Entry
from dunning_sdk.errors import ConfigError


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(thread)


def thread(
    as_of: AsOfOption,
    debtor: Annotated[str, typer.Argument(help="Debtor, or one of his receivables.")] = "",
    person: Annotated[
        str, typer.Option("--for", help="What waits for one colleague, in every thread.")
    ] = "",
    files: Annotated[
        Path | None, typer.Option("--files", help="Folder to write the files of a thread to.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Show the thread of a debtor: comments, calls, replies, tasks, who looks after him."""
    if bool(debtor) == bool(person):
        raise ConfigError("A thread is of one debtor, or for one person", hint="Name one of them.")
    from dunning_sdk.connectors.whole_file import write_whole

    on = show.day(as_of)
    with show.opened(config) as engine:
        if person:
            waiting = engine.waiting_for(person, as_of=on)
            rows = [{"debtor": one.debtor_id, **_row(one.entry)} for one in waiting]
            kept = []
            head = ""
        else:
            found = engine.thread(debtor, as_of=on)
            rows = [_row(entry) for entry in found.entries]
            kept = [
                (f"{entry.id}-{number}", engine.attachment(debtor, file.digest, as_of=on))
                for entry in found.entries
                for number, file in enumerate(entry.files, 1)
                if files is not None and not entry.is_erased
            ]
            owner = f", looked after by {found.owner}" if found.owner else ""
            waits = f"{len(found.unread)} unread, {len(found.tasks)} open tasks"
            head = f"{found.debtor_id}{owner}: {waits}"
    for name, file in kept:
        write_whole((files or Path()) / f"{name}-{file.name}", file.content, connector="thread")
    if format is Format.JSON:
        show.as_json(rows)
        return
    if head:
        typer.echo(head)
    show.as_table(list(rows[0]) if rows else (), [_line(row.values()) for row in rows])


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "on": entry.on,
        "about": entry.receivable_id,
        "by": entry.by,
        "who": entry.who,
        "text": entry.text if not entry.is_erased else "(erased)",
        "outcome": entry.outcome,
        "due_on": entry.due_on,
        "closed_on": entry.closed_on,
        "mentions": list(entry.mentions),
        "files": [{"name": file.name, "sha256": file.digest} for file in entry.files],
    }


def _line(values: Iterable[Any]) -> list[Any]:
    return [
        ", ".join(one["name"] or one["sha256"] if isinstance(one, dict) else one for one in value)
        if isinstance(value, list)
        else value
        for value in values
    ]
