"""Compile a rule book for portfolios: once, before any row is looked at.

The module decides what of a book is made ready beforehand. What is compiled never changes, so any
number of threads may decide by it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dunning_sdk.decisions.charge import ChargeLaw
from dunning_sdk.domain.fact import CHANNELS, Fact
from dunning_sdk.errors import DomainError
from dunning_sdk.portfolio.lookup import LookedUp
from dunning_sdk.portfolio.schema import CHASING, Schema, schema_of
from dunning_sdk.portfolio.stage import Stages
from dunning_sdk.portfolio.table import ColumnTable, compile_table
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.step import Procedure


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompiledBook:
    """A book ready to decide portfolios.

    Attributes:
        book: What was compiled.
        operator: Party the engine runs for.
        law: What the law says of charges; ``None`` where no rule of the book asks for any.
        contract: Kind of contract to what it sets otherwise than the mandate rule: ``chaser``,
            ``collects``, ``debtor_told``, ``letterhead``.
        schema: The columns it needs.
        procedures: In the order of the book; outcomes name them by place.
        channels: Every channel that its steps and scenarios may name, sorted.
        step_ids: Of all its steps, each once.
        tables: By rule id, ready for columns.
        looked_up: What was looked up in the law so far.
        stages: How what is due goes, as far as it was worked out.
    """

    book: Book
    operator: str
    law: ChargeLaw | None
    contract: Mapping[str, Mapping[str, Any]]
    schema: Schema
    procedures: tuple[Procedure, ...]
    channels: tuple[str, ...]
    step_ids: tuple[str, ...]
    tables: Mapping[str, ColumnTable]
    looked_up: LookedUp = field(default_factory=LookedUp)
    stages: Stages = field(default_factory=Stages)


def compile_book(
    book: Book,
    *,
    operator: str,
    law: ChargeLaw | None = None,
    contract: Mapping[str, Mapping[str, Any]] | None = None,
    facts: Iterable[Fact] = (),
) -> CompiledBook:
    """Return a book made ready for portfolios.

    Args:
        book: Loaded; its mandate, scenario, procedures, guards and charges are compiled.
        operator: Party the engine runs for.
        law: Statutes and conventions; whose law governs, and what a contract agrees, are columns.
        contract: Kind of contract to what ``[contract]`` sets otherwise; ``None`` for nothing.
        facts: Of plugins, where the book reads any.

    Raises:
        DomainError: The book has charges rules and no law is given.
    """
    if book.of_kind("charges") and law is None:
        message = f"Book {book.id} asks for charges, and no law is given"
        raise DomainError(message, hint="Give the statutes as law.")
    law = law if book.of_kind("charges") else None
    procedures = tuple(book.procedures.values())
    named = {name for one in procedures for step in one.steps for name in step.channels}
    return CompiledBook(
        book=book,
        operator=operator,
        law=law,
        contract=contract or {},
        schema=schema_of(book, facts),
        procedures=procedures,
        channels=tuple(sorted({*named, *CHANNELS} - {"", "chosen"})),
        step_ids=tuple(dict.fromkeys(step.id for one in procedures for step in one.steps)),
        tables={rule.id: compile_table(rule) for kind in CHASING for rule in book.of_kind(kind)},
    )
