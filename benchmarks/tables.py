"""Make large decision tables: complete, without overlaps, the same for one seed."""

import random
from dataclasses import dataclass, field
from typing import Any

from dunning_sdk.domain.fact import CHANNELS

COLUMNS: dict[str, tuple[Any, ...]] = {
    "receivable.days_overdue": ("days", -30, 200),
    "receivable.open_amount": ("cents", 1, 2_000_000),
    "receivable.level": ("days", 0, 40),
    "dispute.amount": ("cents", 1, 900_000),
    "contract.kind": ("word", ("", "full", "balance_purchase", "confidential", "unmanaged")),
    "receivable.kind": ("word", ("invoice", "part", "charges")),
    "receivable.payee": ("word", ("creditor", "platform", "financier", "collector")),
    "receivable.channel": (
        "word",
        CHANNELS,
    ),
}
HEAD = """id: guards.large
kind: guards
title: A large table
currency: EUR
source: House rule
hit_policy: {policy}
inputs: [{inputs}]
rows:
"""


@dataclass
class Box:
    """One row: per column the values it allows, a pair of ends or a tuple of words."""

    cells: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    note: int = 0

    def cell(self, name: str) -> str | None:
        """Return the cell as an author would write it; ``None`` for any value."""
        kind = COLUMNS[name][0]
        allowed = self.cells.get(name)
        if allowed is None:
            return None
        if kind == "word":
            return "[" + ", ".join(f'"{word}"' for word in allowed) + "]"
        low, high = (None if end is None else shown(kind, end) for end in allowed)
        if low is None:
            return f'"< {high}"'
        return f'">= {low}"' if high is None else f'"[{low}..{high})"'


def shown(kind: str, value: int) -> str:
    """Return a number as it is written: days as they are, cents as an amount."""
    return str(value) if kind == "days" else f"{value // 100}.{value % 100:02d}"


def boxes(rows: int, seed: int) -> list[Box]:
    """Return that many rows that cover everything and do not overlap."""
    rng = random.Random(seed)
    found = [Box()]
    while len(found) < rows:
        at = rng.randrange(len(found))
        parts = split(found[at], rng)
        if parts:
            found[at : at + 1] = parts
    for number, box in enumerate(found):
        box.note = number
    return found


def split(box: Box, rng: random.Random) -> list[Box] | None:
    """Return the two parts of a row, or nothing where a column leaves no room."""
    name = rng.choice(list(COLUMNS))
    kind, *domain = COLUMNS[name]
    if kind == "word":
        words = box.cells.get(name) or domain[0]
        if len(words) < 2:
            return None
        place = rng.randrange(1, len(words))
        parts = (words[:place], words[place:])
    else:
        low, high = box.cells.get(name) or (None, None)
        first = domain[0] if low is None else low + 1
        last = domain[1] if high is None else high - 1
        if first > last:
            return None
        point = rng.randint(first, last)
        parts = ((low, point), (point, high))
    return [Box({**box.cells, name: part}) for part in parts]


def rule_text(found: list[Box], policy: str = "unique") -> str:
    """Return the file of a rule with these rows; each has a note, so none is to be merged."""
    lines = [HEAD.format(policy=policy, inputs=", ".join(COLUMNS))]
    for box in found:
        cells = {name: box.cell(name) for name in COLUMNS}
        when = ", ".join(f"{name}: {cell}" for name, cell in cells.items() if cell)
        allow = "true" if box.note % 2 else "false"
        lines.append(f"  - {{when: {{{when}}}, then: {{allow: {allow}}}, note: row {box.note}}}\n")
    return "".join(lines)


def book_files(text: str) -> dict[str, str]:
    """Return the files of a book with this one rule."""
    head = 'id: large\nversion: "1"\ntitle: A large table\ncurrency: EUR\n'
    return {"book.yaml": head, "guards.large.yaml": text}
