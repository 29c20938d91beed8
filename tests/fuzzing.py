"""Every parser of what comes from outside, seeds for each, and ways to spoil them.

A target takes bytes and either returns or raises one of our errors; anything else is a finding.
`benchmarks.fuzz` throws texts at them for minutes, `tests/test_fuzz.py` for a moment.
"""

import atexit
import contextlib
import io
import json
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from unittest.mock import patch

from dunning_sdk import feel
from dunning_sdk.errors import DunningError
from tests.connectors.test_camt import a_detail, a_document, a_statement, an_entry
from tests.connectors.test_csv_invoices import GOOD, HEADER, a_mapping
from tests.connectors.test_einvoice_files import CII, UBL
from tests.connectors.test_mt940 import DETAILS, ENTRY, HEAD, TAIL
from tests.connectors.test_webhook import BODY, SECRET, SIGNATURE, TIME
from tests.engine.marked import CONFIG

Target = Callable[[bytes], object]
EXPECTED = (DunningError, feel.FeelError)
SIZE_MAX = 200_000
_TOKEN = re.compile(rb"[\w.+-]+")
_RULE = re.compile(r"^id: (\S+)", re.MULTILINE)

# What parsers trip over: numbers no type holds, signs that look like others, ends, nestings.
WORDS = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n", b"\t", b'"', b"'", b"<", b"&", b"]]>",
    b"NaN", b"Infinity", b"-0", b"1e999999999", b"9" * 400, b"0.1" + b"0" * 400, b"-1", b"+",
    "٣".encode(), "½".encode(), "١٢".encode(), "\u2028".encode(), "\u202e".encode(), b"=",
    b"\xed\xa0\x80",
    b"0000-00-00", b"9999-12-31", b"2026-02-30", b"2026-03-31T25:61:61+99:99", b"24:00",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"&#0;", b"&#x110000;", b"<a>" * 300, b"[" * 2000,
    b"{" * 2000, b"(" * 2000, b"- " * 2000, b"&a [*a]", b"!!python/object:os.system", b"? : :",
    b"../" * 8, b"/dev/zero", b"%s%n", b"{{7*7}}", b"${jndi:ldap://x}", b"=cmd|' /C calc'!A0",
    b"EUR", b"XXX", b"JPY", b"true", b"null", b"None", b"yes", b"~",
]  # fmt: skip


@dataclass(frozen=True)
class Parser:
    """One parser.

    Attributes:
        name: Of the format.
        read: Reads bytes.
        seeds: Sound or nearly sound inputs.
        weight: How many inputs it gets for each one of a slow parser.
    """

    name: str
    read: Target
    seeds: tuple[bytes, ...]
    weight: int = 4


def spoiled(dice: random.Random, seeds: tuple[bytes, ...]) -> bytes:
    """Return a seed, changed in one to eight places."""
    text = bytearray(dice.choice(seeds))
    if dice.random() < 0.5:
        return _retold(dice, bytes(text))
    for _ in range(dice.randint(1, 8)):
        place = dice.randint(0, len(text))
        end = min(len(text), place + dice.randint(0, 40))
        match dice.randrange(8):
            case 0:
                text[place:place] = dice.choice(WORDS)
            case 1:
                text[place:end] = dice.choice(WORDS)
            case 2:
                del text[place:end]
            case 3:
                text[place:place] = text[place:end] * dice.choice((1, 2, 50, 2000))
            case 4 if text:
                text[min(place, len(text) - 1)] = dice.randrange(256)
            case 5:
                other = dice.choice(seeds)
                start = dice.randint(0, len(other))
                text[place:end] = other[start : start + dice.randint(0, 200)]
            case 6 if dice.random() < 0.2:
                del text[place:]
            case _:
                text[place:place] = dice.randbytes(dice.randint(1, 4))
        del text[SIZE_MAX:]
    return bytes(text)


