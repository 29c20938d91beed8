"""The acceptance story of the first landing, through the installed command."""

import shutil
from datetime import date
from decimal import Decimal

import pytest

from dunning_sdk.connectors.einvoice_files import EInvoiceSource
from tests.acceptance.program import dunning, dunning_here, dunning_json
from tests.acceptance.story import DEBTOR, DRAFT, DUE_ON, ISSUED_ON, day, finance, install
from tests.schematron import broken_rules, schema_accepts

CALENDAR = {
    -7: "before-due",
    0: "due-today",
    4: "overdue-first",
    8: "overdue-second",
    20: "formal-notice",
    30: "placement",
}


@pytest.fixture(scope="module")
def financier_side(tmp_path_factory):
    """Return an installation of the financier, its draft split and issued."""
    folder = install(tmp_path_factory.mktemp("story") / "financier side", operator="financier")
    return folder, finance(folder)


@pytest.fixture
def financed(financier_side, tmp_path):
    """Return a copy of the financier's installation, with its document numbers."""
    folder, numbers = financier_side
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    return copy, numbers


def test_a_draft_is_refused_without_a_signed_quote(tmp_path):
    folder = install(tmp_path / "side", operator="financier")
    dunning_here(
        folder,
        "record",
        "credit-line",
        DEBTOR,
        "limit=15000.00",
        "available=8000.00",
        "--on",
        ISSUED_ON,
    )
    dunning_here(folder, "pull", "--as-of", ISSUED_ON)

    proposal = dunning_here(folder, "propose", "--as-of", ISSUED_ON)

    financing = proposal["financing"][0]
    assert (financing["outcome"], financing["financed"]) == ("refused", None)
    assert "quote-not-signed" in financing["reasons"]


def test_the_parts_are_sound_documents_that_add_up_to_the_cent(financier_side):
    folder, numbers = financier_side
    batch = EInvoiceSource(path=folder / "out" / "invoices", pattern="*.pdf").fetch()
    parts = {sourced.invoice.number: sourced.invoice for sourced in batch.records}
    financed, rest = parts[numbers["financier"]], parts[numbers["creditor"]]

    assert batch.problems == ()
    assert financed.amount_due.minor == 8000_00
    assert rest.amount_due.minor == 4000_00
    assert financed.payee is not None
    assert financed.payee.name == "Finance Prompte SAS"
    assert financed.accounts[0].iban == "FR1420041010050500013M02606"
    vat = {row.rate: 0 for row in financed.vat}
    for part in (financed, rest):
        for row in part.vat:
            vat[row.rate] += row.vat.minor
    assert vat == {Decimal("0.20"): 1300_00, Decimal("0.10"): 381_82}
    for path in (folder / "out" / "invoices").glob("*.xml"):
        assert schema_accepts(path.read_bytes())
        assert broken_rules(path.read_bytes()) == []


def test_the_debtor_is_asked_to_confirm(financier_side):
    folder, numbers = financier_side
    mails = [path.read_text() for path in (folder / "out" / "mail").glob("*.eml")]

    assert sum(numbers["financier"] in mail for mail in mails) == 1
    assert "confirmed" in dunning(folder, "record", "confirmed", DRAFT, "--on", ISSUED_ON).out


def run_on(folder, offset):
    """Run one day and return its proposal; two of the days as a process of its own."""
    command = dunning_json if offset in (-7, 20) else dunning_here
    return command(folder, "run", "--as-of", day(offset))["proposal"]


def run_daily(folder, first, last, after):
    """Run every day from one offset to another, and let a person look at each proposal."""
    for offset in range(first, last + 1):
        after(offset, run_on(folder, offset))


def events_of(folder, receivable, as_of):
    """Return the done steps of a receivable by offset from the due date."""
    found = dunning_here(folder, "explain", receivable, "--as-of", as_of)
    done = [act for act in found["acts"] if act["status"] == "done"]
    return {(date.fromisoformat(act["on"]) - DUE_ON).days: act["step_id"] for act in done}


def approve_and_post(folder, numbers):
    """Return what a person does each day: approves what waits, posts the letter."""

    def person(offset, proposal):
        if not any(act["needs_approval"] for act in proposal["acts"]):
            return
        dunning_here(folder, "approve", proposal["id"], "--by", "Jeanne")
        dunning_here(folder, "execute", proposal["id"])
        if any(act["step_id"] == "formal-notice" for act in proposal["acts"]):
            posting = ("record", "posting", numbers["financier"], "reference=RK123456789FR")
            dunning_here(folder, *posting, "--on", day(offset))

    return person


