"""The command `init`: a new installation that runs at once, and overwrites nothing."""

import base64
import secrets
from importlib import resources
from pathlib import Path
from typing import Annotated, Final

import typer

from dunning_sdk.errors import ConfigError

FILES: Final = ("dunning.toml", "invoices.csv", "payments.csv")
KEY: Final = "dunning.key"


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(init)


def init(
    folder: Annotated[Path, typer.Argument(help="Where; made if it is missing.")] = Path(),
) -> None:
    """Write a configuration, a key and empty files to start from; keep what is there."""
    templates = resources.files("dunning_sdk.cli") / "templates"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            _write(folder / name, (templates / name).read_text(encoding="utf-8"))
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        _write(folder / KEY, key + "\n", mode=0o600)
    except OSError as problem:
        message = f"{folder} cannot be written to: {problem.strerror}"
        raise ConfigError(message, hint="Choose another folder.") from problem
    typer.echo("next: fill in dunning.toml, then run `dunning run --as-of DATE`")


def _write(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file unless it is there."""
    if path.exists():
        typer.echo(f"kept {path}")
        return
    path.touch(mode=mode)
    path.write_text(text, encoding="utf-8")
    typer.echo(f"wrote {path}")
