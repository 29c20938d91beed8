"""Change a rule in one small place, as a slip of the hand would.

The module decides which changes are worth a case: a boundary moved by one unit, a row or a step
left out, another answer, another value of a closed list, a day earlier or later, and the same in
the body of a function. Whether a case notices is found out in `mutation`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from dunning_sdk.feel.types import BOOLEAN, EnumType, ListType
from dunning_sdk.rules.book import Book, ProcedureRule, TableRule
from dunning_sdk.rules.kind import ResultField
from dunning_sdk.strict_yaml import YamlNode, load, position_of, to_plain
from dunning_sdk.verify.place import tree_of

_BOOK: Final = "book.yaml"
_TOKEN: Final = re.compile(r'"[^"]*"|(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\w)|<=|>=|<|>')
_DAY: Final = re.compile(r'"(\d{4}-\d{2}-\d{2})"')
_SLIP: Final = {"<=": "<", "<": "<=", ">=": ">", ">": ">="}
_CENT: Final = Decimal("0.01")
_STEP_KEYS: Final = (
    "offset",
    "repeat_every_days",
    "repeat_max",
    "interval_days",
    "grants_days",
    "window_days",
)
_DROP: Final = object()
Path = tuple[str | int, ...]
_Change = tuple[Path, Any, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A rule, or a function of the book, with one change.

    Attributes:
        rule: Id of the rule; ``functions.NAME`` for a function.
        file: Name of the changed file of the book.
        what: The change in words, such as ``row 2, days: "> 3" becomes "> 4"``.
        line: Where the changed place stands, from 1; 1 for a rule laid together from two files.
        column: The same, from 1.
        text: The whole file with the change.
    """

    rule: str
    file: str
    what: str
    line: int
    column: int
    text: str


def mutants_of(book: Book, rule: TableRule | ProcedureRule) -> Iterator[Mutant]:
    """Yield a rule with each small change, one at a time, always in the same order."""
    node = tree_of(book, rule)
    whole: Any = to_plain(node)
    changes = _table(rule, whole) if isinstance(rule, TableRule) else _steps(whole)
    yield from _mutants(book, f"{rule.id}.yaml", rule.id, node, changes)


def function_mutants(book: Book, name: str) -> Iterator[Mutant]:
    """Yield the book with each small change of a function's body, one at a time.

    Args:
        book: Whose function.
        name: Of the function.
    """
    node = load(book.files[_BOOK], _BOOK)
    whole: Any = to_plain(node)
    path, said = ("functions", name, "body"), whole["functions"][name]["body"]
    changes = [_change(path, "body", said, other) for other in _moved(said, Decimal(1))]
    yield from _mutants(book, _BOOK, f"functions.{name}", node, changes)


def _mutants(
    book: Book, file: str, rule: str, node: YamlNode, changes: Iterable[_Change]
) -> Iterator[Mutant]:
    whole: Any = to_plain(node)
    laid_together = book.files[file].startswith("{")
    for path, value, what in changes:
        line, column = (1, 1) if laid_together else position_of(node, path)
        text = written(_changed(whole, path, value))
        yield Mutant(rule=rule, file=file, what=what, line=line, column=column, text=text)


def written(value: Any) -> str:  # noqa: ANN401 - what YAML holds
    """Return a plain value as one line of YAML."""
    match value:
        case dict():
            return (
                "{" + ", ".join(f"{written(key)}: {written(one)}" for key, one in value.items())
            ) + "}"
        case list():
            return f"[{', '.join(map(written, value))}]"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case bool():
            return str(value).lower()
        case None:
            return "null"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def _changed(whole: Any, path: Path, value: object) -> Any:  # noqa: ANN401 - what YAML holds
    found = deepcopy(whole)
    place = found
    for part in path[:-1]:
        place = place[part]
    if value is _DROP:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return found


def _table(rule: TableRule, whole: Mapping[str, Any]) -> Iterator[_Change]:
    rows = whole.get("rows", ())
    fields = {one.name: one for one in rule.fields}
    for at, row in enumerate(rows):
        where = f"row {at + 1}"
        if len(rows) > 1 or whole.get("otherwise") is not None:
            yield ("rows", at), _DROP, f"{where} left out"
        for one in rule.table.inputs:
            cell = (row.get("when") or {}).get(one.name)
            unit = (one.column.grain if one.column else None) or Decimal(1)
            words = _words_of(rule, one.name)
            for value in _other_cells(cell, unit=unit, words=words):
                yield _change(("rows", at, "when", one.name), f"{where}, {one.name}", cell, value)
        for name, said in row["then"].items():
            for value in _other_answers(said, fields[name]):
                yield _change(("rows", at, "then", name), f"{where}, {name}", said, value)
    for name, said in (whole.get("otherwise") or {}).items():
        for value in _other_answers(said, fields[name]):
            yield _change(("otherwise", name), f"otherwise, {name}", said, value)


