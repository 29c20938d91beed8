"""The lines of a proposal, as its list shows them page by page.

Decides what of each act a list shows; the proposal itself is kept whole beside it.
"""

from collections.abc import Iterator

from dunning_sdk.proposals.proposal import FinancingAct, PlannedAct, Proposal
from dunning_sdk.store.reading import ProposedAct


def lines_of(proposal: Proposal) -> Iterator[ProposedAct]:
    """Yield one line for each act, each expected act and each decision on financing."""
    place = 0
    for kind, acts in (("act", proposal.acts), ("expected", proposal.expected)):
        for act in acts:
            place += 1
            yield _planned(act, place, kind)
    for financing in proposal.financing:
        place += 1
        yield _financing(financing, place)


def _planned(act: PlannedAct, place: int, kind: str) -> ProposedAct:
    return ProposedAct(
        act_id=act.act_id,
        place=place,
        kind=kind,
        subject=act.receivable_id,
        debtor_id=act.debtor_id,
        step=act.step_id,
        level=act.level,
        channel=act.channel,
        notice_id=act.notice_id,
        actor=act.actor,
        needs_approval=act.needs_approval and kind == "act",
        legal_effect=act.legal_effect,
        currency=act.amount.currency,
        minor=act.amount.minor,
    )


def _financing(act: FinancingAct, place: int) -> ProposedAct:
    amount = act.financed or act.rest
    return ProposedAct(
        act_id=act.act_id,
        place=place,
        kind="financing",
        subject=act.draft,
        debtor_id=act.debtor_id,
        step=act.outcome,
        level=0,
        channel="",
        notice_id="",
        actor="",
        needs_approval=act.needs_approval,
        legal_effect=False,
        currency=amount.currency if amount else "",
        minor=amount.minor if amount else 0,
    )
