"""The commands of the law: late interest on a claim, a parameter, what is stale."""

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final

import typer

from dunning_sdk.cli import show, time_limits
from dunning_sdk.cli.show import AsOfOption, Format, FormatOption, LawConfigOption
from dunning_sdk.errors import ConfigError, CurrencyMismatchError, ParameterNotFoundError

if TYPE_CHECKING:
    from dunning_sdk.law.claim import Claim, PartPayment
    from dunning_sdk.law.statutes import Statutes

FROM_DUE: Final = ("from-due", "[due,paid)", "[)")
AFTER_DUE: Final = ("after-due", "(due,paid]", "(]")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    law = typer.Typer(help="Ask the law.", no_args_is_help=True, rich_markup_mode=None)
    law.command()(interest)
    law.command("show")(show_parameter)
    law.command()(stale)
    time_limits.add_to(law)
    law.callback()(_law)
    app.add_typer(law, name="law")


def _law() -> None:
    """Ask the law: dated values with their sources, late interest, terms and time limits."""


def interest(  # noqa: PLR0913 - each question the law asks is an option
    jurisdiction: Annotated[str, typer.Option("--jurisdiction", help="Whose law: FR, DE, UK, …")],
    principal: Annotated[str, typer.Option("--principal", help="Open amount with VAT: 10000.00.")],
    currency: Annotated[str, typer.Option("--currency", help="Its currency: EUR.")],
    due: Annotated[str, typer.Option("--due", help="Due date, YYYY-MM-DD.")],
    paid: Annotated[str, typer.Option("--paid", help="Day of payment, or to count to.")],
    regime: Annotated[
        str, typer.Option("--regime", help="business, public, consumer, …: who owes.")
    ] = "business",
    payment: Annotated[
        list[str] | None,
        typer.Option("--payment", help="Part paid along the way, DATE=AMOUNT; may be repeated."),
    ] = None,
    convention: Annotated[
        str, typer.Option("--convention", help="after-due: (due, paid]; from-due: [due, paid).")
    ] = "after-due",
    rounding: Annotated[
        str, typer.Option("--rounding", help="Where to round: once or per-segment.")
    ] = "once",
    contract: Annotated[str, typer.Option("--contract", help="When the contract was made.")] = "",
    agreed_rate: Annotated[
        str, typer.Option("--agreed-rate", help="Percent per year that the contract sets.")
    ] = "",
    mechanism: Annotated[
        str, typer.Option("--mechanism", help="How it was transferred: assignment, subrogation.")
    ] = "none",
    formal_notice: Annotated[
        str, typer.Option("--formal-notice", help="When formal notice was given.")
    ] = "",
    accrued_until: Annotated[
        str, typer.Option("--accrued-until", help="First day no earlier statement counted.")
    ] = "",
    config: LawConfigOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Compute late interest: every segment with days, rate and source."""
    from dunning_sdk.domain.money import Money
    from dunning_sdk.law.claim import Claim, Convention, Mechanism, Rounding
    from dunning_sdk.law.interest import late_interest
    from dunning_sdk.law.wording import statement_data

    statutes = show.statutes_of(config)
    claim = Claim(
        jurisdiction=jurisdiction,
        regime=regime,
        principal=Money.from_major(principal, currency),
        due_on=show.day(due, "--due"),
        until_on=show.day(paid, "--paid"),
        payments=tuple(_payment(text, currency) for text in payment or ()),
        convention=Convention(_chosen("--convention", _plain(convention), list(Convention))),
        rounding=Rounding(_chosen("--rounding", rounding.replace("_", "-"), list(Rounding))),
        contract_on=_day_or_none(contract, "--contract"),
        agreed_rate=_percent_or_none(agreed_rate),
        mechanism=Mechanism(_chosen("--mechanism", mechanism, list(Mechanism))),
        formal_notice_on=_day_or_none(formal_notice, "--formal-notice"),
        accrued_until=_day_or_none(accrued_until, "--accrued-until"),
    )
    said = statement_data(late_interest(statutes, claim)) | _compensation(statutes, claim)
    if format is Format.JSON:
        show.as_json(said)
    else:
        _show_statement(said)


def show_parameter(
    parameter: Annotated[str, typer.Argument(help="Its id, such as fr.late-payment.business.")],
    on: Annotated[str, typer.Option("--on", help="Only the value of that day.")] = "",
    config: LawConfigOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Show a parameter of the law: its values, with dates, sources and confidence."""
    from dunning_sdk.law.wording import mark, parameter_data, value_data

    found = show.statutes_of(config).parameter(parameter)
    values = (found.at(show.day(on, "--on")),) if on else found.values
    if format is Format.JSON:
        show.as_json(parameter_data(found, values))
        return
    typer.echo(f"{found.id}: {found.title}")
    if found.limits:
        typer.echo(f"limits: {found.limits}")
    validated = "yes" if found.lawyer_validated else "no"
    typer.echo(f"verified on {found.verified_on}; validated by a lawyer: {validated}")
    rows = [(value_data(found, value), mark(value.confidence)) for value in values]
    show.as_table(
        ("from", "until", "value", "confidence", "source"),
        [(row["from"], row["until"], row["value"], word, row["source"]) for row, word in rows],
    )


def stale(
    as_of: AsOfOption,
    config: LawConfigOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """List what nobody checked for a year, and series that have run out."""
    found = show.statutes_of(config).stale(show.day(as_of))
    rows = [
        {
            "id": item.id,
            "verified_on": item.verified_on.isoformat(),
            "known_before": item.values[-1].period.end.isoformat() if item.is_series else None,
        }
        for item in found
    ]
    if format is Format.JSON:
        show.as_json(rows)
        return
    show.as_table(
        ("parameter", "verified on", "known before"), [list(row.values()) for row in rows]
    )


def _show_statement(said: dict[str, object]) -> None:
    """Print a statement as a table of segments with what it rests on below."""
    segments = said["segments"]
    rows = segments if isinstance(segments, list) else []
    show.as_table(
        ("from", "to", "days", "principal", "rate %", "interest", "sources"),
        [
            (
                row["first_on"], row["last_on"], row["days"], row["principal"], row["rate_pct"],
                row["interest"], "; ".join(map(_supplied, row["sources"], row["origins"])),
            )
            for row in rows
        ],
    )  # fmt: skip
    unverified = "" if said["verified"] else " (unverified)"
    typer.echo(f"total: {said['total']} {said['currency']}, {said['days']} days{unverified}")
    for name in ("principal_open", "interest_open", "compensation", "compensation_note",
                 "convention", "rounding",
                 "basis", "confidence", "accrued_until"):  # fmt: skip
        typer.echo(f"{name}: {said[name]}")
    assumptions = said["assumptions"]
    for sentence in assumptions if isinstance(assumptions, list) else []:
        typer.echo(f"assumed: {sentence}")


def _supplied(source: str, origin: str) -> str:
    """Return a source with who supplied its value, where that was not us."""
    return source if origin in ("shipped", "contract") else f"{source} [{origin}]"


def _compensation(statutes: "Statutes", claim: "Claim") -> dict[str, object]:
    """Return the compensation beside the interest, or why there is none."""
    from dunning_sdk.law.compensation import recovery_compensation

    try:
        found = recovery_compensation(
            statutes, claim.jurisdiction, claim.principal,
            due_on=claim.due_on, regime=claim.regime,
        )  # fmt: skip
    except (ParameterNotFoundError, CurrencyMismatchError) as problem:
        return {"compensation": None, "compensation_note": problem.message}
    if found is None:
        return {"compensation": None, "compensation_note": "None is owed under this regime."}
    word = "" if found.confidence.verified else "unverified; "
    note = f"{word}{found.sources[0]}. {found.limits}".strip()
    return {"compensation": str(found.amount), "compensation_note": note}


def _payment(text: str, currency: str) -> "PartPayment":
    from dunning_sdk.domain.money import Money
    from dunning_sdk.law.claim import PartPayment

    on, mark, amount = text.partition("=")
    if not mark:
        raise ConfigError("--payment is not DATE=AMOUNT", hint="Write it as 2026-06-01=2500.00.")
    return PartPayment(on=show.day(on, "--payment"), amount=Money.from_major(amount, currency))


def _chosen(option: str, text: str, known: list[str]) -> str:
    if text not in known:
        raise ConfigError(f"{option} {text!r} is unknown", hint=f"Use {' or '.join(known)}.")
    return text


def _plain(convention: str) -> str:
    """Return the name of a convention that may be written as an interval."""
    bare = convention.replace(" ", "")
    return next((names[0] for names in (FROM_DUE, AFTER_DUE) if bare in names), convention)


def _percent_or_none(text: str) -> Decimal | None:
    """Return a percentage as a fraction; ``None`` for no text."""
    if text and not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,6})?", text):
        raise ConfigError("--agreed-rate is no percentage", hint="Write it as 12 or 12.5.")
    return Decimal(text) / 100 if text else None


def _day_or_none(text: str, option: str) -> date | None:
    return show.day(text, option) if text else None
