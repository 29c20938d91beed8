"""Make the table of how far each follower was told every stream.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

POLICY = "tenant = current_setting('dunning.tenant', true)"


def upgrade() -> None:
    """Make the table, and wall tenants off in PostgreSQL."""
    op.create_table(
        "cursors",
        *map(_text, ("tenant", "follower", "kind", "id")),
        *map(_number, ("seq", "tries")),
        _text("not_before"),
        sa.Column("is_dead", sa.Boolean, nullable=False),
        _text("problem"),
        sa.PrimaryKeyConstraint("tenant", "follower", "kind", "id", name="pk_cursors"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.tenant"], name="fk_cursors_tenants"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE cursors ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE cursors FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_tenant ON cursors USING ({POLICY})")


def downgrade() -> None:
    """Refuse: a log that is never changed is not taken back either."""
    raise NotImplementedError("Restore the backup made before the upgrade")


def _text(name: str) -> sa.Column[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)
