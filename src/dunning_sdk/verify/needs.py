"""What would have to change for the next step of a receivable to happen, in words.

The module decides what answers each reason that deciding gives: the stop that would have to end,
the fact that is missing, the cells of the rows that would have to hold and how far the facts are
from them. When it will is `proposals.forecasting`'s.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from dunning_sdk.decisions.case import Case
from dunning_sdk.decisions.decision import Outcome, StepDecision
from dunning_sdk.decisions.facts import with_step
from dunning_sdk.decisions.stop import holding_stops
from dunning_sdk.domain.reach import lacking
from dunning_sdk.domain.receivable import StopReason
from dunning_sdk.errors import DunningError, EvaluationError, MissingFactError
from dunning_sdk.rules.book import Book, TableRule
from dunning_sdk.rules.step import Condition
from dunning_sdk.rules.vocabulary import Language
from dunning_sdk.verify.explain import fact_labels, say_value
from dunning_sdk.verify.nearest import Change, Wanted, Way, nearest_ways
from dunning_sdk.verify.need_words import WORDS
from dunning_sdk.verify.reasons import PLUGIN, reason_text

_STOPS: Final = frozenset(reason.value for reason in StopReason)
_TRUTH: Final = {"true": True, "false": False, "null": None}
_PLAIN: Final = {
    "paid": "paid",
    "act-planned": "planned-act",
    "letter-to-post": "posted",
    "act-failed": "failed",
    "act-uncertain": "uncertain",
    "another-actor": "expected",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing that would have to change; all of a decision's needs have to.

    Attributes:
        reason: Reason it answers.
        text: In words.
        rule: Table that would have to answer otherwise; empty if none.
        stop: Stop that would have to end; empty if none.
        ways: Nearest facts on which the table would; any one of them is enough.
        said: The ways in words; for a condition the facts it reads, as they are.
    """

    reason: str
    text: str
    rule: str = ""
    stop: str = ""
    ways: tuple[Way, ...] = ()
    said: tuple[str, ...] = ()


def needs_of(
    decision: StepDecision, case: Case, book: Book, *, language: Language = "en"
) -> tuple[Need, ...]:
    """Return what would have to change for the next step to happen.

    Args:
        decision: Of one receivable on one day, guards and plugins heard.
        case: What it was decided on.
        book: Whose rules spoke.
        language: Of the words.
    """
    return tuple(_Needs(decision, case, book, language).all())


def fault_needs(problem: DunningError, *, language: Language = "en") -> tuple[Need, ...]:
    """Return what a rule that could not be evaluated needs: the fact it misses, or a hint.

    Args:
        problem: What deciding raised.
        language: Of the words.
    """
    words, text = WORDS[language], problem.hint or problem.message
    rule = problem.rule_id or "" if isinstance(problem, EvaluationError) else ""
    if isinstance(problem, MissingFactError):
        name = problem.fact_name or ""
        label = fact_labels(language=language).get(name, name)
        row = words["row"].format(row=problem.row) if problem.row else words["otherwise"]
        text = words["missing"].format(fact=problem.fact_name, label=label, rule=rule, row=row)
    return (Need(reason=problem.code, text=text, rule=rule),)


