"""Read a range from a text at run time, for the built-in function ``range``.

Decides that both ends are there, are literals, or calls of ``date``, ``time``, ``date and time`` or
``duration`` on literals, and are in order (DMN 1.5, table 72).
"""

from typing import Final

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.errors import FeelError
from dunning_sdk.feel.evaluator import compile_expression
from dunning_sdk.feel.parser import parse
from dunning_sdk.feel.values import OperandError, Range

_MAKERS: Final = frozenset({"date", "time", "date and time", "duration"})


def parse_range(text: str) -> Range:
    """Read a range such as ``[1..3]``.

    Raises:
        OperandError: The text is no range of literals.
    """
    try:
        node = parse(text)
        if isinstance(node, n.RangeNode) and _is_constant(node.start) and _is_constant(node.end):
            found = compile_expression(node)({})
            if isinstance(found, Range):
                return found
    except FeelError as error:
        raise OperandError("a text that is no range") from error
    raise OperandError("a text that is no range between literals")


def _is_constant(node: n.Node | None) -> bool:
    match node:
        case n.Literal():
            return node.value is not None
        case n.Invocation(function=n.Name(name=name)):
            return name in _MAKERS and all(
                isinstance(argument, n.Literal) for argument in node.arguments
            )
        case _:
            return False
