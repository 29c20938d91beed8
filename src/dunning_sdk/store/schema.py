"""The tables of a store, for SQLAlchemy Core.

The module decides how rows are laid out: the tenant leads every key; days, instants and JSON are
texts, so that what was hashed is kept byte for byte and every database sorts it alike. The
migrations make these tables; a test compares the two.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

HEAD: Final = "0003"
VERSION_TABLE: Final = "dunning_schema_version"

metadata: Final = MetaData()


# Sorted by code points everywhere: a database's own order of words would find other neighbors.
_TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, _TEXT, nullable=null)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _table(
    name: str,
    *columns: Column[Any],
    key: Sequence[str],
    parent: tuple[Sequence[str], str] = (("tenant",), "tenants"),
    rowid: bool = False,
) -> Table:
    """Declare a table; ``rowid`` for tables whose rows are long, which a b-tree keeps badly."""
    names, other = parent
    constraints: list[PrimaryKeyConstraint | ForeignKeyConstraint] = [
        PrimaryKeyConstraint(*key, name=f"pk_{name}")
    ]
    if name != other:
        targets = [f"{other}.{column}" for column in names]
        constraints.append(ForeignKeyConstraint(names, targets, name=f"fk_{name}_{other}"))
    return Table(name, metadata, *columns, *constraints, sqlite_with_rowid=rowid)


tenants: Final = _table(
    "tenants", _text("tenant"), _text("derivation"), _text("created_at"), key=("tenant",)
)
keys: Final = _table(
    "keys",
    _text("tenant"),
    _text("owner"),
    _number("generation"),
    Column("wrapped", LargeBinary, nullable=True),
    key=("tenant", "owner", "generation"),
)
streams: Final = _table(
    "streams",
    _text("tenant"),
    _text("kind"),
    _text("id"),
    _number("seq"),
    _text("digest"),
    key=("tenant", "kind", "id"),
)
events: Final = _table(
    "events",
    _text("tenant"),
    _text("kind"),
    _text("id"),
    _number("seq"),
    _text("type"),
    _text("on"),
    _text("recorded_at"),
    _text("header"),
    _text("owner"),
    _number("generation"),
    _text("commitment"),
    Column("sealed", LargeBinary, nullable=False),
    _text("digest"),
    key=("tenant", "kind", "id", "seq"),
    parent=(("tenant", "kind", "id"), "streams"),
)
records: Final = _table(
    "records",
    _text("tenant"),
    _text("kind"),
    _text("id"),
    _text("owner"),
    _number("generation"),
    Column("sealed", LargeBinary, nullable=False),
    key=("tenant", "kind", "id"),
    parent=(("tenant", "owner", "generation"), "keys"),
)
blobs: Final = _table(
    "blobs",
    _text("tenant"),
    _text("digest"),
    _text("owner"),
    _number("generation"),
    Column("sealed", LargeBinary, nullable=False),
    key=("tenant", "digest", "owner"),
    parent=(("tenant", "owner", "generation"), "keys"),
    rowid=True,
)
receivables: Final = _table(
    "receivables",
    _text("tenant"),
    _text("id"),
    _text("debtor_id"),
    _text("review_on", null=True),
    _text("state"),
    key=("tenant", "id"),
)
books: Final = _table(
    "books", _text("tenant"), _text("digest"), _text("files"), key=("tenant", "digest"), rowid=True
)
proposals: Final = _table(
    "proposals",
    _text("tenant"),
    _text("id"),
    _text("as_of"),
    _text("content"),
    _text("approved"),
    Column("executed", Boolean, nullable=False),
    _number("place"),
    key=("tenant", "id"),
    rowid=True,
)
acts: Final = _table(
    "acts",
    _text("tenant"),
    _text("act_id"),
    _text("notice_id"),
    _text("receivable_id"),
    _text("proposal_id"),
    _text("book_hash"),
    _text("on"),
    _text("state"),
    _text("reason"),
    _text("reference"),
    _text("detail"),
    _text("moved_at"),
    key=("tenant", "act_id"),
)
reviews: Final = _table(
    "reviews",
    _text("tenant"),
    _text("id"),
    _text("kind"),
    _text("subject"),
    _text("opened_on"),
    _text("ask_on", null=True),
    _text("detail"),
    _text("closed_on", null=True),
    _text("answer"),
    key=("tenant", "id"),
)
settings: Final = _table(
    "settings", _text("tenant"), _text("key"), _text("value"), key=("tenant", "key")
)
deliveries: Final = _table(
    "deliveries",
    _text("tenant"),
    _text("notice_id"),
    _text("proposal_id"),
    _text("on"),
    _text("channel"),
    _text("not_before"),
    _number("tries"),
    _text("holder"),
    _text("lease_until"),
    key=("tenant", "notice_id"),
)
gates: Final = _table(
    "gates",
    _text("tenant"),
    _text("channel"),
    _text("next_at"),
    _number("failures"),
    _text("resting_until"),
    key=("tenant", "channel"),
)
cursors: Final = _table(
    "cursors",
    _text("tenant"),
    _text("follower"),
    _text("kind"),
    _text("id"),
    _number("seq"),
    _number("tries"),
    _text("not_before"),
    Column("is_dead", Boolean, nullable=False),
    _text("problem"),
    key=("tenant", "follower", "kind", "id"),
)

Index("ix_receivables_review_on", receivables.c.tenant, receivables.c.review_on)
Index("ix_receivables_debtor_id", receivables.c.tenant, receivables.c.debtor_id)
Index("ix_records_owner", records.c.tenant, records.c.owner)
Index("ix_blobs_owner", blobs.c.tenant, blobs.c.owner)
Index("ix_acts_state", acts.c.tenant, acts.c.state, acts.c.on)
Index("ix_acts_on", acts.c.tenant, acts.c.on)
Index("ix_proposals_place", proposals.c.tenant, proposals.c.place)
Index(
    "ix_deliveries_due",
    deliveries.c.tenant,
    deliveries.c.on,
    deliveries.c.not_before,
    deliveries.c.notice_id,
)
Index("ix_deliveries_holder", deliveries.c.tenant, deliveries.c.holder)
