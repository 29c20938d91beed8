"""Time one dunning run of a real Tryton over overdue lines of the ledger, and print it as JSON.

Runs on a Python that has the dependency group `tryton`; `benchmarks.bulk` runs the same lines
through ours. The lines lie on moves of ten, so that filling the books is not what takes long;
only creating the dunnings and processing them is timed.

    python -m benchmarks.tryton --lines 5000
"""

import argparse
import json
import sys
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "plugins" / "dunning-tryton" / "tests"
AS_OF = date(2026, 11, 2)
LEVELS = (7, 21, 45)
LINES_PER_MOVE = 10
PARTIES = 25


def age_of(number: int) -> int:
    """Return how many days overdue a line is: 1 to 60."""
    return 1 + number * 7 % 60


def fill(keeper: Any, lines: int) -> None:  # noqa: ANN401 - of a program that is not ours
    """Enter overdue lines of receivables."""
    from proteus import Model

    (journal,) = Model.get("account.journal").find([("code", "=", "REV")])
    parties = []
    for number in range(PARTIES):
        keeper.party(f"Party {number}")
        parties.append(keeper.parties[f"Party {number}"])
    move_model = Model.get("account.move")
    for first in range(0, lines, LINES_PER_MOVE):
        move = move_model(journal=journal, date=date(2026, 6, 1))
        many = min(LINES_PER_MOVE, lines - first)
        for number in range(first, first + many):
            line = move.lines.new()
            line.account = keeper.accounts["receivable"]
            line.party = parties[number % PARTIES]
            line.maturity_date = AS_OF - timedelta(days=age_of(number))
            line.debit = Decimal(100)
        other = move.lines.new()
        other.account, other.credit = keeper.accounts["revenue"], Decimal(100) * many
        move.save()
        move.click("post")


def run() -> tuple[int, int]:
    """Let Tryton dun, and return how many dunnings it made and processed."""
    from proteus import Model, Wizard

    wizard = Wizard("account.dunning.create")
    wizard.form.date = AS_OF
    wizard.execute("create_")
    made = Model.get("account.dunning").find([("state", "=", "draft")])
    Wizard("account.dunning.process", made).execute("process")
    return len(made), len(Model.get("account.dunning").find([("state", "!=", "draft")]))


def main() -> None:
    """Fill the books, dun, and print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=5000)
    options = parser.parse_args()
    sys.path.insert(0, str(FOLDER))
    from bookkeeper import Bookkeeper
    from conftest import CONFIG, DATABASE, make_database

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_database(folder)
        config = folder / "trytond.conf"
        config.write_text(CONFIG.format(folder=folder, port=0), encoding="utf-8")
        keeper = Bookkeeper(str(config), DATABASE)
        keeper.levels(LEVELS)
        begun = time.perf_counter()
        fill(keeper, options.lines)
        filled = time.perf_counter()
        made, processed = run()
        ended = time.perf_counter()
    found = {
        "lines": options.lines,
        "dunnings": made,
        "processed": processed,
        "fill_s": round(filled - begun, 2),
        "run_s": round(ended - filled, 2),
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