def _retold(dice: random.Random, text: bytes) -> bytes:
    """Return a text in which one to three values stand for others; its form is kept."""
    for _ in range(dice.randint(1, 3)):
        tokens = list(_TOKEN.finditer(text))
        if not tokens:
            break
        one, other = dice.choice(tokens), dice.choice(tokens)[0]
        new = dice.choice((dice.choice(WORDS[13:]), other, other * 40, b"", one[0] + other))
        text = text[: one.start()] + new + text[one.end() :]
    return text[:SIZE_MAX]


def inputs(parser: Parser, seed: int) -> Iterator[bytes]:
    """Yield the seeds as they are, then spoiled ones without end."""
    yield from parser.seeds
    dice = random.Random(f"{seed}:{parser.name}")
    while True:
        yield spoiled(dice, parser.seeds)


def verdict(parser: Parser, content: bytes) -> str:
    """Return what became of an input: ``read``, ``refused``, or what is wrong with the parser."""
    try:
        parser.read(content)
    except EXPECTED as problem:
        return "refused" if "\n" not in str(problem).strip() else "an error of several lines"
    except Exception as problem:  # whatever it is, it is a finding
        return f"{type(problem).__name__}: {str(problem)[:200]}"
    return "read"


# the parsers --------------------------------------------------------------------------------


def _csv_payments(content: bytes) -> object:
    from dunning_sdk.connectors.csv_mapping import CsvPaymentMapping
    from dunning_sdk.connectors.csv_payments import read_payments

    columns = {"received_on": "date", "amount": "amount", "reference": "ref", "payer_iban": "iban"}
    mapping = CsvPaymentMapping.load(
        {"columns": columns, "constants": {"currency": "EUR"}, "negative": "return"}, where="f"
    )
    return read_payments(content, mapping, source="f")


def _csv_invoices(content: bytes) -> object:
    from dunning_sdk.connectors.csv_invoices import read_invoices

    return read_invoices(content, a_mapping(), source="f")


def _e_invoice(content: bytes) -> object:
    from dunning_sdk.connectors.einvoice_files import read_einvoice

    return read_einvoice(content, source="f")


def _statement(content: bytes) -> object:
    from dunning_sdk.connectors.statement_files import read_statements

    return read_statements(content, source="f")


def _yaml(content: bytes) -> object:
    from dunning_sdk.strict_yaml import load

    return load(content.decode("utf-8", "replace"), "f")


def _book(content: bytes) -> object:
    from dunning_sdk.rules.load import load_book

    text = content.decode("utf-8", "replace")
    head = "{id: own, version: '1', title: Own, tones: [gentle, firm]}"
    named = _RULE.search(text)
    return load_book({"book.yaml": head, f"{named[1] if named else 'x'}.yaml": text}, label="f")


def _dmn(content: bytes) -> object:
    from dunning_sdk.dmn import compile_model, read_definitions

    return compile_model(read_definitions(content))


def _table_csv(content: bytes) -> object:
    from dunning_sdk.dmn.table_csv import read_table_csv

    return read_table_csv(content.decode("utf-8", "replace"))


def _table_xlsx(content: bytes) -> object:
    from dunning_sdk.dmn.table_xlsx import read_table_xlsx

    return read_table_xlsx(content)


def _webhook(content: bytes) -> object:
    """Read a delivery whose headers and body are one text, headers first."""
    from dunning_sdk.connectors.webhook import Delivery, Receiver
    from dunning_sdk.connectors.webhook_scheme import body_base64, body_hex, standard, timestamped

    head, _, body = content.partition(b"\n\n")
    pairs = (line.partition(":") for line in head.decode("latin-1").splitlines())
    headers = {name: text.strip() for name, _, text in pairs}
    delivery = Delivery(body=body, headers=headers)
    at = datetime.fromtimestamp(TIME, UTC)
    schemes = (standard(), body_base64("Sig"), body_hex("Sig"), timestamped("Sig"))
    for scheme in schemes:
        receiver = Receiver(scheme, [SECRET], now=lambda: at)
        with contextlib.suppress(DunningError):
            receiver.is_new(delivery)
    return json.dumps(headers)


