"""From an outcome by columns to acts as they are kept, under the ids the one-by-one path gives.

The module decides which rows make an act and what an act holds. That of several notices to one
debtor on a day only one goes where a procedure spaces them is decided in `decisions.grouping`; it
is asked here for those few, since it looks across rows.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

import numpy as np

from dunning_sdk.bulk.ledger import ACT_COLUMNS
from dunning_sdk.bulk.rows import Array
from dunning_sdk.decisions.act import ActKey, act_id
from dunning_sdk.portfolio.column import NO_DAY
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.outcome import DUE, EXPECTED, NO_AMOUNT, Outcome
from dunning_sdk.rules.step import Action

_CHARGES: Final = ("interest", "compensation", "fee")
_CODED: Final = ("actor", "channels", "template")
_KEY: Final = (
    "tenant", "receivable_id", "procedure_id", "step_id", "cycle", "occurrence", "attempt",
)  # fmt: skip
_FIELDS: Final = tuple(field.name for field in fields(ActKey))
_COUNTS: Final = (
    "procedure", "step", "cycle", "occurrence", "attempt", "planned_on", "amount",
)  # fmt: skip


def rows_acting(outcome: Outcome) -> Array:
    """Return the places of the rows for which something is done, by us or by another actor."""
    return np.flatnonzero((outcome.verdict == DUE) | (outcome.verdict == EXPECTED))


def acts_of(
    outcome: Outcome,
    columns: Columns,
    *,
    places: Array,
    names: tuple[Sequence[str], Sequence[str]],
    common: Mapping[str, Any],
) -> list[tuple[Any, ...]]:
    """Return acts in the order of `ACT_COLUMNS`.

    Args:
        outcome: Of the columns.
        columns: What was decided on.
        places: Of the rows that act, as `rows_acting` gives them.
        names: Debtor ids and ids of these rows.
        common: What all of them say alike: ``tenant``, ``run_id``, ``on`` and ``book_hash``.
    """
    told = {name: outcome[name][places].tolist() for name in (*_COUNTS, *_CHARGES, *_CODED)}
    procedures = [outcome.procedures[at] for at in told.pop("procedure")]
    steps = [one.steps[at] for one, at in zip(procedures, told.pop("step"), strict=True)]
    channels = [outcome.words["channels"][code] for code in told["channels"]]
    templates = [outcome.words["template"][code] for code in told["template"]]
    currency = columns["currency"]
    made: dict[str, list[Any]] = {
        **{name: [value] * len(places) for name, value in common.items()},
        **{name: told[name] for name in ("cycle", "occurrence", "attempt")},
        "issued_on": columns["receivable.issued_on"].values[places].tolist(),
        "receivable_id": list(names[1]),
        "debtor_id": list(names[0]),
        "procedure_id": [one.id for one in procedures],
        "step_id": [one.id for one in steps],
        "level": [one.level for one in steps],
        "is_expected": (outcome.verdict[places] == EXPECTED).tolist(),
        "actor": [outcome.words["actor"][code] for code in told["actor"]],
        "channel": [one[0] if one else "" for one in channels],
        "template": [said or one.template for said, one in zip(templates, steps, strict=True)],
        "currency": [currency.words[code] for code in currency.values[places].tolist()],
        "amount_minor": told["amount"],
        **{f"{n}_minor": [None if v == NO_AMOUNT else v for v in told[n]] for n in _CHARGES},
        "planned_on": [None if day == NO_DAY else day for day in told["planned_on"]],
    }
    keys = zip(*(made[name] for name in _KEY), strict=True)
    made["act_id"] = [act_id(ActKey(**dict(zip(_FIELDS, key, strict=True)))) for key in keys]
    return list(zip(*(made[name] for name in ACT_COLUMNS), strict=True))


def are_free(outcome: Outcome, places: Array, debtor_ids: Sequence[str]) -> list[bool]:
    """Tell for each row that acts whether its notice goes whatever else the debtor is sent.

    It may have to yield where a procedure spaces notices and the debtor has more than one of them
    due: which of them goes is settled one by one, and nothing is kept for them here.
    """
    spaced = [_is_spaced(outcome, int(place)) for place in places]
    met = Counter(debtor for debtor, is_spaced in zip(debtor_ids, spaced, strict=True) if is_spaced)
    return [
        not is_spaced or met[debtor] == 1
        for debtor, is_spaced in zip(debtor_ids, spaced, strict=True)
    ]


def _is_spaced(outcome: Outcome, row: int) -> bool:
    step, procedure = outcome.step_at(row), outcome.procedures[int(outcome["procedure"][row])]
    if step is None or not procedure.spacing_days:
        return False
    return step.action is Action.NOTICE and not step.legal_effect
