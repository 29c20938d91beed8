"""Carry one evaluation of a model: what is given, what is decided, what went wrong where.

Decides how an error reads: null with a diagnostic that names the decision, or, in strict mode, an
exception that does.

>>> session = Session()
>>> with session.inside("Fee"):
...     session.record("no such day", line=7, column=3)
>>> session.faults
[Fault(decision='Fee', line=7, column=3, message='no such day')]
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from dunning_sdk.dmn.errors import DmnError, DmnLimitError, DmnValueError
from dunning_sdk.dmn.table import TableResult
from dunning_sdk.feel.environment import DEFAULT_LIMITS, Clock, Evaluation, Limits
from dunning_sdk.feel.errors import FeelError, FeelLimitError
from dunning_sdk.feel.values import Value

Key: TypeAlias = tuple[str, str]
"""Namespace of a document and name of an element in it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Record a null that was born of an error.

    Attributes:
        decision: Name of the decision, function or service in which it was born.
        line: Line in the document, counted from 1.
        column: Column in the document, counted from 1.
        message: What was wrong; never a value of a fact.
    """

    decision: str
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Record what a decision decided.

    Attributes:
        decision: Its name.
        namespace: Of its document.
        value: What was decided.
        tables: Its tables, in the order they were asked.
    """

    decision: str
    namespace: str
    value: Value
    tables: tuple[TableResult, ...] = ()


class Session(Evaluation):
    """Be the evaluation of a model, as FEEL knows it and with what DMN adds.

    Attributes:
        given: Values from outside, by key.
        values: Values decided so far, by key.
        faults: The nulls born of an error so far, in order.
        decided: What was decided, in order.
        tables: The tables asked since the decision under way began.
    """

    __slots__ = ("_names", "decided", "faults", "given", "tables", "values")

    def __init__(
        self,
        *,
        given: Mapping[Key, Value] | None = None,
        clock: Clock | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        super().__init__(clock=clock, limits=limits)
        self.given: Mapping[Key, Value] = given or {}
        self.values: dict[Key, Value] = {}
        self.faults: list[Fault] = []
        self.decided: list[Decided] = []
        self.tables: list[TableResult] = []
        self._names: list[str] = []

    def record(self, message: str, *, line: int, column: int) -> None:
        """Add a fault of the element under way."""
        super().record(message, line=line, column=column)
        self.faults.append(Fault(self._names[-1] if self._names else "", line, column, message))

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """Name the element under way, also in the errors that leave it."""
        self._names.append(name)
        tables, self.tables = self.tables, []
        try:
            yield
        except FeelError as error:
            raise named(error, name) from error
        finally:
            self._names.pop()
            self.tables = tables

    @contextmanager
    def apart(self, given: Mapping[Key, Value]) -> Iterator[None]:
        """Decide with other given values, and forget afterwards what was decided with them."""
        outer = self.given, self.values
        self.given, self.values = given, {}
        try:
            yield
        finally:
            self.given, self.values = outer


def named(error: FeelError, decision: str) -> DmnError:
    """Return an error of FEEL or of a table as one that names the decision."""
    if isinstance(error, DmnError):
        if error.decision:
            return error
        made = type(error)
        return made(
            message=error.message,
            rows=error.rows,
            decision=decision,
            line=error.line,
            column=error.column,
        )
    made = DmnLimitError if isinstance(error, FeelLimitError) else DmnValueError
    return made(message=error.message, decision=decision, line=error.line, column=error.column)
