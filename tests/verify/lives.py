"""Histories of one receivable and its debtor, and the prover's model of them.

Dates and expiry are taken as `decisions` lays them out, since the prover leaves them open; what
acts mean for the next step is worked out here alone.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import product

from dunning_sdk.decisions.case import Case
from dunning_sdk.decisions.decision import Outcome, SlotState, StepDecision
from dunning_sdk.decisions.grouping import grants_of, history_of, spaced
from dunning_sdk.decisions.past import REACHED
from dunning_sdk.decisions.procedure import decide_step
from dunning_sdk.domain.calendar import BusinessCalendar
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable, StopReason
from dunning_sdk.rules.step import Action, Procedure, Step
from tests.build import OWN_MANDATE, a_debtor, a_receivable, a_stop, on

LEGAL = Step(id="formal", level=3, offset=4, interval_days=3, legal_effect=True, grants_days=2)
PLACED = Step(
    id="placed", level=4, offset=6, after="formal", action=Action.PLACEMENT, legal_effect=True
)
SHORT = Procedure(
    id="procedure.short",
    steps=(
        Step(id="before", level=1, offset=-2),
        Step(id="after", level=2, offset=1, interval_days=2),
        LEGAL,
        PLACED,
    ),
)
REPEATED = replace(
    SHORT,
    steps=(
        Step(id="again", level=1, offset=0, repeat_every_days=2),
        Step(id="twice", level=2, offset=5, repeat_every_days=3, repeat_max=2, interval_days=2),
        replace(LEGAL, offset=9),
    ),
)
SPACED = replace(SHORT, spacing_days=4, hush=True)
ACTS = {
    "done": ActStatus.DONE,
    "uncertain": ActStatus.UNCERTAIN,
    "failed": ActStatus.FAILED,
    "skipped": ActStatus.SKIPPED,
    "handed": ActStatus.HANDED,
}
FAR_BACK = 0


@dataclass(frozen=True)
class Life:
    """A receivable, another one of its debtor, and the day.

    Attributes:
        procedure: Followed by both.
        receivable: The one looked at.
        other: Written to by the event ``other``.
        day: Today.
        is_ours: Whether the operator chases.
    """

    procedure: Procedure
    receivable: Receivable = field(default_factory=a_receivable)
    other: Receivable = field(default_factory=lambda: a_receivable(id="F2"))
    day: date = field(default_factory=lambda: on(-2))
    is_ours: bool = True

    def after(self, event: str) -> "Life":
        """Return what is left after an event."""
        state = self.receivable
        match event:
            case "day" | "days":
                return replace(self, day=self.day + timedelta(days=1 if event == "day" else 3))
            case "stop":
                stops = () if state.stops else (a_stop(StopReason.BLOCKED, -30),)
                return replace(self, receivable=replace(state, stops=stops))
            case "later":
                due_on = max(state.due_on, self.day) + timedelta(days=2)
                cycle = {"cycle": state.cycle + 1, "cycle_started_on": self.day}
                return replace(self, receivable=replace(state, due_on=due_on, **cycle))
            case "theirs":
                return replace(self, is_ours=not self.is_ours)
            case "other":
                return replace(self, other=self._acted(self.other, "other", Step(id="x", level=1)))
            case _:
                return self._stepped(ACTS[event])

    def _stepped(self, status: ActStatus) -> "Life":
        decision = self.decided()
        if decision.step is None or decision.attempt > 1:
            return self
        state = self._acted(self.receivable, "own", decision.step, decision=decision, status=status)
        return replace(self, receivable=state)

    def _acted(
        self,
        state: Receivable,
        name: str,
        step: Step,
        *,
        decision: StepDecision | None = None,
        status: ActStatus = ActStatus.DONE,
    ) -> Receivable:
        occurrence = decision.occurrence if decision else len(state.acts) + 1
        act = ActRecord(
            act_id=f"{name} {step.id} {state.cycle} {occurrence}",
            step_id=step.id,
            procedure_id=self.procedure.id,
            level=step.level,
            cycle=state.cycle,
            occurrence=occurrence,
            legal_effect=step.legal_effect,
            is_notice=step.action is Action.NOTICE,
            status=status,
            on=self.day,
        )
        if any(known.act_id == act.act_id for known in state.acts):
            return state
        return replace(state, acts=(*state.acts, act))

    def history(self):
        """Return what is remembered about the debtor."""
        both = (self.receivable, self.other)
        return history_of(both, self.day, grants=grants_of(self.procedure))

    def decided(self) -> StepDecision:
        """Return what is decided, spacing and hush included."""
        mandate = replace(
            OWN_MANDATE,
            procedure=self.procedure.id,
            chaser="creditor" if self.is_ours else "financier",
        )
        case = Case(
            receivable=self.receivable,
            debtor=a_debtor(),
            procedure=self.procedure,
            mandate=mandate,
            operator="creditor",
            as_of=self.day,
            calendar=BusinessCalendar("FR"),
            facts={},
            history=self.history(),
        )
        return spaced(decide_step(case), self.procedure, self.history(), self.day)

    def modelled(self, model: Procedure) -> str | None:
        """Return the step due by the prover's model of a procedure."""
        from dunning_sdk.verify.step_model import Plain, Situation, due_steps

        state, steps = self.receivable, model.steps
        decision = self.decided()
        standing = [self._standing(step, decision) for step in steps]
        earlier = [
            act.on.toordinal()
            for act in state.acts
            if act.cycle < state.cycle and act.status in REACHED
        ]
        history = self.history()
        written = [day.toordinal() for day in history.notices_on]
        if model.hush and history.formal_notice_until is not None:
            written.append(history.formal_notice_until.toordinal() + 1 - model.spacing_days)
        situation = Situation(
            as_of=self.day.toordinal(),
            due_on=state.due_on.toordinal(),
            issued_on=state.issued_on.toordinal(),
            is_closed=bool(state.stops),
            earlier_on=max(earlier, default=FAR_BACK),
            written_on=max(written, default=FAR_BACK),
            spacing_days=model.spacing_days,
            ours=(self.is_ours,) * len(steps),
            applies=tuple(slots > 0 for slots, *_ in standing),
            starts=tuple(starts for _, _, starts, _ in standing),
            lapsed=tuple(not is_open for _, is_open, *_ in standing),
            entered=tuple(
                is_open and state.cycle_started_on > state.due_on for _, is_open, *_ in standing
            ),
            pasts=tuple(past for *_, past in standing),
        )
        due = due_steps(steps, situation, Plain())
        found = [step.id for step, is_due in zip(steps, due, strict=True) if is_due]
        assert len(found) <= 1
        return next(iter(found), None)

    def _standing(self, step: Step, decision: StepDecision):
        """Return how many slots a step has, whether one is open, when, and what became of it."""
        from dunning_sdk.verify.step_model import Past

        left = (SlotState.OPEN, SlotState.IN_PROGRESS, SlotState.FAILED)
        slots = [one for one in decision.calendar if one.step_id == step.id]
        still = [one for one in slots if one.state in left]
        starts = still[0].planned_on.toordinal() if still and still[0].planned_on else 10**7
        cycle = self.receivable.cycle
        acts = [
            act
            for act in self.receivable.acts
            if act.step_id == step.id
            and (act.cycle == cycle or (act.legal_effect and act.status in REACHED))
        ]
        reached = [act.on.toordinal() for act in acts if act.status in REACHED]
        statuses = {act.status for act in acts}
        settled = {ActStatus.DONE, ActStatus.UNCERTAIN, ActStatus.SKIPPED}
        past = Past(
            settled=bool(statuses & settled),
            reached=bool(reached),
            sure=ActStatus.DONE in statuses,
            unsure=ActStatus.UNCERTAIN in statuses,
            held=bool(still) and still[0].state is not SlotState.OPEN,
            kept=bool(acts) and all(act.cycle != cycle for act in acts),
            on=max(reached, default=FAR_BACK),
        )
        return len(slots), bool(still), starts, past


def late(procedure: Procedure) -> Life:
    """Return a receivable first seen five days after its due date."""
    entered = on(5)
    receivable = a_receivable(entered_on=entered, cycle_started_on=entered)
    return Life(procedure, receivable=receivable, day=entered)


def differences(life: Life, events, lengths, model: Procedure | None = None):
    """Return the histories on which a model differs, and every step that was due on one."""
    found, dues = [], set()
    for length in lengths:
        for history in product(events, repeat=length):
            now = life
            for event in history:
                now = now.after(event)
            decision = now.decided()
            said = decision.step.id if decision.outcome is Outcome.DUE else None
            dues.add(said)
            told = now.modelled(model or life.procedure)
            if said != told:
                found.append((history, said, told))
    return found, dues
