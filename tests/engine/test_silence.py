"""Marked data and secrets go through every path, faults included, and no message repeats them.

What is looked at: every log record of every library, standard error, every error with its causes
as a traceback would show them, and the `repr` of what hosts hold.
"""

import contextlib
import io
import logging
import sqlite3
import sys
import threading
import traceback
from unittest.mock import patch

import pytest

from dunning_sdk.cli.main import run
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import DunningError
from dunning_sdk.operations.working import Worker
from dunning_sdk.privacy.erasing import erase
from dunning_sdk.privacy.exporting import export
from dunning_sdk.recording.recording import _HANDLERS as KINDS
from dunning_sdk.records.entry import Record
from dunning_sdk.store.opening import open_store
from tests.connectors.test_camt import a_detail, a_document, a_statement, an_entry
from tests.connectors.test_einvoice_files import UBL
from tests.connectors.test_mt940 import DETAILS, ENTRY, HEAD
from tests.engine.marked import (
    CONFIG,
    EMAIL,
    IBAN,
    INVOICES,
    MARK,
    NEW_SECRET,
    SECRET,
    date_of,
    install,
    live,
    opened,
)

PASSWORD = "MARKED-PASSWORD-9"
SILENT = (MARK, IBAN, EMAIL, SECRET, NEW_SECRET, PASSWORD, SECRET.encode().hex())
DAY = "2026-03-06"
LIVE = """
mode = "redirect"
redirect_to = "us@lumen.example"
"""
MAIL = """
[channels.email]
connector = "smtp"
host = "127.0.0.1"
port = 9
security = "none"

[[sources.invoices]]
connector = "e-invoices"
path = "e-invoices"

[[sources.payments]]
connector = "statements"
path = "bank"
"""
BAD_ROWS = [
    f"F-7,{MARK},2026-03-05,90.00,EUR,D-1,x,{EMAIL},,,",
    f"F-7,2026-02-02,{MARK},90.00,EUR,D-1,x,{EMAIL},,,",
    f"F-7,2026-02-02,2026-03-05,{MARK},EUR,D-1,x,{EMAIL},,,",
    f"F-7,2026-02-02,2026-03-05,90.00,{MARK},D-1,x,{EMAIL},,,",
    f"F-7,2026-02-02,2026-03-05,90.00,EUR,,{MARK},{EMAIL},,,",
    f"F-7,2026-02-02,2026-03-05,90.00,EUR,D-1,{MARK},{EMAIL}",
    f'F-7,2026-02-02,2026-03-05,90.00,EUR,D-1,"{MARK}',
    f"F-1,2026-02-02,2026-03-04,7777.00,EUR,D-1,{MARK},{MARK},,,",
]


