"""Compare what two books would do about one portfolio on one day.

Every receivable of an installation is decided twice, whatever book it is on, and nothing is
written. Which facts differ is left to `verify.diff`; here are the receivables.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dunning_sdk.decisions.decision import Outcome, SlotState, StepDecision
from dunning_sdk.engine.engine import Engine
from dunning_sdk.installation.library import Library
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.rules.book import Book
from dunning_sdk.store.interface import Session

Act = tuple[str, int]
"""A step's id and its occurrence."""


class OneBook(Library):
    """A library in which every name and every hash leads to one book.

    Args:
        book: That book.
        library: Where it came from.
        folder: Where relative paths to books start.
    """

    def __init__(self, book: Book, library: Library, *, folder: Path) -> None:
        super().__init__(library.registered, folder=folder, templates=frozenset())
        self._book = book

    def load(self, name: str) -> Book:
        """Return the book."""
        return self._book

    def kept(self, digest: str, session: Session) -> Book:
        """Return the book."""
        return self._book


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A receivable that two books treat otherwise.

    Attributes:
        receivable_id: Which.
        old: Outcome, step and reasons under the old book.
        new: The same under the new one.
        added: Acts that only the new book still has ahead, as ``step@day``.
        removed: Acts that only the old book still has ahead.
        moved: Acts that both have ahead on other days, as ``step old → new``.
    """

    receivable_id: str
    old: str
    new: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


def compare_portfolio(engine: Engine, old: Book, new: Book, *, as_of: date) -> tuple[Affected, ...]:
    """Return the receivables two books treat otherwise, by id.

    Args:
        engine: Open on the portfolio; it is only read.
        old: The book before.
        new: The book after.
        as_of: Day decided for.
    """
    with engine.store.begin() as session:
        before = _decided(engine, old, session, as_of)
        after = _decided(engine, new, session, as_of)
    found = (_affected(name, before[name], after[name]) for name in sorted({*before} & {*after}))
    return tuple(one for one in found if one is not None)


def _decided(engine: Engine, book: Book, session: Session, as_of: date) -> dict[str, StepDecision]:
    library = OneBook(book, engine.library, folder=engine.config.folder)
    decider = Decider(engine.config, library, session=session, as_of=as_of, plugins=engine.plugins)
    decided = decider.decide_due(full=True)
    return {item.receivable.id: item.decision for item in decided}


def _affected(name: str, old: StepDecision, new: StepDecision) -> Affected | None:
    first, second = _ahead(old), _ahead(new)
    moved = [
        f"{_named(act)} {first[act] or 'later'} → {second[act] or 'later'}"
        for act in first
        if act in second and first[act] != second[act]
    ]
    found = Affected(
        receivable_id=name,
        old=_said(old),
        new=_said(new),
        added=tuple(_dated(act, second[act]) for act in second if act not in first),
        removed=tuple(_dated(act, first[act]) for act in first if act not in second),
        moved=tuple(moved),
    )
    is_same = found.old == found.new and not (found.added or found.removed or found.moved)
    return None if is_same else found


def _ahead(decision: StepDecision) -> dict[Act, date | None]:
    """Return the acts still ahead and their days; none where a stop or a guard holds all."""
    if decision.outcome in (Outcome.DENIED, Outcome.STOPPED, Outcome.FINISHED):
        return {}
    days = {
        (one.step_id, one.occurrence): one.planned_on
        for one in decision.calendar
        if one.state in (SlotState.OPEN, SlotState.IN_PROGRESS, SlotState.FAILED)
    }
    if decision.step is not None:
        days[decision.step.id, decision.occurrence] = decision.act_on
    return days


def _said(decision: StepDecision) -> str:
    parts: Iterable[str] = (
        decision.outcome.value,
        decision.step.id if decision.step else "",
        ", ".join(decision.reasons),
        str(decision.amount or ""),
    )
    return " ".join(part for part in parts if part)


def _named(act: Act) -> str:
    return act[0] if act[1] == 1 else f"{act[0]}/{act[1]}"


def _dated(act: Act, day: date | None) -> str:
    return f"{_named(act)}@{day or 'later'}"
