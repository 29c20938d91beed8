"""Compare the signals that plugins propose with what the events say.

The module decides what is a difference: another value, or made by something else. A signal that a
plugin did not propose was not looked for. Tables read the fold of the events alone, whatever is
found here.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from dunning_sdk.debtors.remembering import Memory
from dunning_sdk.domain.occurrence import Occurrence
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.engine.engine import Engine
from dunning_sdk.hooks import ProposedSignal
from dunning_sdk.rules.pattern import Pattern
from dunning_sdk.rules.signal import fold_signal
from dunning_sdk.store.interface import Session

HOOK = "dunning_propose_signals"


def compared(engine: Engine, session: Session, on: date) -> Iterator[tuple[str, int, list[str]]]:
    """Yield for each plugin its name, how many signals it proposed, and what differs.

    Args:
        engine: An open engine.
        session: Open transaction; only read from.
        on: Last day of every window.

    Raises:
        HookError: A plugin raised, or answered something else than proposed signals.
    """
    if not engine.plugins.hook.dunning_propose_signals.get_hookimpls():
        return
    patterns = {one.name: one for name in engine.config.books for one in _patterns(engine, name)}
    past = _past(session, on)
    answers = engine.plugins.answers(
        HOOK, patterns=tuple(patterns.values()), occurrences=past, as_of=on
    )
    for name, proposed in answers:
        for one in proposed:
            if not isinstance(one, ProposedSignal):
                why = f"{type(one).__name__} is no ProposedSignal"
                raise engine.plugins.refused(name, HOOK, why)
        yield name, len(proposed), list(_differences(proposed, patterns, past, on))


def _patterns(engine: Engine, name: str) -> Sequence[Pattern]:
    return engine.library.load(name).patterns


def _past(session: Session, on: date) -> Mapping[str, tuple[Occurrence, ...]]:
    """Return what happened to each debtor."""
    memory, states = Memory(session, on), defaultdict[str, list[Receivable]](list)
    for row in session.receivables():
        states[row.receivable.debtor_id].append(row.receivable)
    for debtor_id, receivables in states.items():
        memory.keep(debtor_id, receivables)
    return {debtor_id: memory.occurrences(debtor_id) for debtor_id in states}


def _differences(
    proposed: Sequence[ProposedSignal],
    patterns: Mapping[str, Pattern],
    past: Mapping[str, tuple[Occurrence, ...]],
    on: date,
) -> Iterator[str]:
    for one in proposed:
        about = f"signal {one.name} of debtor {one.debtor_id}"
        if one.name not in patterns or one.debtor_id not in past:
            yield f"{about}: there is none"
            continue
        told = fold_signal(patterns[one.name], past[one.debtor_id], on)
        if one.value != told.value:
            yield f"{about}: {_said(one.value)} is proposed, and the events say {_said(told.value)}"
        elif tuple(one.made_by) != told.made_by:
            yield f"{about}: made by something else than the events say"


def _said(value: int | bool) -> str:
    return str(value).lower()
