"""The commands of people who work together: threads, and matches of payments."""

from datetime import date

import pytest

from dunning_sdk import Engine
from dunning_sdk.connectors.interface import Batch
from dunning_sdk.money.cash import take_payments
from dunning_sdk.money.intake import PullReport
from tests.acceptance.program import dunning, dunning_here
from tests.build import a_payment
from tests.plugins.installation import CONFIG

ON = ("--on", "2026-03-12")
AS_OF = ("--as-of", "2026-03-12")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return an installation with two debtors and a payment that may be either's."""
    folder = tmp_path_factory.mktemp("desk")
    config = CONFIG.format(store="sqlite:///dunning.sqlite")
    (folder / "dunning.toml").write_text(config, encoding="utf-8")
    (folder / "dunning.key").write_text("A" * 43 + "=", encoding="ascii")
    rows = ["number,issued,due,amount,debtor,name,email"]
    for number, debtor, name in (("F-1", "D-1", "Martin SARL"), ("F-2", "D-2", "Garage Leroux")):
        rows.append(f"{number},2026-02-01,2026-03-08,1200.00,{debtor},{name},a@b.example")
    (folder / "invoices.csv").write_text("\n".join([*rows, ""]), encoding="utf-8")
    dunning_here(folder, "pull", "--as-of", "2026-02-02")
    with Engine.open(folder) as engine, engine.store.begin() as session:
        paid = a_payment(reference="merci", received_on=date(2026, 3, 10))
        take_payments(
            Batch(records=(paid,)), engine.config,
            session=session, as_of=date(2026, 3, 11), report=PullReport(),
        )  # fmt: skip
    return folder


def test_a_thread_is_written_and_read(folder):
    (folder / "note.txt").write_text("as agreed", encoding="utf-8")
    words = ("text=@anna see there", "by=Jeanne", "file=note.txt")
    dunning_here(folder, "record", "comment", "D-1", *words, *ON)
    task = ("text=call", "due_on=2026-03-14", "owner=Anna")
    dunning_here(folder, "record", "task", "F-1", *task, *ON)

    (comment, task) = dunning_here(folder, "thread", "F-1", *AS_OF, "--files", "kept")
    waiting = dunning_here(folder, "thread", "--for", "anna", *AS_OF)
    text = dunning(folder, "thread", "D-1", *AS_OF).out

    assert (comment["text"], comment["mentions"]) == ("@anna see there", ["anna"])
    assert [file["name"] for file in comment["files"]] == ["note.txt"]
    assert (folder / "kept" / "comment-1-1-note.txt").read_text() == "as agreed"
    assert (task["id"], task["due_on"], task["about"]) == ("task-1", "2026-03-14", "F-1")
    assert [one["id"] for one in waiting] == ["comment-1", "task-1"]
    assert text.startswith("D-1: 0 unread, 1 open tasks\n")
    assert "note.txt" in text


def test_a_thread_is_of_one_debtor_or_for_one_person(folder):
    assert "Name one of them" in dunning(folder, "thread", *AS_OF, code=2).err


def test_a_match_is_confirmed_once_and_not_otherwise(folder):
    (asked,) = [one for one in dunning_here(folder, "review", *AS_OF) if "payment" in one["kind"]]
    chosen = ("--receivable", "F-1")
    said = dunning_here(folder, "match", "confirm", asked["id"], *chosen, *ON)
    again = dunning_here(folder, "match", "confirm", asked["id"], *chosen, *ON)
    refused = dunning(folder, "match", "reject", asked["id"], *ON, code=2).err

    assert said == {"recorded": "1200.00 EUR of payment P1 on F-1"}
    assert again == {"recorded": "payment-unsure:P1 is confirmed for F-1 already"}
    assert "was answered settled:F-1 on 2026-03-12; it cannot be rejected" in refused
