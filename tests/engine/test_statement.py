"""The statement of account: its figures, and the same figures on what a debtor downloads."""

import csv
import io
import re
import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from typer.testing import CliRunner

from dunning_sdk import Money
from dunning_sdk.cli.main import app
from dunning_sdk.domain.event import CHARGE_ASSESSED, CREDITED, PAYMENT_ALLOCATED
from dunning_sdk.errors import ConfigError, DomainError, RecordNotFoundError
from dunning_sdk.evidence import statement, statement_page
from dunning_sdk.notices.templates import load_shipped
from dunning_sdk.records.entry import event_of
from dunning_sdk.records.keeping import note_change
from tests.acceptance.program import dunning_here
from tests.portal.installation import AS_OF, ROWS, a_portal
from tests.toml import FINANCIER

_AMOUNT = re.compile(r"-?€[\d,]+\.\d\d")


@pytest.fixture
def engine(tmp_path):
    with a_portal(tmp_path) as found:
        yield found


def text_of(file):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(file.content)).pages)


def minors(text):
    """Return the English amounts of a text in cents, in the order they stand there."""
    found = (one.replace("€", "").replace(",", "") for one in _AMOUNT.findall(text))
    return [int(Decimal(one) * 100) for one in found]


def happens(engine, *events):
    with engine.store.begin() as session:
        note_change(session, [event_of(*event) for event in events])


def account(engine, **over):
    (found,) = engine.statement("D-1", as_of=AS_OF, **over).accounts
    return found


def test_each_movement_stands_on_its_day_with_the_balance_after_it(engine):
    found = account(engine)

    assert [(str(one.on), one.kind, one.number, one.minor) for one in found.movements] == [
        ("2026-01-10", "invoice", "F-1003", 90_00),
        ("2026-02-01", "invoice", "F-1001", 1200_00),
        ("2026-02-09", "payment", "F-1003", -90_00),
        ("2026-03-01", "invoice", "F-1002", 360_00),
    ]
    assert [one.balance_minor for one in found.movements] == [90_00, 1290_00, 1200_00, 1560_00]
    assert (found.aged_minor, found.total) == ((360_00, 1200_00, 0, 0, 0), Money(1560_00, "EUR"))
    (way,) = found.ways
    assert (way.amount, way.reference, way.assignee) == (found.total, "F-1001 F-1002", "")


def test_what_came_before_the_first_day_is_brought_forward(engine, monkeypatch):
    late = account(engine, begin=date(2026, 3, 1))
    monkeypatch.setattr(statement, "MOVEMENTS_MAX", 1)

    assert (late.brought_forward_minor, len(late.movements)) == (1200_00, 1)
    assert account(engine) == late
    assert "Brought forward €1,200.00" in text_of(
        engine.statement_pdf("D-1", as_of=AS_OF, language="en")
    )


def test_a_credit_note_has_its_own_number_and_charges_their_own_line(engine):
    happens(
        engine,
        ("F-1001", CREDITED, AS_OF, {"amount_minor": 200_00, "credit_note": "A-7"}),
        ("F-1001", CHARGE_ASSESSED, AS_OF, {"charge": "compensation", "amount_minor": 40_00}),
    )
    found = account(engine)
    text = text_of(engine.statement_pdf("D-1", as_of=AS_OF, language="en"))

    assert {(one.kind, one.number, one.minor) for one in found.movements[-2:]} == {
        ("credit-note", "A-7", -200_00),
        ("compensation", "F-1001", 40_00),
    }
    assert (found.charges_minor, found.total) == (40_00, Money(1400_00, "EUR"))
    assert "Charges €40.00" in text


