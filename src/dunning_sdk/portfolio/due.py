"""What is next in each row, on which day, and what speaks against it: by columns.

As `decisions.procedure` and `decisions.review` say it one by one. Arrays have one entry per row; a
procedure handed in has each of its steps once for each slot.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.portfolio.column import NO_DAY, Array, Flags, number_of
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.laid import NOWHERE, Laid
from dunning_sdk.portfolio.outcome import VERDICTS
from dunning_sdk.portfolio.past import NEVER, NO_ACT, STATUSES, Acted
from dunning_sdk.portfolio.slots import places_of
from dunning_sdk.portfolio.stops import Stopped
from dunning_sdk.rules.book import TableRule
from dunning_sdk.rules.step import Action, Procedure

REASONS: Final = (
    *("step-due", "payments-stale", "another-actor", "step-before-not-done", "act-uncertain"),
    *("not-yet", "act-failed", "act-planned", "letter-to-post", "no-step-left"),
)
"""Reasons by place; later ones outweigh earlier ones."""

_OUTCOMES: Final = (
    *(Outcome.DUE, Outcome.HELD, Outcome.EXPECTED, Outcome.HELD, Outcome.HELD),
    *(Outcome.WAITING, Outcome.HELD, Outcome.IN_PROGRESS, Outcome.IN_PROGRESS, Outcome.FINISHED),
)
OUTCOME_OF: Final = np.array([VERDICTS.index(one) for one in _OUTCOMES], dtype=np.uint8)
"""Place in `VERDICTS` by the place of the reason."""

ONCE: Final = np.ones(1, dtype=np.int16)
"""Stands for the first occurrence, or attempt, of all rows."""

ABOUT_MONEY: Final = (Action.NOTICE, Action.PLACEMENT)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Next:
    """What is next in each row.

    Attributes:
        place: Of the slot, or of its step; `NOWHERE` for none.
        planned: Its own date; `NO_DAY` for none.
        act_on: First day it may be done; `NO_DAY` for none.
        attempt: From 1; one value for all rows where it is the same.
        why: Place of the reason in `REASONS`.
        occurrence: From 1; one value for all rows where it is the same.
    """

    place: Array
    planned: Array
    act_on: Array
    attempt: Array
    why: Array
    occurrence: Array

    def take(self, rows: Array) -> "Next":
        """Return what is next in some of the rows."""
        return Next(
            place=self.place.take(rows),
            planned=self.planned.take(rows),
            act_on=self.act_on.take(rows),
            attempt=self.attempt if len(self.attempt) == 1 else self.attempt[rows],
            why=self.why.take(rows),
            occurrence=self.occurrence if len(self.occurrence) == 1 else self.occurrence[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """What deciding what is next rests on, beside dates and acts.

    Attributes:
        as_of: Day decided for.
        is_stale: Whether payments are too old to speak about overdue money.
        is_own: By slot and row, whether the operator acts.
    """

    as_of: int
    is_stale: bool
    is_own: Flags


def find_next(
    procedure: Procedure,
    columns: Columns,
    acted: Acted,
    laid: Laid,
    place: Array,
    stopped: Stopped,
    ground: Ground,
) -> Next:
    """Return when the next step of each row may be done, and what speaks against it.

    Args:
        procedure: Its steps, by slot.
        columns: Of the rows.
        acted: What was done.
        laid: When slots are planned.
        place: Of the next slot.
        stopped: What stops say.
        ground: The day, and who acts.
    """
    has = place != NOWHERE
    at = (np.maximum(place, 0), np.arange(columns.size))
    starts, planned = laid.starts[at], laid.planned[at]
    is_open = (starts == NO_DAY) | _waits(procedure, acted, at[0])
    bounds = _bounds(procedure, columns, acted, at[0], planned, stopped)
    act_on = np.where(is_open | ~has, NO_DAY, np.maximum(starts, bounds)).astype(np.int32)
    why = _why(procedure, columns, acted, at, act_on, ground)
    return Next(
        place=place,
        planned=np.where(has, planned, NO_DAY),
        act_on=act_on,
        attempt=np.where(has, 1 + acted.freed[at], 1),
        why=np.where(has, why, REASONS.index("no-step-left")),
        occurrence=ONCE,
    )


def per_step(procedure: Procedure, values: Iterable[Any], dtype: npt.DTypeLike) -> Array:
    """Return one value per step as an array, in the order of the steps."""
    found = np.array([*values], dtype=dtype)
    if len(found) != len(procedure.steps):
        message = f"{len(found)} values for {len(procedure.steps)} steps"
        raise ValueError(message)
    return found


def afters(procedure: Procedure) -> Iterator[tuple[int, int, int]]:
    """Yield the steps that hang on another: place, place of the other, days it keeps free."""
    places = places_of(procedure)
    for place, step in enumerate(procedure.steps):
        if step.after is not None:
            grants = procedure.steps[places[step.after]].grants_days
            yield place, places[step.after], grants + 1 if grants else 0


def _waits(procedure: Procedure, acted: Acted, place: Array) -> Flags:
    waits = np.zeros(len(place), dtype=np.bool_)
    for own, other, _ in afters(procedure):
        waits |= (place == own) & (acted.done_on[other] == NEVER)
    return waits


def _bounds(
    procedure: Procedure,
    columns: Columns,
    acted: Acted,
    place: Array,
    planned: Array,
    stopped: Stopped,
) -> Array:
    """Return the first day that nothing but the planned date keeps the step from."""
    interval = per_step(procedure, (step.interval_days for step in procedure.steps), np.int32)
    last_on = np.where(acted.last_on > NEVER, acted.last_on + interval[place], NEVER)
    found = np.maximum(last_on, np.where(acted.any_on > NEVER, acted.any_on + 1, NEVER))
    resumed, days = stopped.resumed_on, np.int32(procedure.resume_days)
    found = np.maximum(found, np.where(resumed > NEVER, resumed + days, NEVER))
    found = np.maximum(found, stopped.broken_on)
    issued_on, due_on = columns["receivable.issued_on"].values, columns["receivable.due_on"].values
    found = np.maximum(found, np.where(planned < due_on, issued_on + np.int32(1), NEVER))
    for own, other, days_free in afters(procedure):
        done_on = acted.done_on[other]
        is_bound = (place == own) & (done_on > NEVER)
        found = np.where(is_bound, np.maximum(found, done_on + np.int32(days_free)), found)
    return found


def _why(
    procedure: Procedure,
    columns: Columns,
    acted: Acted,
    at: tuple[Array, Array],
    act_on: Array,
    ground: Ground,
) -> Array:
    """Return the reason of each row; what is found later outweighs what was found before."""
    steps, place, status = procedure.steps, at[0], acted.status[at]
    legal = per_step(procedure, (step.legal_effect for step in steps), np.bool_)[place]
    why = np.zeros(len(place), dtype=np.uint8)
    if ground.is_stale:
        about = per_step(procedure, (step.action in ABOUT_MONEY for step in steps), np.bool_)
        is_late = columns["receivable.due_on"].values < ground.as_of
        why[about[place] & is_late] = REASONS.index("payments-stale")
    why[~ground.is_own[at]] = REASONS.index("another-actor")
    why[act_on == NO_DAY] = REASONS.index("step-before-not-done")
    why[legal & acted.uncertain] = REASONS.index("act-uncertain")
    why[(act_on > ground.as_of) & (act_on != NO_DAY)] = REASONS.index("not-yet")
    if (status != NO_ACT).any():
        why[status == STATUSES.index(ActStatus.FAILED)] = REASONS.index("act-failed")
        why[status == STATUSES.index(ActStatus.PLANNED)] = REASONS.index("act-planned")
        why[status == STATUSES.index(ActStatus.HANDED)] = REASONS.index("letter-to-post")
    return why


def step_days(procedure: Procedure, columns: Columns, laid: Laid, as_of: int) -> Array:
    """Return the first day ahead on which a slot may come, expire or apply; `NO_DAY` for none."""
    due_on = columns["receivable.due_on"].values
    found = np.full(columns.size, NO_DAY, dtype=np.int32)
    for place, step in enumerate(procedure.steps):
        planned = laid.planned[place]
        found = np.minimum(found, ahead(planned, as_of))
        if laid.starts is not laid.planned:
            found = np.minimum(found, ahead(laid.starts[place], as_of))
        last_on = np.minimum(planned + np.int32(step.window_days), due_on) + np.int32(1)
        found = np.minimum(found, np.where(planned < due_on, ahead(last_on, as_of), NO_DAY))
    edges = [step.when.edges for step in procedure.steps if step.when is not None]
    return np.minimum(found, edge_days(edges, due_on, as_of))


def ahead(days: Array, as_of: int) -> Array:
    """Return days that lie after a day; `NO_DAY` in place of all others.

    Days up to ``as_of`` wrap round to large numbers, which is faster than choosing by a mask.
    """
    first = np.int32(as_of + 1)
    over = np.subtract(days, first, dtype=np.int32, casting="unsafe").view(np.uint32)
    return np.minimum(over, np.uint32(NO_DAY - int(first))).view(np.int32) + first


def edge_days(edges: Sequence[Any], due_on: Array, as_of: int) -> Array:
    """Return the next day a condition on day-valued facts may change; `NO_DAY` for none.

    Args:
        edges: Of each condition, as `rules.step.Condition` has them.
        due_on: Day on which ``receivable.days_overdue`` is 0.
        as_of: Day decided for.
    """
    found = np.full(len(due_on), NO_DAY, dtype=np.int32)
    for one in edges:
        for fact, values in one.items():
            if values is None or fact != "receivable.days_overdue":
                found = np.minimum(found, np.int32(as_of + 1))
                continue
            for value in values:
                found = np.minimum(found, ahead(due_on + np.int32(value), as_of))
    return found


def rule_days(rules: Iterable[TableRule], due_on: Array, as_of: int) -> Array:
    """Return the next day tables may answer otherwise; `NO_DAY` for none."""
    rules = tuple(rules)
    fixed = [day for rule in rules for day in (rule.start_on, rule.until_on) if day is not None]
    numbers = [number_of(day) for day in fixed if number_of(day) > as_of]
    found = edge_days([rule.edges for rule in rules], due_on, as_of)
    return np.minimum(found, np.int32(min(numbers, default=NO_DAY)))
