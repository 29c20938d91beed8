"""What must never happen, by columns: the guards heard about every row that is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np

from dunning_sdk.portfolio.column import Array, Flags
from dunning_sdk.portfolio.facts import Facts, minor_of
from dunning_sdk.portfolio.outcome import Codes
from dunning_sdk.portfolio.table import Decider
from dunning_sdk.rules.book import TableRule

_BOUNDLESS: Final = np.iinfo(np.int64).max
"""Stands for what an answer that names no amount allows."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guarded:
    """What the guards say of each row that is due.

    Attributes:
        denied: Whether one of them denies.
        reasons: Code of the reason of the one that does.
        amount: What may be asked for, in minor units.
        answers: By rule id, the code of its answer; -1 where it was not asked any more.
    """

    denied: Flags
    reasons: Array
    amount: Array
    answers: dict[str, Array]


def hear_guards(
    rules: Sequence[TableRule],
    deciders: dict[str, Decider],
    facts: Facts,
    amount: Array,
    codes: Codes[tuple[str, ...]],
) -> Guarded:
    """Return what the guards in force say, in the order of the book.

    Args:
        rules: In force.
        deciders: By rule id.
        facts: Of the rows that are due, those of the step among them.
        amount: What would be asked for, in minor units.
        codes: Of lists of reasons.

    Raises:
        EvaluationError: A guard cannot be decided about some row.
    """
    found = Guarded(
        denied=np.zeros(facts.size, dtype=np.bool_),
        reasons=np.zeros(facts.size, dtype=np.int32),
        amount=amount.copy(),
        answers={rule.id: np.full(facts.size, -1, dtype=np.int32) for rule in rules},
    )
    left = np.arange(facts.size)
    for rule in rules:
        said = deciders[rule.id].decide(facts)
        found.answers[rule.id][left] = said
        met, said = _met(said)
        answers = [dict(deciders[rule.id].codes.values[code].values) for code in met.tolist()]
        _cap(found.amount, left, said, [values["amount"] for values in answers], facts)
        denies = np.array([values["allow"] is not True for values in answers])[said]
        if any(values["amount"] is not None for values in answers) or (amount <= 0).any():
            denies |= found.amount[left] <= 0
        if denies.any():
            why = [codes.of((str(values["reason"] or rule.id),)) for values in answers]
            found.denied[left[denies]] = True
            found.reasons[left[denies]] = np.array(why, dtype=np.int32)[said[denies]]
            left, facts = left[~denies], facts.take(np.flatnonzero(~denies))
        if not len(left):
            break
    return found


def _met(codes: Array) -> tuple[Array, Array]:
    """Return the codes met, ascending, and for each row the place of its own among them.

    Answers with amounts of their own are as many as rows; only those of these rows are looked at.
    """
    met = np.flatnonzero(np.bincount(codes))
    places = np.zeros(int(met[-1]) + 1, dtype=np.int64)
    places[met] = np.arange(len(met))
    return met, places[codes]


def _cap(
    amount: Array, left: Array, said: Array, most: Sequence[Decimal | None], facts: Facts
) -> None:
    """Lower the amounts to what a guard allows, by the answer of each row."""
    if all(one is None for one in most):
        return
    for word, rows in facts.by_currency():
        minor = [_BOUNDLESS if one is None else minor_of(one, word) for one in most]
        caps = np.array(minor, dtype=np.int64)[said[rows]]
        amount[left[rows]] = np.minimum(amount[left[rows]], caps)
