"""Check the dates of a procedure for every due date of 400 years, one after the other.

The module decides which dates are wrong: steps whose order flips, a notice between the formal
notice and the placement, a placement before the days granted have run out, a notice planned on a
day that a guard of the book forbids. Nothing is sampled and no solver is asked.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Any, Final

from dunning_sdk.errors import DunningError, Finding
from dunning_sdk.rules.book import Book, ProcedureRule, TableRule
from dunning_sdk.rules.step import Action, Step
from dunning_sdk.verify.almanac import DUE_DATES, Planned, planned_days
from dunning_sdk.verify.place import finding_at

_TERM: Final = timedelta(days=30)
_STEP_FACTS: Final = frozenset(
    {"as_of", "currency", "step.id", "step.level", "step.action", "step.legal_effect"}
)
_CYCLE_DAYS: Final = 10_227
"""Days of 28 years, in which every date of a year falls on every day of the week."""


def check_calendars(book: Book) -> Iterator[Finding]:
    """Yield a warning for each pair of steps, or step and guard, whose dates are wrong."""
    guards = [rule for rule in book.of_kind("guards") if set(rule.reader.readings) <= _STEP_FACTS]
    for rule in book.rules.values():
        if isinstance(rule, ProcedureRule):
            planned = planned_days(rule.procedure)
            yield from _order(book, rule, planned)
            yield from _formal(book, rule, planned)
            yield from _forbidden(book, rule, planned, guards)


def _order(book: Book, rule: ProcedureRule, planned: Sequence[Planned]) -> Iterator[Finding]:
    for (_, one), (at, other) in combinations(enumerate(planned), 2):
        if one.root != other.root or _is_said_at_load(one, other):
            continue
        due = _first(one.days, other.days, least=0)
        if due is not None:
            days = f"{_day(other.days[due])} comes before {one.step.id} on {_day(one.days[due])}"
            text = f"The order of steps flips: {other.step.id} on {days}"
            yield _finding(book, rule, at, code="calendar.order", text=text, due=due)


def _is_said_at_load(one: Planned, other: Planned) -> bool:
    return None not in (one.distance, other.distance) and one.root == "due_on"


def _first(one: Sequence[int], other: Sequence[int], *, least: int) -> int | None:
    """Return the place of the first due date where the other does not lie far enough behind."""
    pairs = zip(one, other, strict=True)
    return next((at for at, (a, b) in enumerate(pairs) if b - a < least), None)


def _formal(book: Book, rule: ProcedureRule, planned: Sequence[Planned]) -> Iterator[Finding]:
    """Look between each formal notice and the placement that follows it."""
    formal: tuple[int, Planned] | None = None
    for at, one in enumerate(planned):
        if one.step.legal_effect and one.step.action is Action.NOTICE:
            formal = (at, one)
        elif one.step.action is Action.PLACEMENT and formal is not None:
            yield from _between(book, rule, planned, formal[0], at)
            if formal[1].root == one.root:
                yield from _granted(book, rule, formal[1], one, at)
            formal = None


def _between(
    book: Book, rule: ProcedureRule, planned: Sequence[Planned], first: int, last: int
) -> Iterator[Finding]:
    notice, placement = planned[first], planned[last]
    for at in range(first + 1, last):
        if planned[at].step.action is Action.NOTICE:
            text = (
                f"Notice {planned[at].step.id} on {_day(planned[at].days[0])} stands between "
                f"the formal notice of {_day(notice.days[0])} and the placement of "
                f"{_day(placement.days[0])}"
            )
            yield _finding(book, rule, at, code="calendar.between", text=text, due=0)


def _granted(
    book: Book, rule: ProcedureRule, formal: Planned, placement: Planned, at: int
) -> Iterator[Finding]:
    grants = formal.step.grants_days
    due = _first(formal.days, placement.days, least=grants + 1) if grants else None
    if due is not None:
        text = (
            f"Placement on {_day(placement.days[due])} comes before the {grants} days have run "
            f"out that the formal notice of {_day(formal.days[due])} grants"
        )
        yield _finding(book, rule, at, code="calendar.grants", text=text, due=due)


def _forbidden(
    book: Book, rule: ProcedureRule, planned: Sequence[Planned], guards: Sequence[TableRule]
) -> Iterator[Finding]:
    for guard in guards:
        for at, one in enumerate(planned):
            closed = _closed_days(guard, one.step) if one.step.action is Action.NOTICE else set()
            days = one.days[:_CYCLE_DAYS] if closed else ()
            due = next((due for due, day in enumerate(days) if day in closed), None)
            if due is not None:
                text = (
                    f"Notice {one.step.id} is planned on {_day(days[due])}, when {guard.id} lets "
                    "nothing go; move it by day_shift or another offset"
                )
                yield _finding(book, rule, at, code="calendar.forbidden-day", text=text, due=due)


def _closed_days(guard: TableRule, step: Step) -> set[int]:
    """Return the days on which a guard that looks at the day alone lets a step not go."""
    found: set[int] = set()
    about = {
        "id": step.id,
        "level": step.level,
        "action": step.action.value,
        "legal_effect": step.legal_effect,
    }
    start = DUE_DATES[0] - _CYCLE_DAYS
    for day in range(start, DUE_DATES[0] + 2 * _CYCLE_DAYS):
        facts: dict[str, Any] = {"as_of": date.fromordinal(day), "currency": "EUR", "step": about}
        try:
            if guard.decide(facts).values["allow"] is False:
                found.add(day)
        except DunningError:
            continue
    return found


def _finding(
    book: Book, rule: ProcedureRule, at: int, *, code: str, text: str, due: int
) -> Finding:
    due_on = date.fromordinal(DUE_DATES[due])
    issued_on = due_on - _TERM
    example = f"{{receivable.issued_on: {issued_on}, receivable.due_on: {due_on}}}"
    path = ("steps", at, "offset")
    return finding_at(book, rule, path, code=code, text=text, example=example)


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
