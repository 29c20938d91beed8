"""What must never happen: the last word before an act is proposed.

The guards of the book in force are asked in turn about the step due; the first that denies
decides, and the lowest amount a guard allows is the amount asked for. Silence allows: each
guard names its own default. A guard that allows nothing to be asked for denies.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from dunning_sdk.decisions.decision import Outcome, StepDecision
from dunning_sdk.domain.money import Money
from dunning_sdk.rules.book import Book


def apply_guards(decision: StepDecision, book: Book, facts: Mapping[str, Any]) -> StepDecision:
    """Return the decision with the guards heard.

    Args:
        decision: With outcome ``DUE``; any other is returned as it is.
        book: Whose guards are asked.
        facts: With the step's facts, as `decisions.facts.with_step` builds them.

    Raises:
        EvaluationError: A guard met a missing fact, a wrong type, or no row.

    Source:
        House rule: when in doubt, do not dun.
    """
    if decision.outcome is not Outcome.DUE:
        return decision
    for rule in book.of_kind("guards"):
        if not rule.in_force(facts["as_of"]):
            continue
        said = rule.decide(facts)
        decision = replace(decision, trace=(*decision.trace, *said.trace))
        decision = _capped(decision, said.values["amount"])
        leaves_nothing = decision.amount is not None and decision.amount.minor <= 0
        if said.values["allow"] is not True or leaves_nothing:
            reason = str(said.values["reason"] or rule.id)
            return replace(decision, outcome=Outcome.DENIED, reasons=(reason,))
    return decision


def _capped(decision: StepDecision, amount: Decimal | None) -> StepDecision:
    if amount is None or decision.amount is None:
        return decision
    allowed = Money.from_major(amount, decision.amount.currency)
    return replace(decision, amount=min(decision.amount, allowed))
