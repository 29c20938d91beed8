"""Hold what deciding on the financing of a portfolio comes to: one array per thing said.

Codes stand for what is said often, as in `outcome`. A row can be read back as a whole, with every
row of every table that held, and counts by reason are in the report.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import numpy as np

from dunning_sdk.domain.currency import exponent
from dunning_sdk.portfolio.column import Array, Column
from dunning_sdk.portfolio.outcome import NO_AMOUNT, Answer
from dunning_sdk.portfolio.report import Paths, both_paths, summed

OUTCOMES: Final = ("refused", "covered", "split", "covered-in-part")
"""As a proposal has them: ``split`` makes two invoices, ``covered-in-part`` leaves one."""
REFUSED, COVERED, SPLIT, IN_PART = range(len(OUTCOMES))

SUMS: Final = ("amount", "financed", "rest")
"""Arrays of int64 minor units; `NO_AMOUNT` for none."""
SAID: Final = ("reasons", "advice", "financed_payee", "rest_payee")
"""Arrays of int32 codes into `FinancingOutcome.words`."""
CANNOT_SPLIT: Final = "cannot-split"


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancingReport:
    """How the financing of a portfolio was decided.

    Attributes:
        rows: In all.
        outcomes: Rows by outcome; outcomes that did not occur are left out.
        reasons: Rows by the id of a reason; a row may have several.
        financed_minor: What may be financed, by currency, each row for itself.
        paths: By the id of each rule that was asked, and ``invoice.reachable_total`` for how far
            invoices can be cut.
    """

    rows: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    financed_minor: Mapping[str, int] = field(default_factory=dict)
    paths: Mapping[str, Paths] = field(default_factory=dict)

    def __add__(self, other: "FinancingReport") -> "FinancingReport":
        """Return the report of both portfolios together."""
        return FinancingReport(
            rows=self.rows + other.rows,
            outcomes=summed(self.outcomes, other.outcomes),
            reasons=summed(self.reasons, other.reasons),
            financed_minor=summed(self.financed_minor, other.financed_minor),
            paths=both_paths(self.paths, other.paths),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FinancingOutcome:
    """What may be financed of a portfolio on one day, each row for itself.

    Attributes:
        size: Rows.
        verdict: uint8, place in `OUTCOMES`.
        sums: By name, as `SUMS` lists them: ``amount`` is the most that the rules and the contract
            allow, ``financed`` what it comes to once VAT is cut, ``rest`` the other invoice.
        said: By name, as `SAID` lists them.
        words: Of these, the value of each code.
        answers: By rule id, int32 code into ``answered``; -1 for rows it was not asked about.
        answered: By rule id, the answers met; amounts are left out.
        amounts: By rule id and result field, minor units; `NO_AMOUNT` for none.
        currency: Of the rows.
        report: How many rows went which way.
    """

    size: int
    verdict: Array
    sums: Mapping[str, Array]
    said: Mapping[str, Array]
    words: Mapping[str, tuple[Any, ...]]
    answers: Mapping[str, Array]
    answered: Mapping[str, tuple[Answer, ...]]
    amounts: Mapping[tuple[str, str], Array]
    currency: Column
    report: FinancingReport

    @property
    def rows_financed(self) -> Array:
        """Return the places of the rows of which at least a part may be financed, ascending."""
        return np.flatnonzero(self.verdict != REFUSED)

    def answers_at(self, row: int) -> Iterator[tuple[str, Answer]]:
        """Yield the rules asked about one row, each with its answer, in the order of the book."""
        for rule, answered in self.answered.items():
            code = int(self.answers[rule][row])
            if code >= 0:
                yield rule, self._whole(rule, answered[code], row)

    def _whole(self, rule: str, answer: Answer, row: int) -> Answer:
        """Return an answer with its amounts, in major units."""
        decimals = exponent(self.currency.value(row))
        values = dict(answer.values)
        for (owner, name), minor in self.amounts.items():
            if owner == rule and minor[row] != NO_AMOUNT:
                values[name] = Decimal(int(minor[row])).scaleb(-decimals)
        return Answer(rows=answer.rows, values=tuple(values.items()))

    def decision(self, row: int) -> dict[str, Any]:
        """Return all that is said of one row, as plain values: for people, and for comparing."""
        sums = {name: int(self.sums[name][row]) for name in SUMS}
        said: dict[str, Any] = {"outcome": OUTCOMES[int(self.verdict[row])]}
        said |= {name: None if minor == NO_AMOUNT else minor for name, minor in sums.items()}
        said |= {name: self.words[name][int(self.said[name][row])] for name in SAID}
        return said | {"answers": dict(self.answers_at(row))}
