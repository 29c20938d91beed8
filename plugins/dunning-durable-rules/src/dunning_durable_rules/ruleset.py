"""Say declared patterns as rules of durable-rules.

Decides the rules: what is counted is found one by one, a least count and a sequence as a chain of
parts joined by ids. That one thing comes after another, lies in the window or counts once, is a
truth found before (`fact`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dunning_sdk.rules.pattern import Pattern

from dunning_durable_rules.fence import JOINS_MAX, check_rule

ENOUGH: Final = "enough"
SEEN: Final = "seen"
ONCE: Final = "once"

Rules = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset:
    """The rules of one run.

    Attributes:
        rules: Name to parts; a name is that of a signal, a point and what it finds.
        signals: Names of the signals that are looked for.
    """

    rules: Rules = field(default_factory=dict)
    signals: frozenset[str] = frozenset()


def rules_of(patterns: Iterable[Pattern], given: Mapping[str, Any]) -> Ruleset:
    """Return the rules of patterns; one that needs too many joins is left out.

    Args:
        patterns: As books declare them.
        given: Parts by the name of a signal, in place of those made of its pattern.

    Raises:
        RulesetError: A rule is outside the fence.
    """
    rules: dict[str, Any] = {}
    signals = set()
    for one in patterns:
        enough = given[one.name] if one.name in given else _enough(one)
        if one.name in given:
            check_rule(one.name, enough)
        elif len(enough) > JOINS_MAX:
            continue
        signals.add(one.name)
        if one.form == "count":
            rules[f"{one.name}.{SEEN}"] = [_part("a0", one, {SEEN: True})]
            rules[f"{one.name}.{ONCE}"] = [_part("a0", one, {ONCE: True})]
        if enough:
            rules[f"{one.name}.{ENOUGH}"] = enough
    for name, parts in rules.items():
        check_rule(name, parts)
    return Ruleset(rules=rules, signals=frozenset(signals))


def kind_field(kind: str) -> str:
    """Return the field that is true where an occurrence is of a kind."""
    return f"is_{kind.replace('-', '_')}"


def _enough(pattern: Pattern) -> list[dict[str, Any]]:
    """Return the rule that makes a signal true; none where it is a number."""
    if pattern.form == "sequence":
        return _sequence(pattern)
    parts: list[dict[str, Any]] = []
    for at in range(pattern.at_least or 0):
        if at:
            parts.append(_link(pattern, at - 1, at, "next"))
        parts.append(_joined(pattern, at, {ONCE: True}))
    return parts


def _sequence(pattern: Pattern) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    for at, kind in enumerate(pattern.kinds):
        if at:
            parts.append(_link(pattern, at - 1, at, "after"))
        parts.append(_joined(pattern, at, {kind_field(kind): True}))
        # What is of the same kind must not be the same thing.
        alike = [before for before in range(at - 1) if pattern.kinds[before] is kind]
        for before in alike:
            far = _link(pattern, before, at, "after")
            (name,) = far
            far[name]["$and"].append({"second": {f"a{at}": "ref"}})
            parts.append(far)
    return parts


def _joined(pattern: Pattern, at: int, tests: Mapping[str, bool]) -> dict[str, Any]:
    part = _part(f"a{at}", pattern, tests)
    if at:
        part[f"a{at}"]["$and"] += [{"ref": {f"l{at - 1}_{at}": "second"}}, {"key": {"a0": "key"}}]
    return part


def _link(pattern: Pattern, first: int, second: int, word: str) -> dict[str, Any]:
    part = _part(f"l{first}_{second}", pattern, {word: True})
    part[f"l{first}_{second}"]["$and"].append({"first": {f"a{first}": "ref"}})
    return part


def _part(alias: str, pattern: Pattern, tests: Mapping[str, bool]) -> dict[str, Any]:
    return {alias: {"$and": [{"of": pattern.name}, *({name: True} for name in tests)]}}
