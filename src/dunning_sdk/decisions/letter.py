"""Whether a letter that did not reach its addressee counts all the same, as far as law is known.

The module computes and shows: what no source settles is left to a person. Whether a letter was
posted, and what became of it, is recorded through the engine.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from dunning_sdk.errors import LawError
from dunning_sdk.law.statutes import Statutes

TOPIC: Final = "formal-notice"
E_DELIVERY: Final = "registered-email"
"""Channel of a qualified service of electronic registered delivery (eIDAS, article 44)."""


class LetterOutcome(StrEnum):
    """What the carrier says became of a letter.

    ``UNCLAIMED`` was notified and not collected in time; ``RETURNED`` came back since he is not
    known at the address.
    """

    DELIVERED = "delivered"
    REFUSED = "refused"
    UNCLAIMED = "unclaimed"
    RETURNED = "returned"


class Counts(StrEnum):
    """Whether a letter counts as given to its addressee."""

    YES = "yes"
    NO = "no"
    UNSETTLED = "unsettled"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterEffect:
    """Whether a letter counts, and why.

    Attributes:
        counts: As far as law is known; what is unsettled waits for a person.
        parameter_id: Of the law; empty where none was asked.
        source: Of the value that says so; empty where none was asked.
    """

    counts: Counts
    parameter_id: str = ""
    source: str = ""


def letter_effect(
    statutes: Statutes,
    jurisdiction: str,
    outcome: LetterOutcome,
    *,
    channel: str,
    on: date,
    confirmed: Collection[str] = (),
) -> LetterEffect:
    """Return whether a letter counts as given to its addressee.

    Args:
        statutes: What is known of the law.
        jurisdiction: Code of the law that governs the claim; empty or unknown settles nothing.
        outcome: What the carrier says.
        channel: How it went.
        on: Day of the outcome; picks the value.
        confirmed: Ids of unverified parameters a person confirmed.

    Returns:
        A letter that was delivered counts, by e-delivery where the law puts it on a par with
        paper; one that came back does not. Whether a registered letter that was refused or not
        collected counts is for the law to say; of e-delivery no text says so.

    Source:
        Code des postes et des communications électroniques, article L100, for e-delivery; the
        parameters of the topic ``formal-notice``; house rule (CONTRIBUTING, Stances) for a letter
        that came back.
    """
    is_electronic = channel == E_DELIVERY
    if outcome is LetterOutcome.RETURNED:
        return LetterEffect(counts=Counts.NO)
    if outcome is LetterOutcome.DELIVERED and not is_electronic:
        return LetterEffect(counts=Counts.YES)
    if outcome is LetterOutcome.DELIVERED:
        return _said(statutes, jurisdiction, "electronic-equals-paper", on, confirmed)
    if is_electronic:
        return LetterEffect(counts=Counts.UNSETTLED)
    return _said(statutes, jurisdiction, f"{outcome.value}-counts", on, confirmed)


def _said(
    statutes: Statutes, jurisdiction: str, name: str, on: date, confirmed: Collection[str]
) -> LetterEffect:
    """Return what a parameter says; nothing where it is unknown or unverified."""
    try:
        parameter = statutes.parameter(f"{statutes.jurisdiction(jurisdiction)}.{TOPIC}.{name}")
        value = parameter.at(on)
    except LawError:
        return LetterEffect(counts=Counts.UNSETTLED)
    counts = Counts.YES if value.amount is True else Counts.NO
    if not value.confidence.verified and parameter.id not in confirmed:
        counts = Counts.UNSETTLED
    return LetterEffect(counts=counts, parameter_id=parameter.id, source=value.source)