def test_the_financier_does_six_acts_on_six_dates_by_the_right_channel(financed):
    folder, numbers = financed

    run_daily(folder, -10, 35, after=approve_and_post(folder, numbers))

    assert events_of(folder, numbers["financier"], day(35)) == CALENDAR
    mails = list((folder / "out" / "mail").glob("*.eml"))
    letters = list((folder / "out" / "letters").glob("*.pdf"))
    assert (len(mails), len(letters)) == (1 + 5, 1)


def test_the_same_run_again_changes_nothing(financed):
    folder, _ = financed
    dunning_here(folder, "run", "--as-of", day(-7))
    before = sorted(path.name for path in (folder / "out" / "mail").iterdir())

    report = dunning_here(folder, "run", "--as-of", day(-7))["report"]

    assert report["sent"] == []
    assert sorted(path.name for path in (folder / "out" / "mail").iterdir()) == before


def test_a_missed_week_sends_no_due_in_seven_days_and_no_burst(financed):
    folder, numbers = financed
    dunning_here(folder, "run", "--as-of", day(-9))

    dunning_here(folder, "run", "--as-of", day(10))
    dunning_here(folder, "run", "--as-of", day(11))

    assert events_of(folder, numbers["financier"], day(11)) == {10: "overdue-second"}


def test_a_payment_stops_everything(financed):
    folder, numbers = financed
    dunning_here(folder, "run", "--as-of", day(8))
    row = f"{day(10)},8000.00,Facture {numbers['financier']}\n"
    with (folder / "payments.csv").open("a") as file:
        file.write(row)

    for offset in (10, 20, 30):
        assert dunning_here(folder, "run", "--as-of", day(offset))["report"]["waiting"] == []

    found = dunning_here(folder, "explain", numbers["financier"], "--as-of", day(30))
    assert (found["outcome"], list(found["reasons"])) == ("finished", ["paid"])


def test_a_later_due_date_starts_a_new_cycle(financed):
    folder, numbers = financed
    for offset in (-7, 0, 4):
        dunning_here(folder, "run", "--as-of", day(offset))
    dunning_here(
        folder, "record", "due-date", numbers["financier"], f"due_on={day(30)}", "--on", day(5)
    )

    dunning_here(folder, "run", "--as-of", day(8))
    dunning_here(folder, "run", "--as-of", day(23))

    found = dunning_here(folder, "explain", numbers["financier"], "--as-of", day(23))
    assert found["cycle"] == 2
    steps = {-7: "before-due", 0: "due-today", 4: "overdue-first", 23: "before-due"}
    assert events_of(folder, numbers["financier"], day(23)) == steps


def test_a_returned_direct_debit_reopens(financed):
    folder, numbers = financed
    dunning_here(folder, "run", "--as-of", day(4))
    dunning_here(folder, "record", "payment", numbers["financier"], "--on", day(5))
    assert (
        dunning_here(folder, "explain", numbers["financier"], "--as-of", day(6))["outcome"]
        == "finished"
    )

    dunning_here(folder, "record", "returned", numbers["financier"], "--on", day(9))

    dunning_here(folder, "pull", "--as-of", day(9))
    found = dunning_here(folder, "explain", numbers["financier"], "--as-of", day(9))
    assert (found["outcome"], found["cycle"], found["step_id"]) == ("due", 2, "overdue-second")


def test_the_creditor_sees_the_same_six_as_expected_acts(tmp_path):
    folder = install(tmp_path / "creditor side", operator="creditor")
    numbers = finance(folder)
    seen = {}
    for offset in range(-10, 36):
        proposal = run_on(folder, offset)
        for act in proposal["expected"]:
            if act["receivable_id"] == numbers["financier"]:
                seen[offset] = act["step_id"]
                dunning_here(folder, "record", "act", numbers["financier"], "--on", day(offset))
        assert numbers["financier"] not in {act["receivable_id"] for act in proposal["acts"]}

    assert seen == CALENDAR
    assert events_of(folder, numbers["financier"], day(35)) == CALENDAR
    own = dunning_here(folder, "explain", numbers["creditor"], "--as-of", day(35))
    assert own["book"].startswith("friendly ")
    assert any(act["status"] == "done" for act in own["acts"])
