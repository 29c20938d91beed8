"""Look at the rules of a book together: what one names, and whether it is ever in force.

The module decides which rule is of no use. That a name leads somewhere, and that steps do not
hang on each other in a circle, is decided when the book is loaded.
"""

from collections.abc import Iterator
from datetime import date

from dunning_sdk.errors import Finding
from dunning_sdk.rules.book import Book, ProcedureRule, Rule
from dunning_sdk.verify.place import finding_at


def check_graph(book: Book) -> Iterator[Finding]:
    """Yield a warning for each procedure no rule names, and each rule that never applies.

    A book without a rule that could name a procedure is a part of other books.
    """
    named = {word for rule in book.rules.values() for word in rule.words}
    choosing = any(book.of_kind(kind) for kind in ("mandate", "scenario"))
    for rule in book.rules.values():
        if choosing and isinstance(rule, ProcedureRule) and rule.id not in named:
            text = "No rule of the book names this procedure, so nothing follows it"
            yield finding_at(book, rule, ("id",), code="book.unused-procedure", text=text)
        if not _meets(book, rule):
            text = "The rule is never in force while the book is"
            yield finding_at(book, rule, ("applies",), code="book.never-in-force", text=text)


def _meets(book: Book, rule: Rule) -> bool:
    start_on = max(day or date.min for day in (book.start_on, rule.start_on))
    until_on = min(day or date.max for day in (book.until_on, rule.until_on))
    return start_on < until_on
