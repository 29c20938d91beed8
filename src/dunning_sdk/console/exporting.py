"""Lists as files: CSV, workbook, PDF.

Decides which lists go out, with how many rows at most, and that no cell is a formula to a
spreadsheet. A list is read page by page, as a page of it would be.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources
from itertools import islice
from typing import Any, Final, TypeAlias

from starlette.responses import Response

from dunning_sdk.access.role import Right
from dunning_sdk.connectors.journal import harmless
from dunning_sdk.console.listing import names_of
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConfigError, RecordNotFoundError
from dunning_sdk.evidence.statement import AGES
from dunning_sdk.look.entrance import Page
from dunning_sdk.look.handing import handed_out
from dunning_sdk.look.visit import Visit
from dunning_sdk.rules.vocabulary import Language
from dunning_sdk.store.interface import Session
from dunning_sdk.store.reading import PAGE_MAX, After, Wanted

ROWS_MAX: Final = 200_000
"""Most rows of a CSV; a workbook and a PDF take fewer."""
_MOST: Final = {"csv": ROWS_MAX, "xlsx": 50_000, "pdf": 2_000}
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}

Value: TypeAlias = str | int | Decimal | date | None
Line: TypeAlias = tuple[Value, ...]
Lines: TypeAlias = Callable[[Session, Visit], Iterator[Line]]


def _export(visit: Visit) -> Response:
    what, _, format = visit.path("file").rpartition(".")
    if what not in LISTS or format not in _TYPES:
        raise RecordNotFoundError("There is no such list", hint="Choose csv, xlsx or pdf.")
    keys, lines = LISTS[what]
    heads = [visit.words.say(f"col_{key}") for key in keys]
    with visit.engine.store.reading() as session:
        rows = list(islice(lines(session, visit), _MOST[format]))
    make = {"csv": as_csv, "xlsx": as_xlsx}.get(format)
    title = visit.words.say(what)
    content = make(heads, rows) if make else as_pdf(heads, rows, title=title, on=visit.as_of)
    name = f"{what}-{visit.as_of}.{format}"
    return Response(
        content,
        media_type=_TYPES[format],
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def as_csv(heads: Sequence[str], rows: Sequence[Line]) -> bytes:
    """Return rows as CSV in UTF-8, with a mark at the start by which spreadsheets know it.

    Source:
        RFC 4180; OWASP, CSV injection.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([harmless(one) if isinstance(one, str) else _plain(one) for one in row])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(heads: Sequence[str], rows: Sequence[Line]) -> bytes:
    """Return rows as a workbook; texts are texts, so that none is a formula.

    Raises:
        ConfigError: The extra ``tables`` is not installed.
    """
    try:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
    except ModuleNotFoundError as problem:
        message = "A workbook needs openpyxl"
        raise ConfigError(message, hint="Install the extra `tables`.") from problem

    book = Workbook(write_only=True)
    sheet = book.create_sheet("list")

    def cell(value: Value) -> Any:  # noqa: ANN401 - openpyxl has no types
        made = WriteOnlyCell(sheet, value="" if value is None else value)
        if isinstance(value, str):
            made.data_type, made.quotePrefix = "s", value[:1] in "=+-@"
        return made

    sheet.append([cell(head) for head in heads])
    for row in rows:
        sheet.append([cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_pdf(heads: Sequence[str], rows: Sequence[Line], *, title: str, on: date) -> bytes:
    """Return rows as a PDF of as many pages as they need.

    Raises:
        ConfigError: The extra ``letters`` is not installed.
    """
    from dunning_sdk.notices.press import Press
    from dunning_sdk.notices.templates import TemplateSet

    text = (resources.files("dunning_sdk.console") / "templates" / "list.typ").read_text("utf-8")
    press = Press(TemplateSet(texts={"list.typ": text}, labels={}), "list.typ")
    data = {
        "title": title,
        "on": on.isoformat(),
        "heads": list(heads),
        "rows": [[str(_plain(one)) for one in row] for row in rows],
    }
    return press.printed(data, on)


def _plain(value: Value) -> str | int:
    if isinstance(value, int):
        return value
    return "" if value is None else str(value)


def _receivables(session: Session, visit: Visit) -> Iterator[Line]:
    show = visit.query.get("show", "open")
    wanted = Wanted(
        debtor_id=visit.query.get("debtor", ""),
        begins=visit.query.get("q", ""),
        is_open=show != "all",
        due_before=visit.as_of if show == "overdue" else None,
    )
    after: After = ()
    while found := session.standings(wanted, after=after, limit=PAGE_MAX):
        names = names_of(session, (one.debtor_id for one in found))
        for one in found:
            yield (
                one.id,
                one.invoice_number,
                one.debtor_id,
                names[one.debtor_id],
                one.issued_on,
                one.due_on,
                Money(one.amount_minor, one.currency).major,
                Money(one.open_minor, one.currency).major,
                one.currency,
                one.step,
            )
        last = found[-1]
        after = (last.invoice_number if wanted.begins else last.due_on.isoformat(), last.id)


def _debtors(session: Session, visit: Visit) -> Iterator[Line]:
    after: After = ()
    while found := session.debtors(on=visit.as_of, after=after, limit=PAGE_MAX):
        names = names_of(session, (one.debtor_id for one in found))
        for one in found:
            yield (
                one.debtor_id,
                names[one.debtor_id],
                Money(one.open_minor, one.currency).major,
                Money(one.overdue_minor, one.currency).major,
                one.currency,
                one.count,
                one.oldest_due_on,
            )
        after = (found[-1].debtor_id, found[-1].currency)


def _aged(session: Session, visit: Visit) -> Iterator[Line]:
    bounds = [visit.as_of - timedelta(days=age - 1) for age in reversed(AGES)]
    words = ["col_not_due", *(f"col_age_{age}" for age in AGES)]
    for one in session.open_sums("due_on", bounds):
        label = visit.words.say(words[len(AGES) - one.place])
        yield one.currency, label, one.count, Money(one.minor, one.currency).major


def _calls(session: Session, visit: Visit) -> Iterator[Line]:
    after: After = ()
    while found := session.review_page(["call"], on=visit.as_of, after=after, limit=PAGE_MAX):
        standings = session.standings_of(item.subject for item in found)
        names = names_of(session, (one.debtor_id for one in standings.values()))
        for item in found:
            one = standings.get(item.subject)
            if one is not None:
                open_amount = Money(one.open_minor, one.currency).major
                name = names[one.debtor_id]
                yield one.id, one.debtor_id, name, one.due_on, open_amount, one.currency
        after = (found[-1].opened_on.isoformat(), found[-1].id)


LISTS: Final[dict[str, tuple[tuple[str, ...], Lines]]] = {
    "receivables": (
        (
            "receivable", "invoice", "debtor_id", "debtor", "issued_on", "due_on", "amount",
            "open", "currency", "step",
        ),
        _receivables,
    ),
    "debtors": (
        ("debtor_id", "debtor", "open", "overdue", "currency", "count", "oldest_due_on"),
        _debtors,
    ),
    "aged_balance": (("currency", "age", "count", "open"), _aged),
    "calls": (("receivable", "debtor_id", "debtor", "due_on", "open", "currency"), _calls),
}  # fmt: skip
"""Lists that go out: keys of their columns, and what yields their rows."""


def _evidence(visit: Visit) -> Response:
    """Return the evidence file of a receivable, as an archive that proves itself."""
    id = visit.path("id")
    language: Language = "fr" if visit.choice.language == "fr" else "en"
    found = visit.engine.evidence(id, as_of=visit.as_of, language=language)
    name = f"{id.replace('/', '-')}-{visit.as_of}.zip"
    answer = handed_out(found.archive, name, "application/zip")
    answer.headers["x-dunning-seal"] = found.seal
    return answer


def _statement(visit: Visit) -> Response:
    """Return the statement of account of a debtor, in his language."""
    id, engine = visit.path("id"), visit.engine
    make = {"pdf": engine.statement_pdf, "csv": engine.statement_csv}.get(visit.path("form"))
    if make is None:
        raise RecordNotFoundError("There is no such form", hint="Choose pdf or csv.")
    found = make(id, as_of=visit.as_of)
    return handed_out(found.content, f"{id.replace('/', '-')}-{found.name}", found.media_type)


PAGES: Final = (
    Page(path="/statement/{form}/{id:path}", handler=_statement, needs=Right.LOOK),
    Page(path="/export/{file}", handler=_export, needs=Right.LOOK),
    Page(path="/evidence/{id:path}", handler=_evidence, needs=Right.LOOK),
)
