"""Live through a procedure day by day with one made-up receivable.

The module decides what a case of a procedure leaves unsaid: a company in France owes 100.00 EUR,
its mandate is the creditor's own, payments are known to the day, and every act is done on the
day it is due. What is due is decided in `decisions.procedure`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from dunning_sdk.decisions.case import Case as Situation
from dunning_sdk.decisions.case import DebtorHistory
from dunning_sdk.decisions.debtor_past import PAST
from dunning_sdk.decisions.decision import Outcome, StepDecision
from dunning_sdk.decisions.facts import receivable_facts, with_mandate
from dunning_sdk.decisions.procedure import decide_step
from dunning_sdk.decisions.promise import Promises
from dunning_sdk.domain.calendar import BusinessCalendar
from dunning_sdk.domain.financing import Mandate
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, Contact, Party
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable, Stop, StopReason
from dunning_sdk.errors import MissingFactError
from dunning_sdk.rules.case import Case
from dunning_sdk.rules.step import Action, Procedure, Step

DAYS_MAX: Final = 365
_STOPS: Final[Mapping[str, StopReason]] = {
    "dispute.is_open": StopReason.DISPUTED,
    "promise.is_open": StopReason.PROMISED,
    "plan.is_kept": StopReason.PAYMENT_PLAN,
    "block.is_open": StopReason.BLOCKED,
    "insolvency.is_open": StopReason.INSOLVENT,
    "write_off.is_done": StopReason.WRITTEN_OFF,
    "payment.is_unsure": StopReason.PAYMENT_UNSURE,
}


def lived_steps(procedure: Procedure, case: Case) -> dict[date, str]:
    """Return the step done on each day of a run.

    Args:
        procedure: What is lived through.
        case: Its ``as_of`` is the day the receivable is first seen and the first day of a run;
            its facts say when the receivable was issued and is due.

    Returns:
        Day to step id, ascending, up to ``until`` or a year after the due date.

    Raises:
        MissingFactError: The case gives no due date.
        EvaluationError: A condition met a missing fact or a wrong type.
    """
    receivable, debtor = sample_receivable(case.facts, on=case.as_of), _debtor(case.facts)
    until = case.expect.get("until") or receivable.due_on + timedelta(days=DAYS_MAX)
    every_day = (until - case.as_of).days + 1
    days = case.on or [case.as_of + timedelta(days=day) for day in range(every_day)]
    done: dict[date, str] = {}
    history = DebtorHistory()
    for day in days:
        decision = _decision(receivable, debtor, procedure, case=case, day=day, history=history)
        if decision.step is None or decision.outcome not in (Outcome.DUE, Outcome.EXPECTED):
            continue
        done[day] = decision.step.id
        act = _act(decision.step, procedure, day, occurrence=decision.occurrence)
        receivable = replace(receivable, acts=(*receivable.acts, act), last_event_on=day)
        if act.is_notice:
            history = replace(history, notices_on=(*history.notices_on, day))
    return done


def sample_receivable(facts: Mapping[str, Any], *, on: date) -> Receivable:
    """Return a receivable as the facts of a case describe it.

    Args:
        facts: By dotted name.
        on: Day it is first seen, and issued unless the facts say otherwise.

    Raises:
        MissingFactError: There is no due date among them.
    """
    said = {name.removeprefix("receivable."): value for name, value in facts.items()}
    if "due_on" not in said:
        message = "A case of a procedure needs fact receivable.due_on"
        raise MissingFactError(message, hint="Give it.", fact_name="receivable.due_on")
    amount = said.get("open_amount", said.get("amount", 100))
    stops = [
        Stop(id=name, reason=reason, placed_on=on)
        for name, reason in _STOPS.items()
        if facts.get(name) is True
    ]
    return Receivable(
        id="case",
        invoice_number="case",
        debtor_id="debtor",
        creditor_id="creditor",
        kind=said.get("kind", "invoice"),
        amount=Money.from_major(amount, facts.get("currency", "EUR")),
        issued_on=said.get("issued_on", min(on, said["due_on"])),
        due_on=said["due_on"],
        entered_on=on,
        payee=said.get("payee", "creditor"),
        financier_id="financier" if said.get("is_financed") else "",
        contract_kind=facts.get("contract.kind", ""),
        reminders=said.get("reminders", True),
        channel=said.get("channel", ""),
        cycle_started_on=on,
        stops=tuple(stops),
        last_event_on=on,
    )


def _promises(facts: Mapping[str, Any]) -> Promises:
    """Return how the debtor has kept his word, as the facts of a case say."""
    return Promises(
        made=int(facts.get("promise.made_count", 0)),
        kept=int(facts.get("promise.kept_count", 0)),
        part_kept=int(facts.get("promise.part_kept_count", 0)),
        broken=int(facts.get("promise.broken_count", 0)),
        plans_broken=int(facts.get("plan.broken_count", 0)),
    )


def _past(facts: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what a case says of a debtor's past: signals, history and score, as it states them."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in facts.items():
        first, _, rest = name.partition(".")
        if first in PAST:
            found.setdefault(first, {})[rest] = value
    return found


def _debtor(facts: Mapping[str, Any]) -> Party:
    country = facts.get("debtor.country", "FR")
    known = facts.get("debtor.has_email", True)
    placed = facts.get("debtor.has_address", True)
    return Party(
        id="debtor",
        name="debtor",
        country=country,
        address=Address(lines=("1",), city="1", country=country) if placed else Address(),
        contacts=(Contact(email="debtor@example.org"),) if known else (),
        language=facts.get("debtor.language", "fr"),
        is_company=facts.get("debtor.is_company", True),
    )


def _decision(
    receivable: Receivable,
    debtor: Party,
    procedure: Procedure,
    *,
    case: Case,
    day: date,
    history: DebtorHistory,
) -> StepDecision:
    operator = case.facts.get("operator", "creditor")
    chaser = case.facts.get("mandate.chaser", operator)
    told = case.facts.get("mandate.debtor_told", False)
    mandate = Mandate(
        chaser=chaser,
        collects=chaser,
        debtor_told=told,
        letterhead=chaser,
        procedure=procedure.id,
    )
    facts = receivable_facts(
        receivable, debtor, as_of=day, operator=operator, promises=_promises(case.facts)
    )
    situation = Situation(
        receivable=receivable,
        debtor=debtor,
        procedure=procedure,
        mandate=mandate,
        operator=operator,
        as_of=day,
        calendar=BusinessCalendar(procedure.calendar),
        facts=with_mandate({**facts, **_past(case.facts)}, mandate),
        history=history,
        payments_known_on=day,
    )
    return decide_step(situation)


def _act(step: Step, procedure: Procedure, day: date, *, occurrence: int) -> ActRecord:
    return ActRecord(
        act_id=f"{step.id}/{occurrence}",
        step_id=step.id,
        procedure_id=procedure.id,
        level=step.level,
        cycle=1,
        occurrence=occurrence,
        legal_effect=step.legal_effect,
        is_notice=step.action is Action.NOTICE,
        status=ActStatus.DONE,
        on=day,
    )
