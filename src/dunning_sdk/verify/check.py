"""Look over a whole book for what loads and is yet suspicious.

The module decides which of these is a warning. What keeps a book from loading is found in
`rules.load`; here every finding is a warning or, for the dates of a sample invoice, a plain
information for the reader's own eye.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from dunning_sdk.decisions.slots import slots_of
from dunning_sdk.domain.calendar import BusinessCalendar
from dunning_sdk.errors import Finding
from dunning_sdk.rules.book import Book, ProcedureRule, TableRule
from dunning_sdk.rules.report import Place, Report
from dunning_sdk.strict_yaml import YamlNode, load, position_of
from dunning_sdk.verify.lived import sample_receivable

SAMPLE_ISSUED_ON: Final = date(2026, 3, 2)
SAMPLE_DUE_ON: Final = date(2026, 4, 1)
_BOOK: Final = "book.yaml"


def check_book(book: Book) -> list[Finding]:
    """Return what a person should look at in a book, in the order of the files.

    Args:
        book: As loaded; its own warnings are among the findings.
    """
    findings = list(book.findings)
    head = Report(file=f"{book.id}/{_BOOK}", findings=findings)
    _unused_reasons(book, head)
    for rule in book.rules.values():
        report = Report(file=rule.file, rule=rule.id, findings=findings)
        node = load(book.files[f"{rule.id}.yaml"], rule.file)
        if isinstance(rule, TableRule):
            _idle_inputs(rule, node, report)
        else:
            _sample_dates(rule, node, report)
    return sorted(findings)


def _unused_reasons(book: Book, report: Report) -> None:
    node = load(book.files[_BOOK], report.file)
    used = {
        word for rule in book.rules.values() if isinstance(rule, TableRule) for word in rule.words
    }
    for reason in book.reasons:
        if reason not in used:
            place = Place(*position_of(node, ("reasons", reason), of_key=True))
            report.add(
                place,
                "book.unused-reason",
                "No rule gives this reason",
                found=reason,
                severity="warning",
            )


def _idle_inputs(rule: TableRule, node: YamlNode, report: Report) -> None:
    for at, (name, cells) in enumerate(rule.columns.items()):
        if all(cell == "-" for cell in cells):
            place = Place(*position_of(node, ("inputs", at)))
            text = f"Input {name} constrains no row"
            report.add(place, "table.idle-input", text, severity="warning")


def _sample_dates(rule: ProcedureRule, node: YamlNode, report: Report) -> None:
    """Show the dates of one invoice, so that a reversed sign is seen."""
    dates = list(_dates(rule))
    said = ", ".join(f"{name} {day.isoformat()}" if day else f"{name} later" for name, day in dates)
    text = f"An invoice of {SAMPLE_ISSUED_ON} due on {SAMPLE_DUE_ON}: {said}"
    place = Place(*position_of(node, ("steps",), of_key=True))
    report.add(place, "procedure.sample", text, severity="info")
    latest: tuple[str, date] | None = None
    for at, (name, day) in enumerate(dates):
        if day is not None and latest is not None and day < latest[1]:
            text = f"Step {name} falls before step {latest[0]}; is the sign of its offset right?"
            where = Place(*position_of(node, ("steps", at)))
            report.add(where, "procedure.order", text, severity="warning")
        elif day is not None:
            latest = (name, day)


def _dates(rule: ProcedureRule) -> Iterator[tuple[str, date | None]]:
    facts = {"receivable.issued_on": SAMPLE_ISSUED_ON, "receivable.due_on": SAMPLE_DUE_ON}
    receivable = sample_receivable(facts, on=SAMPLE_ISSUED_ON)
    calendar = BusinessCalendar(rule.procedure.calendar)
    slots = slots_of(
        rule.procedure.steps,
        receivable,
        as_of=SAMPLE_DUE_ON - timedelta(days=3650),
        calendar=calendar,
    )
    for slot in slots:
        if slot.occurrence == 1:
            yield slot.step.id, slot.planned_on
