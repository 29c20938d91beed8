"""Make every table of the first release.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, parents first."""
    _make_keys_and_streams()
    _make_sealed()
    _make_projections()
    _make_outbox()
    _make_indexes()


def downgrade() -> None:
    """Refuse: a log that is never changed is not taken back either."""
    raise NotImplementedError("Restore the backup made before the upgrade")


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=null)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _sealed() -> sa.Column[bytes]:
    return sa.Column("sealed", sa.LargeBinary, nullable=False)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _refers(table: str, other: str, *columns: str) -> sa.ForeignKeyConstraint:
    targets = [f"{other}.{column}" for column in columns]
    return sa.ForeignKeyConstraint(columns, targets, name=f"fk_{table}_{other}")


def _make_keys_and_streams() -> None:
    op.create_table(
        "tenants",
        _text("tenant"),
        _text("derivation"),
        _text("created_at"),
        _key("tenants", "tenant"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "keys",
        _text("tenant"),
        _text("owner"),
        _number("generation"),
        sa.Column("wrapped", sa.LargeBinary, nullable=True),
        _key("keys", "tenant", "owner", "generation"),
        _refers("keys", "tenants", "tenant"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "streams",
        _text("tenant"),
        _text("kind"),
        _text("id"),
        _number("seq"),
        _text("digest"),
        _key("streams", "tenant", "kind", "id"),
        _refers("streams", "tenants", "tenant"),
        sqlite_with_rowid=False,
    )


def _make_sealed() -> None:
    op.create_table(
        "events",
        *map(_text, ("tenant", "kind", "id")),
        _number("seq"),
        *map(_text, ("type", "on", "recorded_at", "header", "owner")),
        _number("generation"),
        _text("commitment"),
        _sealed(),
        _text("digest"),
        _key("events", "tenant", "kind", "id", "seq"),
        _refers("events", "streams", "tenant", "kind", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "records",
        _text("tenant"),
        _text("kind"),
        _text("id"),
        _text("owner"),
        _number("generation"),
        _sealed(),
        _key("records", "tenant", "kind", "id"),
        _refers("records", "keys", "tenant", "owner", "generation"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "blobs",
        _text("tenant"),
        _text("digest"),
        _text("owner"),
        _number("generation"),
        _sealed(),
        _key("blobs", "tenant", "digest", "owner"),
        _refers("blobs", "keys", "tenant", "owner", "generation"),
    )


def _make_projections() -> None:
    op.create_table(
        "receivables",
        _text("tenant"),
        _text("id"),
        _text("debtor_id"),
        _text("review_on", null=True),
        _text("state"),
        _key("receivables", "tenant", "id"),
        _refers("receivables", "tenants", "tenant"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "books",
        _text("tenant"),
        _text("digest"),
        _text("files"),
        _key("books", "tenant", "digest"),
        _refers("books", "tenants", "tenant"),
    )
    op.create_table(
        "settings",
        _text("tenant"),
        _text("key"),
        _text("value"),
        _key("settings", "tenant", "key"),
        _refers("settings", "tenants", "tenant"),
        sqlite_with_rowid=False,
    )


def _make_outbox() -> None:
    op.create_table(
        "proposals",
        _text("tenant"),
        _text("id"),
        _text("as_of"),
        _text("content"),
        _text("approved"),
        sa.Column("executed", sa.Boolean, nullable=False),
        _number("place"),
        _key("proposals", "tenant", "id"),
        _refers("proposals", "tenants", "tenant"),
    )
    op.create_table(
        "acts",
        *map(_text, ("tenant", "act_id", "notice_id", "receivable_id", "proposal_id")),
        *map(_text, ("book_hash", "on", "state", "reason", "reference", "detail", "moved_at")),
        _key("acts", "tenant", "act_id"),
        _refers("acts", "tenants", "tenant"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reviews",
        *map(_text, ("tenant", "id", "kind", "subject", "opened_on")),
        _text("ask_on", null=True),
        _text("detail"),
        _text("closed_on", null=True),
        _text("answer"),
        _key("reviews", "tenant", "id"),
        _refers("reviews", "tenants", "tenant"),
        sqlite_with_rowid=False,
    )


def _make_indexes() -> None:
    op.create_index("ix_receivables_review_on", "receivables", ["tenant", "review_on"])
    op.create_index("ix_receivables_debtor_id", "receivables", ["tenant", "debtor_id"])
    op.create_index("ix_records_owner", "records", ["tenant", "owner"])
    op.create_index("ix_blobs_owner", "blobs", ["tenant", "owner"])
    op.create_index("ix_acts_state", "acts", ["tenant", "state", "on"])
    op.create_index("ix_acts_on", "acts", ["tenant", "on"])
    op.create_index("ix_proposals_place", "proposals", ["tenant", "place"])
