"""Name the types of FEEL and say which conforms to which.

Decides static conformance (DMN 1.5, 10.3.2.9). Leaves the question whether a *value* has a type to
`conformance`.

>>> str(ListType(NUMBER)), conforms_to(ListType(NUMBER), ListType(ANY))
('list<number>', True)
>>> str(ContextType({"amount": NUMBER, "due on": DATE}))
'context<amount: number, due on: date>'
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class SimpleType:
    """Be a type without parameters, or a type that an item definition names.

    Attributes:
        name: The name as FEEL writes it.
    """

    name: str

    def __str__(self) -> str:
        """Return the type as FEEL text."""
        return self.name


@dataclass(frozen=True, slots=True)
class ListType:
    """Be the type of lists.

    Attributes:
        of: Type of every item.
    """

    of: "Type"

    def __str__(self) -> str:
        """Return the type as FEEL text."""
        return f"list<{self.of}>"


@dataclass(frozen=True, slots=True)
class RangeType:
    """Be the type of ranges.

    Attributes:
        of: Type of both ends.
    """

    of: "Type"

    def __str__(self) -> str:
        """Return the type as FEEL text."""
        return f"range<{self.of}>"


@dataclass(frozen=True, slots=True)
class ContextType:
    """Be the type of contexts that have at least the given entries.

    Attributes:
        fields: Type per entry name. The checker knows no other entries.
    """

    fields: Mapping[str, "Type"]

    def __str__(self) -> str:
        """Return the type as FEEL text."""
        return "context<" + ", ".join(f"{name}: {of}" for name, of in self.fields.items()) + ">"


@dataclass(frozen=True, slots=True)
class FunctionType:
    """Be the type of functions.

    Attributes:
        params: Type per parameter, in order.
        result: Type of the result.
    """

    params: tuple["Type", ...]
    result: "Type"

    def __str__(self) -> str:
        """Return the type as FEEL text."""
        return f"function<{', '.join(map(str, self.params))}> -> {self.result}"


@dataclass(frozen=True, slots=True)
class EnumType:
    """Be the type of strings out of a closed list.

    Attributes:
        values: The allowed strings, in the order they are to be shown.
        name: What the list is called in messages.
    """

    values: tuple[str, ...]
    name: str = field(default="string", compare=False)

    def __str__(self) -> str:
        """Return the type as FEEL text: a plain string to the language."""
        return self.name


Type: TypeAlias = SimpleType | ListType | RangeType | ContextType | FunctionType | EnumType

ANY: Final = SimpleType("Any")
NULL: Final = SimpleType("Null")
NUMBER: Final = SimpleType("number")
STRING: Final = SimpleType("string")
BOOLEAN: Final = SimpleType("boolean")
DATE: Final = SimpleType("date")
TIME: Final = SimpleType("time")
DATE_TIME: Final = SimpleType("date and time")
DAYS_DURATION: Final = SimpleType("days and time duration")
MONTHS_DURATION: Final = SimpleType("years and months duration")
CONTEXT: Final = SimpleType("context")
"""Any context, its entries unknown."""
FUNCTION: Final = SimpleType("function")
"""Any function, its parameters unknown."""

NAMED_TYPES: Final[Mapping[str, Type]] = {
    simple.name: simple
    for simple in (
        *(ANY, NULL, NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_TIME),
        *(DAYS_DURATION, MONTHS_DURATION, CONTEXT, FUNCTION),
    )
} | {
    "list": ListType(ANY),
    "range": RangeType(ANY),
    "null": NULL,
    "any": ANY,
    "dayTimeDuration": DAYS_DURATION,
    "yearMonthDuration": MONTHS_DURATION,
    "dateTime": DATE_TIME,
}
"""The types that have a name of their own, with the short names that item definitions use."""


def conforms_to(found: Type, expected: Type) -> bool:
    """Tell whether every value of one type is a value of another.

    Source:
        DMN 1.5, 10.3.2.9.2 and table 51. An `EnumType` is a string (house rule).
    """
    if expected == ANY or found in (NULL, expected):
        return True
    match found, expected:
        case EnumType(), EnumType():
            return set(found.values) <= set(expected.values)
        case EnumType(), _:
            return expected == STRING
        case ListType(), ListType():
            return conforms_to(found.of, expected.of)
        case RangeType(), RangeType():
            return conforms_to(found.of, expected.of)
        case ContextType(), ContextType():
            return all(
                name in found.fields and conforms_to(found.fields[name], of)
                for name, of in expected.fields.items()
            )
        case FunctionType(), FunctionType():
            return _function_conforms(found, expected)
        case _:
            return (isinstance(found, ContextType) and expected == CONTEXT) or (
                isinstance(found, FunctionType) and expected == FUNCTION
            )


def _function_conforms(found: FunctionType, expected: FunctionType) -> bool:
    return (
        len(found.params) == len(expected.params)
        and all(
            conforms_to(wide, narrow)
            for narrow, wide in zip(found.params, expected.params, strict=True)
        )
        and conforms_to(found.result, expected.result)
    )
