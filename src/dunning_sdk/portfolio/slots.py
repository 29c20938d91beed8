"""Give the steps of a procedure their slots: one each, and several to a step that is repeated.

All that is decided by columns has a line for each slot. The first slot of a step is its first
occurrence; which later ones the others stand for is chosen row by row, in `repeated`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dunning_sdk.portfolio.column import Array
from dunning_sdk.rules.step import Procedure


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slots:
    """The slots of a procedure, in order.

    Attributes:
        once: Each of its steps stands once.
        procedure: The same with each step standing once for each of its slots, so that what goes
            by the place of a step goes by slot.
        step: By slot, the place of its step.
        first: By step, the place of its first slot.
    """

    once: Procedure
    procedure: Procedure
    step: Array
    first: Array

    def later(self, place: int) -> range:
        """Return the slots of a step behind its first one."""
        start = int(self.first[place])
        return range(start + 1, start + int((self.step == place).sum()))


def slots_of(procedure: Procedure, width: int = 0) -> Slots:
    """Return the slots of a procedure.

    Args:
        procedure: Each of its steps stands once.
        width: Most slots that a repeated step has behind its first one.
    """
    counts = []
    for step in procedure.steps:
        most = width + 1 if step.repeat_max is None else min(width + 1, step.repeat_max)
        counts.append(1 if step.repeat_every_days is None else most)
    places = np.repeat(np.arange(len(counts)), counts)
    laid = replace(procedure, steps=tuple(procedure.steps[place] for place in places))
    return Slots(once=procedure, procedure=laid, step=places, first=np.cumsum([0, *counts[:-1]]))


def places_of(procedure: Procedure) -> Mapping[str, int]:
    """Return where each step stands first, by its id."""
    places: dict[str, int] = {}
    for place, step in enumerate(procedure.steps):
        places.setdefault(step.id, place)
    return places


def is_repeated(procedure: Procedure) -> bool:
    """Tell whether a procedure has a step that is done more than once."""
    return any(step.repeat_every_days is not None for step in procedure.steps)