class _Needs:
    def __init__(self, decision: StepDecision, case: Case, book: Book, language: Language) -> None:
        self._decision = decision
        self._case = case
        self._book = book
        self._language = language
        self._words = WORDS[language]
        self._labels = fact_labels(book.facts, language=language)

    def all(self) -> Iterator[Need]:
        reasons = self._decision.reasons
        if self._decision.outcome is Outcome.STOPPED and _STOPS & set(reasons):
            yield from self._stops()
        elif self._decision.outcome is Outcome.DENIED:
            yield from self._plugins()
            yield from self._guards()
        else:
            answers = self._answers()
            for reason in reasons:
                if reason in answers:
                    yield from answers[reason]()
                elif reason in _PLAIN:
                    yield self._need(reason, _PLAIN[reason], actor=self._decision.actor)

    def _answers(self) -> Mapping[str, Callable[[], Iterator[Need]]]:
        return {
            "owned-by-another-chaser": self._owned,
            "no-procedure": self._no_procedure,
            "no-step-left": self._no_step_left,
            "not-yet": self._not_yet,
            "payments-stale": self._stale,
            "debtor-unreachable": self._unreachable,
            "debtor-spacing": self._spacing,
            "formal-notice-runs": self._hush,
            "step-due": self._approval,
            "step-before-not-done": self._after,
        }

    def _need(self, reason: str, word: str, **values: object) -> Need:
        return Need(reason=reason, text=self._words[word].format(**values))

    def _stops(self) -> Iterator[Need]:
        for stop in holding_stops(self._case.receivable, self._case.as_of):
            why = reason_text(stop.reason.value, self._book, self._language).rstrip(".")
            word = "stop" if stop.until_on is None else "stop-until"
            text = self._words[word].format(stop=stop.id, until=stop.until_on, why=why)
            yield Need(reason=stop.reason.value, text=text, stop=stop.id)

    def _owned(self) -> Iterator[Need]:
        operator, chaser = self._case.operator, self._case.mandate.chaser
        yield from self._mandate(
            "owned-by-another-chaser",
            lambda values: values["chaser"] == operator or values["follow"] is not False,
            self._words["owned"].format(chaser=chaser),
        )

    def _no_procedure(self) -> Iterator[Need]:
        known = self._book.procedures
        yield from self._mandate(
            "no-procedure",
            lambda values: values["procedure"] in known,
            self._words["no-procedure"],
        )

    def _mandate(self, reason: str, wanted: Wanted, text: str) -> Iterator[Need]:
        rules = [rule for rule in self._book.of_kind("mandate", on=self._case.as_of)][:1]
        if not rules:
            yield Need(reason=reason, text=text)
        for rule in rules:
            yield self._table(rule, reason, self._case.facts, wanted, text)

    def _no_step_left(self) -> Iterator[Need]:
        laid = {entry.step_id for entry in self._decision.calendar}
        for step in self._case.procedure.steps if self._case.procedure else ():
            if step.id not in laid and step.when is not None:
                yield self._condition(step.id, step.when)
        yield self._need("no-step-left", "due-later")

    def _condition(self, step_id: str, condition: Condition) -> Need:
        """Return that a condition has to hold, with the facts it reads as they are."""
        seen = [
            self._words["seen"].format(
                label=self._labels.get(name, name),
                seen=say_value(_fact(self._case.facts, name), self._language),
            )
            for name in condition.reads
        ]
        need = self._need("no-step-left", "when", step=step_id, text=condition.text)
        return replace(need, said=tuple(seen))

    def _not_yet(self) -> Iterator[Need]:
        decision = self._decision
        after = decision.step.after if decision.step else None
        last = [name for name, day in decision.bounds if day == decision.act_on]
        why = self._words["and"].join(self._words[name].format(after=after) for name in last)
        yield self._need("not-yet", "not-yet", day=decision.act_on, why=why)

    def _after(self) -> Iterator[Need]:
        """A step settled by a person without being done does not count as done."""
        step = self._decision.step
        yield self._need("step-before-not-done", "after", after=step.after if step else "")

    def _stale(self) -> Iterator[Need]:
        known, procedure = self._case.payments_known_on, self._case.procedure
        most = procedure.payments_max_age_days if procedure else None
        if known is None or most is None:
            yield self._need("payments-stale", "stale-never")
            return
        day = self._case.as_of - timedelta(days=most)
        yield self._need("payments-stale", "stale", day=day, known=known)

    def _unreachable(self) -> Iterator[Need]:
        step = self._decision.step
        chosen = self._case.receivable.channel
        named = [chosen if name == "chosen" else name for name in step.channels] if step else []
        for name in dict.fromkeys(name for name in named if name):
            what = self._words[lacking(self._case.debtor, name)]
            yield self._need("debtor-unreachable", "unreachable", channel=name, what=what)
        if "" in named or not named:
            yield self._need("debtor-unreachable", "unreachable-none")

    def _spacing(self) -> Iterator[Need]:
        days = self._case.procedure.spacing_days if self._case.procedure else 0
        yield self._need("debtor-spacing", "spacing", day=self._decision.act_on, days=days)

    def _hush(self) -> Iterator[Need]:
        yield self._need("formal-notice-runs", "hush", day=self._decision.act_on)

    def _approval(self) -> Iterator[Need]:
        step = self._decision.step
        if step is not None and step.needs_approval:
            yield self._need("step-due", "approval")

    def _plugins(self) -> Iterator[Need]:
        for reason in self._decision.reasons:
            if reason.startswith(PLUGIN):
                name = reason.removeprefix(PLUGIN).partition(":")[0]
                yield self._need(reason, "plugin", plugin=name)

    def _guards(self) -> Iterator[Need]:
        """Yield what each guard that would deny the step needs, not only the first that did."""
        step = self._decision.step
        if step is None:
            return
        channel = self._decision.channels[0] if self._decision.channels else ""
        facts = with_step(self._case.facts, step, channel)
        for rule in self._book.of_kind("guards", on=self._case.as_of):
            said: Mapping[str, Any] = {"allow": True, "amount": None}
            with suppress(EvaluationError):  # one after the guard that denied was not asked
                said = rule.decide(facts).values
            if _allows(said):
                continue
            reason = str(said["reason"] or rule.id)
            text = self._words["guard"].format(rule=rule.id, title=rule.title)
            yield self._table(rule, reason, facts, _allows, text)

    def _table(
        self, rule: TableRule, reason: str, facts: Mapping[str, Any], wanted: Wanted, text: str
    ) -> Need:
        ways = nearest_ways(rule, facts, wanted)
        said = tuple(self._way(way) for way in ways)
        return Need(reason=reason, text=text, rule=rule.id, ways=ways, said=said)

    def _way(self, way: Way) -> str:
        word = self._words["row" if way.row else "otherwise"].format(row=way.row)
        return f"{word}: {self._words['and'].join(self._change(one) for one in way.changes)}"

    def _change(self, change: Change) -> str:
        word = "is" if change.by is None else "by"
        return self._words[word].format(
            label=self._labels.get(change.fact, change.fact),
            cell=say_value(_TRUTH.get(change.cell, change.cell), self._language),
            seen=say_value(change.seen, self._language),
            by=None if change.by is None else f"{change.by.normalize():f}",
        )


def _fact(facts: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - a value of a fact
    found: Any = facts
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _allows(values: Mapping[str, Any]) -> bool:
    amount = values["amount"]
    return values["allow"] is True and (amount is None or amount > 0)
