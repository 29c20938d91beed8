"""Read the functions that a book declares.

The module decides what a function may be called, what it takes, and that its body rests on nothing
but its parameters and other functions of the book, none of which calls itself. How a call is
written out is decided in `function`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from dunning_sdk.domain.fact import Fact
from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.builtins import BUILTINS
from dunning_sdk.feel.parser import RESERVED
from dunning_sdk.rules.book_file import FunctionEntry
from dunning_sdk.rules.expression import Scribe
from dunning_sdk.rules.function import TYPES, BookFunction, Functions
from dunning_sdk.rules.kind import KINDS
from dunning_sdk.rules.model import read_model
from dunning_sdk.rules.report import Placed, Report
from dunning_sdk.rules.vocabulary import Vocabulary, vocabulary_of
from dunning_sdk.strict_yaml import YamlMapping, YamlNode, YamlScalar, YamlSequence

FUNCTIONS: Final = "functions"
PARAMETERS: Final = "parameters"
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_TAKEN: Final = frozenset({*RESERVED, *BUILTINS, "is known"})
_IMPLIED: Final = frozenset({"item", "partial"})

_Read = tuple[YamlScalar, YamlMapping, BookFunction]


def read_functions(head: YamlMapping, report: Report, *, facts: Iterable[Fact] = ()) -> Functions:
    """Return the functions of a book.

    Where one is faulty, their bodies are left aside, so that a fault is not said again by every
    cell that calls them.

    Args:
        head: The tree of ``book.yaml``.
        report: Where findings go.
        facts: Facts of plugins and of the book, whose names a function may not have.
    """
    before = sum(one.severity == "error" for one in report.findings)
    read = [(key, node, _header(key, node, report)) for key, node in _entries(head)]
    headers = Functions(by_name={one.name: one for _, _, one in read}, has_bodies=False)
    roots = _roots(facts)
    for key, node, one in read:
        _check_name(key, one.name, roots, report)
        _check_parameters(node, headers.by_name, report)
    found = {one.name: _with_body(one, node, headers, report) for _, node, one in read}
    _check_circles(read, found, report)
    is_faulty = sum(one.severity == "error" for one in report.findings) > before
    return Functions(by_name=found, is_faulty=is_faulty)


def _entries(head: YamlMapping) -> Iterator[tuple[YamlScalar, YamlMapping]]:
    listed = head.get(FUNCTIONS)
    for key, node in listed.entries if isinstance(listed, YamlMapping) else ():
        if isinstance(node, YamlMapping):
            yield key, node


def _header(key: YamlScalar, node: YamlMapping, report: Report) -> BookFunction:
    """Return a function without its body; a faulty one as its author may have meant it."""
    file = read_model(FunctionEntry, node, report)
    if file is None:
        return BookFunction(name=key.raw, result="number")
    parameters = tuple((one.name, one.type) for one in file.parameters)
    return BookFunction(name=key.raw, title=file.title, parameters=parameters, result=file.result)


def _roots(facts: Iterable[Fact]) -> frozenset[str]:
    """Return the first words of the names of all facts."""
    added = tuple(facts)
    return frozenset(
        name.split(".")[0] for kind in KINDS for name in vocabulary_of(kind, added).facts
    )


def _check_name(key: YamlScalar, name: str, roots: Collection[str], report: Report) -> None:
    if _NAME.fullmatch(name) is None:
        expected = "small letters, digits and underscores, such as is_small"
        report.add(key, "function.name", "Not a name of a function", expected=expected, found=name)
    elif name in _TAKEN:
        text = f"Function {name} hides what FEEL calls so"
        report.add(key, "function.hides-builtin", text, expected="another name")
    elif name in roots:
        text = f"Function {name} hides a fact"
        report.add(key, "function.hides-fact", text, expected="another name")


def _check_parameters(
    node: YamlMapping, functions: Mapping[str, BookFunction], report: Report
) -> None:
    seen: set[str] = set()
    for place, name in _parameter_names(node):
        if _NAME.fullmatch(name) is None:
            expected = "small letters, digits and underscores, such as amount"
            text = "Not a name of a parameter"
            report.add(place, "function.parameter", text, expected=expected, found=name)
        elif name in _TAKEN or name in _IMPLIED or name in functions:
            text = f"Parameter {name} hides a function, or what FEEL calls so"
            report.add(place, "function.hides-builtin", text, expected="another name")
        elif name in seen:
            report.add(place, "function.parameter", "A parameter comes twice", found=name)
        seen.add(name)


def _parameter_names(node: YamlMapping) -> Iterator[tuple[YamlScalar, str]]:
    listed = node.get(PARAMETERS)
    for one in listed.items if isinstance(listed, YamlSequence) else ():
        named = one.get("name") if isinstance(one, YamlMapping) else None
        if isinstance(named, YamlScalar):
            yield named, named.raw


def _with_body(
    one: BookFunction, node: YamlMapping, headers: Functions, report: Report
) -> BookFunction:
    """Return a function with its body, or without it where that has a fault."""
    written = node.get("body")
    if written is None or one.name not in headers.by_name:
        return one
    types = {name: TYPES[type_] for name, type_ in one.parameters}
    scribe = Scribe(vocabulary=Vocabulary(), report=report, types=types, functions=headers)
    found = scribe.expression(written, expected=TYPES[one.result])
    if found is None:
        return one
    _check_used(one, node, found.node, report)
    return replace(one, text=found.text, body=found.node, calls=found.calls)


def _check_used(one: BookFunction, node: YamlMapping, body: n.Node, report: Report) -> None:
    named = {part.name for part in n.walk(body) if isinstance(part, n.Name)}
    for place, name in _parameter_names(node):
        if name not in named:
            text = f"The body of {one.name} does not use this parameter"
            report.add(place, "function.unused-parameter", text, found=name)


def _check_circles(
    read: Iterable[_Read], functions: Mapping[str, BookFunction], report: Report
) -> None:
    for _, node, one in read:
        circle = _circle(one.name, functions)
        if circle:
            text = "Functions call each other in a circle"
            if len(circle) == 2:
                text = f"Function {one.name} calls itself"
            found = " → ".join(circle)
            report.add(_body(node), "function.recursion", text, found=found)


def _circle(name: str, functions: Mapping[str, BookFunction]) -> tuple[str, ...]:
    """Return the shortest way from a function back to itself; empty for none."""
    ways: list[tuple[str, ...]] = [(name,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for called in functions[way[-1]].calls:
            if called == name:
                return (*way, called)
            if called not in seen:
                seen.add(called)
                ways.append((*way, called))
    return ()


def _body(node: YamlMapping) -> Placed:
    body: YamlNode = node.get("body") or node
    return body
