"""The command `evidence`: make the evidence file of a receivable, or verify one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, ConfigOption, Format, FormatOption, Tongue
from dunning_sdk.errors import ConfigError

if TYPE_CHECKING:
    from dunning_sdk.evidence.evidence_check import Verified


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(evidence)


def evidence(  # noqa: PLR0913 - making and verifying each have options of their own
    receivable: Annotated[str, typer.Argument(help="Receivable id.")] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", help="Day of the file, YYYY-MM-DD.", metavar="DATE")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Name of the files: NAME.zip and NAME.pdf."),
    ] = None,
    verify: Annotated[
        Path | None, typer.Option("--verify", help="Verify an evidence file; needs no store.")
    ] = None,
    seal: Annotated[str, typer.Option("--seal", help="Seal noted when the file was made.")] = "",
    digest: Annotated[
        str, typer.Option("--digest", help="A digest handed out before.", metavar="DATE=ROOT")
    ] = "",
    language: Annotated[
        Tongue, typer.Option("--language", help="Language of the page: en or fr.")
    ] = Tongue.EN,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Write all that proves a claim to one ZIP archive and one PDF, or verify such an archive."""
    if verify is not None:
        _verify(verify, seal, digest, format)
        return
    if not receivable or out is None or not as_of:
        raise ConfigError(
            "An evidence file needs a receivable, a day and a name",
            hint="dunning evidence F-1001 --as-of 2026-06-01 -o F-1001, or --verify FILE.",
        )
    _make(receivable, as_of, out, language, config, format)


def _make(
    receivable: str, as_of: str, out: Path, language: Tongue, config: Path, format: Format
) -> None:
    from dunning_sdk.connectors.whole_file import write_whole

    with show.opened(config) as engine:
        found = engine.evidence(receivable, as_of=show.day(as_of), language=language.value)
    stem = out.with_suffix("") if out.suffix in (".zip", ".pdf") else out
    files = {stem.parent / f"{stem.name}.zip": found.archive}
    files[stem.parent / f"{stem.name}.pdf"] = found.page
    for path, content in files.items():
        write_whole(path, content, connector="evidence")
    if format is Format.JSON:
        names = [path.as_posix() for path in files]
        show.as_json({"files": names, "seal": found.seal, "is_erased": found.is_erased})
        return
    for path in files:
        typer.echo(f"wrote {path}")
    typer.echo(f"seal {found.seal}")
    if found.is_erased:
        typer.echo("the debtor was erased: his data is not in the file")


def _verify(path: Path, seal: str, digest: str, format: Format) -> None:
    from dunning_sdk.evidence.evidence_check import verify_evidence
    from dunning_sdk.records.codec import to_json

    day, mark, root = digest.partition("=")
    if digest and not (mark and root):
        raise ConfigError(f"--digest {digest!r} is not DATE=ROOT", hint="As the report had it.")
    found = verify_evidence(show.read(path), seal=seal, digest=(day, root))
    if format is Format.JSON:
        show.as_json(to_json(found))
    else:
        _show(found)
    if found.faults:
        raise typer.Exit(show.FINDINGS)


def _show(found: "Verified") -> None:
    for fault in found.faults:
        typer.echo(f"fault: {fault}")
    about = f"{found.receivable_id} as of {found.as_of}"
    typer.echo(f"{about}: {found.events} events in {found.streams} streams")
    for on, root in found.digests[-1:]:
        typer.echo(f"latest digest {on}={root}")
    typer.echo(f"seal {found.seal}")
    if found.is_erased:
        typer.echo("the debtor was erased: his data is not in the file")
    if not found.faults:
        typer.echo("sound: nothing was changed, left out or cut off since it was made")
