"""Who chases each row and by which procedure, by columns: mandate, contract and scenario.

The tables are asked by lookup; what an answer means is worked out once for each answer, by the
functions that decide one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np

from dunning_sdk.decisions.decision import Scenario
from dunning_sdk.decisions.mandate import decide_mandate
from dunning_sdk.decisions.scenario import followed
from dunning_sdk.domain.contract import contract_of
from dunning_sdk.domain.fact import ACTORS, CONTRACTS
from dunning_sdk.domain.financing import ContractKind, Mandate
from dunning_sdk.portfolio.book import CompiledBook
from dunning_sdk.portfolio.chosen import Chosen
from dunning_sdk.portfolio.column import Array, Column, Flags, Kind
from dunning_sdk.portfolio.columns import grouped
from dunning_sdk.portfolio.facts import Facts
from dunning_sdk.portfolio.table import Decider

_FIELDS: Final = ("procedure", "channel", "contact", "sender", "tone")
_OF_MANDATE: Final = ("chaser", "collects", "debtor_told", "letterhead", "procedure", "follow")
_KINDS: Final = tuple(ContractKind)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mandated:
    """The mandate and the scenario of each row.

    Attributes:
        code: Into ``chosen``.
        chosen: Mandate and scenario by code; the mandate names the procedure chosen.
        answers: By rule id, the code of its answer; -1 where it was not asked.
    """

    code: Array
    chosen: Sequence[Chosen]
    answers: dict[str, Array]

    def each(self, values: Sequence[Any], dtype: Any = np.int32) -> Array:  # noqa: ANN401
        """Return one value per choice, spread over the rows."""
        return np.asarray(np.take(np.array([*values], dtype=dtype), self.code))


class Mandates:
    """Decides mandates and scenarios for the blocks of one portfolio; not shared by threads.

    Args:
        compiled: The book.
        deciders: By rule id.
        as_of: Day decided for.
    """

    def __init__(self, compiled: CompiledBook, deciders: dict[str, Decider], as_of: date) -> None:
        self._compiled, self._deciders, self._as_of = compiled, deciders, as_of
        rules = compiled.book.of_kind("mandate")
        self._rule = next((rule for rule in rules if rule.in_force(as_of)), None)
        self._scenarios = compiled.book.of_kind("scenario", on=as_of)

    def decide(self, facts: Facts) -> Mandated:
        """Return mandate and scenario of each row, and make the mandate's facts known.

        Raises:
            EvaluationError: A table cannot be decided about some row.
        """
        said, answers = np.zeros(facts.size, dtype=np.int32), {}
        if self._rule is not None:
            said = answers[self._rule.id] = self._deciders[self._rule.id].decide(facts)
        parts = [said, *self._contract(facts)]
        code, chosen = self._joined(parts, self._mandate)
        mandates = [one.mandate for one in chosen]
        _put(facts, code, mandates)
        if not self._scenarios:
            return Mandated(code=code, chosen=chosen, answers=answers)
        pursued = np.array([bool(one.procedure) for one in mandates])[code]
        for rule in self._scenarios:
            answers[rule.id] = self._asked(rule.id, facts, pursued)
        parts = [code, *(answers[rule.id] for rule in self._scenarios)]
        code, chosen = self._joined(parts, lambda key: self._followed(mandates[key[0]], key[1:]))
        return Mandated(code=code, chosen=chosen, answers=answers)

    def _asked(self, rule: str, facts: Facts, asked: Flags) -> Array:
        decider, rows = self._deciders[rule], np.flatnonzero(asked)
        if len(rows) == facts.size:
            return decider.decide(facts)
        found = np.full(facts.size, -1, dtype=np.int32)
        if len(rows):
            found[rows] = decider.decide(facts.take(rows))
        return found

    def _joined(self, parts: Sequence[Array], make: Any) -> tuple[Array, list[Chosen]]:  # noqa: ANN401
        """Return one code for each combination met, and what each stands for."""
        if len(parts) == 1:
            most = int(parts[0].max(initial=-1))
            return parts[0], [make((at,)) for at in range(most + 1)]
        first, code = grouped(*parts)
        return code, [make(tuple(int(part[at]) for part in parts)) for at in first.tolist()]

    def _contract(self, facts: Facts) -> list[Array]:
        """Return the columns on which a contract that sets otherwise depends."""
        if not self._compiled.contract:
            return []
        kinds, financed = facts["receivable.kind"], facts["receivable.is_financed"]
        is_kind = np.array([word == "charges" for word in kinds.words])[kinds.values]
        contract = facts["contract.kind"]
        known = [contract_of(word).kind if word in CONTRACTS else None for word in contract.words]
        codes = np.array([-1 if kind is None else _KINDS.index(kind) for kind in known])
        return [np.where(financed.values & ~is_kind, codes[contract.values], -1)]

    def _mandate(self, key: tuple[int, ...]) -> Chosen:
        if self._rule is None:
            mandate, _ = decide_mandate(self._compiled.book, {"as_of": self._as_of})
        else:
            answer = self._deciders[self._rule.id].codes.values[key[0]]
            values = dict(answer.values)
            mandate = Mandate(**{name: values[name] for name in _OF_MANDATE})
        if len(key) > 1 and key[1] >= 0:
            kind = _KINDS[key[1]]
            mandate = replace(mandate, **self._compiled.contract.get(kind, {}))
        return Chosen(mandate, Scenario())

    def _followed(self, mandate: Mandate, codes: Sequence[int]) -> Chosen:
        found: dict[str, str] = {}
        reasons: list[str] = []
        for rule, code in zip(self._scenarios, codes, strict=True):
            if code < 0:
                continue
            values = dict(self._deciders[rule.id].codes.values[code].values)
            reasons.extend(values["reasons"])
            for name in _FIELDS:
                if values[name]:
                    found.setdefault(name, values[name])
        scenario = Scenario(**found, reasons=tuple(dict.fromkeys(reasons)))
        return Chosen(followed(mandate, scenario), scenario)


def _put(facts: Facts, code: Array, mandates: Sequence[Mandate]) -> None:
    """Make the facts of the mandate known."""
    chasers = np.array([ACTORS.index(one.chaser) for one in mandates], dtype=np.uint8)
    told = np.array([one.debtor_told for one in mandates], dtype=np.bool_)
    chaser = Column(kind=Kind.TEXT, values=chasers[code], words=ACTORS)
    facts.put("mandate.chaser", chaser)
    facts.put("mandate.debtor_told", Column(kind=Kind.FLAG, values=told[code]))
