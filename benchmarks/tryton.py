"""Time a dunning run of a real Tryton beside ours, on one ledger, and print both as JSON.

Both keep their books in SQLite, in this process; only the run is timed: Tryton's creates its
dunnings and processes them, ours by columns goes from stored rows to stored acts, ours one by one
proposes and puts the acts into the outbox. Nobody sends anything. The invoices lie in Tryton on
moves of ten lines, made in one transaction through its own models. Leaves with 1 where the two do
not dun the same invoices.

    python -m benchmarks.tryton --lines 5000     # on a Python that also has the group `tryton`
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from benchmarks.propose import LOOPS, reference_seconds
from tests.toml import ADDRESS, dunning_toml, invoices

if TYPE_CHECKING:
    from bookkeeper import Bookkeeper

T = TypeVar("T")
FOLDER = Path(__file__).resolve().parent.parent / "plugins" / "dunning-tryton" / "tests"
AS_OF, ENTERED_ON = date(2026, 11, 2), date(2026, 6, 1)
LEVELS = (7, 21, 45)
LINES_PER_MOVE = 10
DEBTORS = 25
BOOK = """
id: three-delays
version: "1.0"
title: Three delays after the due date
extends: friendly
"""
PROCEDURE = """
id: procedure.friendly
kind: procedure
title: Three delays after the due date
steps:
""" + "".join(
    f"  - {{id: level-{level}, level: {level}, offset: {days}, channel: [email], "
    "template: friendly-reminder}\n"
    for level, days in enumerate(LEVELS, 1)
)
HEAD = "number,issued,due,amount,debtor,name,email,country,line,code,city"


def due_on(number: int) -> date:
    """Return when an invoice was due: 1 to 60 days ago."""
    return AS_OF - timedelta(days=1 + number * 7 % 60)


def theirs(folder: Path, lines: int) -> tuple[dict[str, Any], set[int]]:
    """Return what a run of Tryton took, and the invoices it dunned."""
    sys.path.insert(0, str(FOLDER))
    from bookkeeper import Bookkeeper
    from conftest import CONFIG, DATABASE, make_database

    make_database(folder)
    config = folder / "trytond.conf"
    config.write_text(CONFIG.format(folder=folder, port=0), encoding="utf-8")
    keeper = Bookkeeper(str(config), DATABASE)
    keeper.levels(LEVELS)
    for number in range(DEBTORS):
        keeper.party(f"Debtor {number}")
    begun = time.perf_counter()
    transacted(keeper, DATABASE, lambda: fill(keeper, lines))
    fill_s = round(time.perf_counter() - begun, 3)
    levels, taken = timed(lambda: transacted(keeper, DATABASE, dun))
    found = {"dunned": len(levels), "levels": counted(levels), "fill_s": fill_s, "run": taken}
    return found, set(levels)


def transacted(keeper: "Bookkeeper", database: str, work: Callable[[], T]) -> T:
    """Do something in one transaction of Tryton, begun anew as its server does to lock a table."""
    from trytond.transaction import Transaction, TransactionError

    user, extras = keeper.connection.user, {"context": keeper.connection.context}
    while True:
        with Transaction().start(database, user, **extras) as transaction:
            try:
                return work()
            except TransactionError as wanted:
                transaction.rollback()
                wanted.fix(extras)


def fill(keeper: "Bookkeeper", lines: int) -> None:
    """Enter overdue lines of receivables through Tryton's models, and post them."""
    from trytond.pool import Pool

    (journal,) = Pool().get("account.journal").search([("code", "=", "REV")])
    period = (
        Pool().get("account.period").find(keeper.connection.context["company"], date=ENTERED_ON)
    )
    accounts, model = keeper.accounts, Pool().get("account.move")
    parties = [keeper.parties[f"Debtor {number}"].id for number in range(DEBTORS)]
    moves = []
    for first in range(0, lines, LINES_PER_MOVE):
        numbers = range(first, min(first + LINES_PER_MOVE, lines))
        owed = [
            {
                "account": accounts["receivable"].id,
                "party": parties[number % DEBTORS],
                "maturity_date": due_on(number),
                "debit": Decimal(100),
                "description": str(number),
            }
            for number in numbers
        ]
        other = {"account": accounts["revenue"].id, "credit": Decimal(100) * len(numbers)}
        head = {"journal": journal.id, "period": period.id, "date": ENTERED_ON}
        moves.append(head | {"lines": [("create", [*owed, other])]})
    model.post(model.create(moves))


