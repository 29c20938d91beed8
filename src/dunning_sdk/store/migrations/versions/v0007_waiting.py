"""Make the tables of what waits for one person and what follows from a state, and one index more.

They are filled by the next opening, as `v0004_standings` says.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

POLICY = "tenant = current_setting('dunning.tenant', true)"
TABLES = ("waits", "derived_questions")


def upgrade() -> None:
    """Make the tables and indexes, and wall tenants off in PostgreSQL."""
    op.create_table(
        "waits",
        *map(_text, ("tenant", "person", "debtor_id", "entry")),
        sa.Column("seq", sa.Integer, nullable=False),
        *map(_text, ("since_on", "by_on")),
        *_keyed("waits", "tenant", "person", "debtor_id", "entry"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "derived_questions",
        *map(_text, ("tenant", "id", "kind", "subject", "opened_on")),
        _text("ask_on", null=True),
        _text("currency"),
        sa.Column("minor", sa.BigInteger, nullable=False),
        *_keyed("derived_questions", "tenant", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_standings_every", "standings", ["tenant", "due_on", "id"])
    op.create_index("ix_waits_debtor_id", "waits", ["tenant", "debtor_id"])
    op.create_index(
        "ix_derived_questions_opened_on", "derived_questions", ["tenant", "opened_on", "id"]
    )
    op.create_index("ix_derived_questions_subject", "derived_questions", ["tenant", "subject"])
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY own_tenant ON {table} USING ({POLICY})")


def downgrade() -> None:
    """Refuse: a log that is never changed is not taken back either."""
    raise NotImplementedError("Restore the backup made before the upgrade")


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=null)


def _keyed(name: str, *key: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.tenant"], name=f"fk_{name}_tenants"),
    ]
