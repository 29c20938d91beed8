"""From an approved proposal to receipts: each act once, checked again at the door.

An act goes ``planned → claimed → sending → sent | failed | uncertain``; ``sending`` is committed
before the channel is called, so that a crash leaves an uncertain act and never a second notice.
What no longer holds is cancelled with its reason and proposed anew, never altered.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import NewEvent, Stream
from dunning_sdk.domain.notice import Receipt, ReceiptStatus
from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.engine.decided import Supposed
from dunning_sdk.engine.deciding import Decider
from dunning_sdk.engine.keeping import note_change
from dunning_sdk.engine.proposal import PlannedAct, Proposal, same_act
from dunning_sdk.engine.proposing import planned_again
from dunning_sdk.engine.receipt import Channels, ask_about, outcome_of, send
from dunning_sdk.engine.report import RunReport, Watch, unwatched
from dunning_sdk.engine.writing import Writer
from dunning_sdk.errors import DunningError
from dunning_sdk.rules.step import Action
from dunning_sdk.store.interface import OutboxAct, OutboxState, ReviewItem, Session, Store

_SENT_ACTIONS = frozenset({Action.NOTICE, Action.PLACEMENT})


class Executor:
    """Executes one proposal.

    Args:
        store: Where everything is kept.
        decider: Builds a decider for an open session, to decide again at the door.
        channels: Channel by name.
        writer: Builds the writer of a day, for what a fallback says.
        watch: Told after each notice.
    """

    def __init__(
        self,
        store: Store,
        *,
        decider: Callable[[Session, date, Supposed], Decider],
        channels: Channels,
        writer: Callable[[date], Writer],
        watch: Watch = unwatched,
    ) -> None:
        self._store = store
        self._decider = decider
        self._channels = channels
        self._writer = writer
        self._watch = watch

    def execute(self, proposal: Proposal, report: RunReport) -> None:
        """Plan what is ready, then send it notice by notice; safe to call again.

        Raises:
            ConfigError: A channel is not configured; nothing was sent or marked.
        """
        ready = filter(proposal.is_ready, proposal.acts)
        for channel in sorted({name for act in ready for name in _channels_of(act)}):
            self._channels(channel)
        notices = _by_notice(self._plan(proposal, report))
        for done, (notice_id, acts) in enumerate(notices.items(), 1):
            if acts[0].action in _SENT_ACTIONS:
                self._deliver(notice_id, acts, proposal, report)
            else:
                self._ask_person(acts, proposal, report)
            self._watch("sending", done, len(notices))

    def _plan(self, proposal: Proposal, report: RunReport) -> list[PlannedAct]:
        """Put ready acts into the outbox; an act known there is left as it is."""
        groups = _by_notice(proposal.acts)
        ready = [
            act for acts in groups.values() if all(map(proposal.is_ready, acts)) for act in acts
        ]
        taken = {act.act_id for act in ready}
        report.waiting.extend(act.act_id for act in proposal.acts if act.act_id not in taken)
        with self._store.begin() as session:
            fresh = {
                item.act_id for item in session.plan([_outbox(act, proposal) for act in ready])
            }
            new = [act for act in ready if act.act_id in fresh]
            note_change(
                session,
                [
                    *_books(new, proposal, session),
                    *(_event(act, ActStatus.PLANNED, proposal) for act in new),
                ],
                look_again=False,
            )
            return [act for act in ready if _is_waiting(session.act(act.act_id), proposal)]

    def _deliver(
        self, notice_id: str, acts: list[PlannedAct], proposal: Proposal, report: RunReport
    ) -> None:
        """Send one notice, trying the fallbacks of its acts inside the same acts."""
        if not self._claim(acts, proposal, report):
            return
        receipt = Receipt(status=ReceiptStatus.FAILED, detail="no channel")
        for channel in _channels_of(acts[0]):
            receipt = self._send(notice_id, channel, proposal.as_of)
            if receipt.status is not ReceiptStatus.FAILED:
                break
        self._record(receipt, acts, proposal, report)

    def _claim(self, acts: list[PlannedAct], proposal: Proposal, report: RunReport) -> bool:
        """Check the acts again and mark them ``sending``, committed before any I/O.

        Returns:
            Whether they still hold; where not, they were cancelled with the reason.
        """
        with self._store.begin() as session:
            reason = self._changed(session, acts, proposal)
            if reason is None:
                for act in acts:
                    session.move(act.act_id, to=OutboxState.CLAIMED)
                    session.move(act.act_id, to=OutboxState.SENDING)
                return True
            for act in acts:
                session.move(act.act_id, to=OutboxState.CANCELLED, reason=reason)
                report.cancelled[act.act_id] = reason
            note_change(session, [_event(act, ActStatus.CANCELLED, proposal) for act in acts])
            return False

    def _changed(self, session: Session, acts: list[PlannedAct], proposal: Proposal) -> str | None:
        """Return why the notice no longer holds, or ``None``."""
        own = frozenset(act.act_id for act in proposal.acts)
        decider = self._decider(session, proposal.as_of, Supposed(ignoring=own))
        for act in acts:
            decided = decider.decide_one(act.receivable_id)
            if decided.decision.outcome is not Outcome.DUE:
                return decided.decision.reasons[0] if decided.decision.reasons else "no-longer-due"
            again = planned_again(decided, act)
            if again is None or not same_act(act, again):
                return "changed-since-proposed"
        return None

    def _send(self, notice_id: str, channel: str, as_of: date) -> Receipt:
        """Hand the notice to one channel; a failure is a receipt, never an exception."""
        try:
            with self._store.begin() as session:
                message = self._writer(as_of).message(session, notice_id, channel)
        except DunningError as problem:  # it was not written, so nothing has left
            return Receipt(status=ReceiptStatus.FAILED, detail=str(problem))
        return send(self._channels, channel, message)

    def _record(
        self, receipt: Receipt, acts: list[PlannedAct], proposal: Proposal, report: RunReport
    ) -> None:
        """Write down what became of a notice, with what a person has to do about it."""
        state, status = outcome_of(receipt)
        with self._store.begin() as session:
            for act in acts:
                session.move(
                    act.act_id, to=state, reference=receipt.reference, reason=receipt.detail
                )
                ask_about(
                    session,
                    receipt,
                    act.act_id,
                    act.receivable_id,
                    step=act.step_id,
                    as_of=proposal.as_of,
                )
            note_change(
                session,
                [_event(act, status, proposal, reference=receipt.reference) for act in acts],
                look_again=status is not ActStatus.DONE,
            )
        ids = [act.act_id for act in acts]
        {
            ReceiptStatus.SENT: report.sent,
            ReceiptStatus.AWAITING_POSTING: report.handed,
            ReceiptStatus.FAILED: report.failed,
            ReceiptStatus.UNCERTAIN: report.uncertain,
        }[receipt.status].extend(ids)
        if receipt.status in (ReceiptStatus.FAILED, ReceiptStatus.UNCERTAIN):
            report.messages.append(
                f"{acts[0].receivable_id}: {receipt.status.value}: {receipt.detail}"
            )

    def _ask_person(self, acts: list[PlannedAct], proposal: Proposal, report: RunReport) -> None:
        """Put a call or a task before a person; it is done when he records it."""
        with self._store.begin() as session:
            for act in acts:
                session.move(act.act_id, to=OutboxState.CLAIMED)
                session.move(act.act_id, to=OutboxState.SENDING)
                session.move(act.act_id, to=OutboxState.SENT)
                session.put_review(
                    ReviewItem(
                        id=f"{act.action.value}:{act.act_id}",
                        kind=act.action.value,
                        subject=act.receivable_id,
                        opened_on=proposal.as_of,
                        detail={"act": act.act_id, "step": act.step_id},
                    )
                )
                report.asked.append(act.act_id)
            note_change(session, [_event(act, ActStatus.HANDED, proposal) for act in acts])


def _channels_of(act: PlannedAct) -> tuple[str, ...]:
    """Return the channels an act may leave by; none where a person does it."""
    return (act.channels or ("email",)) if act.action in _SENT_ACTIONS else ()


def _by_notice(acts: Iterable[PlannedAct]) -> dict[str, list[PlannedAct]]:
    groups: dict[str, list[PlannedAct]] = defaultdict(list)
    for act in acts:
        groups[act.notice_id or act.act_id].append(act)
    return dict(groups)


def _outbox(act: PlannedAct, proposal: Proposal) -> OutboxAct:
    return OutboxAct(
        act_id=act.act_id,
        notice_id=act.notice_id or act.act_id,
        receivable_id=act.receivable_id,
        proposal_id=proposal.id,
        book_hash=act.book_hash,
        on=proposal.as_of,
        detail={**act.header("planned"), "channels": list(act.channels)},
    )


def _event(
    act: PlannedAct, status: ActStatus, proposal: Proposal, *, reference: str = ""
) -> NewEvent:
    header = act.header(status.value)
    header["proposal"] = proposal.id
    if reference:
        header["reference"] = reference
    return NewEvent(
        stream=Stream(kind="receivable", id=act.receivable_id),
        type=events.ACT_CHANGED,
        on=proposal.as_of,
        header=header,
    )


def _is_waiting(stored: OutboxAct | None, proposal: Proposal) -> bool:
    """Tell whether an act of this proposal still has to leave (a run cut short goes on)."""
    if stored is None or stored.proposal_id != proposal.id:
        return False
    return stored.state in (OutboxState.PLANNED, OutboxState.CLAIMED)


def _books(acts: list[PlannedAct], proposal: Proposal, session: Session) -> list[NewEvent]:
    """Return the events that keep receivables on the book their first act was decided by."""
    return [
        NewEvent(
            stream=Stream(kind="receivable", id=act.receivable_id),
            type=events.BOOK_ASSIGNED,
            on=proposal.as_of,
            header={"book": act.book_hash},
        )
        for act in acts
        if not session.receivable(act.receivable_id).receivable.book_hash
    ]
