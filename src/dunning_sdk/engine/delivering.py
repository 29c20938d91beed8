"""One notice on its way: checked again at the door, sent, and written down what became of it.

An act goes ``planned → claimed → sending → sent | failed | uncertain``; ``sending`` is committed
before the channel is called, so that a crash leaves an uncertain act and never a second notice.
What no longer holds is cancelled with its reason and proposed anew, never altered. `run` and the
workers deliver by this one class; only who holds a live lease passes the door.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Final

from dunning_sdk.connectors.interface import NoticeChannel
from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus
from dunning_sdk.engine.config import Config
from dunning_sdk.engine.decided import Supposed
from dunning_sdk.engine.deciding import Decider
from dunning_sdk.engine.door import Doorkeeper, is_told
from dunning_sdk.engine.library import Library
from dunning_sdk.engine.pacing import TRIES_MAX, retry_in
from dunning_sdk.engine.proposal import PlannedAct, Proposal, same_act
from dunning_sdk.engine.proposing import planned_again, stored_proposal
from dunning_sdk.engine.receipt import Channels, send
from dunning_sdk.engine.report import RunReport
from dunning_sdk.engine.resting import (
    WAITING,
    Notice,
    by_notice,
    cancel,
    mark_sending,
    settle,
    try_again,
)
from dunning_sdk.engine.taking import Taker
from dunning_sdk.engine.wiring import Wiring
from dunning_sdk.engine.writing import Writer
from dunning_sdk.errors import DunningError, StoreError
from dunning_sdk.plugins import Plugins
from dunning_sdk.rules.step import Action
from dunning_sdk.store.delivery import Delivery
from dunning_sdk.store.interface import OutboxState, Session, Store

_LEFT: Final = (ReceiptStatus.SENT, ReceiptStatus.AWAITING_POSTING)
_CUT_OFF: Final = Receipt(status=ReceiptStatus.UNCERTAIN, detail="cut-off-while-sending")
_GAVE_UP: Final = Receipt(status=ReceiptStatus.FAILED, detail="given-up-after-many-tries")
_HELD_MAX: Final = 4
_WAITS_SECONDS: Final = (0.1, 0.5, 2, 5, 10)


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


class Deliverer:
    """Delivers notices of one tenant.

    Args:
        config: Operator, books, mode.
        store: Where everything is kept.
        wiring: Where channels and templates come from.
        library: Where books come from.
        plugins: Asked whether a notice that is due may leave.
        taker: Who takes the deliveries; its holder's lease is needed at the door.
        retries: Whether a notice that failed for a passing reason waits and is tried again;
            else it is proposed anew by the next run.
    """

    def __init__(
        self,
        config: Config,
        store: Store,
        *,
        wiring: Wiring,
        library: Library,
        plugins: Plugins,
        taker: Taker,
        retries: bool = False,
    ) -> None:
        self._config = config
        self._store = store
        self._wiring = wiring
        self._library = library
        self._plugins = plugins
        self._taker = taker
        self._retries = retries
        self._held: dict[str, Held] = {}

    def hold(self, proposal: Proposal) -> None:
        """Remember a proposal, so that it need not be read again."""
        while len(self._held) >= _HELD_MAX:
            self._held.pop(next(iter(self._held)))
        own = frozenset(act.act_id for act in proposal.acts)
        notices = by_notice(proposal.acts)
        self._held[proposal.id] = Held(proposal=proposal, own=own, notices=notices)

    def check_channels(self, on: date, names: Iterable[str]) -> None:
        """Refuse a channel that is not configured.

        Raises:
            ConfigError: Names the first one.
        """
        channels = self._wiring.channels(on)
        for name in sorted(names):
            channels(name)

    def deliver(self, delivery: Delivery, report: RunReport) -> None:
        """Send one notice that was taken, trying the fallbacks of its acts inside the same acts.

        Args:
            delivery: As `Taker.take` returned it.
            report: What became of it is added there.

        Raises:
            ConfigError: A channel is not configured; nothing was sent or marked.
        """
        channels = self._wiring.channels(delivery.on)
        held = self._held_of(delivery.proposal_id)
        acts = tuple(held.notices[delivery.notice_id])
        notice = Notice(delivery=delivery, proposal=held.proposal, acts=acts)
        self.check_channels(delivery.on, notice.channels)
        if not self._pass_door(notice, held, channels, report):
            return
        tried: dict[str, Receipt] = {}
        for name in notice.channels:
            tried[name] = self._send(notice, name, channels)
            if tried[name].status is not ReceiptStatus.FAILED:
                break
        self._write_down(tried, notice, report, channels)

    def _pass_door(self, notice: Notice, held: Held, channels: Channels, report: RunReport) -> bool:
        """Check the acts again and mark them ``sending``, committed before any I/O.

        Returns:
            Whether they still hold; where not, what became of them was written down.
        """
        with self._store.begin() as session:
            kept = self._own(session, notice)
            if kept is None:
                return False  # the lease lapsed, and somebody else took it
            state = notice.state(session)
            if state not in (*WAITING, OutboxState.SENDING):
                session.finish(kept.notice_id)
                return False
            cut_off = channels(kept.channel) if state is OutboxState.SENDING else None
            found = self._hindrance(session, notice, held, cut_off, kept.tries)
            if found is None:
                mark_sending(session, notice, state)
            elif isinstance(found, str):
                cancel(session, notice, found, report)
            else:
                settle(session, notice, state, found, report)
            return found is None

    def _hindrance(
        self,
        session: Session,
        notice: Notice,
        held: Held,
        cut_off: NoticeChannel | None,
        tries: int,
    ) -> Receipt | str | None:
        """Return why a notice may not leave: a reason to cancel it, or what became of it.

        What may have left already, by the channel it was cut off in, leaves again only where that
        channel knows it is the same.
        """
        if cut_off is not None and not cut_off.deduplicates:
            return _CUT_OFF
        reason = self._changed(session, notice, held)
        tried_out = tries > TRIES_MAX
        if cut_off is not None and (reason is not None or tried_out):
            return _CUT_OFF
        return _GAVE_UP if reason is None and tried_out else reason

    def _changed(self, session: Session, notice: Notice, held: Held) -> str | None:
        """Return why the notice no longer holds, or ``None``."""
        decider = self._decider(session, notice.proposal.as_of, Supposed(ignoring=held.own))
        for act in notice.acts:
            decided = decider.decide_one(act.receivable_id)
            if decided.decision.outcome is not Outcome.DUE:
                return decided.decision.reasons[0] if decided.decision.reasons else "no-longer-due"
            again = planned_again(decided, act)
            if again is None or not same_act(act, again):
                return "changed-since-proposed"
        return None

    def _send(self, notice: Notice, channel: str, channels: Channels) -> Receipt:
        """Hand the notice to one channel; a failure is a receipt, never an exception."""
        delivery = notice.delivery
        try:
            with self._store.begin() as session:
                writer = Writer(self._config, self._wiring, as_of=delivery.on)
                message = writer.message(session, delivery.notice_id, channel)
                self._check_contract(session, message, notice)
                kept = self._own(session, notice)
                if kept is not None and kept.channel != channel:  # the one to ask after a crash
                    session.put_deliveries([replace(kept, channel=channel)])
        except DunningError as problem:  # it was not written, so nothing has left
            return Receipt(status=ReceiptStatus.FAILED, detail=str(problem))
        return send(channels, channel, message)

    def _check_contract(self, session: Session, message: Message, notice: Notice) -> None:
        """Refuse a message that breaks the contract of a financed receivable."""
        known = [session.receivable(act.receivable_id).receivable for act in notice.acts]
        if any(receivable.is_financed for receivable in known):
            supposed = Supposed(ignoring=frozenset(act.act_id for act in notice.acts))
            decider = self._decider(session, notice.proposal.as_of, supposed)
            keeper = Doorkeeper(self._config, self._wiring)
            to_debtor = notice.acts[0].action is Action.NOTICE
            keeper.check(message, known, is_told=partial(is_told, decider), to_debtor=to_debtor)

    def _decider(self, session: Session, as_of: date, supposed: Supposed) -> Decider:
        return Decider(
            self._config,
            self._library,
            session=session,
            as_of=as_of,
            plugins=self._plugins,
            supposed=supposed,
        )

    def _write_down(
        self, tried: Mapping[str, Receipt], notice: Notice, report: RunReport, channels: Channels
    ) -> None:
        """Record what is known; where workers send, a store that is away is waited for."""
        for seconds in _WAITS_SECONDS if self._retries else ():
            try:
                return self._record(tried, notice, report, channels)
            except StoreError:
                time.sleep(seconds)
        return self._record(tried, notice, report, channels)

    def _record(
        self, tried: Mapping[str, Receipt], notice: Notice, report: RunReport, channels: Channels
    ) -> None:
        """Write down what became of a notice, or have it tried again.

        Args:
            tried: What each channel answered, in the order they were tried; the last one counts.
            notice: The notice.
            report: What became of it is added there.
            channels: Channel by name.
        """
        used, receipt = list(tried.items())[-1]
        known = receipt.status is ReceiptStatus.FAILED or channels(used).deduplicates
        with self._store.begin() as session:
            state = notice.state(session)
            if state not in (OutboxState.SENDING, OutboxState.UNCERTAIN):
                return  # settled by whoever took it over
            if self._own(session, notice) is None and receipt.status not in _LEFT:
                return  # whoever took it over knows it better
            for name, answer in tried.items():
                self._taker.judge(session, name, failed=_is_passing(answer))
            if _is_passing(receipt) and known and self._retries and state is OutboxState.SENDING:
                if notice.delivery.tries < TRIES_MAX:
                    wait = retry_in(notice.delivery.notice_id, notice.delivery.tries)
                    try_again(session, notice, receipt, datetime.now(UTC) + wait, report)
                    return
                receipt = replace(receipt, retryable=False)  # a person has to see it
            settle(session, notice, state, receipt, report)

    def _own(self, session: Session, notice: Notice) -> Delivery | None:
        """Return the delivery while this holder's lease on it stands."""
        kept = session.delivery(notice.delivery.notice_id)
        return kept if kept is not None and kept.holder == self._taker.holder else None

    def _held_of(self, proposal_id: str) -> Held:
        if proposal_id not in self._held:
            with self._store.begin() as session:
                self.hold(stored_proposal(session, proposal_id))
        return self._held[proposal_id]


def _is_passing(receipt: Receipt) -> bool:
    """Tell whether a notice failed for a reason that passes, as far as one can tell."""
    return receipt.retryable and receipt.status not in _LEFT
