"""What earlier runs left in the outbox, put right before a new one looks.

A step's act unsent at the end of its day is cancelled as ``day-passed`` and proposed anew; one
that was being sent when the program died is uncertain (ARCHITECTURE section 8). What is sent
about a financed invoice belongs to no step: it waits for the next run.
"""

from datetime import date

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import NewEvent, Stream
from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.records.keeping import note_change
from dunning_sdk.store.interface import OutboxAct, OutboxState, ReviewItem, Session

_OPEN = (OutboxState.PLANNED, OutboxState.CLAIMED, OutboxState.SENDING)


def sweep(session: Session, as_of: date, *, workers: bool = False) -> None:
    """Cancel what is past its day and mark what was cut off while sending.

    What somebody holds a live lease on is being worked on, and left alone.

    Args:
        session: Open transaction.
        as_of: Day of the run.
        workers: Whether workers send: what was cut off on this day is theirs to look at, since
            some channels know a notice that comes again.
    """
    changed: list[NewEvent] = []
    leased = set(session.leased())
    if workers:
        leased |= {each.notice_id for each in session.deliveries() if each.on == as_of}
    for act in session.acts(states=_OPEN):
        if act.notice_id in leased:
            continue
        is_step = "act" in act.detail
        if act.state is OutboxState.SENDING:
            session.move(act.act_id, to=OutboxState.UNCERTAIN, reason="cut-off-while-sending")
            if is_step:
                changed.append(_event(act, ActStatus.UNCERTAIN, act.on))
            session.put_review(_question(act, as_of))
            session.finish(act.notice_id)
        elif is_step and act.on < as_of:
            session.move(act.act_id, to=OutboxState.CANCELLED, reason="day-passed")
            changed.append(_event(act, ActStatus.CANCELLED, act.on))
            session.finish(act.notice_id)
    note_change(session, changed)


def _event(act: OutboxAct, status: ActStatus, on: date) -> NewEvent:
    return NewEvent(
        stream=Stream(kind="receivable", id=act.receivable_id),
        type=events.ACT_CHANGED,
        on=on,
        header={**act.detail, "status": status.value},
    )


def _question(act: OutboxAct, as_of: date) -> ReviewItem:
    return ReviewItem(
        id=f"act-uncertain:{act.act_id}",
        kind="act-uncertain",
        subject=act.receivable_id,
        opened_on=as_of,
        detail={"act": act.act_id, "step": act.detail.get("step")},
    )
