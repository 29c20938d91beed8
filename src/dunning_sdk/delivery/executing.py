"""From an approved proposal to receipts: each act once, notice by notice.

The module decides what of a proposal is ready, puts it into the outbox, and has it delivered:
here and now, or by workers. Each notice goes through `delivering`, whoever sends it.
"""

import time
from datetime import UTC, datetime
from typing import Self

from dunning_sdk.delivery.delivering import Deliverer
from dunning_sdk.delivery.pacing import PATIENCE_SECONDS
from dunning_sdk.delivery.taking import Taker
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import NewEvent, Stream
from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.library import Library
from dunning_sdk.installation.wiring import Wiring
from dunning_sdk.plugins import Plugins
from dunning_sdk.proposals.proposal import PlannedAct, Proposal
from dunning_sdk.proposals.report import RunReport, Watch, unwatched
from dunning_sdk.proposals.resting import WAITING, act_event, by_notice, channels_of
from dunning_sdk.records.keeping import note_change
from dunning_sdk.rules.step import Action
from dunning_sdk.store.delivery import Delivery
from dunning_sdk.store.holder import new_holder
from dunning_sdk.store.interface import OutboxAct, OutboxState, ReviewItem, Session, Store

_SENT_ACTIONS = frozenset({Action.NOTICE, Action.PLACEMENT})


class Executor:
    """Executes one proposal.

    Args:
        store: Where everything is kept.
        taker: Takes the notices.
        deliverer: Delivers them.

    Attributes:
        watch: Told after each notice.
        deliverer: As given.
    """

    def __init__(
        self,
        store: Store,
        *,
        taker: Taker,
        deliverer: Deliverer,
    ) -> None:
        self._store = store
        self._taker = taker
        self.deliverer = deliverer
        self.watch: Watch = unwatched

    @classmethod
    def of(
        cls, config: Config, store: Store, wiring: Wiring, library: Library, plugins: Plugins
    ) -> Self:
        """Return an executor that sends by itself what it plans."""
        taker = Taker(config, store, holder=new_holder())
        deliverer = Deliverer(
            config, store, wiring=wiring, library=library, plugins=plugins, taker=taker
        )
        return cls(store, taker=taker, deliverer=deliverer)

    def execute(self, proposal: Proposal, report: RunReport, *, send: bool = True) -> None:
        """Plan what is ready, then send it notice by notice; safe to call again.

        Args:
            proposal: As it was looked at.
            report: What became of each act is added there.
            send: Whether notices leave now; else workers take them.

        Raises:
            ConfigError: A channel is not configured; nothing was sent or marked.
        """
        ready = filter(proposal.is_ready, proposal.acts)
        self.deliverer.check_channels(
            proposal.as_of, {name for act in ready for name in _channels_of(act)}
        )
        self.deliverer.hold(proposal)
        notices = by_notice(self._plan(proposal, report))
        try:
            for done, (notice_id, acts) in enumerate(notices.items(), 1):
                if acts[0].action not in _SENT_ACTIONS:
                    self._ask_person(acts, proposal, report)
                elif send:
                    self._deliver(notice_id, acts, proposal, report)
                else:
                    report.deferred.update((act.act_id, "queued") for act in acts)
                self.watch("sending", done, len(notices))
        finally:
            with self._store.queue() as queue:
                queue.release(self._taker.holder)

    def _plan(self, proposal: Proposal, report: RunReport) -> list[PlannedAct]:
        """Put ready acts into the outbox; an act known there is left as it is."""
        groups = by_notice(proposal.acts)
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
            session.put_deliveries(_deliveries(new, proposal))
            note_change(
                session,
                [
                    *_books(new, proposal, session),
                    *(act_event(act, ActStatus.PLANNED, proposal) for act in new),
                ],
                look_again=False,
            )
            return [act for act in ready if _is_waiting(session.act(act.act_id), proposal)]

    def _deliver(
        self, notice_id: str, acts: list[PlannedAct], proposal: Proposal, report: RunReport
    ) -> None:
        """Take one notice and deliver it; one that somebody else has taken is his."""
        delivery = self._taker.take(proposal.as_of, notice_id=notice_id)
        opens_at = None if delivery else self._taker.opens_at(channels_of(acts[0])[0])
        while opens_at is not None:
            seconds = (opens_at - datetime.now(UTC)).total_seconds()
            if seconds > PATIENCE_SECONDS:
                report.deferred.update((act.act_id, "channel-closed") for act in acts)
                return
            time.sleep(max(seconds, 0.01))
            delivery = self._taker.take(proposal.as_of, notice_id=notice_id)
            opens_at = None if delivery else self._taker.opens_at(channels_of(acts[0])[0])
        if delivery is not None:
            self.deliverer.deliver(delivery, report)

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
            note_change(session, [act_event(act, ActStatus.HANDED, proposal) for act in acts])


def _channels_of(act: PlannedAct) -> tuple[str, ...]:
    """Return the channels an act may leave by; none where a person does it."""
    return channels_of(act) if act.action in _SENT_ACTIONS else ()


def _deliveries(acts: list[PlannedAct], proposal: Proposal) -> list[Delivery]:
    """Return the deliveries of acts that leave as notices."""
    return [
        Delivery(
            notice_id=notice_id,
            proposal_id=proposal.id,
            on=proposal.as_of,
            channel=channels_of(group[0])[0],
        )
        for notice_id, group in by_notice(acts).items()
        if group[0].action in _SENT_ACTIONS
    ]


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


def _is_waiting(stored: OutboxAct | None, proposal: Proposal) -> bool:
    """Tell whether an act of this proposal still has to leave (a run cut short goes on)."""
    if stored is None or stored.proposal_id != proposal.id:
        return False
    return stored.state in WAITING


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
