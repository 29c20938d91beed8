"""From an outcome by columns to acts as they are kept, under the ids the one-by-one path gives.

The module decides which rows make an act and what an act holds. That of several notices to one
debtor on a day only one goes where a procedure spaces them is decided in `decisions.grouping`; it
is asked here for those few, since it looks across rows.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
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
    told["expected"] = (outcome.verdict[places] == EXPECTED).tolist()
    told["issued_on"] = columns["receivable.issued_on"].values[places].tolist()
    currency = columns["currency"]
    told["currency"] = [currency.words[code] for code in currency.values[places].tolist()]
    told["debtor_id"], told["id"] = list(names[0]), list(names[1])
    rows = ({name: one[at] for name, one in told.items()} for at in range(len(places)))
    made = (_act(outcome, row, common) for row in rows)
    return [tuple(act[name] for name in ACT_COLUMNS) for act in made]


def _act(outcome: Outcome, row: Mapping[str, Any], common: Mapping[str, Any]) -> dict[str, Any]:
    """Return one act by the names of its columns."""
    procedure = outcome.procedures[row["procedure"]]
    step = procedure.steps[row["step"]]
    counts = {name: row[name] for name in ("cycle", "occurrence", "attempt")}
    key = ActKey(
        tenant=common["tenant"],
        receivable=row["id"],
        procedure=procedure.id,
        step=step.id,
        **counts,
    )
    channels = outcome.words["channels"][row["channels"]]
    return {
        **common,
        **counts,
        "act_id": act_id(key),
        "issued_on": row["issued_on"],
        "receivable_id": row["id"],
        "debtor_id": row["debtor_id"],
        "procedure_id": procedure.id,
        "step_id": step.id,
        "level": step.level,
        "is_expected": row["expected"],
        "actor": outcome.words["actor"][row["actor"]],
        "channel": channels[0] if channels else "",
        "template": outcome.words["template"][row["template"]] or step.template,
        "currency": row["currency"],
        "amount_minor": row["amount"],
        **{f"{name}_minor": None if row[name] == NO_AMOUNT else row[name] for name in _CHARGES},
        "planned_on": None if row["planned_on"] == NO_DAY else row["planned_on"],
    }


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
