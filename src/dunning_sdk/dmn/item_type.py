"""Turn item definitions into types of FEEL, and hold values to what they allow.

Decides what a typed boundary lets through: a value of the type, converted where the standard
converts, and among the allowed values. A type that contains itself is not looked into further.

Source: DMN 1.5, 7.3.2 and 7.3.3 (item definitions), 10.3.2.9.4 (conversion).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from dunning_sdk.dmn.boxed import InformationItem, Node, UnaryTests
from dunning_sdk.dmn.errors import DmnModelError
from dunning_sdk.dmn.linking import Unit
from dunning_sdk.dmn.model import ItemDefinition
from dunning_sdk.dmn.namespace import FEEL
from dunning_sdk.feel.conformance import MISFIT, coerce
from dunning_sdk.feel.environment import Evaluation, Limits
from dunning_sdk.feel.errors import FeelError
from dunning_sdk.feel.evaluator import compile_unary_tests
from dunning_sdk.feel.parser import parse_unary_tests
from dunning_sdk.feel.types import (
    ANY,
    NAMED_TYPES,
    ContextType,
    FunctionType,
    ListType,
    Type,
)
from dunning_sdk.feel.values import Value

Check: TypeAlias = Callable[[Value, Evaluation], bool]


@dataclass(frozen=True, slots=True)
class Boundary:
    """Be what a value has to be to pass.

    Attributes:
        type: Type of FEEL.
        check: Whether a value of the type is allowed; ``None`` where every one is.
        name: As the author wrote it.
    """

    type: Type
    check: Check | None = None
    name: str = "Any"

    def fit(self, value: Value, evaluation: Evaluation) -> Value:
        """Return the value, converted if need be, or `MISFIT`; null always passes."""
        found = coerce(value, self.type)
        if found is None or found is MISFIT or self.check is None:
            return found
        return found if self.check(found, evaluation) else MISFIT


OPEN = Boundary(ANY)
"""The boundary that everything passes."""


class ItemTypes:
    """Know the types of one document.

    Args:
        unit: The document and its imports.
        limits: Bounds on the text of allowed values.
    """

    def __init__(self, unit: Unit, *, limits: Limits) -> None:
        self._unit = unit
        self._limits = limits
        self._items = {item.name: item for item in unit.definitions.types}
        self._made: dict[str, Boundary] = {}
        self._making: set[str] = set()
        self._imported = {
            name: ItemTypes(each, limits=limits) for name, each in unit.imports.items()
        }

    def named(self) -> Mapping[str, Type]:
        """Return the types that ``instance of`` may name; imported ones have their prefix."""
        own = {name: self._defined(item).type for name, item in self._items.items()}
        for prefix, types in self._imported.items():
            own |= {f"{prefix}.{name}": of for name, of in types.named().items()}
        return own

    def boundary(self, type_ref: str, node: Node) -> Boundary:
        """Return what a type reference asks of a value.

        Args:
            type_ref: Name of a type; empty for any.
            node: Where it stands.

        Raises:
            DmnModelError: No type has this name.
        """
        name = self._plain(type_ref)
        if name in self._items:
            return self._defined(self._items[name])
        if name in NAMED_TYPES or not name:
            return Boundary(NAMED_TYPES[name], name=name) if name else OPEN
        prefix, _, rest = name.partition(".")
        while rest:
            if prefix in self._imported:
                return self._imported[prefix].boundary(rest, node)
            more, _, rest = rest.partition(".")
            prefix = f"{prefix}.{more}"
        message = f"an unknown type '{type_ref}'"
        raise DmnModelError(message=message, line=node.line, column=node.column)

    def allowed(self, type_ref: str) -> UnaryTests | None:
        """Return the values that a type lists itself, or ``None``."""
        item = self._items.get(self._plain(type_ref))
        return item.allowed_values if item and not item.is_collection else None

    def _plain(self, type_ref: str) -> str:
        """Return a reference without the XML prefix that DMN 1.1 writes before it."""
        prefix, colon, name = type_ref.rpartition(":")
        if not colon:
            return type_ref
        definitions = self._unit.definitions
        namespace = dict(definitions.prefixes).get(prefix, "")
        if namespace == FEEL or prefix == "feel" or namespace == definitions.namespace:
            return name
        by_namespace = {each.namespace: each.name for each in definitions.imports}
        return f"{by_namespace[namespace]}.{name}" if namespace in by_namespace else type_ref

    def _defined(self, item: ItemDefinition) -> Boundary:
        if item.name in self._making:
            return OPEN
        if item.name not in self._made:
            self._making.add(item.name)
            self._made[item.name] = self._made_of(item)
            self._making.discard(item.name)
        return self._made[item.name]

    def _made_of(self, item: ItemDefinition) -> Boundary:
        of, check = self._content(item)
        check = _both(check, self._tests(item.allowed_values))
        if item.is_collection:
            of, check = ListType(of), _each(check)
        return Boundary(of, _both(check, self._tests(item.type_constraint)), item.name)

    def _content(self, item: ItemDefinition) -> tuple[Type, Check | None]:
        if item.function is not None:
            function = item.function
            params = tuple(self._parameter(one) for one in function.parameters)
            return FunctionType(params, self.boundary(function.output_type_ref, item).type), None
        if item.components:
            parts = {part.name: self._made_of(part) for part in item.components}
            checks = {name: part.check for name, part in parts.items() if part.check}
            return ContextType({name: part.type for name, part in parts.items()}), _entries(checks)
        found = self.boundary(item.type_ref, item)
        return found.type, found.check

    def _parameter(self, item: InformationItem) -> Type:
        return self.boundary(item.type_ref, item).type

    def _tests(self, tests: UnaryTests | None) -> Check | None:
        """Compile allowed values.

        Raises:
            DmnModelError: They are not unary tests of FEEL.
        """
        if tests is None or not tests.text.strip():
            return None
        try:
            node = parse_unary_tests(
                tests.text, line=tests.line, column=tests.column, limits=self._limits
            )
            test = compile_unary_tests(node)
        except FeelError as error:
            message = f"the allowed values cannot be read: {error.message}"
            raise DmnModelError(message=message, line=error.line, column=error.column) from error
        return lambda value, evaluation: test({}, value, evaluation) is True


def _both(first: Check | None, second: Check | None) -> Check | None:
    if first is None or second is None:
        return first or second
    return lambda value, evaluation: first(value, evaluation) and second(value, evaluation)


def _each(check: Check | None) -> Check | None:
    if check is None:
        return None
    return lambda value, evaluation: (
        isinstance(value, list) and all(item is None or check(item, evaluation) for item in value)
    )


def _entries(checks: Mapping[str, Check]) -> Check | None:
    if not checks:
        return None
    return lambda value, evaluation: (
        isinstance(value, dict)
        and all(
            value.get(name) is None or check(value[name], evaluation)
            for name, check in checks.items()
        )
    )
