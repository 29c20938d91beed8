"""Decide which invoices of a portfolio may be financed, for how much, and how they are cut in two.

As `decisions.eligibility`, `decisions.reachable` and `decisions.parts` say it one by one. Each row
is decided for itself: that invoices of one debtor share his credit line, and that an amount is
reserved, is left to the engine, as is whether the lines of a document can be cut.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import numpy as np

from dunning_sdk.portfolio.column import Array, Column, Flags, Kind, number_of
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.cover import Cover, Covered
from dunning_sdk.portfolio.evaluate import BLOCK
from dunning_sdk.portfolio.facts import Facts, given_facts
from dunning_sdk.portfolio.financed import (
    CANNOT_SPLIT,
    COVERED,
    IN_PART,
    OUTCOMES,
    REFUSED,
    SAID,
    SPLIT,
    SUMS,
    FinancingOutcome,
    FinancingReport,
)
from dunning_sdk.portfolio.financing_book import CompiledFinancing
from dunning_sdk.portfolio.outcome import NO_AMOUNT, Codes
from dunning_sdk.portfolio.reach import CANNOT, Reach, breaks
from dunning_sdk.portfolio.report import Paths
from dunning_sdk.portfolio.vector import total_of
from dunning_sdk.portfolio.worked import Said, Worker

REACHABLE: Final = "invoice.reachable_total"


def evaluate_financing(
    compiled: CompiledFinancing, columns: Columns, *, as_of: date, stage: str = "invoice"
) -> FinancingOutcome:
    """Return which invoices of a portfolio may be financed on a day, each for itself.

    Args:
        compiled: The book, for all rows.
        columns: As its schema asks for; any number of rows.
        as_of: Day decided for.
        stage: ``quote`` or ``invoice``.

    Raises:
        MissingFactError: A column, or a value that a rule reads, is not given.
        FactTypeError: A column has another kind, or a value is none that its fact may have.
        EvaluationError: A rule could not be decided about some row; nothing is returned then.

    Source:
        House rule (ARCHITECTURE section 9): equal to deciding one by one.
    """
    compiled.schema.check(columns)
    financer = _Financer(compiled, columns, as_of=as_of, stage=stage)
    for low in range(0, columns.size, BLOCK):
        financer.decide(low, min(low + BLOCK, columns.size))
    return financer.outcome()


class _Financer:
    """Decides the blocks of one portfolio."""

    def __init__(
        self, compiled: CompiledFinancing, columns: Columns, *, as_of: date, stage: str
    ) -> None:
        self._compiled, self._columns, self._as_of, self._stage = compiled, columns, as_of, stage
        self._workers = {rule: Worker(worked=one) for rule, one in compiled.tables.items()}
        self._cover = Cover(compiled, self._workers, as_of, stage)
        self._splitting = compiled.book.of_kind("splitting", on=as_of)[:1]
        self._reach = Reach()
        size = columns.size
        self._verdict = np.zeros(size, dtype=np.uint8)
        self._sums = {name: np.full(size, NO_AMOUNT, dtype=np.int64) for name in SUMS}
        self._said = {name: np.zeros(size, dtype=np.int32) for name in SAID}
        self._codes: dict[str, Codes[Any]] = {name: Codes(("",)) for name in SAID}
        self._codes["reasons"] = Codes(((),))
        self._answers = {rule: np.full(size, -1, dtype=np.int32) for rule in compiled.tables}
        self._amounts: dict[tuple[str, str], Array] = {
            (rule, name): np.full(size, NO_AMOUNT, dtype=np.int64)
            for rule, one in compiled.tables.items()
            for name in one.money
        }

    def decide(self, low: int, high: int) -> None:
        """Decide rows ``low`` to ``high`` (exclusive)."""
        columns, rows = self._columns.slice(low, high), np.arange(low, high)
        facts = self._facts(columns)
        codes = self._codes
        covered = self._cover.decide(facts, columns, codes["reasons"], codes["advice"])
        for rule, said in covered.said.items():
            self._answer(rule, rows, said)
        self._verdict[rows] = covered.verdict
        self._sums["amount"][rows] = covered.amount
        self._said["reasons"][rows] = covered.reasons
        self._said["advice"][rows] = covered.advice
        if self._compiled.contract.account == "creditor":
            self._leave_whole(covered, rows)
            return
        late = self._late(columns)
        whole = np.flatnonzero((covered.verdict == COVERED) & ~late)
        self._sums["financed"][rows[whole]] = covered.amount[whole]
        self._pay(rows[whole], "financier", "")
        self._refuse(rows[(covered.verdict == COVERED) & late])
        parts = np.flatnonzero(covered.verdict == SPLIT)
        if len(parts):
            columns = columns.take(parts)
            self._split(facts.take(parts), columns, covered.amount[parts], rows[parts])

    def _facts(self, columns: Columns) -> Facts:
        stage, size = self._stage, columns.size
        return given_facts(
            columns,
            as_of=self._as_of,
            operator=self._compiled.operator,
            derived={"stage": lambda: Column.constant(Kind.TEXT, stage, size)},
        )

    def _answer(self, rule: str, rows: Array, said: Said) -> None:
        self._answers[rule][rows] = said.codes
        for name, minor in said.amounts.items():
            self._amounts[rule, name][rows] = minor

    def _pay(self, rows: Array, financed: str, rest: str) -> None:
        for name, payee in (("financed_payee", financed), ("rest_payee", rest)):
            self._said[name][rows] = self._codes[name].of(payee)

    def _leave_whole(self, covered: Covered, rows: Array) -> None:
        """Leave invoices whole and payable to the company, whatever part is financed."""
        some = np.flatnonzero(covered.verdict != REFUSED)
        self._verdict[rows[covered.verdict == SPLIT]] = IN_PART
        self._sums["financed"][rows[some]] = covered.amount[some]
        self._pay(rows[some], "creditor", "")

    def _late(self, columns: Columns) -> Flags:
        """Tell which invoices would be issued anew after the day they are due."""
        due_on = columns["invoice.due_on"]
        if not self._compiled.is_issued:
            return np.zeros(columns.size, dtype=np.bool_)
        passed = due_on.values < number_of(self._as_of)
        return passed if due_on.known is None else passed & due_on.known

    def _split(self, facts: Facts, columns: Columns, available: Array, rows: Array) -> None:
        """Cut invoices in two where that can be done, and refuse the others."""
        cannot = breaks(columns) | self._late(columns)
        reachable = np.full(len(rows), CANNOT, dtype=np.int64)
        some = np.flatnonzero(~cannot)
        reachable[some] = self._reach.totals(columns.take(some), available[some])
        can = np.flatnonzero(reachable != CANNOT)
        financed = self._parts(facts, columns, reachable, can, rows)
        done = financed != CANNOT
        own, total = rows[can[done]], columns["invoice.total"].values[can[done]]
        self._sums["financed"][own] = financed[done]
        self._sums["rest"][own] = total - financed[done]
        self._refuse(np.setdiff1d(rows, own, assume_unique=True))

    def _parts(
        self, facts: Facts, columns: Columns, reachable: Array, can: Array, rows: Array
    ) -> Array:
        """Return the financed part of the rows that can be cut; `CANNOT` where there is none."""
        most = reachable[can]
        if not self._splitting or not len(can):
            self._pay(rows[can], "financier", "creditor")
            return most
        rule, facts = self._splitting[0].id, facts.take(can)
        facts.put("invoice.reachable_total", Column(kind=Kind.MONEY, values=most))
        said = self._workers[rule].decide(facts)
        self._answer(rule, rows[can], said)
        answers = [dict(one.values) for one in self._workers[rule].codes.values]
        for name in ("financed_payee", "rest_payee"):
            payees = [self._codes[name].of(str(one[name])) for one in answers]
            self._said[name][rows[can]] = np.array(payees, dtype=np.int32)[said.codes]
        financed = np.minimum(said.amounts["financed_amount"], most)
        less = np.flatnonzero((financed < most) & (financed > 0))
        if len(less):
            financed[less] = self._reach.totals(columns.take(can[less]), financed[less])
        return np.where(financed > 0, financed, CANNOT)

    def _refuse(self, rows: Array) -> None:
        """Refuse rows that may be financed and cannot be cut in two, or issued anew."""
        self._verdict[rows] = REFUSED
        self._sums["amount"][rows] = 0
        codes = self._codes["reasons"]
        own = self._said["reasons"][rows]
        new = {
            code: codes.of((*codes.values[code], CANNOT_SPLIT)) for code in np.unique(own).tolist()
        }
        self._said["reasons"][rows] = [new[code] for code in own.tolist()]
        self._pay(rows, "", "")

    def outcome(self) -> FinancingOutcome:
        """Return what was decided."""
        return FinancingOutcome(
            size=self._columns.size,
            verdict=self._verdict,
            sums=self._sums,
            said=self._said,
            words={name: codes.values for name, codes in self._codes.items()},
            answers=self._answers,
            answered={rule: one.codes.values for rule, one in self._workers.items()},
            amounts=self._amounts,
            currency=self._columns["currency"],
            report=self._report(),
        )

    def _report(self) -> FinancingReport:
        counts = np.bincount(self._verdict, minlength=len(OUTCOMES)).tolist()
        return FinancingReport(
            rows=self._columns.size,
            outcomes={name: n for name, n in zip(OUTCOMES, counts, strict=True) if n},
            reasons=self._reasons(),
            financed_minor=self._financed(),
            paths=self._paths(),
        )

    def _paths(self) -> Mapping[str, Paths]:
        found = {rule: one.paths for rule, one in self._workers.items()} | {
            REACHABLE: self._reach.paths
        }
        return {name: one for name, one in found.items() if one != Paths()}

    def _reasons(self) -> dict[str, int]:
        found: dict[str, int] = {}
        lists = self._codes["reasons"].values
        for reasons, n in zip(
            lists, np.bincount(self._said["reasons"], minlength=len(lists)), strict=True
        ):
            for reason in reasons if n else ():
                found[reason] = found.get(reason, 0) + int(n)
        return found

    def _financed(self) -> dict[str, int]:
        currency, found = self._columns["currency"], {}
        has = self._sums["financed"] != NO_AMOUNT
        for code, word in enumerate(currency.words):
            rows = np.flatnonzero(has & (currency.values == code))
            if len(rows):
                found[word] = total_of(self._sums["financed"][rows])
        return found
