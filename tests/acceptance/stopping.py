"""Receivables of two debtors, what is told about them, and all that a store holds of it."""

from datetime import date
from pathlib import Path

from dunning_sdk.domain.money import Money
from dunning_sdk.engine.engine import Engine
from dunning_sdk.installation.config import load_config
from dunning_sdk.records.entry import Record
from dunning_sdk.store.opening import open_store
from tests.plugins.installation import CONFIG

STREAMS = (
    "receivable", "financing", "credit-line", "debtor", "quote", "recovery", "tenant",
    "credit-hold", "payment",
)  # fmt: skip
TOLD_ON = date(2026, 3, 12)  # four days after the due date
INVOICES = """number,issued,due,amount,debtor,name,email
F-1,2026-02-01,2026-03-08,1200.00,D-1,Boulangerie Martin SARL,compta@martin.example
F-2,2026-02-01,2026-03-08,300.00,D-1,Boulangerie Martin SARL,compta@martin.example
F-3,2026-02-01,2026-03-08,500.00,D-2,Garage Leroux SARL,compta@leroux.example
"""
PROCEDURE = """id: procedure.{name}
kind: procedure
title: A reminder every third day
options: {{resume_days: 4, promise_days_max: 20, promise_count_max: 2{more}}}
steps:
  - id: chase
    level: 1
    offset: 1
    repeat_every_days: 3
    channel: email
    template: friendly-reminder
source: House rule
"""
THEN = "chaser: creditor, collects: creditor, debtor_told: false, letterhead: creditor"
MANDATE = """id: mandate.own
kind: mandate
title: Who broke two promises is chased by another procedure
inputs: [promise.broken_count]
hit_policy: first
rows:
  - when: {promise.broken_count: ">= 2"}
    then: {THEN, procedure: procedure.firm}
otherwise: {THEN, procedure: procedure.gentle}
source: House rule
"""
BOOK = 'id: stops\nversion: "1"\ntitle: For stops\nextends: safeguards\nsource: House rule\n'


def eur(text):
    """Return an amount in euros."""
    return Money.from_major(text, "EUR")


def day(text):
    """Return a day of March to December 2026, written ``03-12``."""
    return date.fromisoformat(f"2026-{text}")


class Chase:
    """One installation; each method is one thing that happens."""

    def __init__(self, folder: Path, options: str = ""):
        book = folder / "stops"
        book.mkdir(parents=True)
        (book / "book.yaml").write_text(BOOK, encoding="utf-8")
        (book / "mandate.own.yaml").write_text(MANDATE.replace("THEN", THEN), encoding="utf-8")
        for name in ("gentle", "firm"):
            text = PROCEDURE.format(name=name, more=options)
            (book / f"procedure.{name}.yaml").write_text(text, encoding="utf-8")
        text = CONFIG.format(store="memory://").replace('"friendly"', '"stops"')
        (folder / "dunning.toml").write_text(text, encoding="utf-8")
        (folder / "invoices.csv").write_text(INVOICES, encoding="utf-8")
        config = load_config(folder / "dunning.toml")
        store = open_store(config.store_url, tenant=config.tenant, secret="no secret here")
        self.engine = Engine(config, store)
        self.engine.pull(as_of=date(2026, 2, 9))

    def tell(self, kind, subject="F-1", on=TOLD_ON, **values):
        """Record one thing and return what was said."""
        return self.engine.record(Record(kind=kind, on=on, subject=subject, values=values))

    def stop(self, index=-1, subject="F-1"):
        """Return a stop of a receivable, the last one if not told otherwise."""
        return self.receivable(subject).stops[index]

    def receivable(self, subject="F-1"):
        """Return a receivable as it stands."""
        with self.engine.store.begin() as session:
            return session.receivable(subject).receivable

    def decided(self, on, subject="F-1"):
        """Return outcome, first reason and amount decided on a day."""
        decision = self.engine.decide(subject, as_of=on).decision
        return decision.outcome.value, decision.reasons[0], decision.amount

    def waits(self, on):
        """Return kind and subject of what waits for a person."""
        return [(item.kind, item.subject) for item in self.engine.review(as_of=on)]

    def runs(self, since, until):
        """Run each day and return the day and receivable of every act done."""
        acted = []
        for ordinal in range(since.toordinal(), until.toordinal() + 1):
            on = date.fromordinal(ordinal)
            proposal, _ = self.engine.run(as_of=on)
            acted += [(on, act.receivable_id) for act in proposal.acts]
        return acted


def all_there_is(engine):
    """Return everything a store holds that a record could change."""
    with engine.store.begin() as session:
        streams = {kind: dict(session.events_of(kind)) for kind in STREAMS}
        reviews = session.reviews(open_only=False)
        return streams, session.receivables(), reviews, session.acts(), session.deliveries()
