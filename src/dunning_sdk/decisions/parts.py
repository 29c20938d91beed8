"""Who is paid which part of a split invoice, and how much the financed part may be.

The book's splitting rule says it; the arithmetic to the cent is in `splitting`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dunning_sdk.domain.money import Money
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.trace import TraceEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """How an invoice is divided.

    Attributes:
        financed_payee: Actor paid for the financed part.
        rest_payee: Actor paid for the rest.
        amount: Most that the financed part may be.
        trace: Rule rows that spoke.
    """

    financed_payee: str
    rest_payee: str
    amount: Money
    trace: tuple[TraceEntry, ...]


def decide_parts(book: Book, facts: Mapping[str, Any], *, reachable: Money) -> Parts:
    """Return who is paid which part.

    Args:
        book: Rule book asked; without a splitting rule the financed part is all that can be
            reached, payable to the financier, and the rest is payable to the creditor.
        facts: As `decisions.facts.splitting_facts` builds them.
        reachable: Largest total the financed part can have.

    Raises:
        EvaluationError: The rule met a missing fact, a wrong type, or no row.

    Source:
        House rule from S0-29 and ARCHITECTURE section 7.
    """
    rules = book.of_kind("splitting", on=facts["as_of"])
    if not rules:
        return Parts(financed_payee="financier", rest_payee="creditor", amount=reachable, trace=())
    said = rules[0].decide(facts)
    amount: Decimal = said.values["financed_amount"]
    return Parts(
        financed_payee=str(said.values["financed_payee"]),
        rest_payee=str(said.values["rest_payee"]),
        amount=min(Money.from_major(amount, reachable.currency), reachable),
        trace=said.trace,
    )
