"""Bring the acts of a notice to rest: sent, failed, uncertain, cancelled, or waiting for a retry.

The module decides what is written down, in one open transaction, once it is known what became of
a notice. Who sends it, and when, is left to `delivering`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.domain.notice import Receipt, ReceiptStatus
from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.proposals.charging import assessments
from dunning_sdk.proposals.proposal import PlannedAct, Proposal
from dunning_sdk.proposals.report import RunReport
from dunning_sdk.records.keeping import note_change
from dunning_sdk.records.mailbag import message_digest
from dunning_sdk.records.receipt import ask_about, close_questions, outcome_of
from dunning_sdk.store.delivery import Delivery
from dunning_sdk.store.interface import OutboxState, Session

WAITING: Final = (OutboxState.PLANNED, OutboxState.CLAIMED)
# Charges are asked for once the notice has left; of an uncertain one the next act asks again.
_ASKED: Final = (ActStatus.DONE, ActStatus.HANDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice that is being delivered.

    Attributes:
        delivery: As it was taken.
        proposal: Proposal its acts were approved in.
        acts: The acts that leave with it; they move together.
    """

    delivery: Delivery
    proposal: Proposal
    acts: tuple[PlannedAct, ...]

    @property
    def channels(self) -> tuple[str, ...]:
        """Return the channels it may leave by, preferred first."""
        return channels_of(self.acts[0])

    @property
    def channels_left(self) -> tuple[str, ...]:
        """Return the channels from the one it leaves by next; those before have failed."""
        names, next_one = self.channels, self.delivery.channel
        return names[names.index(next_one) :] if next_one in names else names

    @property
    def act_ids(self) -> list[str]:
        """Return the ids of its acts."""
        return [act.act_id for act in self.acts]

    def state(self, session: Session) -> OutboxState:
        """Return where its acts stand."""
        kept = session.act(self.acts[0].act_id)
        return OutboxState.CANCELLED if kept is None else kept.state


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A proposal as deliveries need it.

    Attributes:
        proposal: The proposal.
        own: Ids of all its acts.
        notices: Its acts by the notice they leave with.
    """

    proposal: Proposal
    own: frozenset[str]
    notices: dict[str, list[PlannedAct]]


def held_of(proposal: Proposal) -> Held:
    """Return a proposal with its acts by notice."""
    own = frozenset(act.act_id for act in proposal.acts)
    return Held(proposal=proposal, own=own, notices=by_notice(proposal.acts))


def mark_sending(session: Session, notice: Notice, before: OutboxState) -> None:
    """Mark the acts of a notice as being sent, from where they wait."""
    if before is OutboxState.SENDING:
        return
    through = (OutboxState.CLAIMED,) if before is OutboxState.PLANNED else ()
    for act in notice.acts:
        session.move(act.act_id, to=OutboxState.SENDING, through=through)


def cancel(session: Session, notice: Notice, reason: str, report: RunReport) -> None:
    """Cancel the acts of a notice that no longer holds; they are proposed anew."""
    for act in notice.acts:
        session.move(act.act_id, to=OutboxState.CANCELLED, reason=reason)
        report.cancelled[act.act_id] = reason
    session.finish(notice.delivery.notice_id)
    status = ActStatus.CANCELLED
    note_change(session, [act_event(act, status, notice.proposal) for act in notice.acts])


def try_again(
    session: Session,
    notice: Notice,
    reason: str,
    later: datetime,
    report: RunReport,
    *,
    channel: str = "",
) -> None:
    """Have a notice that did not leave taken again later, in the same acts.

    Args:
        session: Open transaction.
        notice: The notice.
        reason: Why it waits.
        later: Aware instant before which nobody takes it.
        report: It is counted there.
        channel: The channel it leaves by then; by the preferred one unless given.
    """
    for act in notice.acts:
        session.move(act.act_id, to=OutboxState.PLANNED, reason=reason)
        report.deferred[act.act_id] = reason
    free = replace(
        notice.delivery,
        channel=channel or notice.channels[0],
        not_before=later,
        holder="",
        lease_until=None,
    )
    session.put_deliveries([free])


def settle(
    session: Session, notice: Notice, before: OutboxState, receipt: Receipt, report: RunReport
) -> None:
    """Write down what became of a notice, with what a person has to do about it.

    Args:
        session: Open transaction.
        notice: The notice.
        before: Where its acts stand.
        receipt: What became of it.
        report: It is counted there.
    """
    state, status = outcome_of(receipt)
    if before in WAITING:
        mark_sending(session, notice, before)
    as_of = notice.proposal.as_of
    if before is OutboxState.UNCERTAIN:
        close_questions(session, notice.act_ids, as_of, answer=receipt.status.value)
    for act in notice.acts:
        if before is not state:
            session.move(act.act_id, to=state, reference=receipt.reference, reason=receipt.detail)
        ask_about(session, receipt, act.act_id, act.receivable_id, step=act.step_id, as_of=as_of)
    left = _left(session, notice, receipt)
    session.finish(notice.delivery.notice_id)
    changes = [act_event(act, status, notice.proposal, left) for act in notice.acts]
    if status in _ASKED and before is not state:
        for act in notice.acts:
            changes += assessments(act.receivable_id, act.act_id, act.new_charges, on=as_of)
    note_change(session, changes, look_again=status is not ActStatus.DONE)
    report.count(receipt, notice.act_ids)
    if receipt.status in (ReceiptStatus.FAILED, ReceiptStatus.UNCERTAIN):
        about = notice.acts[0].receivable_id
        report.messages.append(f"{about}: {receipt.status.value}: {receipt.detail}")


def _left(session: Session, notice: Notice, receipt: Receipt) -> dict[str, JsonValue]:
    """Return what is known of a notice as it left: the channel, its own id, hash of the message."""
    kept = session.delivery(notice.delivery.notice_id) or notice.delivery
    digest = message_digest(session, kept.notice_id, kept.channel)
    known = {"reference": receipt.reference, "message": digest}
    known["channel"] = kept.channel if digest else ""
    return {key: value for key, value in known.items() if value}


def by_notice(acts: Iterable[PlannedAct]) -> dict[str, list[PlannedAct]]:
    """Return acts by the notice they leave with; one that leaves with none stands alone."""
    groups: dict[str, list[PlannedAct]] = defaultdict(list)
    for act in acts:
        groups[act.notice_id or act.act_id].append(act)
    return dict(groups)


def channels_of(act: PlannedAct) -> tuple[str, ...]:
    """Return the channels an act leaves by, preferred first."""
    return act.channels or ("email",)


def act_event(
    act: PlannedAct,
    status: ActStatus,
    proposal: Proposal,
    left: Mapping[str, JsonValue] | None = None,
) -> NewEvent:
    """Return the event that says what became of an act.

    Args:
        act: As proposed.
        status: What became of it.
        proposal: That it was approved in.
        left: What is known of the notice as it left.
    """
    header = act.header(status.value) | dict(left or {})
    header["proposal"] = proposal.id
    return NewEvent(
        stream=Stream(kind="receivable", id=act.receivable_id),
        type=events.ACT_CHANGED,
        on=proposal.as_of,
        header=header,
    )
