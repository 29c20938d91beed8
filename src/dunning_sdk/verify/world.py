"""Give the prover one term per fact, with all that is always true of it.

The module decides which values a fact can have: those of its closed list, whole minor units for
amounts, whole days, and what facts are to each other. It decides nothing about rules.

Source: house rule; what is taken as true is listed in ``docs/proofs.md``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

import z3

from dunning_sdk.domain.currency import EXPONENTS
from dunning_sdk.domain.fact import COUNT_UNITS, SHARE_UNIT, WHOLE_UNITS, Fact
from dunning_sdk.rules.kind import ANY_CURRENCY
from dunning_sdk.rules.vocabulary import MONEY_UNIT, Vocabulary
from dunning_sdk.verify.symbol import OTHER, Symbol

PINNED: Final = date(2026, 1, 1)
"""Day that examples are kept near to."""

_FIRST: Final = date(1900, 1, 1).toordinal()
_LAST: Final = date(2200, 1, 1).toordinal()
_MILLIONTHS: Final = 1_000_000


@dataclass(slots=True, kw_only=True)
class World:
    """The facts of some rules.

    Attributes:
        vocabulary: The facts there are.
        currency: All amounts are in it.
        facts: Term per fact named so far.
        texts: Number per text named so far.
        relations: Term per comparison of facts with each other met so far, as it is written.
    """

    vocabulary: Vocabulary
    currency: str = "EUR"
    facts: dict[str, Symbol] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)
    relations: dict[str, Any] = field(default_factory=dict)

    @property
    def digits(self) -> int:
        """Return how many decimals an amount has."""
        return EXPONENTS.get(self.currency, 2)

    def fact(self, name: str) -> Symbol:
        """Return the term of a fact."""
        if name not in self.facts:
            self.facts[name] = self._made(self.vocabulary[name])
        return self.facts[name]

    def text(self, value: str) -> int:
        """Return the number of a text."""
        return self.texts.setdefault(value, len(self.texts))

    def laws(self) -> list[Any]:
        """Return what is true of the facts named so far, however a rule decides."""
        self.text(self.currency)
        found = [law for name in self.facts for law in self._laws_of(name)]
        for names, law in _LAWS:
            if all(name in self.facts for name in names):
                found.append(law(*(self.facts[name].term for name in names)))
        return found

    def value(self, name: str, model: Any) -> Any:  # noqa: ANN401 - a z3 model, a fact's value
        """Return what a fact is in a model; ``None`` for null."""
        symbol = self.facts[name]
        if symbol.null is not None and z3.is_true(model.eval(symbol.null, model_completion=True)):
            return None
        return self.decoded(symbol, model)

    def decoded(self, symbol: Symbol, model: Any) -> Any:  # noqa: ANN401 - as above
        """Return the value of a term in a model, as FEEL has it."""
        if symbol.sort == "null" or z3.is_true(model.eval(symbol.is_null, model_completion=True)):
            return None
        term = model.eval(symbol.term, model_completion=True)
        if symbol.sort == "boolean":
            return z3.is_true(term)
        whole = term.as_long()
        if symbol.sort == "date":
            return date.fromordinal(whole)
        if symbol.sort == "string":
            return next((text for text, code in self.texts.items() if code == whole), "other")
        exact = Decimal(whole) / Decimal(symbol.per)
        return exact if exact % 1 else exact.to_integral_value()

    def _made(self, fact: Fact) -> Symbol:
        null = z3.Bool(f"{fact.name} is null") if fact.nullable else None
        if fact.type == "boolean":
            term = z3.Bool(fact.name)
            yes = term if null is None else z3.And(z3.Not(null), term)
            return Symbol(sort="boolean", term=yes, null=null)
        term = z3.Int(fact.name)
        if fact.type == "string":
            for value in fact.values:
                self.text(value)
            return Symbol(sort="string", term=term, null=null, is_open=not fact.values)
        return Symbol(sort=fact.type, term=term, per=self._per(fact), null=null)

    def _per(self, fact: Fact) -> int:
        if fact.type == "date" or fact.unit in WHOLE_UNITS:
            return 1
        return 10**self.digits if fact.unit == MONEY_UNIT else _MILLIONTHS

    def _laws_of(self, name: str) -> list[Any]:
        fact, symbol = self.vocabulary[name], self.facts[name]
        if fact.type == "date":
            return [symbol.term >= _FIRST, symbol.term <= _LAST]
        if name == "currency" and self.currency != ANY_CURRENCY:
            return [symbol.term == self.text(self.currency)]
        if fact.unit in COUNT_UNITS:
            return [symbol.term >= 0]
        if fact.unit == SHARE_UNIT:
            return [symbol.term >= 0, symbol.term <= symbol.per]
        if fact.type != "string":
            return []
        if fact.values:
            return [z3.Or([symbol.term == self.text(value) for value in fact.values])]
        return [symbol.term >= OTHER, symbol.term < len(self.texts)]


_LAWS: Final[tuple[tuple[tuple[str, ...], Callable[..., Any]], ...]] = (
    (
        ("as_of", "receivable.due_on", "receivable.days_overdue"),
        lambda as_of, due_on, days: days == as_of - due_on,
    ),
    (("receivable.level",), lambda level: level >= 0),
    (("receivable.cycle",), lambda cycle: cycle >= 1),
    (("step.level",), lambda level: level >= 0),
    (("dispute.amount",), lambda amount: amount >= 0),
    (("invoice.total",), lambda whole: whole > 0),
    (("invoice.reachable_total",), lambda part: part >= 0),
    (("invoice.reachable_total", "invoice.total"), lambda part, whole: part <= whole),
    (
        ("invoice.reachable_total", "credit_line.available"),
        lambda part, left: z3.Or(part == 0, part <= left),
    ),
)
"""Facts that are bound to each other; amounts are in minor units here."""


def nested_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by dotted name as nested mappings, as rules read them."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        *above, last = name.split(".")
        place = found
        for part in above:
            place = place.setdefault(part, {})
        place[last] = value
    return found
