"""Look over a whole book for what loads and still deserves a person's eye.

The module shows the dates of a sample invoice under each procedure, so that a reversed sign is
seen. Faults within a rule are found in `rules.load` and only passed on; what rules are to each
other is looked at in `graph`, who learns of an assignment in `assignments`, dates over 400 years
in `calendars`.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from dunning_sdk.decisions.slots import slots_of
from dunning_sdk.domain.calendar import BusinessCalendar
from dunning_sdk.errors import Finding
from dunning_sdk.rules.book import Book, ProcedureRule
from dunning_sdk.verify.assignments import check_mandates
from dunning_sdk.verify.calendars import check_calendars
from dunning_sdk.verify.graph import check_graph
from dunning_sdk.verify.lived import sample_receivable

SAMPLE_ISSUED_ON: Final = date(2026, 3, 2)
SAMPLE_DUE_ON: Final = date(2026, 4, 1)


def check_book(book: Book) -> list[Finding]:
    """Return the warnings of a book and the dates its procedures give, in the order of files."""
    looked_at = (
        check_graph(book),
        check_mandates(book),
        check_calendars(book),
        _sample_dates(book),
    )
    return sorted([*book.findings, *(finding for found in looked_at for finding in found)])


def _sample_dates(book: Book) -> Iterator[Finding]:
    for rule in book.rules.values():
        if isinstance(rule, ProcedureRule):
            dates = ", ".join(f"{name} {day or 'later'}" for name, day in _dates(rule))
            yield Finding(
                file=rule.file,
                line=1,
                column=1,
                code="procedure.sample",
                text=f"An invoice of {SAMPLE_ISSUED_ON} due on {SAMPLE_DUE_ON}: {dates}",
                rule=rule.id,
                severity="info",
            )


def _dates(rule: ProcedureRule) -> Iterator[tuple[str, date | None]]:
    facts = {"receivable.issued_on": SAMPLE_ISSUED_ON, "receivable.due_on": SAMPLE_DUE_ON}
    slots = slots_of(
        rule.procedure.steps,
        sample_receivable(facts, on=SAMPLE_ISSUED_ON),
        as_of=SAMPLE_ISSUED_ON,
        calendar=BusinessCalendar(rule.procedure.calendar),
    )
    for slot in slots:
        if slot.occurrence == 1:
            yield slot.step.id, slot.planned_on
