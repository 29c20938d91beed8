"""Read the cell of a decision table as intervals and values, where it is made of constants.

Decides which cells can be reasoned about. A cell that compares with another fact, calls a
function or mixes types is *opaque*: it is evaluated, never guessed at.

>>> from dunning_sdk.feel.parser import parse_unary_tests
>>> read_cell(parse_unary_tests("[3..7), > 10"), kind="number").spans
(Span(low=Decimal('3'), high=Decimal('7'), low_included=True, high_included=False), \
Span(low=Decimal('10'), high=None, low_included=False, high_included=False))
>>> read_cell(parse_unary_tests("> limit"), kind="number") is None
True
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.temporal import parse_date

Kind: TypeAlias = Literal["number", "date", "string", "boolean"]

_PYTHON: Final = {
    "number": Decimal,
    "date": datetime.date,
    "string": str,
    "boolean": bool,
}
_OPAQUE: Final = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One interval; a single value is an interval with both ends included.

    Attributes:
        low: Lower end; ``None`` for unbounded.
        high: Upper end; ``None`` for unbounded.
        low_included: Whether the lower end belongs to it.
        high_included: Whether the upper end belongs to it.
    """

    low: Any
    high: Any
    low_included: bool = False
    high_included: bool = False

    @property
    def is_reversed(self) -> bool:
        """Tell whether it ends before it begins."""
        return None not in (self.low, self.high) and bool(self.high < self.low)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What a cell allows.

    Attributes:
        spans: Values allowed, in the order written; may overlap.
        negated: Whether everything but the spans is allowed.
        null: Whether null fulfils the cell.
        asks_null: Whether null is named in it.
    """

    spans: tuple[Span, ...] = ()
    negated: bool = False
    null: bool = False
    asks_null: bool = False


def read_cell(tests: n.UnaryTests, *, kind: Kind) -> Cell | None:
    """Return what a cell allows, or ``None`` where it is opaque.

    Args:
        tests: The parsed cell.
        kind: Type of the input.
    """
    spans: list[Span] = []
    verdicts: list[bool | None] = []
    asks_null = False
    for one in tests.alternatives:
        if isinstance(one, n.Literal) and one.value is None:
            asks_null = True
            verdicts.append(True)
            continue
        found = _spans(one, kind)
        # A range that ends before it begins is null in FEEL, and so is its negation.
        if found is None or (tests.negated and any(span.is_reversed for span in found)):
            return None
        spans.extend(found)
        verdicts.append(_for_null(one))
    null = all(one is False for one in verdicts) if tests.negated else True in verdicts
    return Cell(spans=tuple(spans), negated=tests.negated, null=null, asks_null=asks_null)


def constant(node: n.Node) -> object:
    """Return the value of a literal or of ``date("…")``; else a marker.

    The marker is none of FEEL's values and has none of their types.
    """
    match node:
        case n.Literal(value=value):
            return value
        case n.Invocation(
            function=n.Name(name="date"), arguments=(n.Literal(value=str() as text),)
        ):
            return _date(text)
        case _:
            return _OPAQUE


def _for_null(node: n.Node) -> bool | None:
    """Return what an alternative made of constants says of null, as FEEL compares."""
    if isinstance(node, n.UnaryComparison) and node.operator in ("=", "!="):
        return node.operator == "!="
    return None if isinstance(node, (n.UnaryComparison, n.RangeNode)) else False


def _date(text: str) -> object:
    try:
        return parse_date(text)
    except ValueError:
        return _OPAQUE


def _spans(node: n.Node, kind: Kind) -> tuple[Span, ...] | None:
    match node:
        case n.UnaryComparison(operator=operator, operand=operand):
            return _compared(operator, constant(operand), kind)
        case n.RangeNode():
            span = _ranged(node, kind)
            return None if span is None else (span,)
        case n.ListNode(items=items):
            return _listed(items, kind)
        case _:
            return _compared("=", constant(node), kind)


def _listed(items: tuple[n.Node, ...], kind: Kind) -> tuple[Span, ...] | None:
    spans: list[Span] = []
    for item in items:
        found = _compared("=", constant(item), kind)
        if found is None:
            return None
        spans.extend(found)
    return tuple(spans)


def _compared(operator: str, value: object, kind: Kind) -> tuple[Span, ...] | None:
    if not _is_kind(value, kind):
        return None
    below = Span(low=None, high=value, high_included=operator == "<=")
    above = Span(low=value, high=None, low_included=operator == ">=")
    match operator:
        case "=":
            return (Span(low=value, high=value, low_included=True, high_included=True),)
        case "<" | "<=" if kind in ("number", "date"):
            return (below,)
        case ">" | ">=" if kind in ("number", "date"):
            return (above,)
        case "!=" if kind in ("number", "date"):
            return (below, above)
        case _:
            return None


def _ranged(node: n.RangeNode, kind: Kind) -> Span | None:
    low = None if node.start is None else constant(node.start)
    high = None if node.end is None else constant(node.end)
    ends = [end for end in (low, high) if end is not None]
    if kind not in ("number", "date") or not all(_is_kind(end, kind) for end in ends):
        return None
    return Span(
        low=low, high=high, low_included=node.start_included, high_included=node.end_included
    )


def _is_kind(value: object, kind: Kind) -> bool:
    # A datetime is a date to Python and not to FEEL.
    return isinstance(value, _PYTHON[kind]) and not isinstance(value, datetime.datetime)
