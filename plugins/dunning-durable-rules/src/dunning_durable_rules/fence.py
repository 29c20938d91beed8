"""Let no rule into durable-rules that its engine is known to get wrong.

Decides what a rule may say: each of its parts tests truths and names of kinds, and is joined to an
earlier part by equal ids. Everything else is refused when the ruleset is built.

Source: findings with durable-rules 2.0.28. A join on an ordered comparison reads past its memory;
numbers are binary; a rule with a wrong alias always fires; parts that are not joined multiply.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dunning_sdk.errors import PluginError

IDS: Final = frozenset({"key", "ref", "first", "second"})
"""Fields that hold ids; equal ids are the only join."""

JOINS_MAX: Final = 24
"""Parts of one rule; more take too long to match."""


class RulesetError(PluginError, code="plugin.ruleset"):
    """A rule for durable-rules says what the fence does not let through."""


def check_rule(name: str, parts: object) -> None:
    """Refuse a rule that is outside the fence.

    Args:
        name: Of the rule, for the message.
        parts: Its ``all``, as durable-rules takes it.

    Raises:
        RulesetError: It says something else than equal ids and truths.
    """
    if not isinstance(parts, Sequence) or isinstance(parts, str) or not parts:
        raise _refused(name, "it has no list of parts under all")
    if len(parts) > JOINS_MAX:
        raise _refused(name, f"it has {len(parts)} parts, at most {JOINS_MAX} are let through")
    earlier: list[str] = []
    for part in parts:
        if not isinstance(part, Mapping) or len(part) != 1:
            raise _refused(name, "each part is one alias with its conditions")
        ((alias, condition),) = part.items()
        if not isinstance(alias, str) or "$" in alias or alias in earlier:
            raise _refused(name, f"{alias} is no alias of its own")
        joined = [_check(name, one, earlier) for one in _conditions(name, condition)]
        if earlier and not any(joined):
            raise _refused(name, f"{alias} is joined to no part before it")
        earlier.append(alias)


def _conditions(name: str, condition: object) -> Sequence[Any]:
    if not isinstance(condition, Mapping):
        raise _refused(name, "a condition is a field with what it equals")
    if set(condition) == {"$and"} and isinstance(condition["$and"], Sequence):
        return list(condition["$and"])
    return [condition]


def _check(name: str, condition: object, earlier: Sequence[str]) -> bool:
    """Check one condition; tell whether it joins."""
    if not isinstance(condition, Mapping) or len(condition) != 1:
        raise _refused(name, "a condition is one field with what it equals")
    ((field, value),) = condition.items()
    if not isinstance(field, str) or field.startswith("$"):
        raise _refused(name, f"{field} is no equality; comparisons come as truths")
    if value is True or isinstance(value, str):
        return False
    if not isinstance(value, Mapping) or len(value) != 1:
        raise _refused(name, f"{field} is compared with something else than a truth or a name")
    ((alias, other),) = value.items()
    if alias not in earlier:
        raise _refused(name, f"{field} is joined to {alias}, which is no part before it")
    if field not in IDS or other not in IDS:
        raise _refused(name, f"{field} is joined to {other}, and only ids may be joined")
    return True


def _refused(name: str, why: str) -> RulesetError:
    message = f"Rule {name} is not let through to durable-rules: {why}"
    return RulesetError(message, hint="Join by equal ids; give what is compared as a truth.")
