"""May each invoice be financed, up to what, and why not: `decisions.eligibility`, by columns.

The rules are worked out by `worked`; here the lowest amount counts, reasons are put together, and
the answer is held to the contract.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from dunning_sdk.portfolio.column import Array, Flags, number_of
from dunning_sdk.portfolio.columns import Columns, grouped
from dunning_sdk.portfolio.facts import Facts
from dunning_sdk.portfolio.financed import COVERED, REFUSED, SPLIT
from dunning_sdk.portfolio.financing_book import CompiledFinancing
from dunning_sdk.portfolio.outcome import NO_AMOUNT, Answer, Codes
from dunning_sdk.portfolio.worked import Said, Worker

NO_RULE: Final = "book-has-no-eligibility-rule"
NOT_ALLOWED: Final = "contract-not-allowed"
OUT_OF_DATE: Final = "cover-out-of-date"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Covered:
    """Which rows may be financed.

    Attributes:
        verdict: uint8, place in `financed.OUTCOMES`.
        amount: Most that may be financed, in minor units; 0 where refused.
        reasons: Code of the list of reasons.
        advice: Code of the advice.
        said: By rule id, what it says.
    """

    verdict: Array
    amount: Array
    reasons: Array
    advice: Array
    said: Mapping[str, Said]


class Cover:
    """Decides who is covered, for the blocks of one portfolio; not shared by threads.

    Args:
        compiled: The book.
        workers: By rule id.
        as_of: Day decided for.
        stage: ``quote`` or ``invoice``.
    """

    def __init__(
        self, compiled: CompiledFinancing, workers: Mapping[str, Worker], as_of: date, stage: str
    ) -> None:
        self._compiled, self._workers = compiled, workers
        self._as_of, self._stage = number_of(as_of), stage
        self._rules = compiled.book.of_kind("eligibility", on=as_of)
        self._is_allowed = compiled.contract.is_allowed(compiled.turnover)

    def decide(
        self,
        facts: Facts,
        columns: Columns,
        reasons: Codes[tuple[str, ...]],
        advice: Codes[str],
    ) -> Covered:
        """Return which rows may be financed, up to what amount, and why not.

        Args:
            facts: Of the rows.
            columns: The same rows as they are given.
            reasons: Codes of lists of reasons.
            advice: Codes of advice.

        Raises:
            EvaluationError: A rule cannot be decided about some row.
        """
        total = columns["invoice.total"].values
        said = {rule.id: self._workers[rule.id].decide(facts) for rule in self._rules}
        granted = {rule: self._granted(rule, one, total) for rule, one in said.items()}
        amount = np.zeros_like(total)
        if granted:
            amount = np.maximum(np.minimum.reduce([*granted.values()]), 0)
        old = self._out_of_date(columns)
        amount[old if self._is_allowed else slice(None)] = 0
        verdict = np.where(amount == 0, REFUSED, np.where(amount == total, COVERED, SPLIT))
        code, why, what = self._told(said, granted, old)
        return Covered(
            verdict=verdict.astype(np.uint8),
            amount=amount,
            reasons=np.array([reasons.of(one) for one in why], dtype=np.int32)[code],
            advice=np.array([advice.of(one) for one in what], dtype=np.int32)[code],
            said=said,
        )

    def _answers(self, rule: str) -> list[dict[str, Any]]:
        answers: tuple[Answer, ...] = self._workers[rule].codes.values
        return [dict(one.values) for one in answers]

    def _granted(self, rule: str, said: Said, total: Array) -> Array:
        """Return the most one rule allows; where it names no amount, all or nothing."""
        outcomes = [one["outcome"] for one in self._answers(rule)]
        is_refused = np.array([one == "refused" for one in outcomes])[said.codes]
        is_covered = np.array([one == "covered" for one in outcomes])[said.codes]
        amount = said.amounts["amount"]
        whole = np.where(is_covered, total, 0)
        is_told = (amount != NO_AMOUNT) & ~is_refused
        return np.where(is_told, np.minimum(total, amount), whole)

    def _out_of_date(self, columns: Columns) -> Flags:
        """Tell for which rows the financier's last answer is too old."""
        reported = columns["cover.reported_on"]
        if self._stage != "invoice":
            return np.zeros(columns.size, dtype=np.bool_)
        old = self._as_of - reported.values.astype(np.int64)
        found = old > self._compiled.contract.cover_max_age_days
        return found if reported.known is None else found & reported.known

    def _told(
        self, said: Mapping[str, Said], granted: Mapping[str, Array], old: Flags
    ) -> tuple[Array, list[tuple[str, ...]], list[str]]:
        """Return a code for each row, and the reasons and the advice by code."""
        parts = [old.view(np.uint8)]
        for rule, one in said.items():
            parts += [one.codes, (granted[rule] > 0).view(np.uint8)]
        first, code = grouped(*parts)
        met = [tuple(int(part[at]) for part in parts) for at in first.tolist()]
        answers = {rule: self._answers(rule) for rule in said}
        return code, [self._why(answers, one) for one in met], [_what(answers, one) for one in met]

    def _why(self, answers: Mapping[str, Any], met: tuple[int, ...]) -> tuple[str, ...]:
        """Return the reasons of rows, in the order of the contract and the rules."""
        found = [] if self._is_allowed else [NOT_ALLOWED]
        found += [OUT_OF_DATE] if met[0] else []
        for (rule, own), code, is_granted in zip(
            answers.items(), met[1::2], met[2::2], strict=True
        ):
            found += own[code]["reasons"] or ([] if is_granted else [rule])
        found += [] if answers else [NO_RULE]
        return tuple(dict.fromkeys(found))


def _what(answers: Mapping[str, Any], met: tuple[int, ...]) -> str:
    """Return the first advice that a rule gives."""
    said = (own[code]["advice"] for own, code in zip(answers.values(), met[1::2], strict=True))
    return next(filter(None, said), "")
