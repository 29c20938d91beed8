"""What a run did, in numbers and ids; no personal data."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.notice import Receipt, ReceiptStatus
from dunning_sdk.proposals.proposal import HostEvent
from dunning_sdk.records.codec import to_json

Watch: TypeAlias = Callable[[str, int, int], None]
"""Told of long work as it goes on: what is done, how much of it, out of how much."""


def unwatched(_phase: str, _done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(slots=True, kw_only=True)
class RunReport:
    """What one run did.

    Attributes:
        as_of: Day of the run.
        proposal_id: What was executed.
        sent: Acts done.
        handed: Letters that wait to be posted.
        failed: Acts that failed on every channel.
        uncertain: Acts that may have left.
        cancelled: Act id to reason.
        waiting: Acts that need approval.
        deferred: Act id to why it waits to leave later on the same day.
        asked: Calls and tasks put before a person.
        host_events: Credit holds and releases proposed to the host, told once each.
        messages: What a person should know, most urgent first.
        time_limits: Time limits of recovery and limitation that run, end soon or were missed, the
            nearest first; they head what people are shown.
        heads: The latest digest of the heads of all streams: ``on``, ``streams`` and ``root``.
    """

    as_of: date
    proposal_id: str
    sent: list[str] = field(default_factory=list)
    handed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    uncertain: list[str] = field(default_factory=list)
    cancelled: dict[str, str] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    deferred: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    host_events: list[HostEvent] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    time_limits: list[str] = field(default_factory=list)
    heads: dict[str, str | int] = field(default_factory=dict)

    def count(self, receipt: Receipt, act_ids: Iterable[str]) -> None:
        """Add acts to the list their receipt belongs to."""
        {
            ReceiptStatus.SENT: self.sent,
            ReceiptStatus.AWAITING_POSTING: self.handed,
            ReceiptStatus.FAILED: self.failed,
            ReceiptStatus.UNCERTAIN: self.uncertain,
        }[receipt.status].extend(act_ids)

    def as_json(self) -> dict[str, JsonValue]:
        """Return the report as JSON values, without personal data."""
        return to_json(self)
