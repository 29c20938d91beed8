"""What a run would do on one day: acts, expected acts, and why nothing is done about the rest.

Proposing has no effect outside the store: notices are written and kept sealed, nothing leaves,
and no receivable changes. The same state gives the same proposal with the same id.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from dunning_sdk.decisions.act import ActKey, act_id, notice_id
from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.decisions.grouping import GroupKey, group_key, grouped
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.installation.config import Config
from dunning_sdk.proposals.decided import Decided
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.proposals.holding import Holds
from dunning_sdk.proposals.listing import lines_of
from dunning_sdk.proposals.proposal import FinancingAct, PlannedAct, Proposal, WhyNot, act_of
from dunning_sdk.proposals.report import Watch, unwatched
from dunning_sdk.proposals.writing import Writer
from dunning_sdk.records.codec import from_json, to_json
from dunning_sdk.rules.step import Action
from dunning_sdk.store.interface import Session, StoredProposal

APPROVAL = "approval:"


class Proposer:
    """Builds the proposal of one day.

    Args:
        config: Operator, tenant and language.
        decider: Decides; bound to the session and the day.
        writer: Writes and keeps notices.
        watch: Told of the work as it goes on.
    """

    def __init__(
        self, config: Config, *, decider: Decider, writer: Writer, watch: Watch = unwatched
    ) -> None:
        self._config = config
        self._decider = decider
        self._writer = writer
        self._watch = watch

    def propose(
        self, session: Session, *, full: bool, financing: tuple[FinancingAct, ...] = ()
    ) -> Proposal:
        """Return the proposal of the decider's day and keep it with its notices.

        Args:
            session: Open transaction.
            full: Look at every receivable, not only those due for review.
            financing: Decisions about drafts, made before.
        """
        holds = Holds(session, self._decider)
        parts = [
            self._part(some, session, holds)
            for some in self._decider.portions(full=full, watch=self._watch)
        ]
        draft = Proposal(
            id="",
            as_of=self._decider.as_of,
            acts=tuple(act for part in parts for act in part.acts),
            expected=_by_id(act for part in parts for act in part.expected),
            financing=financing,
            host_events=holds.events(),
            others=_by_id(why for part in parts for why in part.others),
            review_on={key: day for part in parts for key, day in part.review_on.items()},
        )
        named = replace(draft, id=_digest(to_json(draft)))
        session.put_proposed(named.id, lines_of(named))
        approved = tuple(act.act_id for act in named.acts if _carried_over(session, act))
        return keep_proposal(session, replace(named, approved=approved))

    def _part(self, decided: list[Decided], session: Session, holds: Holds) -> "_Part":
        """Return what a proposal says of some debtors, and write their notices."""
        holds.look(decided)
        for book in {item.book.hash: item.book for item in decided}.values():
            session.put_book(book.hash, book.files)
        outcomes = [(item, item.decision.outcome) for item in decided]
        due = [item for item, outcome in outcomes if outcome is Outcome.DUE]
        return _Part(
            acts=self._written(due, session),
            expected=tuple(
                self._act(item) for item, outcome in outcomes if outcome is Outcome.EXPECTED
            ),
            others=tuple(_why_not(item) for item, outcome in outcomes if outcome not in _ACTED),
            review_on={item.receivable.id: item.review_on for item in decided},
        )

    def _act(self, item: Decided) -> PlannedAct:
        return planned_act(item, self._config.tenant)

    def _written(self, due: Iterable[Decided], session: Session) -> tuple[PlannedAct, ...]:
        """Group due decisions, write one notice for each group, and return the acts."""
        by_id = {item.receivable.id: item for item in due}
        keyed = [(self._key(item), item.decision) for item in by_id.values()]
        acts: list[PlannedAct] = []
        for key, decisions in grouped(keyed):
            items = [by_id[decision.receivable_id] for decision in decisions]
            members = [self._act(item) for item in items]
            if members[0].action in (Action.NOTICE, Action.PLACEMENT):
                notice = notice_id(act.act_id for act in members)
                members = [replace(act, notice_id=notice) for act in members]
                self._writer.write(session, notice, key=key, items=items)
            acts.extend(members)
        return tuple(acts)

    def _key(self, item: Decided) -> GroupKey:
        language = item.debtor.language or self._config.language
        return group_key(item.decision, item.receivable, item.debtor, language)


_ACTED = frozenset({Outcome.DUE, Outcome.EXPECTED})
_Named = TypeVar("_Named", PlannedAct, WhyNot)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What a proposal says of some debtors."""

    acts: tuple[PlannedAct, ...]
    expected: tuple[PlannedAct, ...]
    others: tuple[WhyNot, ...]
    review_on: dict[str, date | None]


