"""The `dunning` program: its commands, its errors as one line each, its exit codes.

Exit codes: 0 fine, 1 findings or refused records, 2 wrong usage or a bad book, 3 an outside
system or the store failed, or an act did not leave.
"""

import json
import os
import sys
from typing import Annotated

import typer

from dunning_sdk.cli import (
    accounts,
    api_keys,
    books,
    care,
    checks,
    companies,
    dmn,
    evidence,
    inquiry,
    links,
    matches,
    new,
    portal,
    portfolio,
    privacy,
    proofs,
    records,
    recovery,
    serving,
    simulations,
    start,
    statements,
    statutes,
    table,
    threads,
    users,
    webhooks,
    work,
    working,
)
from dunning_sdk.cli.show import FINDINGS, OUTSIDE, USAGE
from dunning_sdk.errors import (
    BookError,
    ConnectorError,
    DunningError,
    RecordNotFoundError,
    StoreError,
)

app = typer.Typer(
    name="dunning",
    help="Get invoices paid: rule books in, reminders and split invoices out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def _program(
    log_format: Annotated[
        str,
        typer.Option(
            "--log-format",
            help="Write logs to standard error: text or json.",
            envvar="DUNNING_LOG_FORMAT",
            metavar="FORMAT",
        ),
    ] = "",
    log_level: Annotated[
        str,
        typer.Option(
            "--log-level", help="debug, info, warning or error.", envvar="DUNNING_LOG_LEVEL"
        ),
    ] = "info",
) -> None:
    """Get invoices paid: rule books in, reminders and split invoices out."""
    if log_format:
        from dunning_sdk.cli.logs import begin_logs

        begin_logs(log_format, log_level)


work.add_to(app)
working.add_to(app)
records.add_to(app)
matches.add_to(app)
threads.add_to(app)
evidence.add_to(app)
checks.add_to(app)
books.add_to(app)
proofs.add_to(app)
simulations.add_to(app)
new.add_to(app)
start.add_to(app)
statements.add_to(app)
care.add_to(app)
accounts.add_to(app)
webhooks.add_to(app)
serving.add_to(app)
api_keys.add_to(app)
users.add_to(app)
privacy.add_to(app)
statutes.add_to(app)
recovery.add_to(app)
inquiry.add_to(app)
companies.add_to(app)
links.add_to(app)
portal.add_to(app)
dmn.add_to(app)
table.add_to(app)
portfolio.add_to(app)


def run() -> None:
    """Run the program; every expected failure is one line on standard error."""
    try:
        app()
    except DunningError as problem:
        _say(problem)
        sys.exit(_code(problem))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FINDINGS)


def _say(problem: DunningError) -> None:
    if "json" in sys.argv:
        said = {"code": problem.code, "message": problem.message, "hint": problem.hint}
        typer.echo(json.dumps({"error": said}, ensure_ascii=False), err=True)
        return
    if isinstance(problem, BookError) and problem.findings:
        for finding in problem.findings:
            typer.echo(str(finding), err=True)
        return
    typer.echo(f"error: {problem}", err=True)


def _code(problem: DunningError) -> int:
    """Return the exit code; an id that is not there was mistyped, the store did not fail."""
    if isinstance(problem, RecordNotFoundError):
        return USAGE
    return OUTSIDE if isinstance(problem, (ConnectorError, StoreError)) else USAGE
