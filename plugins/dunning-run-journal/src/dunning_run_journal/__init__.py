"""A plugin of dunning_sdk: a journal of runs, one line each, that an accountant can open.

Decides the columns and the file; the figures are those of the run's report. Lines are only ever
added, and hold numbers and the proposal's id: no name, no address, no amount.

``DUNNING_RUN_JOURNAL`` names the folder; it is made if it is missing. Each year has a file of
its own, ``runs-2026.csv``.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from dunning_sdk.errors import ConfigError
from dunning_sdk.hooks import hookimpl

FOLDER: Final = "DUNNING_RUN_JOURNAL"
COUNTED: Final = (
    "sent", "handed", "asked", "waiting", "cancelled", "failed", "uncertain", "messages",
)  # fmt: skip
HEADER: Final = ("as_of", "proposal", *COUNTED)


def line(cells: tuple[object, ...]) -> str:
    r"""Return one line of the file; semicolons, as spreadsheets in French expect them.

    >>> line(("2026-03-10", "4f2a", 3))
    '2026-03-10;4f2a;3\r\n'
    """
    return ";".join(map(str, cells)) + "\r\n"


def entry(report: Mapping[str, Any]) -> tuple[object, ...]:
    """Return the cells of a run: its day, its proposal, and how many of each."""
    counts = (len(report[name]) for name in COUNTED)
    return (report["as_of"], report["proposal_id"], *counts)


@hookimpl
def dunning_after_run(report: Mapping[str, Any]) -> None:
    """Add the run to the journal of its year.

    Raises:
        ConfigError: The variable is not set, or the file cannot be written.
    """
    named = os.environ.get(FOLDER, "")
    if not named:
        message = f"{FOLDER} is not set; the run is not in the journal"
        raise ConfigError(message, hint="Set it to the folder the journal is kept in.")
    path = Path(named) / f"runs-{str(report['as_of'])[:4]}.csv"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            head = line(HEADER) if file.tell() == 0 else ""
            file.write((head + line(entry(report))).encode("ascii"))
    except OSError as problem:
        message = f"{path.name} cannot be written to: {problem.strerror}"
        raise ConfigError(message, hint=f"Check the folder that {FOLDER} names.") from problem
