"""The tables that lists and sums are read from; `schema` has all others.

The module decides their columns and what is indexed. No name of a person is in them.
"""

from typing import Final

from sqlalchemy import Boolean, Column, Index

from dunning_sdk.store.column import amount, number, table, text

standings: Final = table(
    "standings",
    text("tenant"),
    text("id"),
    text("invoice_number"),
    text("debtor_id"),
    text("payee"),
    text("currency"),
    amount("amount_minor"),
    amount("open_minor"),
    text("issued_on"),
    text("due_on"),
    text("expected_on"),
    text("settled_on", null=True),
    number("level"),
    text("step"),
    text("noticed_on", null=True),
    key=("tenant", "id"),
)
stops: Final = table(
    "stops",
    text("tenant"),
    text("receivable_id"),
    text("id"),
    text("debtor_id"),
    text("reason"),
    text("category"),
    text("owner"),
    text("currency"),
    text("placed_on"),
    text("ends_on"),
    text("until_on", null=True),
    text("ask_again_on", null=True),
    text("outcome"),
    amount("amount_minor", null=True),
    amount("promised_minor"),
    amount("settled_minor"),
    key=("tenant", "receivable_id", "id"),
)
proposed: Final = table(
    "proposed",
    text("tenant"),
    text("proposal_id"),
    number("place"),
    text("act_id"),
    text("kind"),
    text("subject"),
    text("debtor_id"),
    text("step"),
    number("level"),
    text("channel"),
    text("notice_id"),
    text("actor"),
    Column("needs_approval", Boolean, nullable=False),
    Column("legal_effect", Boolean, nullable=False),
    text("currency"),
    amount("minor"),
    key=("tenant", "proposal_id", "place"),
)
waits: Final = table(
    "waits",
    text("tenant"),
    text("person"),
    text("debtor_id"),
    text("entry"),
    number("seq"),
    text("since_on"),
    text("by_on"),
    key=("tenant", "person", "debtor_id", "entry"),
)
derived_questions: Final = table(
    "derived_questions",
    text("tenant"),
    text("id"),
    text("kind"),
    text("subject"),
    text("opened_on"),
    text("ask_on", null=True),
    text("currency"),
    amount("minor"),
    key=("tenant", "id"),
)
# Each of these holds all that one kind of list or sum reads, so that no row is looked up besides.
_OWED: Final = (standings.c.currency, standings.c.open_minor)
Index(
    "ix_standings_due_on",
    standings.c.tenant,
    standings.c.settled_on,
    standings.c.due_on,
    standings.c.id,
    *_OWED,
)
Index(
    "ix_standings_expected_on",
    standings.c.tenant,
    standings.c.settled_on,
    standings.c.expected_on,
    *_OWED,
)
Index(
    "ix_standings_owing",
    standings.c.tenant,
    standings.c.settled_on,
    standings.c.debtor_id,
    standings.c.currency,
    standings.c.due_on,
    standings.c.open_minor,
)
Index("ix_standings_every", standings.c.tenant, standings.c.due_on, standings.c.id)
Index("ix_standings_debtor_id", standings.c.tenant, standings.c.debtor_id, standings.c.due_on)
Index("ix_standings_invoice_number", standings.c.tenant, standings.c.invoice_number)
Index(
    "ix_standings_issued_on",
    standings.c.tenant,
    standings.c.issued_on,
    standings.c.currency,
    standings.c.amount_minor,
)
Index("ix_stops_ends_on", stops.c.tenant, stops.c.reason, stops.c.ends_on)
Index("ix_waits_debtor_id", waits.c.tenant, waits.c.debtor_id)
Index(
    "ix_derived_questions_opened_on",
    derived_questions.c.tenant,
    derived_questions.c.opened_on,
    derived_questions.c.id,
)
Index("ix_derived_questions_subject", derived_questions.c.tenant, derived_questions.c.subject)
