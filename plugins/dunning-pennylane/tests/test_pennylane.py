"""Pennylane: its pages and limits, recorded replies whole, and the configuration."""

import json
from decimal import Decimal

import pytest
from dunning_sdk.connectors.options import creditor_of
from dunning_sdk.connectors.payload import new_fields, read_payload
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.errors import ConfigError, ConnectorInvalidError
from dunning_sdk.testing.loopback import Answer, Mishap
from tests.shared import shared_path

from dunning_pennylane import dunning_register_connectors
from dunning_pennylane.options import open_reader, open_sink, site
from dunning_pennylane.reader import Reader
from dunning_pennylane.record import DebtorRecord, InvoiceRecord, TransactionRecord
from dunning_pennylane.sink import DocumentRecord

TOKEN = "tok-4f2a9c01"  # noqa: S105 - it opens nothing


def test_the_recorded_reply_to_a_draft_is_read_whole():
    path = shared_path("contracts/recorded-responses/pennylane/create-customer-invoice.test.json")
    recorded = json.loads(path.read_text(encoding="utf-8"))
    reply = recorded["api"]["post"]["/api/external/v2/customer_invoices"]["response"]
    found = read_payload(DocumentRecord, reply, connector="pennylane", what="the document")

    assert (found.id, found.draft, found.external_reference, found.currency_amount) == (
        25465420529664, True, "2SPAZCOI5F", Decimal("1200.0"),
    )  # fmt: skip


def test_a_cursor_that_turns_in_circles_brings_nothing(invoices, tool):
    tool.turns_in_circles = True

    with pytest.raises(ConnectorInvalidError, match="cannot be read to its end"):
        invoices()


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ({"items": [], "has_more": True, "next_cursor": None}, "next_cursor"),
        ({"items": [], "next_cursor": None}, "has_more"),
        ({"data": []}, "items"),
        ([], "record"),
        (None, "record"),
    ],
)
def test_a_page_that_is_not_as_expected_brings_nothing(invoices, tool, page, field):
    tool.misbehave(Mishap(answer=Answer.of(page)))

    with pytest.raises(ConnectorInvalidError) as why:
        invoices()
    assert field in why.value.fields


def test_the_declared_limit_is_kept(tool):
    seconds = [0.0]
    waits = []

    def sleep(wait):
        waits.append(wait)
        seconds[0] += wait

    timing = Timing(monotonic=lambda: seconds[0], sleep=sleep)
    reader = Reader(site(tool.url, TOKEN), timing=timing)
    for _ in range(26):
        reader.invoice(11)

    assert waits == [5.0]


def recorded(name):
    """Return the replies of Pennylane that a file of recordings holds."""
    text = shared_path(f"contracts/recorded-responses/pennylane/{name}.test.json").read_text(
        "utf-8"
    )
    for calls in json.loads(text, parse_float=Decimal)["api"].values():
        for reply in calls.values():
            yield reply["response"]


@pytest.mark.parametrize(
    ("name", "model", "count"),
    [
        ("list-customer-invoices", InvoiceRecord, 9),
        ("get-customer-invoice", InvoiceRecord, 1),
        ("list-customers", DebtorRecord, 11),
        ("get-customer", DebtorRecord, 1),
        ("get-transaction", TransactionRecord, 1),
    ],
)
def test_what_pennylane_really_answered_is_read_whole(name, model, count):
    replies = list(recorded(name))
    items = [item for reply in replies for item in reply.get("items", [reply])]
    records = [read_payload(model, item, connector="pennylane", what="x") for item in items]

    assert len(records) == count
    assert new_fields(records, connector="pennylane", what="record") == ()


def test_the_simulator_answers_as_pennylane_did(tool):
    kept = {"list-customer-invoices": tool.invoices[11], "get-customer": tool.customers[1],
            "get-transaction": tool.transactions[91]}  # fmt: skip
    for name, mine in kept.items():
        reply = next(recorded(name))
        item = reply.get("items", [reply])[0]
        assert mine.keys() == item.keys(), name


def test_options_are_checked_and_the_token_is_not_one(tmp_path, monkeypatch):
    monkeypatch.delenv("PENNYLANE_TOKEN", raising=False)
    section = "[[sources.invoices]]"
    with pytest.raises(ConfigError, match="PENNYLANE_TOKEN is not set"):
        open_reader({}, folder=tmp_path, section=section)
    with pytest.raises(ConfigError, match=r"\[\[sources.invoices\]\] token"):
        open_reader({"token": "x"}, folder=tmp_path, section=section)
    (tmp_path / "token").write_text(TOKEN)
    options = {"secret_file": "token", "since": "2026-01-01"}
    assert open_reader(options, folder=tmp_path, section=section)
    with pytest.raises(ConfigError, match=r"\[sink\] since"):
        open_sink(options, folder=tmp_path, section="[sink]")
    issuing = {"secret_file": "token", "vat_rates": {"5.5": "FR_55"}}
    assert open_sink(issuing, folder=tmp_path, section="[sink]")

    with pytest.raises(ConfigError, match=r"need \[parties.creditor\]"):
        creditor_of({}, source="Pennylane")
    assert [(spec.capability, spec.name) for spec in dunning_register_connectors()] == [
        ("invoices", "pennylane"), ("payments", "pennylane"), ("sink", "pennylane"),
    ]  # fmt: skip
