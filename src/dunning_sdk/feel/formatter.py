"""Write values and nodes as FEEL text.

Decides one text per value and per tree: ``parse(format_node(node)) == node``. Parentheses
stand only where the tree needs them.

>>> from decimal import Decimal
>>> format_value([Decimal("1.50"), "a", None, True])
'[1.50, "a", null, true]'
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.errors import FeelLimitError
from dunning_sdk.feel.values import Function, Range, Value

_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER, _UNARY, _TOP = range(1, 9)
_STRENGTH: Final = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _POWER}
_PLAIN_KEY: Final = re.compile(r"[^\W\d]\w*(?: \w+)*\Z")
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def format_value(value: Value) -> str:
    """Return a value as FEEL text.

    Raises:
        FeelLimitError: The value is nested too deeply.

    Source:
        DMN 1.5, table 74, ``string(from)``; a string stands in quotes.
    """
    try:
        return _value(value)
    except RecursionError:
        raise FeelLimitError(message="a value nested too deeply") from None


def _value(value: Value) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value if value else value.copy_abs(), "f")
        case str():
            return quoted(value)
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case dict():
            return (
                f"{{{', '.join(f'{_key(name)}: {_value(item)}' for name, item in value.items())}}}"
            )
        case Range():
            return _range(value)
        case Function():
            return f"function {value.name}".rstrip()
        case _:
            return str(value)


def _range(value: Range) -> str:
    if value.operator:
        return f"({value.operator} {_nested(value.start)})"
    if value.start is None or value.end is None:
        operator = "<" if value.start is None else ">"
        included = value.end_included if value.start is None else value.start_included
        end = value.end if value.start is None else value.start
        return f"({operator}{'=' if included else ''} {_nested(end)})"
    opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return f"{opening}{_nested(value.start)}..{_nested(value.end)}{closing}"


def _nested(value: Value) -> str:
    plain = value is None or isinstance(value, (bool, Decimal, str))
    return format_value(value) if plain else f'@"{value}"'


def quoted(text: str) -> str:
    """Return a string literal."""
    return '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'


def _key(name: str) -> str:
    return name if _PLAIN_KEY.match(name) else quoted(name)


def format_node(node: n.Node) -> str:
    """Return a tree as FEEL text.

    Raises:
        FeelLimitError: The tree is nested too deeply.
    """
    try:
        return _text(node, 0)
    except RecursionError:
        raise FeelLimitError(
            message="nested too deeply", line=node.line, column=node.column
        ) from None


def _text(node: n.Node, binding: int) -> str:
    strength, write = _WRITERS[type(node)]
    if isinstance(node, n.Arithmetic):
        strength = _STRENGTH[node.operator]
    elif isinstance(node, n.Literal) and isinstance(node.value, Decimal) and node.value.is_signed():
        strength = _UNARY
    text = write(node)
    return f"({text})" if strength < binding else text


def _literal(node: n.Literal) -> str:
    plain = node.value is None or isinstance(node.value, (bool, str, Decimal))
    if isinstance(node.value, Decimal):
        return str(node.value).replace("E", "e")
    return format_value(node.value) if plain else f'@"{node.value}"'


def _arithmetic(node: n.Arithmetic) -> str:
    strength = _STRENGTH[node.operator]
    return f"{_text(node.left, strength)} {node.operator} {_text(node.right, strength + 1)}"


def _comparison(node: n.Comparison) -> str:
    return f"{_text(node.left, _COMPARE)} {node.operator} {_text(node.right, _ADD)}"


def _between(node: n.Between) -> str:
    low, high = _text(node.low, _ADD), _text(node.high, _ADD)
    return f"{_text(node.operand, _COMPARE)} between {low} and {high}"


def _in(node: n.In) -> str:
    tests = ", ".join(map(_alternative, node.alternatives))
    single = len(node.alternatives) == 1 and _text(node.alternatives[0], _ADD)
    if not single or single.startswith("("):
        return f"{_text(node.operand, _COMPARE)} in ({tests})"
    return f"{_text(node.operand, _COMPARE)} in {single}"


def _alternative(node: n.Node) -> str:
    if isinstance(node, n.UnaryComparison):
        return f"{node.operator} {_text(node.operand, _ADD)}"
    return _text(node, 0)


def _range_node(node: n.RangeNode) -> str:
    if node.start is None or node.end is None:
        operator = "<" if node.start is None else ">"
        included = node.end_included if node.start is None else node.start_included
        end = node.end or node.start
        return f"({operator}{'=' if included else ''} {_text(end, _ADD) if end else 'null'})"
    opening, closing = "[" if node.start_included else "(", "]" if node.end_included else ")"
    return f"{opening}{_text(node.start, _ADD)}..{_text(node.end, _ADD)}{closing}"


def _unary_tests(node: n.UnaryTests) -> str:
    text = ", ".join(map(_alternative, node.alternatives))
    return f"not({text})" if node.negated else text


def _conditional(node: n.If) -> str:
    branches = f"then {_text(node.consequence, 0)} else {_text(node.alternative, 0)}"
    return f"if {_text(node.condition, 0)} {branches}"


def _bindings(bindings: tuple[n.Binding, ...]) -> str:
    return ", ".join(_text(one, 0) for one in bindings)


def _binding(node: n.Binding) -> str:
    end = f"..{_text(node.end, 0)}" if node.end else ""
    return f"{node.name} in {_text(node.domain, 0)}{end}"


def _function(node: n.FunctionNode) -> str:
    parameters = ", ".join(
        f"{one.name}: {one.type}" if one.type else one.name for one in node.parameters
    )
    return f"function({parameters}) {'external ' if node.external else ''}{_text(node.body, 0)}"


def _joined(nodes: tuple[n.Node, ...], word: str, binding: int) -> str:
    return f" {word} ".join(_text(one, binding) for one in nodes)


_WRITERS: Final[Mapping[type[n.Node], tuple[int, Callable[[Any], str]]]] = {
    n.Literal: (_TOP, _literal),
    n.Name: (_TOP, lambda node: str(node.name)),
    n.Path: (_TOP, lambda node: f"{_text(node.base, _TOP)}.{node.name}"),
    n.Negation: (_UNARY, lambda node: f"-{_text(node.operand, _UNARY)}"),
    n.Arithmetic: (_ADD, _arithmetic),
    n.Comparison: (_COMPARE, _comparison),
    n.Conjunction: (_AND, lambda node: _joined(node.operands, "and", _COMPARE)),
    n.Disjunction: (_OR, lambda node: _joined(node.operands, "or", _AND)),
    n.Between: (_COMPARE, _between),
    n.UnaryComparison: (_TOP, lambda node: f"({_alternative(node)})"),
    n.In: (_COMPARE, _in),
    n.RangeNode: (_TOP, _range_node),
    n.UnaryTests: (0, _unary_tests),
    n.Dash: (0, lambda node: "-"),
    n.If: (0, _conditional),
    n.Binding: (_TOP, _binding),
    n.For: (0, lambda node: f"for {_bindings(node.bindings)} return {_text(node.body, 0)}"),
    n.Quantified: (
        0,
        lambda node: (
            f"{node.quantifier} {_bindings(node.bindings)} satisfies {_text(node.condition, 0)}"
        ),
    ),
    n.Filter: (_TOP, lambda node: f"{_text(node.base, _TOP)}[{_text(node.predicate, 0)}]"),
    n.InstanceOf: (_UNARY, lambda node: f"{_text(node.operand, _TOP)} instance of {node.type}"),
    n.ListNode: (_TOP, lambda node: f"[{', '.join(_text(item, 0) for item in node.items)}]"),
    n.Entry: (_TOP, lambda node: f"{_key(node.name)}: {_text(node.value, 0)}"),
    n.ContextNode: (
        _TOP,
        lambda node: f"{{{', '.join(_text(entry, 0) for entry in node.entries)}}}",
    ),
    n.ParameterNode: (
        _TOP,
        lambda node: f"{node.name}: {node.type}" if node.type else str(node.name),
    ),
    n.FunctionNode: (0, _function),
    n.Invocation: (
        _TOP,
        lambda node: (
            f"{_text(node.function, _TOP)}({', '.join(_text(one, 0) for one in node.arguments)})"
        ),
    ),
}
