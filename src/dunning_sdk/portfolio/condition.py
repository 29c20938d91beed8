"""Tell in which rows the condition of a step holds: by columns where it can be, else row by row."""

from functools import lru_cache

import numpy as np

from dunning_sdk.domain.currency import exponent
from dunning_sdk.feel.nodes import Node
from dunning_sdk.feel.parser import parse
from dunning_sdk.portfolio.column import Array, Flags
from dunning_sdk.portfolio.facts import Facts
from dunning_sdk.portfolio.formula import Formula
from dunning_sdk.portfolio.report import Paths
from dunning_sdk.portfolio.vector import NotByColumns
from dunning_sdk.rules.step import Condition


def holding(condition: Condition, facts: Facts) -> tuple[Flags, Paths]:
    """Return in which rows a condition holds, and how many were asked which way.

    Args:
        condition: Of a step.
        facts: Of the rows.

    Raises:
        EvaluationError: It cannot be decided about some row.
    """
    found, paths = np.empty(facts.size, dtype=np.bool_), Paths()
    for currency, rows in facts.by_currency():
        own = facts.only(rows)
        try:
            found[rows] = _by_columns(condition, own, currency)
            paths += Paths(columns=len(rows))
        except NotByColumns:
            found[rows] = _asked(condition, own)
            paths += Paths(one_by_one=len(rows))
    return found, paths


def _by_columns(condition: Condition, facts: Facts, currency: str) -> Flags:
    formula = Formula(facts=facts, names=condition.reads, decimals=exponent(currency))
    return formula.flags(_tree(condition.whole or condition.text))


@lru_cache(maxsize=256)
def _tree(text: str) -> Node:
    """Return a condition parsed: once, and not for each block of each portfolio."""
    return parse(text)


def _asked(condition: Condition, facts: Facts) -> Array:
    names = ("currency", *condition.reads)
    return np.array(
        [condition.holds(facts.nested(row, names)) for row in range(facts.size)], dtype=np.bool_
    )
