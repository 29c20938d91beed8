"""Make the tables of deliveries and gates, and wall tenants off in PostgreSQL.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WALLED = (
    "tenants", "keys", "streams", "events", "records", "blobs", "receivables", "books",
    "proposals", "acts", "reviews", "settings", "deliveries", "gates",
)  # fmt: skip
POLICY = "tenant = current_setting('dunning.tenant', true)"
# Notices planned by an earlier release: whoever takes them next must find them.
FILL = """
    INSERT INTO deliveries
    SELECT tenant, notice_id, min(proposal_id), min("on"), min({channel}), '', 0, '', ''
    FROM acts WHERE state IN ('planned', 'claimed') AND {channel} IS NOT NULL
    GROUP BY tenant, notice_id
"""
CHANNEL = {
    "sqlite": "json_extract(detail, '$.channels[0]')",
    "postgresql": "(detail::json -> 'channels' ->> 0)",
}


def upgrade() -> None:
    """Make the tables, fill them from what is planned, and enforce row-level security."""
    _make_tables()
    dialect = op.get_bind().dialect.name
    op.execute(FILL.format(channel=CHANNEL[dialect]))
    if dialect == "postgresql":
        for table in WALLED:
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


def _make_tables() -> None:
    op.create_table(
        "deliveries",
        *map(_text, ("tenant", "notice_id", "proposal_id", "on", "channel", "not_before")),
        _number("tries"),
        *map(_text, ("holder", "lease_until")),
        sa.PrimaryKeyConstraint("tenant", "notice_id", name="pk_deliveries"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.tenant"], name="fk_deliveries_tenants"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "gates",
        *map(_text, ("tenant", "channel", "next_at")),
        _number("failures"),
        _text("resting_until"),
        sa.PrimaryKeyConstraint("tenant", "channel", name="pk_gates"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.tenant"], name="fk_gates_tenants"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_deliveries_due", "deliveries", ["tenant", "on", "not_before", "notice_id"])
    op.create_index("ix_deliveries_holder", "deliveries", ["tenant", "holder"])
