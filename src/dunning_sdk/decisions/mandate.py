"""Who chases, who collects, who is told, on whose letterhead.

The book's mandate rule says it; without one the creditor chases for himself. The four kinds of
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
    rules = book.of_kind("mandate")
    if not rules:
        return _own(book), ()
    outcome = rules[0].decide(facts)
    said = outcome.values
    mandate = Mandate(
        chaser=str(said["chaser"]),
        collects=str(said.get("collects") or said["chaser"]),
        debtor_told=bool(said.get("debtor_told", False)),
        letterhead=str(said.get("letterhead") or said["chaser"]),
        procedure=str(said.get("procedure") or ""),
        follow=bool(said.get("follow", True)),
    )
    return mandate, outcome.trace


def _own(book: Book) -> Mandate:
    procedures = book.procedures
    name = next(iter(procedures), "")
    return Mandate(
        chaser="creditor",
        collects="creditor",
        debtor_told=False,
        letterhead="creditor",
        procedure=name,
    )
