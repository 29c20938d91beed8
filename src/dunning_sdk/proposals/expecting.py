"""Acts of another actor: expected, dated, shown, and confirmed when they are done."""

from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import NewEvent, Stream
from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.errors import InvalidTransitionError
from dunning_sdk.installation.config import Config
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.proposals.proposing import planned_act
from dunning_sdk.records.entry import Record
from dunning_sdk.records.keeping import note_change
from dunning_sdk.store.interface import Session


def confirm_act(session: Session, entry: Record, decider: Decider, config: Config) -> str:
    """Record that another actor did the act expected of him.

    Args:
        session: Open transaction.
        entry: Receivable as subject; ``step`` names the step, else the one expected.
        decider: Bound to the day the act was done.
        config: Whose tenant.

    Raises:
        InvalidTransitionError: Nothing, or another step, is expected on that day.
        RecordNotFoundError: Unknown receivable.
    """
    decided = decider.decide_one(entry.subject)
    decision = decided.decision
    step = decision.step.id if decision.step else ""
    wanted = str(entry.values.get("step") or step)
    if decision.outcome is not Outcome.EXPECTED or wanted != step:
        state = (
            f"{step} is expected" if decision.outcome is Outcome.EXPECTED else "nothing is expected"
        )
        message = f"Receivable {entry.subject}: {state} on {entry.on}, not {wanted or 'an act'}"
        raise InvalidTransitionError(
            message, hint=f"`dunning explain {entry.subject} --as-of {entry.on}` says why."
        )
    act = planned_act(decided, config.tenant)
    header = act.header(ActStatus.DONE.value)
    header["reference"] = str(entry.values.get("reference") or "")
    new = [
        NewEvent(
            stream=Stream(kind="receivable", id=entry.subject),
            type=events.ACT_CHANGED,
            on=entry.on,
            header=header,
        )
    ]
    if not decided.receivable.book_hash:
        session.put_book(decided.book.hash, decided.book.files)
        book = NewEvent(
            stream=new[0].stream,
            type=events.BOOK_ASSIGNED,
            on=entry.on,
            header={"book": decided.book.hash},
        )
        new.insert(0, book)
    note_change(session, new)
    return f"{step} of {entry.subject} done by {decision.actor} on {entry.on}"
