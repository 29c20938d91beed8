"""Find the facts on which two tables answer otherwise, as large boxes.

The module decides how one example grows into a region: along the boundaries of both tables, as
long as z3 says that every value inside makes a difference, and the same one. Facts compared with
each other count as one more flag. Where a difference hangs on sums of facts, no box fits; the
region then says that it is not all of it. `diff` decides which tables are compared.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import z3

from dunning_sdk.dmn.region import value_text
from dunning_sdk.errors import DunningError
from dunning_sdk.rules.book import TableRule
from dunning_sdk.verify.answer import Answer
from dunning_sdk.verify.difference import Region
from dunning_sdk.verify.search import first_fitting, is_possible, simplest, solver_of
from dunning_sdk.verify.symbol import OTHER, Symbol, equality
from dunning_sdk.verify.world import World, nested_values

Term: TypeAlias = Any
"""A term or a model of z3, which has no types."""

Part: TypeAlias = "Interval | frozenset[int | bool]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Whole values, both ends included; ``None`` for no end."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two tables to compare.

    Attributes:
        old: The table before.
        new: The table after.
        before: What the old one answers.
        after: What the new one answers.
        world: The facts of both.
        rlimit: Work z3 may do per question.
    """

    old: TableRule
    new: TableRule
    before: Answer
    after: Answer
    world: World
    rlimit: int

    def differs(self) -> Term:
        """Return the term that says the answers differ.

        Raises:
            OpaqueError: Two answers cannot be compared.
        """
        return z3.Or(z3.Xor(self.before.given, self.after.given), self._answers_differ())

    def _answers_differ(self) -> Term:
        told = []
        for name, first in self.before.fields.items():
            second = self.after.fields[name]
            same = first.sort == second.sort and z3.eq(first.term, second.term)
            if not same or first.null is not None:
                told.append(z3.Not(equality(first, second).term))
        for name, items in self.before.lists.items():
            others = self.after.lists[name]
            for code in {**items, **others}:
                none = z3.BoolVal(False)
                told.append(z3.Xor(items.get(code, none), others.get(code, none)))
        return z3.And(self.before.given, self.after.given, z3.Or(told))


def regions_of(pair: Pair, *, most: int) -> Iterator[Region]:
    """Yield the regions on which two tables differ, at most so many and one.

    Raises:
        OpaqueError: The difference cannot be said to the prover.
        UnprovedError: The prover gave up.
    """
    differs = pair.differs()
    laws = pair.world.laws()
    left = solver_of([differs, *laws], rlimit=pair.rlimit)
    for _ in range(most + 1):
        if not is_possible(left):
            return
        left.push()
        model = simplest(left, pair.world.facts, pair.world)
        left.pop()
        box, everywhere = _grown(pair, model, differs, laws)
        left.add(z3.Not(_inside(box, pair.world)))
        yield _region(pair, box, model, everywhere=everywhere)


def _grown(
    pair: Pair,
    model: Term,
    differs: Term,
    laws: Sequence[Term],
) -> tuple[dict[str, Part], bool]:
    """Return the largest box found around an example, and whether all of it differs alike."""
    cuts = _cuts(pair)
    box = {
        name: _part(name, pair.world, model, cuts)
        for name in (*pair.world.facts, *pair.world.relations)
    }
    alike = z3.And(differs, *_alike(pair, model))
    unlike = solver_of([z3.Not(alike), *laws], rlimit=pair.rlimit)
    everywhere = not is_possible(unlike, _inside(box, pair.world))
    if not everywhere:
        return box, False
    for name in box:

        def fits(part: Part, name: str = name) -> bool:
            return not is_possible(unlike, _inside({**box, name: part}, pair.world))

        box[name] = _widened(name, box[name], fits, world=pair.world, starts=cuts.get(name, []))
    return box, True


def _alike(pair: Pair, model: Term) -> Iterator[Term]:
    """Yield what keeps the words and flags of both answers as they are in the example."""
    for answer in (pair.before, pair.after):
        yield answer.given == model.eval(answer.given, model_completion=True)
        for symbol in answer.fields.values():
            if symbol.sort in ("boolean", "string"):
                yield symbol.term == model.eval(symbol.term, model_completion=True)


def _cuts(pair: Pair) -> dict[str, list[int]]:
    """Return, per number or day, the first values of the stretches between all boundaries."""
    found: dict[str, set[int]] = {}
    for rule in (pair.old, pair.new):
        for one in rule.table.inputs:
            symbol = pair.world.facts.get(one.name)
            if symbol is None or one.column is None or symbol.sort not in ("number", "date"):
                continue
            for point in one.column.samples[1:-1:2]:
                first, last = _around(point, symbol)
                found.setdefault(one.name, set()).update((first, last + 1))
    return {name: sorted(points) for name, points in found.items()}


