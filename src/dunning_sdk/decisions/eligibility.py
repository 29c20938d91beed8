"""May this invoice be financed early, up to what amount, and why not.

Asked at the quote and again at invoicing (S0-13, S0-26, S0-27). Every eligibility rule of the
book in force is heard and the lowest amount counts; when in doubt, not eligible, with the reason
listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from dunning_sdk.domain.contract import Contract
from dunning_sdk.domain.invoice import Quote
from dunning_sdk.domain.money import Money, zero
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.trace import TraceEntry

DEPOSIT: Final = "ask-for-deposit"
DEPOSIT_DAYS: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """The answer about one quote or invoice.

    Attributes:
        outcome: ``covered`` (the whole), ``split`` (a part) or ``refused``.
        amount: Most that may be financed; zero when refused.
        maximum: Most the financier covers for this debtor, whatever the total (S0-17).
        reasons: Ids, in the order of the rules; the id of a rule that refused without a reason.
        advice: Id of what the creditor should do instead (S0-15: ask for a deposit).
        deposit_due_on: Last day for the deposit advised; ``None`` where none is, or the first
            day of the work is unknown.
        trace: Rule rows that spoke.
    """

    outcome: str
    amount: Money
    maximum: Money
    reasons: tuple[str, ...]
    advice: str
    trace: tuple[TraceEntry, ...]
    deposit_due_on: date | None = None

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
        EvaluationError: A rule met a missing fact, a wrong type, or no row.

    Source:
        House rule from S0-12 … S0-28.
    """
    nothing = zero(currency)
    total = Money.from_major(facts["invoice"]["total"], currency)
    granted: list[Money] = []
    reasons: list[str] = []
    advice: list[str] = []
    trace: list[TraceEntry] = []
    for rule in book.of_kind("eligibility"):
        if not rule.in_force(facts["as_of"]):
            continue
        said = rule.decide(facts)
        granted.append(_granted(said.values, total))
        reasons.extend(said.values["reasons"] or ([] if granted[-1] > nothing else [rule.id]))
        advice.append(said.values["advice"])
        trace.extend(said.trace)
    if not granted:
        reasons.append("book-has-no-eligibility-rule")
    amount = max(min(granted, default=nothing), nothing)
    outcome = "refused" if amount == nothing else "covered" if amount == total else "split"
    return Eligibility(
        outcome=outcome,
        amount=amount,
        maximum=max(Money.from_major(facts["credit_line"]["available"], currency), nothing),
        reasons=tuple(dict.fromkeys(reasons)),
        advice=next(filter(None, advice), ""),
        trace=tuple(trace),
    )


def with_deposit(answer: Eligibility, quote: Quote | None) -> Eligibility:
    """Return an answer with the day by which the deposit it advises should be paid.

    Source:
        ARCHITECTURE section 11: the deposit is due 7 days before the work starts (S0-15).
    """
    starts_on = quote.work_starts_on if quote else None
    if answer.advice != DEPOSIT or starts_on is None:
        return answer
    return replace(answer, deposit_due_on=starts_on - timedelta(days=DEPOSIT_DAYS))


def _granted(values: Mapping[str, Any], total: Money) -> Money:
    """Return the most one rule allows; where it names no amount, all or nothing."""
    amount = values["amount"]
    if amount is not None and values["outcome"] != "refused":
        return min(total, Money.from_major(amount, total.currency))
    return total if values["outcome"] == "covered" else zero(total.currency)


def held_to_contract(
    answer: Eligibility,
    contract: Contract,
    *,
    turnover: Money | None,
    stage: str,
    reported_on: date | None,
    as_of: date,
) -> Eligibility:
    """Return an answer that the contract allows, refused where it does not.

    Args:
        answer: What the book says.
        contract: In force.
        turnover: The creditor's, per year; ``None`` where it is not known.
        stage: ``quote`` or ``invoice``: at invoicing the financier's answer must be recent.
        reported_on: Day of his last answer; ``None`` where there is none.
        as_of: Day decided for.

    Source:
        House rule from S4-13 (a confidential contract asks for a turnover) and S0-27 (nothing
        guarantees that cover lasted since the contract).
    """
    reasons: list[str] = []
    if not contract.is_allowed(turnover):
        reasons.append("contract-not-allowed")
    age = (as_of - reported_on).days if reported_on else 0
    if stage == "invoice" and age > contract.cover_max_age_days:
        reasons.append("cover-out-of-date")
    if not reasons:
        return answer
    return replace(
        answer,
        outcome="refused",
        amount=zero(answer.amount.currency),
        reasons=tuple(dict.fromkeys((*reasons, *answer.reasons))),
    )
