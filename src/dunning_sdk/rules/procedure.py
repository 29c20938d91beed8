"""Make a dunning procedure out of its file.

The module decides which steps an author may write together: ids once, levels that do not fall,
steps that hang on earlier steps only. When a step is due is decided in `decisions`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from dunning_sdk.domain.calendar import BusinessCalendar, Roll
from dunning_sdk.errors import Finding, UnknownCalendarError
from dunning_sdk.rules.book import ProcedureRule, Rule
from dunning_sdk.rules.condition import read_condition
from dunning_sdk.rules.draft import Words
from dunning_sdk.rules.expression import Scribe
from dunning_sdk.rules.model import Options, ProcedureFile, StepEntry
from dunning_sdk.rules.report import Place, Report
from dunning_sdk.rules.step import (
    ANCHORS,
    Action,
    CatchUp,
    Condition,
    CycleKeeps,
    Entry,
    Procedure,
    Step,
)
from dunning_sdk.strict_yaml import YamlMapping, position_of

_SHARED: Final = ("level", "action", "legal_effect", "grants_days")
"""What a step has in common with that of the same id in another procedure of the book."""


def read_procedure(
    file: ProcedureFile, node: YamlMapping, scribe: Scribe, words: Words
) -> ProcedureRule | None:
    """Return the procedure in a file, or ``None`` with findings.

    Args:
        file: The keys and values.
        node: The same with their places.
        scribe: Reads the conditions.
        words: What the rules of the book may name.
    """
    report = scribe.report
    steps = [_step(file, at, node, scribe) for at in range(len(file.steps))]
    for at in range(len(file.steps)):
        _check_order(file.steps, at, node, report)
        _check_fields(file.steps[at], at, node, report, words=words)
    _check_calendar(file.options.calendar, node, report)
    if report.has_errors():
        return None
    _check_days(file.steps, node, report)
    procedure = Procedure(id=file.id, steps=tuple(steps), **_options(file.options))
    calls = frozenset(name for one in procedure.conditions for name in one.calls)
    return ProcedureRule(**file.head(), file=report.file, procedure=procedure, calls=calls)


def _options(options: Options) -> dict[str, Any]:
    return {
        **options.model_dump(),
        "entry": Entry(options.entry),
        "catch_up": CatchUp(options.catch_up),
        "cycle_keeps": CycleKeeps(options.cycle_keeps),
    }


def _step(file: ProcedureFile, at: int, node: YamlMapping, scribe: Scribe) -> Step:
    entry = file.steps[at]
    fields = entry.model_dump(exclude={"channel", "when", "action", "day_shift", "needs_approval"})
    channel = entry.channel
    approval = entry.legal_effect if entry.needs_approval is None else entry.needs_approval
    return Step(
        **fields,
        action=Action(entry.action),
        day_shift=Roll(entry.day_shift),
        channels=(channel,) if isinstance(channel, str) else tuple(channel),
        needs_approval=approval,
        when=_condition(file, at, node, scribe),
    )


def _condition(file: ProcedureFile, at: int, node: YamlMapping, scribe: Scribe) -> Condition | None:
    steps: Any = node["steps"]
    where = steps[at].get("when")
    return None if where is None else read_condition(where, scribe, rule_id=file.id)


def _check_order(steps: Sequence[StepEntry], at: int, node: YamlMapping, report: Report) -> None:
    step, before = steps[at], [earlier.id for earlier in steps[:at]]
    if step.id in before:
        report.add(_at(node, at, "id"), "procedure.duplicate-step", "Two steps have the same id")
    if at and step.level < steps[at - 1].level:
        text = "The level falls"
        report.add(
            _at(node, at, "level"),
            "procedure.level",
            text,
            expected=f"at least {steps[at - 1].level}",
            found=str(step.level),
        )
    for key, name in (("after", step.after), ("anchor", step.anchor)):
        if name is None or (key == "anchor" and name in ANCHORS) or name in before:
            continue
        if name in [later.id for later in steps[at:]]:
            text = f"Key {key} names a step that does not come earlier"
            report.add(_at(node, at, key), "procedure.later-step", text, found=name)
        else:
            known = (*before, *ANCHORS) if key == "anchor" else tuple(before)
            report.add_unknown(_at(node, at, key), what="step", name=name, known=known)


def _check_days(steps: Sequence[StepEntry], node: YamlMapping, report: Report) -> None:
    """Warn where a step falls before an earlier one: often a sign that is reversed."""
    days: dict[str, int | None] = {"due_on": 0, "entered_overdue": 1}
    latest: tuple[int, str] | None = None
    for at, step in enumerate(steps):
        anchor = days.get(step.anchor)
        day = days[step.id] = None if anchor is None else anchor + step.offset
        if day is None:
            continue
        if latest is not None and day < latest[0]:
            text = f"Step {step.id} falls before step {latest[1]}; is a sign reversed?"
            report.add(_at(node, at, "offset"), "procedure.order", text, severity="warning")
        latest = max(latest or (day, step.id), (day, step.id), key=lambda one: one[0])


def _check_calendar(code: str, node: YamlMapping, report: Report) -> None:
    try:
        BusinessCalendar(code)
    except UnknownCalendarError as exc:
        place = Place(*position_of(node, ("options", "calendar")))
        report.add(place, "book.unknown-calendar", exc.message, found=code)


def _check_fields(
    step: StepEntry, at: int, node: YamlMapping, report: Report, *, words: Words
) -> None:
    is_notice = step.action == Action.NOTICE
    if is_notice and not step.template:
        text = f"Step {step.id} sends a notice and names no template"
        report.add(_at(node, at, "id"), "procedure.template", text, expected="key template")
    if step.template and words.templates is not None and step.template not in words.templates:
        known = tuple(sorted(words.templates))
        report.add_unknown(
            _at(node, at, "template"), what="template", name=step.template, known=known
        )
    _check_tones(step, at, node, report, words=words)
    if step.repeat_max is not None and step.repeat_every_days is None:
        text = "Key repeat_max stands without repeat_every_days"
        report.add(_at(node, at, "repeat_max"), "procedure.repeat", text)
    if step.grants_days and not step.legal_effect:
        text = "Only a step with legal effect grants days"
        expected = "legal_effect: true"
        report.add(_at(node, at, "grants_days"), "procedure.grants", text, expected=expected)
    if step.legal_effect and step.needs_approval is False:
        report.add(
            _at(node, at, "needs_approval"),
            "procedure.approval",
            f"Step {step.id} has legal effect and no person approves it",
            severity="warning",
        )


def _check_tones(
    step: StepEntry, at: int, node: YamlMapping, report: Report, *, words: Words
) -> None:
    """Report a tone or a template that there is not."""
    for tone, template in step.tones.items():
        path = ("steps", at, "tones", tone)
        if tone not in words.tones:
            key = Place(*position_of(node, path, of_key=True))
            report.add_unknown(key, what="tone", name=tone, known=words.tones)
        if words.templates is not None and template not in words.templates:
            known = tuple(sorted(words.templates))
            place = Place(*position_of(node, path))
            report.add_unknown(place, what="template", name=template, known=known)


def check_shared_steps(
    rules: Iterable[Rule], nodes: Mapping[str, YamlMapping], findings: list[Finding]
) -> None:
    """Report a step id that means one thing in one procedure of a book and another in another.

    A receivable that goes over from one procedure to another takes with it the steps they share.

    Args:
        rules: Of the book.
        nodes: Tree by the label of the file.
        findings: Where findings go.
    """
    known: dict[str, tuple[str, Step]] = {}
    for rule in rules:
        for at, step in enumerate(rule.procedure.steps if isinstance(rule, ProcedureRule) else ()):
            first_id, first = known.setdefault(step.id, (rule.id, step))
            differing = [name for name in _SHARED if getattr(first, name) != getattr(step, name)]
            if differing:
                report = Report(file=rule.file, rule=rule.id, findings=findings)
                text = f"Step {step.id} of {first_id} has another {differing[0]}"
                report.add(_at(nodes[rule.file], at, "id"), "procedure.step-differs", text)


def _at(node: YamlMapping, step: int, key: str) -> Place:
    return Place(*position_of(node, ("steps", step, key)))
