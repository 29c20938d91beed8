"""Take a counterexample of the prover through what the engine decides by, and see it break there.

Guards are asked about a step that is due (`decisions.guards`), mandates by `decisions.mandate`,
every other table by itself, and a procedure is lived through day by day. The counterexample's own
file of cases has to fail too.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dunning_sdk.decisions.decision import Outcome, StepDecision
from dunning_sdk.decisions.guards import apply_guards
from dunning_sdk.decisions.mandate import decide_mandate
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import DunningError
from dunning_sdk.feel.errors import FeelError
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.invariant import OUTCOME, Invariant
from dunning_sdk.rules.load import load_book
from dunning_sdk.verify.cases import Status as CaseStatus
from dunning_sdk.verify.cases import run_cases
from dunning_sdk.verify.verdict import Proof
from dunning_sdk.verify.world import nested_values

MUCH = Money(10**9, "EUR")


def is_real(book: Book, proof: Proof, invariants: Mapping[str, Invariant]) -> bool:
    """Tell whether what the prover found breaks the invariant in the engine too."""
    if not case_fails(book, proof):
        return False
    if proof.invariant not in invariants:  # of a procedure: its case lived through the steps
        return bool(proof.case)
    invariant = invariants[proof.invariant]
    scope = nested_values(proof.facts)
    try:
        scope[OUTCOME] = answered(book, invariant, nested_values(proof.facts))
        return invariant.holds.run()(scope) is not True
    except (DunningError, FeelError):
        return True  # a rule that raises has no answer, which breaks every invariant


def answered(book: Book, invariant: Invariant, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the engine decides on some facts, by result field."""
    if invariant.about == "guards":
        step = StepDecision(receivable_id="r", outcome=Outcome.DUE, amount=asked(facts))
        heard = apply_guards(step, book, facts)
        allow = heard.outcome is Outcome.DUE
        return {
            "allow": allow,
            "amount": heard.amount.major if heard.amount else None,
            "reason": "" if allow else heard.reasons[0],
        }
    if invariant.about == "mandate":
        mandate, _ = decide_mandate(book, facts)
        names = ("chaser", "collects", "debtor_told", "letterhead", "procedure", "follow")
        return {name: getattr(mandate, name) for name in names}
    rule = next(one for one in book.of_kind(invariant.kind) if one.in_force(facts["as_of"]))
    said = rule.decide(facts).values
    return {name: list(one) if isinstance(one, tuple) else one for name, one in said.items()}


def asked(facts: Mapping[str, Any]) -> Money:
    """Return what would be asked for: the open amount, or much where it is not at hand."""
    amount = facts.get("receivable", {}).get("open_amount")
    if not isinstance(amount, Decimal) or amount <= 0:
        return MUCH
    return Money.from_major(amount, "EUR")


def case_fails(book: Book, proof: Proof) -> bool:
    """Tell whether the counterexample's file fails; true where no case can say it."""
    if not proof.case:
        return True
    rule = proof.case.splitlines()[0].removeprefix("rule: ")
    files = {name: text for name, text in book.files.items() if ".cases." not in name}
    again = load_book({**files, f"{rule}.cases.yaml": proof.case}, label="again")
    results = [one.status for one in run_cases(again, only=rule).results if one.case]
    return bool(results) and all(one is not CaseStatus.PASS for one in results)
