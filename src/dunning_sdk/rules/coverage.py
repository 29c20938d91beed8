"""Report rows of a table that are at odds: overlaps, gaps, rows that never decide.

The module decides which of these is a fault under which hit policy. Where a cell cannot be told
beforehand it says so in a warning instead of guessing.
"""

from collections.abc import Sequence
from typing import Any, Final

from dunning_sdk.dmn.analysis import (
    Gap,
    Overlap,
    Unreached,
    find_empty,
    find_gap,
    find_overlaps,
    find_unreached,
)
from dunning_sdk.dmn.region import Region, describe, value_text
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
        self._empty()
        self._idle()
        if self._policy is HitPolicy.FIRST:
            for one in find_unreached(self._columns, rows=self._rows):
                self._unreached(one)
        if self._policy in (HitPolicy.UNIQUE, HitPolicy.ANY):
            for overlap in find_overlaps(self._columns, rows=self._rows):
                self._overlap(overlap)
        self._gap()

    def _empty(self) -> None:
        for row, at in find_empty(self._columns, rows=self._rows):
            cell = self._draft.inputs[at].cells[row - 1]
            text = f"Row {row} never holds: no value of {self._draft.inputs[at].name} fits"
            said = f"{text} {cell.text}" if cell else text
            self._report.add_rows(cell or self._row(row), "table.empty-row", said, rows=(row,))

    def _idle(self) -> None:
        for at, one in enumerate(self._draft.inputs):
            if all(cell is None or cell.text == "-" for cell in one.cells):
                place = Place(*position_of(self._node, ("inputs", at)))
                text = f"Input {one.name} constrains no row"
                self._report.add(place, "table.idle-input", text, severity="warning")

    def _unreached(self, one: Unreached) -> None:
        rows = (*one.covered_by, one.row)
        if not one.covered_by:
            text = f"Whether row {one.row} is ever reached cannot be told: the table is too large"
            code = "table.unreachable-unknown"
            self._report.add_rows(self._row(one.row), code, text, rows=rows, severity="warning")
            return
        if len(one.covered_by) == 1:
            text = f"row {one.covered_by[0]} holds whenever it does"
        else:
            text = f"one of rows {_listed(one.covered_by)} holds whenever it does"
        self._report.add_rows(
            self._row(one.row),
            "table.unreachable",
            f"Row {one.row} is never reached: {text}",
            rows=rows,
            example=self._example(one.sample),
        )

    def _overlap(self, overlap: Overlap) -> None:
        first, second = overlap.first, overlap.second
        if self._policy is HitPolicy.ANY and self._same_answers(first, second):
            return
        text, code = f"Rows {first} and {second}", "table.overlap-unknown"
        if overlap.certain:
            differ = " and differ" if self._policy is HitPolicy.ANY else ""
            text += f" hold at once under {self._policy.value}{differ}"
            text += _as_for(self._names(), overlap.sample)
            code = "table.overlap"
        else:
            text += f" may hold at once under {self._policy.value}: a cell is opaque"
        self._report.add_rows(
            self._row(second),
            code,
            text,
            rows=(first, second),
            example=self._example(overlap.sample),
            severity="error" if overlap.certain else "warning",
        )

    def _gap(self) -> None:
        if self._draft.otherwise is not None:
            return
        may_be_empty = not any(one.required for one in self._draft.fields)
        if self._policy in _MANY and may_be_empty:
            return
        gap = find_gap(self._columns, rows=self._rows)
        if gap is None:
            return
        if gap.certain:
            code, text = "table.gap", f"No row holds{self._where(gap)}; add a row, or otherwise"
        else:
            why = "a cell is opaque" if gap.sample else "the table is too large"
            code = "table.gap-unknown"
            text = f"Whether a row always holds cannot be told: {why}; add otherwise"
        self._report.add_rows(
            Place(*position_of(self._node, ("rows",), of_key=True)),
            code,
            text,
            rows=(),
            example=self._example(gap.sample),
            severity="error" if gap.certain else "warning",
        )

    def _where(self, gap: Gap) -> str:
        parts = [part for part in map(self._region, gap.regions) if part]
        return f" where {'; or where '.join(parts)}" if parts else ""

    def _region(self, region: Region) -> str:
        cells = (describe(column, bins) for column, bins in zip(self._columns, region, strict=True))
        named = zip(self._names(), cells, strict=True)
        return " and ".join(f"{name} is {cell}" for name, cell in named if cell != "-")

    def _example(self, sample: Sequence[Any]) -> str:
        """Return facts as one line of YAML; an input that is no fact is left out."""
        facts = [
            f"{one.name}: {value_text(value)}"
            for one, value in zip(self._draft.inputs, sample, strict=False)
            if one.fact is not None
        ]
        return f"{{{', '.join(facts)}}}" if facts else ""

    def _same_answers(self, first: int, second: int) -> bool:
        one, other = self._draft.rows[first - 1], self._draft.rows[second - 1]
        return {name: a.node for name, a in one.items()} == {
            name: a.node for name, a in other.items()
        }

    def _row(self, number: int) -> Place:
        return Place(*position_of(self._node, ("rows", number - 1)))

    def _names(self) -> Sequence[str]:
        return [one.name for one in self._draft.inputs]


def _as_for(names: Sequence[str], sample: Sequence[Any]) -> str:
    parts = [f"{name} = {value_text(value)}" for name, value in zip(names, sample, strict=False)]
    return f", as for {', '.join(parts)}" if parts else ""


def _listed(rows: Sequence[int]) -> str:
    return f"{', '.join(map(str, rows[:-1]))} and {rows[-1]}"
