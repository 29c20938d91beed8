"""The commands of a run: pull, decide, propose, approve, execute, run, explain, review."""

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dunning_sdk.cli import show, tables
from dunning_sdk.cli.show import (
    DEFAULT_CONFIG,
    AsOfOption,
    ConfigOption,
    Format,
    FormatOption,
    Tongue,
)

if TYPE_CHECKING:
    from dunning_sdk.engine.engine import Engine
    from dunning_sdk.proposals.report import RunReport

FullOption = Annotated[
    bool, typer.Option("--full", help="Look at every receivable, not only those due for review.")
]

QueueOption = Annotated[
    bool, typer.Option("--queue", help="Send nothing now; `dunning worker` does.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (pull, decide, propose, approve, execute, explain, review):
        app.command()(command)
    app.command("run")(run_day)


def pull(
    as_of: AsOfOption, config: ConfigOption = DEFAULT_CONFIG, format: FormatOption = Format.TEXT
) -> None:
    """Bring in invoices, payments, drafts, and news of notices that left, from the sources."""
    with show.opened(config) as engine, show.working("pulling"):
        report = engine.pull(as_of=show.day(as_of))
    tables.show_pull(report, format)
    if report.problems:
        raise typer.Exit(show.FINDINGS)


def decide(
    receivable: Annotated[str, typer.Argument(help="Receivable id, or a quote with --quote.")],
    as_of: AsOfOption,
    quote: Annotated[
        bool, typer.Option("--quote", help="Ask whether a quote may be financed.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Show what is next for one receivable, or whether a quote may be financed; no effect."""
    from dunning_sdk.records.codec import to_json

    with show.opened(config) as engine:
        if quote:
            answer = engine.ask_eligibility(receivable, as_of=show.day(as_of))
            content: dict[str, Any] = {
                "quote": receivable,
                "outcome": answer.outcome,
                "amount": str(answer.amount),
                "maximum": str(answer.maximum),
                "reasons": list(answer.reasons),
                "advice": answer.advice,
                "deposit_due_on": answer.deposit_due_on,
            }
        else:
            decided = engine.decide(receivable, as_of=show.day(as_of))
            decision = decided.decision
            content = {
                "receivable": receivable,
                "outcome": decision.outcome.value,
                "reasons": list(decision.reasons),
                "step": decision.step.id if decision.step else None,
                "act_on": decision.act_on,
                "actor": decision.actor,
                "channels": list(decision.channels),
                "amount": to_json(decision.amount) if decision.amount else None,
                "review_on": decided.review_on,
            }
    if format is Format.JSON:
        show.as_json(content)
        return
    show.as_table(("", ""), [(key, tables.plain(value)) for key, value in content.items()])


def propose(
    as_of: AsOfOption,
    due_only: Annotated[
        bool, typer.Option("--due-only", help="Look only at receivables due for review.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Show what a run on a day would do; nothing leaves."""
    with show.opened(config) as engine, show.working("proposing") as engine.watch:
        proposal = engine.propose(as_of=show.day(as_of), full=not due_only)
    tables.show_proposal(proposal, format)


def approve(
    proposal: Annotated[str, typer.Argument(help="Proposal id, or the beginning of one.")],
    acts: Annotated[
        list[str] | None, typer.Argument(help="Act ids; none approves all that need it.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who approves; kept with the approval.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Approve acts of a proposal that wait for a person."""
    with show.opened(config) as engine:
        approved = engine.approve(proposal, acts or (), by=by)
    if format is Format.JSON:
        show.as_json({"proposal": approved.id, "approved": list(approved.approved)})
        return
    typer.echo(f"proposal {approved.id}: {len(approved.approved)} acts approved")


def execute(
    proposal: Annotated[str, typer.Argument(help="Proposal id, or the beginning of one.")],
    queue: QueueOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Do what a proposal holds and what is approved; safe to repeat."""
    with show.opened(config) as engine, show.working("executing") as engine.watch:
        report = engine.execute(proposal, send=not queue)
    tables.show_run(report, format)
    _leave(report)


def run_day(
    as_of: AsOfOption,
    full: FullOption = False,
    no_pull: Annotated[
        bool, typer.Option("--no-pull", help="Use what is here; read no source.")
    ] = False,
    queue: QueueOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Pull, propose, and execute what needs no approval."""
    on = show.day(as_of)
    problems = False
    with show.opened(config) as engine:
        if not no_pull:
            with show.working("pulling"):
                pulled = engine.pull(as_of=on)
            problems = bool(pulled.problems)
            for problem in pulled.problems:
                show.say(f"refused: {problem}")
        with show.working("running") as engine.watch:
            proposal, report = engine.run(as_of=on, full=full, send=not queue)
    if format is Format.JSON:
        from dunning_sdk.records.codec import to_json

        show.as_json({"proposal": to_json(proposal), "report": report.as_json()})
    else:
        tables.show_proposal(proposal, format)
        tables.show_run(report, format)
    _leave(report, refused=problems)


def _leave(report: "RunReport", *, refused: bool = False) -> None:
    """Leave with the exit code of a run; an act that did not leave weighs most."""
    if report.failed or report.uncertain:
        raise typer.Exit(show.OUTSIDE)
    if refused:
        raise typer.Exit(show.FINDINGS)


def explain(
    as_of: AsOfOption,
    receivables: Annotated[
        list[str] | None, typer.Argument(help="Receivable ids; none explains every receivable.")
    ] = None,
    proposal: Annotated[
        str, typer.Option("--proposal", help="As before the run of that proposal.", metavar="ID")
    ] = "",
    language: Annotated[
        Tongue, typer.Option("--language", help="Language of the text: en or fr.")
    ] = Tongue.EN,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Say why, or why not, something is done, what would change that, and what comes when."""
    with show.opened(config) as engine:
        found = [
            engine.explain(name, as_of=show.day(as_of), language=language.value, proposal=proposal)
            for name in receivables or _all_by(engine, show.day(as_of))
        ]
    tables.show_explanations(found, format, is_one=len(receivables or ()) == 1)


def _all_by(engine: "Engine", as_of: date) -> list[str]:
    """Return the ids of every receivable first seen by a day."""
    with engine.store.begin() as session:
        rows = [row.receivable for row in session.receivables()]
    return [receivable.id for receivable in rows if receivable.entered_on <= as_of]


def review(
    as_of: AsOfOption, config: ConfigOption = DEFAULT_CONFIG, format: FormatOption = Format.TEXT
) -> None:
    """List what waits for a person, what is past its date first."""
    with show.opened(config) as engine:
        items = engine.review(as_of=show.day(as_of))
    if format is Format.JSON:
        show.as_json([asdict(item) for item in items])
        return
    rows = [
        (item.id, item.kind, item.subject, item.opened_on, tables.plain(dict(item.detail)))
        for item in items
    ]
    show.as_table(("id", "kind", "about", "since", "detail"), rows)
