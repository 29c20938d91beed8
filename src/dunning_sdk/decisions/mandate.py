"""Who chases, who collects, who is told, on whose letterhead.

The first mandate rule in force says it; without one the creditor chases for himself, by the
book's first procedure. The four kinds of
contract (S4-06 … S4-16) are rows of a shipped rule, not code.
"""

from collections.abc import Mapping
from typing import Any

from dunning_sdk.domain.financing import Mandate
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.trace import TraceEntry


def decide_mandate(book: Book, facts: Mapping[str, Any]) -> tuple[Mandate, tuple[TraceEntry, ...]]:
    """Return the mandate for one receivable and the rule row that gave it.

    Args:
        book: Rule book the receivable stays on.
        facts: As `decisions.facts.receivable_facts` builds them.

    Raises:
        EvaluationError: The rule met a missing fact, a wrong type, or no row.

    Source:
        House rule; defaults by kind of contract in the shipped books.
    """
    rule = next((rule for rule in book.of_kind("mandate") if rule.in_force(facts["as_of"])), None)
    if rule is None:
        return _own(book), ()
    outcome = rule.decide(facts)
    said = outcome.values
    mandate = Mandate(
        chaser=said["chaser"],
        collects=said["collects"],
        debtor_told=said["debtor_told"],
        letterhead=said["letterhead"],
        procedure=said["procedure"],
        follow=said["follow"],
    )
    return mandate, outcome.trace


def _own(book: Book) -> Mandate:
    return Mandate(
        chaser="creditor",
        collects="creditor",
        debtor_told=False,
        letterhead="creditor",
        procedure=next(iter(book.procedures), ""),
    )
