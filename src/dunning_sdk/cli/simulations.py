"""The command `simulate`: what books would do about a portfolio, day by day; nothing leaves."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.records import amount_of
from dunning_sdk.cli.show import Format, FormatOption
from dunning_sdk.errors import ConfigError

if TYPE_CHECKING:
    from dunning_sdk.domain.money import Money
    from dunning_sdk.simulation.payment_model import Drawn
    from dunning_sdk.simulation.portfolio import Portfolio
    from dunning_sdk.simulation.simulation import Simulation


class Payments(StrEnum):
    """Where payments come from."""

    RECORDED = "recorded"
    DRAWN = "drawn"


class Answered(StrEnum):
    """When people answer."""

    ON_THE_DAY = "on-the-day"
    NEVER = "never"


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(simulate)


def simulate(  # noqa: PLR0913 - one parameter for each option
    book: Annotated[str, typer.Argument(help="The book: an id or a folder.")],
    portfolio: Annotated[
        Path, typer.Option("--portfolio", help="Folder of an installation; it is only read.")
    ],
    first: Annotated[
        str,
        typer.Option("--from", help="First day, YYYY-MM-DD.", metavar="DATE", show_default=False),
    ],
    last: Annotated[
        str, typer.Option("--to", help="Last day, YYYY-MM-DD.", metavar="DATE", show_default=False)
    ],
    against: Annotated[
        str, typer.Option("--against", help="A second book, shown beside the first.")
    ] = "",
    sources: Annotated[
        bool, typer.Option("--sources", help="Read the sources it names instead of its store.")
    ] = False,
    payments: Annotated[
        Payments, typer.Option("--payments", help="As recorded, or drawn with --seed.")
    ] = Payments.RECORDED,
    delays: Annotated[
        str,
        typer.Option(
            "--delays",
            help="Days from due date to payment, for --payments drawn: observed, "
            "uniform:LOW..HIGH, geometric:MEAN or weights:DAYS=WEIGHT,…,never=WEIGHT.",
        ),
    ] = "observed",
    seed: Annotated[int | None, typer.Option("--seed", help="Of the drawn payments.")] = None,
    notice_effect: Annotated[
        int,
        typer.Option(
            "--notice-effect",
            min=0,
            max=100,
            help="By how many percent a notice shortens the wait still ahead, of drawn payments.",
        ),
    ] = 0,
    approve: Annotated[
        Answered, typer.Option("--approve", help="When acts that need approval get it.")
    ] = Answered.ON_THE_DAY,
    confirm: Annotated[
        Answered,
        typer.Option(
            "--confirm", help="When letters, calls, tasks and acts of others are reported as done."
        ),
    ] = Answered.ON_THE_DAY,
    cost: Annotated[
        list[str] | None,
        typer.Option("--cost", help="Of one notice, call or task, as CHANNEL=AMOUNT; repeatable."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the report here, one page of HTML.")
    ] = None,
    plots: Annotated[
        Path | None, typer.Option("--plots", help="Write the charts into this folder, as SVG.")
    ] = None,
    png: Annotated[
        bool, typer.Option("--png", help="Write them as PNG as well; needs the extra letters.")
    ] = False,
    format: FormatOption = Format.TEXT,
) -> None:
    """Run books day by day on a copy of a portfolio, and say what they would have done."""
    from dunning_sdk.installation.library import open_library
    from dunning_sdk.simulation.simulating import Assumptions
    from dunning_sdk.simulation.simulating import simulate as run

    start, end = show.day(first, "--from"), show.day(last, "--to")
    if start > end:
        message = f"--to {end} lies before --from {start}"
        raise ConfigError(message, hint="Give a later last day.")
    library = open_library()
    books = [library.load(name) for name in (book, against) if name]
    _check_draw(payments, delays, seed, notice_effect)
    _check_plots(plots, png=png)
    with show.working("reading the portfolio"):
        copy = _portfolio(portfolio, sources=sources, start=start)
    drawn = None
    if payments is Payments.DRAWN and seed is not None:
        drawn = _drawn(copy, delays, seed, notice_effect)
    assumed = Assumptions(
        first=start,
        last=end,
        drawn=drawn,
        approve=approve.value,
        confirm=confirm.value,
        costs=dict(_cost(text, copy.config.currency) for text in cost or ()),
    )
    with show.working("simulating") as watch:
        found = run(books, copy, assumed, watch=watch)
    for problem in copy.problems:
        show.say(f"refused: {problem}")
    _write(found, html, plots, png=png)
    _print(found, format)
    if copy.problems:
        raise typer.Exit(show.FINDINGS)


def _check_draw(payments: Payments, delays: str, seed: int | None, effect: int) -> None:
    """Refuse a draw without a seed, a seed without a draw, and a distribution nobody knows."""
    from dunning_sdk.simulation.payment_model import OBSERVED, parse_delays

    if payments is Payments.RECORDED:
        given = {"--delays": delays != OBSERVED, "--seed": seed is not None}
        given["--notice-effect"] = effect > 0
        if any(given.values()):
            option = next(name for name, is_given in given.items() if is_given)
            message = f"{option} is for payments that are drawn"
            raise ConfigError(message, hint="Add --payments drawn, or leave it out.")
        return
    if seed is None:
        raise ConfigError("Drawing payments needs a seed", hint="Add --seed with a whole number.")
    if delays != OBSERVED:
        parse_delays(delays)


def _check_plots(plots: Path | None, *, png: bool) -> None:
    """Refuse pictures without a folder, or without what draws them, before any work is done."""
    from dunning_sdk.notices.press import has_press

    if png and plots is None:
        raise ConfigError("--png needs --plots", hint="Name the folder they go to.")
    if png and not has_press():
        hint = "Install it: pip install 'dunning-sdk[letters]'."
        raise ConfigError("PNG needs typst, which is not installed", hint=hint)


def _portfolio(path: Path, *, sources: bool, start: date) -> "Portfolio":
    from dunning_sdk.simulation.portfolio import sourced_portfolio, stored_portfolio

    return sourced_portfolio(path, first=start) if sources else stored_portfolio(path)


def _drawn(copy: "Portfolio", delays: str, seed: int, effect: int) -> "Drawn":
    from dunning_sdk.simulation.payment_model import OBSERVED, Drawn, observed_delays, parse_delays

    observed = delays == OBSERVED
    found = observed_delays(copy.streams.values()) if observed else parse_delays(delays)
    return Drawn(delays=found, seed=seed, label=delays, notice_effect_pct=effect)


def _cost(text: str, currency: str) -> "tuple[str, Money]":
    channel, mark, amount = text.partition("=")
    if not mark or not channel:
        raise ConfigError(f"--cost {text!r} is not CHANNEL=AMOUNT", hint="Write letter=1.50.")
    return channel, amount_of(channel, amount, currency)


def _print(found: "Simulation", format: Format) -> None:
    from dunning_sdk.simulation import simulation_report as report

    if format is Format.JSON:
        from dunning_sdk.records.codec import to_json

        show.as_json(to_json(found))
        return
    grids = (report.assumptions, report.summary, report.by_channel, report.by_step, report.by_month)
    for lay_out in grids:
        grid = lay_out(found)
        show.as_table(grid.head, grid.rows, title=grid.title)


def _write(found: "Simulation", html: Path | None, plots: Path | None, *, png: bool) -> None:
    """Write the page and the charts, each whole or not at all."""
    from dunning_sdk.connectors.whole_file import write_whole
    from dunning_sdk.simulation.chart import chart_png, chart_svg
    from dunning_sdk.simulation.simulation_report import charts, page

    if html is not None:
        write_whole(html, page(found).encode(), connector="report")
        show.say(f"wrote {html}")
    if plots is None:
        return
    for chart in charts(found):
        text = chart_svg(chart)
        path = plots / f"{chart.id}.svg"
        write_whole(path, text.encode(), connector="report")
        show.say(f"wrote {path}")
        if png:
            picture = path.with_suffix(".png")
            write_whole(picture, chart_png(text), connector="report")
            show.say(f"wrote {picture}")
