"""The outbox's transitions: the one table of what may become of an act (ARCHITECTURE section 8).

The module decides which moves are allowed and which notices are live; `sql_outbox` and
`memory_work` keep the acts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from dunning_sdk.errors import StaleRecordError
from dunning_sdk.store.interface import OutboxAct, OutboxState

_S = OutboxState

# A claimed act whose lease lapsed goes back to planned and is tried again; one that was being sent
# becomes uncertain and is never sent again blindly. It goes back to planned only where it is known
# that nothing left, or where the channel tells by its id that it is the same.
TRANSITIONS: Final[Mapping[OutboxState, tuple[OutboxState, ...]]] = MappingProxyType(
    {
        _S.PLANNED: (_S.CLAIMED, _S.CANCELLED),
        _S.CLAIMED: (_S.SENDING, _S.CANCELLED, _S.PLANNED),
        _S.SENDING: (_S.SENT, _S.FAILED, _S.UNCERTAIN, _S.PLANNED),
        _S.UNCERTAIN: (_S.SENT, _S.FAILED),
        _S.SENT: (),
        _S.FAILED: (),
        _S.CANCELLED: (),
    }
)

# A notice is live from the day its acts are planned, for ever once it may have left.
LIVE: Final = (_S.PLANNED, _S.CLAIMED, _S.SENDING, _S.UNCERTAIN, _S.SENT)


def check_move(act: OutboxAct, to: OutboxState) -> None:
    """Refuse a move the table does not have.

    Raises:
        StaleRecordError: Names the state the act is in and the states it may go to.
    """
    allowed = TRANSITIONS[act.state]
    if to in allowed:
        return
    ways = ", ".join(allowed)
    raise StaleRecordError(
        f"Act {act.act_id} is {act.state} and cannot become {to}",
        hint=f"From {act.state} it may become: {ways}" if ways else f"{act.state} is final",
    )


def check_way(act: OutboxAct, way: Iterable[OutboxState]) -> None:
    """Refuse a way along states of which one cannot follow the one before.

    Raises:
        StaleRecordError: As `check_move`.
    """
    for to in way:
        check_move(act, to)
        act = replace(act, state=to)


def check_plan(acts: Iterable[OutboxAct], known: Mapping[str, OutboxAct]) -> list[OutboxAct]:
    """Return the acts that are new, once each, sorted by id.

    Args:
        acts: Acts to put into the outbox.
        known: Acts already there, by id.

    Raises:
        StaleRecordError: An act is not planned, or is part of another live notice already, so
            that its debtor could be written to twice.
    """
    fresh: dict[str, OutboxAct] = {}
    for act in acts:
        if act.state is not OutboxState.PLANNED:
            message = f"Act {act.act_id} is {act.state}; an act enters the outbox as planned"
            raise StaleRecordError(message, hint="Plan it, then move it")
        there = known.get(act.act_id) or fresh.setdefault(act.act_id, act)
        if there.notice_id != act.notice_id and there.state in LIVE:
            raise StaleRecordError(
                f"Act {act.act_id} already leaves with notice {there.notice_id}",
                hint="The proposal is stale: propose again and approve what is left",
            )
    return [fresh[act_id] for act_id in sorted(fresh)]
