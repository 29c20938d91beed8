"""What was asked about a client before the contract, as facts with date and source.

Pure: it sums up what people recorded, what the State's list says and how the client paid so far.
What is advised on it is decided by rules; whether to sign, by a person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from dunning_sdk.domain.charge import MovementKind
from dunning_sdk.domain.receivable import Receivable

FRESH_DAYS: Final = 365
"""How long an answer counts; house rule."""

HISTORY_DAYS: Final = 730
"""How far back own experience goes, by due date; house rule."""

PARTNER_ANSWERS: Final = ("quick", "late", "unpaid")


class Topic(StrEnum):
    """What may be asked about a client (S2-06 … S2-10)."""

    SANCTIONED = "sanctioned"
    CLOSED = "closed"
    INSOLVENT = "insolvent"
    PARTNER = "partner"
    PRESS = "press"
    OWN = "own"


SAYINGS: Final[Mapping[Topic, tuple[str, ...]]] = MappingProxyType(
    {
        Topic.SANCTIONED: ("true", "false"),
        Topic.CLOSED: ("true", "false"),
        Topic.INSOLVENT: ("true", "false"),
        Topic.PARTNER: PARTNER_ANSWERS,
        Topic.PRESS: ("adverse",),
    }
)
"""What may be recorded of each topic; own experience is computed, never recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fact about a client.

    Attributes:
        topic: What was asked.
        says: One of `SAYINGS`; for own experience a sentence.
        found_on: Day it was true: of the list, the extract, the article, the answer.
        source: Where it comes from.
    """

    topic: Topic
    says: str
    found_on: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """How a client paid one's own invoices.

    Attributes:
        count: Invoices that fell due, paid or not.
        late_count: Those paid after their due date, or still unpaid.
        days_late_max: Days of the latest one.
    """

    count: int = 0
    late_count: int = 0
    days_late_max: int = 0

    @property
    def late_share(self) -> Decimal:
        """Return the share of late ones, from 0 to 1, to four decimals; 0 of none."""
        share = Fraction(self.late_count, self.count) if self.count else Fraction(0)
        return Decimal(round(share * 10_000)) / 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """All that is known of a client on a day.

    Attributes:
        findings: Facts with date and source, oldest first; those too old to count among them.
        experience: How he paid so far.
        as_of: The day.
    """

    findings: tuple[Finding, ...]
    experience: Experience
    as_of: date

    @property
    def fresh(self) -> tuple[Finding, ...]:
        """Return what still counts on the day."""
        return tuple(
            one for one in self.findings if 0 <= (self.as_of - one.found_on).days <= FRESH_DAYS
        )

    def is_so(self, topic: Topic) -> bool:
        """Tell whether the latest fresh answer on a topic is yes."""
        said = [one.says for one in self.fresh if one.topic is topic]
        return bool(said) and said[-1] == "true"

    @property
    def partners_say(self) -> str:
        """Return the worst that partners answered; empty where nobody was asked."""
        said = {one.says for one in self.fresh if one.topic is Topic.PARTNER}
        return next((answer for answer in reversed(PARTNER_ANSWERS) if answer in said), "")

    @property
    def press_count(self) -> int:
        """Return how many adverse articles are recent."""
        return sum(one.topic is Topic.PRESS for one in self.fresh)

    @property
    def is_known(self) -> bool:
        """Tell whether a person asked anything of late."""
        return any(one.topic is not Topic.OWN for one in self.fresh)


def experience_of(receivables: Iterable[Receivable], as_of: date) -> Experience:
    """Return how a client paid one's own invoices.

    Args:
        receivables: Of the client, as they stand.
        as_of: Invoices that fell due in the two years before it count.

    Source:
        House rule from S2-07.
    """
    late = [
        _days_late(one, as_of)
        for one in receivables
        if one.kind != "charges"
        and one.entered_on <= as_of
        and 0 < (as_of - one.due_on).days <= HISTORY_DAYS
    ]
    return Experience(
        count=len(late),
        late_count=sum(days > 0 for days in late),
        days_late_max=max(late, default=0),
    )


def _days_late(receivable: Receivable, as_of: date) -> int:
    """Return the days from the due date to full settlement, or until the day; 0 in time."""
    left, settled_on = receivable.amount.minor, as_of
    for one in receivable.movements:
        if one.on > as_of:
            continue
        left += one.minor if one.kind is MovementKind.RETURNED else -one.minor
        settled_on = one.on if left <= 0 else as_of
    return max((settled_on - receivable.due_on).days, 0)


def with_inquiry(facts: Mapping[str, Any], inquiry: Inquiry) -> dict[str, Any]:
    """Return facts with what is known of the client, for eligibility rules.

    Args:
        facts: As `decisions.facts.financing_facts` builds them.
        inquiry: Of the debtor.
    """
    about = {
        "is_sanctioned": inquiry.is_so(Topic.SANCTIONED),
        "is_closed": inquiry.is_so(Topic.CLOSED),
        "is_insolvent": inquiry.is_so(Topic.INSOLVENT),
        "partners_say": inquiry.partners_say,
        "press_count": inquiry.press_count,
        "own_count": inquiry.experience.count,
        "own_late_share": inquiry.experience.late_share,
        "own_days_late_max": inquiry.experience.days_late_max,
        "is_known": inquiry.is_known,
    }
    return {**facts, "inquiry": about}
