"""Be a compiled element of the requirement graph, and know what texts call it.

Decides keys, and paths of names: ``import name.variable`` for what is imported. Leaves to
`compile` how an element gets its value.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import TypeAlias

from dunning_sdk.dmn.boxed import InformationItem, Node, OutputClause
from dunning_sdk.dmn.errors import DmnModelError
from dunning_sdk.dmn.item_type import OPEN, Boundary
from dunning_sdk.dmn.linking import Found
from dunning_sdk.dmn.model import Element, ItemDefinition
from dunning_sdk.dmn.session import Key, Session
from dunning_sdk.feel.environment import Limits
from dunning_sdk.feel.values import Function, Value

Path: TypeAlias = tuple[str, ...]
"""Import names and the name of a variable."""


@dataclass(slots=True, kw_only=True, eq=False)
class Point:
    """Be a compiled element.

    Attributes:
        key: Namespace and name.
        element: As it was read.
        boundary: What its value has to be.
        value: Returns its value; for a function, the function.
        function: Set for knowledge models and services.
        parameters: Of a function, in order.
        external: Whether it holds a function of another language.
        needs: The keys of what it requires.
    """

    key: Key
    element: Element
    boundary: Boundary = OPEN
    value: Callable[[Session], Value] = field(default=lambda session: None)
    function: Function | None = None
    parameters: tuple[str, ...] = ()
    external: bool = False
    needs: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Be how a model is compiled.

    Attributes:
        strict: Whether an error raises.
        limits: Bounds on its texts and evaluations.
        functions: Functions that the caller adds to those of FEEL.
    """

    strict: bool
    limits: Limits
    functions: Mapping[str, Function]


def remembered(key: Key, value: Callable[[Session], Value]) -> Callable[[Session], Value]:
    """Return a value that is found once in an evaluation."""

    def found(session: Session) -> Value:
        if key not in session.values:
            session.values[key] = value(session)
        return session.values[key]

    return found


def settle(points: Mapping[Key, Point], key: Key, session: Session) -> Value:
    """Return the value of an element, what it requires first, so that chains may be long.

    Args:
        points: All elements.
        key: Which one is asked for.
        session: Keeps the values found.
    """
    pending, opened = [key], set[Key]()
    while pending:
        point = points[pending[-1]]
        if point.key not in opened and point.key not in session.given and point.function is None:
            opened.add(point.key)
            wanted = [one for one in point.needs if one not in session.values]
            pending += [one for one in reversed(wanted) if points[one].function is None]
            continue
        pending.pop()
        point.value(session)
    return points[key].value(session)


def key_of(found: Found) -> Key:
    """Return the key of an element."""
    return found.unit.definitions.namespace, found.element.name


def path_of(found: Found) -> Path:
    """Return the names by which a text calls an element."""
    variable = getattr(found.element, "variable", None)
    return (*found.path, variable.name if variable else found.element.name)


def place(scope: dict[str, Value], path: Path, value: Value) -> None:
    """Put a value where a path of names leads."""
    *outer, name = path
    for each in outer:
        inner = scope.setdefault(each, {})
        scope = inner if isinstance(inner, dict) else {}
    scope[name] = value


def names_in(node: object) -> Iterator[str]:
    """Yield the names of variables, components and columns, which may be entries of a context."""
    if isinstance(node, tuple):
        for item in node:
            yield from names_in(item)
    elif isinstance(node, Node):
        if isinstance(node, (InformationItem, ItemDefinition, OutputClause, Element)):
            yield node.name
        for one in fields(node):
            yield from names_in(getattr(node, one.name))


def fault(node: Element, message: str) -> DmnModelError:
    """Return the error that an element cannot be compiled."""
    return DmnModelError(message=message, decision=node.name, line=node.line, column=node.column)
