"""docs/recording.md has every kind of record with the keys it reads, and its commands run."""

import inspect
import re
import shlex
from datetime import date

import pytest

from dunning_sdk import Engine, Record
from dunning_sdk.cli.records import _parsed
from dunning_sdk.financing.crediting import grant_refund
from dunning_sdk.financing.financier_news import hear
from dunning_sdk.financing.sideways import HANDLERS as FINANCING
from dunning_sdk.money import exchanging
from dunning_sdk.proposals.expecting import confirm_act
from dunning_sdk.proposals.law_confirming import confirm_law
from dunning_sdk.recording.recording import _HANDLERS
from dunning_sdk.recording.telling import BY_THE_BOOK, OF_MONEY
from dunning_sdk.records.entry import KEYS
from tests.docs.pages import ROOT, sections, table
from tests.plugins.installation import CONFIG

PAGE = (ROOT / "docs" / "recording.md").read_text(encoding="utf-8")
SECTIONS = sections(PAGE)
ELSEWHERE = {
    "act": confirm_act,
    "refund": grant_refund,
    "financier-news": hear,
    **BY_THE_BOOK,
    **OF_MONEY,
    "law-confirmed": confirm_law,
}
READERS = {**_HANDLERS, **ELSEWHERE, **FINANCING}
COMMANDS = [shlex.split(line)[2:] for line in re.findall(r"(?m)^\$ (dunning record .*)$", PAGE)]
STOPS = {kind for kind, keys in KEYS.items() if {"until_on", "ask_again_on", "owner"} <= keys}
SHARED = STOPS | {"lift", "refund", "credit-line", "financier-news"}  # by functions they share
# Told by the acceptance stories.
NEED_A_STATE = {"posting", "delivery", "act", "answer", "financier-news"} | set(FINANCING) - {
    "finance"
}


def keys_read(reader):
    """Return the keys a function reads, and those it cannot do without."""
    text = inspect.getsource(reader)
    if reader in OF_MONEY.values():
        text += inspect.getsource(exchanging)
    needed = set(re.findall(r'value_of\(entry, "(\w+)"\)', text))
    return needed | set(re.findall(r'values\.get\("(\w+)"\)', text)), needed


def keys_documented(kind):
    rows = table(SECTIONS[f"`{kind}`"], "key")
    common = table(SECTIONS["Stops"], "key") if kind in STOPS else []
    keys = {row[0].strip("`") for row in (*rows, *common)}
    return keys, {row[0].strip("`") for row in rows if row[1] == "yes"}


def test_every_kind_has_a_section():
    headings = {heading.strip("`") for heading in SECTIONS if heading.startswith("`")}

    assert headings == set(READERS)


@pytest.mark.parametrize("kind", READERS)
def test_every_key_a_kind_reads_is_documented(kind):
    keys, needed = keys_documented(kind)

    assert (keys, needed) == ((KEYS[kind], needed) if kind in SHARED else keys_read(READERS[kind]))


def test_every_kind_has_a_command_with_documented_keys():
    assert {words[0] for words in COMMANDS} == set(READERS)
    for kind, _, *values in COMMANDS:
        given = {text.partition("=")[0] for text in values[: values.index("--on")]}
        assert given <= keys_documented(kind)[0], kind


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """Return an engine with the receivables that the page speaks of."""
    folder = tmp_path_factory.mktemp("recording")
    (folder / "dunning.toml").write_text(CONFIG.format(store="memory://"), encoding="utf-8")
    (folder / "dunning.key").write_text("a passphrase for tests", encoding="ascii")
    rest = "2026-02-01,2026-03-08,1200.00,D-1,Boulangerie Martin SARL,compta@martin.example"
    rows = [f"F-{number},{rest}" for number in range(1001, 1013)]
    rows[4] = rows[4].replace(",D-1,", ",D-5,")  # insolvency stops all that a debtor owes
    text = "\n".join(["number,issued,due,amount,debtor,name,email", *rows, ""])
    (folder / "invoices.csv").write_text(text, encoding="utf-8")
    (folder / "contract.pdf").write_bytes(b"%PDF-1.7")
    with Engine.open(folder) as engine:
        engine.pull(as_of=date(2026, 2, 9))
        yield engine


def test_the_commands_run_in_the_order_of_the_page(engine, monkeypatch):
    monkeypatch.chdir(engine.config.folder)
    said = {}
    for kind, subject, *values in COMMANDS:
        if kind not in NEED_A_STATE:
            *pairs, _, on = values
            known = dict(_parsed(text, "EUR") for text in pairs)
            entry = Record(kind=kind, on=date.fromisoformat(on), subject=subject, values=known)
            said[kind] = engine.record(entry)

    assert set(said) == set(READERS) - NEED_A_STATE
    assert said["lift"] == "stop promised-1 lifted on F-1003"
    assert said["recovery"] == "formal-notice for F-1012: noticed"
    assert said["due-date"] == "F-1008 is now due on 2026-04-15"
    assert said["credit-line"] == "credit line of D-1: 8000.00 EUR available of 15000.00 EUR"
