"""Decide one receivable as the engine does: the reference, and the way of what columns cannot.

The functions of `decisions` are asked in the order in which the engine asks them. Plugins, and
what several receivables of a debtor have to do with each other on one day, are left to the engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from dunning_sdk.decisions import mandated
from dunning_sdk.decisions.case import Case
from dunning_sdk.decisions.charge import AgreedRate, ChargeLaw, Charges
from dunning_sdk.decisions.charges import decide_charges, nothing_asked
from dunning_sdk.decisions.decision import Outcome, StepDecision
from dunning_sdk.decisions.facts import with_charges
from dunning_sdk.decisions.hearing import heard
from dunning_sdk.decisions.mandated import Known
from dunning_sdk.decisions.procedure import decide_step
from dunning_sdk.decisions.review import case_changes_on, case_review_on
from dunning_sdk.portfolio.book import CompiledBook
from dunning_sdk.portfolio.entry import Entry
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.step import Action

CHARGED: Final = frozenset({Action.NOTICE, Action.PLACEMENT})
"""Actions that may ask for charges."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for all rows alike.

    Attributes:
        as_of: Day decided for.
        payments_known_on: Last day for which payments are known; ``None`` if never read.
    """

    as_of: date
    payments_known_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Single:
    """One row decided.

    Attributes:
        decision: With channels, spacing, guards and charges heard.
        procedure: Id of the procedure followed; empty for none.
        review_on: Next day a run must look again; ``None`` if never.
        changes_on: Next day time alone may change it; ``None`` if never.
    """

    decision: StepDecision
    procedure: str
    review_on: date | None
    changes_on: date | None


def decide_entry(compiled: CompiledBook, entry: Entry, asked: Asked) -> Single:
    """Return what one receivable comes to.

    Args:
        compiled: The book.
        entry: The receivable, and all that bears on it.
        asked: The day.

    Raises:
        EvaluationError: A rule met a missing fact, a wrong type, or no row.
    """
    case = _case(compiled, entry, asked)
    decision = _checked(decide_step(case), case, compiled, entry)
    changes = case_changes_on(decision, case, compiled.book, entry.event_on)
    return Single(
        decision=decision,
        procedure=case.procedure.id if case.procedure else "",
        review_on=case_review_on(decision, case.as_of, changes, _limitation_on(case, entry)),
        changes_on=changes,
    )


def _case(compiled: CompiledBook, entry: Entry, asked: Asked) -> Case:
    """Return all that decides the next step of one receivable, its mandate among it."""
    known = Known(
        receivable=entry.receivable,
        debtor=entry.debtor,
        history=entry.history,
        past=entry.past,
        operator=compiled.operator,
        as_of=asked.as_of,
        payments_known_on=asked.payments_known_on,
    )
    return mandated.case_of(compiled.book, entry.facts, known, compiled.contract)


def _checked(
    decision: StepDecision, case: Case, compiled: CompiledBook, entry: Entry
) -> StepDecision:
    """Return a due decision with all that may hold it and its charges heard."""
    decision, facts = heard(decision, case, compiled.book)
    step = decision.step
    if facts is None or step is None or compiled.law is None:
        return decision
    if decision.outcome is not Outcome.DUE or step.action not in CHARGED:
        return decision
    charges = charges_of(compiled.book, entry, facts, compiled.law)
    decision = replace(decision, charges=charges, trace=(*decision.trace, *charges.trace))
    if charges.unverified and step.legal_effect:
        return replace(
            decision,
            outcome=Outcome.HELD,
            reasons=("law-unverified",),
            review_on=case.as_of + _DAY,
        )
    return decision


def charges_of(book: Book, entry: Entry, facts: Mapping[str, Any], law: ChargeLaw) -> Charges:
    """Return what an act asks for beside the principal.

    Args:
        book: Whose charges rules are asked.
        entry: The receivable.
        facts: With those of the step.
        law: Whose jurisdiction and agreed rate are the receivable's.
    """
    rate = entry.agreed_rate
    known = law.transfer.value if law.transfer else ""
    facts = with_charges(
        facts,
        jurisdiction=entry.jurisdiction,
        agreed_rate=rate,
        transfer=known if entry.receivable.is_financed else "none",
        open_amount=entry.receivable.charges_open,
    )
    nothing = nothing_asked(book, facts)
    if nothing is not None:
        return nothing
    agreed = None if rate is None else AgreedRate(yearly=rate, source="")
    law = replace(law, jurisdiction=entry.jurisdiction, agreed=agreed)
    return decide_charges(book, facts, receivable=entry.receivable, law=law)


def _limitation_on(case: Case, entry: Entry) -> date | None:
    """Return when limitation comes near, where anything is open and the day is ahead."""
    day = entry.limitation_on
    is_open = case.receivable.open_amount.minor != 0
    return day if is_open and day and day > case.as_of else None
