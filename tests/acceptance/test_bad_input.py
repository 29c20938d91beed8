"""Bad input: one line that says what, where and what to do, and nothing half-written.

Every sixth row runs the installed program, the others the same entry point in this process.
"""

import json
import os
import resource
import shutil
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest

from dunning_sdk.cli import main
from dunning_sdk.connectors.facturx_write import write_facturx
from tests.acceptance.program import Result, dunning, dunning_here
from tests.en16931 import the_story
from tests.toml import dunning_toml, invoices, source

CONFIG = dunning_toml(
    invoices(columns={"currency": "currency"}),
    source("invoices", "e-invoices", path="e-invoices"),
    source(
        "payments",
        path="payments.csv",
        columns={"received_on": "date", "amount": "amount", "reference": "reference"},
    ),
    source("payments", "statements", path="bank"),
    tenant="bad-input",
    book="book",
    language="en",
)
INVOICES = """number,issued,due,amount,currency,debtor,name,email
F-1,2026-02-02,2026-03-04,1200.00,EUR,D-1,Boulangerie Martin,compta@martin.example
F-2,2026-02-03,2026-03-05,300.00,EUR,D-2,Garage Leroux,compta@leroux.example
"""
GOOD = "F-9,2026-02-04,2026-03-06,90.00,EUR,D-2,,\n"
BOOK = """id: own
version: "1.0"
title: Our own calendar
extends: safeguards
source: House rule
"""
PROCEDURE = """id: procedure.own
kind: procedure
title: One reminder on the due date and one a week later
steps:
  - {id: due-today, level: 1, offset: 0, channel: email, template: friendly-reminder}
  - {id: overdue, level: 2, offset: 7, channel: email, template: friendly-reminder}
source: House rule
"""
GUARD = """id: guards.own
kind: guards
title: What we never ask for
inputs: [receivable.days_overdue]
rows:
  - when: {receivable.days_overdue: "> 300"}
    then: {allow: false, reason: blocked}
otherwise: {allow: true}
source: House rule
"""
KEY = "a passphrase for tests\n"
RUN = ("run", "--as-of", "2026-03-06")
PROPOSE = ("propose", "--as-of", "2026-03-06")
RECORD_DAY = ("--on", "2026-03-06")
SIMULATED = ("--portfolio", ".", "--from", "2026-03-05", "--to", "2026-03-10")
DRAWN = ("--payments", "drawn")

Break = Callable[[Path], object]


def write(name: str, text: str | bytes) -> Break:
    """Return what puts a file in place of one."""
    content = text.encode() if isinstance(text, str) else text
    return lambda folder: (folder / name).write_bytes(content)


def append(name: str, text: str) -> Break:
    """Return what adds lines to a file."""

    def add(folder):
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(text)

    return add


def change(name: str, old: str, new: str) -> Break:
    """Return what replaces one text in a file."""

    def replace(folder):
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return replace


def prepend(text: str) -> Break:
    """Return what begins the configuration with other lines."""

    def put(folder):
        path = folder / "dunning.toml"
        path.write_text(text + path.read_text(encoding="utf-8"), encoding="utf-8")

    return put


def remove(name: str) -> Break:
    """Return what removes a file."""
    return lambda folder: (folder / name).unlink()


def nothing(folder) -> None:
    """Break nothing: the command itself is wrong."""


def newer_schema(folder) -> None:
    """Make the database one of a later release."""
    with closing(sqlite3.connect(folder / "dunning.sqlite")) as connection, connection:
        connection.execute("UPDATE dunning_schema_version SET version_num = '9999'")


