"""Run the engine day by day on a copy of a portfolio, and count what it does.

Decides the order of a day: facts become known, payments come in, the engine runs, and people
answer by the policy that was stated. What debtors do is left to `payment_model`, what it came to
to `measuring`; that nothing leaves is seen to by `rehearsing`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import NewEvent
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConfigError, InvalidTransitionError, nearest_names
from dunning_sdk.money.cash import KNOWN_ON
from dunning_sdk.proposals.proposal import Proposal
from dunning_sdk.proposals.report import RunReport, Watch, unwatched
from dunning_sdk.records.entry import Record
from dunning_sdk.records.keeping import note_change
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.step import Action
from dunning_sdk.simulation.measuring import Tally, course_of
from dunning_sdk.simulation.payment_model import Drawn
from dunning_sdk.simulation.portfolio import Portfolio
from dunning_sdk.simulation.rehearsing import Rehearsal
from dunning_sdk.simulation.simulation import Course, Policy, Simulation

BY: Final = "simulation"
_ASKED: Final = frozenset({Action.CALL, Action.TASK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What a simulation assumes.

    Attributes:
        first: First day.
        last: Last day, not before the first.
        drawn: How payments are drawn; ``None`` for those recorded.
        approve: When acts that need it are approved.
        confirm: When acts of others, letters, calls and tasks are reported as done.
        costs: Cost of each thing that leaves, by channel; all in one currency, none negative.
    """

    first: date
    last: date
    drawn: Drawn | None = None
    approve: Policy = "on-the-day"
    confirm: Policy = "on-the-day"
    costs: Mapping[str, Money] = field(default_factory=dict)

    @property
    def days(self) -> tuple[date, ...]:
        """Return every day, in order."""
        count = (self.last - self.first).days + 1
        return tuple(self.first + timedelta(days=number) for number in range(count))


def simulate(
    books: Sequence[Book],
    portfolio: Portfolio,
    assumed: Assumptions,
    *,
    watch: Watch = unwatched,
) -> Simulation:
    """Return what each book would do about a portfolio on some days; nothing leaves.

    Args:
        books: One or more; each runs on a copy of its own.
        portfolio: Only read.
        assumed: Days, payments, answers and costs.
        watch: Told after each day.

    Raises:
        ConfigError: The days end before they begin, no receivable is known by then, or a cost is
            negative, in another currency than the others, or of a channel no book uses.
    """
    facts = portfolio.facts(assumed.first, assumed.last, recorded=assumed.drawn is None)
    opened = [fact for day in facts.values() for fact in day if fact.type == events.OPENED]
    _check(assumed, books, opened)
    runs = [
        _Run(book, portfolio, assumed, facts=facts, watch=watch, before=number)
        for number, book in enumerate(books)
    ]
    drawn = assumed.drawn
    return Simulation(
        first=assumed.first,
        last=assumed.last,
        receivables=len(opened),
        payments=drawn.label if drawn else "recorded",
        seed=drawn.seed if drawn else None,
        notice_effect_pct=drawn.notice_effect_pct if drawn else 0,
        approve=assumed.approve,
        confirm=assumed.confirm,
        costs=dict(sorted(assumed.costs.items())),
        courses=tuple(run.course(len(books)) for run in runs),
    )


def channels_of(books: Sequence[Book]) -> frozenset[str]:
    """Return what acts of books may leave by: channels, and the words for calls and tasks."""
    steps = [step for book in books for one in book.procedures.values() for step in one.steps]
    return frozenset(name for step in steps for name in step.channels or (step.action.value,))


def _check(assumed: Assumptions, books: Sequence[Book], opened: Sequence[NewEvent]) -> None:
    if assumed.first > assumed.last:
        message = f"The simulation would end on {assumed.last}, before it begins on {assumed.first}"
        raise ConfigError(message, hint="Give a later --to.")
    if not opened:
        message = f"The portfolio has no receivable that is known by {assumed.last}"
        raise ConfigError(message, hint="Give later days.")
    known = channels_of(books) - {"chosen"} | {"email", "letter", "registered-letter"}
    for name, cost in assumed.costs.items():
        if name not in known:
            near = nearest_names(name, known)
            hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(sorted(known))}."
            raise ConfigError(f"No step leaves by {name!r}, so it has no cost", hint=hint)
        if cost.minor < 0:
            message = f"The cost of {name} is negative: {cost}"
            raise ConfigError(message, hint="Give what one costs, such as 1.50.")
    if len({cost.currency for cost in assumed.costs.values()}) > 1:
        raise ConfigError("Costs are in several currencies", hint="Declare them in one.")


