"""Make the table of answers that are kept for a while, so that a request counts once.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

POLICY = "tenant = current_setting('dunning.tenant', true)"


def upgrade() -> None:
    """Make the table, and wall tenants off in PostgreSQL."""
    op.create_table(
        "answers",
        *map(_text, ("tenant", "key", "request", "begun_at")),
        *map(_number, ("status", "generation")),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "key", name="pk_answers"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.tenant"], name="fk_answers_tenants"),
        sqlite_with_rowid=True,
    )
    op.create_index("ix_answers_begun_at", "answers", ["tenant", "begun_at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE answers ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE answers FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_tenant ON answers USING ({POLICY})")


def downgrade() -> None:
    """Refuse: a log that is never changed is not taken back either."""
    raise NotImplementedError("Restore the backup made before the upgrade")


def _text(name: str) -> sa.Column[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)