def test_references_too_long_for_a_transfer_give_way_to_the_debtor_s_number(tmp_path):
    rows = ROWS.splitlines()[0] + "\n"
    rows += "".join(
        f"F-{place:020},2026-02-01,2026-03-03,10.00,D-1,M,m@m.example,,fr\n" for place in range(9)
    )
    with a_portal(tmp_path, rows=rows) as engine:
        (way,) = account(engine).ways

        assert (way.reference, way.amount) == ("D-1", Money(90_00, "EUR"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("", ("Relevé de compte", "Situation au 12 mars 2026", "1 à 30 jours de retard")),
        ("de", ("Kontoauszug", "Stand: 12. März 2026", "Offener Gesamtbetrag 1.560,00 €")),
        ("en", ("Statement of account", "As of 12 March 2026", "Total open €1,560.00")),
        ("nl", ("Relevé de compte",)),
    ],
)
def test_the_page_is_in_the_debtor_s_language_or_the_one_asked_for(engine, language, said):
    text = text_of(engine.statement_pdf("D-1", as_of=AS_OF, language=language))
    text = text.replace("\u00a0", " ").replace("\u202f", " ")

    assert [one for one in said if one not in text] == []
    assert "FR76 3000 6000 0112 3456 7890 189" in text
    assert "Boulangerie Martin SARL" in text


def test_a_language_without_these_words_gives_way_to_english(engine):
    shipped = load_shipped().text("en/words.yaml")
    own = "\n".join(line for line in shipped.splitlines() if not line.startswith("statement_"))
    texts = load_shipped().overlay({"it/words.yaml": own, "fr/words.yaml": own})
    engine.wiring.__dict__["_templates"] = texts

    assert "Statement of account" in text_of(
        engine.statement_pdf("D-1", as_of=AS_OF, language="it")
    )


def test_each_currency_has_an_account_of_its_own_and_nothing_has_none(engine):
    found, composer = engine.statement("D-1", as_of=AS_OF), engine.wiring.composer
    english = composer.renderer.language("en")
    (euros,) = found.accounts
    (way,) = euros.ways
    dollars = replace(
        euros, currency="USD", ways=(replace(way, amount=Money(1560_00, "USD"), payee="X"),)
    )

    def said(*accounts):
        pdf = statement_page.statement_pdf(replace(found, accounts=accounts), composer, english)
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)

    both = said(euros, dollars)
    assert "Total open €1,560.00" in both
    assert "Total open $1,560.00" in both
    assert both.count("scanned with your banking app") == 1
    assert "There are no entries." in said()


@pytest.mark.parametrize("name", ["#panic()", '"); #panic("', "*b* _i_ $x$ @r", "=HYPERLINK(1)"])
def test_what_a_debtor_is_called_is_data_and_nothing_else(engine, name):
    found, composer = engine.statement("D-1", as_of=AS_OF), engine.wiring.composer
    english = composer.renderer.language("en")
    (euros,) = found.accounts
    moved = tuple(replace(one, number=name) for one in euros.movements)
    hostile = replace(
        found,
        debtor=replace(found.debtor, name=name),
        accounts=(replace(euros, movements=moved),),
    )
    pdf = statement_page.statement_pdf(hostile, composer, english)
    cells = list(csv.reader(io.StringIO(statement_page.statement_csv(hostile, english).decode())))

    pages = PdfReader(io.BytesIO(pdf)).pages
    assert " ".join(pages[0].extract_text().split()).count(name) >= 4
    assert not any(cell.startswith("=") for row in cells for cell in row)


def test_the_same_figures_give_the_same_bytes(engine):
    first, second = (engine.statement_pdf("D-1", as_of=AS_OF) for _ in range(2))

    assert first == second


def test_every_language_names_what_a_statement_names():
    for language in load_shipped().languages:
        words = load_shipped().text(f"{language}/words.yaml")
        keys = {line.partition(":")[0] for line in words.splitlines()}
        english = load_shipped().text("en/words.yaml").splitlines()

        assert keys >= {line.partition(":")[0] for line in english if "statement_" in line}


