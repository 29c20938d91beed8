"""Be FEEL's values as terms of z3, with null told apart.

The module decides how a value is written for the prover and how values are compared, joined and
chosen between. Numbers are whole terms over a whole divisor: an amount is its minor units over
100, so that no fraction is ever rounded by the prover. Days are proleptic ordinals, texts are
numbers of a list, with `OTHER` for every text that nobody names.

Source: FEEL's three-valued logic (DMN 1.5, 10.3.2.15); whole minor units measured in
``docs/proofs.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, Final, Literal, TypeAlias

import z3

from dunning_sdk.errors import OpaqueError

Sort: TypeAlias = Literal["number", "string", "boolean", "date", "null"]

OTHER: Final = -1
"""The one text that stands for all that nobody names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """One value.

    Attributes:
        sort: Its type.
        term: Whole number, day or number of a text; for a boolean, whether it is true.
        per: What the term of a number is divided by.
        null: Whether it is null; ``None`` where it never is. A null boolean is not true.
        is_open: Whether it is a text out of no closed list.
    """

    sort: Sort
    term: Any
    per: int = 1
    null: Any = None
    is_open: bool = False

    @property
    def is_null(self) -> Any:  # noqa: ANN401 - z3 has no types
        """Return the term that says it is null."""
        return z3.BoolVal(False) if self.null is None else self.null


NULL: Final = Symbol(sort="null", term=z3.IntVal(0), null=z3.BoolVal(True))


def number(value: Fraction) -> Symbol:
    """Return a number that is known."""
    return Symbol(sort="number", term=z3.IntVal(value.numerator), per=value.denominator)


def truth(term: Any, null: Any = None) -> Symbol:  # noqa: ANN401 - z3 has no types
    """Return a boolean; where it may be null, it is not true there."""
    yes = term if null is None else z3.And(z3.Not(null), term)
    return Symbol(sort="boolean", term=yes, null=null)


def is_false(symbol: Symbol) -> Any:  # noqa: ANN401 - z3 has no types
    """Return the term that says a boolean is false, and so not null."""
    no = z3.Not(symbol.term)
    return no if symbol.null is None else z3.And(no, z3.Not(symbol.null))


def both(operands: Sequence[Symbol]) -> Symbol:
    """Return the conjunction: false where one is false, else null where one is null."""
    yes = z3.And([one.term for one in operands])
    if all(one.null is None for one in operands):
        return truth(yes)
    no = z3.Or([is_false(one) for one in operands])
    return Symbol(sort="boolean", term=yes, null=z3.Not(z3.Or(yes, no)))


def either(operands: Sequence[Symbol]) -> Symbol:
    """Return the disjunction: true where one is true, else null where one is null."""
    yes = z3.Or([one.term for one in operands])
    if all(one.null is None for one in operands):
        return truth(yes)
    no = z3.And([is_false(one) for one in operands])
    return Symbol(sort="boolean", term=yes, null=z3.Not(z3.Or(yes, no)))


def negation(operand: Symbol) -> Symbol:
    """Return the opposite of a boolean; of null, null."""
    return Symbol(sort="boolean", term=is_false(operand), null=operand.null)


def equality(left: Symbol, right: Symbol) -> Symbol:
    """Return whether two values are equal; null equals null alone.

    Raises:
        OpaqueError: Their types differ, or both are texts out of no closed list.
    """
    if "null" in (left.sort, right.sort):
        return truth(z3.And(left.is_null, right.is_null))
    if left.sort != right.sort:
        raise OpaqueError(f"a {left.sort} is compared with a {right.sort}")
    if left.is_open and right.is_open:
        raise OpaqueError("two texts out of no closed list are compared")
    first, second = _level(left, right)
    same = first == second
    if left.null is None and right.null is None:
        return truth(same)
    known = z3.And(z3.Not(left.is_null), z3.Not(right.is_null), same)
    return truth(z3.Or(z3.And(left.is_null, right.is_null), known))


def order(operator: str, left: Symbol, right: Symbol) -> Symbol:
    """Return whether two numbers or days stand in an order: ``<``, ``<=``, ``>`` or ``>=``.

    Raises:
        OpaqueError: They are neither two numbers nor two days.
    """
    if left.sort != right.sort or left.sort not in ("number", "date"):
        raise OpaqueError(f"{left.sort} {operator} {right.sort}")
    first, second = _level(left, right)
    term = {
        "<": first < second,
        "<=": first <= second,
        ">": first > second,
        ">=": first >= second,
    }[operator]
    return truth(term, either_null(left, right))


