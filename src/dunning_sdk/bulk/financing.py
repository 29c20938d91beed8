"""Which receivables of the portfolio may be financed today, for how much: read, decided and told.

The module decides which rows are asked about, and how chunks are read; nothing is written. Deciding
is pure, and lies in `portfolio.financing`. Each receivable is decided for itself: that those of one
debtor share his credit line is counted here, and settled one by one when financing is asked for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np

from dunning_sdk.bulk.deciding import gathered
from dunning_sdk.bulk.ledger import Ledger, opened
from dunning_sdk.bulk.rows import KINDS, PROFILE, Array, Rows
from dunning_sdk.bulk.running import CHUNK_ROWS
from dunning_sdk.bulk.shared import Shared, entries_of
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import DomainError, MissingFactError
from dunning_sdk.installation.contracts import contract_in_force, turnover_of
from dunning_sdk.portfolio.column import Kind
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.financed import FinancingOutcome, FinancingReport
from dunning_sdk.portfolio.financing import evaluate_financing
from dunning_sdk.portfolio.financing_book import CompiledFinancing, compile_financing
from dunning_sdk.portfolio.outcome import NO_AMOUNT
from dunning_sdk.portfolio.report import summed
from dunning_sdk.portfolio.schema import Field, Schema

_OWN: Final[Mapping[str, str]] = {"amount_minor": "invoice.total", "due_on": "invoice.due_on"}
_ASIDE: Final = ("charges", "financed-already", "paid-in-part")
"""Why a receivable is not asked about; the first that holds counts."""
_LINE: Final = "credit_line.available"

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a portfolio comes to when it is asked what may be financed.

    Attributes:
        rows: Looked at.
        set_aside: Rows not asked about, by reason.
        decided: What the others come to.
        over_line: Debtors whose receivables, taken together, exceed his credit line.
        within_lines: What may be financed by currency, of each debtor no more than his line has.
    """

    rows: int = 0
    set_aside: Mapping[str, int] = field(default_factory=dict)
    decided: FinancingReport = field(default_factory=FinancingReport)
    over_line: int = 0
    within_lines: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Summary") -> "Summary":
        """Return both together."""
        return Summary(
            rows=self.rows + other.rows,
            set_aside=summed(self.set_aside, other.set_aside),
            decided=self.decided + other.decided,
            over_line=self.over_line + other.over_line,
            within_lines=summed(self.within_lines, other.within_lines),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """Some receivables, decided.

    Attributes:
        debtor_ids: Who owes, one per row.
        ids: Of the receivables, one per row.
        columns: They were decided on.
        outcome: What they come to.
        summary: Of the chunk, rows set aside among it.
    """

    debtor_ids: Sequence[str]
    ids: Sequence[str]
    columns: Columns
    outcome: FinancingOutcome
    summary: Summary


class Financier:
    """Asks which receivables of an engine's portfolio may be financed on a day.

    Args:
        engine: Whose book, contract and store.
        as_of: The day.
        stage: ``invoice``, or ``quote`` where the age of the financier's answer is no matter.
    """

    def __init__(self, engine: Engine, *, as_of: date, stage: str = "invoice") -> None:
        self._engine, self._as_of, self._stage = engine, as_of, stage
        config = engine.config
        self.compiled: CompiledFinancing = compile_financing(
            engine.library.load(config.financed_book or config.book),
            operator=config.operator,
            contract=contract_in_force(config),
            turnover=turnover_of(config),
        )
        self._shared: Mapping[str, Shared] = {}

    def parts(
        self, *, chunk_rows: int = CHUNK_ROWS, told: Told = lambda _done, _total: None
    ) -> Iterator[Part]:
        """Yield all receivables, decided, in the order of debtors; memory follows the chunk.

        Args:
            chunk_rows: Rows read at once; those of one debtor are never cut apart.
            told: Told after each chunk how many rows are done, and out of how many.

        Raises:
            DomainError: The portfolio is empty.
            MissingFactError: A fact that the book reads was not loaded.
            EvaluationError: A rule cannot be decided about some row.
            StoreError: The store keeps no portfolios, or cannot be reached.
        """
        with opened(self._engine.store) as ledger:
            total, lows = ledger.count(), ledger.bounds(chunk_rows)
        if not total:
            message = "The portfolio is empty"
            raise DomainError(message, hint="Fill it: `dunning portfolio generate --load`.")
        done = 0
        for low, high in zip(lows, [*lows[1:], ""], strict=True):
            with opened(self._engine.store) as ledger:
                ledger.guard(alone=False)
                part = self._part(ledger, low, high)
            done += part.summary.rows
            told(done, total)
            yield part

    def _part(self, ledger: Ledger, low: str, high: str) -> Part:
        rows = ledger.read(low, high)
        self._learn(ledger, rows)
        places, aside = self._wanted(rows)
        columns = gathered(self._shared, rows, places, self.compiled.schema, facts=_OWN)
        self._check(columns)
        outcome = evaluate_financing(self.compiled, columns, as_of=self._as_of, stage=self._stage)
        debtor_ids, ids = ledger.named(rows, places) if len(places) else ((), ())
        over, within = by_line(debtor_ids, columns, outcome)
        summary = Summary(
            rows=rows.size,
            set_aside=aside,
            decided=outcome.report,
            over_line=over,
            within_lines=within,
        )
        return Part(
            debtor_ids=debtor_ids, ids=ids, columns=columns, outcome=outcome, summary=summary
        )

    def _check(self, columns: Columns) -> None:
        """Say what to do where rows were loaded without what financing is decided on."""
        try:
            self.compiled.schema.check(columns)
        except MissingFactError as exc:
            hint = "Load it with the receivables; docs/portfolios.md says what financing reads."
            raise MissingFactError(exc.message, hint=hint, fact_name=exc.fact_name) from exc

    def _learn(self, ledger: Ledger, rows: Rows) -> None:
        """Read what rows share, anew where there is more of it than was read."""
        for kind in KINDS:
            most = int(rows.numbers[kind].max(initial=-1))
            if kind not in self._shared or most >= self._shared[kind].size:
                shared = Shared.of(entries_of(ledger.entries(kind)))
                self._shared = {**self._shared, kind: shared}

    def _wanted(self, rows: Rows) -> tuple[Array, dict[str, int]]:
        """Return the places of the rows asked about, and how many are not, by reason."""
        profiles, own = self._shared[PROFILE], rows.numbers
        known = gathered(self._shared, rows, None, _ASKED_OF)
        kind = known["receivable.kind"]
        charges = np.array([word == "charges" for word in kind.words])[kind.values]
        financed = profiles.flags("receivable.is_financed")[own["profile"]]
        touched = own["open_minor"] != own["amount_minor"]
        why = np.select([charges, financed, touched], [0, 1, 2], default=len(_ASIDE))
        counts = np.bincount(why, minlength=len(_ASIDE) + 1).tolist()
        aside = {name: n for name, n in zip(_ASIDE, counts, strict=False) if n}
        return np.flatnonzero(why == len(_ASIDE)), aside


_ASKED_OF: Final = Schema(
    fields={"receivable.kind": Field(name="receivable.kind", kind=Kind.TEXT)}, items={}
)


def by_line(
    debtor_ids: Sequence[str], columns: Columns, outcome: FinancingOutcome
) -> tuple[int, dict[str, int]]:
    """Hold what may be financed against the line that the receivables of a debtor share.

    Args:
        debtor_ids: Who owes, one per row; all rows of a debtor are there.
        columns: Of the rows.
        outcome: What they come to.

    Returns:
        How many debtors' receivables exceed the line as it stands, and what may be financed by
        currency, of each debtor no more than his line has; of a line not known, everything.
    """
    financed, currency = outcome.sums["financed"], columns["currency"]
    rows = np.flatnonzero(financed != NO_AMOUNT)
    names: dict[tuple[str, int], int] = {}
    keys = zip(
        [debtor_ids[row] for row in rows.tolist()], currency.values[rows].tolist(), strict=True
    )
    debtor = np.array([names.setdefault(key, len(names)) for key in keys], dtype=np.int64)
    taken, most = np.zeros((2, len(names)), dtype=np.int64)
    np.add.at(taken, debtor, financed[rows])
    line = columns.columns.get(_LINE)
    np.maximum.at(most, debtor, financed[rows] * 0 if line is None else line.values[rows])
    is_over = np.zeros(len(names), dtype=np.bool_) if line is None else taken > most
    within: dict[str, int] = {}
    for (_, code), minor in zip(names, np.where(is_over, most, taken).tolist(), strict=True):
        within[currency.words[code]] = within.get(currency.words[code], 0) + minor
    return int(is_over.sum()), within
