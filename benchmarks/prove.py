"""Time proofs of a table of 200 rows and 8 columns: ``python benchmarks/prove.py [--rows N]``.

The table is drawn from a seed; its first rows deny what is paid, blocked or promised, its last
row allows. Proved on it as it is, refuted with the first row left out, and compared with itself
after a boundary was moved and after a change that changes nothing.
"""

import argparse
import random
import time
from collections.abc import Callable

from dunning_sdk.rules.book import Book
from dunning_sdk.rules.load import load_book
from dunning_sdk.verify.diff import diff_books
from dunning_sdk.verify.prove import prove_book

COLUMNS = {
    "contract.kind": ["full", "balance_purchase", "confidential", "unmanaged"],
    "receivable.kind": ["invoice", "part", "charges"],
    "step.action": ["notice", "call", "task", "placement"],
    "receivable.channel": ["email", "letter", "sms", "phone"],
    "receivable.days_overdue": range(0, 120),
    "receivable.open_amount": range(1, 100_000),
    "receivable.level": range(0, 9),
    "block.is_open": ["false"],
}
HEAD = """\
id: bench
version: 1
title: Bench
currency: EUR
reasons: {why: {en: Why., fr: Pourquoi.}}
invariants:
  paid:
    {title: Paid, about: guards, when: receivable.open_amount <= 0, holds: outcome.allow = false}
  blocked: {title: Blocked, about: guards, when: block.is_open, holds: outcome.allow = false}
"""
FIRST = [
    '  - {when: {receivable.open_amount: "<= 0"}, then: {allow: false, reason: why}}',
    "  - {when: {block.is_open: true}, then: {allow: false, reason: why}}",
]


def cell(name: str, draw: random.Random) -> str:
    """Return one cell of a column."""
    values = COLUMNS[name]
    if isinstance(values, range):
        low = draw.randrange(values.start, values.stop)
        return f'"[{low}..{low + max(1, len(values) // 8)}]"'
    return str(draw.choice(values))


def book(rows: list[str]) -> Book:
    """Return a book with one guard of these rows."""
    listed = "\n".join(rows)
    rule = (
        "id: guards.bench\nkind: guards\ntitle: Bench\nsource: House rule\nhit_policy: first\n"
        f"inputs: [{', '.join(COLUMNS)}]\nrows:\n{listed}\notherwise: {{allow: true}}\n"
    )
    return load_book({"book.yaml": HEAD, "guards.bench.yaml": rule}, label="bench")


def drawn(count: int, seed: int) -> list[str]:
    """Return rows with every column filled in or left open, drawn from a seed."""
    draw = random.Random(seed)
    rows = list(FIRST)
    while len(rows) < count:
        cells = {name: cell(name, draw) for name in COLUMNS if draw.random() < 0.95}
        when = ", ".join(f"{name}: {text}" for name, text in cells.items())
        allow = str(draw.random() < 0.5).lower()
        rows.append(f"  - {{when: {{{when}}}, then: {{allow: {allow}, reason: why}}}}")
    return rows


def timed(name: str, work: Callable[[], object]) -> None:
    """Print what a piece of work takes and answers."""
    start = time.perf_counter()
    answer = work()
    print(f"{name}: {time.perf_counter() - start:.2f} s: {answer}")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    said = parser.parse_args()
    rows = drawn(said.rows, said.seed)
    whole, holed = book(rows), book(rows[1:])
    moved = book([*rows[:-1], rows[-1].replace("[", "(", 1)])
    turned = book([rows[1], rows[0], *rows[2:]])
    timed("prove", lambda: [one.status.value for one in prove_book(whole).proofs])
    timed("refute", lambda: [one.status.value for one in prove_book(holed).proofs])
    timed("diff, moved", lambda: [one.change for one in diff_books(whole, moved).rules])
    timed("diff, equal", lambda: [one.change for one in diff_books(whole, turned).rules])


if __name__ == "__main__":
    main()
