"""Put the rows of one table into another, and keep what else the other was drawn with.

Decides that a column is the same where its expression or its name is: it keeps its label, type, id
and what other tools keep with it, unless the new one says a type of its own. Values, defaults and
rows are those of the new one.
"""

from dataclasses import replace
from typing import TypeVar

from dunning_sdk.dmn.boxed import DecisionTable, InputClause, Node, OutputClause

_Clause = TypeVar("_Clause", bound=Node)


def with_rows(old: DecisionTable, new: DecisionTable) -> DecisionTable:
    """Return a table that decides as the new one and is drawn as the old one.

    Args:
        old: As it was drawn.
        new: As it was read from a sheet.
    """
    inputs = {one.expression.text.strip(): one for one in old.inputs}
    outputs = {one.name: one for one in old.outputs}
    notes = {one.name: one for one in old.annotations}
    return replace(
        old,
        inputs=tuple(_input(one, inputs.get(one.expression.text.strip())) for one in new.inputs),
        outputs=tuple(_output(one, outputs.get(one.name)) for one in new.outputs),
        annotations=tuple(notes.get(one.name, one) for one in new.annotations),
        rules=new.rules,
        hit_policy=new.hit_policy,
        aggregation=new.aggregation,
    )


def _input(new: InputClause, old: InputClause | None) -> InputClause:
    if old is None:
        return new
    type_ref = new.expression.type_ref or old.expression.type_ref
    return replace(old, expression=replace(old.expression, type_ref=type_ref), values=new.values)


def _output(new: OutputClause, old: OutputClause | None) -> OutputClause:
    if old is None:
        return new
    return replace(
        old,
        type_ref=new.type_ref or old.type_ref,
        values=new.values,
        default=new.default,
    )
