"""Decide rows whole, one by one, and write what is said into the arrays."""

from collections.abc import Iterable
from datetime import date

from dunning_sdk.decisions.charge import Charges
from dunning_sdk.domain.money import Money
from dunning_sdk.portfolio.book import CompiledBook
from dunning_sdk.portfolio.column import NO_DAY, number_of
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.draft import Draft
from dunning_sdk.portfolio.outcome import NO_AMOUNT, VERDICTS, Answer
from dunning_sdk.portfolio.row import entry_at
from dunning_sdk.portfolio.single import Asked, Single, decide_entry
from dunning_sdk.rules.trace import TraceEntry


def decide_whole(
    compiled: CompiledBook, columns: Columns, rows: Iterable[int], asked: Asked, draft: Draft
) -> None:
    """Decide some rows one by one.

    Args:
        compiled: The book.
        columns: Checked against its schema.
        rows: Which.
        asked: The day.
        draft: Written to at the places of the rows.

    Raises:
        EvaluationError: A rule met a missing fact, a wrong type, or no row.
    """
    for row in rows:
        entry = entry_at(
            columns, row, compiled.schema, operator=compiled.operator, as_of=asked.as_of
        )
        put(draft, row, decide_entry(compiled, entry, asked), compiled)


def put(draft: Draft, row: int, single: Single, compiled: CompiledBook) -> None:
    """Write what one row comes to."""
    decision = single.decision
    draft.verdict[row] = VERDICTS.index(decision.outcome)
    names = [one.id for one in compiled.procedures]
    procedure = names.index(single.procedure) if single.procedure else -1
    draft.write("procedure", row, procedure)
    if decision.step is not None:
        place = compiled.procedures[procedure].steps.index(decision.step)
        draft.write("step", row, place)
    for name in ("occurrence", "attempt", "cycle"):
        draft.write(name, row, getattr(decision, name))
    for name, day in (
        ("planned_on", decision.planned_on),
        ("act_on", decision.act_on),
        ("review_on", single.review_on),
        ("changes_on", single.changes_on),
    ):
        draft.write(name, row, _number(day))
    _put_codes(draft, row, single)
    draft.write("amount", row, _minor(decision.amount))
    for entry in decision.trace:
        if entry.rule in draft.answered:
            code = draft.answered[entry.rule].of(answer_of(entry))
            draft.answer(entry.rule, row, code)


def _put_codes(draft: Draft, row: int, single: Single) -> None:
    decision, charges = single.decision, single.decision.charges or Charges()
    said = {
        "reasons": decision.reasons,
        "actor": decision.actor,
        "channels": decision.channels,
        "template": decision.template,
        "contact": decision.contact,
        "letterhead": decision.mandate.letterhead if decision.mandate else "",
        "told": charges.reasons,
    }
    for name, value in said.items():
        draft.write(name, row, draft.codes[name].of(value))
    for name in ("interest", "compensation", "fee"):
        draft.write(name, row, _minor(getattr(charges, name)))


def answer_of(entry: TraceEntry) -> Answer:
    """Return what a table answered, from its entry in a trace."""
    return Answer(rows=entry.rows, values=tuple(entry.outcome.items()))


def _number(day: date | None) -> int:
    return NO_DAY if day is None else number_of(day)


def _minor(amount: Money | None) -> int:
    return NO_AMOUNT if amount is None else amount.minor
