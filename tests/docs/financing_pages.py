"""Write the generated parts of docs/financing.md from the table and the contracts themselves."""

from dataclasses import fields

from dunning_sdk.domain.contract import CONTRACTS, Contract
from dunning_sdk.domain.transition import (
    FOLLOWED,
    MOVES,
    REFUSALS,
    FinancingEvent,
    FinancingState,
    Refusal,
    outcome,
)


def diagram() -> str:
    """Return the transitions as a Mermaid state diagram, one arrow per pair of states."""
    arrows: dict[tuple[FinancingState, FinancingState], list[str]] = {}
    for state, moves in MOVES.items():
        for event, reached in moves.items():
            arrows.setdefault((state, reached), []).append(event.value)
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> new"]
    for (state, reached), words in arrows.items():
        lines.append(f"    {_node(state)} --> {_node(reached)}: {', '.join(words)}")
    lines += [f"    {_node(state)} --> [*]" for state, moves in MOVES.items() if not moves]
    return "\n".join([*lines, "```", ""])


def _node(state: FinancingState) -> str:
    """Return a state as Mermaid can name it, which knows no hyphen."""
    return state.value.replace("-", "_")


def transitions() -> str:
    """Return a row per state: what can happen, where it leads, and why nothing else can."""
    lines = ["| state | event → next state | anything else is refused |", "|---|---|---|"]
    for state in FinancingState:
        moves = ", ".join(f"`{event}` → {reached}" for event, reached in MOVES[state].items())
        found = (outcome(state, event) for event in FinancingEvent)
        reasons = {one.reason for one in found if isinstance(one, Refusal)}
        why = "; ".join(f"`{reason}`: {REFUSALS[reason]}" for reason in sorted(reasons))
        lines.append(f"| `{state}` | {moves or 'final'} | {why} |")
    return "\n".join([*lines, ""])


def followed() -> str:
    """Return a row per event that leaves the state as it is."""
    lines = ["| event | in the states |", "|---|---|"]
    lines += [f"| `{event}` | {', '.join(states)} |" for event, states in FOLLOWED.items()]
    return "\n".join([*lines, ""])


def contract_fields() -> str:
    """Return a row per field of a contract, with its default by kind."""
    kinds = list(CONTRACTS)
    names = [field.name for field in fields(Contract) if field.name != "kind"]
    lines = [f"| field | {' | '.join(kinds)} |", "|---|" + "---|" * len(kinds)]
    for name in names:
        row = (_shown(getattr(CONTRACTS[kind], name)) for kind in kinds)
        lines.append(f"| `{name}` | {' | '.join(row)} |")
    return "\n".join([*lines, ""])


def _shown(value: object) -> str:
    words = {True: "yes", False: "no", None: "none"}
    return words[value] if value is None or isinstance(value, bool) else str(value)
