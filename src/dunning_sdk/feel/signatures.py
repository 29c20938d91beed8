"""Read the signature of a function from one line of text.

Decides the notation in which the built-in functions are listed, and in which callers may add their
own: ``?`` after a name means optional, after a type nullable; ``...`` before a name, any number.

>>> rounding = function("round(n: number, scale?: number) -> number", round)
>>> [(one.name, one.optional) for one in rounding.signatures[0].parameters]
[('n', False), ('scale', True)]
"""

from collections.abc import Callable
from typing import Final

from dunning_sdk.feel.types import ANY, NAMED_TYPES, ListType, RangeType, Type
from dunning_sdk.feel.values import Function, Parameter, Signature, Value

_TYPES: Final[dict[str, Type]] = {
    **NAMED_TYPES,
    **{f"list<{name}>": ListType(of) for name, of in NAMED_TYPES.items()},
    **{f"range<{name}>": RangeType(of) for name, of in NAMED_TYPES.items()},
}


def function(*declared: str | Callable[..., Value], contextual: bool = False) -> Function:
    """Return a function from its signatures.

    Args:
        declared: Pairs of a signature ``name(parameter: type, ...) -> type`` and what computes it,
            in the order they are tried.
        contextual: Whether each takes the evaluation first.

    Raises:
        ValueError: A signature is not in the notation.
    """
    signatures = []
    name = ""
    for text, call in zip(declared[::2], declared[1::2], strict=True):
        if not isinstance(text, str) or isinstance(call, str):
            raise ValueError("a signature and its implementation come in pairs")
        name, _, rest = text.partition("(")
        inside, closed, result = rest.rpartition(") -> ")
        if not closed:
            raise ValueError(f"not a signature: {text}")
        parts = inside.split(", ") if inside else []
        signatures.append(
            Signature(
                parameters=tuple(map(_parameter, parts)),
                result=_type(result),
                call=call,
                variadic=bool(parts) and parts[-1].startswith("..."),
                contextual=contextual,
            )
        )
    return Function(name=name, signatures=tuple(signatures))


def _parameter(text: str) -> Parameter:
    name, _, of = text.removeprefix("...").partition(": ")
    return Parameter(
        name=name.removesuffix("?"),
        type=_type(of.removesuffix("?")) if of else ANY,
        optional=name.endswith("?"),
        nullable=of.endswith("?"),
    )


def _type(text: str) -> Type:
    if text not in _TYPES:
        raise ValueError(f"no such type: {text}")
    return _TYPES[text]
