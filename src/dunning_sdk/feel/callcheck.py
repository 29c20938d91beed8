"""Check a call against the signatures of a function.

Decides whether some signature takes the arguments, and which fault to name if none does.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.types import ANY, NULL, FunctionType, ListType, Type
from dunning_sdk.feel.typing_rules import common, fits
from dunning_sdk.feel.values import Function, Parameter, Signature

Argument = tuple[n.Node, Type]
Fault = tuple[str, str, n.Node | None]
"""Code, message, and the argument at fault, if it is one."""

_KEEPS_LIST: Final = frozenset(
    {
        *("sublist", "append", "concatenate", "insert before", "remove", "reverse"),
        *("distinct values", "union", "sort", "list replace"),
    }
)
_PICKS_ITEM: Final = frozenset({"min", "max"})


def argument_faults(
    function: Function, arguments: Sequence[Argument], labels: Sequence[str] | None
) -> Iterator[Fault]:
    """Yield what is wrong with the arguments of a call; nothing when a signature takes them.

    Args:
        function: What is called.
        arguments: In the order they are written.
        labels: The names of named arguments, in the same order; ``None`` for positional ones.
    """
    paired = [_paired(signature, arguments, labels) for signature in function.signatures]
    possible = [pairs for pairs in paired if pairs is not None]
    if not possible:
        shapes = " or ".join(dict.fromkeys(map(_shape, function.signatures)))
        what = f"{len(arguments)} arguments" if labels is None else ", ".join(labels)
        yield "wrong-arguments", f"{function.name}({shapes}) was given {what}", None
        return
    faulty = [[pair for pair in pairs if not _takes(*pair)] for pairs in possible]
    if not all(faulty):
        return
    (node, found), _ = min(faulty, key=len)[0]
    kinds = {str(one.type): None for faults in faulty for (at, _), one in faults if at is node}
    message = f"{function.name}: expected {' or '.join(kinds)}, found {found}"
    yield "wrong-type", message, node


def _takes(argument: Argument, parameter: Parameter) -> bool:
    of = argument[1]
    if of == NULL:
        return parameter.nullable or parameter.type == ANY
    return fits(of, parameter.type)


def _paired(
    signature: Signature, arguments: Sequence[Argument], labels: Sequence[str] | None
) -> list[tuple[Argument, Parameter]] | None:
    known = signature.parameters
    if labels is not None:
        by_name = {one.name: one for one in known}
        missing = [one for one in known if not one.optional and one.name not in labels]
        if missing or len(set(labels)) < len(labels) or not set(labels) <= by_name.keys():
            return None
        return [(one, by_name[label]) for one, label in zip(arguments, labels, strict=True)]
    extra = max(0, len(arguments) - len(known)) if signature.variadic else 0
    expected = [*known, *[known[-1]] * extra] if extra else list(known)
    if len(arguments) > len(expected) or any(not p.optional for p in expected[len(arguments) :]):
        return None
    return list(zip(arguments, expected, strict=False))


def _shape(signature: Signature) -> str:
    return ", ".join(f"{one.name}{'?' if one.optional else ''}" for one in signature.parameters)


def result_type(function: Function, given: Sequence[Type]) -> Type:
    """Return the type of what a call returns, as narrow as the arguments allow."""
    if function.name in _KEEPS_LIST and given and isinstance(given[0], ListType):
        return (
            given[0] if function.name in ("sublist", "remove", "reverse", "sort") else ListType(ANY)
        )
    if function.name in _PICKS_ITEM and given:
        found = given[0].of if isinstance(given[0], ListType) else given[0]
        for other in given[1:]:
            found = common(found, other)
        return found
    results = {str(one.result): one.result for one in function.signatures}
    return next(iter(results.values())) if len(results) == 1 else ANY


def declared(name: str, of: FunctionType) -> Function:
    """Return a function that has a type and nothing to call, for checking alone."""
    parameters = tuple(
        Parameter(name=f"argument {place}", type=one) for place, one in enumerate(of.params, 1)
    )
    return Function(
        name=name, signatures=(Signature(parameters=parameters, result=of.result, call=_none),)
    )


def _none() -> None:
    return None
