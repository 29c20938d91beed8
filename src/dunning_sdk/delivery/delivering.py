"""One notice on its way: checked again at the door, sent, and written down what became of it.

An act goes ``planned → claimed → sending → sent | failed | uncertain``; ``sending`` is committed
before the channel is called, so that a crash leaves an uncertain act and never a second notice.
What no longer holds is cancelled with its reason and proposed anew, never altered. `run` and the
workers deliver by this one class; only who holds a live lease passes the door. Whether a notice
still holds is decided in `rechecking`.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Final

from dunning_sdk.connectors.interface import NoticeChannel
from dunning_sdk.delivery.pacing import PATIENCE_SECONDS, TRIES_MAX, retry_in
from dunning_sdk.delivery.taking import Taker
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus
from dunning_sdk.errors import DunningError, StoreError
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.library import Library
from dunning_sdk.installation.observing import Observer, dispatched
from dunning_sdk.installation.wiring import Wiring
from dunning_sdk.plugins import Plugins
from dunning_sdk.proposals.proposal import Proposal
from dunning_sdk.proposals.proposing import stored_proposal
from dunning_sdk.proposals.rechecking import Rechecker
from dunning_sdk.proposals.report import RunReport
from dunning_sdk.proposals.resting import (
    WAITING,
    Held,
    Notice,
    cancel,
    held_of,
    mark_sending,
    settle,
    try_again,
)
from dunning_sdk.records.receipt import Channels, send
from dunning_sdk.store.delivery import Delivery
from dunning_sdk.store.interface import OutboxState, Session, Store

_LEFT: Final = (ReceiptStatus.SENT, ReceiptStatus.AWAITING_POSTING)
_CUT_OFF: Final = Receipt(status=ReceiptStatus.UNCERTAIN, detail="cut-off-while-sending")
_GAVE_UP: Final = Receipt(status=ReceiptStatus.FAILED, detail="given-up-after-many-tries")
_HELD_MAX: Final = 4
_WAITS_SECONDS: Final = (0.1, 0.5, 2, 5, 10)


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
        self._tenant = config.tenant
        self._store = store
        self._wiring = wiring
        self._checker = Rechecker(config, wiring=wiring, library=library, plugins=plugins)
        self._taker = taker
        self._retries = retries
        self._held: dict[str, Held] = {}
        self._day: tuple[date, Channels] | None = None
        self.observer = Observer()

    def hold(self, proposal: Proposal) -> None:
        """Remember a proposal, so that it need not be read again."""
        while len(self._held) >= _HELD_MAX:
            self._held.pop(next(iter(self._held)))
        self._held[proposal.id] = held_of(proposal)

    def check_channels(self, on: date, names: Iterable[str]) -> None:
        """Refuse a channel that is not configured.

        Raises:
            ConfigError: Names the first one.
        """
        channels = self._channels_on(on)
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
        channels = self._channels_on(delivery.on)
        held = self._held_of(delivery.proposal_id)
        acts = tuple(held.notices[delivery.notice_id])
        notice = Notice(delivery=delivery, proposal=held.proposal, acts=acts)
        self.check_channels(delivery.on, notice.channels)
        written = self._pass_door(notice, held, channels, report)
        if written is None:
            return
        tried: dict[str, Receipt] = {}
        for name in notice.channels_left:
            if tried:  # a fallback, which keeps to its own rate and hours
                opens_at = self._opens_at(name)
                if opens_at is not None:
                    self._postpone(notice, name, opens_at, tried, report)
                    return
                written = self._written_anew(notice, name)
            hand = partial(send, channels, name)
            tried[name] = dispatched(self.observer, self._tenant, name, hand, written)
            if tried[name].status is not ReceiptStatus.FAILED:
                break
        self._write_down(tried, notice, report, channels)

    def _pass_door(
        self, notice: Notice, held: Held, channels: Channels, report: RunReport
    ) -> Message | Receipt | None:
        """Check the acts again and mark them ``sending``, committed before any I/O.

        Returns:
            What leaves by the first channel, or why it could not be written; ``None`` where the
            acts no longer hold, and what became of them was written down.
        """
        with self._store.begin() as session:
            kept = self._own(session, notice)
            if kept is None:
                return None  # the lease lapsed, and somebody else took it
            state = notice.state(session)
            if state not in (*WAITING, OutboxState.SENDING):
                session.finish(kept.notice_id)
                return None
            cut_off = channels(kept.channel) if state is OutboxState.SENDING else None
            found = self._hindrance(session, notice, held, cut_off, kept.tries)
            if found is None:
                mark_sending(session, notice, state)
                return self._written(session, notice, notice.channels_left[0])
            if isinstance(found, str):
                cancel(session, notice, found, report)
            else:
                settle(session, notice, state, found, report)
            return None

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
        reason = self._checker.changed(session, notice, held.own)
        tried_out = tries > TRIES_MAX
        if cut_off is not None and (reason is not None or tried_out):
            return _CUT_OFF
        return _GAVE_UP if reason is None and tried_out else reason

    def _written_anew(self, notice: Notice, channel: str) -> Message | Receipt:
        """Return the notice as it leaves by a fallback, or why it cannot be written."""
        try:
            with self._store.begin() as session:
                return self._written(session, notice, channel)
        except StoreError as problem:  # nothing has left by this channel
            return Receipt(status=ReceiptStatus.FAILED, detail=str(problem))

    def _written(self, session: Session, notice: Notice, channel: str) -> Message | Receipt:
        """Return the notice as it leaves by a channel, or why it cannot be written."""
        try:
            message = self._checker.message(session, notice, channel)
            if notice.delivery.channel != channel:  # the one to ask after a crash
                kept = self._own(session, notice)
                session.put_deliveries([replace(kept, channel=channel)] if kept else [])
        except DunningError as problem:
            return Receipt(status=ReceiptStatus.FAILED, detail=str(problem))
        return message

    def _opens_at(self, channel: str) -> datetime | None:
        """Return when a fallback's channel opens; a run waits a little for it, a worker never."""
        opens_at = self._taker.pass_gate(channel)
        while opens_at is not None and not self._retries:
            seconds = (opens_at - datetime.now(UTC)).total_seconds()
            if seconds > PATIENCE_SECONDS:
                break
            time.sleep(max(seconds, 0.01))
            opens_at = self._taker.pass_gate(channel)
        return opens_at

    def _postpone(
        self,
        notice: Notice,
        channel: str,
        opens_at: datetime,
        tried: Mapping[str, Receipt],
        report: RunReport,
    ) -> None:
        """Have a notice that left by no channel yet wait for its fallback's."""
        with self._store.begin() as session:
            if notice.state(session) is not OutboxState.SENDING or not self._own(session, notice):
                return
            for name, answer in tried.items():
                self._taker.judge(session, name, failed=_is_passing(answer))
            try_again(session, notice, "channel-closed", opens_at, report, channel=channel)

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
                    later = datetime.now(UTC) + wait
                    try_again(session, notice, receipt.detail, later, report)
                    self.observer.count("retries", tenant=self._tenant, channel=used)
                    return
                receipt = replace(receipt, retryable=False)  # a person has to see it
            settle(session, notice, state, receipt, report)
            if self._retries:
                self._taker.take_ahead(session, notice.delivery.on)

    def _own(self, session: Session, notice: Notice) -> Delivery | None:
        """Return the delivery while this holder's lease on it stands."""
        kept = session.delivery(notice.delivery.notice_id)
        return kept if kept is not None and kept.holder == self._taker.holder else None

    def _channels_on(self, on: date) -> Channels:
        """Return the channels of a day; connections last as long as the day does."""
        if self._day is None or self._day[0] != on:
            self._day = on, self._wiring.channels(on)
        return self._day[1]

    def _held_of(self, proposal_id: str) -> Held:
        if proposal_id not in self._held:
            with self._store.begin() as session:
                self.hold(stored_proposal(session, proposal_id))
        return self._held[proposal_id]


def _is_passing(receipt: Receipt) -> bool:
    """Tell whether a notice failed for a reason that passes, as far as one can tell."""
    return receipt.retryable and receipt.status not in _LEFT
