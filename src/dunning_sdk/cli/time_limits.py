"""The commands of the law about days: the latest due date of terms, the end of a time limit."""

from typing import Annotated, Any

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import Format, FormatOption, LawConfigOption


def add_to(law: typer.Typer) -> None:
    """Add these commands below ``law``."""
    law.command()(terms)
    law.command()(limit)


def terms(
    jurisdiction: Annotated[str, typer.Option("--jurisdiction", help="Whose law: FR, DE, UK, …")],
    issued: Annotated[str, typer.Option("--issued", help="Date of the invoice, YYYY-MM-DD.")],
    delivered: Annotated[
        str, typer.Option("--delivered", help="Day of delivery; that of the invoice where missing.")
    ] = "",
    config: LawConfigOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Show the latest due date an invoice may have, by every rule that may govern it."""
    from dunning_sdk.law.terms import caps_of
    from dunning_sdk.law.wording import mark

    caps = caps_of(
        show.statutes_of(config),
        jurisdiction,
        show.day(issued, "--issued"),
        delivered_on=show.day(delivered, "--delivered") if delivered else None,
    )
    rows: list[dict[str, Any]] = [
        {
            "rule": cap.parameter.id,
            "latest_due_on": cap.latest_on.isoformat(),
            "days": int(str(cap.value.amount)),
            "counted_from": str(cap.start),
            "method": str(cap.method) if cap.method else None,
            "title": cap.parameter.title,
            "confidence": mark(cap.value.confidence),
            "source": cap.value.source,
        }
        for cap in caps
    ]
    if format is Format.JSON:
        show.as_json(rows)
        return
    head = ("rule", "latest due on", "days", "counted from", "method", "confidence", "source")
    show.as_table(head, [[v for k, v in row.items() if k != "title"] for row in rows])
    typer.echo("A person says which of these rules governs the invoice.")


def limit(
    parameter: Annotated[
        str, typer.Argument(help="A period, such as fr.payment-order.service; see docs/law.")
    ],
    on: Annotated[str, typer.Option("--on", help="Day of the event; it does not count.")],
    picked: Annotated[
        str, typer.Option("--picked", help="Date that picks the value: the order's, for example.")
    ] = "",
    add: Annotated[
        list[str] | None,
        typer.Option("--add", help="A period that prolongs it, such as for distance."),
    ] = None,
    before: Annotated[
        bool, typer.Option("--before", help="Count back from the event: a writ before a hearing.")
    ] = False,
    config: LawConfigOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Show when a time limit of the law ends that an event sets running."""
    from dunning_sdk.law.time_limit import time_limit
    from dunning_sdk.law.wording import limit_data, mark

    found = time_limit(
        show.statutes_of(config),
        parameter,
        show.day(on, "--on"),
        picked_on=show.day(picked, "--picked") if picked else None,
        added=add or (),
        backward=before,
    )
    if format is Format.JSON:
        show.as_json(limit_data(found))
        return
    moved = f", moved from {found.nominal_on}, a closed day" if found.moved else ""
    typer.echo(f"{found.parameter_id}: {found.title}")
    typer.echo(f"last day: {found.ends_on}{moved}")
    typer.echo(f"confidence: {mark(found.confidence)}")
    for source in found.sources:
        typer.echo(f"source: {source}")
    if found.limits:
        typer.echo(f"limits: {found.limits}")
