"""Record why a decision came out as it did, as data.

The module decides the shape of one entry and how it looks as JSON; who makes entries is the
rule that spoke, and turning them into sentences is left to `verify.explain`.

>>> entry = TraceEntry(rule="guards.dispute-open", rows=(2,), inputs={"dispute.is_open": True})
>>> entry.to_json()["inputs"]
{'dispute.is_open': True}
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from dunning_sdk.domain.money import Money

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceEntry:
    """What one rule, or one plugin, said.

    Attributes:
        rule: Rule id; empty where a plugin spoke without a rule.
        rows: Numbers of the rows that held, from 1, in the order of the table; 0 stands for
            ``otherwise``; empty for rules without rows.
        inputs: Fact name to the value seen.
        outcome: Result field to value.
        parameters: Law parameter id to value, start date and source, as used.
        plugin: Name of the plugin that answered; empty for a rule of the book.
    """

    rule: str
    rows: tuple[int, ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outcome: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    plugin: str = ""

    def to_json(self) -> dict[str, Json]:
        """Return the entry as plain JSON values; numbers that are no integers become text."""
        return {
            "rule": self.rule,
            "rows": list(self.rows),
            "inputs": plain(self.inputs),
            "outcome": plain(self.outcome),
            "parameters": plain(self.parameters),
            "plugin": self.plugin,
        }


def plain(value: object) -> Json:
    """Return a value as JSON holds it, exactly: dates and decimals as text, money as text."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case Money():
            return f"{value.major:f} {value.currency}"
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _:
            return str(value)
