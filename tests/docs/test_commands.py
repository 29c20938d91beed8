"""Every command of the program explains itself, and is on the page about the command line."""

from typing import Annotated

import typer.main

from tests.docs.pages import ROOT, command_line


def unexplained(commands):
    return [
        f"{words} {parameter.name}" if parameter else words
        for words, command in commands
        for parameter in [None, *command.params]
        if not (getattr(parameter, "help", None) if parameter else command.help)
    ]


def test_a_command_without_help_is_seen():
    app = typer.Typer()

    @app.command(help="Run.")
    def run(as_of: str, mode: Annotated[str, typer.Option(help="How to send.")]): ...

    assert unexplained([("dunning run", typer.main.get_command(app))]) == ["dunning run as_of"]


def test_every_command_and_parameter_has_help():
    assert unexplained(command_line()) == []


def test_every_command_is_on_its_page():
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")

    assert [words for words, _ in command_line() if f"## `{words}`\n" not in page] == []
