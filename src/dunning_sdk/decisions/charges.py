"""What is asked for beside the principal at one step: interest, compensation, fees.

The charges rules of the book in force say what the step asks for; the law says how much, and
whether it may be asked for at all. In doubt nothing is: of a consumer no more than interest in his
own regime, nothing under a law that is not known, or by a holder who does not say how he came to
the receivable. A value of the law that no source supports is left out, and holds a step with legal
effect back until a person confirms it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from dunning_sdk.decisions.charge import ChargeLaw, Charges, with_figures
from dunning_sdk.decisions.charge_figure import (
    Figures,
    Wish,
    leave_out_unverified,
    new_charges,
    work_out,
)
from dunning_sdk.domain.charge import ChargeKind
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import LawError
from dunning_sdk.law.compensation import CONSUMER
from dunning_sdk.rules.book import Book, RuleOutcome
from dunning_sdk.rules.trace import TraceEntry

NOTES_ENTRY: Final = "law.charges"


def decide_charges(
    book: Book, facts: Mapping[str, Any], *, receivable: Receivable, law: ChargeLaw
) -> Charges:
    """Return what one act asks for beside the principal.

    Args:
        book: Whose charges rules are asked; every one in force is heard, and they add up.
        facts: Of the step, with those `decisions.facts.with_charges` adds.
        receivable: State on the day.
        law: Statutes, jurisdiction and conventions.

    Raises:
        EvaluationError: A rule met a missing fact, a wrong type, or no row.

    Source:
        Code de commerce, articles L441-10 II and D441-5; Directive 2011/7/EU, articles 3 and 6.
        House rule for what is left out in doubt.
    """
    as_of: date = facts["as_of"]
    said = _said(book, facts)
    if (nothing := _nothing_asked(said)) is not None:
        return nothing
    wish, trace, told = wish_of(said), _trace(said), told_of(said)
    refusal = refusal_of(receivable, law)
    if facts["debtor"]["is_company"] is not True:
        allowed = of_consumer(wish)
        told = told if allowed == wish else (*told, "charges-not-of-consumer")
        wish = allowed
    if refusal or not wish.kinds:
        return _refused((*told, refusal) if refusal else told, trace)
    return claim_charges(receivable, law, as_of=as_of, wish=wish, told=told, trace=trace)


def claim_charges(
    receivable: Receivable,
    law: ChargeLaw,
    *,
    as_of: date,
    wish: Wish,
    told: tuple[str, ...] = (),
    trace: tuple[TraceEntry, ...] = (),
) -> Charges:
    """Return what may be asked for by law of what is wished for, on whatever ground.

    Args:
        receivable: State on the day; of a consumer only for interest in his regime.
        law: Statutes, jurisdiction and conventions.
        as_of: The day.
        wish: Which kinds are asked for.
        told: Reasons given before.
        trace: Of the rules that asked.
    """
    figures = Figures(receivable=receivable, law=law, as_of=as_of, wish=wish, reasons=[*told])
    try:
        work_out(figures)
    except LawError:
        return _refused((*told, "charges-law-unknown"), trace)
    unverified = leave_out_unverified(figures)
    new = new_charges(figures)
    asked = {one.kind: one.amount for one in new}
    reasons = tuple(dict.fromkeys(figures.reasons))
    charges = Charges(
        interest=asked.get(ChargeKind.INTEREST),
        compensation=asked.get(ChargeKind.COMPENSATION),
        fee=asked.get(ChargeKind.FEE),
        new=tuple(one for one in new if one.amount.minor or one.until_on),
        statement=figures.statement,
        reasons=reasons,
        missing=figures.missing,
        unverified=unverified,
        trace=(*trace, *figures.trace, *_noted(reasons)),
    )
    return with_figures(charges, receivable)


def _refused(reasons: tuple[str, ...], trace: tuple[TraceEntry, ...]) -> Charges:
    return Charges(reasons=reasons, trace=(*trace, *_noted(reasons)))


def _noted(reasons: tuple[str, ...]) -> tuple[TraceEntry, ...]:
    """Return the entry that says why less is asked for than the book wished."""
    return (TraceEntry(rule=NOTES_ENTRY, outcome={"reasons": reasons}),) if reasons else ()


def nothing_asked(book: Book, facts: Mapping[str, Any]) -> Charges | None:
    """Return the answer where no rule asks for anything; it needs no law.

    Args:
        book: As for `decide_charges`.
        facts: As for `decide_charges`.

    Raises:
        EvaluationError: A rule met a missing fact, a wrong type, or no row.
    """
    return _nothing_asked(_said(book, facts))


def _said(book: Book, facts: Mapping[str, Any]) -> list[RuleOutcome]:
    return [rule.decide(facts) for rule in book.of_kind("charges", on=facts["as_of"])]


def _trace(said: Iterable[RuleOutcome]) -> tuple[TraceEntry, ...]:
    return tuple(entry for one in said for entry in one.trace)


def told_of(said: Iterable[RuleOutcome]) -> tuple[str, ...]:
    """Return the reasons that the rules give, in their order."""
    return tuple(reason for one in said for reason in one.values["reasons"])


def _nothing_asked(said: Iterable[RuleOutcome]) -> Charges | None:
    said = tuple(said)
    if wish_of(said).kinds:
        return None
    return Charges(reasons=told_of(said), trace=_trace(said))


def wish_of(said: Iterable[RuleOutcome]) -> Wish:
    """Return what the rules ask for together; the first that asks for a kind is its ground."""
    kinds: dict[ChargeKind, tuple[str, int]] = {}
    fee, regime, on_stopped_days = Decimal(0), "", True
    for outcome in said:
        values, ground = outcome.values, (outcome.trace[0].rule, next(iter(outcome.decided), 0))
        if values["interest"]:
            kinds.setdefault(ChargeKind.INTEREST, ground)
            on_stopped_days = on_stopped_days and values["interest_on_stopped_days"]
        if values["compensation"]:
            kinds.setdefault(ChargeKind.COMPENSATION, ground)
        if values["fee"] is not None and values["fee"] > 0:
            kinds.setdefault(ChargeKind.FEE, ground)
            fee += values["fee"]
        regime = regime or values["regime"] or ""
    return Wish(kinds=kinds, fee=fee, regime=regime, on_stopped_days=on_stopped_days)


def of_consumer(wish: Wish) -> Wish:
    """Return what of a wish may be asked of a consumer: interest, if the book names his regime.

    Source:
        Code des procédures civiles d'exécution, article L111-8, and Code de la consommation,
        article L121-21, for costs; Code civil, articles 1231-6 and 1344-1, for interest.
    """
    is_named = wish.regime == CONSUMER
    kinds: dict[ChargeKind, tuple[str, int]] = {
        kind: ground
        for kind, ground in wish.kinds.items()
        if kind is ChargeKind.INTEREST and is_named
    }
    return wish if kinds == wish.kinds else replace(wish, kinds=kinds, fee=Decimal(0))


def refusal_of(receivable: Receivable, law: ChargeLaw) -> str:
    """Return why nothing may be asked for beside the principal; empty if it may.

    Source:
        Code civil, articles 1321 and 1346-4, for the holder.
    """
    if receivable.kind == "charges":
        return "charges-on-charges"
    if not law.jurisdiction:
        return "charges-law-unknown"
    if law.transfer_of(receivable) is None:
        return "charges-holder-unknown"
    return ""
