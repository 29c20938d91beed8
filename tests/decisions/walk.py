"""Live through a procedure day by day: what is due is done, and becomes an event.

Days count from the due date of `tests.build.a_receivable`, as the procedures do.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from dunning_sdk.decisions.decision import Outcome, SlotState, StepDecision
from dunning_sdk.decisions.grouping import grants_of, history_of, spaced
from dunning_sdk.decisions.procedure import decide_step
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import Event
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.rules.step import Action, Procedure
from tests.build import FAST_PAYMENT, a_case, an_event, an_opening, on

ACTED = frozenset({Outcome.DUE, Outcome.EXPECTED})


@dataclass
class Walk:
    """What was done, day by day.

    Attributes:
        events: Of the one receivable, acts included.
        acts: Day to the step done, with its occurrence where it is repeated.
        decisions: Day to what was decided.
    """

    events: list[Event]
    acts: dict[int, str] = field(default_factory=dict)
    decisions: dict[int, StepDecision] = field(default_factory=dict)

    def state(self, day: int) -> Receivable:
        """Return the receivable at the end of a day."""
        state = fold(self.events, as_of=on(day))
        assert state is not None
        return state

    def states_of_steps(self, day: int) -> dict[str, SlotState]:
        """Return the escalation calendar as decided on a day."""
        return {entry.step_id: entry.state for entry in self.decisions[day].calendar}


def decided(
    receivable: Receivable, day: int, others: Iterable[Receivable] = (), **case: Any
) -> StepDecision:
    """Return what is decided on a day, spacing and hush included."""
    procedure = case.get("procedure", FAST_PAYMENT)
    grants = grants_of(procedure) if procedure else {}
    history = history_of([receivable, *others], on(day), grants=grants)
    decision = decide_step(a_case(receivable, as_of=on(day), history=history, **case))
    return spaced(decision, procedure, history, on(day)) if procedure else decision


def act_event(decision: StepDecision, day: int, *, seq: int, **over: Any) -> Event:
    """Return the event that says what became of the act a decision calls for."""
    step = decision.step
    number = f"{step.id}-{decision.cycle}-{decision.occurrence}-{decision.attempt}"
    header = {
        "act": number,
        "step": step.id,
        "procedure": decision.mandate.procedure,
        "level": step.level,
        "cycle": decision.cycle,
        "occurrence": decision.occurrence,
        "attempt": decision.attempt,
        "legal_effect": step.legal_effect,
        "is_notice": step.action is Action.NOTICE,
        "status": "done",
    }
    return an_event(events.ACT_CHANGED, day, seq=seq, **(header | over))


def walk(
    *happenings: Event,
    days: Iterable[int] = range(-30, 61),
    procedure: Procedure = FAST_PAYMENT,
    status: Callable[[StepDecision], str] = lambda _: "done",
    others: Iterable[Receivable] = (),
    **case: Any,
) -> Walk:
    """Run on each of the days and do what is due or expected.

    Args:
        happenings: Events; an opening 30 days before the due date if there is none.
        days: Of the runs, ascending.
        procedure: Steps to follow.
        status: What becomes of the act that a decision calls for.
        others: More receivables of the debtor.
        case: More of `tests.build.a_case`.
    """
    opened = any(event.type == events.OPENED for event in happenings)
    stream = [*happenings] if opened else [an_opening(), *happenings]
    lived = Walk([replace(event, seq=number) for number, event in enumerate(stream, start=1)])
    for day in days:
        state = fold(lived.events, as_of=on(day))
        if state is None:
            continue
        decision = decided(state, day, others, procedure=procedure, **case)
        lived.decisions[day] = decision
        if decision.outcome in ACTED:
            step = decision.step
            name = f"{step.id} {decision.occurrence}" if step.repeat_every_days else step.id
            lived.acts[day] = name
            lived.events.append(
                act_event(decision, day, seq=len(lived.events) + 1, status=status(decision))
            )
    return lived
