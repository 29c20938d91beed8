"""Hear all that may still hold a due step: who can be reached, spacing, guards.

One order for everybody who decides one receivable: the engine, and `portfolio` where columns
cannot. Charges, plugins, and what receivables of one debtor have to do with each other come after.
"""

from dataclasses import replace
from typing import Any

from dunning_sdk.decisions.case import Case
from dunning_sdk.decisions.decision import Outcome, StepDecision
from dunning_sdk.decisions.facts import with_step
from dunning_sdk.decisions.grouping import spaced
from dunning_sdk.decisions.guards import apply_guards
from dunning_sdk.decisions.scenario import staged
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.step import Action


def heard(
    decision: StepDecision, case: Case, book: Book
) -> tuple[StepDecision, dict[str, Any] | None]:
    """Return a due decision with its channel, its spacing and the guards heard.

    Args:
        decision: As `decide_step` gives it.
        case: What it was decided on.
        book: Whose guards are heard.

    Returns:
        The decision, and the facts with those of its step; ``None`` for them where nobody else
        is asked about it.
    """
    step, procedure = decision.step, case.procedure
    if decision.outcome is not Outcome.DUE or step is None or procedure is None:
        return decision, None
    decision = staged(decision, step, case.scenario, case.receivable, case.debtor)
    if step.action is Action.NOTICE and not decision.channels:
        return replace(decision, outcome=Outcome.HELD, reasons=("debtor-unreachable",)), None
    decision = spaced(decision, procedure, case.history, case.as_of)
    facts = with_step(case.facts, step, next(iter(decision.channels), ""))
    return apply_guards(decision, book, facts), facts
