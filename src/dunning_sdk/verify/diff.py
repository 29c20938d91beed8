"""Say how two versions of a rule book differ in what they decide, or prove that they do not.

The module decides which rules are compared: those of the same id. Tables that say the same in
other rows are equal, by proof; texts, titles, notes and reasons' words are no decisions. Steps
are compared by their ids. Where tables differ is found in `regions`.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import islice
from typing import Any, Final

import z3

from dunning_sdk.errors import OpaqueError, UnprovedError
from dunning_sdk.rules.book import Book, ProcedureRule, TableRule
from dunning_sdk.rules.canonical import canonical, without
from dunning_sdk.rules.function import BookFunction
from dunning_sdk.rules.pattern import Pattern
from dunning_sdk.rules.step import Condition, Procedure, Step
from dunning_sdk.strict_yaml import YamlMapping, load
from dunning_sdk.verify.difference import BookDiff, RuleDiff, StepChange
from dunning_sdk.verify.regions import Pair, regions_of
from dunning_sdk.verify.search import RLIMIT
from dunning_sdk.verify.subject import encoded, in_force, world_of

_NO_DECISION: Final = ("title", "source", "limits")


def diff_books(old: Book, new: Book, *, rlimit: int = RLIMIT, most: int = 20) -> BookDiff:
    """Return how two books differ.

    Args:
        old: The book before.
        new: The book after.
        rlimit: Work z3 may do per question, as it counts it.
        most: Regions shown per table.
    """
    names = sorted({*old.rules, *new.rules})
    return BookDiff(
        old=f"{old.id} {old.version}",
        new=f"{new.id} {new.version}",
        rules=(
            *_signals(old, new),
            *(_diff(name, old, new, rlimit=rlimit, most=most) for name in names),
        ),
    )


def _signals(old: Book, new: Book) -> Iterator[RuleDiff]:
    """Yield the signals that mean something else, or are there in one book alone."""
    before, after = _patterns(old), _patterns(new)
    for name in sorted({*before, *after}):
        if before.get(name) == after.get(name):
            continue
        change = "changed" if name in before and name in after else "added"
        yield RuleDiff(rule=name, change=change if name in after else "removed")


def _patterns(book: Book) -> dict[str, Pattern]:
    """Return what decides of each signal of a book, by the name of its fact."""
    return {one.fact.name: replace(one, label="", label_fr="") for one in book.patterns}


def _diff(name: str, old: Book, new: Book, *, rlimit: int, most: int) -> RuleDiff:
    before, after = old.rules.get(name), new.rules.get(name)
    if before is None or after is None:
        return RuleDiff(rule=name, change="added" if before is None else "removed")
    same_text = _text(old, name) == _text(new, name) and _called(old, name) == _called(new, name)
    if same_text and old.currency == new.currency:
        return RuleDiff(rule=name, change="equal")
    if isinstance(before, ProcedureRule) and isinstance(after, ProcedureRule):
        steps = tuple(_steps(before.procedure, after.procedure))
        return RuleDiff(rule=name, change="changed" if steps else "equal", steps=steps)
    if isinstance(before, TableRule) and isinstance(after, TableRule):
        return _tables((old, before), (new, after), rlimit=rlimit, most=most)
    raise AssertionError(f"{name} is of two kinds")


def _text(book: Book, name: str) -> str:
    """Return what of a rule's file decides, in one form."""
    node = load(book.files[f"{name}.yaml"], name)
    return canonical(without(node, *_NO_DECISION)) if isinstance(node, YamlMapping) else ""


def _called(book: Book, name: str) -> dict[str, BookFunction]:
    """Return what decides of each function that a rule calls, by name."""
    known = book.functions
    reached = known.reached(book.rules[name].calls)
    return {one: replace(known.by_name[one], title="") for one in reached}


def _tables(
    old: tuple[Book, TableRule], new: tuple[Book, TableRule], *, rlimit: int, most: int
) -> RuleDiff:
    name, world = old[1].id, world_of(old[1].kind, (old[1], new[1]), old[0], new[0])
    world.fact("as_of")
    answers = []
    for book, rule in (old, new):
        answer = encoded(book, rule, world)
        answers.append(replace(answer, given=z3.And(in_force(rule, world), answer.given)))
    pair = Pair(
        old=old[1], new=new[1], before=answers[0], after=answers[1], world=world, rlimit=rlimit
    )
    opaque = "; ".join(dict.fromkeys((*answers[0].opaque, *answers[1].opaque)))
    if opaque or {*answers[0].fields} != {*answers[1].fields}:
        return RuleDiff(rule=name, change="opaque", message=opaque or "other result fields")
    try:
        found = tuple(islice(regions_of(pair, most=most), most + 1))
    except OpaqueError as exc:
        return RuleDiff(rule=name, change="opaque", message=str(exc))
    except UnprovedError as exc:
        message = f"z3 gave up on query diff of {name}: {exc}"
        return RuleDiff(rule=name, change="unknown", message=message)
    change = "changed" if found else "equal"
    return RuleDiff(rule=name, change=change, regions=found[:most], is_cut=len(found) > most)


def _steps(old: Procedure, new: Procedure) -> Iterator[StepChange]:
    options = dict(_fields(replace(old, steps=()), replace(new, steps=())))
    if options:
        yield StepChange(procedure=old.id, step="", change="changed", fields=options)
    before = {step.id: step for step in old.steps}
    after = {step.id: step for step in new.steps}
    for name, step in before.items():
        if name not in after:
            yield StepChange(procedure=old.id, step=name, change="removed")
        elif changed := dict(_fields(step, after[name])):
            yield StepChange(procedure=old.id, step=name, change="changed", fields=changed)
    kept = [name for name in before if name in after]
    order = [name for name in after if name in before]
    for name, other in zip(kept, order, strict=True):
        if name != other:
            yield StepChange(procedure=old.id, step=other, change="moved")
    for name in after:
        if name not in before:
            yield StepChange(procedure=old.id, step=name, change="added")


def _fields(old: Step | Procedure, new: Step | Procedure) -> Iterator[tuple[str, tuple[str, str]]]:
    for one in fields(old):
        first, second = _shown(getattr(old, one.name)), _shown(getattr(new, one.name))
        if first != second:
            yield one.name, (first, second)


def _shown(value: Any) -> str:  # noqa: ANN401 - the value of any field
    match value:
        case None | "" | ():
            return "nothing"
        case Condition():
            return value.whole or value.text
        case tuple():
            return ", ".join(map(str, value))
        case bool():
            return str(value).lower()
        case _:
            return str(value)
