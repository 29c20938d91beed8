"""Be the functions that a book declares, and write them out where a cell calls them.

The module decides that a call says what the body says: a cell that calls a function is checked,
compiled, cut into bins and proved as if the body stood in it. What may be declared is decided in
`declaration`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.inline import inline, plain_tests
from dunning_sdk.feel.types import ANY, BOOLEAN, DATE, NUMBER, STRING, Type
from dunning_sdk.feel.values import Function, Parameter, Signature

TYPES: Final[Mapping[str, Type]] = {
    "number": NUMBER,
    "string": STRING,
    "boolean": BOOLEAN,
    "date": DATE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BookFunction:
    """A function of a book.

    Attributes:
        name: As cells call it.
        title: One line for people; empty for none.
        parameters: Name and type of each, in the order of the arguments.
        result: Type of what it returns.
        text: Its body, in FEEL.
        body: The tree of its body; calls of other functions of the book stand in it.
        calls: Names of the functions of the book that it calls.
    """

    name: str
    title: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    result: str
    text: str = ""
    body: n.Node = field(default_factory=lambda: n.Literal(value=None))
    calls: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """Return its name with parameters and result, as people read it."""
        listed = ", ".join(f"{name}: {type_}" for name, type_ in self.parameters)
        return f"{self.name}({listed}): {self.result}"

    def signature(self, *, is_faulty: bool) -> Function:
        """Return what a call of it is checked against.

        Args:
            is_faulty: Whether what it returns is not known.
        """
        parameters = tuple(
            Parameter(name=name, type=TYPES[type_], nullable=True)
            for name, type_ in self.parameters
        )
        result = ANY if is_faulty else TYPES[self.result]
        # Nothing ever calls it: what is compiled is the body, written out.
        signature = Signature(parameters=parameters, result=result, call=lambda *_: None)
        return Function(name=self.name, signatures=(signature,))

    @property
    def definition(self) -> n.FunctionNode:
        """Return it as a function of FEEL."""
        parameters = tuple(
            n.ParameterNode(name=name, type=TYPES[type_]) for name, type_ in self.parameters
        )
        return n.FunctionNode(parameters=parameters, body=self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Functions:
    """All functions of a book.

    Attributes:
        by_name: Function by name.
        has_bodies: Whether their bodies are known, and may be written out.
        is_faulty: Whether one of them has a fault; what a call returns is then not known.
    """

    by_name: Mapping[str, BookFunction] = field(default_factory=dict)
    has_bodies: bool = True
    is_faulty: bool = False
    _signatures: Mapping[str, Function] = field(init=False, repr=False, compare=False)
    _definitions: Mapping[str, n.Node] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = self.by_name
        signatures = {name: one.signature(is_faulty=self.is_faulty) for name, one in known.items()}
        usable = known if self.has_bodies and not self.is_faulty else {}
        definitions = {name: one.definition for name, one in usable.items()}
        object.__setattr__(self, "_signatures", signatures)
        object.__setattr__(self, "_definitions", definitions)

    @property
    def signatures(self) -> Mapping[str, Function]:
        """Return what calls are checked against, by name."""
        return self._signatures

    def called(self, tree: n.Node) -> tuple[str, ...]:
        """Return the names of the functions that an expression calls itself."""
        if not self.by_name:
            return ()
        named = (one.name for one in n.walk(tree) if isinstance(one, n.Name))
        return tuple(dict.fromkeys(name for name in named if name in self.by_name))

    def reached(self, names: Iterable[str]) -> frozenset[str]:
        """Return the names of functions with those that they call in turn."""
        found: set[str] = set()
        pending = list(names)
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending += self.by_name[name].calls
        return frozenset(found)

    def written_out(self, tree: n.Node) -> n.Node:
        """Return an expression with its calls written out; the same one where it has none.

        Raises:
            FeelError: That would be too large, or a name would mean something else.
        """
        return inline(tree, self._definitions) if self._definitions else tree

    def written_out_cell(self, tree: n.UnaryTests | n.Dash) -> n.UnaryTests | n.Dash:
        """Return the cell of an input likewise; what compares the input alone is cut into bins.

        Raises:
            FeelError: As for `written_out`.
        """
        found = self.written_out(tree)
        return plain_tests(found) if isinstance(found, n.UnaryTests) and found is not tree else tree
