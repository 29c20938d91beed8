"""What goes together in one notice, and what waits because the debtor was just written to.

Acts are decided per receivable; a debtor gets one notice for those that share language, channel,
letterhead, account and currency. Steps with legal effect ignore spacing and are grouped only
with the same step.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dunning_sdk.decisions.case import DebtorHistory
from dunning_sdk.decisions.decision import Outcome, StepDecision
from dunning_sdk.decisions.past import REACHED
from dunning_sdk.decisions.promise import promises_of
from dunning_sdk.domain.party import Contact, Party
from dunning_sdk.domain.reach import KIND_OF, may_use, reach_of
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.rules.step import Action, Procedure, Step


@dataclass(frozen=True, slots=True, order=True)
class GroupKey:
    """What acts of one notice have in common.

    Attributes:
        debtor_id: Addressee.
        language: ISO 639-1 code.
        channel: Preferred channel.
        currency: ISO 4217 code; a notice has one total.
        letterhead: Actor in whose name it goes.
        creditor_id: Whose claim it was first.
        financier_id: Assignee; empty where not financed.
        payee: Actor whose account the money goes to.
        debtor_told: Whether the assignment may be named.
        legal_step: Procedure and step for steps with legal effect; empty otherwise.
        own: Receivable id for what never shares a notice (a placement, a call); empty otherwise.
        contact: Role of the person at the debtor; empty for the usual one.
    """

    debtor_id: str
    language: str
    channel: str
    currency: str
    letterhead: str
    creditor_id: str
    financier_id: str
    payee: str
    debtor_told: bool
    legal_step: str
    own: str
    contact: str = ""


def grants_of(procedure: Procedure) -> dict[tuple[str, str], int]:
    """Return the days that steps grant by procedure and step id; without those granting none."""
    steps = (step for step in procedure.steps if step.grants_days)
    return {(procedure.id, step.id): step.grants_days for step in steps}


def history_of(
    receivables: Iterable[Receivable], as_of: date, *, grants: Mapping[tuple[str, str], int]
) -> DebtorHistory:
    """Return what is remembered about a debtor from all his receivables.

    A formal notice runs while something is owed on its receivable, up to the last day it grants.

    Args:
        receivables: All of one debtor.
        as_of: Acts after this day are unseen.
        grants: Days granted, as `grants_of` gives them for the procedures met.
    """
    written: list[date] = []
    running: list[date] = []
    receivables = tuple(receivables)
    for receivable in receivables:
        for act in receivable.acts:
            if not act.is_notice or act.on > as_of or act.status not in REACHED:
                continue
            written.append(act.on)
            if act.legal_effect and receivable.open_amount.minor:
                running.append(
                    act.on + timedelta(days=grants.get((act.procedure_id, act.step_id), 0))
                )
    until = max(running, default=as_of - timedelta(days=1))
    return DebtorHistory(
        notices_on=tuple(sorted(written)),
        formal_notice_until=until if until >= as_of else None,
        promises=promises_of(receivables, as_of),
    )


def spaced(
    decision: StepDecision, procedure: Procedure, history: DebtorHistory, as_of: date
) -> StepDecision:
    """Return the decision, waiting where the debtor was written to too recently.

    Source:
        House rule (ARCHITECTURE section 6, Grouping).
    """
    step = decision.step
    if decision.outcome is not Outcome.DUE or step is None or step.action is not Action.NOTICE:
        return decision
    if step.legal_effect:
        return decision
    if procedure.hush and history.formal_notice_until is not None:
        free = history.formal_notice_until + timedelta(days=1)
        return _waiting(decision, free, "formal-notice-runs")
    if procedure.spacing_days and history.last_notice_on is not None:
        free = history.last_notice_on + timedelta(days=procedure.spacing_days)
        if free > as_of:
            return _waiting(decision, free, "debtor-spacing")
    return decision


def _waiting(decision: StepDecision, free: date, reason: str) -> StepDecision:
    return replace(
        decision,
        outcome=Outcome.WAITING,
        reasons=(reason,),
        act_on=free,
        review_on=_earliest(free, decision.review_on),
        changes_on=_earliest(free, decision.changes_on),
    )


def yielding(due: Iterable[tuple[GroupKey, StepDecision]]) -> frozenset[str]:
    """Return the receivables whose notice yields to another of the same debtor and day.

    Of the notices that cannot be one, since channel, language or letterhead differ, the one of
    the highest level goes; the others merge into his next notice.

    Args:
        due: Notices without legal effect under a procedure that spaces them.

    Source:
        House rule (ARCHITECTURE section 6, Grouping): at most one notice per debtor and interval.
    """
    first: dict[str, GroupKey] = {}
    groups = grouped(due)
    for key, _ in sorted(groups, key=lambda group: (-_level(group[1][0]), group[0])):
        first.setdefault(key.debtor_id, key)
    return frozenset(
        decision.receivable_id
        for key, decisions in groups
        if first[key.debtor_id] != key
        for decision in decisions
    )


def is_spaced(decision: StepDecision, procedure: Procedure | None) -> bool:
    """Tell whether a decision is a notice, due now, that spacing is about."""
    step = decision.step
    if decision.outcome is not Outcome.DUE or step is None or procedure is None:
        return False
    return bool(procedure.spacing_days) and step.action is Action.NOTICE and not step.legal_effect


def waits_for(decision: StepDecision, procedure: Procedure, as_of: date) -> StepDecision:
    """Return a decision that yields to another notice of the day: it waits for the interval."""
    free = as_of + timedelta(days=procedure.spacing_days)
    return _waiting(decision, free, "debtor-spacing")


def _earliest(*days: date | None) -> date:
    return min(day for day in days if day is not None)


def group_key(
    decision: StepDecision, receivable: Receivable, debtor: Party, language: str
) -> GroupKey:
    """Return what the decision's act must share with others to go in the same notice."""
    step, mandate = decision.step, decision.mandate
    if step is None or mandate is None:
        message = "only a due decision has a group"
        raise ValueError(message)
    return GroupKey(
        debtor_id=debtor.id,
        language=language,
        channel=decision.channels[0] if decision.channels else "",
        currency=receivable.amount.currency,
        letterhead=mandate.letterhead,
        creditor_id=receivable.creditor_id,
        financier_id=receivable.financier_id,
        payee=receivable.payee,
        debtor_told=mandate.debtor_told,
        legal_step=f"{mandate.procedure}/{step.id}" if step.legal_effect else "",
        own="" if step.action is Action.NOTICE else receivable.id,
        contact=decision.contact,
    )


