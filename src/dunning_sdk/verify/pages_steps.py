"""Say the steps of a procedure in words, for the page of a book.

The module decides how a step's fields read in a table's cells; a field that has its default is
not said.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from dunning_sdk.domain.calendar import Roll
from dunning_sdk.rules.pattern import Pattern
from dunning_sdk.rules.step import Action, Step

_ANCHORS: Final[Mapping[str, str]] = {
    "due_on": "",
    "issued_on": " from the invoice date",
    "entered_overdue": " from the day after the due date",
    "end_of_month": ", then to the end of that month",
}
_WINDOW_DAYS: Final = Step(id="any", level=0).window_days


def step_cells(step: Step) -> list[str]:
    """Return a step as cells: id, level, day, what, channel, template, and what is special.

    Args:
        step: As loaded. Days are calendar days from the due date unless the cell says otherwise.
    """
    return [
        f"`{step.id}`",
        str(step.level),
        _day(step),
        step.action.value.replace("_", " "),
        ", else ".join(step.channels),
        step.template,
        "; ".join((*_besides(step), *_tones(step))),
    ]


def signal_line(pattern: Pattern) -> str:
    """Return a signal as a line: its fact, what it says, and what is looked for."""
    kinds = [kind.value for kind in pattern.kinds]
    joined = ", then ".join(kinds) if pattern.form == "sequence" else " or ".join(kinds)
    return f"- `{pattern.fact.name}`: {pattern.label}. / {pattern.label_fr}. " + "; ".join(
        [joined, *_narrowed(pattern)]
    )


def _narrowed(pattern: Pattern) -> Iterator[str]:
    if pattern.over_days is not None:
        yield f"more than {_days(pattern.over_days)} late"
    if pattern.standing:
        yield "still so"
    if pattern.within_days is not None:
        yield f"within {_days(pattern.within_days)}"
    if pattern.key == "receivable":
        yield "on one receivable"
    if pattern.each != "event":
        yield f"each {pattern.each} once"
    if pattern.at_least is not None:
        yield f"at least {pattern.at_least}"
    if pattern.reset_by:
        after = ", ".join(kind.value for kind in pattern.reset_by)
        yield f"counted anew after {after}"


def options_line(options: Mapping[str, Any]) -> str:
    """Return the options that a procedure's file sets, or nothing."""
    said = ", ".join(f"`{name}: {text_of(value)}`" for name, value in options.items())
    return f"Options: {said}." if said else ""


def text_of(value: Any) -> str:  # noqa: ANN401 - any YAML value
    """Return a value of a book's file as text; nothing for none."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return ", ".join(map(text_of, value))
    return "" if value is None else str(value)


def _day(step: Step) -> str:
    day = f"{step.offset:+d}" if step.offset else "0"
    day += _ANCHORS.get(step.anchor, f" from {step.anchor}")
    if step.repeat_every_days is not None:
        times = f", {step.repeat_max} in all" if step.repeat_max else ""
        day += f", then every {_days(step.repeat_every_days)}{times}"
    return day


def _besides(step: Step) -> Iterator[str]:
    if step.legal_effect:
        yield "has legal effect"
    if step.needs_approval:
        yield "a person approves it"
    if step.after is not None:
        yield f"after {step.after}"
    if step.grants_days:
        yield f"grants {_days(step.grants_days)}"
    if step.interval_days > 1:
        yield f"at least {_days(step.interval_days)} after the act before"
    if step.when is not None:
        yield f"where `{step.when.text}`"
    if step.actor:
        yield f"by the {step.actor}"
    if step.day_shift is not Roll.NONE:
        yield f"moved to a business day ({step.day_shift.value.replace('_', ' ')})"
    if step.offset < 0 and step.window_days != _WINDOW_DAYS and step.action is Action.NOTICE:
        yield f"may go up to {_days(step.window_days)} late"


def _tones(step: Step) -> Iterator[str]:
    for tone, template in step.tones.items():
        yield f"{tone}: {template}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