def _around(point: date | Decimal, symbol: Symbol) -> tuple[int, int]:
    """Return the whole value at a boundary, or the two it lies between in reverse order."""
    if isinstance(point, date):
        return point.toordinal(), point.toordinal()
    exact = Decimal(point) * symbol.per
    floor = int(exact // 1)
    return (floor, floor) if exact == floor else (floor + 1, floor)


def _part(
    name: str,
    world: World,
    model: Term,
    cuts: Mapping[str, list[int]],
) -> Part:
    if _is_flag(name, world):
        flag = model.eval(_term(name, world), model_completion=True)
        return frozenset({z3.is_true(flag)})
    symbol = world.facts[name]
    value = model.eval(symbol.term, model_completion=True).as_long()
    if symbol.sort == "string":
        return frozenset({value})
    starts = cuts.get(name, [])
    low = max((one for one in starts if one <= value), default=None)
    above = min((one for one in starts if one > value), default=None)
    return Interval(low=low, high=None if above is None else above - 1)


def _widened(
    name: str, part: Part, fits: Callable[[Part], bool], *, world: World, starts: Sequence[int]
) -> Part:
    """Return the largest part that fits, all values first."""
    if isinstance(part, Interval):
        return _stretched(part, fits, starts)
    codes = [True, False] if _is_flag(name, world) else [*_codes(name, world)]
    if fits(frozenset(codes)):
        return frozenset(codes)
    for code in codes:
        if fits(part | {code}):
            part = part | {code}
    return part


def _stretched(part: Interval, fits: Callable[[Part], bool], starts: Sequence[int]) -> Interval:
    highs = [
        None,
        *(one - 1 for one in reversed(starts) if part.high is not None and one - 1 > part.high),
    ]
    lows = [None, *(one for one in starts if part.low is not None and one < part.low)]
    if part.high is not None:
        part = first_fitting([*(replace(part, high=high) for high in highs), part], fits)
    if part.low is not None:
        part = first_fitting([*(replace(part, low=low) for low in lows), part], fits)
    return part


def _is_flag(name: str, world: World) -> bool:
    return name in world.relations or world.facts[name].sort == "boolean"


def _codes(name: str, world: World) -> Iterator[int]:
    values = world.vocabulary[name].values
    yield from (world.text(value) for value in values)
    if not values:
        yield from world.texts.values()
        yield OTHER


def _inside(box: Mapping[str, Part], world: World) -> Term:
    told = [z3.BoolVal(True)]
    for name, part in box.items():
        term = _term(name, world)
        if isinstance(part, Interval):
            told += [] if part.low is None else [term >= part.low]
            told += [] if part.high is None else [term <= part.high]
        else:
            told.append(z3.Or([term == value for value in part]))
    return z3.And(told)


def _term(name: str, world: World) -> Term:
    return world.relations[name] if name in world.relations else world.facts[name].term


def _region(
    pair: Pair,
    box: Mapping[str, Part],
    model: Term,
    *,
    everywhere: bool,
) -> Region:
    facts = {name: pair.world.value(name, model) for name in pair.world.facts}
    said = {name: _said(name, part, pair.world) for name, part in box.items()}
    return Region(
        rule=pair.old.id,
        where={name: text for name, text in said.items() if text != "-"},
        everywhere=everywhere,
        facts=facts,
        old=_decided(pair.old, facts),
        new=_decided(pair.new, facts),
    )


def _decided(rule: TableRule, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a rule itself answers."""
    if not rule.in_force(facts["as_of"]):
        return {"error": "not-in-force"}
    try:
        return dict(rule.decide(nested_values(facts)).values)
    except DunningError as exc:
        return {"error": exc.code}


def _said(name: str, part: Part, world: World) -> str:
    """Return a part as the cell of a table; ``-`` for all values."""
    if isinstance(part, Interval):
        return _stretch(part, world.facts[name])
    if _is_flag(name, world):
        return "-" if len(part) > 1 else value_text(next(iter(part)))
    if name == "currency" or part >= set(_codes(name, world)):
        return "-"
    if OTHER in part:
        left = [f'"{text}"' for text, code in world.texts.items() if code not in part]
        return f"not({', '.join(left)})"
    return ", ".join(value_text(text) for text, code in world.texts.items() if code in part)


def _stretch(part: Interval, symbol: Symbol) -> str:
    low, high = (None if end is None else _major(end, symbol) for end in (part.low, part.high))
    if low is None:
        return "-" if high is None else f"<= {high}"
    if high is None:
        return f">= {low}"
    return low if low == high else f"[{low}..{high}]"


def _major(whole: int, symbol: Symbol) -> str:
    if symbol.sort == "date":
        return date.fromordinal(whole).isoformat()
    exact = Decimal(whole) / symbol.per
    return value_text(exact if exact % 1 else exact.to_integral_value())
