"""Laws of the step machine, over random procedures, histories and days of runs."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from dunning_sdk.decisions.decision import SlotState
from dunning_sdk.decisions.procedure import decide_step
from dunning_sdk.decisions.stop import holding_stops
from dunning_sdk.domain import event as events
from dunning_sdk.domain.calendar import Roll
from dunning_sdk.domain.fold import fold
from dunning_sdk.rules.step import (
    Action,
    CatchUp,
    Condition,
    CycleKeeps,
    Entry,
    Procedure,
    Step,
)
from tests.build import FAST_PAYMENT, a_case, an_event, an_opening, on
from tests.decisions.walk import ACTED, decided, walk

REACHED = {"done", "handed", "uncertain"}
LATEST = 90


def overdue_by(days: int) -> Condition:
    return Condition(
        text=f"receivable.days_overdue >= {days}",
        holds=lambda facts: facts["receivable"]["days_overdue"] >= days,
        edges={"receivable.days_overdue": (days,)},
    )


UNDISPUTED = Condition(
    text="not(dispute.is_open)", holds=lambda facts: not facts["dispute"]["is_open"]
)


@st.composite
def steps(draw) -> tuple[Step, ...]:
    found: list[Step] = []
    offsets = draw(st.lists(st.integers(-12, 40), min_size=1, max_size=6))
    if draw(st.integers(0, 3)):
        offsets.sort()
    level = 0
    for number, offset in enumerate(offsets):
        level += draw(st.integers(0, 2)) if number else 1
        legal = draw(st.booleans()) if number else False
        anchors = ["due_on", "due_on", "due_on", "issued_on", "entered_overdue", "end_of_month"]
        anchor = draw(st.sampled_from([*anchors, *(step.id for step in found[-1:])]))
        before = [step for step in found if step.legal_effect]
        found.append(
            Step(
                id=f"s{number}",
                level=level,
                action=draw(st.sampled_from([Action.NOTICE] * 4 + [Action.CALL])),
                anchor=anchor,
                offset=abs(offset) if anchor in {step.id for step in found} else offset,
                after=before[-1].id if before and draw(st.booleans()) else None,
                interval_days=draw(st.sampled_from([1, 1, 3, 10])),
                repeat_every_days=draw(st.sampled_from([None, None, 1, 5, 7])),
                repeat_max=draw(st.sampled_from([None, 1, 3])),
                day_shift=draw(st.sampled_from(list(Roll))),
                legal_effect=legal,
                grants_days=draw(st.sampled_from([0, 8])) if legal else 0,
                when=draw(
                    st.sampled_from([None, None, None, UNDISPUTED, overdue_by(3), overdue_by(25)])
                )
                if not legal
                else None,
                window_days=draw(st.sampled_from([0, 3, 30])),
                actor=draw(st.sampled_from(["", "", "", "financier"])),
            )
        )
    return tuple(found)


procedures = st.builds(
    Procedure,
    id=st.just(FAST_PAYMENT.id),
    steps=steps(),
    entry=st.sampled_from(Entry),
    catch_up=st.sampled_from(CatchUp),
    cycle_keeps=st.sampled_from(CycleKeeps),
    spacing_days=st.sampled_from([0, 0, 6]),
    resume_days=st.sampled_from([0, 4]),
    hush=st.booleans(),
)

STOPS = [
    "disputed", "promised", "promised", "payment-plan", "blocked", "insolvent", "written-off",
    "credit-due", "doubtful",
]  # fmt: skip
openings = st.builds(
    lambda day, level, last: an_opening(
        day,
        level=level,
        last_notice_on=on(day - last).isoformat() if level and last else "",
    ),
    st.integers(-30, 40),
    st.sampled_from([0, 0, 0, 1, 3]),
    st.integers(0, 30),
)


@st.composite
def happenings(draw):
    """Return the events of one receivable, days of runs apart."""
    opening = draw(openings)
    first = (opening.on - on(0)).days
    days = sorted(draw(st.lists(st.integers(first, 60), max_size=5)))
    found, stops, due = [opening], 0, 0
    for day in days:
        match draw(st.sampled_from(["pay", "return", "due", "stop", "lift"])):
            case "pay":
                amount = draw(st.sampled_from([300_00, 1200_00]))
                found.append(an_event(events.PAYMENT_ALLOCATED, day, amount_minor=amount))
            case "return":
                found.append(an_event(events.PAYMENT_RETURNED, day, amount_minor=300_00))
            case "due":
                due = max(day, due) + draw(st.integers(-5, 20))
                found.append(an_event(events.DUE_CHANGED, day, due_on=on(due).isoformat()))
            case "lift":
                outcome = draw(st.sampled_from(["settled", "broken", "kept"]))
                found.append(
                    an_event(events.STOP_LIFTED, day, stop=f"stop-{stops}", outcome=outcome)
                )
            case "stop":
                stops += 1
                ends = draw(st.sampled_from([None, 0, 5, 15]))
                parts = draw(st.sampled_from([[], [(4, 200_00), (9, 200_00)]]))
                found.append(
                    an_event(
                        events.STOP_PLACED,
                        day,
                        stop=f"stop-{stops}",
                        reason=draw(st.sampled_from(STOPS)),
                        until_on="" if ends is None else on(day + ends).isoformat(),
                        amount_minor=draw(st.sampled_from([0, 400_00])),
                        installments=[[on(day + at).isoformat(), minor] for at, minor in parts],
                        grace_days=2,
                    )
                )
    return found


runs = st.one_of(
    st.just(list(range(-30, LATEST))),
    st.lists(st.integers(-30, LATEST), unique=True, max_size=40).map(sorted),
)
endings = st.lists(
    st.sampled_from(["done"] * 6 + ["failed", "handed", "uncertain", "cancelled", "skipped"]),
    min_size=1,
    max_size=12,
)

many = settings(
    max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def lived(procedure, happened, days, ends):
    left = list(ends)
    return walk(
        *happened,
        days=days,
        procedure=procedure,
        status=lambda decision: left.pop() if left else "done",
    )


def acts_of(told):
    """Return the final state of each act, in the order of their days."""
    state = fold(told.events)
    return sorted(state.acts, key=lambda act: act.on)


@many
@given(procedures, happenings(), runs, endings)
def test_nothing_is_due_of_what_is_paid_blocked_or_promised(procedure, happened, days, ends):
    told = lived(procedure, happened, days, ends)
    for day, decision in told.decisions.items():
        state = fold([*told.events], as_of=on(day))
        if decision.outcome in ACTED:
            assert decision.act_on <= on(day)
            assert holding_stops(state, on(day)) == ()
            assert 0 < decision.amount.minor <= state.open_amount.minor
            if decision.planned_on < state.due_on:
                assert state.issued_on < on(day)
                assert decision.step.legal_effect or on(day) <= state.due_on
        event(decision.outcome.value)


@many
@given(procedures, happenings(), runs, endings)
def test_the_level_never_falls_within_a_cycle(procedure, happened, days, ends):
    told = lived(procedure, happened, days, ends)
    reached: dict[int, int] = {1: fold(told.events).imported_level}
    for act in acts_of(told):
        if act.status.value in REACHED:
            assert act.level >= reached.get(act.cycle, 0)
            reached[act.cycle] = act.level


@many
@given(procedures, happenings(), runs, endings)
def test_never_two_notices_on_one_day(procedure, happened, days, ends):
    acts = acts_of(lived(procedure, happened, days, ends))
    written = [act.on for act in acts if act.status.value in REACHED]

    assert len(written) == len(set(written))


@many
@given(procedures, happenings(), runs, endings)
def test_resuming_never_bursts(procedure, happened, days, ends):
    told = lived(procedure, happened, days, ends)
    for day, decision in told.decisions.items():
        if decision.outcome not in ACTED:
            continue
        for stop in fold([*told.events], as_of=on(day)).stops:
            if not stop.holds_back or stop.free_on is None or stop.free_on > on(day):
                continue
            wait = 0 if stop.is_broken_on(on(day)) else procedure.resume_days
            assert on(day) >= stop.free_on + timedelta(days=wait)
            event(f"resumed {stop.outcome_on(on(day))}")
    acted = [act.on for act in acts_of(told) if act.status.value in REACHED]
    assert len(acted) == len(set(acted))  # at most one step per receivable and run


@many
@given(procedures, happenings(), runs, endings)
def test_a_step_of_a_cycle_is_done_once(procedure, happened, days, ends):
    told = lived(procedure, happened, days, ends)
    done = [
        (act.step_id, act.cycle, act.occurrence)
        for act in fold(told.events).acts
        if act.status.value in REACHED
    ]

    assert len(done) == len(set(done))


@many
@given(procedures, happenings(), runs, endings)
def test_a_step_with_legal_effect_is_never_skipped(procedure, happened, days, ends):
    told = lived(procedure, happened, days, ends)
    legal = {step.id for step in procedure.steps if step.legal_effect}
    for day, decision in told.decisions.items():
        for entry in decision.calendar:
            if entry.step_id in legal and entry.occurrence == 1:
                assert entry.state is not SlotState.EXPIRED, day
        if decision.outcome in ACTED:
            ids = [entry.step_id for entry in decision.calendar]
            before = decision.calendar[: ids.index(decision.step.id)]
            left = [one.step_id for one in before if one.state is SlotState.OPEN]
            assert legal.isdisjoint(left)


@many
@given(procedures, happenings(), runs, endings)
def test_what_comes_after_a_step_waits_for_what_that_grants(procedure, happened, days, ends):
    told = lived(procedure, happened, days, ends)
    by_id = {step.id: step for step in procedure.steps}
    for day, decision in told.decisions.items():
        if decision.outcome not in ACTED or decision.step.after is None:
            continue
        before = by_id[decision.step.after]
        state = fold(told.events, as_of=on(day))
        imported = state.cycle == 1 and state.imported_level >= before.level
        done = [act.on for act in state.acts if act.step_id == before.id and act.status == "done"]
        assert imported or done
        if done:
            assert on(day) >= max(done) + timedelta(days=before.grants_days)


@many
@given(procedures, happenings(), runs, endings)
def test_the_same_input_gives_the_same_decision(procedure, happened, days, ends):
    told = lived(procedure, happened, days, ends)
    again = lived(procedure, happened, days, ends)

    assert told.decisions == again.decisions
    assert told.events == again.events


@many
@given(procedures, happenings(), runs, endings, st.integers(-30, LATEST))
def test_nothing_changes_before_the_day_of_review(procedure, happened, days, ends, at):
    """What ARCHITECTURE section 9 rests on: runs may skip a receivable until its day."""
    told = lived(procedure, happened, [day for day in days if day < at], ends)
    seen = [one for one in told.events if one.on <= on(at)]
    state = fold(seen, as_of=on(at))
    if state is None:
        return
    decision = decided(state, at, procedure=procedure)
    event(decision.outcome.value)
    if decision.review_on is None:
        ahead = 60
    else:
        ahead = (decision.review_on - on(at)).days
        assert ahead > 0
    for day in range(at + 1, at + min(ahead, 60)):
        later = decided(fold(seen, as_of=on(day)), day, procedure=procedure)
        assert (later.outcome, later.step) == (decision.outcome, decision.step), day


@many
@given(procedures, happenings(), st.integers(-30, LATEST))
def test_what_happens_later_is_unseen(procedure, happened, at):
    early = fold([one for one in happened if one.on <= on(at)], as_of=on(at))
    state = fold(happened, as_of=on(at))

    assert state == early
    if state is not None:
        case = a_case(state, as_of=on(at), procedure=procedure)
        assert decide_step(case) == decide_step(replace(case, receivable=early))


@many
@given(steps(), st.integers(-30, 60), st.integers(1, 9))
def test_runs_now_and_then_lose_no_formal_step(found, entered, every):
    once = tuple(replace(step, repeat_every_days=None) for step in found)
    procedure = Procedure(id=FAST_PAYMENT.id, steps=once)
    told = walk(an_opening(entered), days=range(entered, 250, every), procedure=procedure)
    *_, last = told.decisions.values()
    wanted = {step.id for step in once if step.legal_effect}

    assert wanted <= set(told.acts.values()) or last.reasons == ("step-before-not-done",)
