"""The tables of portfolios kept as columns, for SQLAlchemy Core.

The module decides how millions of receivables are laid out so that few bytes say enough: a row
holds its own days and amounts, and the numbers of two lists that many rows share: what is known of
it (``portfolio_shared``, kind ``profile``) and what happened to it (kind ``story``). The amounts of
a story stand in the row, 8 bytes each (``sums``), so that many rows still share it. Days are
numbers of days since 1970-01-01, for they are read by the million.
`dunning_sdk.bulk` fills and reads them. The tenant leads every key.
"""

from typing import Final

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary

from dunning_sdk.store.column import amount, number, table, text

portfolio: Final = table(
    "portfolio",
    text("tenant"),
    text("debtor_id"),
    text("id"),
    number("profile"),
    number("story"),
    number("issued_on"),
    number("due_on"),
    number("entered_on"),
    amount("amount_minor"),
    amount("open_minor"),
    number("review_on"),
    Column("sums", LargeBinary, nullable=False),
    key=("tenant", "debtor_id", "id"),
)
portfolio_shared: Final = table(
    "portfolio_shared",
    text("tenant"),
    text("kind"),
    number("number"),
    text("digest"),
    text("content"),
    key=("tenant", "kind", "number"),
    rowid=True,
)
portfolio_runs: Final = table(
    "portfolio_runs",
    text("tenant"),
    text("run_id"),
    number("as_of"),
    text("ground"),
    text("plan"),
    text("state"),
    text("begun_at"),
    text("ended_at"),
    text("report"),
    key=("tenant", "run_id"),
    rowid=True,
)
portfolio_chunks: Final = table(
    "portfolio_chunks",
    text("tenant"),
    text("run_id"),
    text("low"),
    text("high"),
    text("holder"),
    text("done_at"),
    text("report"),
    key=("tenant", "run_id", "low"),
    parent=(("tenant", "run_id"), "portfolio_runs"),
)
portfolio_acts: Final = table(
    "portfolio_acts",
    text("tenant"),
    number("issued_on"),
    text("act_id"),
    text("receivable_id"),
    text("debtor_id"),
    text("run_id"),
    number("on"),
    text("procedure_id"),
    text("step_id"),
    number("level"),
    number("cycle"),
    number("occurrence"),
    number("attempt"),
    Column("is_expected", Boolean, nullable=False),
    text("actor"),
    text("channel"),
    text("template"),
    text("currency"),
    amount("amount_minor"),
    amount("interest_minor", null=True),
    amount("compensation_minor", null=True),
    amount("fee_minor", null=True),
    Column("planned_on", Integer, nullable=True),
    text("book_hash"),
    key=("tenant", "issued_on", "act_id"),
    partition_by="RANGE (issued_on)",
)

Index("ix_portfolio_review_on", portfolio.c.tenant, portfolio.c.review_on, portfolio.c.debtor_id)
Index(
    "ix_portfolio_shared_digest",
    portfolio_shared.c.tenant,
    portfolio_shared.c.kind,
    portfolio_shared.c.digest,
    unique=True,
)
Index("ix_portfolio_acts_run_id", portfolio_acts.c.tenant, portfolio_acts.c.run_id)