def _change(path: Path, where: str, before: object, after: object) -> _Change:
    return path, after, f"{where}: {written(before)} becomes {written(after)}"


def _words_of(rule: TableRule, name: str) -> tuple[str, ...]:
    reading = rule.reader.readings.get(name)
    return reading.fact.values if reading else ()


def _other_cells(cell: Any, *, unit: Decimal, words: Sequence[str]) -> Iterator[Any]:  # noqa: ANN401
    if isinstance(cell, list):
        yield from (cell[:at] + cell[at + 1 :] for at in range(len(cell)) if len(cell) > 1)
    elif cell in words and not isinstance(cell, bool):
        yield _next(cell, words)
    elif cell is not None:
        yield from _moved(cell, unit)


def _moved(value: Any, unit: Decimal) -> Iterator[Any]:  # noqa: ANN401 - what YAML holds
    """Yield a value a unit less and more, a truth value flipped, a text with one slip."""
    match value:
        case bool():
            yield not value
        case int() | Decimal():
            yield from (value - unit, value + unit)
        case date():
            yield from (value - timedelta(days=1), value + timedelta(days=1))
        case "true" | "false":
            yield "false" if value == "true" else "true"
        case str():
            yield from _slips(value, unit)


def _slips(text: str, unit: Decimal) -> Iterator[str]:
    has_value = any(token[0].isdigit() or _DAY.match(token) for token in _TOKEN.findall(text))
    for match in _TOKEN.finditer(text):
        token, day = match[0], _DAY.fullmatch(match[0])
        others: list[str] = []
        if token in _SLIP:
            others = [] if has_value else [_SLIP[token]]
        elif day:
            moved = _moved(date.fromisoformat(day[1]), unit)
            others = [f'"{value}"' for value in moved]
        elif token[0] != '"':
            others = [f"{value:f}" for value in _moved(Decimal(token), unit)]
        yield from (text[: match.start()] + other + text[match.end() :] for other in others)


def _other_answers(said: Any, field: ResultField) -> Iterator[Any]:  # noqa: ANN401 - what YAML holds
    """Yield one other answer for a result field."""
    type_ = field.type.of if isinstance(field.type, ListType) else field.type
    if isinstance(said, list):
        yield [_next(said[0], type_.values) if isinstance(type_, EnumType) else _CENT, *said[1:]]
    elif isinstance(type_, EnumType) and said in type_.values:
        yield _next(said, type_.values)
    elif isinstance(said, bool):
        yield not said
    elif isinstance(said, (int, Decimal)):
        yield said + _CENT
    elif isinstance(said, date):
        yield said + timedelta(days=1)
    elif type_ == BOOLEAN and isinstance(said, str):
        yield f"not({said})"
    elif isinstance(said, str) and said and not isinstance(type_, EnumType):
        yield f"({said}) + 0.01"
    elif isinstance(said, str):
        yield from _slips(said, Decimal(1))


def _next(value: Any, values: Sequence[Any]) -> Any:  # noqa: ANN401 - a text of the list
    return values[(list(values).index(value) + 1) % len(values)] if value in values else value


def _steps(whole: Mapping[str, Any]) -> Iterator[_Change]:
    steps = whole["steps"]
    anchors = {step.get(key) for step in steps for key in ("anchor", "after")}
    for at, step in enumerate(steps):
        where = f"step {step['id']}"
        if len(steps) > 1 and step["id"] not in anchors:
            yield ("steps", at), _DROP, f"{where} left out"
        for key in _STEP_KEYS:
            said = step.get(key)
            for value in (said - 1, said + 1) if isinstance(said, int) else ():
                yield _change(("steps", at, key), f"{where}, {key}", said, value)
        if isinstance(step.get("when"), str):
            negated = f"not({step['when']})"
            yield _change(("steps", at, "when"), f"{where}, when", step["when"], negated)
