"""Ask z3 one question within a bound, and take the simplest answer it has.

The module decides the bound (z3's own count of work, never seconds, so that a proof does not
hang on the machine) and which of many examples is the simplest: nothing open, first words of
lists, amounts and days next to zero, dates next to `world.PINNED`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar

import z3

from dunning_sdk.errors import UnprovedError
from dunning_sdk.verify.symbol import OTHER, Symbol
from dunning_sdk.verify.world import PINNED, World

Part = TypeVar("Part")

RLIMIT: Final = 100_000_000
"""Work z3 may do per question; the slowest of the shipped books needs a thousandth of it."""

_RANK: Final = {"boolean": 0, "string": 1, "number": 2, "date": 3, "null": 4}


def solver_of(terms: Iterable[Any], *, rlimit: int) -> z3.Solver:
    """Return a solver for some terms within a bound."""
    solver = z3.Solver()
    solver.set("rlimit", rlimit)
    solver.add(list(terms))
    return solver


def is_possible(solver: z3.Solver, *terms: Any) -> bool:  # noqa: ANN401 - z3 has no types
    """Tell whether the terms of a solver, and some more, can all be true.

    Raises:
        UnprovedError: The prover gave up.
    """
    found = solver.check(*terms)
    if found == z3.unknown:
        raise UnprovedError(solver.reason_unknown())
    return bool(found == z3.sat)


def first_fitting(parts: Sequence[Part], fits: Callable[[Part], bool]) -> Part:
    """Return the first of ever smaller parts that fits, by halving.

    Args:
        parts: Each holds those after it; the last is known to fit.
        fits: True of every part that lies in one of which it is true.
    """
    first, last = 0, len(parts) - 1
    while first < last:
        middle = (first + last) // 2
        if fits(parts[middle]):
            last = middle
        else:
            first = middle + 1
    return parts[first]


def simplest(solver: z3.Solver, symbols: dict[str, Symbol], world: World) -> Any:  # noqa: ANN401 - a z3 model
    """Return the simplest model of a solver that has one; its terms are bound to that.

    Raises:
        UnprovedError: The prover gave up.
    """
    ordered = sorted(symbols.items(), key=lambda one: (_RANK[one[1].sort], one[0] != "as_of"))
    for _, symbol in ordered:
        if symbol.sort == "null":
            continue
        if symbol.sort in ("number", "date"):
            _narrow(solver, symbol)
        else:
            wish = next(
                (term for term in _wishes(symbol, world) if is_possible(solver, term)), None
            )
            if wish is not None:
                solver.add(wish)
    is_possible(solver)
    return solver.model()


def _wishes(symbol: Symbol, world: World) -> Iterator[Any]:
    if symbol.sort == "boolean":
        yield z3.Not(symbol.term)
        yield symbol.term
        return
    codes = range(len(world.texts))
    for code in (OTHER, *codes) if symbol.is_open else codes:
        yield symbol.term == code


def _narrow(solver: z3.Solver, symbol: Symbol) -> None:
    """Bind a number to the value nearest to zero that it can have, a date to the nearest day."""
    around = PINNED.toordinal() if symbol.sort == "date" else 0
    distance = z3.If(symbol.term >= around, symbol.term - around, around - symbol.term)
    is_possible(solver)
    low, high = 0, solver.model().eval(distance, model_completion=True).as_long()
    while low < high:
        middle = (low + high) // 2
        if is_possible(solver, distance <= middle):
            high = min(middle, solver.model().eval(distance, model_completion=True).as_long())
        else:
            low = middle + 1
    solver.add(distance == low)
    upper = symbol.term == around + low
    solver.add(upper if is_possible(solver, upper) else symbol.term == around - low)
