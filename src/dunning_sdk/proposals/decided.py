"""What deciding gives for one receivable, and what it may be told to suppose.

Records only; `proposals.deciding` makes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from dunning_sdk.decisions.case import Case
from dunning_sdk.decisions.decision import StepDecision
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import ActRecord, Receivable
from dunning_sdk.rules.book import Book


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision with what it was decided on.

    Attributes:
        receivable: State on the day.
        debtor: Who owes.
        book: Book that decided.
        decision: What is next.
        case: Facts and history it was decided on.
        review_on: Day the next run must look again; the day decided for while an act is due.
        changes_on: Next day time alone may change the decision; ``None`` if never.
    """

    receivable: Receivable
    debtor: Party
    book: Book
    decision: StepDecision
    case: Case
    review_on: date | None
    changes_on: date | None

    @property
    def amount(self) -> Money:
        """Return what is asked for: the open amount, or what of it the decision says."""
        return self.decision.amount or self.receivable.open_amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """What a decider takes as so beside what is stored.

    Attributes:
        ignoring: Acts not to be seen: those of the proposal that is checked at the door.
        acts: By receivable id, acts taken as done.
        known_on: Day up to which payments are known; ``None`` for what is stored.
    """

    ignoring: frozenset[str] = frozenset()
    acts: Mapping[str, tuple[ActRecord, ...]] = field(default_factory=dict)
    known_on: date | None = None

    def seen(self, state: Receivable) -> Receivable:
        """Return a receivable without the acts that are ignored, and with those taken as done."""
        more = self.acts.get(state.id, ())
        if not more and all(act.act_id not in self.ignoring for act in state.acts):
            return state
        known = {act.act_id: act for act in (*state.acts, *more)}
        acts = tuple(act for act_id, act in known.items() if act_id not in self.ignoring)
        return replace(state, acts=acts)