def dun() -> dict[int, int]:
    """Let Tryton dun as its two wizards do, and return the level of each invoice it dunned."""
    from trytond.pool import Pool

    model = Pool().get("account.dunning")
    model.generate_dunnings(date=AS_OF)
    model.process(model.search([("state", "=", "draft")]))
    made = model.search([("state", "=", "waiting")])
    return {int(one.line.description): one.level.sequence for one in made}


def ours(folder: Path, lines: int) -> tuple[dict[str, Any], set[int]]:
    """Return what our runs took, by columns and one by one, and the invoices they dun."""
    from dunning_sdk import Engine
    from dunning_sdk.bulk import running
    from dunning_sdk.bulk.syncing import sync

    install(folder, lines)
    with Engine.open(folder) as engine:
        begun = time.perf_counter()
        engine.pull(as_of=AS_OF)
        with engine.store.begin() as session:
            session.put_setting("payments_known_on", AS_OF.isoformat())
        sync(engine, as_of=AS_OF, full=True)
        fill_s = round(time.perf_counter() - begun, 3)
        done, columns = timed(lambda: running.run_portfolio(engine, as_of=AS_OF, full=True))
        (proposal, report), one_by_one = timed(lambda: engine.run(as_of=AS_OF, send=False))
    levels = {int(act.receivable_id): act.level for act in proposal.acts}
    found = {
        "dunned": len(levels),
        "levels": counted(levels),
        "dunned_by_columns": done.report["new_acts"],
        "planned": len(report.deferred),
        "fill_s": fill_s,
        "by_columns": columns,
        "one_by_one": one_by_one,
    }
    return found, set(levels)


def install(folder: Path, lines: int) -> None:
    """Write an installation with the same invoices in a CSV file."""
    rows = [
        f"{number},{ENTERED_ON},{due_on(number)},100.00,D{debtor},Debtor {debtor},"
        f"d{debtor}@debtor.example,FR,1 rue X,75001,Paris"
        for number, debtor in ((number, number % DEBTORS) for number in range(lines))
    ]
    (folder / "invoices.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    (folder / "dunning.toml").write_text(
        dunning_toml(invoices(columns=ADDRESS), tenant="t", book="three-delays"), encoding="utf-8"
    )
    (folder / "dunning.key").write_text("a secret of the benchmark\n", encoding="ascii")
    (folder / "three-delays").mkdir()
    (folder / "three-delays" / "book.yaml").write_text(BOOK, encoding="utf-8")
    path = folder / "three-delays" / "procedure.friendly.yaml"
    path.write_text(PROCEDURE + "source: House rule\n", encoding="utf-8")


def counted(levels: dict[int, int]) -> dict[str, int]:
    """Return how many invoices reached each level."""
    return {str(level): many for level, many in sorted(Counter(levels.values()).items())}


def timed(work: Callable[[], T]) -> tuple[T, dict[str, float]]:
    """Do something, and return what it returns and the seconds it took."""
    begun, used = time.perf_counter(), time.process_time()
    done = work()
    seconds, used = time.perf_counter() - begun, time.process_time() - used
    return done, {"seconds": round(seconds, 3), "processor_s": round(used, 3)}


def main() -> int:
    """Run both, print, and tell whether they agree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("theirs", "ours"):
            (folder / part).mkdir()
        tryton, they = theirs(folder / "theirs", options.lines)
        us, we = ours(folder / "ours", options.lines)
    found = {
        "lines": options.lines,
        "tryton": tryton,
        "ours": us,
        "same_invoices": they == we and us["dunned"] == us["dunned_by_columns"],
        "times_as_fast": {
            way: round(tryton["run"]["seconds"] / us[way]["seconds"], 2)
            for way in ("by_columns", "one_by_one")
        },
        "loop_steps": LOOPS,
        "loop_s": round(reference_seconds(), 3),
    }
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return int(not found["same_invoices"])


if __name__ == "__main__":
    sys.exit(main())
