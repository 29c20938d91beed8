"""The records a session speaks in: projections, proposals, review items, holdings.

The module decides what each of them holds; how it is stored is left to the stores.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from dunning_sdk.domain.event import JsonValue, Stream
from dunning_sdk.domain.receivable import Receivable


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivableRow:
    """A receivable's projection.

    Attributes:
        receivable: Fold of all its events.
        review_on: Day the next run must look at it; ``None`` when nothing can change by itself.
    """

    receivable: Receivable
    review_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProposal:
    """A proposal as it was looked at.

    Attributes:
        id: Hash of what it holds.
        as_of: The only day it is valid for.
        content: JSON of acts, expected acts and why-nots; no personal data.
        approved: Ids of acts a person approved, with who and when, as JSON.
        executed: Whether `execute` has planned its acts.
    """

    id: str
    as_of: date
    content: Mapping[str, JsonValue]
    approved: Mapping[str, JsonValue] = field(default_factory=dict)
    executed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """Something that waits for a person.

    Attributes:
        id: Unique within the tenant.
        kind: ``payment-unsure``, ``letter-to-post``, ``act-failed``, ``act-uncertain``,
            ``stop-to-ask``, ``debtor-unknown``, ``call``, ``task``, …
        subject: Id of the receivable, payment or act it is about.
        opened_on: Day it arose.
        ask_on: Day it heads the report; ``None`` for at once.
        detail: JSON without personal data.
        closed_on: Day it was answered; ``None`` while open.
        answer: What was answered.
    """

    id: str
    kind: str
    subject: str
    opened_on: date
    ask_on: date | None = None
    detail: Mapping[str, JsonValue] = field(default_factory=dict)
    closed_on: date | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What is kept of one owner, by name; all of it sorted.

    Attributes:
        events: Stream and number of each event whose payload is sealed for him.
        records: Kind and id of each record.
        documents: Digest of each document.
    """

    events: tuple[tuple[Stream, int], ...] = ()
    records: tuple[tuple[str, str], ...] = ()
    documents: tuple[str, ...] = ()
