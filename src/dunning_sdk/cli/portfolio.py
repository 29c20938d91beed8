"""The commands of portfolios kept as columns: make one up, run it, look at runs and acts."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.financeable import financeable
from dunning_sdk.cli.show import DEFAULT_CONFIG, AsOfOption, ConfigOption, Format, FormatOption
from dunning_sdk.errors import ConfigError

if TYPE_CHECKING:
    from dunning_sdk.bulk.chunks import Progress, RunRecord
    from dunning_sdk.bulk.generator import Block
    from dunning_sdk.engine.engine import Engine

RunOption = Annotated[str, typer.Option("--run", help="Id of a run; all where missing.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    group = typer.Typer(help="Millions.", no_args_is_help=True, rich_markup_mode=None)
    group.command()(generate)
    group.command("sync")(sync_store)
    group.command()(run)
    group.command()(runs)
    group.command()(acts)
    group.command()(financeable)
    group.command()(forget)
    group.callback()(_portfolio)
    app.add_typer(group, name="portfolio")


def _portfolio() -> None:
    """Decide portfolios of millions, kept as columns in the store."""


def generate(
    as_of: AsOfOption,
    rows: Annotated[
        int, typer.Option("--rows", min=1, max=100_000_000, help="How many receivables.")
    ] = 1000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same gives the same.")] = 1,
    data: Annotated[
        Path | None,
        typer.Option(
            "--from", help="Folder with uk_payment_practices and ibm_ar to take the shape from."
        ),
    ] = None,
    to_finance: Annotated[
        bool,
        typer.Option(
            "--to-finance", help="With --load: none is financed, and financing can be decided."
        ),
    ] = False,
    load: Annotated[
        bool, typer.Option("--load", help="Load it into the store instead of printing CSV.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Make up a portfolio of open receivables, as CSV, or in the store."""
    from dunning_sdk.bulk.generator import blocks
    from dunning_sdk.bulk.listing import csv_lines
    from dunning_sdk.bulk.shape import observed
    from dunning_sdk.bulk.unfinanced import unfinanced

    day = show.day(as_of)
    shape = observed(data) if data else None
    if to_finance and not load:
        message = "What financing is decided on is no part of the CSV"
        raise ConfigError(message, hint="Add --load, or leave --to-finance out.")
    if not load:
        for line in csv_lines(blocks(rows, seed=seed, as_of=day, shape=shape)):
            typer.echo(line)
        return
    with show.opened(config) as engine:
        names = engine.config.financed_book or engine.config.book
        procedure = next(iter(engine.library.load(names).procedures.values()), None)
        made = blocks(rows, seed=seed, as_of=day, shape=shape, procedure=procedure)
        if to_finance:
            made = unfinanced(made, seed=seed, as_of=day)
        written = _loaded(engine, made, day, rows)
    typer.echo(f"{written} receivables loaded")


def _loaded(engine: "Engine", made: "Iterator[Block]", day: date, rows: int) -> int:
    from dunning_sdk.bulk.loading import Loader

    done, loader = 0, Loader(engine, day)
    with show.working_at_a_rate("loading") as watch:
        for block in made:
            done += loader.load_blocks([block])
            watch(done, rows)
    return done


