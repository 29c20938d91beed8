"""Send what is due on one receivable now, at the request of a person who looks at it.

Decides nothing about what is due: it proposes the day as a run does, and carries out the one
notice that holds the receivable's act. The rest of the day waits for its run.
"""

from dataclasses import replace
from datetime import date

from dunning_sdk.delivery.executing import Executor
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import InvalidTransitionError
from dunning_sdk.installation.day import check_day
from dunning_sdk.proposals.proposal import PlannedAct, Proposal
from dunning_sdk.proposals.report import RunReport


def due_now(engine: Engine, receivable_id: str, *, as_of: date) -> tuple[Proposal, PlannedAct]:
    """Return the day's proposal and what it would do about a receivable; nothing leaves.

    Args:
        engine: An open engine.
        receivable_id: Which.
        as_of: The day.

    Raises:
        InvalidTransitionError: Nothing is due on it that day.
    """
    proposal = engine.propose(as_of=as_of, full=False)
    for act in proposal.acts:
        if act.receivable_id == receivable_id:
            return proposal, act
    message = f"Nothing is due on {receivable_id} on {as_of}"
    raise InvalidTransitionError(message, hint="Its page says what comes next, and when.")


def send_now(engine: Engine, receivable_id: str, *, as_of: date, by: str) -> RunReport:
    """Send what is due on a receivable, with all that leaves in the same notice.

    Args:
        engine: An open engine.
        receivable_id: Which.
        as_of: The day.
        by: Who asks; he approves what needs it.

    Raises:
        InvalidTransitionError: Nothing is due on it that day.
        DomainError: The mode does not allow the day.
    """
    with engine.store.begin() as session:
        check_day(engine.config, session, as_of)
    proposal, act = due_now(engine, receivable_id, as_of=as_of)
    together = [
        one
        for one in proposal.acts
        if one is act or (act.notice_id and one.notice_id == act.notice_id)
    ]
    waiting = [one.act_id for one in together if not proposal.is_ready(one)]
    if waiting:
        proposal = engine.approve(proposal.id, waiting, by=by)
    report = RunReport(as_of=as_of, proposal_id=proposal.id)
    executor = Executor.of(
        engine.config, engine.store, engine.wiring, engine.library, engine.plugins
    )
    executor.deliverer.observer = engine.observer
    executor.execute(replace(proposal, acts=tuple(together)), report)
    return report
