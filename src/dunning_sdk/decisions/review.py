"""When a receivable must be looked at again though nothing happened.

The earliest of every date at which the decision may change by itself: a step's date, an expiry,
the end of a stop, a bin edge of a day-valued fact. What happens in between (a payment, a new
book) sets the day to today in the engine.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from dunning_sdk.decisions.case import Case
from dunning_sdk.decisions.credit_hold import hold_on
from dunning_sdk.decisions.decision import Outcome, StepDecision
from dunning_sdk.decisions.progress import Standing, last_day_before_due
from dunning_sdk.rules.book import Book, TableRule

Edges = Mapping[str, tuple[int, ...] | None]


def review_on(changes: date | None, as_of: date, *, outcome: Outcome) -> date | None:
    """Return the first day after ``as_of`` on which a run must look again, or ``None``.

    What is to be done, confirmed, freed or looked after by a person is looked at every day.

    Args:
        changes: As `changes_on` gives it.
        as_of: Day decided for.
        outcome: What was decided.
    """
    if outcome in (Outcome.WAITING, Outcome.STOPPED, Outcome.FINISHED):
        return changes
    return as_of + timedelta(days=1)


def changes_on(
    case: Case, progress: Sequence[Standing], *, act_on: date | None, outcome: Outcome
) -> date | None:
    """Return the first day after ``as_of`` on which time alone may change the decision, or none.

    Payments are taken to stay as fresh as they are.

    Args:
        case: What was decided on.
        progress: Slots and where they stand; empty where none were laid out.
        act_on: First day of the next step.
        outcome: What was decided.
    """
    if case.receivable.open_amount.minor == 0:
        return None
    days = [act_on, *(stop.free_on for stop in case.receivable.stops)]
    days.append(case.history.promises.next_on)
    days.append(hold_on(case.receivable, case.procedure))
    if outcome is not Outcome.STOPPED:
        days.extend(_slot_days(case, progress))
        days.extend(_edge_days(case))
    ahead = [day for day in days if day is not None and day > case.as_of]
    return min(ahead, default=None)


def rules_review_on(rules: Iterable[TableRule], due_on: date, as_of: date) -> date | None:
    """Return the first day after ``as_of`` on which tables may answer otherwise, or ``None``.

    Args:
        rules: Tables that bear on the receivable, in force or not.
        due_on: Its due date.
        as_of: Day decided for.
    """
    days: list[date | None] = []
    for rule in rules:
        days.extend((rule.start_on, rule.until_on, edge_day(due_on, rule.edges, as_of)))
    return min((day for day in days if day is not None and day > as_of), default=None)


def case_changes_on(
    decision: StepDecision, case: Case, book: Book, *more: date | None
) -> date | None:
    """Return when time alone may change what was decided of a case, or ``None``.

    Args:
        decision: As it was decided.
        case: What it was decided on.
        book: Whose tables bear on it.
        more: Other days on which it may change, such as those of events dated ahead.
    """
    due_on, as_of = case.receivable.due_on, case.as_of
    days = [decision.changes_on, *more]
    if case.receivable.open_amount.minor:
        for kind in ("mandate", "scenario"):
            days.append(rules_review_on(book.of_kind(kind), due_on, as_of))
        days.append(case.past.changes_on)
    if decision.outcome is Outcome.DENIED:
        days.append(rules_review_on(book.of_kind("guards"), due_on, as_of))
    return min((day for day in days if day and day > as_of), default=None)


def case_review_on(decision: StepDecision, as_of: date, *days: date | None) -> date | None:
    """Return when a run must look at a case again; what waits for no date is looked at every day.

    Args:
        decision: As it was decided.
        as_of: Day decided for.
        days: When it may change; the decision's own day counts as well.
    """
    if decision.outcome in (Outcome.DUE, Outcome.EXPECTED):
        return as_of
    if decision.outcome is Outcome.DENIED:
        return as_of + timedelta(days=1)
    return min((day for day in (*days, decision.review_on) if day), default=None)


def edge_day(due_on: date, edges: Edges, as_of: date) -> date | None:
    """Return the next day a condition on day-valued facts may change, or ``None``.

    Args:
        due_on: Day on which ``receivable.days_overdue`` is 0.
        edges: Fact to the values at which the condition may change; ``None`` for opaque.
        as_of: Day decided for.
    """
    days: list[date] = []
    for fact, values in edges.items():
        if values is None or fact != "receivable.days_overdue":
            return as_of + timedelta(days=1)
        days.extend(due_on + timedelta(days=value) for value in values)
    return min((day for day in days if day > as_of), default=None)


def _edge_days(case: Case) -> Iterator[date | None]:
    for step in case.procedure.steps if case.procedure else ():
        if step.when is not None:
            yield edge_day(case.receivable.due_on, step.when.edges, case.as_of)


def _slot_days(case: Case, progress: Sequence[Standing]) -> Iterator[date | None]:
    """Yield the days on which a slot may come or expire."""
    for one in progress:
        yield one.slot.planned_on
        yield one.starts_on
        last_on = last_day_before_due(one.slot, case.receivable.due_on)
        if last_on is not None:
            yield last_on + timedelta(days=1)
