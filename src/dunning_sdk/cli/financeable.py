"""The command that asks which receivables of a portfolio may be financed, and for how much."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, AsOfOption, ConfigOption, Format, FormatOption

if TYPE_CHECKING:
    from dunning_sdk.bulk.financing import Summary
    from dunning_sdk.engine.engine import Engine


def financeable(
    as_of: AsOfOption,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write the rows here: .csv, .jsonl or .arrow by its ending."),
    ] = None,
    refused: Annotated[
        bool, typer.Option("--refused", help="Write rows that may not be financed as well.")
    ] = False,
    stage: Annotated[
        Literal["quote", "invoice"], typer.Option("--stage", help="What is asked about.")
    ] = "invoice",
    chunk_rows: Annotated[
        int, typer.Option("--chunk-rows", min=1, help="Rows read at once.")
    ] = 250_000,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Say which receivables may be financed on a day, and for how much; nothing is changed."""
    from dunning_sdk.bulk.financing import Financier

    day = show.day(as_of)
    with show.opened(config) as engine:
        financier = Financier(engine, as_of=day, stage=stage)
        summary, written = _asked(financier, out, refused=refused, chunk_rows=chunk_rows)
        report = _plain(engine, summary) | {"as_of": day, "stage": stage, "written": written}
    if format is Format.JSON:
        show.as_json(report)
        return
    _tell(report)
    if out is not None:
        show.say(f"wrote {written} rows to {out}")


def _asked(
    financier: Any,  # noqa: ANN401 - a `Financier`, which is read when it is needed
    out: Path | None,
    *,
    refused: bool,
    chunk_rows: int,
) -> "tuple[Summary, int]":
    """Ask about all rows and write them as they come; a file appears whole, or not at all."""
    from dunning_sdk.bulk.financing import Summary
    from dunning_sdk.bulk.financing_listing import writer_of

    summary, written = Summary(), 0
    draft = out and out.with_name(out.name + ".part")
    writer = writer_of(draft, out.suffix.removeprefix(".")) if out and draft else None
    try:
        with show.working_at_a_rate("asking") as watch:
            for part in financier.parts(chunk_rows=chunk_rows, told=watch):
                summary += part.summary
                written += writer.write(part, refused=refused) if writer else 0
    except BaseException:
        if writer and draft:
            writer.close()
            draft.unlink()
        raise
    if writer and draft and out:
        writer.close()
        draft.replace(out)
    return summary, written


def _plain(engine: "Engine", summary: "Summary") -> dict[str, Any]:
    decided = summary.decided
    return {
        "book": engine.config.financed_book or engine.config.book,
        "rows": summary.rows,
        "set_aside": dict(summary.set_aside),
        "outcomes": dict(decided.outcomes),
        "reasons": dict(decided.reasons),
        "financed_minor": dict(decided.financed_minor),
        "debtors_over_line": summary.over_line,
        "within_lines_minor": dict(summary.within_lines),
        "paths": {rule: asdict(one) for rule, one in decided.paths.items()},
    }


def _tell(report: dict[str, Any]) -> None:
    show.as_table(("outcome", "rows"), sorted(report["outcomes"].items()))
    show.as_table(("reason", "rows"), sorted(report["reasons"].items()))
    show.as_table(("not asked about", "rows"), sorted(report["set_aside"].items()))
    ways = [(rule, n["columns"], n["one_by_one"]) for rule, n in sorted(report["paths"].items())]
    show.as_table(("rule", "by columns", "one by one"), ways)
    typer.echo(f"{report['rows']} rows; {_sums(report['financed_minor'])} may be financed")
    over = report["debtors_over_line"]
    if over:
        within = _sums(report["within_lines_minor"])
        typer.echo(f"{over} debtors' receivables exceed their credit lines; within these: {within}")


def _sums(minor: dict[str, int]) -> str:
    from dunning_sdk.domain.money import Money

    return ", ".join(str(Money(minor[word], word)) for word in sorted(minor)) or "nothing"
