"""Hold what an evaluation needs besides its facts: clock, limits, and the list of diagnostics.

Decides when a limit is passed. Leaves to the caller which clock tells the time: without one,
``now()`` and ``today()`` have no value.

>>> evaluation = Evaluation()
>>> evaluation.record("there is no day 31 in this month", line=1, column=4)
>>> evaluation.diagnostics
[Diagnostic(line=1, column=4, message='there is no day 31 in this month')]
"""

import datetime
from dataclasses import dataclass
from typing import Any, Protocol

from dunning_sdk.feel.errors import FeelLimitError


class Clock(Protocol):
    """Tell the time; `now` and `today` of FEEL ask it."""

    def now(self) -> datetime.datetime:
        """Return the moment of evaluation, aware of its offset."""


@dataclass(frozen=True, slots=True)
class FixedClock:
    """Be a clock that stands still.

    Attributes:
        at: The only moment it knows, aware of its offset.
    """

    at: datetime.datetime

    def now(self) -> datetime.datetime:
        """Return the moment the clock was set to."""
        return self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bound what one text and one evaluation may cost.

    With the defaults an evaluation takes some seconds at most and keeps less than 200 MB.

    Attributes:
        expression_length: Characters of one expression.
        text_length: Characters of any string that an evaluation makes.
        nesting: Levels of nesting in one expression, chains of operators included.
        list_length: Items of any list that an evaluation makes.
        iterations: Steps of all loops, filters and function calls of one evaluation together. A
            step with a large body, a long string or a long list counts for several.
        calls: Levels of calls of functions defined in FEEL.
        number_digits: Digits of a number literal.
        diagnostics: Diagnostics that are kept; more are counted.
        pattern_size: Characters of one regular expression, counted repetitions written out.
        regex_ms: Milliseconds of all work with regular expressions of one evaluation together.
    """

    expression_length: int = 100_000
    text_length: int = 1_000_000
    nesting: int = 100
    list_length: int = 1_000_000
    iterations: int = 1_000_000
    calls: int = 64
    number_digits: int = 1_000
    diagnostics: int = 1_000
    pattern_size: int = 5_000
    regex_ms: int = 1_000


DEFAULT_LIMITS = Limits()
_TEXT_SHIFT = 5
_LIST_SHIFT = 2
"""A string made counts as a step for every 32 characters, a list for every four items."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Record a null that was born of an error.

    Attributes:
        line: Line of the expression that failed, counted from 1.
        column: Column of the expression that failed, counted from 1.
        message: What was wrong; never a value of a fact.
    """

    line: int
    column: int
    message: str


class Evaluation:
    """Carry the clock, the limits and the diagnostics of one evaluation.

    Attributes:
        clock: Answers ``now()`` and ``today()``; ``None`` makes both an error.
        limits: What the evaluation may cost.
        diagnostics: The nulls born of an error so far, in order.
        diagnostics_left_out: How many more there were than the limits let keep.
        steps: Steps of loops, filters and calls so far.
        calls: Calls of functions defined in FEEL that are under way.
        admitted: The lists and contexts looked through so far, see `values.admit`.
        patterns: The regular expressions compiled last, by text and flags.
        regex_us: Microseconds that regular expressions have taken so far.
    """

    __slots__ = (
        *("admitted", "calls", "clock", "diagnostics", "diagnostics_left_out", "limits"),
        *("patterns", "regex_us", "steps"),
    )

    def __init__(self, *, clock: Clock | None = None, limits: Limits = DEFAULT_LIMITS) -> None:
        self.clock = clock
        self.limits = limits
        self.diagnostics: list[Diagnostic] = []
        self.diagnostics_left_out = 0
        self.steps = 0
        self.calls = 0
        self.admitted: dict[int, tuple[object, object]] = {}
        self.patterns: dict[tuple[str, str], Any] = {}
        self.regex_us = 0

    def record(self, message: str, *, line: int, column: int) -> None:
        """Add a diagnostic, or count it where there are many already."""
        if len(self.diagnostics) < self.limits.diagnostics:
            self.diagnostics.append(Diagnostic(line, column, message))
        else:
            self.diagnostics_left_out += 1

    def step(self, count: int = 1) -> None:
        """Count steps of a loop.

        Raises:
            FeelLimitError: More steps were taken than the limits allow.
        """
        self.steps += count
        if self.steps > self.limits.iterations:
            raise FeelLimitError(message=f"more than {self.limits.iterations} iterations")

    def spend(self, microseconds: int) -> None:
        """Count time that a regular expression takes.

        Raises:
            FeelLimitError: All of them together took longer than the limits allow.
        """
        self.regex_us += microseconds
        if self.regex_us > self.limits.regex_ms * 1_000:
            raise FeelLimitError(
                message=f"regular expressions that take more than {self.limits.regex_ms} ms"
            )

    def check_text(self, length: int) -> None:
        """Count a string, and refuse one too long, before it is made where that is possible.

        Raises:
            FeelLimitError: The string has more characters than the limits allow, or all of them.
        """
        self.step(length >> _TEXT_SHIFT)
        if length > self.limits.text_length:
            raise FeelLimitError(
                message=f"a string of more than {self.limits.text_length} characters"
            )

    def check_length(self, length: int) -> None:
        """Count a list, and refuse one too long before it is made.

        Raises:
            FeelLimitError: The list would have more items than the limits allow, or all of them.
        """
        self.step(length >> _LIST_SHIFT)
        if length > self.limits.list_length:
            raise FeelLimitError(message=f"a list of more than {self.limits.list_length} items")
