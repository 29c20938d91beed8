"""Whether a notice still holds as it was approved: decided again, and written, at the door.

Reads the state of the moment in the transaction that marks the acts ``sending``; what follows
from the answer is left to `delivering`.
"""

from collections.abc import Set
from datetime import date
from functools import partial

from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.domain.notice import Message
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.library import Library
from dunning_sdk.installation.wiring import Wiring
from dunning_sdk.plugins import Plugins
from dunning_sdk.proposals.decided import Supposed
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.proposals.door import Doorkeeper, is_told
from dunning_sdk.proposals.placing import with_claim
from dunning_sdk.proposals.proposal import same_act
from dunning_sdk.proposals.proposing import planned_again
from dunning_sdk.proposals.resting import Notice
from dunning_sdk.proposals.writing import Writer
from dunning_sdk.rules.step import Action
from dunning_sdk.store.interface import Session


class Rechecker:
    """Decides the acts of a notice again.

    Args:
        config: Operator, books, mode.
        wiring: Where templates come from.
        library: Where books come from.
        plugins: Asked whether a notice that is due may leave.
    """

    def __init__(
        self, config: Config, *, wiring: Wiring, library: Library, plugins: Plugins
    ) -> None:
        self._config = config
        self._wiring = wiring
        self._library = library
        self._plugins = plugins

    def changed(self, session: Session, notice: Notice, own: Set[str]) -> str | None:
        """Return why a notice no longer holds, or ``None``.

        Args:
            session: Open transaction.
            notice: The notice; its acts are one debtor's.
            own: Ids of all acts of its proposal, which are taken as not planned yet.
        """
        decider = self._decider(session, notice.proposal.as_of, own)
        wanted = {act.receivable_id for act in notice.acts}
        found = decider.decide_of(notice.acts[0].debtor_id, only=wanted)
        by_id = {item.receivable.id: item for item in found}
        for act in notice.acts:
            decided = by_id.get(act.receivable_id) or decider.decide_one(act.receivable_id)
            if decided.decision.outcome is not Outcome.DUE:
                return decided.decision.reasons[0] if decided.decision.reasons else "no-longer-due"
            again = planned_again(decided, act)
            if again is None or not same_act(act, again):
                return "changed-since-proposed"
        return None

    def message(self, session: Session, notice: Notice, channel: str) -> Message:
        """Return a notice as it leaves by a channel, held to the contract of its receivables.

        Raises:
            DunningError: It cannot be written, or breaks the contract.
        """
        writer = Writer(self._config, self._wiring, as_of=notice.delivery.on)
        message = writer.message(session, notice.delivery.notice_id, channel)
        known = [session.receivable(act.receivable_id).receivable for act in notice.acts]
        if any(receivable.is_financed for receivable in known):
            decider = self._decider(session, notice.proposal.as_of, frozenset(notice.act_ids))
            keeper = Doorkeeper(self._config, self._wiring)
            to_debtor = notice.acts[0].action is Action.NOTICE
            keeper.check(message, known, is_told=partial(is_told, decider), to_debtor=to_debtor)
        if notice.acts[0].action is Action.PLACEMENT and self._config.placement is not None:
            return with_claim(session, message)
        return message

    def _decider(self, session: Session, as_of: date, own: Set[str]) -> Decider:
        return Decider(
            self._config,
            self._library,
            session=session,
            as_of=as_of,
            plugins=self._plugins,
            supposed=Supposed(ignoring=frozenset(own)),
        )