def _evidence(content: bytes) -> object:
    """Verify an archive, and one whose index and log are this text."""
    from dunning_sdk.evidence.evidence_archive import pack
    from dunning_sdk.evidence.evidence_check import INDEX, LOGS, verify_evidence

    verify_evidence(pack({INDEX: content, f"{LOGS}a.json": content}))
    return verify_evidence(content)


def _csv_scores(content: bytes) -> object:
    from dunning_sdk.connectors.csv_mapping import CsvScoreMapping
    from dunning_sdk.connectors.csv_scores import CsvScoreSource

    names = ("registration", "value", "worst", "best", "source", "dated_on")
    mapping = CsvScoreMapping.load({"columns": {name: name for name in names}}, where="f")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f.csv"
        path.write_bytes(content)
        return CsvScoreSource(path, mapping).fetch(["732829320"])


def _toml(content: bytes) -> object:
    """Read a configuration, and build what it names."""
    from dunning_sdk.installation.config import load_config
    from dunning_sdk.installation.wiring import Wiring
    from dunning_sdk.plugins import build_manager

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dunning.toml"
        path.write_bytes(content)
        config = load_config(path)
        wiring = Wiring(config, build_manager())
        day = date(2026, 3, 1)
        return wiring.invoice_sources(day), wiring.payment_sources(day), wiring.channels(day)


def _command(content: bytes) -> object:
    """Run a command line in a folder with an installation; blanks part the arguments."""
    from dunning_sdk.cli.main import run

    words = [word.decode("utf-8", "replace") for word in content.split(b" ")]
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with contextlib.chdir(_installation()), patch.object(sys, "argv", ["dunning", *words]):
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                run()
        except SystemExit as ended:
            code = ended.code
    if code not in (0, 1, 2, 3, None) or "Traceback" in err.getvalue():
        raise AssertionError(f"exit {code}: {err.getvalue()[-200:]}")
    return code


