"""Compile conditions, loops and quantifiers.

Decides the order of evaluation and what can be iterated over.
"""

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.closures import FAILURES, Build, Facts, Fault, Local, Run
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.errors import FeelLimitError
from dunning_sdk.feel.temporal import FarDate, from_ordinal
from dunning_sdk.feel.values import (
    OperandError,
    Range,
    Value,
    type_name,
)

PARTIAL: Final = "partial"
_ITERATED_MAX: Final = 10**18


def conditional(node: n.If, build: Build) -> Run:
    """Compile ``if``; false and null lead to ``else``."""
    condition, fault = build(node.condition), build.fault(node)
    consequence, otherwise = build(node.consequence), build(node.alternative)

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        verdict = condition(scope, evaluation)
        if verdict is True:
            return consequence(scope, evaluation)
        if verdict is not False:
            fault.type(evaluation, f"the condition of if is {type_name(verdict)}, not boolean")
            if verdict is not None:
                return None
        return otherwise(scope, evaluation)

    return run


def loop(node: n.For, build: Build) -> Run:
    """Compile ``for``; ``partial`` is the list of the results so far."""
    bindings, fault = _bindings(node.bindings, build), build.fault(node)
    body, steps = build.weighed(node.body)
    is_kept = _keeps_partial(node.body)

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        results: list[Value] = []
        longest = evaluation.limits.list_length
        try:
            for local in _iterate(bindings, Local(scope, {PARTIAL: results}), evaluation):
                if len(results) >= longest:
                    evaluation.check_length(longest + 1)
                evaluation.step(steps)
                if is_kept:
                    evaluation.step(len(results) // 4)
                    local = Local(local, {PARTIAL: results.copy()})
                results.append(body(local, evaluation))
        except FAILURES as error:
            return fault.type(evaluation, str(error))
        except FeelLimitError as error:
            fault.limit(error)
        return results

    return run


def quantified(node: n.Quantified, build: Build) -> Run:
    """Compile ``some`` and ``every``: three-valued, and null if a condition is no boolean."""
    bindings, (condition, steps) = _bindings(node.bindings, build), build.weighed(node.condition)
    fault, decisive = build.fault(node), node.quantifier == "some"

    def verdicts(scope: Facts, evaluation: Evaluation) -> Iterator[Value]:
        for local in _iterate(bindings, scope, evaluation):
            evaluation.step(steps)
            yield condition(local, evaluation)

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        try:
            return _judged(verdicts(scope, evaluation), decisive, fault, evaluation)
        except FAILURES as error:
            return fault.type(evaluation, str(error))
        except FeelLimitError as error:
            fault.limit(error)

    return run


def _judged(values: Iterator[Value], decisive: bool, fault: Fault, evaluation: Evaluation) -> Value:
    verdict: Value = not decisive
    for value in values:
        if value is decisive:
            return decisive
        if type(value) is not bool:
            verdict = fault.type(evaluation, f"a condition is {type_name(value)}, not boolean")
            if value is not None:
                break
    return verdict


def _keeps_partial(body: n.Node) -> bool:
    # A result that holds the list of results would hold itself; a filter hands out items only.
    named = sum(one == n.Name(name=PARTIAL) for one in n.walk(body))
    filtered = (
        one.base == n.Name(name=PARTIAL) for one in n.walk(body) if isinstance(one, n.Filter)
    )
    return named > sum(filtered)


_Binding = tuple[str, Run, Run | None]


def _bindings(nodes: Sequence[n.Binding], build: Build) -> list[_Binding]:
    return [(one.name, build(one.domain), build(one.end) if one.end else None) for one in nodes]


def _iterate(bindings: Sequence[_Binding], scope: Facts, evaluation: Evaluation) -> Iterator[Facts]:
    if not bindings:
        yield scope
        return
    (name, domain, end), *rest = bindings
    start = domain(scope, evaluation)
    items = _items(start) if end is None else _between(start, end(scope, evaluation))
    for item in items:
        evaluation.step()
        yield from _iterate(rest, Local(scope, {name: item}), evaluation)


def _items(domain: Value) -> Iterator[Value]:
    if isinstance(domain, Range):
        start, end = domain.start, domain.end
        first = 0 if domain.start_included else 1
        last = 0 if domain.end_included else 1
        yield from _between(start, end, skip=(first, last), descending=False)
    elif isinstance(domain, list):
        yield from domain
    elif domain is None:
        raise OperandError("cannot iterate over null")
    else:
        yield domain


def _between(
    start: Value, end: Value, *, skip: tuple[int, int] = (0, 0), descending: bool = True
) -> Iterator[Value]:
    if type(start) is Decimal and type(end) is Decimal and _is_small(start) and _is_small(end):
        return (
            Decimal(number)
            for number in _steps(int(start), int(end), skip=skip, descending=descending)
        )
    days = (datetime.date, FarDate)
    if isinstance(start, days) and isinstance(end, days):
        low, high = start.toordinal(), end.toordinal()
        return (from_ordinal(day) for day in _steps(low, high, skip=skip, descending=descending))
    raise OperandError(
        f"cannot iterate from {type_name(start)} to {type_name(end)}, "
        "only over whole numbers and over dates"
    )


def _is_small(number: Decimal) -> bool:
    return number.copy_abs() <= _ITERATED_MAX and number == int(number)


def _steps(start: int, end: int, *, skip: tuple[int, int], descending: bool) -> range:
    if start > end and descending:
        return range(start, end - 1, -1)
    return range(start + skip[0], end + 1 - skip[1])
