"""Let anything happen to portfolios of 50 receivables, and hold them to their invariants.

Each life is a portfolio to which records of every kind, days, runs, two runs at once and restarts
happen in an order drawn from the seed; after every ``--every`` steps the store is looked at from
outside: ledger sums, ``limit = available + in use + withheld``, no promise beyond what is
available, no act on a stopped receivable, the log folds to the same state, no event lost, and a
refusal changes nothing. Prints JSON; ends with 1 where something did not hold.

    python -m benchmarks.lives --seed 1 --steps 100000
    python -m benchmarks.lives --steps 2000 --store sqlite
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.acceptance.lives import KINDS, ON_FINANCINGS, Portfolio

CONTRACTS = ("balance_purchase", "confidential", "unmanaged")
FORWARD = ("finance", "submitted", "accepted", "paid-out", "payment", "remitted")


@dataclass
class Seen:
    """What was counted, over all lives."""

    kinds: Counter = field(default_factory=Counter)
    totals: Counter = field(default_factory=Counter)


def main() -> int:
    """Run and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--life", type=int, default=500, help="steps of one portfolio")
    parser.add_argument("--size", type=int, default=50, help="receivables of one portfolio")
    parser.add_argument("--every", type=int, default=100, help="steps between two looks")
    parser.add_argument("--seconds", type=float, default=7200, help="begin no life after")
    parser.add_argument("--store", choices=("memory", "sqlite"), default="memory")
    given = parser.parse_args()
    began, seen = time.perf_counter(), Seen()
    failed = ""
    for life in range(-(-given.steps // given.life)):
        if time.perf_counter() - began > given.seconds:
            break
        steps = min(given.life, given.steps - life * given.life)
        try:
            live(given, random.Random(f"{given.seed}:{life}"), steps, seen)
        except AssertionError as problem:
            failed = f"life {life}: {problem}"
            break
    result = {
        "seed": given.seed,
        "receivables": given.size,
        **seen.totals,
        "kinds": dict(sorted(seen.kinds.items())),
        "seconds": round(time.perf_counter() - began, 1),
        "failed": failed,
    }
    sys.stdout.write(json.dumps(result, indent=2) + "\n")
    return 1 if failed else 0


def live(given: argparse.Namespace, chance: random.Random, steps: int, seen: Seen) -> None:
    """Let one portfolio live."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        store = "memory://" if given.store == "memory" else f"sqlite:///{folder / 'one.sqlite'}"
        portfolio = Portfolio(
            folder,
            size=given.size,
            debtors=max(1, given.size // 10),
            kind=chance.choice(CONTRACTS),
            store=store,
        )
        for step in range(1, steps + 1):
            one_step(portfolio, chance)
            if step % given.every == 0 or step == steps:
                portfolio.check()
                seen.totals["looks"] += 1
            seen.totals["steps"] += 1
        portfolio.close()
        told = portfolio.told
        seen.kinds.update(told.kinds)
        seen.totals.update(
            lives=1, accepted=told.accepted, refused=told.refused, runs=told.runs, sent=told.sent
        )


def one_step(portfolio: Portfolio, chance: random.Random) -> None:
    """Let one thing happen: mostly records, a third of them on the way to the cash."""
    roll = chance.random()
    if roll < 0.015:
        portfolio.wait(chance.randint(1, 6))
        portfolio.run(twice=chance.random() < 0.3)
    elif roll < 0.018:
        portfolio.reopen()
    else:
        among = FORWARD if roll < 0.4 else ON_FINANCINGS if roll < 0.75 else KINDS
        portfolio.happen(chance.choice(among), chance.randrange(1000), chance.randint(1, 12))


if __name__ == "__main__":
    sys.exit(main())