class _Run:
    """One book's days, on a copy of its own.

    Args:
        book: Decides.
        portfolio: Only read.
        assumed: Payments and answers.
        facts: What is known on each day.
        watch: Told after each day.
        before: Books simulated before this one.
    """

    def __init__(
        self,
        book: Book,
        portfolio: Portfolio,
        assumed: Assumptions,
        *,
        facts: Mapping[date, Sequence[NewEvent]],
        watch: Watch,
        before: int,
    ) -> None:
        self._book, self._portfolio, self._assumed = book, portfolio, assumed
        self._facts, self._watch, self._before = facts, watch, before
        self._pay_on: dict[str, date] = {}
        self._due: dict[date, set[str]] = {}

    def course(self, books: int) -> Course:
        """Live all days, and return what they came to."""
        days = self._assumed.days
        engine = Rehearsal(self._portfolio.config, self._book)
        tally = Tally()
        with engine, engine.store.begin() as session:
            for id, party in sorted(self._portfolio.parties.items()):
                session.put_record("party", id, party, owner=id)
        for number, day in enumerate(days, 1):
            engine.as_of = day
            self._learn(engine, day)
            self._live(engine, day, tally)
            done = self._before * len(days) + number
            self._watch(f"{self._book.id} {day}", done, books * len(days))
        return course_of(tally, engine.store, self._book, self._assumed.costs, days)

    # what comes in ------------------------------------------------------------------------
    def _learn(self, engine: Rehearsal, day: date) -> None:
        """Append the facts of a day, and record the payments drawn for it."""
        new = self._facts.get(day, ())
        with engine.store.begin() as session:
            note_change(session, new)
            session.put_setting(KNOWN_ON, day.isoformat())
            seen = [fact.stream.id for fact in new if fact.type == events.OPENED]
            states = [session.receivable(id).receivable for id in seen]
        if self._assumed.drawn is None:
            return
        for state in states:
            if state.open_amount.minor:
                pay_on = self._assumed.drawn.pay_day(state.id, state.due_on, since=day)
                self._expect(state.id, pay_on)
        for id in sorted(self._due.pop(day, ())):
            with engine.store.begin() as session:
                is_open = session.receivable(id).receivable.open_amount.minor > 0
            if is_open:
                engine.record(Record(kind="payment", on=day, subject=id))

    def _expect(self, id: str, pay_on: date | None) -> None:
        """Have a receivable paid on a day, and on no other."""
        before = self._pay_on.get(id)
        if before is not None:
            self._due[before].discard(id)
        if pay_on is not None:
            self._pay_on[id] = pay_on
            self._due.setdefault(pay_on, set()).add(id)

    # what is done -------------------------------------------------------------------------
    def _live(self, engine: Rehearsal, day: date, tally: Tally) -> None:
        """Run a day, answer what waits as was stated, and count what is left of it."""
        proposal, report = engine.run(as_of=day)
        waiting = report.waiting
        if waiting and self._assumed.approve == "on-the-day":
            engine.approve(proposal.id, waiting, by=BY)
            more = engine.execute(proposal.id)
            report.sent += more.sent
            report.handed += more.handed
            report.asked += more.asked
            report.cancelled |= more.cancelled
            report.failed += more.failed
            waiting = more.waiting
        tally.add(proposal, report, approvals=len(waiting))
        if self._assumed.confirm == "on-the-day":
            for entry in _answers(proposal, report, day):
                if _is_taken(engine, entry):
                    tally.answer(is_expected=entry.kind == "act")
        self._heed(proposal, report, day)

    def _heed(self, proposal: Proposal, report: RunReport, day: date) -> None:
        """Have notices shorten the wait for the payments they asked for."""
        drawn = self._assumed.drawn
        if drawn is None or not drawn.notice_effect_pct:
            return
        left = {*report.sent, *report.handed}
        for act in proposal.acts:
            pay_on = self._pay_on.get(act.receivable_id)
            if act.act_id in left and act.action is Action.NOTICE and pay_on and pay_on > day:
                self._expect(act.receivable_id, drawn.after_notice(pay_on, day))


def _is_taken(engine: Rehearsal, entry: Record) -> bool:
    """Record an answer; one that an earlier answer has made void is not taken."""
    try:
        engine.record(entry)
    except InvalidTransitionError:
        return False
    return True


def _answers(proposal: Proposal, report: RunReport, day: date) -> Iterator[Record]:
    """Yield what people report on a day: all that was asked of them is done."""
    for act in proposal.expected:
        yield _record("act", act.receivable_id, day, step=act.step_id)
    handed, asked = frozenset(report.handed), frozenset(report.asked)
    for act in proposal.acts:
        if act.act_id in handed:
            yield _record("posting", act.receivable_id, day, step=act.act_id)
        elif act.act_id in asked:
            yield _record("answer", f"{act.action.value}:{act.act_id}", day, answer="done")


def _record(kind: str, subject: str, on: date, **values: str) -> Record:
    return Record(kind=kind, on=on, subject=subject, values=values)
