"""Which procedure, channel, contact, sender and tone: the scenario of one receivable on one day.

The scenario tables in force are asked in turn, and each field is the first one's that gives it. A
scenario chooses among what the mandate allows: where the mandate has nothing pursued, none is
asked. What has legal effect keeps its own channel, addressee, sender and text.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from dunning_sdk.decisions.decision import Scenario, StepDecision
from dunning_sdk.decisions.grouping import resolve_channels
from dunning_sdk.domain.financing import Mandate
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.step import Action, Step
from dunning_sdk.rules.trace import TraceEntry

_FIELDS: Final = ("procedure", "channel", "contact", "sender", "tone")


def decide_scenario(
    book: Book, facts: Mapping[str, Any], mandate: Mandate
) -> tuple[Scenario, tuple[TraceEntry, ...]]:
    """Return the scenario for one receivable, and the rows that gave it.

    Args:
        book: Rule book the receivable stays on.
        facts: With those of the mandate.
        mandate: As decided before.

    Raises:
        EvaluationError: A rule met a missing fact, a wrong type, or no row.

    Source:
        House rule from S1-17, S1-19, S1-21 and S1-25.
    """
    found: dict[str, str] = {}
    reasons: list[str] = []
    trace: list[TraceEntry] = []
    for rule in book.of_kind("scenario", on=facts["as_of"]) if mandate.procedure else ():
        said = rule.decide(facts)
        trace.extend(said.trace)
        reasons.extend(said.values["reasons"])
        for name in _FIELDS:
            if said.values[name]:
                found.setdefault(name, said.values[name])
    return Scenario(**found, reasons=tuple(dict.fromkeys(reasons))), tuple(trace)


def followed(mandate: Mandate, scenario: Scenario) -> Mandate:
    """Return the mandate with the procedure that the scenario chose."""
    return replace(mandate, procedure=scenario.procedure or mandate.procedure)


def staged(
    decision: StepDecision,
    step: Step,
    scenario: Scenario,
    receivable: Receivable,
    debtor: Party,
) -> StepDecision:
    """Return a due decision with its channels, and the contact, sender and text of its scenario.

    A contact who is not known, or whom no channel reaches, leaves the step to the usual one.

    Args:
        decision: About the step.
        step: Due.
        scenario: As the tables chose it.
        receivable: What it is about.
        debtor: Who is written to.

    Source:
        House rule: what has legal effect is done as the procedure says.
    """
    if step.legal_effect:
        return replace(decision, channels=resolve_channels(step, receivable, debtor))
    contact = scenario.contact if _has(debtor, scenario.contact) else ""
    first = scenario.channel if step.action is Action.NOTICE else ""
    channels = resolve_channels(step, receivable, debtor, role=contact, first=first)
    if contact and not channels:
        contact, channels = "", resolve_channels(step, receivable, debtor, first=first)
    return replace(
        decision,
        channels=channels,
        contact=contact,
        template=step.tones.get(scenario.tone, ""),
        mandate=_sent_by(decision.mandate, scenario.sender),
    )


def _has(debtor: Party, role: str) -> bool:
    return bool(role) and any(contact.role == role for contact in debtor.contacts)


def _sent_by(mandate: Mandate | None, sender: str) -> Mandate | None:
    """Return the mandate with a sender; a debtor who is not told never hears of the financier."""
    if mandate is None or not sender or (sender == "financier" and not mandate.debtor_told):
        return mandate
    return replace(mandate, letterhead=sender)
