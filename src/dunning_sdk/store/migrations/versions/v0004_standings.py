"""Make the tables that lists and sums are read from.

They are filled by the next opening: `dunning_sdk.store.standing.SHAPE` is part of what says who
folded the receivables last, so that all of them are folded again.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

POLICY = "tenant = current_setting('dunning.tenant', true)"
TABLES = ("standings", "stops", "proposed")
INDEXES = {
    "ix_standings_due_on": ("settled_on", "due_on", "id", "currency", "open_minor"),
    "ix_standings_expected_on": ("settled_on", "expected_on", "currency", "open_minor"),
    "ix_standings_owing": ("settled_on", "debtor_id", "currency", "due_on", "open_minor"),
    "ix_standings_debtor_id": ("debtor_id", "due_on"),
    "ix_standings_invoice_number": ("invoice_number",),
    "ix_standings_issued_on": ("issued_on", "currency", "amount_minor"),
    "ix_stops_ends_on": ("reason", "ends_on"),
    "ix_reviews_open": ("closed_on", "kind", "opened_on"),
    "ix_reviews_subject": ("subject",),
}


def upgrade() -> None:
    """Make the tables and indexes, and wall tenants off in PostgreSQL."""
    _make_standings()
    _make_stops()
    _make_proposed()
    for name, columns in INDEXES.items():
        op.create_index(name, name.split("_")[1], ["tenant", *columns])
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


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _amount(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=null)


def _keyed(name: str, *key: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.tenant"], name=f"fk_{name}_tenants"),
    ]


def _make_standings() -> None:
    op.create_table(
        "standings",
        *map(_text, ("tenant", "id", "invoice_number", "debtor_id", "payee", "currency")),
        *map(_amount, ("amount_minor", "open_minor")),
        *map(_text, ("issued_on", "due_on", "expected_on")),
        _text("settled_on", null=True),
        _number("level"),
        _text("step"),
        _text("noticed_on", null=True),
        *_keyed("standings", "tenant", "id"),
        sqlite_with_rowid=False,
    )


def _make_stops() -> None:
    op.create_table(
        "stops",
        *map(_text, ("tenant", "receivable_id", "id", "debtor_id", "reason", "category", "owner")),
        *map(_text, ("currency", "placed_on", "ends_on")),
        *(_text(name, null=True) for name in ("until_on", "ask_again_on")),
        _text("outcome"),
        _amount("amount_minor", null=True),
        *map(_amount, ("promised_minor", "settled_minor")),
        *_keyed("stops", "tenant", "receivable_id", "id"),
        sqlite_with_rowid=False,
    )


def _make_proposed() -> None:
    op.create_table(
        "proposed",
        *map(_text, ("tenant", "proposal_id")),
        _number("place"),
        *map(_text, ("act_id", "kind", "subject", "debtor_id", "step")),
        _number("level"),
        *map(_text, ("channel", "notice_id", "actor")),
        sa.Column("needs_approval", sa.Boolean, nullable=False),
        sa.Column("legal_effect", sa.Boolean, nullable=False),
        _text("currency"),
        _amount("minor"),
        *_keyed("proposed", "tenant", "proposal_id", "place"),
        sqlite_with_rowid=False,
    )
