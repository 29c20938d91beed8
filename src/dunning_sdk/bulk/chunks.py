"""Runs and their chunks in the store: begun, claimed, done, and what became of them.

The module decides how work is shared between processes and machines: a chunk is claimed by locking
its row, passed over by others, and marked done in the transaction that keeps its acts. A process
that dies gives its lock back at once, and nothing of its chunk was kept.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import sqlalchemy as sa

from dunning_sdk.bulk.ledger import Ledger
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.portfolio.column import day_of, number_of
from dunning_sdk.store.schema_portfolio import portfolio_chunks, portfolio_runs

OPEN: Final = "open"
DONE: Final = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One range of debtors.

    Attributes:
        low: First debtor id; empty for the first of all.
        high: First debtor id of the next chunk; empty for none.
    """

    low: str
    high: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run as it is kept.

    Attributes:
        run_id: Unique within the tenant.
        as_of: Day decided for.
        ground: Digest of what decisions rest on beside the portfolio.
        plan: How it was begun: whole or not, by which path, and why.
        state: ``open`` or ``done``.
        begun_at: Instant, in UTC.
        ended_at: Instant, in UTC; empty while it is open.
        report: Counts and times; empty while it is open.
    """

    run_id: str
    as_of: date
    ground: str
    plan: Mapping[str, Any]
    state: str = OPEN
    begun_at: str = ""
    ended_at: str = ""
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is.

    Attributes:
        chunks: In all.
        done: Chunks that are done.
        rows: Rows of those that are done.
        expected: Rows in all, as counted when the run began.
    """

    chunks: int
    done: int
    rows: int
    expected: int


def put_run(ledger: Ledger, run: RunRecord, bounds: Sequence[str]) -> None:
    """Keep a new run and its chunks, one for each bound up to the next."""
    row = (
        ledger.tenant,
        run.run_id,
        number_of(run.as_of),
        run.ground,
        json.dumps(run.plan, sort_keys=True),
        run.state,
        _now(),
        "",
        "{}",
    )
    ledger.handle.insert(portfolio_runs, [row])
    ends = [*bounds[1:], ""]
    ledger.handle.insert(
        portfolio_chunks,
        [
            (ledger.tenant, run.run_id, low, high, "", "", "{}")
            for low, high in zip(bounds, ends, strict=True)
        ],
    )


def runs(ledger: Ledger, *, as_of: date | None = None) -> list[RunRecord]:
    """Return the runs that are kept, the latest first; those of one day where it is given."""
    table = portfolio_runs
    query = sa.select(table).where(table.c.tenant == ledger.tenant)
    if as_of is not None:
        query = query.where(table.c.as_of == number_of(as_of))
    return [_run(row) for row in ledger.handle.rows(query.order_by(table.c.begun_at.desc()))]


def run_of(ledger: Ledger, run_id: str) -> RunRecord:
    """Return one run.

    Raises:
        RecordNotFoundError: There is none of that id.
    """
    table = portfolio_runs
    own = (table.c.tenant == ledger.tenant, table.c.run_id == run_id)
    row = ledger.handle.first(sa.select(table).where(*own))
    if row is None:
        message = f"There is no run {run_id} of the portfolio"
        raise RecordNotFoundError(message, hint="`dunning portfolio runs` lists them.")
    return _run(row)


def claim(ledger: Ledger, run_id: str, *, low: str | None = None) -> Chunk | None:
    """Lock a chunk that is not done, until the transaction ends; ``None`` where there is none.

    Args:
        ledger: Open transaction.
        run_id: Of which run.
        low: Where the chunk begins, waiting for whoever has it; ``None`` for any that is free.
    """
    table = portfolio_chunks
    query = sa.select(table.c.low, table.c.high).where(*_own(ledger, run_id), table.c.done_at == "")
    if low is not None:
        query = query.where(table.c.low == low)
    locked = query.order_by(table.c.low).limit(1).with_for_update(skip_locked=low is None)
    row = ledger.handle.first(locked)
    return None if row is None else Chunk(low=row.low, high=row.high)


def chunks_left(ledger: Ledger, run_id: str) -> list[Chunk]:
    """Return the chunks that are not done, in order."""
    table = portfolio_chunks
    query = sa.select(table.c.low, table.c.high).where(*_own(ledger, run_id), table.c.done_at == "")
    return [
        Chunk(low=row.low, high=row.high) for row in ledger.handle.rows(query.order_by(table.c.low))
    ]


def finish_chunk(
    ledger: Ledger, run_id: str, chunk: Chunk, *, holder: str, report: Mapping[str, Any]
) -> None:
    """Mark a chunk done, in the transaction that kept what it came to."""
    values = {"holder": holder, "done_at": _now(), "report": json.dumps(report, sort_keys=True)}
    own = {"tenant": ledger.tenant, "run_id": run_id, "low": chunk.low}
    ledger.handle.change(portfolio_chunks, values, **own)


def reports(ledger: Ledger, run_id: str) -> list[dict[str, Any]]:
    """Return the reports of the chunks that are done."""
    table = portfolio_chunks
    query = sa.select(table.c.report).where(*_own(ledger, run_id), table.c.done_at != "")
    return [json.loads(report) for (report,) in ledger.handle.rows(query)]


def progress(ledger: Ledger, run_id: str) -> Progress:
    """Return how far a run is."""
    done = reports(ledger, run_id)
    query = sa.select(sa.func.count()).where(*_own(ledger, run_id)).select_from(portfolio_chunks)
    return Progress(
        chunks=int(ledger.handle.first(query)[0]),
        done=len(done),
        rows=sum(int(one["rows"]) for one in done),
        expected=int(run_of(ledger, run_id).plan["rows"]),
    )


def finish_run(ledger: Ledger, run_id: str, report: Mapping[str, Any]) -> None:
    """Keep the report of a run whose chunks are all done."""
    values = {"state": DONE, "ended_at": _now(), "report": json.dumps(report, sort_keys=True)}
    ledger.handle.change(portfolio_runs, values, tenant=ledger.tenant, run_id=run_id)


def _own(ledger: Ledger, run_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    table = portfolio_chunks
    return table.c.tenant == ledger.tenant, table.c.run_id == run_id


def _run(row: Any) -> RunRecord:  # noqa: ANN401 - a row has its table's shape
    return RunRecord(
        run_id=row.run_id,
        as_of=day_of(row.as_of),
        ground=row.ground,
        plan=json.loads(row.plan),
        state=row.state,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        report=json.loads(row.report),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
