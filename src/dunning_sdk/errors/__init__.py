"""Define every exception this package raises, in one tree.

The module decides the names, the stable codes and the fields of the errors. It leaves
the wording to whoever raises them, and business outcomes ("not eligible", "nothing to
send") to decisions, which are values and never exceptions::

    DunningError                     code, message, hint; str() is one line
    ├── BookError                    the author's file; holds findings[]
    │   ├── BookSyntaxError
    │   ├── UnknownNameError
    │   ├── ExpressionTypeError
    │   └── TableError               overlap, gap, unreachable row
    ├── EvaluationError              rule id, row, expression, fact name; never the fact's value
    │   ├── MissingFactError
    │   ├── FactTypeError
    │   └── NoMatchError             no row holds and the table has no otherwise
    ├── ProofError                   OpaqueError  UnprovedError
    ├── LawError                     parameter id, date, nearest known dates
    │   ├── ParameterNotFoundError
    │   └── ParameterNotInForceError
    ├── DomainError(ValueError)      CurrencyMismatchError  UnknownCurrencyError
    │                                InvalidAmountError  InvalidPeriodError  InvalidSplitError
    │                                InvalidTransitionError  UnknownCalendarError
    ├── PluginError                  PluginLoadError  HookError
    ├── ConnectorError               connector, retryable
    │   ├── ConnectorAuthError
    │   ├── ConnectorInvalidError       fields
    │   ├── ConnectorNotFoundError
    │   ├── ConnectorRateLimitedError   retry_after; retryable
    │   └── ConnectorTransientError     outcome_unknown; retryable
    ├── AccessError                  UnknownCallerError  ForbiddenError  RepeatedRequestError
    │   └── TooManyRequestsError        retry_after
    ├── StoreError                   RecordNotFoundError  StaleRecordError  SchemaVersionError
    ├── ConfigError                  a fault in dunning.toml
    └── InputError                   a fault in one row of an input file

>>> str(InputError("is not a date", source="invoices.csv", line=7, field="due_on"))
'invoices.csv:7: due_on: is not a date'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from dunning_sdk.errors.access import AccessError as AccessError
from dunning_sdk.errors.access import ForbiddenError as ForbiddenError
from dunning_sdk.errors.access import RepeatedRequestError as RepeatedRequestError
from dunning_sdk.errors.access import TooManyRequestsError as TooManyRequestsError
from dunning_sdk.errors.access import UnknownCallerError as UnknownCallerError
from dunning_sdk.errors.finding import Finding as Finding
from dunning_sdk.errors.finding import Severity as Severity
from dunning_sdk.errors.finding import nearest_names as nearest_names
from dunning_sdk.errors.finding import summary_of
from dunning_sdk.errors.root import DunningError as DunningError


class DunningDeprecationWarning(DeprecationWarning):
    """Warn that a public name will go away in a later release."""


@dataclass(eq=False, repr=False, kw_only=True)
class BookError(DunningError, code="book.invalid"):
    """A rule book, or another file its author wrote, cannot be used.

    Attributes:
        message: Made from the first finding when it is not given.
        findings: Every fault found; kept sorted by place.
    """

    message: str = field(default="", kw_only=False)
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        """Sort the findings and let the first one speak where there is no message."""
        self.findings = tuple(sorted(self.findings))
        self.message = self.message or summary_of(self.findings)
        super().__post_init__()


class BookSyntaxError(BookError, code="book.syntax"):
    """The text is not the YAML or the expression language it has to be."""


class UnknownNameError(BookError, code="book.unknown-name"):
    """A fact, parameter, rule or field name is not in the vocabulary."""


class ExpressionTypeError(BookError, code="book.expression-type"):
    """An expression combines or yields types that do not fit."""


class TableError(BookError, code="book.table"):
    """A decision table overlaps, has a gap, or has a row that no facts reach."""


@dataclass(eq=False, repr=False, kw_only=True)
class EvaluationError(DunningError, code="evaluation.failed"):
    """A rule could not be evaluated; names the fact at fault and never its value."""

    rule_id: str | None = None
    row: int | None = None
    expression: str | None = None
    fact_name: str | None = None


class MissingFactError(EvaluationError, code="evaluation.missing-fact"):
    """A rule reads a fact that was not given."""


class FactTypeError(EvaluationError, code="evaluation.fact-type"):
    """A fact was given with a type the vocabulary does not allow."""


class NoMatchError(EvaluationError, code="evaluation.no-match"):
    """No row of a table holds and the table has no ``otherwise``."""


class ProofError(DunningError, code="proof.failed"):
    """Something could be neither proved nor refuted."""


class OpaqueError(ProofError, code="proof.opaque"):
    """An expression cannot be said to the prover."""


class UnprovedError(ProofError, code="proof.unknown"):
    """The prover gave up within its bound."""


@dataclass(eq=False, repr=False, kw_only=True)
class LawError(DunningError, code="law.invalid"):
    """A legal parameter cannot be used; ``nearest`` holds known dates next to ``on``."""

    parameter_id: str | None = None
    on: date | None = None
    nearest: tuple[date, ...] = ()


class ParameterNotFoundError(LawError, code="law.parameter-not-found"):
    """A legal parameter is unknown, or has no value yet on the date asked for."""


class ParameterNotInForceError(LawError, code="law.parameter-not-in-force"):
    """A legal parameter was repealed before the date asked for."""


class DomainError(DunningError, ValueError, code="domain.invalid"):
    """A value or an operation makes no sense in the domain."""


class CurrencyMismatchError(DomainError, code="domain.currency-mismatch"):
    """Two amounts of different currencies were added or compared."""


class UnknownCurrencyError(DomainError, code="domain.unknown-currency"):
    """A currency code is not in ISO 4217."""


class InvalidAmountError(DomainError, code="domain.invalid-amount"):
    """An amount cannot be read, or does not fit the minor units of its currency."""


class InvalidPeriodError(DomainError, code="domain.invalid-period"):
    """A period ends before it starts, or lies outside the years that are supported."""


class InvalidSplitError(DomainError, code="domain.invalid-split"):
    """An amount cannot be divided by the weights given."""


class InvalidTransitionError(DomainError, code="domain.invalid-transition"):
    """An event does not fit the state of the record it is about."""


class UnknownCalendarError(DomainError, code="domain.unknown-calendar"):
    """No calendar of business days is known for a jurisdiction code."""


@dataclass(eq=False, repr=False, kw_only=True)
class PluginError(DunningError, code="plugin.failed"):
    """A plugin failed; names it and the installed distribution it comes from."""

    plugin: str | None = None
    distribution: str | None = None


class PluginLoadError(PluginError, code="plugin.load"):
    """A plugin cannot be imported or registered; the engine is not built."""


class HookError(PluginError, code="plugin.hook"):
    """A hook implementation raised, or answered something it may not."""


@dataclass(eq=False, repr=False, kw_only=True)
class ConnectorError(DunningError, code="connector.failed"):
    """An outside system refused or failed; ``retryable`` calls may be tried again."""

    connector: str | None = None
    retryable: bool = False


class ConnectorAuthError(ConnectorError, code="connector.auth"):
    """The outside system does not accept our credentials."""


@dataclass(eq=False, repr=False, kw_only=True)
class ConnectorInvalidError(ConnectorError, code="connector.invalid"):
    """A request or an answer is invalid; ``fields`` says why by field, without values."""

    fields: Mapping[str, str] = field(default_factory=dict)


class ConnectorNotFoundError(ConnectorError, code="connector.not-found"):
    """The outside system does not know the record asked for."""


@dataclass(eq=False, repr=False, kw_only=True)
class ConnectorRateLimitedError(ConnectorError, code="connector.rate-limited"):
    """The outside system asks us to wait, ``retry_after`` seconds where it says so."""

    retryable: bool = True
    retry_after: int | None = None


@dataclass(eq=False, repr=False, kw_only=True)
class ConnectorTransientError(ConnectorError, code="connector.transient"):
    """The outside system failed for now; the request may have worked if ``outcome_unknown``."""

    retryable: bool = True
    outcome_unknown: bool = False


class StoreError(DunningError, code="store.failed"):
    """The store cannot read or write."""


class RecordNotFoundError(StoreError, code="store.record-not-found"):
    """The store holds no record under this id."""


class StaleRecordError(StoreError, code="store.record-stale"):
    """A record was changed by someone else since it was read."""


class SchemaVersionError(StoreError, code="store.schema-version"):
    """The database was written by another version of the schema."""


class ConfigError(DunningError, code="config.invalid"):
    """The configuration file dunning.toml lacks something or says something wrong."""


@dataclass(eq=False, repr=False, kw_only=True)
class InputError(DunningError, code="input.invalid"):
    """One row or element of an input file cannot be used; the others can.

    Attributes:
        message: What is wrong; the place (``source:line: field:``) is put before it.
        source: Label of the file.
        line: Line of the file, from 1.
        field: Column or element name.
    """

    source: str | None = None
    line: int | None = None
    field: str | None = None

    def __post_init__(self) -> None:
        """Put the place before the problem."""
        place = ":".join(str(part) for part in (self.source, self.line) if part is not None)
        self.message = ": ".join(part for part in (place, self.field, self.message) if part)
        super().__post_init__()
