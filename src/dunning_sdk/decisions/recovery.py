"""Where the recovery of one receivable stands, which time limits run, and when claims lapse.

Pure: everything derives from what was recorded. The module computes and shows: every period that
may govern a claim has its clock, and which of them does is for a person to say. Nothing is done by
itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta

from dunning_sdk.decisions.recovery_limits import (
    CAUSES,
    ENDS,
    LIMITATION_WARN_DAYS,
    LIMITS,
    TO_KNOW,
    VOIDS,
    LimitRule,
    Whose,
)
from dunning_sdk.decisions.recovery_state import REFUSALS, RecoveryEvent, RecoveryState, Refusal
from dunning_sdk.decisions.recovery_table import TABLE
from dunning_sdk.decisions.recovery_view import (
    ABROAD,
    Happened,
    LimitStatus,
    Question,
    Recovery,
    RunningLimit,
    TimeWarning,
)
from dunning_sdk.errors import InvalidTransitionError, LawError
from dunning_sdk.law.clock import Clock, ClockEvent
from dunning_sdk.law.limitation import TITLE, regimes, run_clock
from dunning_sdk.law.limitation import TOPIC as LIMITATION
from dunning_sdk.law.parameter import Parameter, Value
from dunning_sdk.law.statutes import Statutes
from dunning_sdk.law.time_limit import TimeLimit, time_limit


def state_after(happened: Iterable[Happened]) -> RecoveryState:
    """Return the state some events lead to.

    Args:
        happened: In the order they happened.

    Raises:
        InvalidTransitionError: An event cannot follow the state before it.
    """
    state = RecoveryState.BEFORE_NOTICE
    for one in happened:
        state = next_state(state, one.event)
    return state


def next_state(state: RecoveryState, event: RecoveryEvent) -> RecoveryState:
    """Return where an event leads.

    Raises:
        InvalidTransitionError: It cannot follow; says why, and what can.
    """
    answer = TABLE[event].moves.get(state)
    if answer is None:
        why = refusal_of(state, event)
        following = ", ".join(sorted(one.value for one, row in TABLE.items() if state in row.moves))
        raise InvalidTransitionError(
            f"{event.value} cannot follow {state.value} ({why.value}): {REFUSALS[why]}",
            hint=f"May follow: {following or 'nothing'}.",
        )
    return answer


def refusal_of(state: RecoveryState, event: RecoveryEvent) -> Refusal:
    """Return why an event cannot follow a state that does not lead on by it."""
    return TABLE[event].refused[state]


def recovery_of(statutes: Statutes, question: Question, happened: Iterable[Happened]) -> Recovery:
    """Return where a recovery stands on a day.

    Args:
        statutes: What is known of the law.
        question: The claim and the day.
        happened: Everything recorded, in any order; what lies after the day is unseen.

    Raises:
        InvalidTransitionError: What was recorded does not fit together.

    Source:
        The parameters each time limit and clock names. House rule for the days of warning.
    """
    seen = tuple(
        sorted((one for one in happened if one.on <= question.as_of), key=lambda one: one.on)
    )
    state = state_after(seen)
    code = _known(statutes, question.jurisdiction)
    limits = tuple(_limits(statutes, code, seen, question.as_of)) if code else ()
    clocks = _clocks(statutes, code, question, seen) if code else ()
    return Recovery(
        jurisdiction=code,
        state=state,
        since_on=seen[-1].on if seen else None,
        history=seen,
        limits=limits,
        clocks=clocks,
        chosen=question.chosen,
        may_follow=tuple(
            (event, row.moves[state]) for event, row in TABLE.items() if state in row.moves
        ),
        warnings=() if state is RecoveryState.CLOSED else _warnings(limits, clocks, question),
        unverified=_unverified(limits, clocks, question.confirmed),
    )


def to_know(statutes: Statutes, code: str, on: date) -> tuple[tuple[Parameter, Value], ...]:
    """Return the thresholds a person weighs when choosing a way, as they are on a day.

    Args:
        statutes: What is known of the law.
        code: Of the jurisdiction, as parameters write it.
        on: The day; what is not known on it is left out.
    """
    found = [statutes.parameters.get(f"{code}.{name}") for name in TO_KNOW]
    return tuple((one, one.at(on)) for one in found if one and on >= one.values[0].period.start)


def _known(statutes: Statutes, jurisdiction: str) -> str:
    try:
        return statutes.jurisdiction(jurisdiction)
    except LawError:
        return ""


def _limits(
    statutes: Statutes, code: str, seen: Sequence[Happened], as_of: date
) -> Iterator[RunningLimit]:
    """Yield every time limit the events set that the jurisdiction knows."""
    for index, one in enumerate(seen):
        for rule in LIMITS.get(one.event, ()):
            limit = _limit(statutes, code, rule, one, seen[:index])
            if limit is None:
                continue
            later = seen[index + 1 :]
            yield RunningLimit(
                name=rule.name,
                whose=rule.whose,
                limit=limit,
                status=_status(rule, limit, one, later, as_of),
                if_missed=rule.if_missed,
                warn_on=limit.ends_on - timedelta(days=rule.warn_days),
            )


def _limit(
    statutes: Statutes, code: str, rule: LimitRule, one: Happened, before: Sequence[Happened]
) -> TimeLimit | None:
    name = rule.abroad if rule.abroad and one.distance == ABROAD else rule.name
    if f"{code}.{name}" not in statutes.parameters or (rule.before_hearing and not one.hearing_on):
        return None
    order = rule.picked_by and _first(reversed(before), {rule.picked_by})
    distance = f"{code}.time-limits.distance-{one.distance}"
    added = [distance] if rule.distance and distance in statutes.parameters else []
    try:
        return time_limit(
            statutes,
            f"{code}.{name}",
            _counted_from(rule, one),
            picked_on=order.on if order else None,
            added=added,
            backward=rule.before_hearing,
        )
    except LawError:
        return None


def _counted_from(rule: LimitRule, one: Happened) -> date:
    if rule.before_hearing and one.hearing_on:
        return one.hearing_on
    return one.published_on or one.on


def _status(
    rule: LimitRule, limit: TimeLimit, one: Happened, later: Sequence[Happened], as_of: date
) -> LimitStatus:
    met = one if rule.before_hearing else _first(later, rule.met_by)
    if met is not None and met.on <= limit.ends_on:
        return LimitStatus.MET
    if _first(later, rule.over_by):
        return LimitStatus.OVER
    if met is not None:
        return LimitStatus.MET_LATE
    return LimitStatus.RUNNING if as_of <= limit.ends_on else LimitStatus.RUN_OUT


def _first(happened: Iterable[Happened], events: Collection[RecoveryEvent]) -> Happened | None:
    return next((one for one in happened if one.event in events), None)


def _clocks(
    statutes: Statutes, code: str, question: Question, seen: Sequence[Happened]
) -> tuple[Clock, ...]:
    """Return the clocks that may bear on the claim; once there is a title, the title's alone."""
    title = _first(reversed(seen), {RecoveryEvent.MADE_ENFORCEABLE})
    start, ids = question.due_on, [question.chosen]
    title_id = f"{code}.{LIMITATION}.{TITLE}"
    if title is not None and title_id in statutes.parameters:
        start, ids = title.on, [title_id]
    elif not question.chosen:
        found = regimes(statutes, code, is_company=question.is_company)
        ids = [parameter.id for parameter in found]
    moved = tuple(clock_events([one for one in seen if one.on >= start]))
    clocks = []
    for id in ids:
        try:
            clocks.append(run_clock(statutes, id, start, moved, confirmed=question.confirmed))
        except LawError:
            continue
    return tuple(clocks)


