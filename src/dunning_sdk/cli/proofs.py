"""The commands that prove and compare rule books: prove, diff."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.checks import ReportFormat, ReportOption, print_findings
from dunning_sdk.cli.show import Format, FormatOption
from dunning_sdk.errors import ConfigError

if TYPE_CHECKING:
    from dunning_sdk.rules.book import Book
    from dunning_sdk.simulation.comparing import Affected
    from dunning_sdk.verify.difference import BookDiff, Region, RuleDiff
    from dunning_sdk.verify.verdict import BookProof

SAFEGUARDS = "safeguards"
BooksArgument = Annotated[
    list[str] | None, typer.Argument(help="Book ids or folders; none means every shipped book.")
]
RlimitOption = Annotated[
    int, typer.Option("--rlimit", min=1, help="Work z3 may do per question, as z3 counts it.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(prove)
    app.command()(diff)


def prove(
    books: BooksArgument = None,
    rlimit: RlimitOption = 100_000_000,
    format: ReportOption = ReportFormat.TEXT,
) -> None:
    """Prove what must always be true of rule books, or show where it is not."""
    _need_z3()
    from dunning_sdk.installation.library import open_library
    from dunning_sdk.verify.prove import prove_book
    from dunning_sdk.verify.report import junit_of_proofs, proof_findings

    library = open_library()
    inherited = library.load(SAFEGUARDS).invariants
    names = [name.rstrip("/") or name for name in books or sorted(library.registered)]
    found = {
        name: prove_book(library.load(name), inherited=inherited, rlimit=rlimit) for name in names
    }
    if format is ReportFormat.TEXT:
        for name, one in found.items():
            _show_proofs(name, one)
    elif format is ReportFormat.JSON:
        show.as_json({name: _plain(one) for name, one in found.items()})
    elif format is ReportFormat.JUNIT:
        typer.echo(junit_of_proofs(found), nl=False)
    else:
        print_findings([line for one in found.values() for line in proof_findings(one)], format)
    if not all(one.passed for one in found.values()):
        raise typer.Exit(show.FINDINGS)


def _show_proofs(name: str, found: "BookProof") -> None:
    """Print each invariant that is not proved with its case, and a line that sums up."""
    for one in found.proofs:
        if not one.is_proved:
            text = f"{name}: {one.about}: {one.title}: {one.message}"
            typer.echo(f"{one.status.upper()}: {one.place}: {text}")
            if one.case:
                typer.echo(f"  {one.invariant}, as a case that fails:\n")
                typer.echo("".join(f"  {line}\n" for line in one.case.splitlines()))
    for place in found.opaque:
        typer.echo(f"OPAQUE: {name}: {place}")
    proved = sum(one.is_proved for one in found.proofs)
    typer.echo(f"{name}: {proved} of {len(found.proofs)} invariants proved")


def _plain(found: "BookProof") -> dict[str, object]:
    return {
        "passed": found.passed,
        "opaque": list(found.opaque),
        "invariants": [
            {
                "id": one.invariant,
                "title": one.title,
                "about": one.about,
                "status": one.status.value,
                "message": one.message,
                "facts": dict(one.facts),
                "outcome": dict(one.outcome),
                "case": one.case,
                "is_real": one.is_real,
                "file": one.file,
                "line": one.line,
                "column": one.column,
            }
            for one in found.proofs
        ],
    }


def diff(
    old: Annotated[str, typer.Argument(help="The book before: an id or a folder.")],
    new: Annotated[str, typer.Argument(help="The book after: an id or a folder.")],
    portfolio: Annotated[
        Path | None,
        typer.Option("--portfolio", help="Folder of an installation: who is affected there."),
    ] = None,
    as_of: Annotated[
        str, typer.Option("--as-of", help="Day of the portfolio, YYYY-MM-DD.", metavar="DATE")
    ] = "",
    rlimit: RlimitOption = 100_000_000,
    format: FormatOption = Format.TEXT,
) -> None:
    """Show where two rule books decide otherwise, or prove that they do not."""
    _need_z3()
    from dunning_sdk.installation.library import open_library
    from dunning_sdk.verify.diff import diff_books

    if portfolio is not None and not as_of:
        raise ConfigError("--portfolio needs --as-of", hint="Give the day decided for.")
    library = open_library()
    books = library.load(old), library.load(new)
    found = diff_books(*books, rlimit=rlimit)
    affected = _affected(portfolio, *books, as_of=as_of) if portfolio else ()
    if format is Format.JSON:
        from dunning_sdk.records.codec import to_json

        show.as_json(
            {
                "is_equal": found.is_equal,
                **to_json(found),
                "affected": [to_json(one) for one in affected],
            }
        )
    else:
        for line in (*_diff_lines(found), *_affected_lines(affected)):
            typer.echo(line)
    if not found.is_equal:
        raise typer.Exit(show.FINDINGS)


def _affected(folder: Path, old: "Book", new: "Book", *, as_of: str) -> "tuple[Affected, ...]":
    from dunning_sdk.simulation.comparing import compare_portfolio

    with show.opened(folder) as engine:
        return compare_portfolio(engine, old, new, as_of=show.day(as_of))


def _diff_lines(found: "BookDiff") -> Iterator[str]:
    for one in found.rules:
        if one.change != "equal":
            yield f"{one.change.upper()}: {one.rule}" + (f": {one.message}" if one.message else "")
            yield from _rule_lines(one)
    equal = sum(one.change == "equal" for one in found.rules)
    yield f"{found.old} → {found.new}: {equal} of {len(found.rules)} rules proved to decide alike"


def _rule_lines(one: "RuleDiff") -> Iterator[str]:
    for region in one.regions:
        where = ", ".join(f"{name}: {cell}" for name, cell in region.where.items())
        part = "" if region.everywhere else " (in part of it)"
        yield f"  where {{{where}}}{part}" if where else f"  everywhere{part}"
        names = [name for name in {**region.old, **region.new} if _differ(region, name)]
        for name in names:
            before, after = region.old.get(name), region.new.get(name)
            yield f"    {name}: {_word(before)} → {_word(after)}"
        yield f"    for example {_written(region.facts)}"
    if one.is_cut:
        yield "  and elsewhere"
    for step in one.steps:
        yield f"  {step.change} {step.step or 'options'}"
        for name, (before, after) in step.fields.items():
            yield f"    {name}: {before} → {after}"


def _differ(region: "Region", name: str) -> bool:
    return bool(region.old.get(name) != region.new.get(name))


def _affected_lines(affected: "tuple[Affected, ...]") -> Iterator[str]:
    for one in affected:
        yield f"AFFECTED: {one.receivable_id}: {one.old} → {one.new}"
        for word, acts in (("added", one.added), ("removed", one.removed), ("moved", one.moved)):
            if acts:
                yield f"  {word}: {', '.join(acts)}"


def _written(facts: Mapping[str, object]) -> str:
    return "{" + ", ".join(f"{name}: {_word(value)}" for name, value in facts.items()) + "}"


def _word(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    return "nothing" if value in (None, "") else str(value)


def _need_z3() -> None:
    """Say which extra is missing, before any work is done.

    Raises:
        ConfigError: z3 is not installed.
    """
    from importlib.util import find_spec

    if find_spec("z3") is None:
        hint = "Install it: pip install 'dunning-sdk[prove]'."
        raise ConfigError("Proofs need z3, which is not installed", hint=hint)
