"""Name the hit policies of decision tables, and what collect makes of the outputs.

Decides the names. Leaves what they do to `table`.
"""

from enum import StrEnum
from typing import Final


class HitPolicy(StrEnum):
    """What a table answers when several rows hold (DMN 1.5, 8.2.8)."""

    UNIQUE = "unique"
    ANY = "any"
    PRIORITY = "priority"
    FIRST = "first"
    RULE_ORDER = "rule-order"
    OUTPUT_ORDER = "output-order"
    COLLECT = "collect"


class Aggregation(StrEnum):
    """What collect makes of the outputs."""

    LIST = "list"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    COUNT = "count"


MANY: Final = frozenset({HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT})
"""The policies that answer with every row that holds."""