def total(left: Symbol, right: Symbol, *, sign: int = 1) -> Symbol:
    """Return the sum of two numbers, or with a sign of -1 the difference."""
    _check_numbers(left, right)
    per = lcm(left.per, right.per)
    term = left.term * (per // left.per) + right.term * (sign * (per // right.per))
    return Symbol(sort="number", term=term, per=per, null=either_null(left, right))


def times(symbol: Symbol, factor: Fraction) -> Symbol:
    """Return a number times one that is known."""
    _check_numbers(symbol, symbol)
    return Symbol(
        sort="number",
        term=symbol.term * factor.numerator,
        per=symbol.per * factor.denominator,
        null=symbol.null,
    )


def known(symbol: Symbol) -> Fraction | None:
    """Return a number that hangs on no fact; ``None`` for any other."""
    term = z3.simplify(symbol.term)
    if symbol.sort != "number" or symbol.null is not None or not z3.is_int_value(term):
        return None
    return Fraction(term.as_long(), symbol.per)


def choice(condition: Any, then: Symbol, otherwise: Symbol) -> Symbol:  # noqa: ANN401 - z3
    """Return one of two values.

    Raises:
        OpaqueError: Their types differ.
    """
    if then.sort == otherwise.sort == "null":
        return NULL
    sort = otherwise.sort if then.sort == "null" else then.sort
    if "null" not in (then.sort, otherwise.sort) and then.sort != otherwise.sort:
        raise OpaqueError(f"an answer is a {then.sort} or a {otherwise.sort}")
    then, otherwise = _as(sort, then), _as(sort, otherwise)
    null = None
    if then.null is not None or otherwise.null is not None:
        null = z3.If(condition, then.is_null, otherwise.is_null)
    first, second = _level(then, otherwise)
    return Symbol(
        sort=sort,
        term=z3.If(condition, first, second),
        per=lcm(then.per, otherwise.per),
        null=null,
        is_open=then.is_open or otherwise.is_open,
    )


def rounded(symbol: Symbol, *, digits: int, mode: str) -> Symbol:
    """Return an amount in whole minor units.

    Args:
        symbol: In major units.
        digits: Of the currency's minor unit.
        mode: One of `decimal`'s rounding modes.

    Raises:
        OpaqueError: It rounds half to even, which is not said to the prover.
    """
    unit = 10**digits
    if symbol.sort != "number" or unit % symbol.per == 0:
        return symbol
    size = z3.If(symbol.term < 0, -symbol.term, symbol.term) * unit
    whole = {
        "ROUND_HALF_UP": (2 * size + symbol.per) / (2 * symbol.per),
        "ROUND_DOWN": size / symbol.per,
        "ROUND_UP": (size + symbol.per - 1) / symbol.per,
    }.get(mode)
    if whole is None:
        raise OpaqueError("an amount is rounded half to even")
    term = z3.If(symbol.term < 0, -whole, whole)
    return Symbol(sort="number", term=term, per=unit, null=symbol.null)


def either_null(left: Symbol, right: Symbol) -> Any:  # noqa: ANN401 - z3 has no types
    """Return the term that says one of two values is null; ``None`` where neither ever is."""
    if left.null is None and right.null is None:
        return None
    return z3.Or(left.is_null, right.is_null)


def _level(left: Symbol, right: Symbol) -> tuple[Any, Any]:
    """Return two terms over the same divisor."""
    per = lcm(left.per, right.per)
    if per == 1:
        return left.term, right.term
    return left.term * (per // left.per), right.term * (per // right.per)


def _as(sort: Sort, symbol: Symbol) -> Symbol:
    if symbol.sort != "null":
        return symbol
    blank = z3.BoolVal(False) if sort == "boolean" else z3.IntVal(0)
    return Symbol(sort=sort, term=blank, null=symbol.null)


def _check_numbers(*symbols: Symbol) -> None:
    for one in symbols:
        if one.sort != "number":
            raise OpaqueError(f"a {one.sort} is reckoned with")
