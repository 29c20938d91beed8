"""Say a decision table to the prover: which row decides, and what it answers.

The module decides what a hit policy means to the prover; a cell or an answer that cannot be said
is *opaque*: it is listed, and may be anything. `encode` says the expressions.

Source: DMN 1.5, 8.2.8 (hit policies); `dunning_sdk.dmn.table` is what is encoded.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import count
from typing import Any, Final

import z3

from dunning_sdk.dmn.table import Aggregation, HitPolicy
from dunning_sdk.errors import OpaqueError
from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.types import BOOLEAN, DATE, NUMBER
from dunning_sdk.rules.book import Book, TableRule
from dunning_sdk.rules.cell import Expression
from dunning_sdk.rules.draft import Draft, InputColumn
from dunning_sdk.rules.kind import ResultField
from dunning_sdk.rules.model import TableFile
from dunning_sdk.verify import symbol as s
from dunning_sdk.verify.answer import Answer
from dunning_sdk.verify.drafts import draft_of
from dunning_sdk.verify.encode import Encoder, Items
from dunning_sdk.verify.symbol import Symbol
from dunning_sdk.verify.world import World

_MANY: Final = frozenset({HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER})
_RANKED: Final = frozenset({HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER})


def encode_table(book: Book, rule: TableRule, world: World) -> Answer:
    """Return what a table answers."""
    file, draft = draft_of(book, rule)
    for name in rule.reader.readings:
        world.fact(name)
    return _Table(rule=rule, file=file, draft=draft, world=world, opaque=[]).answer()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Encodes one table.

    Attributes:
        rule: The rule.
        file: Its file.
        draft: Its cells.
        world: The facts.
        opaque: What could not be said so far.
        fresh: Numbers for terms that may be anything.
    """

    rule: TableRule
    file: TableFile
    draft: Draft
    world: World
    opaque: list[str]
    fresh: Iterator[int] = field(default_factory=count)

    def answer(self) -> Answer:
        rows = self._rows()
        policy = HitPolicy(self.file.hit_policy)
        none = z3.Not(z3.Or(rows)) if rows else z3.BoolVal(True)
        places = self._places(policy)
        fields: dict[str, Symbol] = {}
        lists: dict[str, Items] = {}
        for one in self.draft.fields:
            if one.many:
                lists[one.name] = self._items(one, rows, places, none=none, policy=policy)
            else:
                fields[one.name] = self._merged(one, rows, places, none=none, policy=policy)
        row = reduce(lambda rest, at: z3.If(rows[at], at + 1, rest), places[::-1], z3.IntVal(0))
        return Answer(
            given=self._given(rows, policy),
            row=row,
            fields=fields,
            lists=lists,
            opaque=tuple(dict.fromkeys(self.opaque)),
        )

    def _given(self, rows: Sequence[Any], policy: HitPolicy) -> Any:  # noqa: ANN401 - z3
        needs = policy not in _MANY or any(one.required for one in self.draft.fields)
        told = [z3.BoolVal(True)]
        if self.draft.otherwise is None and needs:
            told.append(z3.Or(rows))
        opaque = any(
            one.column is None or None in one.column.bins_by_row for one in self.draft.inputs
        )
        # Rows cut into bins were shown not to overlap when the book was read.
        if policy is HitPolicy.UNIQUE and opaque and len(rows) > 1:
            told.append(z3.AtMost(*rows, 1))
        return z3.And(told)

    def _rows(self) -> list[Any]:
        encoder = Encoder(world=self.world)
        asked = [self._asked(one, encoder) for one in self.draft.inputs]
        return [
            z3.And(
                [
                    self._cell(one, value, at, encoder)
                    for one, value in zip(self.draft.inputs, asked, strict=True)
                    if one.cells[at] is not None
                ]
            )
            for at in range(len(self.draft.rows))
        ]

    def _asked(self, one: InputColumn, encoder: Encoder) -> Symbol | None:
        try:
            return encoder.value(one.expression.node)
        except OpaqueError as exc:
            self.opaque.append(f"{self.rule.id}: input {one.name}: {exc}")
            return None

    def _cell(self, one: InputColumn, value: Symbol | None, at: int, encoder: Encoder) -> Any:  # noqa: ANN401 - z3
        cell = one.cells[at]
        if cell is None or value is None:
            return self._anything()
        try:
            return encoder.cell(cell.node, value, name=one.name)
        except OpaqueError as exc:
            self.opaque.append(f"{self.rule.id} row {at + 1}: {one.name}: {cell.text}: {exc}")
            return self._anything()

    def _anything(self) -> Any:  # noqa: ANN401 - z3
        return z3.Bool(f"{self.rule.id}?{next(self.fresh)}")

    def _places(self, policy: HitPolicy) -> list[int]:
        """Return the rows in the order in which they decide."""
        places = list(range(len(self.draft.rows)))
        return sorted(places, key=self._rank) if policy in _RANKED else places

    def _rank(self, at: int) -> list[int]:
        ranks = []
        for name, values in self.file.priority.items():
            answer = self.draft.rows[at].get(name)
            node = answer.node if answer else None
            if isinstance(node, n.Literal) and node.value in values:
                ranks.append(values.index(str(node.value)))
            else:
                self.opaque.append(f"{self.rule.id} row {at + 1}: {name}: its rank is not known")
                ranks.append(len(values))
        return ranks

    def _merged(
        self,
        one: ResultField,
        rows: Sequence[Any],
        places: Sequence[int],
        *,
        none: Any,  # noqa: ANN401 - z3
        policy: HitPolicy,
    ) -> Symbol:
        """Return one result field: of the row that decides, or what the rows make of it."""
        default = Encoder(world=self.world).literal(one.default)
        answers = [self._expression(one, self.draft.rows[at], at) for at in places]
        last = self._expression(one, self.draft.otherwise or {}, None)
        holding = [(rows[at], answer) for at, answer in zip(places, answers, strict=True)]
        holding.append((none, last))
        aggregated = policy in _MANY and self.rule.aggregation is not Aggregation.LIST
        if aggregated and one.type == NUMBER:
            return self._rounded(one, self._aggregated(holding, default))
        found = default
        for holds, answer in reversed(holding):
            if policy in _MANY:
                there = z3.And(holds, z3.Not(answer.is_null))
                found = self._chosen(there, answer, found, one)
            else:
                own = answer if answer.null is None else self._or(answer, default, one)
                found = self._chosen(holds, own, found, one)
        return self._rounded(one, found)

    def _or(self, answer: Symbol, default: Symbol, one: ResultField) -> Symbol:
        return self._chosen(answer.is_null, default, answer, one)

    def _chosen(self, holds: Any, then: Symbol, rest: Symbol, one: ResultField) -> Symbol:  # noqa: ANN401 - z3
        try:
            return s.choice(holds, then, rest)
        except OpaqueError as exc:
            self.opaque.append(f"{self.rule.id}: {one.name}: {exc}")
            return self._blank(one)

    def _aggregated(self, holding: Sequence[tuple[Any, Symbol]], default: Symbol) -> Symbol:
        """Return the sum, least or greatest of a number over the rows that hold."""
        found: Symbol = default
        joined: Mapping[Aggregation, Callable[[Symbol, Symbol], Symbol]] = {
            Aggregation.SUM: s.total,
            Aggregation.MIN: lambda new, old: s.choice(s.order("<", new, old).term, new, old),
            Aggregation.MAX: lambda new, old: s.choice(s.order(">", new, old).term, new, old),
        }
        join = joined.get(self.rule.aggregation)
        for holds, answer in holding:
            if answer.sort == "null":
                continue
            there = z3.And(holds, z3.Not(answer.is_null))
            known = s.Symbol(sort="number", term=answer.term, per=answer.per)
            if found.sort == "null" or join is None:
                found = s.choice(there, known, found)
                if join is None:
                    self.opaque.append(f"{self.rule.id}: rows are counted")
                continue
            bare = s.Symbol(sort="number", term=found.term, per=found.per)
            more = s.choice(found.is_null, known, join(known, bare))
            found = s.choice(there, more, found)
        return found

    def _rounded(self, one: ResultField, found: Symbol) -> Symbol:
        if not one.money:
            return found
        try:
            return s.rounded(found, digits=self.world.digits, mode=self.rule.rounding)
        except OpaqueError as exc:
            self.opaque.append(f"{self.rule.id}: {one.name}: {exc}")
            return self._blank(one)

    def _items(
        self,
        one: ResultField,
        rows: Sequence[Any],
        places: Sequence[int],
        *,
        none: Any,  # noqa: ANN401 - z3
        policy: HitPolicy,
    ) -> Items:
        """Return which texts a list holds; their order is left out."""
        told: dict[int, list[Any]] = {}
        taken = z3.BoolVal(False)
        for at in places:
            decides = rows[at] if policy in _MANY else z3.And(rows[at], z3.Not(taken))
            taken = z3.Or(taken, rows[at])
            self._collect(one, self.draft.rows[at].get(one.name), decides, told)
        self._collect(one, (self.draft.otherwise or {}).get(one.name), none, told)
        return {code: z3.Or(terms) for code, terms in told.items()}

    def _collect(
        self,
        one: ResultField,
        answer: Expression | None,
        decides: Any,  # noqa: ANN401 - z3
        told: dict[int, list[Any]],
    ) -> None:
        if answer is None:
            return
        node = answer.node
        encoder = Encoder(world=self.world)
        for item in node.items if isinstance(node, n.ListNode) else (node,):
            try:
                value = encoder.value(item)
            except OpaqueError as exc:
                self.opaque.append(f"{self.rule.id}: {one.name}: {answer.text}: {exc}")
                continue
            for text in {part.value for part in n.walk(item) if isinstance(part, n.Literal)}:
                if isinstance(text, str) and value.sort == "string":
                    code = self.world.text(text)
                    here = z3.And(decides, z3.Not(value.is_null), value.term == code)
                    told.setdefault(code, []).append(here)

    def _expression(
        self, one: ResultField, row: Mapping[str, Expression], at: int | None
    ) -> Symbol:
        answer = row.get(one.name)
        if answer is None:
            return s.NULL
        try:
            return Encoder(world=self.world).value(answer.node)
        except OpaqueError as exc:
            place = "otherwise" if at is None else f"row {at + 1}"
            self.opaque.append(f"{self.rule.id} {place}: {one.name}: {answer.text}: {exc}")
            return self._blank(one)

    def _blank(self, one: ResultField) -> Symbol:
        """Return a value that may be anything of the field's type."""
        name = f"{self.rule.id}?{next(self.fresh)}"
        if one.type == BOOLEAN:
            return s.truth(z3.Bool(name))
        sort: s.Sort = "number" if one.type == NUMBER else "date" if one.type == DATE else "string"
        return Symbol(
            sort=sort,
            term=z3.Int(name),
            per=10**self.world.digits if one.money else 1,
            is_open=sort == "string",
        )
