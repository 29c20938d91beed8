"""Rule books as tables to read, with what was found in them, and how two versions differ.

Decides what of a book is shown; findings and differences are `verify`'s. Tables are drawn from
the rules themselves, so that a page cannot say other than the rule does.
"""

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from dunning_sdk.access.role import Right
from dunning_sdk.console.listing import column
from dunning_sdk.dmn.table_grid import lines_of
from dunning_sdk.errors import ConfigError, RecordNotFoundError
from dunning_sdk.interchange.sheet import sheet_of
from dunning_sdk.look.entrance import Page
from dunning_sdk.look.parts import Badge, Column, Link, Table, Tone
from dunning_sdk.look.visit import Visit
from dunning_sdk.rules.book import Book, ProcedureRule, TableRule
from dunning_sdk.verify.check import check_book

_TONES: Final[dict[str, Tone]] = {"error": "bad", "warning": "warn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRule:
    """One rule as a page shows it.

    Attributes:
        id: The rule.
        title: What it says.
        source: Where it comes from.
        limits: What it does not cover.
        table: Its rows, or its steps.
    """

    id: str
    title: str
    source: str
    limits: str
    table: Table


def _list(visit: Visit) -> Response:
    engine = visit.engine
    names = list(dict.fromkeys((*engine.config.books, *sorted(engine.library.registered))))
    rows = []
    for name in names:
        book = engine.library.load(name)
        used = (
            Badge(text=visit.words.say("book_in_use"), tone="good")
            if name in engine.config.books
            else None
        )
        link = Link(text=book.id, href=visit.to(f"/books/{book.id}"))
        rows.append((link, book.title, book.version, book.hash[:12], used))
    table = Table(
        id="list",
        caption=visit.words.say("books"),
        columns=[
            column(visit, "book"),
            column(visit, "title"),
            column(visit, "version"),
            column(visit, "hash", is_minor=True),
            column(visit, "state"),
        ],
        rows=rows,
    )
    return visit.page("console/books.html", table=table)


def _page(visit: Visit) -> Response:
    book = _book(visit, visit.path("id"))
    findings = check_book(book)
    others = [name for name in sorted(visit.engine.library.registered) if name != book.id]
    table = Table(
        id="findings",
        caption=visit.words.say("findings"),
        columns=[
            column(visit, "rule"),
            column(visit, "severity"),
            column(visit, "code", is_minor=True),
            column(visit, "finding"),
        ],
        rows=[
            (
                one.rule or one.file,
                Badge(text=one.severity, tone=_TONES.get(one.severity, "info")),
                one.code,
                one.text,
            )
            for one in findings
        ],
        empty=visit.words.say("findings_none"),
    )
    return visit.page(
        "console/book.html",
        book=book,
        rules=[_shown(visit, book, rule) for rule in book.rules.values()],
        findings=table,
        others=others,
    )


def _diff(visit: Visit) -> Response:
    """Show how two books differ in what they decide, where the prover is installed."""
    old, new = _book(visit, visit.query.get("old", "")), _book(visit, visit.path("id"))
    try:
        from dunning_sdk.verify.diff import diff_books
    except ModuleNotFoundError as problem:
        message = "Comparing books needs the prover"
        hint = "Install the extra `prove`."
        raise ConfigError(message, hint=hint) from problem
    return visit.page("console/book_diff.html", diff=diff_books(old, new, most=5), old=old, new=new)


def _book(visit: Visit, name: str) -> Book:
    """Return a book by id, or by the hash it is kept under.

    Raises:
        RecordNotFoundError: There is none.
    """
    library = visit.engine.library
    if name in library.registered or name in visit.engine.config.books:
        return library.load(name)
    for known in visit.engine.config.books:
        book = library.load(known)
        if book.id == name:
            return book
    if not name:
        raise RecordNotFoundError("No book is named", hint="Choose one of the list.")
    with visit.engine.store.reading() as session:
        return library.kept(name, session)


def _shown(visit: Visit, book: Book, rule: TableRule | ProcedureRule) -> ShownRule:
    table = _rows(visit, book, rule) if isinstance(rule, TableRule) else _steps(visit, rule)
    return ShownRule(
        id=rule.id, title=rule.title, source=rule.source, limits=rule.limits, table=table
    )


def _steps(visit: Visit, rule: ProcedureRule) -> Table:
    return Table(
        id=f"rule-{rule.id}".replace(".", "-"),
        caption=rule.id,
        columns=[
            column(visit, "step"),
            column(visit, "level", kind="number"),
            column(visit, "when"),
            column(visit, "action"),
            column(visit, "channel"),
            column(visit, "actor"),
        ],
        rows=[
            (
                step.id,
                step.level,
                f"{step.anchor} {step.offset:+d}",
                step.action.value,
                ", ".join(step.channels),
                step.actor,
            )
            for step in rule.procedure.steps
        ],
    )


def _rows(visit: Visit, book: Book, rule: TableRule) -> Table:
    heads, *lines = (line for line in lines_of(sheet_of(book, rule.id)))
    kinds, *rest = lines
    del kinds
    return Table(
        id=f"rule-{rule.id}".replace(".", "-"),
        caption=rule.id,
        columns=[
            Column(key=str(place), label=head or visit.words.say("col_row"))
            for place, head in enumerate(heads)
        ],
        rows=[tuple(line) for line in rest],
    )


PAGES: Final = (
    Page(path="/books", handler=_list, needs=Right.LOOK),
    Page(path="/books/{id}/diff", handler=_diff, needs=Right.LOOK),
    Page(path="/books/{id}", handler=_page, needs=Right.LOOK),
)
