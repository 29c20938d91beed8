"""Hold what a rule answers as terms over its facts.

The module decides nothing; `encode_table` fills it in for one table, `subject` for several.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dunning_sdk.verify.encode import Items
from dunning_sdk.verify.symbol import Symbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a rule answers, as terms over its facts.

    Attributes:
        given: Says that it answers at all, and raises no error.
        row: Number of the first row that decides, from 1; 0 for none.
        fields: Value per result field.
        lists: Items per result field that is a list of texts.
        opaque: What could not be said: where, and what.
    """

    given: Any
    row: Any
    fields: Mapping[str, Symbol]
    lists: Mapping[str, Items] = field(default_factory=dict)
    opaque: tuple[str, ...] = ()
