"""What nobody is sure of is asked of the channel first, and of a person only then.

A channel that can look a notice up says whether it had left; nothing is ever sent again to find
out (ARCHITECTURE section 8).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from dunning_sdk.delivery.sweeping import sweep
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import NewEvent, Stream
from dunning_sdk.domain.notice import Receipt, ReceiptStatus
from dunning_sdk.errors import DunningError
from dunning_sdk.records.keeping import note_change
from dunning_sdk.records.receipt import Channels, ask_about, close_questions, outcome_of
from dunning_sdk.store.interface import OutboxAct, OutboxState, Session, Store

FOUND: Final = "found"


def inquire(store: Store, channels: Channels, as_of: date, *, workers: bool = False) -> None:
    """Put right what earlier runs left, and ask the channels about acts that are uncertain.

    Args:
        store: Where everything is kept.
        channels: Channel by name.
        as_of: Day of the run that is about to begin.
        workers: As for `sweep`.
    """
    with store.begin() as session:
        sweep(session, as_of, workers=workers)
        uncertain = session.acts(states=(OutboxState.UNCERTAIN,))
    notices: dict[str, list[OutboxAct]] = defaultdict(list)
    for act in uncertain:
        notices[act.notice_id].append(act)
    for notice_id, acts in notices.items():
        receipt = _looked_up(channels, notice_id, _channels_of(acts[0]))
        if receipt is not None:
            with store.begin() as session:
                _settle(session, acts, receipt, as_of)


def _channels_of(act: OutboxAct) -> Sequence[str]:
    names = act.detail.get("channels")
    return [str(name) for name in names] if isinstance(names, list) else ()


def _looked_up(channels: Channels, notice_id: str, names: Iterable[str]) -> Receipt | None:
    """Return what the first channel that knows says; one that fails does not know."""
    for name in names:
        try:
            receipt = channels(name).lookup(notice_id)
        except DunningError:
            continue
        if receipt is not None and receipt.status is not ReceiptStatus.UNCERTAIN:
            return receipt
    return None


def _settle(session: Session, acts: Sequence[OutboxAct], receipt: Receipt, as_of: date) -> None:
    """Write down what a channel found, dated on the day the acts were sent."""
    kept = session.act(acts[0].act_id)
    if kept is None or kept.state is not OutboxState.UNCERTAIN:
        return  # settled while the channel was asked
    state, status = outcome_of(receipt)
    changed: list[NewEvent] = []
    for act in acts:
        session.move(act.act_id, to=state, reference=receipt.reference, reason=receipt.detail)
        step = str(act.detail.get("step") or "")
        ask_about(session, receipt, act.act_id, act.receivable_id, step=step, as_of=as_of)
        header = {**act.detail, "status": status.value, "reference": receipt.reference}
        changed.append(
            NewEvent(
                stream=Stream(kind="receivable", id=act.receivable_id),
                type=events.ACT_CHANGED,
                on=act.on,
                header=header,
            )
        )
    close_questions(session, [act.act_id for act in acts], as_of, answer=FOUND)
    note_change(session, changed)
