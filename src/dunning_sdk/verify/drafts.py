"""Read a table again as its author wrote it, for what needs its cells and not its callables.

The module decides nothing: a book keeps the text of its files, and `rules.draft` reads them.
"""

from dunning_sdk.rules.book import Book, TableRule
from dunning_sdk.rules.draft import Draft, read_draft
from dunning_sdk.rules.expression import make_scribe
from dunning_sdk.rules.model import TableFile, read_model
from dunning_sdk.rules.report import Report
from dunning_sdk.rules.table import words_of
from dunning_sdk.rules.vocabulary import vocabulary_of
from dunning_sdk.strict_yaml import YamlMapping, load


def draft_of(book: Book, rule: TableRule) -> tuple[TableFile, Draft]:
    """Return the table of a rule as its author wrote it, read again from the book's own text."""
    report = Report(file=rule.file, rule=rule.id)
    node = load(book.files[f"{rule.id}.yaml"], rule.file)
    file = read_model(TableFile, node, report)
    words = words_of(book)
    scribe = make_scribe(vocabulary_of(rule.kind, book.facts), report, book.functions)
    draft = (
        read_draft(file, node, scribe, words) if isinstance(node, YamlMapping) and file else None
    )
    if file is None or draft is None:
        raise AssertionError(f"{rule.id} was read before")
    return file, draft
