"""Compile what a book says of financing: who is covered, up to what, and who is paid which part.

The module decides which columns are needed: the facts that eligibility and splitting rules read,
drawn from the vocabulary, and beside them the VAT breakdown that an invoice is cut by.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from dunning_sdk.domain.contract import Contract, contract_of
from dunning_sdk.domain.fact import Fact
from dunning_sdk.domain.money import Money
from dunning_sdk.portfolio.column import Kind
from dunning_sdk.portfolio.schema import DERIVED_FINANCING, Field, Schema, field_of
from dunning_sdk.portfolio.worked import WorkedTable, work_table
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.vocabulary import vocabulary_of

FINANCING: Final = ("eligibility", "splitting")
"""Kinds of rules that decide about financing, in the order they are asked."""

_ALWAYS: Final = frozenset({"currency", "invoice.total"})
_RECORDS: Final = (
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompiledFinancing:
    """What a book says of financing, ready to decide portfolios.

    Attributes:
        book: What was compiled.
        operator: Party the engine runs for.
        contract: In force.
        turnover: The creditor's, per year; ``None`` where it is not known.
        is_issued: Whether invoices were issued already, so that parts replace them.
        schema: The columns it needs.
        tables: By rule id, in the order of the book.
    """

    book: Book
    operator: str
    contract: Contract
    turnover: Money | None
    is_issued: bool
    schema: Schema
    tables: Mapping[str, WorkedTable]


def compile_financing(
    book: Book,
    *,
    operator: str,
    contract: Contract | None = None,
    turnover: Money | None = None,
    is_issued: bool = True,
    facts: Iterable[Fact] = (),
) -> CompiledFinancing:
    """Return what a book says of financing, made ready for portfolios.

    Args:
        book: Loaded; its eligibility and splitting rules are compiled.
        operator: Party the engine runs for.
        contract: In force; that of full factoring if not given.
        turnover: The creditor's, per year; ``None`` where it is not known.
        is_issued: Whether invoices were issued already, so that parts replace them.
        facts: Of plugins, where the book reads any.
    """
    return CompiledFinancing(
        book=book,
        operator=operator,
        contract=contract or contract_of(""),
        turnover=turnover,
        is_issued=is_issued,
        schema=financing_schema(book, facts),
        tables={
            rule.id: work_table(book, rule) for kind in FINANCING for rule in book.of_kind(kind)
        },
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
    needed = [one for name, one in known.items() if name in reads or name in _ALWAYS]
    return Schema(
        fields={one.name: one for one in (*needed, *_RECORDS)},
        items={"vat": VAT},
        known=frozenset({*known, *(one.name for one in _RECORDS)} - DERIVED_FINANCING),
    )
