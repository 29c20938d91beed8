"""Compile what a book says of financing: who is covered, up to what, and who is paid which part.

What is compiled never changes, so any number of threads may decide by it. Which columns are needed
is decided in `schema`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dunning_sdk.domain.contract import Contract, contract_of
from dunning_sdk.domain.fact import Fact
from dunning_sdk.domain.money import Money
from dunning_sdk.portfolio.schema import FINANCING, Schema, financing_schema
from dunning_sdk.portfolio.worked import WorkedTable, work_table
from dunning_sdk.rules.book import Book


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
