"""Report rows of a table that are at odds: overlaps, gaps, rows that never decide.

The module decides which of these is a fault under which hit policy. Where a cell cannot be told
beforehand it says so in a warning instead of guessing.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from dunning_sdk.dmn.analysis import Overlap, find_covered, find_empty, find_gap, find_overlaps
from dunning_sdk.dmn.table import HitPolicy
from dunning_sdk.rules.draft import Draft
from dunning_sdk.rules.report import Place, Report
from dunning_sdk.strict_yaml import YamlMapping, position_of

_MANY: Final = (HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER)


def check_coverage(draft: Draft, policy: HitPolicy, node: YamlMapping, report: Report) -> None:
    """Report what is wrong between the rows of a table.

    Args:
        draft: The table, with its columns.
        policy: Its hit policy.
        node: Its file, for places.
        report: Where findings go.
    """
    _Checker(draft, policy, node, report).check()


class _Checker:
    def __init__(self, draft: Draft, policy: HitPolicy, node: YamlMapping, report: Report) -> None:
        self._draft = draft
        self._policy = policy
        self._node = node
        self._report = report
        self._columns = [one.column for one in draft.inputs if one.column is not None]
        self._rows = len(draft.rows)

    def check(self) -> None:
        empty = list(find_empty(self._columns, rows=self._rows))
        for row, at in empty:
            cell = self._draft.inputs[at].cells[row - 1]
            text = f"Row {row} never holds: no value of {self._draft.inputs[at].name} fits"
            found = cell.text if cell else None
            self._report.add(cell or self._row(row), "table.empty-row", text, found=found)
        for at, one in enumerate(self._draft.inputs):
            if all(cell is None or cell.text == "-" for cell in one.cells):
                place = Place(*position_of(self._node, ("inputs", at)))
                text = f"Input {one.name} constrains no row"
                self._report.add(place, "table.idle-input", text, severity="warning")
        never = {row for row, _ in empty}
        if self._policy is HitPolicy.FIRST:
            for row, earlier in find_covered(self._columns, rows=self._rows):
                if row not in never:
                    text = f"Row {row} is never reached: row {earlier} holds whenever it does"
                    self._report.add(self._row(row), "table.unreachable", text)
        if self._policy in (HitPolicy.UNIQUE, HitPolicy.ANY):
            for overlap in find_overlaps(self._columns, rows=self._rows):
                self._overlap(overlap)
        self._gap()

    def _overlap(self, overlap: Overlap) -> None:
        first, second = overlap.first, overlap.second
        if self._policy is HitPolicy.ANY and self._same_answers(first, second):
            return
        both = f"Rows {first} and {second}"
        example = _example(self._names(), overlap.sample)
        differ = " and differ" if self._policy is HitPolicy.ANY else ""
        if overlap.certain:
            text = f"{both} hold at once under {self._policy.value}{differ}{example}"
            self._report.add(self._row(second), "table.overlap", text)
        else:
            text = f"{both} may hold at once under {self._policy.value}: a cell is opaque"
            self._report.add(self._row(second), "table.overlap-unknown", text, severity="warning")

    def _gap(self) -> None:
        if self._draft.otherwise is not None:
            return
        may_be_empty = not any(one.required for one in self._draft.fields)
        if self._policy in _MANY and may_be_empty:
            return
        gap = find_gap(self._columns, rows=self._rows)
        place = Place(*position_of(self._node, ("rows",), of_key=True))
        if gap is not None and gap.certain:
            text = f"No row holds{_example(self._names(), gap.sample)}"
            self._report.add(place, "table.gap", text, expected="a row, or otherwise")
        elif gap is not None:
            why = "a cell is opaque" if gap.sample else "the table is too large"
            text = f"Whether a row always holds cannot be told: {why}"
            expected = "otherwise"
            self._report.add(
                place, "table.gap-unknown", text, expected=expected, severity="warning"
            )

    def _same_answers(self, first: int, second: int) -> bool:
        one, other = self._draft.rows[first - 1], self._draft.rows[second - 1]
        return {name: a.node for name, a in one.items()} == {
            name: a.node for name, a in other.items()
        }

    def _row(self, number: int) -> Place:
        return Place(*position_of(self._node, ("rows", number - 1)))

    def _names(self) -> Sequence[str]:
        return [one.name for one in self._draft.inputs]


def _example(names: Sequence[str], sample: Sequence[Any]) -> str:
    parts = [f"{name} = {_shown(value)}" for name, value in zip(names, sample, strict=False)]
    return f", as for {', '.join(parts)}" if parts else ""


def _shown(value: Any) -> str:  # noqa: ANN401 - a FEEL value
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case _:
            return str(value) or '""'
