"""The command `serve`: the service, the portal and the console, in one process."""

from pathlib import Path
from typing import Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(serve)


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port; 0 for any that is free.")
    ] = 8080,
    config: Annotated[
        list[Path] | None,
        typer.Option(
            "--config",
            help="A configuration file, or its folder; repeatable, one for each tenant.",
            envvar="DUNNING_CONFIG",
        ),
    ] = None,
    proxies: Annotated[
        str,
        typer.Option(
            "--proxies", help="Addresses of proxies whose X-Forwarded-* headers are believed."
        ),
    ] = "",
    grace: Annotated[
        int, typer.Option("--grace", min=0, help="Seconds that requests under way may still take.")
    ] = 30,
    per_minute: Annotated[
        int, typer.Option("--per-minute", min=1, help="How often one API key may ask in a minute.")
    ] = 1200,
) -> None:
    """Serve the API, the portal and the console, until SIGTERM or Ctrl-C."""
    from dunning_sdk.connectors.extra import require_extra

    require_extra("web", "fastapi", "uvicorn", purpose="What `dunning serve` answers")
    from dunning_sdk.access.tenants import Tenants
    from dunning_sdk.web.serving import Listening, serve

    listening = Listening(
        host=host, port=port, proxies=proxies, grace_seconds=grace, per_minute=per_minute
    )
    with Tenants.open(config or [DEFAULT_CONFIG]) as tenants:
        for name in tenants.names:
            show.watched(tenants.engine(name))
        serve(
            tenants,
            listening,
            told=lambda address: show.say(f"serving {', '.join(tenants.names)} on {address}"),
        )