@cache
def _installation() -> Path:
    """Return a folder with an installation whose store is in memory."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz"))
    config = CONFIG.replace("sqlite:///dunning.sqlite", "memory://")
    (folder / "dunning.toml").write_text(config, encoding="utf-8")
    (folder / "dunning.key").write_text("a long passphrase", encoding="ascii")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


_COMMANDS = (
    b"record payment F-1 amount=120.00 --on 2026-03-12",
    b"record promised F-1 until_on=2026-03-20 --on 2026-03-12 --format json",
    b"record quote Q-1 debtor=D-1 amount=50.00 signed_on=2026-03-01 --on 2026-03-12",
    b"record inquiry D-1 topic=press says=adverse source=x --on 2026-03-12",
    b"explain F-1 --as-of 2026-03-06 --format json",
    b"propose --as-of 2026-03-06",
    b"execute abcdef",
    b"review --as-of 2026-03-06",
    b"law interest --amount 100.00 --from 2026-01-01 --to 2026-03-01",
    b"debtor export D-1 --on 2026-03-06 -o x.zip",
    b"retention --as-of 2026-03-06",
    b"notice preview overdue-first --format json",
    b"recovery show F-1 --as-of 2026-03-06",
    b"plugins",
)


_SCORES = b"""registration,value,worst,best,source,dated_on
732829320,7,1,10,Agency,2026-03-01
"""
_EVIDENCE = (
    b'{"format": "dunning-evidence/1", "tenant": "t", "receivable": "R1", "as_of": "2026-03-01",'
    b' "members": [{"name": "index.json", "sha256": "00"}], "seal": "00", "digests": []}',
    b'{"tenant": "t", "kind": "receivable", "id": "R1", "head": {"seq": 1, "digest": "00"},'
    b' "events": [{"seq": 1, "type": "x", "on": "2026-03-01", "header": "{}", "owner": "D1",'
    b' "recorded_at": "2026-03-01T00:00:00+00:00", "commitment": "00", "digest": "00"}]}',
)


@cache
def parsers() -> tuple[Parser, ...]:
    """Return every parser, with what it is fed."""
    toml = (_installation() / "dunning.toml").read_bytes()
    headers = f"Webhook-Id: x\nWebhook-Timestamp: {TIME}\nWebhook-Signature: {SIGNATURE}\n"
    other = f"Sig: t={TIME},v1=00ff\nX: y\n"
    books = Path(__file__).parents[1] / "src" / "dunning_sdk" / "rules" / "books"
    rules = tuple(path.read_bytes() for path in sorted(books.rglob("procedure.*[!s].yaml"))[:4])
    procedures = tuple(path.read_bytes() for path in sorted(books.rglob("*.cases.yaml"))[:3])
    payments = b"date,amount,ref,iban\n2026-03-01,10.00,F-1,FR7630006000011234567890189\n"
    return (
        Parser("csv-invoices", _csv_invoices, ((HEADER + GOOD).encode(),)),
        Parser("csv-payments", _csv_payments, (payments, payments.replace(b",", b";"))),
        Parser("e-invoice", _e_invoice, (CII.encode(), UBL.encode())),
        Parser("facturx", _e_invoice, (_facturx(),), weight=1),
        Parser("camt", _statement, (a_document(a_statement(an_entry(a_detail("1.00")))),)),
        Parser("mt940", _statement, ((HEAD + ENTRY + DETAILS + TAIL).encode(),)),
        Parser("yaml", _yaml, rules + procedures),
        Parser("book", _book, rules, weight=1),
        Parser("dmn", _dmn, (_model(),)),
        Parser("table-csv", _table_csv, (TABLE.encode(),)),
        Parser("table-xlsx", _table_xlsx, (_workbook(),), weight=1),
        Parser("webhook", _webhook, tuple(h.encode() + b"\n" + BODY for h in (headers, other))),
        Parser("evidence", _evidence, _EVIDENCE),
        Parser("csv-scores", _csv_scores, (_SCORES,), weight=1),
        Parser("dunning.toml", _toml, (toml,), weight=1),
        Parser("command", _command, _COMMANDS, weight=1),
        Parser("reply", _reply, _REPLIES),
        Parser("portal-link", _portal_link, (_portal_token(),)),
    )


_REPLIES = tuple(
    text.encode()
    for text in (
        "Bonjour, je paie 50,00 € le 5 mars et 70 € le 20.",
        "I'll pay on Friday, March 6th, 2026\n-- \nJohn",
        "Wird am 12.03. überwiesen. Mit freundlichen Grüßen",
    )
)


def _reply(content: bytes) -> object:
    from dunning_sdk.dialogue import Situation, understand
    from dunning_sdk.domain.money import Money

    day = date(2026, 3, 3)
    text = content.decode("utf-8", "replace")
    return understand(text, Situation(as_of=day, open_amount=Money(120_00, "EUR"), language="fr"))


def _portal_token() -> bytes:
    from dunning_sdk.installation.portal_link import LinkClaim, sign_link

    claim = LinkClaim(debtor_id="D-1", last_on=date(2026, 4, 15), count=0)
    return sign_link(b"k" * 32, "t", claim).encode()


def _portal_link(content: bytes) -> object:
    from dunning_sdk.installation.portal_link import read_link

    return read_link(b"k" * 32, "t", content.decode("utf-8", "replace"), on=date(2026, 3, 3))


def _facturx() -> bytes:
    from dunning_sdk.connectors.facturx_write import write_facturx
    from tests.en16931 import the_story

    return write_facturx(the_story(number="F-77")).pdf


def _model() -> bytes:
    """Return a DMN model with a table and an expression."""
    from tests.dmn.drawn import DAYS, decision, document, table, text

    drawn = decision("fee", table([("< 10", "1"), (">= 10", "2 * days")]), needs=["days"])
    return document(DAYS, drawn, decision("more", text("days * 2"), needs=["days"])).encode()


TABLE = """first,days,fee,why
kind,input,output,annotation
type,number,number,
,> 30,7,late
,[10..30],2 * days,
,-,0,in time
"""


def _workbook() -> bytes:
    from dunning_sdk.dmn.table_csv import read_table_csv
    from dunning_sdk.dmn.table_xlsx import write_table_xlsx

    return write_table_xlsx(read_table_csv(TABLE))