def clock_events(seen: Sequence[Happened]) -> Iterator[ClockEvent]:
    """Yield what may move clocks of limitation, each with what ended it.

    Args:
        seen: In the order they happened.
    """
    for index, one in enumerate(seen):
        cause = CAUSES.get(one.event)
        if cause is None:
            continue
        ends = ENDS.get(one.event, frozenset())
        end = _first(seen[index + 1 :], ends)
        yield ClockEvent(
            cause=cause,
            on=one.on,
            until_on=end.on if end else None,
            lasts=bool(ends),
            void=end is not None and end.event in VOIDS,
        )


def _warnings(
    limits: Iterable[RunningLimit], clocks: Iterable[Clock], question: Question
) -> tuple[TimeWarning, ...]:
    as_of, confirmed = question.as_of, set(question.confirmed)
    found = [
        TimeWarning(
            what=one.name,
            ends_on=one.limit.ends_on,
            days_left=one.limit.days_left(as_of),
            parameter_id=one.limit.parameter_id,
            verified=confirmed.issuperset(one.limit.unverified),
            if_missed=one.if_missed,
        )
        for one in limits
        if _is_pressing(one, as_of)
    ]
    ends = [clock for clock in clocks if clock.ends_on is not None]
    nearest = min(ends, key=lambda clock: clock.ends_on or date.max, default=None)
    if nearest is not None and nearest.ends_on is not None:
        left = (nearest.ends_on - as_of).days
        if left <= LIMITATION_WARN_DAYS:
            found.append(
                TimeWarning(
                    what=LIMITATION,
                    ends_on=nearest.ends_on,
                    days_left=left,
                    parameter_id=nearest.parameter_id,
                    verified=confirmed.issuperset(nearest.unverified),
                    if_missed="the claim may no longer be sued for, if this period governs it",
                )
            )
    return tuple(sorted(found, key=lambda one: (one.ends_on, one.what)))


def _is_pressing(one: RunningLimit, as_of: date) -> bool:
    """Tell whether a person should hear of a time limit: near, run out, or met too late."""
    if one.status in (LimitStatus.MET, LimitStatus.OVER):
        return False
    if one.whose is Whose.DEBTOR:
        return one.status is LimitStatus.RUN_OUT
    return one.status is not LimitStatus.RUNNING or as_of >= one.warn_on


def _unverified(
    limits: Iterable[RunningLimit], clocks: Iterable[Clock], confirmed: Collection[str]
) -> tuple[str, ...]:
    used = [id for one in limits for id in one.limit.unverified]
    used += [id for clock in clocks for id in clock.unverified]
    return tuple(dict.fromkeys(id for id in used if id not in confirmed))
