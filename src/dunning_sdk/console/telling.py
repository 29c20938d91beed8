"""What pages tell of one receivable: its reasons, its calendar, and what happened to it when.

Decides which facts become a line of a timeline; the words of reasons and rules are the book's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from dunning_sdk.console.listing import column, said
from dunning_sdk.decisions.decision import SlotState
from dunning_sdk.domain.charge import MovementKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import ActStatus, Receivable
from dunning_sdk.evidence.explanation import Explanation, lines_of
from dunning_sdk.look.parts import Badge, Moment, Table, Tone
from dunning_sdk.look.tongue import tongue_of
from dunning_sdk.look.visit import Visit
from dunning_sdk.rules.trace import plain

_SLOT_TONES: Final[dict[SlotState, Tone]] = {
    SlotState.DONE: "good",
    SlotState.UNCERTAIN: "warn",
    SlotState.FAILED: "bad",
    SlotState.IN_PROGRESS: "info",
}
_ACT_TONES: Final[dict[ActStatus, Tone]] = {
    ActStatus.DONE: "good",
    ActStatus.FAILED: "bad",
    ActStatus.UNCERTAIN: "warn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One rule that spoke.

    Attributes:
        rule: Its id.
        rows: Numbers of the rows that held, as text.
        saw: Facts and the values seen, as text.
        said: What it answered, as text.
        law: Parameters used, each with its value, day and source.
    """

    rule: str
    rows: str
    saw: tuple[str, ...]
    said: tuple[str, ...]
    law: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Why, why not, and what would have to change.

    Attributes:
        because: Reasons with their ids.
        needs: What would have to change, each with the nearest ways.
        ahead: What comes next and when, in one line.
        grounds: The rules that spoke.
        whole: The explanation as the command line prints it.
    """

    because: tuple[tuple[str, str], ...]
    needs: tuple[tuple[str, tuple[str, ...]], ...]
    ahead: str
    grounds: tuple[Ground, ...]
    whole: str


def reasons_of(visit: Visit, found: Explanation) -> Reasons:
    """Return why something is done or not, and what comes next."""
    return Reasons(
        because=tuple(found.reasons.items()),
        needs=tuple((need.text, need.said) for need in found.needs),
        ahead=_ahead(visit, found),
        grounds=tuple(_grounds(found)),
        whole="\n".join(lines_of(found)),
    )


def _ahead(visit: Visit, found: Explanation) -> str:
    ahead, word = found.forecast, visit.words.say
    if ahead.on is None:
        return word("ahead_never" if ahead.never else "ahead_far")
    key = "ahead_approved" if ahead.needs_approval else "ahead"
    on = tongue_of(visit.choice.language).date(ahead.on)
    return word(
        key, step=said(visit, "step", ahead.step_id), on=on, actor=said(visit, "actor", ahead.actor)
    )


def _grounds(found: Explanation) -> Iterator[Ground]:
    for entry in found.trace:
        yield Ground(
            rule=entry.rule or entry.plugin,
            rows=", ".join(str(row) for row in entry.rows if row),
            saw=tuple(f"{name} = {plain(value)}" for name, value in entry.inputs.items()),
            said=tuple(
                f"{name} = {plain(value)}"
                for name, value in entry.outcome.items()
                if value not in (None, "", [], ())
            ),
            law=tuple(_law(name, used) for name, used in entry.parameters.items()),
        )


def _law(name: str, used: object) -> str:
    """Return one parameter of the law as a line: its id, and what was used of it."""
    shown = plain(used)
    if isinstance(shown, dict):
        return f"{name}: " + ", ".join(f"{key} {value}" for key, value in shown.items())
    return f"{name}: {shown}"


def calendar_of(visit: Visit, found: Explanation) -> Table:
    """Return the escalation calendar."""
    return Table(
        id="calendar",
        caption=visit.words.say("calendar"),
        columns=[
            column(visit, "step"),
            column(visit, "level", kind="number"),
            column(visit, "planned_on", kind="date"),
            column(visit, "done_on", kind="date"),
            column(visit, "state"),
        ],
        rows=[
            (
                said(visit, "step", one.step_id),
                one.level,
                one.planned_on,
                one.done_on,
                Badge(
                    text=said(visit, "slot", one.state), tone=_SLOT_TONES.get(one.state, "plain")
                ),
            )
            for one in found.calendar
        ],
        empty=visit.words.say("calendar_empty"),
    )


def _slot(visit: Visit, state: SlotState) -> Badge:
    return Badge(text=said(visit, "slot", state), tone=_SLOT_TONES.get(state, "plain"))


def moments_of(visit: Visit, state: Receivable) -> list[Moment]:
    """Return what happened to a receivable, the latest first."""
    moments = [*_money(visit, state), *_acts(visit, state), *_stops(visit, state)]
    word = visit.words.say
    moments.append(
        Moment(on=state.issued_on, title=word("moment_issued"), text=_amount(visit, state.amount))
    )
    if state.due_on <= visit.as_of:
        moments.append(Moment(on=state.due_on, title=word("moment_due")))
    return sorted(moments, key=_on, reverse=True)


def _amount(visit: Visit, amount: Money) -> str:
    return tongue_of(visit.choice.language).money(amount)


def _on(moment: Moment) -> date:
    """Return the day of a moment; here all are days."""
    return moment.on


def _money(visit: Visit, state: Receivable) -> Iterator[Moment]:
    tones: dict[MovementKind, Tone] = {MovementKind.PAID: "good", MovementKind.RETURNED: "bad"}
    for one in state.movements:
        yield Moment(
            on=one.on,
            title=said(visit, "moment", one.kind.value),
            text=_amount(visit, Money(one.minor, state.amount.currency)),
            tone=tones.get(one.kind, "info"),
        )


def _acts(visit: Visit, state: Receivable) -> Iterator[Moment]:
    for act in state.acts:
        yield Moment(
            on=act.on,
            title=said(visit, "step", act.step_id),
            text=said(visit, "act", act.status.value),
            tone=_ACT_TONES.get(act.status, "plain"),
            is_planned=act.status is ActStatus.PLANNED,
        )


def _stops(visit: Visit, state: Receivable) -> Iterator[Moment]:
    word = visit.words.say
    for stop in state.stops:
        until = (
            word("until", on=tongue_of(visit.choice.language).date(stop.until_on))
            if stop.until_on
            else ""
        )
        text = " · ".join(part for part in (stop.category, until, stop.owner) if part)
        title = said(visit, "stop", stop.reason.value)
        yield Moment(on=stop.placed_on, title=title, text=text, tone="info")
        if stop.lifted_on:
            ended = said(visit, "outcome", stop.outcome) if stop.outcome else ""
            yield Moment(on=stop.lifted_on, title=word("moment_lifted", stop=title), text=ended)
