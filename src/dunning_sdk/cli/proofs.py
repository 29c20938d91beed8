"""The commands that compare and prove rule books: prove."""

from typing import TYPE_CHECKING, Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import Format, FormatOption
from dunning_sdk.errors import ConfigError

if TYPE_CHECKING:
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


def prove(
    books: BooksArgument = None,
    rlimit: RlimitOption = 100_000_000,
    format: FormatOption = Format.TEXT,
) -> None:
    """Prove what must always be true of rule books, or show where it is not."""
    _need_z3()
    from dunning_sdk.engine.library import open_library
    from dunning_sdk.verify.prove import prove_book

    library = open_library()
    inherited = library.load(SAFEGUARDS).invariants
    names = books or sorted(library.registered)
    found = {
        name: prove_book(library.load(name), inherited=inherited, rlimit=rlimit) for name in names
    }
    if format is Format.JSON:
        show.as_json({name: _plain(one) for name, one in found.items()})
    else:
        for name, one in found.items():
            _show_proofs(name, one)
    if not all(one.passed for one in found.values()):
        raise typer.Exit(show.FINDINGS)


def _show_proofs(name: str, found: "BookProof") -> None:
    """Print each invariant that is not proved with its case, and a line that sums up."""
    for one in found.proofs:
        if not one.is_proved:
            typer.echo(f"{one.status.upper()}: {name}: {one.about}: {one.title}: {one.message}")
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
            }
            for one in found.proofs
        ],
    }


def _need_z3() -> None:
    """Say which extra is missing, before any work is done.

    Raises:
        ConfigError: z3 is not installed.
    """
    from importlib.util import find_spec

    if find_spec("z3") is None:
        hint = "Install it: pip install 'dunning-sdk[prove]'."
        raise ConfigError("Proofs need z3, which is not installed", hint=hint)
