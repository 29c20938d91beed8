"""Which notices of a book go to a debtor who was told of an assignment, and which must keep it.

The module decides by the answers of the mandate rules: per row, whether the debtor is told, and
by the steps of the procedure it names, which templates are written to him. A row that does not
tell him and still has the financier's letterhead or account is a fault in itself. What the
templates say is looked at in `notices.telling`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from dunning_sdk.dmn.parts import Constant
from dunning_sdk.errors import Finding
from dunning_sdk.rules.book import Book, TableRule
from dunning_sdk.rules.step import Action
from dunning_sdk.verify.place import finding_at

_CONTRACT: Final = "contract.kind"
_ANY: Final = "*"
"""Stands for an answer that is worked out, and may be any."""
_UNTOLD: Final = ("letterhead", "collects")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressing:
    """One template as one row of a mandate has it written to a debtor.

    Attributes:
        template: Its name.
        told: Whether the debtor is told of the assignment; ``None`` where the row does not say
            it as a constant.
        why: The row and its kind of contract, for messages.
    """

    template: str
    told: bool | None
    why: str


def addressings(book: Book) -> tuple[Addressing, ...]:
    """Return how each template of a book's notices is written to debtors, each once."""
    found: dict[tuple[str, bool | None], Addressing] = {}
    for answer in _answers(book):
        said = answer.values["debtor_told"]
        told = None if said == _ANY else said is True
        for template in _templates(book, answer.values["procedure"]):
            one = Addressing(template=template, told=told, why=answer.why)
            found.setdefault((template, told), one)
    return tuple(found.values())


def _templates(book: Book, named: object) -> Iterator[str]:
    """Yield the templates of the notices of a procedure, or of all where any may be named.

    Where a procedure is named at all, a scenario may choose another, and another tone.
    """
    chosen = {word for rule in book.of_kind("scenario") for word in rule.words} if named else set()
    for procedure in book.procedures.values():
        if named == _ANY or procedure.id in {named, *chosen}:
            notices = (step for step in procedure.steps if step.action is Action.NOTICE)
            for step in notices:
                yield from (name for name in (step.template, *step.tones.values()) if name)


def check_mandates(book: Book) -> Iterator[Finding]:
    """Yield each row of a mandate that keeps the assignment secret and betrays it."""
    for answer in _answers(book):
        if answer.rule is None or answer.values["debtor_told"] is not False:
            continue
        for name in _UNTOLD:
            if answer.values[name] == "financier":
                text = f"The debtor is not told of the assignment, and {name} is the financier's"
                yield finding_at(
                    book,
                    answer.rule,
                    [*answer.path, name],
                    code="mandate.names-assignee",
                    text=text,
                    severity="error",
                )


@dataclass(frozen=True, slots=True)
class _Answer:
    rule: TableRule | None
    path: tuple[str | int, ...]
    values: dict[str, Any]
    why: str


def _answers(book: Book) -> Iterator[_Answer]:
    """Yield what each row of the mandates answers; `_ANY` for what is no constant."""
    rules = book.of_kind("mandate")
    if not rules:
        first = next(iter(book.procedures), "")
        own = {"debtor_told": False, "procedure": first, "letterhead": "", "collects": ""}
        yield _Answer(None, (), own, "the book has no mandate, and nobody is told by default")
    for rule in rules:
        names = [output.name for output in rule.table.outputs]
        kinds = rule.columns.get(_CONTRACT, ())
        for place, row in enumerate(rule.table.rows):
            values = {name: _constant(run) for name, run in zip(names, row.outputs, strict=True)}
            kind = f", contract kind {kinds[place]}" if kinds and kinds[place] != "-" else ""
            why = f"{rule.id} row {place + 1}{kind}"
            yield _Answer(rule, ("rows", place, "then"), _whole(values), why)
        if any(output.default is not None for output in rule.table.outputs):
            values = {one.name: _constant(one.default) for one in rule.table.outputs}
            yield _Answer(rule, ("otherwise",), _whole(values), f"{rule.id} otherwise")


def _whole(values: dict[str, Any]) -> dict[str, Any]:
    """Return an answer with every field looked at, an absent procedure among them."""
    return {"procedure": "", "debtor_told": False, "letterhead": "", "collects": ""} | values


def _constant(run: object) -> Any:  # noqa: ANN401 - a FEEL value
    return run({}) if isinstance(run, Constant) else _ANY
