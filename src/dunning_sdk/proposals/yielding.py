"""One notice per debtor and day where a procedure spaces them: the others wait for the interval.

Decides for the receivables of one day together; which notice goes is said in
`decisions.grouping`.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from dunning_sdk.decisions.grouping import group_key, is_spaced, waits_for, yielding
from dunning_sdk.proposals.decided import Decided


def with_yielding(items: Iterable[Decided], as_of: date, *, language: str) -> list[Decided]:
    """Return decisions of a day where at most one notice that is spaced goes to a debtor.

    Args:
        items: Every receivable, of each debtor met, whose notice is due on the day.
        as_of: The day.
        language: Of debtors who have none of their own.
    """
    found = list(items)
    keyed = [
        (
            group_key(
                item.decision, item.receivable, item.debtor, item.debtor.language or language
            ),
            item.decision,
        )
        for item in found
        if is_spaced(item.decision, item.case.procedure)
    ]
    yielded = yielding(keyed)
    return [_waiting(item, as_of) if item.receivable.id in yielded else item for item in found]


def _waiting(item: Decided, as_of: date) -> Decided:
    procedure, tomorrow = item.case.procedure, as_of + timedelta(days=1)
    if procedure is None:
        return item
    decision = waits_for(item.decision, procedure, as_of)
    return replace(item, decision=decision, review_on=tomorrow, changes_on=tomorrow)
