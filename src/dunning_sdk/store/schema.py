"""The tables of a store, for SQLAlchemy Core.

The module decides how rows are laid out: the tenant leads every key; days, instants and JSON are
texts, so that what was hashed is kept byte for byte and every database sorts it alike. The
migrations make these tables; a test compares the two.
"""

from typing import Final

from sqlalchemy import Boolean, Column, Index, LargeBinary

from dunning_sdk.store import schema_portfolio as schema_portfolio
from dunning_sdk.store.column import metadata as metadata
from dunning_sdk.store.column import number, table, text
from dunning_sdk.store.schema_reading import derived_questions as derived_questions
from dunning_sdk.store.schema_reading import proposed as proposed
from dunning_sdk.store.schema_reading import standings as standings
from dunning_sdk.store.schema_reading import stops as stops
from dunning_sdk.store.schema_reading import waits as waits

HEAD: Final = "0007"
VERSION_TABLE: Final = "dunning_schema_version"

tenants: Final = table(
    "tenants", text("tenant"), text("derivation"), text("created_at"), key=("tenant",)
)
keys: Final = table(
    "keys",
    text("tenant"),
    text("owner"),
    number("generation"),
    Column("wrapped", LargeBinary, nullable=True),
    key=("tenant", "owner", "generation"),
)
streams: Final = table(
    "streams",
    text("tenant"),
    text("kind"),
    text("id"),
    number("seq"),
    text("digest"),
    key=("tenant", "kind", "id"),
)
events: Final = table(
    "events",
    text("tenant"),
    text("kind"),
    text("id"),
    number("seq"),
    text("type"),
    text("on"),
    text("recorded_at"),
    text("header"),
    text("owner"),
    number("generation"),
    text("commitment"),
    Column("sealed", LargeBinary, nullable=False),
    text("digest"),
    key=("tenant", "kind", "id", "seq"),
    parent=(("tenant", "kind", "id"), "streams"),
)
records: Final = table(
    "records",
    text("tenant"),
    text("kind"),
    text("id"),
    text("owner"),
    number("generation"),
    Column("sealed", LargeBinary, nullable=False),
    key=("tenant", "kind", "id"),
    parent=(("tenant", "owner", "generation"), "keys"),
)
blobs: Final = table(
    "blobs",
    text("tenant"),
    text("digest"),
    text("owner"),
    number("generation"),
    Column("sealed", LargeBinary, nullable=False),
    key=("tenant", "digest", "owner"),
    parent=(("tenant", "owner", "generation"), "keys"),
    rowid=True,
)
receivables: Final = table(
    "receivables",
    text("tenant"),
    text("id"),
    text("debtor_id"),
    text("review_on", null=True),
    text("state"),
    key=("tenant", "id"),
)
books: Final = table(
    "books", text("tenant"), text("digest"), text("files"), key=("tenant", "digest"), rowid=True
)
proposals: Final = table(
    "proposals",
    text("tenant"),
    text("id"),
    text("as_of"),
    text("content"),
    text("approved"),
    Column("executed", Boolean, nullable=False),
    number("place"),
    key=("tenant", "id"),
    rowid=True,
)
acts: Final = table(
    "acts",
    text("tenant"),
    text("act_id"),
    text("notice_id"),
    text("receivable_id"),
    text("proposal_id"),
    text("book_hash"),
    text("on"),
    text("state"),
    text("reason"),
    text("reference"),
    text("detail"),
    text("moved_at"),
    key=("tenant", "act_id"),
)
reviews: Final = table(
    "reviews",
    text("tenant"),
    text("id"),
    text("kind"),
    text("subject"),
    text("opened_on"),
    text("ask_on", null=True),
    text("detail"),
    text("closed_on", null=True),
    text("answer"),
    key=("tenant", "id"),
)
settings: Final = table(
    "settings", text("tenant"), text("key"), text("value"), key=("tenant", "key")
)
deliveries: Final = table(
    "deliveries",
    text("tenant"),
    text("notice_id"),
    text("proposal_id"),
    text("on"),
    text("channel"),
    text("not_before"),
    number("tries"),
    text("holder"),
    text("lease_until"),
    key=("tenant", "notice_id"),
)
gates: Final = table(
    "gates",
    text("tenant"),
    text("channel"),
    text("next_at"),
    number("failures"),
    text("resting_until"),
    key=("tenant", "channel"),
)
cursors: Final = table(
    "cursors",
    text("tenant"),
    text("follower"),
    text("kind"),
    text("id"),
    number("seq"),
    number("tries"),
    text("not_before"),
    Column("is_dead", Boolean, nullable=False),
    text("problem"),
    key=("tenant", "follower", "kind", "id"),
)
answers: Final = table(
    "answers",
    text("tenant"),
    text("key"),
    text("request"),
    text("begun_at"),
    number("status"),
    number("generation"),
    Column("sealed", LargeBinary, nullable=False),
    key=("tenant", "key"),
    rowid=True,
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
Index("ix_answers_begun_at", answers.c.tenant, answers.c.begun_at)
Index("ix_deliveries_holder", deliveries.c.tenant, deliveries.c.holder)
Index("ix_reviews_open", reviews.c.tenant, reviews.c.closed_on, reviews.c.kind, reviews.c.opened_on)
Index("ix_reviews_subject", reviews.c.tenant, reviews.c.subject)