class Heard:
    """What was said, anywhere."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []

    def note(self, where, text) -> None:
        self.texts.append((where, str(text)))

    def error(self, where, problem) -> None:
        """Keep an error as a traceback would show it, its causes included."""
        self.note(where, "".join(traceback.format_exception(problem)))
        self.note(where, repr(problem))
        self.note(where, problem.args)

    def spilt(self):
        """Return what repeats a mark, and where it was said."""
        return [said for said in self.texts if any(mark in said[1] for mark in SILENT)]


@pytest.fixture
def heard(caplog):
    caplog.set_level(logging.DEBUG)
    return Heard()


def command(heard, folder, *words):
    """Run a command, and hear standard error and how it ended."""
    out, err = io.StringIO(), io.StringIO()
    argv = patch.object(sys, "argv", ["dunning", *words])
    with (
        contextlib.chdir(folder),
        argv,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit),
    ):
        run()
    heard.note(" ".join(words), err.getvalue())
    return out.getvalue()


def tried(heard, where, do):
    try:
        do()
    except DunningError as problem:
        heard.error(where, problem)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DUNNING_SMTP_SECRET", PASSWORD)
    folder = install(tmp_path / "installation", config=LIVE + CONFIG + MAIL)
    for name in ("e-invoices", "bank"):
        (folder / name).mkdir()
    return folder


def spoil(folder):
    """Put marked input of every format among the sources, all of it faulty."""
    (folder / "invoices.csv").write_text(INVOICES + "\n".join(BAD_ROWS) + "\n", encoding="utf-8")
    bad = f"2026-03-06,{MARK},x,{MARK},{IBAN}\n{MARK},1.00,x,{MARK},{IBAN}\n"
    with (folder / "payments.csv").open("a", encoding="utf-8") as file:
        file.write(bad + f"2026-03-06,1.00,x,{MARK},FR00{MARK}\n")
    marked = UBL.replace("Buyer", f"Buyer {MARK}")
    for number, text in enumerate(
        (
            marked[: len(marked) // 2],
            marked.replace("2026-03-01", MARK),
            marked.replace('currencyID="EUR">100.00</Pay', f'currencyID="EUR">{MARK}</Pay'),
            f"<a>{MARK}</a>",
            marked.replace("<ID>F-1</ID>", f"<ID>{MARK}</ID><ID>&{MARK};</ID>"),
        )
    ):
        (folder / "e-invoices" / f"{number}.xml").write_text(text, encoding="utf-8")
    entry = an_entry(a_detail(MARK, name=f"Payer {MARK}", text=MARK), amount=MARK)
    (folder / "bank" / "a.xml").write_bytes(a_document(a_statement(entry)))
    (folder / "bank" / "b.xml").write_bytes(a_document(a_statement(entry))[:-40])
    bad = ENTRY.replace("260303", MARK) + DETAILS.replace("Erika", MARK)
    (folder / "bank" / "c.sta").write_text(HEAD + bad, encoding="utf-8")


def test_no_message_and_no_log_holds_personal_data_or_a_secret(folder, heard, caplog, tmp_path):
    with opened(folder) as engine:
        live(engine)
        for name, held in (("engine", engine), ("config", engine.config), ("store", engine.store)):
            heard.note(name, repr(held) + str(held))
        with engine.store.begin() as session:
            heard.note("session", repr(session))
            heard.note("keyring", repr(vars(session)))
        heard.note("channel", repr(engine.wiring.channels(date_of(DAY))("email")))
        worker = Worker(engine, stop=threading.Event())
        heard.note("worker", repr(worker))
        engine.run(as_of=date_of("2026-04-20"), send=False)
        worker.run(as_of=date_of("2026-04-20"), drain=True)  # no mail server answers
        records(heard, engine)
        tried(heard, "export", lambda: export(engine.store, "D-1", folder, on=date_of(DAY)))
        tried(heard, "erase", lambda: erase(engine.store, "D-1", on=date_of(DAY), by=MARK))
    spoil(folder)
    for words in (
        ("pull", "--as-of", DAY),
        ("run", "--as-of", "2026-05-04"),
        ("propose", "--as-of", "2026-05-05"),
        ("execute", "none"),
        ("review", "--as-of", DAY),
        ("explain", "F-2", "--as-of", DAY),
        ("explain", "F-22", "--as-of", DAY),
        ("doctor",),
        ("worker", "--drain", "--as-of", "2026-05-04"),
        ("backup", "dunning.toml"),
        ("debtor", "erase", "D-1", "--on", DAY, "--by", MARK),
        ("keys", "rotate"),
        ("retention", "--as-of", "2036-05-01"),
        ("companies", "--as-of", DAY),
    ):
        command(heard, folder, *words)
    broken_stores(heard, folder)

    for record in caplog.records:
        heard.note(f"log {record.name}", record.getMessage())
        heard.note(f"log {record.name}", record.exc_text or "")
        heard.note(f"log {record.name}", vars(record).get("args"))
    assert len(heard.texts) > 60
    assert any(where.startswith("log dunning_sdk") for where, _ in heard.texts)
    assert any("refused" in text for _, text in heard.texts)
    assert heard.spilt() == []


def records(heard, engine):
    """Record every kind there is with marked values of every type."""
    for kind in KINDS:
        for values in (
            {},
            {"reason": MARK, "by": MARK, "source": MARK, "owner": MARK, "reference": MARK},
            {"amount": MARK, "limit": MARK, "until_on": MARK, "due_on": MARK, "given": MARK},
            {"amount": Money(1, "USD"), "iban": IBAN, "name": MARK, "debtor": "D-1"},
            {"answer": MARK, "topic": MARK, "says": MARK, "charge": MARK, "channel": MARK},
        ):
            for subject in ("F-2", "D-1"):
                entry = Record(kind=kind, subject=subject, on=date_of(DAY), values=values)
                tried(heard, f"record {kind}", lambda entry=entry: engine.record(entry))


def broken_stores(heard, folder):
    """Open the store with wrong secrets, and read what was changed."""
    url = f"sqlite:///{folder}/dunning.sqlite"
    for secret in (NEW_SECRET, f"passphrase {MARK}", MARK):
        tried(heard, "open", lambda secret=secret: open_store(url, tenant="marked", secret=secret))
    password = f"postgresql://user:{PASSWORD}@127.0.0.1:9/db"
    tried(heard, "open", lambda: open_store(password, tenant="t", secret=SECRET))
    with contextlib.closing(sqlite3.connect(folder / "dunning.sqlite")) as connection, connection:
        connection.execute("UPDATE records SET sealed = zeroblob(60)")
        connection.execute("UPDATE receivables SET state = ?", (MARK,))
    command(heard, folder, "run", "--as-of", "2026-05-05")
    command(heard, folder, "explain", "F-2", "--as-of", DAY)
    command(heard, folder, "doctor")
