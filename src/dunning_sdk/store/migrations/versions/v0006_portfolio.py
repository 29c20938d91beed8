"""Make the tables of portfolios kept as columns, their runs, chunks and acts.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = (
    "portfolio",
    "portfolio_shared",
    "portfolio_runs",
    "portfolio_chunks",
    "portfolio_acts",
    "portfolio_acts_other",
)
POLICY = "tenant = current_setting('dunning.tenant', true)"


def upgrade() -> None:
    """Make the tables, and wall tenants off in PostgreSQL."""
    _make_portfolio()
    _make_runs()
    _make_acts()
    op.create_index("ix_portfolio_review_on", "portfolio", ["tenant", "review_on", "debtor_id"])
    op.create_index(
        "ix_portfolio_shared_digest",
        "portfolio_shared",
        ["tenant", "kind", "digest"],
        unique=True,
    )
    op.create_index("ix_portfolio_acts_run_id", "portfolio_acts", ["tenant", "run_id"])
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("CREATE TABLE portfolio_acts_other PARTITION OF portfolio_acts DEFAULT")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_tenant ON {table} USING ({POLICY})")


def downgrade() -> None:
    """Refuse: a log that is never changed is not taken back either."""
    raise NotImplementedError("Restore the backup made before the upgrade")


def _text(name: str) -> sa.Column[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _amount(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=null)


def _own(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant"], ["tenants.tenant"], name=f"fk_{name}_tenants")


def _make_portfolio() -> None:
    days = ("profile", "story", "issued_on", "due_on", "entered_on")
    op.create_table(
        "portfolio",
        *map(_text, ("tenant", "debtor_id", "id")),
        *map(_number, days),
        *map(_amount, ("amount_minor", "open_minor")),
        _number("review_on"),
        sa.Column("sums", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "debtor_id", "id", name="pk_portfolio"),
        _own("portfolio"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "portfolio_shared",
        *map(_text, ("tenant", "kind")),
        _number("number"),
        *map(_text, ("digest", "content")),
        sa.PrimaryKeyConstraint("tenant", "kind", "number", name="pk_portfolio_shared"),
        _own("portfolio_shared"),
    )


def _make_runs() -> None:
    texts = ("ground", "plan", "state", "begun_at", "ended_at", "report")
    op.create_table(
        "portfolio_runs",
        *map(_text, ("tenant", "run_id")),
        _number("as_of"),
        *map(_text, texts),
        sa.PrimaryKeyConstraint("tenant", "run_id", name="pk_portfolio_runs"),
        _own("portfolio_runs"),
    )
    op.create_table(
        "portfolio_chunks",
        *map(_text, ("tenant", "run_id", "low", "high", "holder")),
        *map(_text, ("done_at", "report")),
        sa.PrimaryKeyConstraint("tenant", "run_id", "low", name="pk_portfolio_chunks"),
        sa.ForeignKeyConstraint(
            ["tenant", "run_id"],
            ["portfolio_runs.tenant", "portfolio_runs.run_id"],
            name="fk_portfolio_chunks_portfolio_runs",
        ),
        sqlite_with_rowid=False,
    )


def _make_acts() -> None:
    numbers = ("level", "cycle", "occurrence", "attempt")
    charges = ("interest_minor", "compensation_minor", "fee_minor")
    op.create_table(
        "portfolio_acts",
        _text("tenant"),
        _number("issued_on"),
        *map(_text, ("act_id", "receivable_id", "debtor_id", "run_id")),
        _number("on"),
        *map(_text, ("procedure_id", "step_id")),
        *map(_number, numbers),
        sa.Column("is_expected", sa.Boolean, nullable=False),
        *map(_text, ("actor", "channel", "template", "currency")),
        _amount("amount_minor"),
        *(_amount(name, null=True) for name in charges),
        sa.Column("planned_on", sa.Integer, nullable=True),
        _text("book_hash"),
        sa.PrimaryKeyConstraint("tenant", "issued_on", "act_id", name="pk_portfolio_acts"),
        _own("portfolio_acts"),
        sqlite_with_rowid=False,
        postgresql_partition_by="RANGE (issued_on)",
    )
