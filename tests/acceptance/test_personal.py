"""One debtor at a time: the book `personal` by the engine, and what it says of itself."""

from datetime import date

import pytest

from dunning_sdk import Engine, Money, Record
from tests.toml import ADDRESS, COLUMNS, dunning_toml, source

HEAD = "number,issued,due,amount,debtor,name,email,country,line,code,city"
WHERE = "FR,1 rue du Port,44000,Nantes"
GOOD, BAD, QUIET, SMALL = (
    f"{debtor},{name} SARL,compta@{name.lower()}.example,{WHERE}"
    for debtor, name in (("D-1", "Aubert"), ("D-2", "Brun"), ("D-3", "Cadet"), ("D-4", "Duval"))
)
PAST = [
    f"{who}-{number},2025-1{number}-01,2025-1{number}-20,500.00,{debtor}"
    for who, debtor in (("G", GOOD), ("B", BAD))
    for number in (0, 1, 2)
]
NOW = [
    f"G-9,2026-02-10,2026-03-08,1200.00,{GOOD}",
    f"B-9,2026-02-10,2026-03-08,1200.00,{BAD}",
    f"Q-9,2026-02-10,2026-03-08,1200.00,{QUIET}",
    f"S-9,2026-02-10,2026-03-08,30.00,{SMALL}",
]


@pytest.fixture
def engine(tmp_path):
    """Return an engine on the book, with past invoices paid in time and late."""
    rows = "\n".join([HEAD, *PAST, *NOW, ""])
    (tmp_path / "invoices.csv").write_text(rows, encoding="utf-8")
    config = dunning_toml(
        source("invoices", "csv", path="invoices.csv", columns=COLUMNS | ADDRESS),
        tenant="lumen",
        operator="creditor",
        book="personal",
        language="en",
        store="memory://",
    )
    (tmp_path / "dunning.toml").write_text(config, encoding="utf-8")
    (tmp_path / "dunning.key").write_text("a secret for tests", encoding="ascii")
    with Engine.open(tmp_path) as opened:
        opened.pull(as_of=date(2026, 2, 11))
        for number in (0, 1, 2):
            told(opened, "payment", f"G-{number}", f"2025-1{number}-19")
            told(opened, "payment", f"B-{number}", f"2026-01-1{number}")
        yield opened


def told(engine, kind, subject, on, **values):
    """Record something and return what was said."""
    day = date.fromisoformat(on)
    return engine.record(Record(kind=kind, subject=subject, on=day, values=values))


def ran(engine, on):
    """Run a day and return what it did: per receivable procedure, step, template and contact."""
    told(engine, "payments-known", "all", on)
    proposal, _ = engine.run(as_of=date.fromisoformat(on))
    return {
        act.receivable_id: (
            act.procedure_id.removeprefix("procedure."),
            act.step_id,
            act.template,
            act.contact,
            act.channel,
        )
        for act in proposal.acts
    }


def test_each_debtor_is_treated_by_what_he_did(engine):
    told(engine, "contact", "D-3", "2026-02-12", role="escalation", name="Anne Roux",
         email="direction@cadet.example")  # fmt: skip

    before = ("before-due", "personal-before-due", "", "email")
    assert ran(engine, "2026-03-03") == {
        "G-9": ("gentle", *before), "B-9": ("firm", *before), "Q-9": ("gentle", *before)
    }  # fmt: skip
    assert ran(engine, "2026-03-10") == {
        "B-9": ("firm", "reminder", "personal-reminder-firm", "", "email")
    }
    assert ran(engine, "2026-03-15") == {
        "G-9": ("gentle", "reminder", "personal-reminder-gentle", "", "email"),
        "Q-9": ("gentle", "reminder", "personal-reminder", "", "email"),
        "B-9": ("firm", "reminder-again", "personal-reminder-firm", "", "letter"),
    }
    assert ran(engine, "2026-03-18")["S-9"] == (
        ("small", "reminder", "personal-reminder", "", "email")
    )
    # Nobody at D-3 answered; of D-1 a promise came.
    told(engine, "promised", "G-9", "2026-03-18", until_on=date(2026, 3, 31))
    told(engine, "payments-known", "all", "2026-03-29")
    acts = engine.propose(as_of=date(2026, 3, 29)).acts
    (notice_id,) = [act.notice_id for act in acts if act.receivable_id == "Q-9"]
    with engine.store.begin() as session:
        assert "direction@cadet.example" in str(session.record("notice", notice_id)["context"])
    assert ran(engine, "2026-03-29")["Q-9"] == (
        ("gentle", "reminder-again", "personal-reminder", "escalation", "letter")
    )

    explained = engine.explain("Q-9", as_of=date(2026, 3, 29), language="fr")
    signals = {one.name: one for one in explained.signals}
    assert signals["silent"].value is True
    assert [str(one.on) for one in signals["silent"].made_by] == [
        "2026-03-03",
        "2026-03-15",
        "2026-03-29",
    ]
    assert "donc contact : escalation" in explained.grounds


def test_who_falls_into_difficulty_goes_over_to_the_gentle_path_and_repeats_nothing(engine):
    for on in ("2026-03-03", "2026-03-10"):
        ran(engine, on)
    told(engine, "payment", "B-9", "2026-03-11", amount=Money(200_00, "EUR"))
    told(engine, "returned", "B-9", "2026-03-12", amount=Money(200_00, "EUR"))

    assert "B-9" not in ran(engine, "2026-03-15")
    assert ran(engine, "2026-03-29")["B-9"][:3] == (
        "gentle", "reminder-again", "personal-reminder-gentle"
    )  # fmt: skip
