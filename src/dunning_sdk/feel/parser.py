"""Parse FEEL text into nodes: a hand-written Pratt parser that knows the names in scope.

Decides the grammar of DMN 1.5, 10.3.1.2. Leaves types to `checker` and values to `evaluator`.

>>> from dunning_sdk.feel.formatter import format_node
>>> format_node(parse("1 + due date * 2", names=["due date"]))
'1 + due date * 2'
"""

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal, DecimalException
from typing import Final, TypeVar

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.durations import parse_duration
from dunning_sdk.feel.environment import DEFAULT_LIMITS, Limits
from dunning_sdk.feel.errors import FeelLimitError
from dunning_sdk.feel.lexer import END, NUMBER, STRING, SYMBOL, WORD, Scope
from dunning_sdk.feel.temporal import parse_date, parse_date_time, parse_time
from dunning_sdk.feel.tokens import TokenReader
from dunning_sdk.feel.typeparser import parse_type
from dunning_sdk.feel.unary import ADD, COMPARISONS, OR, in_alternatives, one_sided, unary_tests
from dunning_sdk.feel.values import NUMBERS

_Found = TypeVar("_Found")
_AND, _COMPARE, _MULTIPLY, _POWER = 2, 3, 5, 6
_BINARY: Final[Mapping[str, int]] = {
    **dict.fromkeys(("or",), OR),
    **dict.fromkeys(("and",), _AND),
    **dict.fromkeys((*COMPARISONS, "between", "in"), _COMPARE),
    **dict.fromkeys(("+", "-"), ADD),
    **dict.fromkeys(("*", "/"), _MULTIPLY),
    "**": _POWER,
}
RESERVED: Final = frozenset(
    {
        *("and", "between", "else", "every", "for", "function", "if", "in", "or", "return"),
        *("satisfies", "some", "then", "true", "false", "null"),
    }
)
"""Words that are no names."""

_CONSTANTS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "null": None}
_AT_PARSERS: Final = (parse_date, parse_date_time, parse_time, parse_duration)


def parse(
    text: str,
    *,
    names: Collection[str] | Scope = (),
    line: int = 1,
    column: int = 1,
    limits: Limits = DEFAULT_LIMITS,
) -> n.Node:
    """Parse one expression.

    Args:
        text: FEEL text.
        names: Variables and context entries that are more than one word; longest match wins.
        line: Line where the text begins in its file, counted from 1.
        column: Column where the text begins in its file, counted from 1.
        limits: Bounds on length, nesting and numbers.

    Raises:
        FeelSyntaxError: The text is no expression.
        FeelLimitError: The text passes a limit.
    """
    return Parser(text, names=names, line=line, column=column, limits=limits).whole(
        Parser.expression
    )


def parse_unary_tests(
    text: str,
    *,
    names: Collection[str] | Scope = (),
    line: int = 1,
    column: int = 1,
    limits: Limits = DEFAULT_LIMITS,
) -> n.UnaryTests | n.Dash:
    """Parse the cell of a decision table: ``-``, ``"a", "b"``, ``not(...)``, ``< 5``, ``[1..5]``.

    Args:
        text: FEEL text; ``?`` in it is the input.
        names: As for `parse`.
        line: As for `parse`.
        column: As for `parse`.
        limits: As for `parse`.

    Raises:
        FeelSyntaxError: The text is no unary test.
        FeelLimitError: The text passes a limit.
    """
    parser = Parser(text, names=names, line=line, column=column, limits=limits)
    return parser.whole(unary_tests)


