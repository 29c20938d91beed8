"""Entries on their way to an accounting program: numbered, balanced, and the same every time."""

import csv
import io
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from dunning_sdk import Engine, Money, Record
from dunning_sdk.connectors.fec import FIELDS
from dunning_sdk.connectors.journal import JournalLine, write_journal_csv
from dunning_sdk.domain import event as events
from dunning_sdk.engine.accounting import accounts_of, close_accounts
from dunning_sdk.errors import ConfigError, DomainError, InvalidTransitionError
from dunning_sdk.records.entry import event_of
from dunning_sdk.records.keeping import note_change
from tests.acceptance.program import dunning_here
from tests.engine.company import FIRST, dunning, install

MARCH = {"begin": date(2026, 3, 1), "end": date(2026, 3, 31)}
ALL = ["invoice", "payment", "return", "credit-note", "charge", "charge-waived", "write-off"]


def happened(engine):
    """Let charges be asked for, one be waived, a credit note come and a receivable be lost."""

    def event(key, type, day, **header):
        return event_of(key, type, date(2026, 3, day), header)

    charged = events.CHARGE_ASSESSED
    with engine.store.begin() as session:
        note_change(
            session,
            [
                event("F-1", charged, 2, charge="interest", amount_minor=12_34, act="a1"),
                event("F-1", charged, 2, charge="compensation", amount_minor=40_00, act="a1"),
                event("F-4", charged, 2, charge="fee", amount_minor=5_00, act="a2"),
                event("F-2", events.CREDITED, 5, amount_minor=100_00, credit_note="=A-1"),
                event("F-1", events.CHARGE_WAIVED, 9, charge="compensation", amount_minor=40_00),
            ],
        )
    tell(engine, "written-off", "F-3", day=20)


def tell(engine, kind, subject, *, day, **values):
    engine.record(Record(kind=kind, subject=subject, on=date(2026, 3, day), values=values))


@pytest.fixture
def engine(tmp_path):
    more = f"[accounts]\nentries = {ALL}\nchart = {{ interest = '411900 Intérêts à recevoir' }}\n"
    with Engine.open(install(tmp_path, more=more)) as found:
        found.pull(as_of=FIRST)
        happened(found)
        yield found


def test_each_entry_balances_and_stands_on_the_chart(engine):
    lines = accounts_of(engine, **MARCH).lines

    sums = defaultdict(int)
    for line in lines:
        sums[line.number] += line.debit_minor - line.credit_minor
        assert (line.debit_minor == 0) is not (line.credit_minor == 0)
    assert set(sums.values()) == {0}
    assert [(one.number, one.account, one.text) for one in lines[:4]] == [
        ("OD-202603-0001", "411900", "Intérêts de retard F-1"),
        ("OD-202603-0001", "763100", "Intérêts de retard F-1"),
        ("OD-202603-0002", "411000", "Indemnité de recouvrement F-1"),
        ("OD-202603-0002", "758000", "Indemnité de recouvrement F-1"),
    ]
    assert [one.account for one in lines[-2:]] == ["411000", "654000"]
    assert [one.debtor_id for one in lines[-2:]] == ["D-2", ""]


def test_a_part_of_a_month_has_the_numbers_of_the_whole(engine):
    whole = accounts_of(engine, **MARCH).lines
    part = accounts_of(engine, begin=date(2026, 3, 9), end=date(2026, 3, 31)).lines

    assert part == tuple(line for line in whole if line.booked_on >= date(2026, 3, 9))


def test_invoices_and_payments_leave_only_where_they_are_asked_for(tmp_path):
    with Engine.open(install(tmp_path)) as engine:
        engine.pull(as_of=FIRST)
        tell(engine, "payment", "F-1", day=3, amount=Money(1_00, "EUR"))

        assert accounts_of(engine, begin=FIRST, end=date(2026, 3, 31)).lines == ()


def test_a_closed_period_never_changes(engine):
    before = accounts_of(engine, **MARCH)
    through = MARCH["end"]
    closed_at = datetime.now(UTC)
    close_accounts(engine, through=through, at=closed_at)
    closed = accounts_of(engine, **MARCH)
    close_accounts(engine, through=through, at=datetime.now(UTC))
    close_accounts(engine, through=through + timedelta(days=1), at=datetime.now(UTC))
    tell(engine, "payment", "F-2", day=10, amount=Money(7_00, "EUR"))
    after = accounts_of(engine, **MARCH)
    assert after == closed
    april = accounts_of(engine, begin=date(2026, 4, 1), end=date(2026, 4, 30))

    assert (before.is_closed, after.is_closed) == (False, True)
    assert {one.validated_on for one in before.lines} == {None}
    assert {one.validated_on for one in after.lines} == {
        closed_at.astimezone(ZoneInfo("Europe/Paris")).date()
    }
    assert [replace(one, validated_on=None) for one in after.lines] == list(before.lines)
    assert [(one.booked_on, one.document_on, one.number) for one in april.lines] == [
        (date(2026, 4, 2), date(2026, 3, 10), "BQ-202604-0001")
    ] * 2


