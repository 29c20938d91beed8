"""Run the reminders once a night, and say what a person has to look at.

Usage: python nightly.py FOLDER [YYYY-MM-DD]

For cron, which mails what is printed::

    30 6 * * *  /srv/dunning/bin/python /srv/dunning/nightly.py /srv/dunning/lumen

Nothing is printed after a night on which all went well. Ends with 0 then, with 1 where something
waits for a person, and with 2 where the run failed; a run that failed may be started again, and
sends nothing twice. Two runs at a time do no harm.
"""

import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from dunning_sdk import Engine
from dunning_sdk.errors import DunningError


def nightly(engine: Engine, on: date) -> list[str]:
    """Run for a day; return what a person has to look at, a line each."""
    pulled = engine.pull(as_of=on)
    _, report = engine.run(as_of=on)
    return [
        *(f"not read: {problem}" for problem in pulled.problems),
        *(f"to approve: {act}" for act in report.waiting),
        *(f"failed: {act}" for act in report.failed),
        *(f"uncertain, look before it is sent again: {act}" for act in report.uncertain),
        *report.messages,
        *(f"{one.kind}: {one.subject}" for one in engine.review(as_of=on)),
    ]


def main(folder: str, day: str = "") -> int:
    """Return the exit code; prints what is to be looked at."""
    try:
        with Engine.with_installed_plugins(Path(folder)) as engine:
            today = datetime.now(ZoneInfo(engine.config.time_zone)).date()
            lines = nightly(engine, date.fromisoformat(day) if day else today)
    except DunningError as problem:
        print(f"{problem.code}: {problem.message}. {problem.hint}", file=sys.stderr)
        return 2
    print("\n".join(lines), end="\n" if lines else "")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
