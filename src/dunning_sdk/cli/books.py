"""The commands around books: notice preview, plugins."""

from pathlib import Path
from typing import Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import Format, FormatOption
from dunning_sdk.errors import ConfigError


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(plugins)
    notice = typer.Typer(help="Look at notices.", no_args_is_help=True, rich_markup_mode=None)
    notice.command()(preview)
    notice.callback()(_notices)
    app.add_typer(notice, name="notice")


def _notices() -> None:
    """Look at notices before a debtor does."""


def preview(
    template: Annotated[str, typer.Argument(help="Name of a template, such as overdue-first.")],
    language: Annotated[
        str, typer.Option("--language", help="Language of the text, such as en, fr or de.")
    ] = "fr",
    templates: Annotated[
        Path | None, typer.Option("--templates", help="Folder of your own templates.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the letter, a PDF, here.")
    ] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Show a notice with made-up data; with --out also as a letter."""
    from dunning_sdk.installation.library import read_templates
    from dunning_sdk.notices.message import Composer
    from dunning_sdk.notices.sample import sample_context
    from dunning_sdk.notices.templates import load_shipped

    texts = load_shipped()
    if templates is not None:
        texts = texts.overlay(read_templates(templates), origin=templates.name)
    context = sample_context(template, language=language)
    channel = "letter" if out else "email"
    message = Composer(texts).compose(context, notice_id="preview", channel=channel)
    if out is not None:
        try:
            out.write_bytes(message.attachments[0].content)
        except OSError as problem:
            raise ConfigError(f"{out.name} cannot be written: {problem.strerror}") from problem
    if format is Format.JSON:
        show.as_json({"subject": message.subject, "text": message.text, "html": message.html})
        return
    typer.echo(f"Subject: {message.subject}\n\n{message.text}")


def plugins(format: FormatOption = Format.TEXT) -> None:
    """List what is loaded: plugins, where each comes from, and the hooks it answers."""
    from dunning_sdk.plugins import build_manager, describe

    found = describe(build_manager(installed=True))
    if format is Format.JSON:
        show.as_json(found)
        return
    show.as_table(
        ("plugin", "distribution", "hooks"),
        [(item["name"], item["distribution"], ", ".join(item["hooks"])) for item in found],
    )
