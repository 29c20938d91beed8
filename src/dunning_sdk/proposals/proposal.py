"""A proposal: what a run would do on one day, looked at before it happens.

Records only, without personal data; rendered notices lie sealed beside it under their notice
ids. A proposal is valid for its ``as_of`` alone.
"""

from dataclasses import dataclass, replace
from datetime import date

from dunning_sdk.decisions.decision import StepDecision
from dunning_sdk.domain.charge import NewCharge
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.money import Money
from dunning_sdk.rules.step import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAct:
    """One act a run would do, or another actor is expected to do.

    Attributes:
        act_id: Idempotency key (ARCHITECTURE section 8).
        notice_id: Notice it leaves with; empty where nothing is sent.
        receivable_id: Whom it is about.
        debtor_id: Who owes.
        procedure_id: Rule that holds the step.
        step_id: The step.
        level: Of the step.
        action: What is done.
        cycle: Of the receivable.
        occurrence: Of the step.
        attempt: Of the act.
        legal_effect: Whether the step has legal effect.
        needs_approval: Whether `run` waits for a person.
        actor: Who does it.
        channels: Preferred first, then fallbacks.
        template: Of the notice.
        contact: Role of the person at the debtor; empty for the usual one.
        letterhead: Actor in whose name it goes; empty where nothing is sent.
        amount: What is asked for.
        planned_on: The step's own date.
        book_hash: Book that decided.
        interest: Late interest asked for beside it; ``None`` for none.
        compensation: Fixed sum for recovery costs asked for beside it.
        fee: Dunning fee asked for beside it.
        new_charges: What of these is asked for the first time, with its grounds.
    """

    act_id: str
    notice_id: str = ""
    receivable_id: str
    debtor_id: str
    procedure_id: str
    step_id: str
    level: int
    action: Action
    cycle: int
    occurrence: int
    attempt: int
    legal_effect: bool
    needs_approval: bool
    actor: str
    channels: tuple[str, ...]
    template: str
    amount: Money
    planned_on: date | None
    book_hash: str
    interest: Money | None = None
    compensation: Money | None = None
    fee: Money | None = None
    new_charges: tuple[NewCharge, ...] = ()
    contact: str = ""
    letterhead: str = ""

    @property
    def channel(self) -> str:
        """Return the preferred channel; empty where nothing is sent."""
        return self.channels[0] if self.channels else ""

    def header(self, status: str) -> dict[str, JsonValue]:
        """Return the header of the event that says what became of this act."""
        return {
            "act": self.act_id,
            "step": self.step_id,
            "procedure": self.procedure_id,
            "level": self.level,
            "cycle": self.cycle,
            "occurrence": self.occurrence,
            "attempt": self.attempt,
            "legal_effect": self.legal_effect,
            "is_notice": self.action is Action.NOTICE,
            "status": status,
            "notice": self.notice_id,
            "channel": self.channel,
            "contact": self.contact,
            "template": self.template,
            "actor": self.actor,
            "amount_minor": self.amount.minor,
            "book": self.book_hash,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why nothing is done about one receivable.

    Attributes:
        receivable_id: Which.
        outcome: As decided.
        reasons: Ids, most important first.
        step_id: Step it waits for; empty if none.
        act_on: First day of that step.
    """

    receivable_id: str
    outcome: str
    reasons: tuple[str, ...]
    step_id: str
    act_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancingAct:
    """One financing decision about a draft or a change, and what would be issued.

    Attributes:
        act_id: Idempotency key.
        draft: Number of the draft.
        debtor_id: Who will owe.
        outcome: ``covered``, ``split``, ``covered-in-part`` (whole, and financed in part, where
            the company collects), ``refused``, or ``credited`` after a change.
        reasons: Ids; empty when covered whole.
        advice: Id of what to do instead; empty if none.
        deposit_due_on: Last day for the deposit advised; ``None`` where it is not known.
        financed: What is financed, or credited of it; ``None`` when refused.
        rest: What is not financed and has a document of its own; ``None`` if there is none.
        needs_approval: Always where documents are issued.
    """

    act_id: str
    draft: str
    debtor_id: str
    outcome: str
    reasons: tuple[str, ...]
    advice: str
    financed: Money | None
    rest: Money | None
    deposit_due_on: date | None = None
    needs_approval: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HostEvent:
    """What a run proposes to the host, who alone can do it.

    Attributes:
        kind: ``credit-hold``, to hold back new deliveries, or ``credit-release``, its end.
        debtor_id: Whom it is about.
        reasons: Ids, sorted; empty for a release.
        receivables: Those that speak for it, sorted.
    """

    kind: str
    debtor_id: str
    reasons: tuple[str, ...]
    receivables: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What one run would do.

    Attributes:
        id: Hash of what it holds: the same state gives the same proposal.
        as_of: The only day it is valid for.
        acts: To be done by the operator.
        expected: To be done by others and confirmed.
        financing: Decisions about drafts.
        host_events: Proposed to the host.
        others: Why nothing is done about the rest.
        review_on: Receivable to the day it is looked at next, for every one decided.
        approved: Ids of acts approved so far.
        executed: Whether it was executed.
    """

    id: str
    as_of: date
    acts: tuple[PlannedAct, ...] = ()
    expected: tuple[PlannedAct, ...] = ()
    financing: tuple[FinancingAct, ...] = ()
    host_events: tuple[HostEvent, ...] = ()
    others: tuple[WhyNot, ...] = ()
    review_on: dict[str, date | None]
    approved: tuple[str, ...] = ()
    executed: bool = False

    def is_ready(self, act: PlannedAct | FinancingAct) -> bool:
        """Tell whether an act may be executed: it needs no approval, or has it."""
        return not act.needs_approval or act.act_id in self.approved


def act_of(
    decision: StepDecision, *, key: str, debtor_id: str, procedure_id: str, book_hash: str
) -> PlannedAct:
    """Return the act a due or expected decision calls for.

    Args:
        decision: With a step and an amount.
        key: Act id.
        debtor_id: Who owes.
        procedure_id: Rule that holds the step.
        book_hash: Book that decided.
    """
    step, amount = decision.step, decision.amount
    if step is None or amount is None:
        message = "only a decision about a step makes an act"
        raise ValueError(message)
    charges = decision.charges
    return PlannedAct(
        act_id=key,
        receivable_id=decision.receivable_id,
        debtor_id=debtor_id,
        procedure_id=procedure_id,
        step_id=step.id,
        level=step.level,
        action=step.action,
        cycle=decision.cycle,
        occurrence=decision.occurrence,
        attempt=decision.attempt,
        legal_effect=step.legal_effect,
        needs_approval=step.needs_approval,
        actor=decision.actor,
        channels=decision.channels,
        template=decision.template or step.template,
        amount=amount,
        planned_on=decision.planned_on,
        book_hash=book_hash,
        interest=charges.interest if charges else None,
        compensation=charges.compensation if charges else None,
        fee=charges.fee if charges else None,
        new_charges=charges.new if charges else (),
        contact=decision.contact,
        letterhead=decision.mandate.letterhead if decision.mandate and decision.channels else "",
    )


def same_act(planned: PlannedAct, again: PlannedAct) -> bool:
    """Tell whether an act decided anew is the one that was looked at, whole.

    Amount, channels and addressee count; only the notice it leaves with does not.
    """
    return replace(planned, notice_id="") == replace(again, notice_id="")