def truncated_pdf(folder) -> None:
    """Put the first half of a Factur-X file among the invoices."""
    whole = write_facturx(the_story(number="F-77")).pdf
    (folder / "e-invoices" / "half.pdf").write_bytes(whole[: len(whole) // 2])


@dataclass(frozen=True)
class Case:
    """One row of the table.

    Attributes:
        id: Names the row.
        break_: Makes the input bad.
        words: The command.
        says: What the one line must hold: what, where, what to do.
        code: Exit code.
        env: Environment variables on top.
    """

    id: str
    break_: Break
    words: tuple[str, ...]
    says: tuple[str, ...]
    code: int = 2
    env: dict[str, str] = field(default_factory=dict)


def a_row(text: str) -> Break:
    """Return what adds a bad row, and a good one after it."""
    return append("invoices.csv", f"{text}\n{GOOD}")


REFUSED = [
    Case("malformed-row", a_row("F-3,2026-02-04"), RUN, ("invoices.csv:4", "2 cells", "Correct")),
    Case(
        "unknown-currency",
        a_row("F-3,2026-02-04,2026-03-06,10.00,EUX,D-3,Dubois,a@b.example"),
        RUN,
        ("invoices.csv:4: currency", "not a known currency", "ISO 4217"),
    ),
    Case(
        "due-before-issue",
        a_row("F-3,2026-02-04,2026-01-06,10.00,EUR,D-3,Dubois,a@b.example"),
        RUN,
        ("invoices.csv:4: due", "before its issue", "Correct"),
    ),
    Case(
        "negative-amount",
        a_row("F-3,2026-02-04,2026-03-06,-10.00,EUR,D-3,Dubois,a@b.example"),
        RUN,
        ("invoices.csv:4: amount", "is negative", "Send a credit note"),
    ),
    Case(
        "no-amount",
        a_row("F-3,2026-02-04,2026-03-06,ten,EUR,D-3,Dubois,a@b.example"),
        RUN,
        ("invoices.csv:4: amount", "not an amount", "Write it like"),
    ),
    Case(
        "date-in-another-order",
        a_row("F-3,04/02/2026,2026-03-06,10.00,EUR,D-3,Dubois,a@b.example"),
        RUN,
        ("invoices.csv:4: issued", "is not a date", "Write it like 2026-03-31"),
    ),
    Case(
        "number-twice-in-a-file",
        a_row("F-2,2026-02-04,2026-03-06,10.00,EUR,D-2,Dubois,a@b.example"),
        RUN,
        ("invoices.csv:4: number", "stands on line 3", "Remove one"),
    ),
    Case(
        "number-known-with-another-amount",
        lambda folder: (
            change("invoices.csv", "1200.00", "1250.00")(folder),
            append("invoices.csv", GOOD)(folder),
        ),
        RUN,
        ("invoices.csv:2", "F-1 is here already", "send a credit note"),
    ),
    Case(
        "unknown-debtor",
        a_row("F-3,2026-02-04,2026-03-06,10.00,EUR,D-9,,"),
        RUN,
        ("invoices.csv:4", "debtor D-9, who is unknown", "Map the debtor's name"),
    ),
    Case(
        "no-debtor",
        a_row("F-3,2026-02-04,2026-03-06,10.00,EUR,,Dubois,a@b.example"),
        RUN,
        ("invoices.csv:4: debtor", "is empty", "Fill it in"),
    ),
    Case(
        "negative-payment",
        lambda folder: (
            append("invoices.csv", GOOD)(folder),
            append("payments.csv", "2026-03-06,-10.00,F-1\n")(folder),
        ),
        RUN,
        ("payments.csv:2: amount", "is negative", "'negative'"),
    ),
    Case(
        "broken-bank-statement",
        lambda folder: (
            append("invoices.csv", GOOD)(folder),
            write("bank/broken.xml", "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053")(
                folder
            ),
        ),
        RUN,
        ("broken.xml", "XML", "—"),
    ),
    Case(
        "truncated-pdf",
        lambda folder: (
            append("invoices.csv", GOOD)(folder),
            truncated_pdf(folder),
        ),
        RUN,
        ("half.pdf", "PDF", "—"),
    ),
]

STOPPED = [
    Case(
        "book-with-an-unknown-name",
        lambda folder: (
            write(
                "book/guards.own.yaml",
                GUARD.replace("receivable.days_overdue]", "receivable.days_overdu]"),
            )(folder),
        ),
        PROPOSE,
        ("guards.own.yaml:4:", "receivable.days_overdu", "did you mean receivable.days_overdue?"),
    ),
    Case(
        "book-with-an-overlap",
        write(
            "book/guards.own.yaml",
            GUARD.replace(
                "otherwise:",
                '  - when: {receivable.days_overdue: "> 200"}\n    then: {allow: true}\notherwise:',
            ),
        ),
        PROPOSE,
        ("guards.own.yaml:", "overlap", "unique"),
    ),
    Case(
        "book-that-is-not-there",
        change("dunning.toml", 'book = "book"', 'book = "friendli"'),
        PROPOSE,
        ("friendli", "neither a registered id nor a folder", "Did you mean friendly?"),
    ),
    Case(
        "step-with-an-unknown-template",
        change(
            "book/procedure.own.yaml",
            "  - {id: overdue, level: 2, offset: 7, channel: email, template: friendly-reminder}",
            "  - {id: overdue, level: 2, offset: 7, channel: email, template: friendly-remindr}",
        ),
        PROPOSE,
        ("procedure.own.yaml:6:", "friendly-remindr", "did you mean friendly-reminder?"),
    ),
    Case(
        "no-configuration",
        remove("dunning.toml"),
        PROPOSE,
        ("dunning.toml not found", "dunning init"),
    ),
    Case("not-toml", prepend("tenant =\n"), PROPOSE, ("dunning.toml", "line 1", "Correct")),
    Case(
        "unknown-key",
        prepend('templtes = "t"\n'),
        PROPOSE,
        ("dunning.toml: templtes", "no such key", "Did you mean templates?"),
    ),
    Case(
        "unknown-time-zone",
        prepend('time_zone = "Mars/Base"\n'),
        PROPOSE,
        ("dunning.toml: time_zone", "Europe/Paris"),
    ),
    Case(
        "operator-without-a-section",
        prepend('operator = "financier"\n'),
        PROPOSE,
        ("dunning.toml", "[parties.financier] is missing", "Add that section"),
    ),
    Case(
        "redirect-to-nobody",
        prepend('mode = "redirect"\n'),
        PROPOSE,
        ("dunning.toml", "redirect_to is missing", "Give the address"),
    ),
    Case(
        "unknown-connector",
        change("dunning.toml", 'connector = "statements"', 'connector = "statments"'),
        RUN,
        ("statments", "for payments", "Did you mean statements?"),
    ),
    Case(
        "unknown-field-of-a-mapping",
        change("dunning.toml", 'number = "number"', 'numbr = "number"'),
        RUN,
        ("invoices", "'numbr' is not known", "did you mean number?"),
    ),
    Case(
        "column-that-is-not-there",
        write("invoices.csv", INVOICES.replace("due,", "due date,", 1)),
        RUN,
        ("invoices.csv", "no column 'due'", "Correct the declared columns"),
    ),
    Case(
        "live-on-another-day",
        prepend('mode = "live"\n'),
        ("run", "--as-of", "2026-03-06", "--no-pull"),
        ("2026-03-06 is not today", 'mode = "folder"'),
    ),
    Case(
        "wrong-secret",
        nothing,
        PROPOSE,
        ("does not open the data of tenant bad-input", "Use the secret"),
        code=3,
        env={"DUNNING_SECRET": "the secret of another store"},
    ),
    Case(
        "no-secret",
        remove("dunning.key"),
        PROPOSE,
        ("DUNNING_SECRET is not set", "dunning.key", "dunning init"),
    ),
    Case(
        "newer-schema",
        newer_schema,
        PROPOSE,
        ("schema 9999", "Install the release that wrote it"),
        code=3,
    ),
    Case(
        "source-file-missing",
        remove("invoices.csv"),
        RUN,
        ("invoices.csv does not exist", "Correct the path"),
        code=3,
    ),
    Case(
        "no-date", nothing, ("propose", "--as-of", "6 March"), ("--as-of '6 March'", "2026-03-31")
    ),
    Case(
        "no-day-of-the-record",
        nothing,
        ("record", "payment", "F-1"),
        ("needs the day", "--on YYYY-MM-DD"),
    ),
    Case(
        "unknown-receivable",
        nothing,
        ("explain", "F1", "--as-of", "2026-03-06"),
        ("no receivable F1", "Did you mean F-1?"),
    ),
    Case(
        "receivable-not-opened-yet",
        nothing,
        ("explain", "F-1", "--as-of", "2026-01-06"),
        ("F-1 did not exist on 2026-01-06", "opened on 2026-03-05"),
    ),
    Case(
        "unknown-kind-of-record",
        nothing,
        ("record", "paymnt", "F-1", *RECORD_DAY),
        ("Cannot record 'paymnt'", "Did you mean payment"),
    ),
    Case(
        "unknown-value-of-a-record",
        nothing,
        ("record", "disputed", "F-1", "amont=10.00", *RECORD_DAY),
        ("disputed has no value 'amont'", "Did you mean amount?"),
    ),
    Case(
        "promise-without-a-date",
        nothing,
        ("record", "promised", "F-1", *RECORD_DAY),
        ("promised needs until_on", "Add until_on="),
    ),
    Case(
        "promise-that-ends-before-it-begins",
        nothing,
        ("record", "promised", "F-1", "until_on=2026-03-01", *RECORD_DAY),
        ("lies in the past", "Allowed: until_on="),
    ),
    Case(
        "overpayment",
        nothing,
        ("record", "payment", "F-1", "amount=5000.00", *RECORD_DAY),
        ("F-1 is open with 1200.00 EUR", "at most the open amount"),
    ),
    Case(
        "payment-in-another-currency",
        nothing,
        ("record", "payment", "F-1", "amount=10.00 USD", *RECORD_DAY),
        ("F-1 is in EUR, not USD", "State rate=…"),
    ),
    Case(
        "payment-that-is-no-number",
        nothing,
        ("record", "payment", "F-1", "amount=NaN", *RECORD_DAY),
        ("amount='NaN' is not an amount", "1200.00"),
    ),
    Case(
        "value-without-a-key",
        nothing,
        ("record", "payment", "F-1", "1200.00", *RECORD_DAY),
        ("'1200.00' is not KEY=VALUE", "amount=120.00"),
    ),
    Case(
        "switch-that-is-neither",
        nothing,
        ("record", "reminders", "F-1", "reminders=perhaps", *RECORD_DAY),
        ("reminders='perhaps'", "neither true nor false"),
    ),
    Case(
        "record-from-before",
        nothing,
        ("record", "disputed", "F-1", "--on", "2026-01-06"),
        ("F-1 was first seen on 2026-03-05", "--on"),
    ),
    Case(
        "due-date-before-issue",
        nothing,
        ("record", "due-date", "F-1", "due_on=2026-01-06", *RECORD_DAY),
        ("issued on 2026-02-02", "later due date"),
    ),
    Case(
        "posting-of-no-letter",
        nothing,
        ("record", "posting", "F-1", *RECORD_DAY),
        ("F-1 has no letter", "dunning review"),
    ),
    Case(
        "act-nobody-expects",
        nothing,
        ("record", "act", "F-1", *RECORD_DAY),
        ("nothing is expected", "dunning explain F-1"),
    ),
    Case(
        "answer-to-no-question",
        nothing,
        ("record", "answer", "act-failed:", "answer=retry", *RECORD_DAY),
        ("No open review items begin with act-failed:", "dunning review"),
    ),
    Case(
        "unknown-proposal", nothing, ("execute", "abcdef"), ("no proposal abcdef", "Check the id")
    ),
    Case(
        "unknown-template",
        nothing,
        ("notice", "preview", "overdue-frst"),
        ("overdue-frst", "no such template", "did you mean"),
    ),
    Case(
        "unknown-book-to-check",
        nothing,
        ("check", "friendli"),
        ("No rule book friendli", "Did you mean friendly?"),
    ),
    Case(
        "unknown-book-to-simulate",
        nothing,
        ("simulate", "friendli", *SIMULATED),
        ("No rule book friendli", "Did you mean friendly?"),
    ),
    Case(
        "simulation-that-ends-before-it-begins",
        nothing,
        ("simulate", "friendly", "--portfolio", ".", "--from", "2026-03-10", "--to", "2026-03-05"),
        ("--to 2026-03-05 lies before --from 2026-03-10", "Give a later last day"),
    ),
    Case(
        "portfolio-without-rows",
        write("invoices.csv", INVOICES.splitlines()[0] + "\n"),
        ("simulate", "friendly", *SIMULATED, "--sources"),
        ("has no receivables", "[[sources.invoices]]"),
    ),
    Case(
        "portfolio-without-a-store",
        append("dunning.toml", '\n[store]\nurl = "sqlite:///other.sqlite"\n'),
        ("simulate", "friendly", *SIMULATED),
        ("other.sqlite", "—"),
        code=3,
    ),
    Case(
        "portfolio-that-is-nowhere",
        nothing,
        ("simulate", "friendly", "--portfolio", "elsewhere", *SIMULATED[2:]),
        ("elsewhere not found in installation", "dunning init"),
    ),
    Case(
        "negative-cost",
        nothing,
        ("simulate", "friendly", *SIMULATED, "--cost", "email=-0.02"),
        ("cost of email is negative", "Give what one costs"),
    ),
    Case(
        "cost-of-an-unknown-channel",
        nothing,
        ("simulate", "friendly", *SIMULATED, "--cost", "emial=0.02"),
        ("'emial'", "Did you mean email?"),
    ),
    Case(
        "cost-that-is-no-amount",
        nothing,
        ("simulate", "friendly", *SIMULATED, "--cost", "email=two"),
        ("email='two' is not an amount", "Write it as"),
    ),
    Case(
        "unknown-distribution",
        nothing,
        ("simulate", "friendly", *SIMULATED, *DRAWN, "--seed", "1", "--delays", "unifrom:0..9"),
        ("no distribution of delays 'unifrom:0..9'", "Did you mean uniform?"),
    ),
    Case(
        "no-seed",
        nothing,
        ("simulate", "friendly", *SIMULATED, *DRAWN),
        ("needs a seed", "Add --seed"),
    ),
    Case(
        "seed-for-recorded-payments",
        nothing,
        ("simulate", "friendly", *SIMULATED, "--seed", "1"),
        ("--seed is for payments that are drawn", "Add --payments drawn"),
    ),
    Case(
        "nothing-to-draw-from",
        nothing,
        ("simulate", "friendly", *SIMULATED, *DRAWN, "--seed", "1"),
        ("no delay to draw from", "--delays geometric:20"),
    ),
    Case(
        "pictures-without-a-folder",
        nothing,
        ("simulate", "friendly", *SIMULATED, "--png"),
        ("--png needs --plots", "Name the folder"),
    ),
]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """Return an installation with two receivables, each reminded of once."""
    folder = tmp_path_factory.mktemp("bad") / "sound"
    for name in ("bank", "e-invoices", "book"):
        (folder / name).mkdir(parents=True)
    for name, text in {
        "dunning.toml": CONFIG,
        "dunning.key": KEY,
        "invoices.csv": INVOICES,
        "payments.csv": "date,amount,reference\n",
        "book/book.yaml": BOOK,
        "book/procedure.own.yaml": PROCEDURE,
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    ran = dunning_here(folder, "run", "--as-of", "2026-03-05")
    assert len(ran["report"]["sent"]) == 2
    return folder


@pytest.fixture
def folder(sound, tmp_path):
    """Return a copy of it, to be broken."""
    return shutil.copytree(sound, tmp_path / "installation")


@pytest.fixture
def here(monkeypatch, capsys):
    """Return what runs the program in this process."""

    def run(folder, *words, code) -> Result:
        monkeypatch.chdir(folder)
        monkeypatch.setattr("sys.argv", ["dunning", *words])
        with pytest.raises(SystemExit) as ended:
            main.run()
        printed = capsys.readouterr()
        assert ended.value.code == code, printed
        return Result(code=code, out=printed.out, err=printed.err)

    return run


def kept(folder: Path) -> dict[str, str]:
    """Return the digest of each table in the store."""
    with closing(sqlite3.connect(folder / "dunning.sqlite")) as connection:
        tables = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        rows = {
            f"{name}: {sql}": repr(list(connection.execute(f"SELECT * FROM {name}")))  # noqa: S608
            for name, sql in tables.fetchall()
        }
    return {name: sha256(text.encode()).hexdigest() for name, text in rows.items()}


def receivables(folder: Path) -> set[str]:
    """Return the ids of the receivables in the store."""
    with closing(sqlite3.connect(folder / "dunning.sqlite")) as connection:
        return {id for (id,) in connection.execute("SELECT id FROM receivables")}


def written(folder: Path) -> dict[str, bytes]:
    """Return every file below the folder of what was sent."""
    files = (path for path in (folder / "out").rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def check_line(result: Result, case: Case) -> None:
    """Look for one line that says it all."""
    lines = result.err.splitlines()

    assert len(lines) == 1, result.err
    for text in case.says:
        assert text in lines[0]


def ran(case: Case, folder: Path, here, *, by_program: bool, monkeypatch) -> Result:
    """Run a case's command, by the installed program or in this process."""
    for name, value in case.env.items():
        monkeypatch.setenv(name, value)
    run = dunning if by_program else here
    return run(folder, *case.words, code=case.code)


def some(cases):
    """Return the cases as parameters, every sixth one to be run by the installed program."""
    return [pytest.param(case, place % 6 == 0, id=case.id) for place, case in enumerate(cases)]


@pytest.mark.parametrize(("case", "by_program"), some(REFUSED))
def test_a_bad_record_is_refused_and_the_others_are_taken(
    folder, here, monkeypatch, case, by_program
):
    case.break_(folder)
    case = Case(**{**vars(case), "code": 1})

    result = ran(case, folder, here, by_program=by_program, monkeypatch=monkeypatch)

    check_line(result, case)
    assert result.err.startswith("refused: ")
    assert receivables(folder) == {"F-1", "F-2", "F-9"}
    assert len(written(folder)) == 3
    assert not list(folder.rglob("*.part"))


@pytest.mark.parametrize(("case", "by_program"), some(STOPPED))
def test_a_wrong_command_or_configuration_changes_nothing(
    folder, here, monkeypatch, case, by_program
):
    case.break_(folder)
    store, files = kept(folder), written(folder)

    result = ran(case, folder, here, by_program=by_program, monkeypatch=monkeypatch)

    check_line(result, case)
    assert kept(folder) == store
    assert written(folder) == files


def test_programs_get_the_same_line_as_json(folder):
    result = dunning(folder, "explain", "F1", "--as-of", "2026-03-06", "--format", "json", code=2)

    said = json.loads(result.err)["error"]
    assert said == {
        "code": "store.record-not-found",
        "message": "There is no receivable F1",
        "hint": "Did you mean F-1?",
    }


def test_a_channel_that_is_not_configured_stops_the_run_before_anything_is_marked(folder):
    proposal = dunning_here(folder, "propose", "--as-of", "2026-03-12")
    prepend('mode = "redirect"\nredirect_to = "us@lumen.example"\n')(folder)
    store, files = kept(folder), written(folder)

    result = dunning(folder, "execute", proposal["id"], code=2)

    (line,) = result.err.splitlines()
    assert "Channel email is not configured" in line
    assert "[channels.email]" in line
    assert kept(folder) == store
    assert written(folder) == files


@pytest.fixture
def closed_port():
    """Return a port on this machine that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_without_a_mail_server_nothing_is_lost_and_the_next_run_sends_it(folder, closed_port):
    prepend('mode = "redirect"\nredirect_to = "us@lumen.example"\n')(folder)
    server = f'\n[channels.email]\nconnector = "smtp"\nhost = "127.0.0.1"\nport = {closed_port}\n'
    append("dunning.toml", server + 'security = "none"\n')(folder)
    run = ("run", "--no-pull", "--as-of", "2026-03-12")

    result = dunning(folder, *run, code=3)

    lines = result.err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["F-1", "F-2"]
    for line in lines:
        assert "The mail server cannot be reached" in line
        assert "Check host, port and network" in line
    assert dunning_here(folder, "review", "--as-of", "2026-03-12") == []
    change("dunning.toml", 'mode = "redirect"', 'mode = "folder"')(folder)
    again = dunning_here(folder, *run)
    assert len(again["report"]["sent"]) == 2
    assert {act["attempt"] for act in again["proposal"]["acts"]} == {2}


def test_a_full_disk_leaves_no_half_of_a_notice_and_the_next_run_sends_it(folder):
    (folder / "templates" / "en").mkdir(parents=True)
    long = "Subject: A long reminder\n\n" + "漢" * 60_000 + "\n"
    (folder / "templates" / "en" / "friendly-reminder.txt").write_text(long, encoding="utf-8")
    prepend('templates = "templates"\n')(folder)
    proposal = dunning_here(folder, "propose", "--as-of", "2026-03-12")
    before = written(folder)

    with small_files(450_000):
        result = dunning(folder, "execute", proposal["id"], code=3)

    lines = result.err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["F-1", "F-2"]
    for line in lines:
        assert "disk" in line
        assert "is full; nothing was written" in line
        assert "Free some space and run again" in line
    assert written(folder) == before
    assert not list(folder.rglob("*.part"))
    again = dunning_here(folder, "run", "--no-pull", "--as-of", "2026-03-12")
    assert len(again["report"]["sent"]) == 2
    assert len(written(folder)) == len(before) + 2


def test_a_full_disk_under_the_store_keeps_what_was_there(folder):
    rows = [
        f"G-{number},2026-02-04,2026-03-06,90.00,EUR,D-2,Garage Leroux,compta@leroux.example\n"
        for number in range(500)
    ]
    append("invoices.csv", "".join(rows))(folder)
    store, files = kept(folder), written(folder)

    with small_files(100_000):
        result = dunning(folder, *RUN, code=3)

    assert len(result.err.splitlines()) == 1
    assert "The database" in result.err
    assert kept(folder) == store
    assert written(folder) == files


class small_files:  # noqa: N801  # reads like the function it is
    """Let no process write a file beyond so many bytes, as on a disk that is full."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
        self.measured = os.environ.pop("COVERAGE_PROCESS_CONFIG", None)  # writes files of its own

    def __enter__(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.size, self.before[1]))

    def __exit__(self, *problem) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)
        if self.measured is not None:
            os.environ["COVERAGE_PROCESS_CONFIG"] = self.measured
