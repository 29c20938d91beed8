"""Compile the condition of a step.

The module decides that a condition yields true or false or raises, and on which days it may
change by itself.
"""

from collections.abc import Mapping
from typing import Any

from dunning_sdk.errors import EvaluationError, FactTypeError
from dunning_sdk.feel.errors import FeelError
from dunning_sdk.feel.formatter import format_node
from dunning_sdk.feel.types import BOOLEAN
from dunning_sdk.rules.cell import Expression
from dunning_sdk.rules.expression import Scribe
from dunning_sdk.rules.reader import Reading, make_reader
from dunning_sdk.rules.step import Condition
from dunning_sdk.rules.tree import edges_of
from dunning_sdk.rules.vocabulary import Vocabulary
from dunning_sdk.strict_yaml import YamlNode


def read_condition(node: YamlNode, scribe: Scribe, *, rule_id: str) -> Condition | None:
    """Return a condition, or ``None`` with findings.

    Args:
        node: Where its text stands.
        scribe: Reads the file.
        rule_id: For messages when it fails.
    """
    found = scribe.expression(node, expected=BOOLEAN)
    return None if found is None else _compiled(found, scribe.vocabulary, rule_id)


def _compiled(found: Expression, vocabulary: Vocabulary, rule_id: str) -> Condition:
    readings = [Reading(fact=vocabulary[name], expression=found.text) for name in found.reads]
    reader = make_reader(rule_id, readings)
    run = found.run()

    def holds(facts: Mapping[str, Any]) -> bool:
        scope, _ = reader.read(facts)
        try:
            return decided(scope)
        except EvaluationError as exc:
            raise reader.told(exc, facts) from exc

    def decided(scope: Mapping[str, Any]) -> bool:
        try:
            value = run(scope)
        except FeelError as exc:
            reader.failed(exc, row=None, text=found.text)
        if not isinstance(value, bool):
            message = f"Rule {rule_id}: {found.text} is neither true nor false"
            hint = "Ask is known(…) first where a fact may be unknown."
            raise FactTypeError(message, hint=hint, rule_id=rule_id, expression=found.text)
        return value

    daily = [name for name in found.reads if vocabulary[name].daily]
    edges = {name: edges_of(found.node, name) for name in daily}
    return Condition(
        text=found.text,
        holds=holds,
        edges=edges,
        reads=found.reads,
        calls=found.calls,
        whole=format_node(found.node) if found.calls else found.text,
    )
