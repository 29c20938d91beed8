"""What is kept of old runs, and for how long: acts in parts by year, runs and chunks by day.

Acts are kept by the year in which their receivable was issued. In PostgreSQL each year is a part of
the table, made as a run begins; the server drops such a part faster than it removes its rows.
"""

from datetime import date

import sqlalchemy as sa

from dunning_sdk.bulk.ledger import Ledger, opened
from dunning_sdk.engine.engine import Engine
from dunning_sdk.portfolio.column import number_of
from dunning_sdk.store.schema_portfolio import portfolio, portfolio_acts
from dunning_sdk.store.schema_portfolio import portfolio_chunks as chunks
from dunning_sdk.store.schema_portfolio import portfolio_runs as runs

_POLICY = "USING (tenant = current_setting('dunning.tenant', true))"


def make_parts(ledger: Ledger, *, due_by: int | None = None, limit: int = 12) -> list[int]:
    """Make the parts of the table of acts for the years receivables of a portfolio were issued in.

    Does nothing where the database keeps the table whole, or its user may not make tables: acts
    then lie in one part together.

    Args:
        ledger: Open transaction.
        due_by: Look only at rows to be looked at by this day number, as they alone get acts.
        limit: Most years made at once, the latest first.

    Returns:
        The years that have a part of their own now and had none.
    """
    if ledger.name != "postgresql":
        return []
    issued = portfolio.c.issued_on
    query = sa.select(sa.func.min(issued), sa.func.max(issued))
    query = query.where(portfolio.c.tenant == ledger.tenant)
    if due_by is not None:
        query = query.where(portfolio.c.review_on <= due_by)
    ends = ledger.handle.first(query)
    if ends[0] is None:
        return []
    first, last = (date.fromordinal(_EPOCH + day).year for day in ends)
    made = []
    for year in range(last, max(first, last - limit + 1) - 1, -1):
        if _made(ledger, year):
            made.append(year)
    return made


_EPOCH = date(1970, 1, 1).toordinal()


def _made(ledger: Ledger, year: int) -> bool:
    """Make the part of one year; tell whether it could be made and was not there."""
    name = f"portfolio_acts_{year}"
    low, high = number_of(date(year, 1, 1)), number_of(date(year + 1, 1, 1))
    may = "has_schema_privilege(current_schema(), 'CREATE') AND pg_has_role(relowner, 'USAGE')"
    held = "SELECT 1 FROM portfolio_acts_other WHERE issued_on >= %s AND issued_on < %s LIMIT 1"
    with ledger.handle.driver() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NULL", (name,))
        if not cursor.fetchone()[0]:
            return False
        # S608: constants of this module
        cursor.execute(f"SELECT {may} FROM pg_class WHERE oid = 'portfolio_acts'::regclass")  # noqa: S608
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(held, (low, high))
        if cursor.fetchone():
            return False
        cursor.execute(
            f"CREATE TABLE {name} PARTITION OF portfolio_acts FOR VALUES FROM ({low}) TO ({high})"
        )
        for words in ("ENABLE", "FORCE"):
            cursor.execute(f"ALTER TABLE {name} {words} ROW LEVEL SECURITY")
        cursor.execute(f"CREATE POLICY own_tenant ON {name} {_POLICY}")
    return True


def forget(
    engine: Engine, *, runs_before: date, issued_before: date, only_count: bool = False
) -> dict[str, int]:
    """Remove old runs, and the acts of receivables issued long ago; return how many of each.

    An act that is forgotten could be found again: `issued_before` has to lie before everything
    that is still in the portfolio.

    Args:
        engine: Whose store.
        runs_before: Runs decided for days before this one go, with their chunks.
        issued_before: Acts of receivables issued before this day go; those still in the portfolio
            keep theirs.
        only_count: Whether only to count what would go.
    """
    with opened(engine.store) as ledger:
        ledger.guard(alone=True)
        handle, tenant = ledger.handle, ledger.tenant
        old = (runs.c.tenant == tenant, runs.c.as_of < number_of(runs_before))
        acts = portfolio_acts
        own = (acts.c.tenant == tenant, acts.c.issued_on < _until(ledger, issued_before))
        if only_count:
            return {"runs": _count(ledger, runs, old), "acts": _count(ledger, acts, own)}
        ids = sa.select(runs.c.run_id).where(*old)
        handle.run(sa.delete(chunks).where(chunks.c.tenant == tenant, chunks.c.run_id.in_(ids)))
        gone = handle.run(sa.delete(runs).where(*old))
        return {"runs": gone, "acts": handle.run(sa.delete(acts).where(*own))}


def _until(ledger: Ledger, issued_before: date) -> int:
    """Return the day number before which acts go: at most the oldest still in the portfolio."""
    kept = sa.select(sa.func.min(portfolio.c.issued_on)).where(portfolio.c.tenant == ledger.tenant)
    least = ledger.handle.first(kept)[0]
    day = number_of(issued_before)
    return day if least is None else min(day, least)


def _count(ledger: Ledger, table: sa.Table, where: tuple[sa.ColumnElement[bool], ...]) -> int:
    found = ledger.handle.first(sa.select(sa.func.count()).select_from(table).where(*where))
    return int(found[0])