def resolve_channels(
    step: Step, receivable: Receivable, debtor: Party, *, role: str = "", first: str = ""
) -> tuple[str, ...]:
    """Return the channels of a step that can reach its addressee, preferred first.

    ``chosen`` stands for the channel chosen for the invoice (S3-13). A channel of a plugin is
    taken to reach everybody who did not opt out of it. What is not a notice does not go to the
    debtor, so that his addresses do not count.

    Args:
        step: Whose channels.
        receivable: What it is about.
        debtor: Who is written to.
        role: Of the person at the debtor; empty for the usual one.
        first: A channel tried before the step's own; empty for none.

    Returns:
        Each channel once; empty when none can reach him.
    """
    listed = (first, *step.channels)
    named = [receivable.channel if name == "chosen" else name for name in listed]
    person = debtor.contact(role or "billing")
    if step.action is not Action.NOTICE:
        return tuple(name for name in dict.fromkeys(named) if name)
    return tuple(name for name in dict.fromkeys(named) if name and reaches(debtor, name, person))


def reaches(debtor: Party, channel: str, person: Contact | None) -> bool:
    """Tell whether a channel may be used for a person at a debtor, and has an address there.

    Args:
        debtor: Who is written to.
        channel: Name; one of a plugin needs no address.
        person: At the debtor; ``None`` where nobody is known.
    """
    if channel in KIND_OF:
        return reach_of(debtor, channel, person) is not None
    return may_use(person or Contact(), channel)


def grouped(
    due: Iterable[tuple[GroupKey, StepDecision]],
) -> list[tuple[GroupKey, tuple[StepDecision, ...]]]:
    """Return due decisions by notice, highest level first within each, groups sorted by key."""
    groups: dict[GroupKey, list[StepDecision]] = defaultdict(list)
    for key, decision in due:
        groups[key].append(decision)
    return [
        (key, tuple(sorted(items, key=lambda item: (-_level(item), item.receivable_id))))
        for key, items in sorted(groups.items())
    ]


def _level(decision: StepDecision) -> int:
    return decision.step.level if decision.step else 0
