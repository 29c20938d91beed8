"""Why, or why not, something is done about a receivable, and what comes next.

Gathers what deciding said into one record; `verify.explain` and the command line only format it.
"""

from dataclasses import dataclass
from datetime import date

from dunning_sdk.decisions.decision import CalendarEntry
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import ActRecord
from dunning_sdk.engine.deciding import Decider
from dunning_sdk.rules.trace import TraceEntry
from dunning_sdk.rules.vocabulary import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All there is to say about one receivable on one day.

    Attributes:
        receivable_id: Which.
        as_of: Day explained.
        outcome: What a run would do.
        reasons: Reason id to its text in the tenant's language.
        step_id: Step meant; empty if none.
        act_on: First day of that step.
        open_amount: What is owed.
        asked: What would be asked for; ``None`` without a step.
        due_on: Due date in force.
        cycle: Cycle in force.
        chaser: Who pursues it.
        book: Book id, version and hash.
        acts: What was done or tried, oldest first.
        calendar: The whole escalation calendar; empty where nothing more can be done.
        trace: Every rule row that spoke.
        grounds: The trace in words.
        review_on: When it is looked at next.
    """

    receivable_id: str
    as_of: date
    outcome: str
    reasons: dict[str, str]
    step_id: str
    act_on: date | None
    open_amount: Money
    asked: Money | None
    due_on: date
    cycle: int
    chaser: str
    book: str
    acts: tuple[ActRecord, ...]
    calendar: tuple[CalendarEntry, ...]
    trace: tuple[TraceEntry, ...]
    grounds: str
    review_on: date | None


def explain(decider: Decider, receivable_id: str, *, language: Language = "en") -> Explanation:
    """Return the explanation of one receivable.

    Args:
        decider: Bound to the day.
        receivable_id: Which.
        language: ``en`` or ``fr``.

    Raises:
        RecordNotFoundError: No such receivable by that day.
    """
    from dunning_sdk.verify.explain import explain as said
    from dunning_sdk.verify.reasons import reason_text

    decided = decider.decide_one(receivable_id)
    decision, receivable, book = decided.decision, decided.receivable, decided.book
    return Explanation(
        receivable_id=receivable_id,
        as_of=decider.as_of,
        outcome=decision.outcome.value,
        reasons={reason: reason_text(reason, book, language) for reason in decision.reasons},
        step_id=decision.step.id if decision.step else "",
        act_on=decision.act_on,
        open_amount=receivable.open_amount,
        asked=decision.amount,
        due_on=receivable.due_on,
        cycle=receivable.cycle,
        chaser=decision.mandate.chaser if decision.mandate else "",
        book=f"{book.id} {book.version} ({book.hash[:12]})",
        acts=receivable.acts,
        calendar=decision.calendar,
        trace=decision.trace,
        grounds=said(decision.trace, book, language=language),
        review_on=decided.review_on,
    )
