"""A person approves acts that were looked at; the approval names him and the act.

An approval carries over to the same act of the next day, but to no other (`proposing`).
"""

from dataclasses import replace

from dunning_sdk.domain.event import NewEvent, Stream
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.proposals.proposal import FinancingAct, PlannedAct, Proposal
from dunning_sdk.proposals.proposing import approval_key, keep_proposal, stored_proposal
from dunning_sdk.store.interface import Session


def approve(session: Session, proposal_id: str, wanted: tuple[str, ...], *, by: str) -> Proposal:
    """Return the proposal with acts approved.

    Args:
        session: Open transaction.
        proposal_id: Id or unique prefix.
        wanted: Act ids or unique prefixes; none means all that need approval.
        by: Who approves.

    Raises:
        RecordNotFoundError: Unknown proposal, or an act that is not in it.
    """
    proposal = stored_proposal(session, proposal_id)
    acts: list[PlannedAct | FinancingAct] = [*proposal.acts, *proposal.financing]
    if wanted:
        chosen = [_find(acts, key, proposal.id) for key in wanted]
    else:
        chosen = [act for act in acts if act.needs_approval]
    for act in chosen:
        if isinstance(act, PlannedAct):
            session.put_setting(approval_key(act), act.attempt)
    approved = dict.fromkeys([*proposal.approved, *(act.act_id for act in chosen)])
    session.append([_approval(proposal, act, by) for act in chosen])
    return keep_proposal(session, replace(proposal, approved=tuple(approved)))


def _find(
    acts: list[PlannedAct | FinancingAct], key: str, proposal_id: str
) -> PlannedAct | FinancingAct:
    found = [act for act in acts if act.act_id.startswith(key)]
    if len(found) != 1:
        problem = "is ambiguous" if found else "has no act"
        message = f"Proposal {proposal_id} {problem} {key}"
        raise RecordNotFoundError(message, hint="`dunning propose` lists the acts and their ids.")
    return found[0]


def _approval(proposal: Proposal, act: PlannedAct | FinancingAct, by: str) -> NewEvent:
    subject = act.receivable_id if isinstance(act, PlannedAct) else act.draft
    kind = "receivable" if isinstance(act, PlannedAct) else "financing"
    return NewEvent(
        stream=Stream(kind=kind, id=subject),
        type="act.approved",  # changes no state: a person said yes, nothing was done yet
        on=proposal.as_of,
        header={"act": act.act_id, "proposal": proposal.id},
        payload={"by": by},
    )
