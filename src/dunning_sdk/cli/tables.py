"""Prints what a pull, a proposal and a run came to, as tables or JSON."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.recovery import show_recovery
from dunning_sdk.cli.show import Format

if TYPE_CHECKING:
    from dunning_sdk.evidence.explanation import Explanation
    from dunning_sdk.money.intake import PullReport
    from dunning_sdk.proposals.proposal import FinancingAct, PlannedAct, Proposal
    from dunning_sdk.proposals.report import RunReport


def show_pull(report: "PullReport", format: Format) -> None:
    """Print what a pull brought, and each record it refused."""
    counts = {
        "opened": report.opened,
        "changed": report.changed,
        "known": report.known,
        "payments": report.payments,
        "allocated": report.allocated,
        "unsure": report.unsure,
    }
    counts |= {"sanctions": report.sanctions} if report.sanctions else {}
    counts |= {"heard": report.heard} if report.heard else {}
    counts |= {"scores": report.scores} if report.scores else {}
    if format is Format.JSON:
        show.as_json(
            {
                **counts,
                "findings": report.findings,
                "problems": [str(problem) for problem in report.problems],
            }
        )
        return
    for problem in report.problems:
        show.say(f"refused: {problem}")
    for finding in dict.fromkeys(report.findings):
        show.say(f"finding: {finding}")
    show.as_table(("what", "count"), [*counts.items(), ("refused", len(report.problems))])


def show_proposal(proposal: "Proposal", format: Format) -> None:
    """Print the acts of a proposal, and why nothing is done about the rest."""
    from dunning_sdk.records.codec import to_json

    if format is Format.JSON:
        show.as_json(to_json(proposal))
        return
    typer.echo(f"proposal {proposal.id} for {proposal.as_of}")
    lines: list[tuple[object, ...]] = [
        (
            act.act_id[:10],
            act.receivable_id,
            act.step_id,
            act.channel,
            _asked(act),
            _note(proposal, act),
        )
        for act in proposal.acts
    ]
    lines += [
        (
            act.act_id[:10],
            act.receivable_id,
            act.step_id,
            act.channel,
            act.amount,
            f"expected of {act.actor}",
        )
        for act in proposal.expected
    ]
    lines += [_financing_line(proposal, item) for item in proposal.financing]
    if lines:
        show.as_table(("act", "receivable", "step", "channel", "amount", "note"), lines)
    told = [(one.debtor_id, one.kind, ", ".join(one.reasons)) for one in proposal.host_events]
    if told:
        show.as_table(("debtor", "proposed to the host", "since"), told)
    why = Counter(f"{item.outcome}: {', '.join(item.reasons)}" for item in proposal.others)
    show.as_table(("nothing is done", "receivables"), sorted(why.items()))


def _financing_line(proposal: "Proposal", item: "FinancingAct") -> tuple[object, ...]:
    amount = (
        f"{item.financed or 0} + {item.rest or 0}" if item.outcome == "split" else item.financed
    )
    note = ", ".join((*item.reasons, item.advice)) or _note(proposal, item)
    return item.act_id[:10], item.draft, item.outcome, "invoice", amount, note.strip(", ")


def _asked(act: "PlannedAct") -> str:
    """Return the principal asked for, and the charges beside it where there are any."""
    charges = [one for one in (act.interest, act.compensation, act.fee) if one is not None]
    return f"{act.amount} + {sum(charges[1:], start=charges[0])}" if charges else f"{act.amount}"


def _note(proposal: "Proposal", act: Any) -> str:  # noqa: ANN401  # a planned or a financing act
    if not act.needs_approval:
        return ""
    return "approved" if act.act_id in proposal.approved else "needs approval"


def show_run(report: "RunReport", format: Format) -> None:
    """Print what a run did, and what a person should know."""
    if format is Format.JSON:
        show.as_json(report.as_json())
        return
    for line in report.time_limits:
        show.say(f"time limit: {line}")
    counts = [
        ("done", len(report.sent)),
        ("letters to post", len(report.handed)),
        ("for a person", len(report.asked)),
        ("need approval", len(report.waiting)),
        ("cancelled", len(report.cancelled)),
        ("wait to leave", len(report.deferred)),
        ("failed", len(report.failed)),
        ("uncertain", len(report.uncertain)),
    ]
    show.as_table(("acts", "count"), [row for row in counts if row[1]])
    for message in report.messages:
        show.say(message)


def plain(value: object) -> str:
    """Return a value as text for people: keys and items on one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key}={item}" for key, item in value.items() if item not in ("", None))
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)


def show_explanations(found: Sequence["Explanation"], format: Format, *, is_one: bool) -> None:
    """Print explanations, each with its escalation calendar; as one object if one was asked for."""
    from dunning_sdk.evidence.explanation import lines_of
    from dunning_sdk.records.codec import to_json

    if format is Format.JSON:
        content = [to_json(one) for one in found]
        show.as_json(content[0] if is_one else content)
        return
    for one in found:
        for line in lines_of(one):
            typer.echo(line)
        if one.recovery is not None:
            show_recovery(one.recovery)
        head = ("step", "no.", "level", "planned", "state", "done")
        lines = [
            (item.step_id, item.occurrence, item.level, item.planned_on, item.state, item.done_on)
            for item in one.calendar
        ]
        show.as_table(head, lines, title="escalation calendar")
