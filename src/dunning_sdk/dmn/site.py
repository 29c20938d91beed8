"""Know where logic stands: the names and types it may use, and what an error becomes there.

Decides how a FEEL text of a model is parsed, and how a value is held to a type: converted, or
null with a diagnostic, or, in strict mode, an exception.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from dunning_sdk.dmn import boxed as b
from dunning_sdk.dmn.errors import DmnModelError, DmnValueError
from dunning_sdk.dmn.item_type import Boundary, ItemTypes
from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.closures import Facts, Run
from dunning_sdk.feel.conformance import MISFIT
from dunning_sdk.feel.environment import DEFAULT_LIMITS, Evaluation, Limits
from dunning_sdk.feel.lexer import Scope
from dunning_sdk.feel.types import ANY, Type
from dunning_sdk.feel.values import Function, Value, type_name


@dataclass(slots=True)
class Notes:
    """Hold what is learned while a document is compiled.

    Attributes:
        known: Entries of contexts that all scopes of the document know.
        learned: More of them, which FEEL texts write and other texts may name.
        external: Whether a function of another language was met.
    """

    known: frozenset[str] = frozenset()
    learned: set[str] = field(default_factory=set)
    external: bool = False

    def learn(self, name: str) -> None:
        """Remember the entry of a context."""
        if name not in self.known:
            self.learned.add(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Be where logic stands.

    Attributes:
        types: The types of its document.
        named: The types that FEEL texts may name.
        scope: The names it may use.
        notes: What is learned from it.
        strict: Whether an error raises.
        limits: Bounds on its texts.
        functions: Functions that the caller adds to those of FEEL.
    """

    types: ItemTypes
    named: Mapping[str, Type] = field(default_factory=dict)
    scope: Scope = field(default_factory=Scope)
    notes: Notes = field(default_factory=Notes)
    strict: bool = False
    limits: Limits = DEFAULT_LIMITS
    functions: Mapping[str, Function] = field(default_factory=dict)

    def knowing(self, *names: str) -> "Site":
        """Return the same site with more names."""
        scope = self.scope
        for name in names:
            scope = scope.extended(name)
        return replace(self, scope=scope)

    def within_items(self) -> "Site":
        """Return the same site inside a filter."""
        return replace(self, scope=self._scope().with_members_as_names())

    def parsed(self, parser: Callable[..., Any], node: b.LiteralExpression | b.UnaryTests) -> Any:  # noqa: ANN401 - what the parser makes
        """Return the tree of a FEEL text.

        Raises:
            FeelError: It is no FEEL text.
        """
        scope = self._scope()
        tree = parser(
            node.text, names=scope, line=node.line, column=node.column, limits=self.limits
        )
        for one in n.walk(tree):
            if isinstance(one, n.Entry):
                self.notes.learn(one.name)
            elif isinstance(one, n.FunctionNode) and one.external:
                self.notes.external = True
        return tree

    def _scope(self) -> Scope:
        learned = self.notes.learned
        return self.scope.with_members(learned) if learned else self.scope

    def failed(self, node: b.Node, message: str) -> Run:
        """Return logic that has no value, or raise in strict mode.

        Raises:
            DmnModelError: The mode is strict.
        """
        if self.strict:
            raise DmnModelError(message=message, line=node.line, column=node.column)

        def run(_: Facts, evaluation: Evaluation) -> Value:
            evaluation.record(message, line=node.line, column=node.column)
            return None

        return run


def bounded(run: Run, boundary: Boundary, node: b.Node, site: Site) -> Run:
    """Return logic whose value is held to a type."""
    if boundary.type == ANY and boundary.check is None:
        return run

    def checked(scope: Facts, evaluation: Evaluation) -> Value:
        return fitted(run(scope, evaluation), boundary, evaluation, node, strict=site.strict)

    return checked


def fitted(
    value: Value, boundary: Boundary, evaluation: Evaluation, node: b.Node, *, strict: bool
) -> Value:
    """Return a value as a boundary lets it through, else null.

    Raises:
        DmnValueError: It does not pass and the mode is strict.
    """
    found = boundary.fit(value, evaluation)
    if found is not MISFIT:
        return found
    what = type_name(value)
    message = (
        f"a {what} that is no {boundary.name}"
        if what != boundary.name
        else (f"a {what} that is not allowed")
    )
    if strict:
        raise DmnValueError(message=message, line=node.line, column=node.column)
    evaluation.record(message, line=node.line, column=node.column)
    return None


Compile: TypeAlias = Callable[[b.Expression, Site], Run]
"""Compiles any boxed expression."""
