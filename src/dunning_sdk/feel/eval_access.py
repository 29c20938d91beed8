"""Compile literals, names, paths, lists, contexts, ranges and filters.

Decides how values are found and put together. A fact enters the language here (`values.admit`).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.closures import FAILURES, Build, Facts, Fault, Local, Run
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.order import less_or_equal
from dunning_sdk.feel.properties import PROPERTIES
from dunning_sdk.feel.values import Range, Value, admit, type_name

_READY: Final = frozenset({Decimal, str, bool, type(None)})


def literal(node: n.Literal, build: Build) -> Run:
    """Compile a literal."""
    value = node.value
    return lambda scope, evaluation: value


def name(node: n.Name, build: Build) -> Run:
    """Compile a variable; a function of the language answers where no variable does."""
    raw, fault = raw_name(node, build), build.fault(node)

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        value = raw(scope, evaluation)
        return value if type(value) in _READY else _admitted(value, evaluation, fault)

    return run


def raw_name(node: n.Name, build: Build) -> Run:
    """Compile a variable whose value is passed on as the caller gave it."""
    key, function, fault = node.name, build.functions.get(node.name), build.fault(node)

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        try:
            return scope[key]
        except KeyError:
            return function or fault.name(evaluation, key, f"unknown name '{key}'")

    return run


def _admitted(value: Value, evaluation: Evaluation, fault: Fault) -> Value:
    try:
        return admit(value, evaluation.admitted)
    except FAILURES as error:
        return fault.type(evaluation, str(error))


def path(node: n.Path, build: Build) -> Run:
    """Compile a path."""
    raw, fault = raw_path(node, build), build.fault(node)

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        value = raw(scope, evaluation)
        return value if type(value) in _READY else _admitted(value, evaluation, fault)

    return run


def raw_path(node: n.Path, build: Build) -> Run:
    """Compile a path whose value is passed on as the caller gave it."""
    base, key, fault = raw(node.base, build), node.name, build.fault(node)
    full = n.dotted(node)

    def step(value: Value, evaluation: Evaluation) -> Value:
        if isinstance(value, Mapping):
            if key in value:
                found: Value = value[key]
                return found
            return fault.name(evaluation, full, f"no entry '{key}' in the context: '{full}'")
        if isinstance(value, (list, tuple)):
            evaluation.step(len(value))
            return [step(item, evaluation) for item in value]
        value = _admitted(value, evaluation, fault)
        read = PROPERTIES.get(type(value), {}).get(key)
        if read is None:
            return fault.name(evaluation, full, f"{type_name(value)} has no '{key}': '{full}'")
        return read(value)

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        value = base(scope, evaluation)
        if type(value) is dict:
            try:
                return value[key]
            except KeyError:
                pass
        return step(value, evaluation)

    return run


def raw(node: n.Node, build: Build) -> Run:
    """Compile a node of which only a part is asked for, so that it need not be admitted whole."""
    if isinstance(node, n.Name):
        return raw_name(node, build)
    return raw_path(node, build) if isinstance(node, n.Path) else build(node)


def list_node(node: n.ListNode, build: Build) -> Run:
    """Compile a list."""
    items = [build(item) for item in node.items]
    length = len(items)

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        evaluation.step(length)
        return [item(scope, evaluation) for item in items]

    return run


def context(node: n.ContextNode, build: Build) -> Run:
    """Compile a context; later entries see earlier ones."""
    entries = [(entry.name, build(entry.value)) for entry in node.entries]
    fault = build.fault(node)
    twice = len({key for key, _ in entries}) < len(entries)

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        if twice:
            return fault.type(evaluation, "a context with the same entry twice")
        evaluation.step(1 + 2 * len(entries))
        local = Local(scope, {})
        for key, value in entries:
            local[key] = value(local, evaluation)
        return dict(local)

    return run


def range_node(node: n.RangeNode, build: Build) -> Run:
    """Compile a range; its ends must be ordered."""
    start = build(node.start) if node.start else None
    end = build(node.end) if node.end else None
    fault = build.fault(node)

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        evaluation.step()
        made = Range(
            start=start(scope, evaluation) if start else None,
            end=end(scope, evaluation) if end else None,
            start_included=node.start_included,
            end_included=node.end_included,
        )
        try:
            complete = (made.start is None) is (start is None) and (made.end is None) is (
                end is None
            )
            if complete and (not (start and end) or less_or_equal(made.start, made.end)):
                return made
        except FAILURES as error:
            return fault.type(evaluation, str(error))
        return fault.type(evaluation, "a range whose ends are null or not in order")

    return run


def filter_node(node: n.Filter, build: Build) -> Run:
    """Compile a filter: the item at an index, or the items that fulfil a condition."""
    base, fault = build(node.base), build.fault(node)
    predicate, steps = build.weighed(node.predicate)
    probe = predicate if build.silent else build.lenient()(node.predicate)

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        found = base(scope, evaluation)
        items = found if isinstance(found, list) else [] if found is None else [found]
        if not items:  # an index is wrong even here; the entries that a condition names are missing
            index = probe(_item_scope(scope, None), evaluation)
            return _at(items, index, evaluation, fault) if type(index) is Decimal else []
        kept: list[Value] = []
        for item in items:
            evaluation.step(steps + (len(item) if isinstance(item, dict) else 0))
            verdict = predicate(_item_scope(scope, item), evaluation)
            if type(verdict) is Decimal:
                return _at(items, verdict, evaluation, fault)
            if verdict is True:
                kept.append(item)
            elif verdict is not False:
                fault.type(evaluation, f"a filter whose condition is {type_name(verdict)}")
                if verdict is not None:
                    return None
        return kept

    return run


def _item_scope(scope: Facts, item: Value) -> Local:
    return Local(scope, {"item": item, **item} if isinstance(item, dict) else {"item": item})


def _at(items: list[Value], index: Decimal, evaluation: Evaluation, fault: Fault) -> Value:
    place = int(index)
    if place != index or not 1 <= abs(place) <= len(items):
        return fault.type(evaluation, "an index outside the list")
    return items[place - 1 if place > 0 else place]
