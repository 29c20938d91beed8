"""Write a rule book as a page for people: each rule with its table and two of its cases.

The module decides what a reader sees and in which order: title, when the rule applies, the table,
a case that hits and one that does not, reasons, source, limits. It formats what the book holds
and what its cases gave; it adds nothing, so that a page cannot say other than the rule does.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from dunning_sdk.dmn.table import HitPolicy
from dunning_sdk.rules.book import Book, ProcedureRule, Rule, TableRule
from dunning_sdk.rules.case import Case
from dunning_sdk.rules.function import BookFunction
from dunning_sdk.strict_yaml import load, to_plain
from dunning_sdk.verify.cases import CaseResult, CaseRun, run_cases
from dunning_sdk.verify.pages_steps import options_line, signal_line, step_cells, text_of

_BOOK: Final = "book.yaml"
_NOTE: Final = "_note"
_PLAIN: Final = re.compile(r"[\w.-]*(, [\w.-]+)*")
_POLICIES: Final[Mapping[HitPolicy, str]] = {
    HitPolicy.UNIQUE: "At most one row holds.",
    HitPolicy.ANY: "Rows that hold together answer the same.",
    HitPolicy.PRIORITY: "Of the rows that hold, the gravest answer decides.",
    HitPolicy.FIRST: "The first row that holds decides.",
    HitPolicy.RULE_ORDER: "Every row that holds counts: lists are put together, of the rest the "
    "first answer is taken.",
    HitPolicy.OUTPUT_ORDER: "Every row that holds counts, the gravest answer first.",
    HitPolicy.COLLECT: "Every row that holds counts.",
}


def book_page(book: Book, *, own: Collection[str] | None = None) -> str:
    """Return the page of a book as Markdown, without the heading of the page itself.

    Args:
        book: Written whole; its cases are run.
        own: Ids of the rules shown; the others are only named, as taken over. ``None`` for all.
    """
    run = run_cases(book)
    head: Any = to_plain(load(book.files[_BOOK], f"{book.id}/{_BOOK}"))
    shown = [rule for rule in book.rules.values() if own is None or rule.id in own]
    others = [f"`{rule.id}`" for rule in book.rules.values() if rule not in shown]
    parts = [
        f"{book.title}. Version {book.version}. {_where(book)}",
        _line("Source", str(head.get("source", ""))),
        _line("Limits", str(head.get("limits", ""))),
        _line("Taken over from another book", ", ".join(others)),
    ]
    if book.patterns:
        parts += ["## Signals", "\n".join(map(signal_line, book.patterns))]
    if book.functions.by_name:
        parts += ["## Functions", "\n".join(map(_function, book.functions.by_name.values()))]
    for rule in shown:
        parts += _section(rule, book, run)
    return "\n\n".join(part for part in parts if part) + "\n"


def _function(one: BookFunction) -> str:
    title = f": {one.title.rstrip('.')}" if one.title else ""
    return f"- `{one.heading}`{title}. It is `{one.text}`."


def _section(rule: TableRule | ProcedureRule, book: Book, run: CaseRun) -> list[str]:
    plain: Any = to_plain(load(book.files[f"{rule.id}.yaml"], rule.file))
    if isinstance(rule, TableRule):
        body = [_POLICIES[rule.table.hit_policy], _rows(rule, plain)]
    else:
        body = [options_line(plain.get("options", {})), _steps(rule)]
    return [
        f"## `{rule.id}`",
        f"{rule.title}.{_narrowed(rule)}",
        *body,
        "\n".join(_examples(rule, book, run)),
        "\n".join(_reasons(rule, book)),
        _line("Source", rule.source),
        _line("Limits", rule.limits),
    ]


def _rows(rule: TableRule, plain: Mapping[str, Any]) -> str:
    """Return the table of a rule: a column per input and per field that a row gives."""
    written = plain.get("rows", ())
    rows: list[Any] = [{**row["then"], _NOTE: row.get("note", "")} for row in written]
    if "otherwise" in plain:
        rows.append(plain["otherwise"])
    fields = [one.name for one in rule.fields if any(one.name in row for row in rows)]
    fields += [_NOTE] if any(row.get(_NOTE) for row in rows) else []
    table = [["", *rule.columns, *(name.removeprefix("_") for name in fields)]]
    for at, row in enumerate(rows):
        given = at < len(written)
        cells = [_code(column[at]) if given else "" for column in rule.columns.values()]
        answers = [_answer(name, row.get(name)) for name in fields]
        table.append([str(at + 1) if given else "otherwise", *cells, *answers])
    return _table(table)


def _steps(rule: ProcedureRule) -> str:
    head = ["step", "level", "day", "what", "channel", "template", "besides"]
    return _table([head, *(step_cells(step) for step in rule.procedure.steps)])


def _examples(rule: Rule, book: Book, run: CaseRun) -> Iterator[str]:
    """Yield a case that hits and one that does not, or that another row decides."""
    cases = book.cases[rule.id].cases if rule.id in book.cases else ()
    results = [result for result in run.results if result.rule == rule.id]
    pairs = list(zip(cases, results, strict=False))
    hit = next((pair for pair in pairs if pair[1].decided), None)
    if hit is not None:
        yield f"- Hits: {_example(*hit)}"
    miss = next((pair for pair in pairs if _misses(pair, hit)), None) or next(
        (pair for pair in pairs if hit and pair[1].decided != hit[1].decided), None
    )
    if miss is not None:
        yield f"- {'Hits another way' if miss[1].decided else 'Does not hit'}: {_example(*miss)}"


def _misses(pair: tuple[Case, CaseResult], hit: tuple[Case, CaseResult] | None) -> bool:
    return not pair[1].decided and not pair[0].error and pair != hit


def _example(case: Case, result: CaseResult) -> str:
    expected = case.expect
    if isinstance(expected.get("steps"), Mapping):
        steps = [f"{step} on {day}" for day, step in expected["steps"].items()]
        facts = [f"{name} {text_of(value)}" for name, value in case.facts.items()]
        seen = f"First seen on {case.as_of}; {', '.join(facts)}."
        runs = f" Runs on {', '.join(map(str, case.on))}." if case.on else ""
        return f"{case.name}. {seen}{runs} Then {', '.join(steps) or 'nothing'}."
    answers = [f"{name} = {text_of(value) or 'none'}" for name, value in expected.items()]
    row = f" (row {', '.join(result.decided)})" if result.decided else ""
    return f"{case.name}{row}: {', '.join(answers)}."


def _reasons(rule: TableRule | ProcedureRule, book: Book) -> Iterator[str]:
    for reason in book.reasons.values():
        if isinstance(rule, TableRule) and reason.id in rule.words:
            yield f"- `{reason.id}`: {reason.en} / {reason.fr}"


def _where(book: Book) -> str:
    place = "every jurisdiction" if book.jurisdiction == "*" else book.jurisdiction
    return f"Applies in {place}{_when(book.start_on, book.until_on)}."


def _narrowed(rule: Rule) -> str:
    """Return when a rule applies, where that is said of the rule itself."""
    when = _when(rule.start_on, rule.until_on)
    return f" Applies{when}." if when else ""


def _when(start_on: date | None, until_on: date | None) -> str:
    start = f" from {start_on}" if start_on else ""
    return start + (f" until before {until_on}" if until_on else "")


def _line(name: str, text: str) -> str:
    return f"{name}: {text.rstrip('.')}." if text else ""


def _table(rows: Sequence[Sequence[str]]) -> str:
    escaped = [[cell.replace("|", r"\|") for cell in row] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in escaped]
    return "\n".join([lines[0], f"|{'---|' * len(rows[0])}", *lines[1:]])


def _answer(name: str, value: Any) -> str:  # noqa: ANN401 - any YAML value
    """Return what a row answers; an expression is set as code, a word or a note is not."""
    said = text_of(value)
    return said if name == _NOTE or _PLAIN.fullmatch(said) else f"`{said}`"


def _code(cell: str) -> str:
    return "" if cell == "-" else f"`{cell}`"