def sync_store(
    as_of: AsOfOption,
    full: Annotated[
        bool, typer.Option("--full", help="Take every receivable, not only what may have changed.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Bring the portfolio up to what the store knows of its receivables one by one."""
    from dunning_sdk.bulk.syncing import sync

    day = show.day(as_of)
    with show.opened(config) as engine:
        typer.echo(f"{sync(engine, as_of=day, full=full)} receivables taken")


def run(  # noqa: PLR0913 - what to look at, how, and where it is worked
    as_of: AsOfOption,
    full: Annotated[
        bool, typer.Option("--full", help="Look at every row, not only those whose day has come.")
    ] = False,
    begin: Annotated[
        bool,
        typer.Option("--begin", help="Only begin it; `dunning worker --chunks` does it."),
    ] = False,
    chunk_rows: Annotated[
        int, typer.Option("--chunk-rows", min=1, help="Rows decided in one transaction.")
    ] = 250_000,
    push_down: Annotated[
        bool, typer.Option(help="Decide inside the database where that is exact.")
    ] = True,
    dask: Annotated[
        str,
        typer.Option("--dask", help="Have dask do it: the scheduler's address.", metavar="ADDRESS"),
    ] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Run the portfolio for a day, or go on where a run of that day was stopped."""
    from dunning_sdk.bulk import running

    day = show.day(as_of)
    with show.opened(config) as engine:
        record = running.begin(
            engine, as_of=day, full=full, chunk_rows=chunk_rows, push_down=push_down
        )
        if not begin:
            record = _worked(engine, record, dask, config)
    _show_run(record, format)


def _worked(engine: "Engine", record: "RunRecord", dask: str, config: Path) -> "RunRecord":
    """Have the chunks of a run decided, here or by dask, and show how far it is."""
    from dunning_sdk.bulk import running

    with show.working_at_a_rate("deciding") as watch:

        def told(far: "Progress") -> None:
            watch(far.rows, far.expected)

        if dask:
            from dunning_sdk.bulk.tasks import run_on_dask

            return run_on_dask(engine, dask, record, config=config, told=told)
        running.work(engine, running.prepared(engine, record.run_id), told=told)
        return running.close(engine, record.run_id)


def runs(config: ConfigOption = DEFAULT_CONFIG, format: FormatOption = Format.TEXT) -> None:
    """List the runs that are kept, the latest first, and how far those are that are not over."""
    from dunning_sdk.bulk import chunks
    from dunning_sdk.bulk.ledger import opened

    with show.opened(config) as engine, opened(engine.store) as ledger:
        found = [(one, chunks.progress(ledger, one.run_id)) for one in chunks.runs(ledger)]
    if format is Format.JSON:
        show.as_json(
            [_plain(one) | {"chunks": far.chunks, "chunks_done": far.done} for one, far in found]
        )
        return
    rows: list[tuple[Any, ...]] = [
        (one.run_id, one.state, f"{far.done}/{far.chunks}", far.rows, one.report.get("new_acts"))
        for one, far in found
    ]
    show.as_table(("run", "state", "chunks", "rows", "new acts"), rows)


def acts(
    run: RunOption = "",
    on: Annotated[str, typer.Option("--on", help="Only those first due on this day.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Print the acts that runs found, one JSON object a line."""
    import json

    from dunning_sdk.bulk.listing import acts_of

    day = show.day(on, "--on") if on else None
    with show.opened(config) as engine:
        for act in acts_of(engine, run_id=run, on=day):
            typer.echo(json.dumps(act, sort_keys=True, default=str))


def forget(
    runs_before: Annotated[
        str,
        typer.Option("--runs-before", help="Runs for days before this go.", metavar="DATE"),
    ],
    issued_before: Annotated[
        str,
        typer.Option(
            "--issued-before", metavar="DATE",
            help="Acts of receivables issued before this go, unless still in the portfolio.",
        ),
    ],
    yes: Annotated[
        bool, typer.Option("--yes", help="Remove them; without it they are only counted.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:  # fmt: skip
    """Count the runs and acts that are old enough to go, and remove them for good with --yes."""
    from dunning_sdk.bulk import retention

    days = (show.day(runs_before, "--runs-before"), show.day(issued_before, "--issued-before"))
    with show.opened(config) as engine:
        found = retention.forget(
            engine, runs_before=days[0], issued_before=days[1], only_count=not yes
        )
    if format is Format.JSON:
        show.as_json(found | {"removed": yes})
        return
    counted = f"{found['runs']} runs and {found['acts']} acts"
    typer.echo(f"removed {counted}" if yes else f"{counted} would go; --yes removes them for good")


def _plain(record: "RunRecord") -> dict[str, Any]:
    return {
        "run": record.run_id,
        "as_of": record.as_of,
        "state": record.state,
        "plan": dict(record.plan),
        "begun_at": record.begun_at,
        "ended_at": record.ended_at,
        "report": dict(record.report),
    }


def _show_run(record: "RunRecord", format: Format) -> None:
    if format is Format.JSON:
        show.as_json(_plain(record))
        return
    report = record.report
    typer.echo(f"run {record.run_id}: {record.state}")
    show.as_table(("outcome", "rows"), sorted(report.get("outcomes", {}).items()))
    show.as_table(("step", "rows due"), sorted(report.get("steps", {}).items()))
    seconds = report.get("seconds", {})
    show.as_table(
        ("phase", "seconds"), [(name, f"{seconds[name]:.2f}") for name in sorted(seconds)]
    )
    if report:
        left = report["left_one_by_one"]
        typer.echo(f"{report['rows']} rows, {report['new_acts']} new acts, {left} left one by one")
