"""Run the clock of limitation: when it began, what interrupted or suspended it, when it ends.

The module decides what each event does to a clock by the law of its jurisdiction. Which of
several periods governs a claim is not decided here: a clock is run for each that may, and a
person says which does. What the law is not known to do moves no clock, so that the date shown is
rather too early.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from dunning_sdk.errors import LawError
from dunning_sdk.law.clock import Cause, Clock, ClockEvent, ClockLine, Effect
from dunning_sdk.law.parameter import Parameter, Unit, Value, worst
from dunning_sdk.law.statutes import Statutes, of_topic
from dunning_sdk.law.terms import moved_due_on
from dunning_sdk.law.time_limit import PERIODS, add_period

TOPIC: Final = "limitation"
CONSUMER: Final = "consumer"
TITLE: Final = "title"
_LONGSTOP: Final = "longstop"
_AFTER_SUSPENSION: Final = "after-suspension"
_NO_REGIME: Final = frozenset({TITLE, _LONGSTOP, _AFTER_SUSPENSION})


def regimes(statutes: Statutes, jurisdiction: str, *, is_company: bool) -> tuple[Parameter, ...]:
    """Return the periods that may govern a claim, the shortest first.

    Args:
        statutes: What is known of the law.
        jurisdiction: Code of the law that governs it.
        is_company: Whether the debtor is no consumer; then periods for consumers are left out.
    """
    code = statutes.jurisdiction(jurisdiction)
    found = [
        item
        for item in of_topic(statutes.parameters.values(), code, TOPIC)
        if item.unit in PERIODS
        and item.name not in _NO_REGIME
        and not (is_company and item.name == CONSUMER)
    ]
    return tuple(sorted(found, key=lambda item: (item.values[-1].amount, item.id)))


def run_clock(
    statutes: Statutes,
    parameter_id: str,
    due_on: date,
    events: Iterable[ClockEvent] = (),
    *,
    confirmed: Collection[str] = (),
) -> Clock:
    """Return one clock as it stands after some events.

    Args:
        statutes: What is known of the law.
        parameter_id: The limitation period.
        due_on: Due date of the claim, or the day a title became enforceable; not counted.
        events: In any order.
        confirmed: Ids of unverified parameters that a person confirmed; others move nothing.

    Raises:
        ParameterNotFoundError: The period is not known, or not on that day.
        LawError: It is no period.

    Source:
        Code civil, articles 2224, 2231, 2232, 2238 and 2240 to 2244; elsewhere the parameters
        of each jurisdiction. House rule: the end of a limitation period never moves off a
        closed day.
    """
    machine = _Machine.of(statutes, parameter_id, due_on, confirmed)
    for event in sorted(events, key=lambda one: (one.on, one.cause)):
        machine.take(event)
    return machine.clock()


@dataclass(slots=True, kw_only=True)
class _Machine:
    """One clock while its events are taken in."""

    statutes: Statutes
    parameter: Parameter
    period: tuple[int, Unit]
    started_on: date
    ends_on: date | None
    used: list[tuple[Parameter, Value]]
    lines: list[ClockLine]
    confirmed: Collection[str]

    @classmethod
    def of(
        cls, statutes: Statutes, parameter_id: str, due_on: date, confirmed: Collection[str]
    ) -> _Machine:
        parameter = statutes.parameter(parameter_id)
        value = parameter.at(due_on)
        if parameter.unit not in PERIODS or not isinstance(value.amount, Decimal):
            raise LawError(f"{parameter_id} is no limitation period", parameter_id=parameter_id)
        # A title is counted from the day it may be enforced, whatever day that is.
        start = due_on
        if parameter.name != TITLE:
            start = moved_due_on(statutes, parameter.jurisdiction, due_on)
        machine = cls(
            statutes=statutes,
            parameter=parameter,
            period=(int(value.amount), parameter.unit),
            started_on=start,
            ends_on=None,
            used=[(parameter, value)],
            lines=[],
            confirmed=confirmed,
        )
        counted = date(start.year, 12, 31) if machine._says("counted-from-year-end") else start
        machine.ends_on = machine._run(counted)
        return machine

    def take(self, event: ClockEvent) -> None:
        """Let one event move the clock, or say why it does not."""
        rule = self._rule(event.cause, event.on)
        effect = self._effect(event, rule)
        if effect is Effect.INTERRUPTED:
            self.ends_on = self._anew(event)
        elif effect is Effect.SUSPENDED:
            self.ends_on = self._resumed(event)
        if rule and effect in (Effect.INTERRUPTED, Effect.SUSPENDED):
            self.used.append(rule)
        self.lines.append(
            ClockLine(
                event=event,
                effect=effect,
                ends_on=self.ends_on,
                source=rule[1].source if rule else "",
                parameter_id=rule[0].id if rule else "",
            )
        )

    def _effect(self, event: ClockEvent, rule: tuple[Parameter, Value] | None) -> Effect:
        if event.void:
            return Effect.VOID
        if rule is None:
            return Effect.NOT_KNOWN
        if self.ends_on is not None and event.on > self.ends_on:
            return Effect.TOO_LATE
        parameter, value = rule
        if value.amount is not True:
            return Effect.NOTHING
        if not value.confidence.verified and parameter.id not in self.confirmed:
            return Effect.UNVERIFIED
        return Effect.SUSPENDED if event.cause.suspends else Effect.INTERRUPTED

    def _anew(self, event: ClockEvent) -> date | None:
        """Return the end of a new period of the same length; none while a case lasts.

        What happens while a case lasts, or lasted, brings no end forward.
        """
        if self.ends_on is None or (event.lasts and event.until_on is None):
            return None
        return max(self.ends_on, self._run(event.until_on or event.on))

    def _resumed(self, event: ClockEvent) -> date | None:
        """Return the end after a suspension: what was left, and at least what the law grants."""
        if self.ends_on is None or event.until_on is None:
            return None
        resumed = event.until_on + (self.ends_on - event.on)
        least = self._own(_AFTER_SUSPENSION, event.on)
        if least is None or not isinstance(least[1].amount, Decimal):
            return resumed
        self.used.append(least)
        return max(resumed, add_period(event.until_on, int(least[1].amount), least[0].unit))

    def _run(self, start: date) -> date:
        end = add_period(start, *self.period)
        return date(end.year, 12, 31) if self._says("ends-at-year-end") else end

    def _says(self, name: str) -> bool:
        """Tell whether a rule of the jurisdiction that needs no event holds; titles have none."""
        found = None if self.parameter.name == TITLE else self._own(name, self.started_on)
        if found is None or found[1].amount is not True:
            return False
        if found not in self.used:
            self.used.append(found)
        return True

    def _rule(self, cause: Cause, on: date) -> tuple[Parameter, Value] | None:
        return self._own(cause.value, on)

    def _own(self, name: str, on: date) -> tuple[Parameter, Value] | None:
        found = self.statutes.parameters.get(f"{self.parameter.jurisdiction}.{TOPIC}.{name}")
        return None if found is None else (found, found.at(on))

    def clock(self) -> Clock:
        """Return the clock, capped by the longest limitation there is."""
        longest = self._own(_LONGSTOP, self.started_on)
        if longest and self.parameter.name != TITLE and isinstance(longest[1].amount, Decimal):
            cap = add_period(self.started_on, int(longest[1].amount), longest[0].unit)
            if self.ends_on is not None and cap < self.ends_on:
                self.ends_on = cap
                self.used.append(longest)
        plain = Clock(
            parameter_id=self.parameter.id,
            title=self.parameter.title,
            started_on=self.started_on,
            ends_on=self.ends_on,
            lines=tuple(self.lines),
            sources=tuple(dict.fromkeys(value.source for _, value in self.used)),
            confidence=worst(value.confidence for _, value in self.used),
            limits=self.parameter.limits,
        )
        weak = [item.id for item, value in self.used if not value.confidence.verified]
        return replace(plain, unverified=tuple(dict.fromkeys(weak)))
