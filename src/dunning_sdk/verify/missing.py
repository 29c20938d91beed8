"""Write the cases a table lacks for modified condition/decision coverage.

The module decides which cases are missing: for each row one where it decides, and for each of
its conditions one that differs in that input alone and is decided otherwise. What the rule
should answer is left for a person to fill in; the rule's own answer would prove nothing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from dunning_sdk.dmn.region import Region, Space, bits, describe, sample_of, value_text
from dunning_sdk.dmn.table import HitPolicy
from dunning_sdk.domain.fact import Fact
from dunning_sdk.rules.book import Book, TableRule
from dunning_sdk.verify.boundaries import values_seen

_PLAIN: Final = re.compile(r"[A-Za-z][\w-]*")
_WORDS: Final = ("true", "false", "null", "yes", "no", "on", "off", "NO")


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingCase:
    """A case that is not there yet.

    Attributes:
        name: What it is about.
        facts: By dotted name.
    """

    name: str
    facts: Mapping[str, Any]


def find_missing(book: Book, rule: TableRule) -> tuple[MissingCase, ...]:
    """Return the cases a table lacks, in the order of rows and inputs.

    Args:
        book: Whose cases are there.
        rule: One of its tables. Rows with a cell that cannot be told are passed over.

    Source:
        Modified condition/decision coverage: DO-178C, glossary; here per row of a table.
    """
    return tuple(_Finder(book, rule).missing())


def missing_file(book: Book, rule: TableRule, missing: tuple[MissingCase, ...]) -> str:
    """Return a file of cases whose ``expect`` is left to be filled in."""
    cases = book.cases.get(rule.id)
    as_of = cases.cases[0].as_of if cases else book.start_on or date(2026, 1, 1)
    lines = [f"rule: {rule.id}", f"as_of: {as_of}", "cases:"]
    for one in missing:
        facts = ", ".join(f"{name}: {_written(value)}" for name, value in one.facts.items())
        lines += [
            f"  - name: {json.dumps(one.name, ensure_ascii=False)}",
            f"    facts: {{{facts}}}",
            "    expect:  # fill in",
        ]
    return "\n".join(lines) + "\n"


class _Finder:
    def __init__(self, book: Book, rule: TableRule) -> None:
        self._rule = rule
        columns = [one.column for one in rule.table.inputs]
        self._columns = [column for column in columns if column is not None]
        self._can_tell = len(self._columns) == len(columns)
        cases = book.cases.get(rule.id)
        self._cases = cases.cases if cases else ()
        values = [values_seen(rule, case) for case in self._cases if not case.skip]
        self._seen = {self._bins(row) for row in values if row is not None and self._can_tell}

    def missing(self) -> Iterator[MissingCase]:
        if not self._can_tell or not self._columns:
            return
        space = Space(self._columns, rows=len(self._rule.table.rows))
        for row, box in enumerate(space.boxes):
            if any(column.bins_by_row[row] is None for column in self._columns):
                continue
            first = self._rule.table.hit_policy is HitPolicy.FIRST
            free = space.free(box, rows=(1 << row) - 1 if first else 0) if all(box) else None
            if free is not None:
                yield from self._of_row(space, row, free)

    def _of_row(self, space: Space, row: int, free: Region) -> Iterator[MissingCase]:
        box = space.boxes[row]
        bound = [at for at, bins in enumerate(box) if space.whole[at] & ~bins]
        bases = [bins for bins in self._seen if _within(bins, free)]
        for at in bound:
            if not any(self._differs(base, at, box) for base in bases):
                base = bases[0] if bases else tuple(_lowest(bins) for bins in free)
                if not bases:
                    bases.append(base)
                    yield self._case(f"row {row + 1} decides", base)
                    self._seen.add(base)
                other = _lowest(space.whole[at] & ~box[at])
                flipped = (*base[:at], other, *base[at + 1 :])
                self._seen.add(flipped)
                name = self._rule.table.inputs[at].name
                cell = describe(self._columns[at], 1 << other)
                yield self._case(f"row {row + 1} does not hold: {name} is {cell}", flipped)

    def _differs(self, base: tuple[int, ...], at: int, box: Region) -> bool:
        """Tell whether a case is there that differs in one input only, and leaves the row."""
        return any(
            (*seen[:at], *seen[at + 1 :]) == (*base[:at], *base[at + 1 :])
            and not box[at] >> seen[at] & 1
            for seen in self._seen
        )

    def _bins(self, values: tuple[Any, ...]) -> tuple[int, ...]:
        return tuple(
            column.find(value) for column, value in zip(self._columns, values, strict=True)
        )

    def _case(self, name: str, bins: tuple[int, ...]) -> MissingCase:
        region = tuple(1 << one for one in bins)
        given = dict(self._cases[0].facts) if self._cases else {}
        facts = {
            fact: given.get(fact, _some(reading.fact))
            for fact, reading in self._rule.reader.readings.items()
            if fact != "as_of"
        }
        sample = zip(self._rule.table.inputs, sample_of(self._columns, region), strict=True)
        facts.update({one.name: value for one, value in sample if one.name in facts})
        return MissingCase(name=name, facts=facts)


def _within(bins: tuple[int, ...], region: Region) -> bool:
    return all(mask >> one & 1 for one, mask in zip(bins, region, strict=True))


def _lowest(mask: int) -> int:
    return next(bits(mask))


def _some(fact: Fact) -> Any:  # noqa: ANN401 - a value of a fact
    """Return a value of a fact that no input names."""
    values = {
        "number": Decimal(1),
        "boolean": False,
        "date": date(2026, 1, 1),
        "string": next((value for value in fact.values if value), "x"),
    }
    return "EUR" if fact.name == "currency" else values[fact.type]


def _written(value: Any) -> str:  # noqa: ANN401 - a value of a fact
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value not in _WORDS
        return value if plain else json.dumps(value, ensure_ascii=False)
    return value_text(value)
