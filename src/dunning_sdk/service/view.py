"""What answers look like where a record of ours cannot be shown as it is.

Decides shapes alone: errors become lines, a decision leaves out what it was decided on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from dunning_sdk.domain.money import Money
from dunning_sdk.domain.thread import Entry, Thread
from dunning_sdk.money.bookkeeping import Ledger
from dunning_sdk.money.intake import PullReport
from dunning_sdk.proposals.decided import Decided
from dunning_sdk.proposals.proposal import Proposal
from dunning_sdk.proposals.report import RunReport
from dunning_sdk.records.codec import to_json
from dunning_sdk.store.interface import ReviewItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What one pull brought; `problems` has a line for each record that was refused."""

    opened: int
    changed: int
    known: int
    payments: int
    allocated: int
    unsure: int
    sanctions: int
    heard: int
    scores: int
    findings: list[str]
    problems: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What recording changed, in one line."""

    recorded: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What each piece of news changed, in one line each."""

    heard: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What changed, in one line."""

    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Of how many streams."""

    streams: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What is next for one receivable; amounts in minor units."""

    receivable: str
    outcome: str
    reasons: list[str]
    step: str | None
    act_on: date | None
    actor: str
    channels: list[str]
    amount: Money | None
    open_amount: Money
    review_on: date | None
    changes_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run proposed, and what became of it."""

    proposal: Proposal
    report: RunReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that waits for a person; `detail` is without personal data."""

    id: str
    kind: str
    subject: str
    opened_on: date
    ask_on: date | None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadView:
    """What people wrote down about a debtor, oldest first, and who looks after him."""

    debtor_id: str
    owner: str
    entries: list[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerView:
    """The double entries of a receivable; amounts in minor units, debit above zero."""

    receivable: str
    debtor: str
    currency: str
    entries: list[dict[str, Any]]
    balances: dict[str, int]
    open_minor: int
    charges_open_minor: int
    faults: list[str]


def pulled(report: PullReport) -> Any:  # noqa: ANN401  # what JSON holds
    """Return a pull as JSON."""
    found = {each.name: getattr(report, each.name) for each in fields(Pulled)}
    return to_json(Pulled(**found | {"problems": [str(one) for one in report.problems]}))


def recorded(said: str) -> Any:  # noqa: ANN401  # what JSON holds
    """Return what recording changed as JSON."""
    return to_json(Recorded(recorded=said))


def heard(said: Sequence[str]) -> Any:  # noqa: ANN401  # what JSON holds
    """Return what news changed as JSON."""
    return to_json(Heard(heard=list(said)))


def told(said: str) -> Any:  # noqa: ANN401  # what JSON holds
    """Return what changed as JSON."""
    return to_json(Said(said=said))


def count(streams: int) -> Any:  # noqa: ANN401  # what JSON holds
    """Return of how many streams as JSON."""
    return to_json(Count(streams=streams))


def next_of(decided: Decided) -> Any:  # noqa: ANN401  # what JSON holds
    """Return what is next as JSON."""
    decision = decided.decision
    return to_json(
        Next(
            receivable=decided.receivable.id,
            outcome=decision.outcome.value,
            reasons=list(decision.reasons),
            step=decision.step.id if decision.step else None,
            act_on=decision.act_on,
            actor=decision.actor,
            channels=list(decision.channels),
            amount=decision.amount,
            open_amount=decided.receivable.open_amount,
            review_on=decided.review_on,
            changes_on=decided.changes_on,
        )
    )


def run_of(done: tuple[Proposal, RunReport]) -> Any:  # noqa: ANN401  # what JSON holds
    """Return a run as JSON."""
    proposal, report = done
    return to_json(Run(proposal=proposal, report=report))


def question(item: ReviewItem) -> Question:
    """Return a question as it is shown."""
    return Question(
        id=item.id,
        kind=item.kind,
        subject=item.subject,
        opened_on=item.opened_on,
        ask_on=item.ask_on,
        detail=dict(item.detail),
    )


def thread_of(thread: Thread) -> Any:  # noqa: ANN401  # what JSON holds
    """Return a thread as JSON."""
    entries = list(thread.entries)
    return to_json(ThreadView(debtor_id=thread.debtor_id, owner=thread.owner, entries=entries))


def ledger_of(ledger: Ledger) -> Any:  # noqa: ANN401  # what JSON holds
    """Return a ledger as JSON."""
    return ledger.as_json()
