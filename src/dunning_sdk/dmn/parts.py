"""Be the parts of a decision table: its inputs, outputs and rows.

Decides nothing. A part is a function of the scope; a `Constant` and an `Entry` are functions whose
class says what they do, so that `table` and `fast` need not call them.

>>> Entry(("a", "b"))({"a": {"b": 1}}), Constant("x")({})
(1, 'x')
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias

from dunning_sdk.dmn.column import Column

Scope: TypeAlias = Mapping[str, Any]
Read: TypeAlias = Callable[[Scope], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input of a table.

    Attributes:
        name: As the author wrote it, for messages.
        read: Scope to the value of the input.
        column: Decides the cells it cut into bins; ``None`` where every cell is a test.
    """

    name: str
    read: Callable[[Scope], Any]
    column: Column | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One output of a table.

    Attributes:
        name: Entry of the result.
        values: Allowed values, highest priority first; read by priority and output order.
        default: What the output is when no row holds; ``None`` for no default.
    """

    name: str
    values: tuple[Any, ...] = ()
    default: Callable[[Scope], Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table.

    Attributes:
        tests: Input index and test, for the cells no column decides; a cell ``-`` has none.
        outputs: One per output, in order.
    """

    tests: tuple[tuple[int, Callable[[Scope, Any], Any]], ...] = ()
    outputs: tuple[Callable[[Scope], Any], ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """Be the output of a row that is the same whatever the facts are.

    Attributes:
        value: The output; shared by all decisions, so not to be changed.
    """

    value: Any

    def __call__(self, scope: Scope) -> Any:  # noqa: ANN401 - a FEEL value
        """Return the value."""
        return self.value


@dataclass(frozen=True, slots=True)
class Entry:
    """Be an input that stands in the scope as it is.

    Attributes:
        path: The names that lead to it, outer first; at least one.
    """

    path: tuple[str, ...]

    def __call__(self, scope: Scope) -> Any:  # noqa: ANN401 - a FEEL value
        """Return the value of the input.

        Raises:
            KeyError: The scope has no such entry.
        """
        value: Any = scope
        for name in self.path:
            value = value[name]
        return value


def quick(read: Read) -> Read:
    """Return the fastest function that does what another does, where that is an `Entry`."""
    match read:
        case Entry(path=(name,)):
            return itemgetter(name)
        case Entry(path=(outer, name)):
            return lambda scope: scope[outer][name]
        case _:
            return read
