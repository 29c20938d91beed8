"""Be one block of a portfolio while it is decided, and write what is said of it."""

from dataclasses import dataclass
from typing import Any

from dunning_sdk.portfolio.column import Array, Flags
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.draft import Draft
from dunning_sdk.portfolio.facts import Facts
from dunning_sdk.portfolio.mandates import Mandated
from dunning_sdk.portfolio.stops import Stopped


@dataclass(slots=True, kw_only=True, eq=False)
class Block:
    """One block while it is decided.

    Attributes:
        columns: Its rows.
        draft: Its part of the outcome.
        facts: Given and worked out.
        stopped: What stops say.
        mandated: Mandates and scenarios.
        verdict: As the outcome has it.
        changes: Next day time alone may change the decision.
        soon: Whether a row is looked at the day after, whatever its dates say.
        is_whole: Whether a row was decided one by one, and needs nothing more.
    """

    columns: Columns
    draft: Draft
    facts: Facts
    stopped: Stopped
    mandated: Mandated
    changes: Array
    soon: Flags
    is_whole: Flags

    def write(self, name: str, rows: Any, values: Any) -> None:  # noqa: ANN401 - arrays or one
        """Write what is said of some rows."""
        self.draft.write(name, rows, values)

    def code(self, name: str, value: Any) -> int:  # noqa: ANN401 - of any kind
        """Return the code of what is said."""
        return self.draft.codes[name].of(value)
