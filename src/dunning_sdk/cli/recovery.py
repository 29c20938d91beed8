"""The commands of recovery: where it stands and which last days run."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import (
    DEFAULT_CONFIG,
    AsOfOption,
    ConfigOption,
    Format,
    FormatOption,
)

if TYPE_CHECKING:
    from dunning_sdk.decisions.recovery_view import Recovery
    from dunning_sdk.law.clock import Clock


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    below = typer.Typer(
        help="Follow recovery after the formal notice.", no_args_is_help=True, rich_markup_mode=None
    )
    below.command("show")(show_one)
    below.command()(petition)
    below.command()(files)
    below.callback()(_recovery)
    app.add_typer(below, name="recovery")


def _recovery() -> None:
    """Follow recovery after the formal notice: where it stands, time limits, petition, proofs."""


def show_one(
    receivable: Annotated[str, typer.Argument(help="Receivable id.")],
    as_of: AsOfOption,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Show where recovery stands: time limits, clocks of limitation, what may follow."""
    from dunning_sdk.decisions.recovery import to_know
    from dunning_sdk.engine.recovery_view import letters_on, recovery_on
    from dunning_sdk.evidence.explanation import letter_lines
    from dunning_sdk.law.wording import amount_text, mark
    from dunning_sdk.records.codec import to_json

    with show.opened(config) as engine:
        found = recovery_on(engine, receivable, as_of=show.day(as_of))
        letters = letters_on(engine, receivable, as_of=show.day(as_of))
        statutes = engine.config.law.statutes()
    beside = [
        {
            "parameter": parameter.id,
            "title": parameter.title,
            "value": amount_text(parameter, value.amount),
            "confidence": mark(value.confidence),
            "source": value.source,
        }
        for parameter, value in to_know(statutes, found.jurisdiction, show.day(as_of))
    ]
    if format is Format.JSON:
        to_weigh: list[Any] = [*beside]
        told: list[Any] = [to_json(letter) for letter in letters]
        show.as_json(to_json(found) | {"to_know": to_weigh, "letters": told})
        return
    show_recovery(found)
    for letter in letters:
        for line in letter_lines(letter):
            typer.echo(f"  {line}")
    show.as_table(
        ("to know", "", "value", "confidence", "source"), [[*one.values()] for one in beside]
    )
    typer.echo("  may follow:")
    for event, state in found.may_follow:
        typer.echo(f"    {event.value} -> {state.value}")


def petition(  # noqa: PLR0913 - each line of the court's address is an option
    receivable: Annotated[str, typer.Argument(help="Receivable id.")],
    as_of: AsOfOption,
    court: Annotated[str, typer.Option("--court", help="The court, as it is addressed.")],
    street: Annotated[str, typer.Option("--street", help="Its street line.")],
    postal_code: Annotated[str, typer.Option("--postal-code", help="Its postal code.")],
    city: Annotated[str, typer.Option("--city", help="Its town.")],
    language: Annotated[
        str, typer.Option("--language", help="Of the letters; a French court reads French.")
    ] = "fr",
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Write the petition for a payment order and the statement of the claim; files nothing."""
    from dunning_sdk.engine.petitioning import Court, write_petition

    chosen = Court(name=court, street=street, postal_code=postal_code, city=city)
    with show.opened(config) as engine:
        found = write_petition(
            engine, receivable, as_of=show.day(as_of), court=chosen, language=language
        )
        root = engine.config.folder
    files = [file.relative_to(root).as_posix() for file in found.files]
    if format is Format.JSON:
        show.as_json(
            {
                "files": files,
                "digests": list(found.digests),
                "principal": str(found.principal),
                "total": str(found.total),
                "notes": list(found.notes),
            }
        )
        return
    for file in files:
        typer.echo(f"written: {file}")
    typer.echo(f"principal {found.principal}, in all {found.total}")
    for note in found.notes:
        typer.echo(f"note: {note}")


def files(
    receivable: Annotated[str, typer.Argument(help="Receivable id.")],
    as_of: AsOfOption,
    to: Annotated[Path | None, typer.Option("--to", help="Folder to write them to.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """List the files kept about letters and recovery, and write them to a folder."""
    from dunning_sdk.engine.recovery_view import proofs_on

    with show.opened(config) as engine:
        found = proofs_on(engine, receivable, as_of=show.day(as_of))
    rows: list[dict[str, Any]] = [
        {
            "on": one.kept.on.isoformat(),
            "event": one.kept.event,
            "name": one.file.name,
            "media_type": one.kept.media_type,
            "sha256": one.kept.digest,
        }
        for one in found
    ]
    if to is not None:
        for one in found:
            name = f"{one.kept.on}-{one.kept.digest[:8]}-{one.file.name}"
            show.write(to / name, one.file.content, quiet=format is Format.JSON)
    if format is Format.JSON:
        show.as_json(rows)
        return
    head = ("on", "event", "name", "media type", "SHA-256")
    show.as_table(head, [[*row.values()] for row in rows])
    if not rows:
        typer.echo("no file is kept")


def show_recovery(found: "Recovery") -> None:
    """Print a recovery: warnings first, then time limits and clocks."""
    since = f" since {found.since_on}" if found.since_on else ""
    law = found.jurisdiction.upper() or "no jurisdiction that is known"
    typer.echo(f"  recovery: {found.state.value}{since}, by the law of {law}")
    for one in found.warnings:
        mark = "" if one.verified else ", unverified"
        when = f"{one.days_left} days left" if one.days_left >= 0 else f"{-one.days_left} days ago"
        typer.echo(
            f"  warning: {one.what} ends on {one.ends_on}, {when}"
            f" ({one.parameter_id}{mark}): {one.if_missed}"
        )
    for event in found.history:
        typer.echo(f"  {event.on} {event.event.value} {event.reference}".rstrip())
    rows: list[tuple[Any, ...]] = [
        (one.name, one.limit.ends_on, one.status.value, one.whose.value,
         one.limit.confidence.value, "; ".join(one.limit.sources))
        for one in found.limits
    ]  # fmt: skip
    rows += [_clock_row(clock) for clock in found.clocks]
    show.as_table(("time limit", "last day", "state", "whose", "confidence", "sources"), rows)
    for clock in found.clocks:
        for line in clock.lines:
            end = line.ends_on or "stands still"
            typer.echo(
                f"  {clock.parameter_id}: {line.event.on} {line.event.cause.value}: "
                f"{line.effect.value}, then {end}"
            )
    if found.unverified:
        typer.echo(f"  unverified, for a person to confirm: {', '.join(found.unverified)}")
    if len(found.clocks) > 1:
        typer.echo("  a person says which period governs: dunning record limitation-period")


def _clock_row(clock: "Clock") -> tuple[Any, ...]:
    state = "running" if clock.ends_on else "stands still"
    sources = "; ".join(clock.sources)
    return (clock.parameter_id, clock.ends_on, state, "ours", clock.confidence.value, sources)
