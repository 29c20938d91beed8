"""The table that all engines decide by: 12 rows, 5 inputs, unique and complete; and its facts.

Neutral of any engine, so that each of `benchmarks.engines` writes it in its own language.
"""

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple


class Test(NamedTuple):
    """What one cell asks: an operator and its operand; texts and flags ask by ``=``."""

    name: str
    operator: str
    operand: Any


class Row(NamedTuple):
    """The cells of one row, all of which must hold, and the answer."""

    tests: tuple[Test, ...]
    answer: str


KINDS = ("invoice", "part", "charges")
INPUTS = {"disputed": "boolean", "kind": "string", "days": "number", "amount": "number"} | {
    "level": "number"
}


def _row(text: str) -> Row:
    *tests, answer = text.split()
    return Row(tuple(Test(*_read(*test.split(":"))) for test in tests), answer)


def _read(name: str, operator: str, operand: str) -> tuple[str, str, Any]:
    if INPUTS[name] == "boolean":
        return name, operator, operand == "true"
    return name, operator, operand if INPUTS[name] == "string" else Decimal(operand)


ROWS = tuple(
    map(
        _row,
        (
            "disputed:=:true wait",
            "disputed:=:false days:<=:0 nothing",
            "disputed:=:false kind:=:charges days:>:0 days:<=:30 note",
            "disputed:=:false kind:=:charges days:>:30 amount:<:500 remind",
            "disputed:=:false kind:=:charges days:>:30 amount:>=:500 call",
            "disputed:=:false kind:!=:charges days:>:0 days:<=:10 amount:<:50 leave",
            "disputed:=:false kind:!=:charges days:>:0 days:<=:10 amount:>=:50 level:<:1 greet",
            "disputed:=:false kind:!=:charges days:>:0 days:<=:10 amount:>=:50 level:>=:1 mention",
            "disputed:=:false kind:=:invoice days:>:10 level:<:2 write",
            "disputed:=:false kind:=:invoice days:>:10 level:>=:2 place",
            "disputed:=:false kind:=:part days:>:10 amount:<:10000 demand",
            "disputed:=:false kind:=:part days:>:10 amount:>=:10000 sue",
        ),
    )
)


def facts(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Yield facts; a quarter lies on the boundaries of the table."""
    dice = random.Random(seed)
    for number in range(count):
        at_boundary = number % 4 == 0
        yield {
            "disputed": dice.random() < 0.1,
            "kind": dice.choice(KINDS),
            "days": Decimal(
                dice.choice((0, 1, 10, 11, 30, 31)) if at_boundary else dice.randint(-20, 120)
            ),
            "amount": Decimal(
                dice.choice((4999, 5000, 49999, 50000, 999_999, 1_000_000))
                if at_boundary
                else int(10 ** dice.uniform(2, 6.5))
            )
            / 100,
            "level": Decimal(dice.choice((0, 1, 2)) if at_boundary else dice.randint(0, 4)),
        }


def plain(fact: dict[str, Any]) -> str:
    """Decide by the table as a person writes it in Python: what a core can do at best."""
    if fact["disputed"]:
        return "wait"
    days, kind = fact["days"], fact["kind"]
    if days <= 0:
        return "nothing"
    if kind == "charges":
        if days <= 30:
            return "note"
        return "remind" if fact["amount"] < 500 else "call"
    if days <= 10:
        if fact["amount"] < 50:
            return "leave"
        return "greet" if fact["level"] < 1 else "mention"
    if kind == "invoice":
        return "write" if fact["level"] < 2 else "place"
    return "demand" if fact["amount"] < 10_000 else "sue"
