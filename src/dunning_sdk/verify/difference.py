"""Hold how two versions of a rule book differ.

The module decides nothing; `diff` and `regions` fill these in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Facts on which a rule answers otherwise.

    Attributes:
        rule: Id of the rule.
        where: Fact to the values it has there, as a cell would say it; a fact not named may
            have any.
        everywhere: Whether the answer changes on all facts of the region, and not on some only.
        facts: An example, by dotted name.
        old: What the old rule answers to it; the code of the error under ``error`` if it raises.
        new: What the new rule answers to it.
    """

    rule: str
    where: Mapping[str, str]
    everywhere: bool
    facts: Mapping[str, Any]
    old: Mapping[str, Any]
    new: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepChange:
    """A step, or the options, of a procedure that differ.

    Attributes:
        procedure: Id of the procedure.
        step: Id of the step; empty for the options.
        change: ``added``, ``removed``, ``changed`` or ``moved``.
        fields: Field to its old and its new value, as text; empty unless changed.
    """

    procedure: str
    step: str
    change: str
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDiff:
    """How one rule differs.

    Attributes:
        rule: Its id.
        change: ``equal``, ``added``, ``removed``, ``changed``, ``opaque`` or ``unknown``; what
            cannot be said to the prover, or what it gave up on, is not equal.
        regions: Where a table answers otherwise.
        steps: What differs in a procedure.
        is_cut: Whether there are more regions than were asked for.
        message: What could not be said, or which query was given up.
    """

    rule: str
    change: str
    regions: tuple[Region, ...] = ()
    steps: tuple[StepChange, ...] = ()
    is_cut: bool = False
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookDiff:
    """How two books differ.

    Attributes:
        old: Id and version of the old one.
        new: Id and version of the new one.
        rules: Every rule of either, in the order of their ids.
    """

    old: str
    new: str
    rules: tuple[RuleDiff, ...]

    @property
    def is_equal(self) -> bool:
        """Tell whether both were shown to decide alike, whatever the facts."""
        return all(one.change == "equal" for one in self.rules)
