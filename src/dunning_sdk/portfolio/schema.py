"""Say which columns a book needs: drawn from the vocabulary, not written by hand.

The facts that the rules of a book read become columns of the same names, save those that are
worked out here (the level, days overdue, what stops say, the mandate, the step). Beside them stand
the dates and records that the procedure reads of a receivable's past.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from dunning_sdk.decisions.debtor_past import PAST
from dunning_sdk.domain.charge import ChargeKind, MovementKind
from dunning_sdk.domain.fact import MANDATE, STEP, WHOLE_UNITS, Fact
from dunning_sdk.domain.receivable import ActStatus, StopReason
from dunning_sdk.errors import FactTypeError, MissingFactError, nearest_names
from dunning_sdk.portfolio.column import Column, Kind
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.rules.book import Book, TableRule
from dunning_sdk.rules.vocabulary import MONEY_UNIT, vocabulary_of

CHASING: Final = ("mandate", "scenario", "procedure", "guards", "charges")
"""Kinds of rules that decide about a receivable, in the order they are asked."""

FINANCING: Final = ("eligibility", "splitting")
"""Kinds of rules that decide about financing, in the order they are asked."""

OF_STOPS: Final = (
    "dispute.is_open", "dispute.amount", "promise.is_open", "plan.is_kept", "block.is_open",
    "insolvency.is_open", "write_off.is_done", "doubtful.amount", "payment.is_unsure",
)  # fmt: skip
"""Facts that follow from the stops of a receivable."""

DERIVED: Final = frozenset(
    {
        *("as_of", "operator", "receivable.days_overdue", "receivable.level"),
        *OF_STOPS,
        *(one.name for one in (*MANDATE, *STEP)),
        *("charges.transfer", "charges.open_amount"),
    }
)
"""Facts that are worked out and never given."""

DERIVED_FINANCING: Final = frozenset({"as_of", "operator", "stage", "invoice.reachable_total"})
"""The same, where financing is decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column that is needed.

    Attributes:
        name: Of the fact.
        kind: What it holds.
        nullable: Whether it may be unknown in some rows.
        words: Allowed values of an enumerated text; empty for any.
    """

    name: str
    kind: Kind
    nullable: bool = False
    words: tuple[str, ...] = ()


_ALWAYS: Final = (
    *("currency", "receivable.kind", "receivable.amount", "receivable.open_amount"),
    *("receivable.issued_on", "receivable.due_on", "receivable.cycle", "receivable.channel"),
    *("receivable.is_financed", "contract.kind"),
)
_STANDING: Final = (
    Field(name="past.cycle_started_on", kind=Kind.DAY),
    Field(name="past.entered_on", kind=Kind.DAY),
    Field(name="past.imported_level", kind=Kind.COUNT),
    Field(name="past.imported_notice_on", kind=Kind.DAY, nullable=True),
    Field(name="debtor.reach", kind=Kind.SET),
    Field(name="debtor.promise_ends_on", kind=Kind.DAY, nullable=True),
    Field(name="ahead.event_on", kind=Kind.DAY, nullable=True),
    Field(name="ahead.limitation_on", kind=Kind.DAY, nullable=True),
)
_OF_DEBTORS: Final = ("reach", "promise_ends_on", "formal_notice_until", "past_changes_on")
_SPACING: Final = (Field(name="debtor.formal_notice_until", kind=Kind.DAY, nullable=True),)
_CHARGED: Final = (
    Field(name="debtor.is_company", kind=Kind.FLAG),
    Field(name="charges.jurisdiction", kind=Kind.TEXT),
    Field(name="charges.agreed_rate", kind=Kind.NUMBER, nullable=True),
    Field(name="past.credited", kind=Kind.MONEY),
    *(
        Field(name=f"past.{kind.value}_{what}", kind=sort)
        for kind in ChargeKind
        for what, sort in (("assessed", Kind.MONEY), ("open", Kind.MONEY), ("is_waived", Kind.FLAG))
    ),
)
_ACTS: Final = (
    *(Field(name=name, kind=Kind.TEXT) for name in ("step", "procedure")),
    Field(name="status", kind=Kind.TEXT, words=tuple(ActStatus)),
    *(Field(name=name, kind=Kind.COUNT) for name in ("level", "cycle", "occurrence")),
    *(Field(name=name, kind=Kind.FLAG) for name in ("legal_effect", "is_notice")),
    Field(name="on", kind=Kind.DAY),
)
_STOPS: Final = (
    Field(name="reason", kind=Kind.TEXT, words=tuple(StopReason)),
    Field(name="outcome", kind=Kind.TEXT),
    Field(name="placed_on", kind=Kind.DAY),
    Field(name="free_on", kind=Kind.DAY, nullable=True),
    Field(name="amount", kind=Kind.MONEY, nullable=True),
    *(Field(name=name, kind=Kind.MONEY) for name in ("settled", "promised")),
)
_MOVEMENTS: Final = (
    Field(name="kind", kind=Kind.TEXT, words=tuple(MovementKind)),
    Field(name="on", kind=Kind.DAY),
    Field(name="minor", kind=Kind.MONEY),
)
_NOTICES: Final = (Field(name="on", kind=Kind.DAY),)
_ASKED: Final = frozenset({"currency", "invoice.total"})
_ASKING: Final = (
    Field(name="invoice.prepaid", kind=Kind.MONEY, nullable=True),
    Field(name="invoice.due_on", kind=Kind.DAY, nullable=True),
    Field(name="cover.reported_on", kind=Kind.DAY, nullable=True),
)
VAT: Final = (
    Field(name="category", kind=Kind.TEXT),
    Field(name="rate", kind=Kind.NUMBER),
    Field(name="taxable", kind=Kind.MONEY),
    Field(name="vat", kind=Kind.MONEY),
)
"""What each row of a VAT breakdown says; the rate in percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The columns that a book needs.

    Attributes:
        fields: By name, in the order of the vocabulary, records after facts.
        items: Fields of what each row has several of, by name.
        known: Every name a column may have, needed by this book or not.
    """

    fields: Mapping[str, Field]
    items: Mapping[str, tuple[Field, ...]]
    known: frozenset[str] = field(default=frozenset(), repr=False)

    def check(self, given: Columns) -> None:
        """Refuse columns that a book cannot be decided on.

        Raises:
            MissingFactError: A column that the book reads is not given.
            FactTypeError: A column has another kind or length, lacks values it must have, or is
                of a fact that does not exist or is worked out.
        """
        for name in given.columns:
            if name not in self.known:
                raise _unknown(name, self.known)
        for name, one in self.fields.items():
            _check(given[name], one, name, given.size)
        for name, fields in self.items.items():
            self._check_items(given, name, fields)

    def _check_items(self, given: Columns, name: str, fields: Sequence[Field]) -> None:
        items = given.items.get(name)
        if items is None:
            message = f"Items {name} are read and are not given"
            raise MissingFactError(message, hint="Give them, or none of them.", fact_name=name)
        items.check(name, given.size)
        for one in fields:
            column = items.columns.get(one.name)
            label = f"{name}.{one.name}"
            if column is None:
                message = f"Column {label} is read and is not given"
                raise MissingFactError(message, hint="Give the column.", fact_name=label)
            _check(column, one, label, int(items.offsets[-1]))


def schema_of(book: Book, facts: Iterable[Fact] = ()) -> Schema:
    """Return the columns that deciding about receivables by a book needs.

    Args:
        book: Its mandate, scenario, procedures, guards and charges are read.
        facts: Of plugins, where the book reads any.
    """
    rules = [rule for rule in book.rules.values() if rule.kind in CHASING]
    reads = {name for rule in rules for name in rule.reads} - DERIVED
    has_charges = bool(book.of_kind("charges"))
    is_spaced = any(one.spacing_days or one.hush for one in book.procedures.values())
    facts = tuple(facts)
    known = {one.name: field_of(one) for one in (*_facts(book), *facts)}
    needed = [known[name] for name in known if name in reads or name in _ALWAYS]
    needed += [*_STANDING, *_roles(book)]
    needed += [*_SPACING] if is_spaced else []
    needed += [*_CHARGED] if has_charges else []
    if any(name.split(".")[0] in PAST for name in reads):
        needed.append(Field(name="debtor.past_changes_on", kind=Kind.DAY, nullable=True))
    records = (*_STANDING, *_roles(book), *_SPACING, *_CHARGED)
    return Schema(
        fields={one.name: one for one in needed},
        items={
            "acts": _ACTS,
            "stops": _STOPS,
            **({"movements": _MOVEMENTS} if has_charges else {}),
            **({"notices": _NOTICES} if is_spaced else {}),
        },
        known=frozenset(
            {*known, *(one.name for one in records), "debtor.past_changes_on"} - DERIVED
        )
        | financing_schema(book, facts).known,
    )


def financing_schema(book: Book, facts: Iterable[Fact] = ()) -> Schema:
    """Return the columns that deciding about financing by a book needs.

    Args:
        book: Its eligibility and splitting rules are read.
        facts: Of plugins, where the book reads any.
    """
    rules = [rule for kind in FINANCING for rule in book.of_kind(kind)]
    reads = {name for rule in rules for name in rule.reads} - DERIVED_FINANCING
    said = (one for kind in FINANCING for one in vocabulary_of(kind, book.facts).facts.values())
    known = {one.name: field_of(one) for one in (*said, *facts)}
    needed = [one for name, one in known.items() if name in reads or name in _ASKED]
    return Schema(
        fields={one.name: one for one in (*needed, *_ASKING)},
        items={"vat": VAT},
        known=frozenset({*known, *(one.name for one in _ASKING)} - DERIVED_FINANCING),
    )


def is_record(name: str) -> bool:
    """Tell whether a column is of a record, and no fact that tables read."""
    area, _, rest = name.partition(".")
    return area in ("past", "ahead", "charges") or (
        area == "debtor" and rest.split(".")[0] in _OF_DEBTORS
    )


def field_of(fact: Fact) -> Field:
    """Return the column of a fact."""
    kinds = {"string": Kind.TEXT, "boolean": Kind.FLAG, "date": Kind.DAY}
    kind = kinds.get(fact.type) or _number(fact)
    return Field(name=fact.name, kind=kind, nullable=fact.nullable, words=fact.values)


def _number(fact: Fact) -> Kind:
    if fact.unit == MONEY_UNIT:
        return Kind.MONEY
    return Kind.COUNT if fact.unit in WHOLE_UNITS else Kind.NUMBER


def _facts(book: Book) -> Iterator[Fact]:
    for kind in CHASING:
        yield from vocabulary_of(kind, book.facts).facts.values()


def _roles(book: Book) -> Iterator[Field]:
    """Yield the reach of each person that a scenario may choose."""
    if any("contact" in (one.name for one in rule.table.outputs) for rule in _scenarios(book)):
        for role in book.contacts:
            yield Field(name=f"debtor.reach.{role}", kind=Kind.SET, nullable=True)


def _scenarios(book: Book) -> Iterable[TableRule]:
    return book.of_kind("scenario")


def _check(column: Column, one: Field, name: str, size: int) -> None:
    if column.kind is not one.kind:
        message = f"Column {name} is of kind {column.kind} and not of kind {one.kind}"
        raise FactTypeError(message, hint=f"Give a column of {one.kind}.", fact_name=name)
    if column.size != size:
        message = f"Column {name} has {column.size} rows and not {size}"
        raise FactTypeError(message, hint="Give every column the same rows.", fact_name=name)
    if not one.nullable and column.known is not None and not column.known.all():
        message = f"Column {name} lacks values"
        raise MissingFactError(message, hint="Give a value in each row.", fact_name=name)
    if one.words and not set(column.words) <= set(one.words):
        used = {column.words[code] for code in np.flatnonzero(np.bincount(column.values))}
        if not used <= set(one.words):
            message = f"Column {name} holds texts that are none of its values"
            hint = f"Use {' | '.join(word or chr(34) * 2 for word in one.words)}."
            raise FactTypeError(message, hint=hint, fact_name=name)


def _unknown(name: str, known: frozenset[str]) -> FactTypeError:
    if name in DERIVED:
        hint = "Leave it out: it is worked out from the other columns."
        return FactTypeError(f"Column {name} is never given", hint=hint, fact_name=name)
    near = " or ".join(nearest_names(name, known))
    hint = f"Did you mean {near}?" if near else "Leave it out."
    return FactTypeError(f"There is no fact {name}", hint=hint, fact_name=name)
