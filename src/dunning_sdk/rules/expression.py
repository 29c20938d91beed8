"""Turn the cells an author writes into FEEL, checked against the vocabulary.

The module decides what a bare word means (a value of a closed list, or a fact) and which YAML
values may stand for FEEL. What rows and steps do with the result is decided in `table` and
`procedure`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias, TypeVar

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.checker import check, check_unary_tests
from dunning_sdk.feel.errors import FeelError, FeelSyntaxError
from dunning_sdk.feel.formatter import format_node
from dunning_sdk.feel.parser import parse, parse_unary_tests
from dunning_sdk.feel.problems import Problem
from dunning_sdk.feel.types import ANY, STRING, EnumType, Type, conforms_to
from dunning_sdk.rules.cell import Expression, InputCell, Tests
from dunning_sdk.rules.function import Functions
from dunning_sdk.rules.report import Placed, Report
from dunning_sdk.rules.tree import chains
from dunning_sdk.rules.vocabulary import Vocabulary
from dunning_sdk.strict_yaml import YamlMapping, YamlNode, YamlScalar, YamlSequence

_Key: TypeAlias = tuple[object, ...]
_Tree = TypeVar("_Tree", bound=n.Node)
_Found = TypeVar("_Found", bound=n.Node)

_WORD: Final = re.compile(r"[^\W\d][\w.-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scribe:
    """Reads the cells of one file.

    Attributes:
        vocabulary: The facts that may be read.
        report: Where findings go.
        types: Static types of the facts.
        functions: Functions of the book that may be called.
    """

    vocabulary: Vocabulary
    report: Report
    types: Mapping[str, Type]
    functions: Functions = field(default_factory=Functions)
    # The cells of a column are alike: what was found sound is not checked and written again.
    _sound: dict[_Key, dict[str, Any]] = field(default_factory=dict, repr=False, compare=False)

    def expression(self, node: YamlNode, *, expected: Type) -> Expression | None:
        """Return an expression of a type, or ``None`` with findings.

        Args:
            node: Where the text stands; a value of YAML stands for itself.
            expected: Type it has to have; an `EnumType` for texts of a closed list only.
        """
        text = self._text(node)
        if text is None or not isinstance(node, YamlScalar):
            return None
        try:
            line, column = node.position_at(0)
            tree = parse(text, line=line, column=column)
            checked = check(tree, self.types, functions=self.functions.signatures)
        except FeelError as exc:
            self._not_feel(exc)
            return None
        if self._problems(checked.problems):
            return None
        whole = self._whole(tree, self.functions.written_out)
        if whole is not None and whole is not tree:
            checked = check(whole, self.types)
        if whole is None or self._problems(checked.problems):
            return None
        calls = self.functions.called(tree)
        is_told = not (calls and self.functions.is_faulty)
        if is_told and not conforms_to(checked.type, expected):
            self._wrong_type(node, expected, checked.type)
            return None
        return Expression(
            text=text,
            node=whole,
            reads=self._reads(whole),
            calls=calls,
            type=checked.type,
            line=node.line,
            column=node.column,
        )

    def word(self, node: YamlNode, *, type: EnumType) -> Expression | None:
        """Return a text out of a closed list, or an expression that yields only such texts.

        Args:
            node: Where it stands; a bare word is a text of the list, or a fact.
            type: The list, and what it is called in findings.
        """
        if not self._is_word(node, type) or not isinstance(node, YamlScalar):
            return self.expression(node, expected=type)
        literal = self._literal(node, type)
        if literal is None:
            return None
        return Expression(
            text=format_node(literal),
            node=literal,
            reads=(),
            type=type,
            line=node.line,
            column=node.column,
        )

    def cell(self, node: YamlNode, *, type: Type) -> InputCell | None:
        """Return the cell of an input, or ``None`` with findings.

        Args:
            node: Where it stands; a list stands for its items as alternatives.
            type: Of the input.
        """
        items = node.items if isinstance(node, YamlSequence) else (node,)
        tests = [self._tests(item, type) for item in items]
        known = [test for test in tests if test is not None]
        if len(known) < len(tests):
            return None
        tree = _joined(known)
        if tree is None:
            text = "A list holds plain alternatives, at least one"
            self.report.add(node, "book.cell", text, expected="one text with the whole condition")
            return None
        whole = self._whole(tree, self.functions.written_out_cell)
        if whole is None or (whole is not tree and not self._is_sound(whole, type)):
            return None
        said = self._sound.get(_key(node, type)) or {
            "text": format_node(tree),
            "reads": self._reads(whole),
            "calls": self.functions.called(tree),
        }
        self._sound[_key(node, type)] = said
        return InputCell(node=whole, line=node.line, column=node.column, **said)

    def input(self, node: YamlNode) -> Expression | None:
        """Return the expression of an input: a fact, or anything made of facts."""
        text = self._text(node)
        known = text is not None and text in self.vocabulary
        if not known and isinstance(node, YamlScalar) and _WORD.fullmatch(node.raw):
            near = self.vocabulary.nearest(node.raw)
            self.report.add(node, "book.unknown-fact", "Unknown fact", found=node.raw, nearest=near)
            return None
        return self.expression(node, expected=ANY)

    def _text(self, node: YamlNode) -> str | None:
        """Return what a YAML value says in FEEL, or ``None`` with a finding."""
        if not isinstance(node, YamlScalar):
            kind = "a mapping" if isinstance(node, YamlMapping) else "a list"
            self.report.add(node, "book.cell", "A cell holds one value", found=kind)
            return None
        if not node.raw.strip():
            expected = "a value, or - for any" if not node.quoted else "a value"
            self.report.add(node, "book.empty-cell", "A cell is empty", expected=expected)
            return None
        if isinstance(node.value, date):
            return f'date("{node.raw}")'
        if node.value is None:
            return "null"
        return node.raw.removeprefix("+") if isinstance(node.value, (int, Decimal)) else node.raw

    def _tests(self, node: YamlNode, type: Type) -> Tests | None:
        if self._is_word(node, type) and isinstance(node, YamlScalar):
            literal = self._literal(node, type)
            return None if literal is None else _alternatives([literal], node)
        text = self._text(node)
        if text is None or not isinstance(node, YamlScalar):
            return None
        try:
            line, column = node.position_at(0)
            tree = parse_unary_tests(text, line=line, column=column)
            is_sound = _key(node, type) in self._sound or self._is_sound(tree, type)
        except FeelError as exc:
            self._not_feel(exc)
            return None
        return tree if is_sound else None

    def _is_sound(self, tree: Tests, type: Type) -> bool:
        known = self.functions.signatures
        return not self._problems(
            check_unary_tests(tree, type, self.types, functions=known).problems
        )

    def _whole(self, tree: _Tree, write_out: Callable[[_Tree], _Found]) -> _Found | None:
        """Return what was parsed with its calls written out, or ``None`` with a finding."""
        try:
            return write_out(tree)
        except FeelError as exc:
            text = f"The functions called here cannot be written out: {exc.message}"
            self.report.add(exc, "book.function-call", text)
            return None

    def _is_word(self, node: YamlNode, type: Type) -> bool:
        """Tell whether a cell holds a text as it is, and not FEEL."""
        if not isinstance(node, YamlScalar) or not isinstance(node.value, str):
            return False
        return self.is_word(node.raw, type=type)

    def is_word(self, text: str, *, type: Type) -> bool:
        """Tell whether a text stands for itself where a value of a type is wanted, and is no FEEL.

        Args:
            text: As an author writes it.
            type: Of the input or the result field.
        """
        if type != STRING and not isinstance(type, EnumType):
            return False
        listed = isinstance(type, EnumType) and text in type.values
        bare = _WORD.fullmatch(text) is not None and text not in self.vocabulary
        return listed or bare or not text

    def _literal(self, node: YamlScalar, type: Type) -> n.Literal | None:
        if isinstance(type, EnumType) and node.raw not in type.values:
            self.report.add_unknown(
                node, what="value", of=type.name, name=node.raw, known=type.values
            )
            return None
        return n.Literal(value=node.raw, **_place(node))

    def _not_feel(self, exc: FeelError) -> None:
        found = exc.found if isinstance(exc, FeelSyntaxError) else ""
        expected = exc.expected if isinstance(exc, FeelSyntaxError) else ""
        said = exc.message.split("expected ")[0].rstrip(": ") if expected else exc.message
        text = f"Not FEEL: {said}" if said else "Not FEEL"
        self.report.add(exc, "book.syntax", text, expected=expected or None, found=found or None)

    def _wrong_type(self, node: YamlNode, expected: Type, found: Type) -> None:
        said, seen = str(expected), str(found)
        if isinstance(expected, EnumType):
            said = " | ".join(value or '""' for value in expected.values)
            seen = ", ".join(found.values) if isinstance(found, EnumType) else seen
        text = "An expression has the wrong type"
        self.report.add(node, "book.type", text, expected=said, found=seen)

    def _problems(self, problems: Sequence[Problem]) -> bool:
        for problem in problems:
            self.report.add(
                problem,
                f"book.{problem.code}",
                problem.message.split("; did you mean")[0],
                nearest=problem.nearest,
            )
        return bool(problems)

    def _reads(self, tree: n.Node) -> tuple[str, ...]:
        found = [self._fact_in(chain) for chain, _ in chains(tree)]
        return tuple(dict.fromkeys(name for name in found if name is not None))

    def _fact_in(self, chain: Sequence[str]) -> str | None:
        """Return the fact that a chain of names begins with."""
        names = (".".join(chain[:length]) for length in range(1, len(chain) + 1))
        return next((name for name in names if name in self.vocabulary), None)


def make_scribe(
    vocabulary: Vocabulary, report: Report, functions: Functions | None = None
) -> Scribe:
    """Return a reader of cells for one file.

    Args:
        vocabulary: The facts that may be read.
        report: Where findings go.
        functions: Functions of the book; ``None`` for none.
    """
    types, known = vocabulary.types(), functions or Functions()
    return Scribe(vocabulary=vocabulary, report=report, types=types, functions=known)


def _key(node: YamlNode, type: Type) -> _Key:
    """Return what a cell says and of which type its input is; for a list, which list it is."""
    said = (node.raw, node.quoted) if isinstance(node, YamlScalar) else (id(node),)
    return (*said, id(type))


def _joined(tests: Sequence[Tests]) -> Tests | None:
    if len(tests) == 1:
        return tests[0]
    alternatives: list[n.Node] = []
    for test in tests:
        if isinstance(test, n.Dash) or test.negated:
            return None
        alternatives.extend(test.alternatives)
    return _alternatives(alternatives, tests[0]) if tests else None


def _alternatives(nodes: Sequence[n.Node], place: Placed) -> n.UnaryTests:
    return n.UnaryTests(alternatives=tuple(nodes), line=place.line, column=place.column)


def _place(node: Placed) -> dict[str, int]:
    return {"line": node.line, "column": node.column}
