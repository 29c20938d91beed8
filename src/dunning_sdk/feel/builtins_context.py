"""Be the built-in functions on contexts, ``not``, and our own ``is known``.

Decides what DMN 1.5, 10.3.4.2 and 10.3.4.8 say.

>>> get_entries(Evaluation(), {"a": True})
[{'key': 'a', 'value': True}]
"""

from collections.abc import Mapping
from typing import Final

from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.signatures import function
from dunning_sdk.feel.values import Function, OperandError, Value

_Context = dict[str, Value]


def get_value(context: _Context, key: str) -> Value:
    """Return the entry of a context, null where it has none."""
    return context.get(key)


def get_value_at(context: _Context, keys: list[str]) -> Value:
    """Return the entry at the end of a way through nested contexts."""
    found: Value = context
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def get_entries(evaluation: Evaluation, context: _Context) -> list[Value]:
    """Return the entries of a context as contexts ``{key, value}``."""
    evaluation.step(3 * len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


def context_of(entries: list[_Context | None]) -> _Context:
    """Return the context that has these entries ``{key, value}``."""
    made: _Context = {}
    for entry in entries:
        key = entry.get("key") if entry else None
        if entry is None or not isinstance(key, str) or "value" not in entry or key in made:
            raise OperandError("an entry without key or value, or with a key that is there already")
        made[key] = entry["value"]
    return made


def context_put(context: _Context, key: str, value: Value) -> _Context:
    """Return the context with one entry added or replaced."""
    return {**context, key: value}


def context_put_at(context: _Context, keys: list[str], value: Value) -> _Context:
    """Return the context with an entry added or replaced deep inside."""
    if not keys or None in keys:
        raise OperandError("no keys, or a key that is null")
    first, *rest = keys
    if not rest:
        return context_put(context, first, value)
    inner = context.get(first)
    if not isinstance(inner, dict):
        raise OperandError("a key that leads to no context")
    return context_put(context, first, context_put_at(inner, rest, value))


def context_merge(evaluation: Evaluation, contexts: list[_Context]) -> _Context:
    """Return one context of the entries of all, later ones winning."""
    evaluation.step(sum(map(len, contexts)))
    return {key: value for context in contexts for key, value in context.items()}


def negated(value: bool | None) -> bool | None:
    """Return the opposite, null of null."""
    return None if value is None else not value


def is_known(value: Value) -> bool:
    """Tell whether a value is there; an unknown name or entry is not, and raises nothing.

    Source:
        House rule; an extension of FEEL. The evaluator compiles calls of it, since the argument
        must be able to fail.
    """
    return value is not None


FUNCTIONS: Final[Mapping[str, Function]] = {
    "get value": function(
        *("get value(m: context, key: string) -> Any", get_value),
        *("get value(context: context, key: string) -> Any", get_value),
        *("get value(context: context, keys: list<string>) -> Any", get_value_at),
    ),
    "get entries": function(
        *("get entries(m: context) -> list<context>", get_entries),
        *("get entries(context: context) -> list<context>", get_entries),
        contextual=True,
    ),
    "context": function("context(entries: list<context>) -> context", context_of),
    "context put": function(
        *("context put(context: context, key: string, value: Any) -> context", context_put),
        *(
            "context put(context: context, keys: list<string>, value: Any) -> context",
            context_put_at,
        ),
    ),
    "context merge": function(
        "context merge(contexts: list<context>) -> context", context_merge, contextual=True
    ),
    "not": function("not(negand: boolean?) -> boolean", negated),
    "is known": function("is known(value: Any) -> boolean", is_known),
}