def _by_id(items: Iterable[_Named]) -> tuple[_Named, ...]:
    return tuple(sorted(items, key=lambda item: item.receivable_id))


def planned_act(item: Decided, tenant: str) -> PlannedAct:
    """Return the act a decision calls for, under its permanent id."""
    decision = item.decision
    mandate, step = decision.mandate, decision.step
    procedure = mandate.procedure if mandate else ""
    key = ActKey(
        tenant=tenant,
        receivable=item.receivable.id,
        procedure=procedure,
        step=step.id if step else "",
        cycle=decision.cycle,
        occurrence=decision.occurrence,
        attempt=decision.attempt,
    )
    return act_of(
        decision,
        key=act_id(key),
        debtor_id=item.debtor.id,
        procedure_id=procedure,
        book_hash=item.book.hash,
    )


def planned_again(item: Decided, act: PlannedAct) -> PlannedAct | None:
    """Return the act decided anew under the same id, or ``None`` if another step is due."""
    if item.decision.step is None or item.decision.step.id != act.step_id:
        return None
    again = act_of(
        item.decision,
        key=act.act_id,
        debtor_id=item.debtor.id,
        procedure_id=act.procedure_id,
        book_hash=item.book.hash,
    )
    return replace(again, attempt=act.attempt)


def keep_proposal(session: Session, proposal: Proposal) -> Proposal:
    """Keep a proposal as it was looked at, and return it."""
    approved: dict[str, JsonValue] = {act: proposal.as_of.isoformat() for act in proposal.approved}
    stored = StoredProposal(
        id=proposal.id,
        as_of=proposal.as_of,
        content=to_json(proposal),
        approved=approved,
        executed=proposal.executed,
    )
    session.put_proposal(stored)
    return proposal


def stored_proposal(session: Session, key: str) -> Proposal:
    """Return a kept proposal by id or unique prefix.

    Raises:
        RecordNotFoundError: Unknown or ambiguous.
    """
    return from_json(Proposal, session.proposal(key).content)


def approval_key(act: PlannedAct) -> str:
    """Return what an approval is kept under: the act without its dates, attempt and notice.

    Late interest follows from the date alone, so it is left out as well.
    """
    bare = replace(act, act_id="", notice_id="", attempt=0, planned_on=None)
    plain = to_json(replace(bare, interest=None, new_charges=()))
    return APPROVAL + _digest(plain)


def _carried_over(session: Session, act: PlannedAct) -> bool:
    """Tell whether an approval still stands: given to this attempt, or to the one before.

    Only dates may have changed since; that act may have been left unsent on its day.
    """
    approved = session.setting(approval_key(act))
    return act.needs_approval and approved in (act.attempt, act.attempt - 1)


def _why_not(item: Decided) -> WhyNot:
    decision = item.decision
    return WhyNot(
        receivable_id=item.receivable.id,
        outcome=decision.outcome.value,
        reasons=decision.reasons,
        step_id=decision.step.id if decision.step else "",
        act_on=decision.act_on,
    )


def _digest(content: object) -> str:
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
