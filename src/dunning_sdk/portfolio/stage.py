"""By which channel, and in whose name, what is due goes: worked out once per kind of row.

Rows that agree in step, mandate, scenario, channel chosen and reach are one kind; the function
that decides one by one is asked about one row of each. What was worked out is kept with the book:
it is the same whatever the day, and two threads that work out the same write the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dunning_sdk.decisions.decision import Outcome, StepDecision
from dunning_sdk.decisions.scenario import staged
from dunning_sdk.portfolio.chosen import Chosen
from dunning_sdk.portfolio.column import Array
from dunning_sdk.portfolio.columns import Columns, grouped
from dunning_sdk.portfolio.row import debtor_at, receivable_at
from dunning_sdk.rules.step import Step


class Stage(NamedTuple):
    """How what is due goes.

    Attributes:
        channels: Preferred first; empty where none reaches the debtor.
        contact: Role of the person; empty for the usual one.
        template: Of the notice; empty for the step's own.
        letterhead: Actor in whose name it goes.
    """

    channels: tuple[str, ...]
    contact: str
    template: str
    letterhead: str


@dataclass(slots=True)
class Stages:
    """Stages by kind of row."""

    _known: dict[tuple[object, ...], Stage] = field(default_factory=dict)

    def of(
        self,
        columns: Columns,
        rows: Array,
        steps: Sequence[Step],
        place: Array,
        chosen: Sequence[Chosen],
        code: Array,
    ) -> tuple[Array, list[Stage]]:
        """Return the stage of each row, as a code and what the codes stand for.

        Args:
            columns: Of the block.
            rows: Which are due.
            steps: Of the procedure.
            place: Of the step that is due.
            chosen: Mandates and scenarios.
            code: Into these, by row.
        """
        channel = columns["receivable.channel"]
        parts: list[Array] = [place, code, channel.values[rows]]
        reach: tuple[object, ...] = ()
        for name, column in columns.columns.items():
            if name.startswith("debtor.reach"):
                reach = (*reach, name, column.words)
                parts.append(column.values[rows])
                parts.append(rows * 0 + 1 if column.known is None else column.known[rows])
        first, which = grouped(*parts)
        stages = [
            self._stage(
                columns,
                int(rows[at]),
                steps[place[at]],
                chosen[code[at]],
                (channel.words[parts[2][at]], reach, *(int(part[at]) for part in parts[3:])),
            )
            for at in first.tolist()
        ]
        return which, stages

    def _stage(
        self, columns: Columns, row: int, step: Step, chosen: Chosen, key: tuple[object, ...]
    ) -> Stage:
        known = (step.id, chosen, *key)
        if known not in self._known:
            decision = StepDecision(
                receivable_id="", outcome=Outcome.DUE, step=step, mandate=chosen.mandate
            )
            receivable, debtor = receivable_at(columns, row), debtor_at(columns, row)
            decision = staged(decision, step, chosen.scenario, receivable, debtor)
            mandate = decision.mandate or chosen.mandate
            self._known[known] = Stage(
                channels=decision.channels,
                contact=decision.contact,
                template=decision.template,
                letterhead=mandate.letterhead,
            )
        return self._known[known]
