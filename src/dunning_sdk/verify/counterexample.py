"""Write a counterexample as a case that fails.

The module decides what the case expects: the answer nearest to the one given with which the
invariant would hold. For guards, which answer together, the case stands beside the guard that
reads most of what the invariant is about.
"""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import z3

from dunning_sdk.errors import OpaqueError, UnprovedError
from dunning_sdk.feel.types import BOOLEAN, DATE, NUMBER, EnumType
from dunning_sdk.rules.invariant import OUTCOME, Invariant
from dunning_sdk.rules.kind import RESULTS_BY_KIND, ResultField
from dunning_sdk.rules.tree import chains
from dunning_sdk.verify import symbol as s
from dunning_sdk.verify.encode import Encoder
from dunning_sdk.verify.search import RLIMIT, is_possible, simplest, solver_of
from dunning_sdk.verify.subject import Subject
from dunning_sdk.verify.symbol import Symbol
from dunning_sdk.verify.world import World


def wanted_answer(
    invariant: Invariant, subject: Subject, *, facts: Mapping[str, Any], outcome: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the result fields that would have to be otherwise; empty where none would help."""
    world = subject.world
    fields = {one.name: one for one in RESULTS_BY_KIND[invariant.kind] if not one.many}
    asked = [
        chain[1]
        for chain, _ in chains(invariant.holds.node)
        if len(chain) > 1 and chain[0] == OUTCOME and chain[1] in fields
    ]
    free = {name: _free(fields[name], world) for name in dict.fromkeys(asked)}
    encoder = Encoder(
        world=world, answers={f"{OUTCOME}.{name}": symbol for name, symbol in free.items()}
    )
    literal = Encoder(world=world).literal
    try:
        terms = [encoder.value(invariant.holds.node).term]
        terms += [_allowed(fields[name], symbol, world) for name, symbol in free.items()]
        for name, value in facts.items():
            terms.append(s.equality(world.fact(name), literal(_plain(value))).term)
        solver = solver_of(terms, rlimit=RLIMIT)
        if not free or not is_possible(solver):
            return {}
        for name, symbol in free.items():
            same = s.equality(symbol, literal(_plain(outcome.get(name)))).term
            if outcome and is_possible(solver, same):
                solver.add(same)
        model = simplest(solver, free, world)
    except (OpaqueError, UnprovedError):
        return {}
    found = {name: world.decoded(symbol, model) for name, symbol in free.items()}
    return {name: value for name, value in found.items() if value != outcome.get(name)}


def case_text(
    invariant: Invariant, subject: Subject, *, facts: Mapping[str, Any], wanted: Mapping[str, Any]
) -> str:
    """Return a file of cases with the counterexample; empty where no case can say it."""
    if not wanted or not subject.rules:
        return ""
    about = {".".join(chain) for node in _trees(invariant) for chain, _ in chains(node)}
    rule = max(subject.rules, key=lambda one: _nearness(about, set(one.reader.readings)))
    named = {*about, *rule.reader.readings} - {"as_of"}
    told = {name: facts[name] for name in facts if name in named and facts[name] is not None}
    lines = [
        f"rule: {rule.id}",
        f"as_of: {facts['as_of']}",
        "cases:",
        f"  - name: {json.dumps(invariant.title, ensure_ascii=False)}",
        "    facts:" if told else "    facts: {}",
        *(f"      {name}: {_written(value)}" for name, value in told.items()),
        "    expect:",
        *(f"      {name}: {_written(value)}" for name, value in wanted.items()),
    ]
    return "\n".join(lines) + "\n"


def _nearness(about: set[str], read: set[str]) -> tuple[int, int]:
    """Return how much of an invariant a rule reads, and how little else."""
    return len(about & read), -len(read)


def _trees(invariant: Invariant) -> list[Any]:
    return [one.node for one in (invariant.when, invariant.holds) if one is not None]


def _free(one: ResultField, world: World) -> Symbol:
    name = f"wanted {one.name}"
    if one.type == BOOLEAN:
        return s.truth(z3.Bool(name))
    sort: s.Sort = "number" if one.type == NUMBER else "date" if one.type == DATE else "string"
    return Symbol(sort=sort, term=z3.Int(name), per=10**world.digits if one.money else 1)


def _allowed(one: ResultField, symbol: Symbol, world: World) -> Any:  # noqa: ANN401 - z3
    if not isinstance(one.type, EnumType):
        if symbol.sort == "string":
            return z3.And(symbol.term >= 0, symbol.term < len(world.texts))
        return z3.BoolVal(True)
    return z3.Or([symbol.term == world.text(value) for value in one.type.values])


def _plain(value: object) -> object:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _written(value: Any) -> str:  # noqa: ANN401 - a FEEL value
    match value:
        case bool():
            return str(value).lower()
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case _:
            return json.dumps(value, ensure_ascii=False)
