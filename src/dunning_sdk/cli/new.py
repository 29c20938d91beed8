"""The commands `new rule`, `new book` and `new plugin`: files that pass their tests at once."""

from importlib import resources
from pathlib import Path
from typing import Annotated, Final

import typer

from dunning_sdk.cli import show
from dunning_sdk.errors import ConfigError

KINDS: Final = ("charges", "eligibility", "guards", "mandate", "procedure", "scenario", "splitting")

BookOption = Annotated[
    Path, typer.Option("--book", help="Folder of the book; the current folder if not given.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    group = typer.Typer(
        help="Begin a book, a rule or a plugin.", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("rule")(new_rule)
    group.command("book")(new_book)
    group.command("plugin")(new_plugin)
    app.add_typer(group, name="new")


def new_rule(
    kind: Annotated[str, typer.Argument(help=f"Kind of rule: {', '.join(KINDS)}.")],
    name: Annotated[str, typer.Argument(help="Its name, such as dispute-open.")],
    book: BookOption = Path(),
) -> None:
    """Write a rule, its cases and its reason, to be changed; they pass as they are."""
    if kind not in KINDS:
        message = f"There is no kind of rule {kind}"
        raise ConfigError(message, hint=f"Use one of {', '.join(KINDS)}.")
    _check_name(name)
    head = book / "book.yaml"
    if not head.is_file():
        message = f"{book} holds no book.yaml"
        raise ConfigError(message, hint="Give the folder of a book by --book, or make one.")
    text = head.read_text(encoding="utf-8")
    rule, cases = _texts(kind, name)
    if f"reason: {name}" in rule or f"[{name}]" in rule:
        text = with_reason(text, name)
    _write(book / f"{kind}.{name}.yaml", rule)
    _write(book / f"{kind}.{name}.cases.yaml", cases)
    head.write_text(text, encoding="utf-8")
    typer.echo(f"next: change {kind}.{name}.yaml, then run `dunning check {book}`")


def new_book(
    name: Annotated[str, typer.Argument(help="Id of the book, such as our-reminders.")],
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Where; a folder of that name if not given.")
    ] = None,
) -> None:
    """Write a book of one mandate and one procedure that extends the safeguards."""
    _check_name(name)
    place = folder or Path(name)
    _write(place / "book.yaml", _filled("book.yaml", name))
    for kind in ("mandate", "procedure"):
        rule, cases = _texts(kind, name)
        _write(place / f"{kind}.{name}.yaml", rule.replace('procedure: ""', _chosen(name)))
        _write(place / f"{kind}.{name}.cases.yaml", cases.replace('procedure: ""', _chosen(name)))
    typer.echo(f"next: change the rules, then run `dunning check {place}`")


def new_plugin(
    name: Annotated[str, typer.Argument(help="Its name, such as our-tool.")],
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Where; dunning-NAME if not given.")
    ] = None,
) -> None:
    """Write a distribution with a source of invoices over HTTP, to be changed; its tests pass."""
    _check_name(name)
    if name == "sdk":
        raise ConfigError("A plugin cannot be called as this package is", hint="Say what it is to.")
    place = folder or Path(f"dunning-{name}")
    module = f"dunning_{name.replace('-', '_')}"
    texts = {
        "pyproject.toml": "pyproject.toml",
        "README.md": "README.md",
        f"src/{module}/__init__.py": "module.py",
        f"tests/test_{module.removeprefix('dunning_')}.py": "test_module.py",
    }
    for path, template in texts.items():
        text = _template("plugin", f"{template}.txt").replace("MODULE", module)
        variable = name.replace("-", "_").upper()
        _write(place / path, text.replace("NAME", name).replace("VARIABLE", variable))
    _write(place / "src" / module / "py.typed", "")
    typer.echo(f"next: run `pip install -e {place} pytest`, then `pytest {place}`")


def with_reason(text: str, name: str) -> str:
    """Return a book.yaml with one more reason; the rest of the text stays as it is."""
    entry = f"  {name}:\n    en: Say here why ({name}).\n    fr: Dites ici pourquoi ({name}).\n"
    if f"\n  {name}:" in text:
        return text
    lines = text.splitlines(keepends=True)
    at = next((at for at, line in enumerate(lines) if line.rstrip() == "reasons:"), None)
    if at is not None:
        return "".join([*lines[: at + 1], entry, *lines[at + 1 :]])
    if any(line.startswith("reasons:") for line in lines):
        raise ConfigError(
            "The reasons of book.yaml stand on one line", hint="Write one reason per line."
        )
    return text.rstrip("\n") + "\nreasons:\n" + entry


def _chosen(name: str) -> str:
    return f"procedure: procedure.{name}"


def _texts(kind: str, name: str) -> tuple[str, str]:
    return _filled(f"{kind}.yaml", name), _filled(f"{kind}.cases.yaml", name)


def _filled(file: str, name: str) -> str:
    return _template("new", file).replace("NAME", name)


def _template(folder: str, file: str) -> str:
    template = resources.files("dunning_sdk.cli") / "templates" / folder / file
    return template.read_text(encoding="utf-8")


def _check_name(name: str) -> None:
    parts = name.split("-")
    if not all(part.isascii() and part.isalnum() and part == part.lower() for part in parts):
        message = f"{name} is no name of a rule, a book or a plugin"
        raise ConfigError(message, hint="Use small letters, digits and single hyphens.")
    if not name[0].isalpha():
        raise ConfigError(f"{name} does not begin with a letter", hint="Begin with a letter.")


def _write(path: Path, text: str) -> None:
    if path.exists():
        message = f"{path} is there already"
        raise ConfigError(message, hint="Choose another name, or change that file.")
    show.write(path, text)