LIFE = st.lists(
    st.tuples(
        st.integers(1, 500_000),
        st.integers(-30, 130),
        st.lists(st.tuples(st.sampled_from(("pay", "credit", "charge")), st.integers(1, 300_000))),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=12, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(LIFE)
def test_the_amounts_on_the_page_sum_to_what_is_open(life):
    rows = ROWS.splitlines()[0] + "\n"
    for place, (minor, late, _) in enumerate(life):
        due = AS_OF - timedelta(days=late)
        amount = Decimal(minor) / 100
        rows += f"F-{place},{due - timedelta(days=30)},{due},{amount:.2f},D-1,M,m@m.example,,fr\n"
    kinds = {
        "pay": (PAYMENT_ALLOCATED, {"payment": "P"}),
        "credit": (CREDITED, {"credit_note": "A"}),
        "charge": (CHARGE_ASSESSED, {"charge": "interest", "act": "a"}),
    }
    with TemporaryDirectory() as folder, a_portal(Path(folder), rows=rows) as engine:
        for place, (_, _, told) in enumerate(life):
            for what, minor in told:
                type, header = kinds[what]
                happens(engine, (f"F-{place}", type, AS_OF, {**header, "amount_minor": minor}))
        with engine.store.reading() as session:
            states = [row.receivable for row in session.receivables(debtor_id="D-1")]
        found = account(engine)
        file = engine.statement_csv("D-1", as_of=AS_OF).content.decode("utf-8-sig")
        text = text_of(engine.statement_pdf("D-1", as_of=AS_OF, language="en"))

    shown, summed = text.split("What is open, by age")
    summed = summed.split("How to pay")[0]
    amounts, ages = minors(shown), minors(summed)
    open_minor = sum(one.open_amount.minor + one.charges_open.minor for one in states)
    listed = list(csv.DictReader(io.StringIO(file)))
    assert sum(amounts[::2]) == amounts[-1] == ages[-1] == sum(ages[:-1]) == found.total.minor
    assert sum(Decimal(row["Montant"]) for row in listed) * 100 == found.total.minor
    assert found.total.minor == open_minor + found.unallocated_minor
    assert found.unallocated_minor <= 0


def test_a_statement_that_would_name_the_assignee_does_not_leave(tmp_path):
    rows = ROWS.replace("Boulangerie Martin SARL", FINANCIER["name"])
    with a_portal(tmp_path, rows=rows, contract_kind="confidential") as engine:
        for made in (engine.statement_pdf, engine.statement_csv):
            with pytest.raises(DomainError, match="would name an assignee"):
                made("D-1", as_of=AS_OF)


@pytest.mark.parametrize("kind", ["full", "confidential"])
def test_the_assignment_is_mentioned_where_the_debtor_was_told_and_nowhere_else(tmp_path, kind):
    rows = ROWS.replace("lang\n", "lang,financed\n").replace(",fr\n", ",fr,yes\n")
    rows = rows.replace(",de\n", ",de,yes\n")
    over = {"contract_kind": kind, "financed_book": "friendly"}
    with a_portal(tmp_path, rows=rows, **over) as engine:
        text = text_of(engine.statement_pdf("D-1", as_of=AS_OF))

    assert (FINANCIER["name"] in text) is (kind == "full")
    assert ("a été transmise à" in text) is (kind == "full")


def test_nobody_unknown_has_a_statement_and_none_is_printed_without_the_extra(engine, monkeypatch):
    with pytest.raises(RecordNotFoundError):
        engine.statement("D-9", as_of=AS_OF)
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(ConfigError, match="letters"):
        engine.statement_pdf("D-1", as_of=AS_OF)
    assert b"F-1001" in engine.statement_csv("D-1", as_of=AS_OF).content


def test_the_program_shows_a_statement_and_writes_it(tmp_path):
    with a_portal(tmp_path, store="sqlite:///lumen.sqlite"):
        pass
    on = ("--as-of", str(AS_OF))
    dunning_here(tmp_path, "pull", *on)
    shown = dunning_here(tmp_path, "statement", "D-1", *on, "--from", "2026-03-01")
    dunning_here(tmp_path, "statement", "D-1", *on, "-o", "d1.pdf")
    dunning_here(tmp_path, "statement", "F-1003", *on, "-o", "d1.csv", "--from", "2026-01-11")
    words = ["statement", "D-1", *on, "--from", "2026-03-01", "--config", str(tmp_path)]
    printed = CliRunner().invoke(app, words, catch_exceptions=False).stdout

    assert shown["accounts"][0]["brought_forward_minor"] == 1200_00
    assert (tmp_path / "d1.pdf").read_bytes().startswith(b"%PDF-1.7")
    lines = (tmp_path / "d1.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[1] == ",Report,,,,90.00,EUR"
    assert lines[3] == "2026-02-09,Paiement,F-1003,,-90.00,1200.00,EUR"
    assert "brought-forward" in printed
    assert printed.endswith("open: 1560.00 EUR\n")
