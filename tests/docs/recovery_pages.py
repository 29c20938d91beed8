"""Draw the table of recovery for its page: what follows what, time limits, refusals."""

from dunning_sdk.decisions.recovery_limits import CAUSES, LIMITS
from dunning_sdk.decisions.recovery_state import REFUSALS, RecoveryState
from dunning_sdk.decisions.recovery_table import TABLE
from dunning_sdk.installation.statutes import load_statutes


def recovery_drawing() -> str:
    """Return the ways between states as a Mermaid diagram; what changes no state is left out."""
    ways: dict[tuple[str, str], list[str]] = {}
    for event, row in TABLE.items():
        for state, to in row.moves.items():
            if to is not state and event.value != "closed":
                ways.setdefault((state.value, to.value), []).append(event.value)
    lines = [f"    {name(one)} --> {name(to)}: {', '.join(via)}" for (one, to), via in ways.items()]
    first = name(RecoveryState.BEFORE_NOTICE.value)
    return (
        "\n".join(["```mermaid", "stateDiagram-v2", f"    [*] --> {first}", *lines, "```"]) + "\n"
    )


def name(state: str) -> str:
    """Return a state as Mermaid takes it."""
    return state.replace("-", "_")


def recovery_table() -> str:
    """Return a table with, for each event and each state, where it leads or why it does not."""
    lines = ["| event | leads to | refused |", "|---|---|---|"]
    for event, row in TABLE.items():
        moves = grouped({state.value: to.value if to is not state else "stays"
                         for state, to in row.moves.items()})  # fmt: skip
        refused = grouped({state.value: f"`{why.value}`" for state, why in row.refused.items()})
        lines.append(f"| `{event.value}` | {moves} | {refused} |")
    return "\n".join(lines) + "\n"


def grouped(cells: dict[str, str]) -> str:
    """Return states by what they have in common, in their order."""
    by: dict[str, list[str]] = {}
    for state in [one.value for one in RecoveryState]:
        if state in cells:
            by.setdefault(cells[state], []).append(state)
    return "; ".join(f"{what}: {', '.join(states)}" for what, states in by.items())


def refusal_table() -> str:
    """Return what each refusal says."""
    rows = [f"| `{why.value}` | {text} |" for why, text in REFUSALS.items()]
    return "\n".join(["| refused as | because |", "|---|---|", *rows]) + "\n"


def limit_table() -> str:
    """Return the time limits each event sets, and in which jurisdictions they are known."""
    statutes = load_statutes()
    lines = [
        "| after | time limit | whose | kept by | if it runs out | warned | known in |",
        "|---|---|---|---|---|---|---|",
    ]
    for event, rules in LIMITS.items():
        for rule in rules:
            known = ", ".join(
                f"{code.upper()}{mark(statutes, f'{code}.{rule.name}')}"
                for code in statutes.jurisdictions
                if f"{code}.{rule.name}" in statutes.parameters
            )
            met = ", ".join(sorted(f"`{one.value}`" for one in rule.met_by))
            warned = f"{rule.warn_days} days ahead" if rule.warn_days else "once it has run out"
            lines.append(
                f"| `{event.value}` | `{rule.name}` | {rule.whose.value} | {met} "
                f"| {rule.if_missed} | {warned} | {known} |"
            )
    return "\n".join(lines) + "\n"


def mark(statutes, id: str) -> str:
    """Return a warning sign where what is known is unverified."""
    return "" if statutes.parameter(id).values[-1].confidence.verified else " ⚠"


def clock_table() -> str:
    """Return what each event does to limitation in each jurisdiction that is known to say so."""
    statutes = load_statutes()
    lines = ["| event | parameter | known |", "|---|---|---|"]
    for event, cause in CAUSES.items():
        ids = [f"{code}.limitation.{cause.value}" for code in statutes.jurisdictions]
        said = ", ".join(
            f"{id[:2].upper()} {'yes' if statutes.parameter(id).values[-1].amount else 'no'}"
            f"{mark(statutes, id)}"
            for id in ids
            if id in statutes.parameters
        )
        lines.append(f"| `{event.value}` | `{cause.value}` | {said or 'nowhere'} |")
    return "\n".join(lines) + "\n"
