"""What runs came to, read back: acts as plain values, and made-up portfolios as lines of CSV."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa

from dunning_sdk.bulk.generator import Block
from dunning_sdk.bulk.ledger import ACT_COLUMNS, opened
from dunning_sdk.domain.currency import exponent
from dunning_sdk.engine.engine import Engine
from dunning_sdk.portfolio.column import Kind, day_of
from dunning_sdk.store.schema_portfolio import portfolio_acts

_DAYS: Final = ("issued_on", "on", "planned_on")
_PAGE: Final = 10_000
CSV_HEAD: Final = (
    "number", "issued_on", "due_on", "amount", "open_amount", "currency", "debtor", "country",
    "is_company", "contract_kind",
)  # fmt: skip


def acts_of(
    engine: Engine, *, run_id: str = "", on: date | None = None
) -> Iterator[dict[str, Any]]:
    """Yield acts that are kept, as plain values, page by page; days as dates.

    Args:
        engine: Whose store.
        run_id: Only those that a run found first; empty for all.
        on: Only those that were first due on this day.
    """
    table, after = portfolio_acts, (-1 << 31, "")
    while True:
        query = sa.select(table).where(sa.tuple_(table.c.issued_on, table.c.act_id) > after)
        if run_id:
            query = query.where(table.c.run_id == run_id)
        if on is not None:
            query = query.where(table.c.on == (on - day_of(0)).days)
        with opened(engine.store) as ledger:
            own = query.where(table.c.tenant == ledger.tenant)
            ordered = own.order_by(table.c.issued_on, table.c.act_id).limit(_PAGE)
            rows = ledger.handle.rows(ordered)
        yield from (_act(dict(zip(ACT_COLUMNS, row, strict=True))) for row in rows)
        if len(rows) < _PAGE:
            return
        after = (rows[-1].issued_on, rows[-1].act_id)


def _act(row: dict[str, Any]) -> dict[str, Any]:
    days = {name: None if row[name] is None else day_of(row[name]) for name in _DAYS}
    return {name: value for name, value in (row | days).items() if name != "tenant"}


def csv_lines(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield a made-up portfolio as lines of CSV, without line ends: what a source could hold."""
    yield ",".join(CSV_HEAD)
    for block in blocks:
        columns = block.columns
        read = [_texts(columns[name].kind, columns[name]) for name in _FACTS]
        for line in zip(block.ids, *read[:5], block.debtor_ids, *read[5:], strict=True):
            yield ",".join(line)


_FACTS: Final = (
    "receivable.issued_on", "receivable.due_on", "receivable.amount", "receivable.open_amount",
    "currency", "debtor.country", "debtor.is_company", "contract.kind",
)  # fmt: skip


def _texts(kind: Kind, column: Any) -> list[str]:  # noqa: ANN401 - a column of any kind
    values = column.values.tolist()
    match kind:
        case Kind.DAY:
            return [day_of(value).isoformat() for value in values]
        case Kind.MONEY:
            return [str(Decimal(value).scaleb(-exponent("EUR"))) for value in values]
        case Kind.FLAG:
            return ["true" if value else "false" for value in values]
        case _:
            return [column.words[value] for value in values]
