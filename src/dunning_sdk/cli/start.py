"""The command `init`: a new installation that runs at once, and overwrites nothing."""

import base64
import json
import secrets
from importlib import resources
from pathlib import Path
from typing import Annotated, Final

import typer

from dunning_sdk.errors import ConfigError

FILES: Final = ("dunning.toml", "invoices.csv", "payments.csv")
KEY: Final = "dunning.key"
DEFAULT_BOOK: Final = "friendly"


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(init)


def init(
    folder: Annotated[Path, typer.Argument(help="Where; made if it is missing.")] = Path(),
    book: Annotated[
        str, typer.Option("--book", help="Id of a rule book, or a folder below that place.")
    ] = DEFAULT_BOOK,
) -> None:
    """Write a configuration, a key and empty files to start from; keep what is there."""
    templates = resources.files("dunning_sdk.cli") / "templates"
    if book != DEFAULT_BOOK:
        _check(book, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            text = (templates / name).read_text(encoding="utf-8")
            _write(folder / name, text.replace(_line(DEFAULT_BOOK), _line(book)))
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        _write(folder / KEY, key + "\n", mode=0o600)
    except OSError as problem:
        message = f"{folder} cannot be written to: {problem.strerror}"
        raise ConfigError(message, hint="Choose another folder.") from problem
    typer.echo("next: fill in dunning.toml, then run `dunning run --as-of DATE`")


def _line(book: str) -> str:
    return f"\nbook = {json.dumps(book)}"


def _check(book: str, folder: Path) -> None:
    """Refuse a book that is not there, or that says nothing of when anybody is written to.

    Raises:
        ConfigError: It cannot be what an installation runs by.
    """
    from dunning_sdk.installation.library import open_library

    if not open_library(folder).load(book).procedures:
        message = f"The rule book {book} has no procedure, so nothing would ever be sent"
        raise ConfigError(message, hint="Choose another, or make one: `dunning new book`.")
    if (folder / FILES[0]).exists():
        message = f"{folder / FILES[0]} is there already"
        raise ConfigError(message, hint=f"Set `book = {json.dumps(book)}` in it.")


def _write(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file unless it is there."""
    if path.exists():
        typer.echo(f"kept {path}")
        return
    path.touch(mode=mode)
    path.write_text(text, encoding="utf-8")
    typer.echo(f"wrote {path}")
