"""A small office for the console: an engine of today with invoices, stops, questions and a thread.

Days are counted from the tenant's own, since pages decide for that day.
"""

from datetime import timedelta

from dunning_sdk.connectors.interface import Batch, SourcedInvoice
from dunning_sdk.domain.money import Money
from dunning_sdk.money.intake import PullReport, take_invoices
from dunning_sdk.records.entry import Record
from dunning_sdk.store.interface import ReviewItem
from tests.build import a_debtor, an_invoice
from tests.engine.installation import an_engine

HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script>"
DEBTORS = {"D1": "Dupont & Fils", "D2": HOSTILE, "D3": "Garage Leroux"}
DUE = {
    "F-1": ("D1", -20),
    "F-2": ("D1", -3),
    "F-3": ("D2", -45),
    "F-4": ("D2", 5),
    "F-5": ("D3", 0),
}


STRICT = {
    "book.yaml": """
id: strict
version: "1.0"
title: A person approves every notice
extends: safeguards
source: House rule
""",
    "mandate.all.yaml": """
id: mandate.all
kind: mandate
title: The creditor chases
inputs: [receivable.kind]
otherwise: {chaser: creditor, collects: creditor, debtor_told: false, letterhead: creditor,
  procedure: procedure.strict}
source: House rule
""",
    "procedure.strict.yaml": """
id: procedure.strict
kind: procedure
title: One notice, approved
steps:
  - {id: overdue-first, level: 1, offset: 1, channel: email, template: overdue-first,
     needs_approval: true}
source: House rule
""",
}
"""A book whose every act waits for a person."""


def strict(folder):
    """Return an office where every notice needs an approval."""
    (folder / "strict").mkdir()
    for name, text in STRICT.items():
        (folder / "strict" / name).write_text(text, encoding="utf-8")
    return an_office(folder, book="strict")


def an_office(folder, *, book="friendly", **more):
    """Return an engine with five invoices of three debtors."""
    engine = an_engine(folder, operator="creditor", book=book, **more)
    today = engine.config.today()
    for number, (debtor, due) in DUE.items():
        invoice = an_invoice(
            number=number,
            issued_on=today + timedelta(days=due - 30),
            due_on=today + timedelta(days=due),
            debtor=a_debtor(id=debtor, name=DEBTORS[debtor]),
        )
        batch = Batch(records=(SourcedInvoice(invoice=invoice, origin="test"),))
        with engine.store.begin() as session:
            take_invoices(
                batch,
                engine.config,
                session=session,
                as_of=today + timedelta(days=due - 29),
                report=PullReport(),
            )
    tell(engine, "payments-known", "bank")
    return engine


def tell(engine, kind, subject, **values):
    """Record something today."""
    on = engine.config.today()
    return engine.record(Record(kind=kind, on=on, subject=subject, values=values))


def busy(engine):
    """Fill the day with one of every matter that waits for a person."""
    today = engine.config.today()
    tell(engine, "promised", "C1/F-1", until_on=today + timedelta(days=2))
    tell(engine, "disputed", "C1/F-3", category="quality", ask_again_on=today + timedelta(days=9))
    tell(engine, "comment", "D1", text="@anna please call", by="Jeanne")
    tell(engine, "reply", "D3", text="We pay on Friday.", who="M. Leroux")
    tell(engine, "credit-line", "D1", limit=Money(10_000_00, "EUR"))
    tell(engine, "limit-asked", "D1", limit=Money(20_000_00, "EUR"), owner="Jeanne")
    with engine.store.begin() as session:
        for kind, subject, detail in (
            ("call", "C1/F-2", {"act": "a1", "step": "call"}),
            ("letter-to-post", "C1/F-2", {"act": "a2", "step": "formal-notice"}),
            ("host-asks", "C1/F-2", {"note": HOSTILE}),
        ):
            session.put_review(
                ReviewItem(
                    id=f"{kind}:1", kind=kind, subject=subject, opened_on=today, detail=detail
                )
            )
    return engine