class Parser(TokenReader):
    """Parse one text; made anew for each."""

    range_end = False

    def whole(self, rule: Callable[["Parser"], _Found]) -> _Found:
        """Apply a rule to the whole text."""
        try:
            result = rule(self)
        except RecursionError:
            line, column = self.position()
            raise FeelLimitError(message="nested too deeply", line=line, column=column) from None
        if self.token.kind != END:
            raise self.unexpected("an operator or the end")
        return result

    def expression(self, binding: int = OR) -> n.Node:
        """Parse an expression whose operators bind at least as tightly as given."""
        nesting, place = self.nesting, self.here()
        self.enter()
        left = self.operand()
        while (strength := _BINARY.get(self.token.text, 0)) >= binding and self.token.kind in (
            SYMBOL,
            WORD,
        ):
            self.enter()
            left = self.operation(left, strength, place)
        self.nesting = nesting
        return left

    def operation(self, left: n.Node, strength: int, place: dict[str, int]) -> n.Node:
        """Parse the operator at the current token and what stands right of it."""
        operator = self.take().text
        if operator in ("or", "and"):
            operands = [left, self.expression(strength + 1)]
            while self.accept(operator):
                operands.append(self.expression(strength + 1))
            joint = n.Disjunction if operator == "or" else n.Conjunction
            return joint(operands=tuple(operands), **place)
        if operator == "in":
            return n.In(operand=left, alternatives=in_alternatives(self), **place)
        if operator == "between":
            low = self.expression(ADD)
            self.expect("and")
            return n.Between(operand=left, low=low, high=self.expression(ADD), **place)
        right = self.expression(strength + 1)
        if operator in COMPARISONS:
            return n.Comparison(operator=operator, left=left, right=right, **place)
        return n.Arithmetic(operator=operator, left=left, right=right, **place)

    def operand(self) -> n.Node:
        """Parse a value with its signs, paths, filters, calls and ``instance of``."""
        place = self.here()
        if self.accept("-"):
            self.enter()
            operand = self.operand()
            if isinstance(operand, n.Literal) and type(operand.value) is Decimal:
                return n.Literal(value=NUMBERS.minus(operand.value), **place)
            return n.Negation(operand=operand, **place)
        node = self.primary()
        while True:
            if self.sees("."):
                self.take()
                node = n.Path(base=node, name=self.member_name(), **place)
            elif self.sees("[") and not (self.range_end and self.closes_range()):
                node = n.Filter(base=node, predicate=self.inside(self.predicate), **place)
            elif self.sees("("):
                node = n.Invocation(function=node, arguments=self.inside(self.arguments), **place)
            elif self.sees("instance") and self.tokens[self.index + 1].text == "of":
                self.move(self.index + 2)
                node = n.InstanceOf(operand=node, type=parse_type(self), **place)
            else:
                return node
            self.enter()

    def primary(self) -> n.Node:
        """Parse a literal, a name, or what a keyword or an opening symbol begins."""
        token, place = self.token, self.here()
        if token.kind == NUMBER:
            return n.Literal(value=self.number(), **place)
        if token.kind == STRING:
            return n.Literal(value=self.take().text, **place)
        if rule := _RULES.get(token.text):
            return rule(self)
        if token.kind != WORD or (token.text in RESERVED and token.text not in _CONSTANTS):
            raise self.unexpected("a value")
        name = self.known_name()
        if name in _CONSTANTS:
            return n.Literal(value=_CONSTANTS[name], **place)
        return n.Name(name=name, **place)

    def number(self) -> Decimal:
        """Parse a number literal."""
        try:
            value = NUMBERS.create_decimal(self.token.text)
        except DecimalException:
            raise self.unexpected("a number of at most 6,144 digits") from None
        self.take()
        return value

    def at_literal(self) -> n.Node:
        """Parse ``@"..."``: a date, time, date and time, or duration."""
        place = self.here()
        self.take()
        for read in _AT_PARSERS:
            try:
                value = read(self.token.text)
            except ValueError:
                continue
            self.take()
            return n.Literal(value=value, **place)
        raise self.unexpected("a date, a time, a date and time, or a duration")

    def inside(self, rule: Callable[[], _Found]) -> _Found:
        """Step over an opening symbol and apply a rule that ends with the closing one."""
        self.take()
        range_end, self.range_end = self.range_end, False
        found = rule()
        self.range_end = range_end
        return found

    def closes_range(self) -> bool:
        """Tell whether the ``[`` here ends a range rather than begins a filter."""
        following = self.tokens[self.index + 1]
        ends = following.kind in (END, SYMBOL) and following.text not in (
            "(",
            "[",
            "{",
            "-",
            "@",
        )
        return ends or (
            following.kind == WORD
            and following.text in RESERVED
            and following.text not in _CONSTANTS
        )

    def parenthesis(self) -> n.Node:
        """Parse ``(expression)``, ``(start..end]`` or ``(< 5)``."""
        place = self.here()
        return self.inside(lambda: self.after_parenthesis(place))

    def after_parenthesis(self, place: dict[str, int]) -> n.Node:
        """Parse what follows ``(``."""
        if self.token.text in COMPARISONS and self.token.kind == SYMBOL:
            node: n.Node = one_sided(self.take().text, self.expression(ADD), place)
            self.expect(")")
            return node
        node = self.expression()
        if self.sees(".."):
            return self.range_after(node, included=False, place=place)
        self.expect(")")
        return node

    def range_after(self, start: n.Node, *, included: bool, place: dict[str, int]) -> n.RangeNode:
        """Parse ``..end]`` after the start of a range."""
        self.expect("..")
        outer, self.range_end = self.range_end, True
        end = self.expression(ADD)
        self.range_end = outer
        if not self.sees(")", "]", "["):
            raise self.unexpected("')', ']' or '['")
        closed = self.take().text == "]"
        return n.RangeNode(
            start=start, end=end, start_included=included, end_included=closed, **place
        )

    def bracket(self) -> n.Node:
        """Parse ``[items]`` or ``[start..end]``."""
        place = self.here()
        return self.inside(lambda: self.after_bracket(place))

    def after_bracket(self, place: dict[str, int]) -> n.Node:
        """Parse what follows ``[``."""
        if self.accept("]"):
            return n.ListNode(items=(), **place)
        first = self.expression()
        if self.sees(".."):
            return self.range_after(first, included=True, place=place)
        items = self.separated(self.expression, end="]", first=[first])
        return n.ListNode(items=tuple(items), **place)

    def open_range(self) -> n.Node:
        """Parse ``]start..end]``."""
        place = self.here()
        return self.inside(
            lambda: self.range_after(self.expression(ADD), included=False, place=place)
        )

    def context(self) -> n.Node:
        """Parse ``{name: value, ...}``."""
        place = self.here()
        scope = self.scope
        entries = self.inside(lambda: self.separated(self.entry, end="}"))
        self.scope = scope.with_members(entry.name for entry in entries)
        return n.ContextNode(entries=tuple(entries), **place)

    def entry(self) -> n.Entry:
        """Parse ``name: value`` of a context; the name is known to what follows."""
        place = self.here()
        name = self.take().text if self.token.kind == STRING else self.declared_name(":")
        self.expect(":")
        value = self.expression()
        self.scope = self.scope.extended(name)
        return n.Entry(name=name, value=value, **place)

    def predicate(self) -> n.Node:
        """Parse what stands in the brackets of a filter."""
        scope, self.scope = self.scope, self.scope.with_members_as_names()
        node = self.expression()
        self.scope = scope
        self.expect("]")
        return node

    def arguments(self) -> tuple[n.Node, ...]:
        """Parse the arguments of a call: all named or all positional."""
        if not self.argument_name_ahead():
            return tuple(self.separated(self.expression, end=")"))
        return tuple(self.separated(self.named_argument, end=")"))

    def named_argument(self) -> n.Entry:
        """Parse ``name: value`` of a call."""
        place = self.here()
        name = self.declared_name(":")
        self.expect(":")
        return n.Entry(name=name, value=self.expression(), **place)

    def conditional(self) -> n.Node:
        """Parse ``if ... then ... else ...``."""
        place = self.here()
        self.take()
        condition = self.expression()
        self.expect("then")
        consequence = self.expression()
        self.expect("else")
        return n.If(
            condition=condition, consequence=consequence, alternative=self.expression(), **place
        )

    def loop(self) -> n.Node:
        """Parse ``for ... return ...``, ``some`` or ``every ... satisfies ...``."""
        place, scope = self.here(), self.scope
        kind = self.take().text
        bindings = [self.binding()]
        while self.accept(","):
            bindings.append(self.binding())
        self.expect("return" if kind == "for" else "satisfies")
        body = self.expression()
        self.scope = scope
        if kind == "for":
            return n.For(bindings=tuple(bindings), body=body, **place)
        return n.Quantified(quantifier=kind, bindings=tuple(bindings), condition=body, **place)

    def binding(self) -> n.Binding:
        """Parse ``name in domain`` or ``name in start..end``."""
        place = self.here()
        name = self.declared_name("in")
        self.expect("in")
        domain = self.expression()
        end = self.expression() if self.accept("..") else None
        self.scope = self.scope.extended(name)
        return n.Binding(name=name, domain=domain, end=end, **place)

    def function(self) -> n.Node:
        """Parse ``function(parameters) body``."""
        place, scope = self.here(), self.scope
        self.take()
        self.expect("(")
        parameters = self.separated(self.parameter, end=")")
        external = self.accept("external")
        body = self.expression()
        self.scope = scope
        return n.FunctionNode(parameters=tuple(parameters), body=body, external=external, **place)

    def parameter(self) -> n.ParameterNode:
        """Parse ``name`` or ``name: type``; the name is known to the body."""
        place = self.here()
        name = self.declared_name(":", ",", ")")
        of = parse_type(self) if self.accept(":") else None
        self.scope = self.scope.extended(name)
        return n.ParameterNode(name=name, type=of, **place)


_RULES: Final[Mapping[str, Callable[[Parser], n.Node]]] = {
    "(": Parser.parenthesis,
    "[": Parser.bracket,
    "]": Parser.open_range,
    "{": Parser.context,
    "@": Parser.at_literal,
    "if": Parser.conditional,
    "for": Parser.loop,
    "some": Parser.loop,
    "every": Parser.loop,
    "function": Parser.function,
}
