"""May this invoice be financed early, up to what amount, and why not.

Asked at the quote and again at invoicing (S0-13, S0-26, S0-27). The book's eligibility rule
says it; when in doubt, not eligible, with the reason listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dunning_sdk.domain.money import Money
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.trace import TraceEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """The answer about one quote or invoice.

    Attributes:
        outcome: ``covered`` (the whole), ``split`` (a part) or ``refused``.
        amount: Most that may be financed; zero when refused.
        reasons: Ids; empty only when covered whole.
        advice: Id of what the creditor should do instead (S0-15: ask for a deposit).
        trace: Rule rows that spoke.
    """

    outcome: str
    amount: Money
    reasons: tuple[str, ...]
    advice: str
    trace: tuple[TraceEntry, ...]

    @property
    def eligible(self) -> bool:
        """Tell whether at least a part may be financed."""
        return self.outcome != "refused"


def decide_eligibility(book: Book, facts: Mapping[str, Any], *, currency: str) -> Eligibility:
    """Return whether, and up to what amount, an invoice may be financed.

    Args:
        book: Rule book asked.
        facts: As `decisions.facts.financing_facts` builds them.
        currency: Of every amount in the facts.

    Raises:
        EvaluationError: The rule met a missing fact, a wrong type, or no row.

    Source:
        House rule from S0-12 … S0-28.
    """
    rules = book.of_kind("eligibility")
    zero = Money(0, currency)
    if not rules:
        reasons = ("book-has-no-eligibility-rule",)
        return Eligibility(outcome="refused", amount=zero, reasons=reasons, advice="", trace=())
    said = rules[0].decide(facts)
    outcome = str(said.values["outcome"])
    amount: Decimal | None = said.values.get("amount")
    granted = (
        Money.from_major(amount, currency) if amount is not None and outcome != "refused" else zero
    )
    return Eligibility(
        outcome=outcome,
        amount=granted,
        reasons=tuple(said.values.get("reasons") or ()),
        advice=str(said.values.get("advice") or ""),
        trace=said.trace,
    )