def test_a_day_that_is_not_over_cannot_be_closed(engine):
    with pytest.raises(InvalidTransitionError, match="is not over"):
        close_accounts(engine, through=date(2999, 1, 1), at=datetime.now(UTC))


def test_a_period_that_ends_before_it_begins_is_refused(engine):
    with pytest.raises(DomainError, match="ends before it begins"):
        accounts_of(engine, begin=date(2026, 3, 2), end=date(2026, 3, 1))


def test_a_fec_has_what_the_tax_administration_asks_for(engine, tmp_path):
    engine.store.close()
    words = ("accounts", "export", "--from", "2026-01-01", "--to", "2026-03-31", "--format", "fec")

    said = dunning(tmp_path, *words, "-o", ".", code=1)
    again = dunning(tmp_path, *words, code=1).out.encode()

    content = (tmp_path / "732829320FEC20260331.txt").read_bytes()
    assert content.replace(b"\r\n", b"\n") == again.replace(b"\r\n", b"\n")
    assert "left out: 2 entries in another currency than EUR" in said.err
    rows = [line.split("\t") for line in content.decode().split("\r\n")[:-1]]
    assert tuple(rows[0]) == FIELDS
    assert {len(row) for row in rows} == {18}
    days = [row[3] for row in rows[1:]]
    assert days == sorted(days)
    sums = defaultdict(Decimal)
    for row in rows[1:]:
        assert all(row[place] for place in (2, 4, 8))
        assert len(row[9]) == 8
        debit, credit = (Decimal(text.replace(",", ".")) for text in row[11:13])
        sums[row[2]] += debit - credit
    assert set(sums.values()) == {0}
    assert rows[-1][11:13] == ["900,00", "0,00"]
    assert rows[-2][6:8] == ["D-2", "D-2"]


def test_csv_holds_no_formula_and_json_every_field(engine, tmp_path):
    engine.store.close()
    period = ("--from", "2026-03-01", "--to", "2026-03-31")

    printed = dunning(tmp_path, "accounts", "export", *period, "--close")
    rows = list(csv.DictReader(io.StringIO(printed.out)))

    assert printed.err == ""
    assert [row["document"] for row in rows if row["role"] == "credit-notes"] == ["'=A-1"]
    listed = dunning_here(tmp_path, "accounts", "export", *period)
    assert [one["text"] for one in listed] == [row["text"] for row in rows]


def test_a_separator_in_a_field_does_not_part_it(tmp_path):
    install(tmp_path, rows=("F|1,2026-01-05,2026-02-05,10.00,EUR,D-1",))
    dunning_here(tmp_path, "run", "--as-of", "2026-01-15")
    dunning_here(tmp_path, "record", "written-off", "F|1", "--on", "2026-01-20")
    words = ("accounts", "export", "--from", "2026-01-01", "--to", "2026-01-31", "--pipe")

    printed = dunning(tmp_path, *words, "--format", "fec").out

    assert {line.count("|") for line in printed.splitlines()} == {17}


def test_a_fec_without_a_siren_needs_a_name(tmp_path):
    install(tmp_path)
    path = tmp_path / "dunning.toml"
    path.write_text(path.read_text().replace("732829320", "GB-1"))
    words = ("accounts", "export", "--from", "2026-01-01", "--to", "2026-01-31", "-o", ".")

    assert "the creditor has none" in dunning(tmp_path, *words, "--format", "fec", code=2).err
    dunning(tmp_path, *words)
    assert (tmp_path / "accounts-20260131.csv").exists()


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("entries = ['lunch']", "'lunch' is no kind of entry"),
        ("chart = { lunch = '6 Lunch' }", "'lunch' is no account"),
        ("chart = { cash = '512000' }", "accounts.chart.cash"),
    ],
)
def test_a_chart_that_cannot_be_is_refused(tmp_path, section, message):
    with pytest.raises(ConfigError, match=message):
        Engine.open(install(tmp_path, more=f"[accounts]\n{section}\n"))


def test_a_loss_and_a_gain_of_exchange_have_accounts_of_their_own(tmp_path):
    with Engine.open(install(tmp_path)) as engine:
        engine.pull(as_of=FIRST)
        for key, minor in (("F-1", 3_00), ("F-2", -3_00)):
            header = {"amount_minor": minor, "ground": "exchange-difference", "payment": "P-1"}
            with engine.store.begin() as session:
                on = date(2026, 3, 3)
                note_change(session, [event_of(key, events.DIFFERENCE_SETTLED, on, header)])
        lines = accounts_of(engine, **MARCH).lines

    assert {one.account for one in lines} == {"411000", "419100", "656000", "756000"}
    assert isinstance(lines[0], JournalLine)
    assert write_journal_csv([]).startswith("journal,number,")
