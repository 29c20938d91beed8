"""Record the examples in the description of the service, from calls that are made in order.

    python -m tests.service.examples

writes them beside the module that reads them. What is made anew in each run is set to a fixed
value.
"""

import json
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.testclient import TestClient

from dunning_sdk.access.api_key import ApiKeys, Scope
from dunning_sdk.access.tenants import Tenants
from dunning_sdk.domain.money import Money
from dunning_sdk.engine.companies import CompanyReport
from dunning_sdk.engine.engine import Engine
from dunning_sdk.hooks import hookimpl
from dunning_sdk.records.codec import to_json
from dunning_sdk.service.affairs import PetitionView
from dunning_sdk.service.app import OPERATIONS, build_service
from dunning_sdk.service.view import Said
from dunning_sdk.webhooks.webhooking import Told
from tests.hygiene.tree import PACKAGE
from tests.toml import dunning_toml, invoices, source

PLACE = re.compile(r"\{(\w+)(?::path)?\}")
DAY, LATER = "2026-03-09", "2026-03-16"
CONFIG = dunning_toml(
    invoices(),
    source(
        "payments",
        path="payments.csv",
        columns={"received_on": "date", "amount": "amount", "reference": "reference"},
        constants={"currency": "EUR"},
    ),
    tenant="lumen",
    book="friendly",
    language="en",
    store="memory://",
)
MORE = """
[webhooks.erp]
plugin = "erp"
events = ["receivable.*"]

[retention]
debtors = { years = 10, source = "Code de commerce, art. L123-22" }
"""
INVOICES = """number,issued,due,amount,debtor,name,email
F-1,2026-02-01,2026-03-08,1200.00,D-1,Boulangerie Martin SARL,compta@martin.example
F-2,2026-02-02,2026-03-09,300.00,D-2,Garage Leroux,pay@leroux.example
F-3,2026-02-02,2026-03-09,450.00,D-3,Cabinet Roy,pay@roy.example
"""
PAYMENTS = "date,amount,reference\n2026-03-09,300.00,Leroux\n2026-03-09,450.00,Roi\n"
EUROS = {"minor": 40000, "currency": "EUR"}
COMMENT = {
    "text": "sent the signed delivery note",
    "by": "Ana",
    "file": {"name": "delivery-note.txt", "content": "ZGVsaXZlcmVk"},
}
REPLY = {
    "kind": "replied",
    "on": LATER,
    "channel": "email",
    "sender": "compta@martin.example",
    "text": "We pay on Friday.",
    "reference": "m-77",
}
COURT = {
    "name": "Tribunal de commerce de Lyon",
    "street": "67 rue Servient",
    "postal_code": "69003",
    "city": "Lyon",
}
# What an installation of this size cannot show: no register, no French court, no live channel.
MADE = {
    "companies": ({}, {"as_of": LATER}, CompanyReport(as_of=date(2026, 3, 16), looked_up=2)),
    "petition": (
        {"receivable": "F-1"},
        {"as_of": "2026-05-04", "court": COURT},
        PetitionView(
            digests=["9f86d081884c7d65" * 4, "60303ae22b998861" * 4],
            principal=Money(120000, "EUR"),
            total=Money(125731, "EUR"),
            notes=["The mandate of who files is not among the documents."],
        ),
    ),
    "webhook_skip": ({"name": "erp"}, {"stream": "receivable/F-1"}, Said(said="receivable/F-1/3")),
    "webhook_deliver": ({"name": "erp"}, None, [Told(name="erp", sent=12)]),
}


class Host:
    """Hears every event, as the plugin `erp`."""

    __name__ = "erp"

    @hookimpl
    def dunning_hear_event(self, event):
        """Take it."""


def calls(known):
    """Yield operation, parameters and body, in the order of the story; answers are in `known`."""
    yield "pull", {}, {"as_of": DAY}
    yield "review", {"as_of": DAY}, None
    sure, other = (one["id"] for one in known["review"]["items"])
    yield "confirm_match", {"review_id": sure}, {"on": DAY}
    yield "reject_match", {"review_id": other}, {"on": DAY}
    yield "propose", {}, {"as_of": DAY}
    proposal = {"proposal_id": known["propose"]["id"]}
    yield "proposal", proposal, None
    yield "approve", proposal, {"by": "Ana"}
    yield "execute", proposal, {}
    yield "run", {}, {"as_of": LATER}
    comment = {"kind": "comment", "subject": "D-1", "on": LATER, "values": COMMENT}
    yield "record", {}, comment
    yield (
        "record",
        {},
        {"kind": "payment", "subject": "F-1", "on": LATER, "values": {"amount": EUROS}},
    )
    yield "hear", {}, [REPLY]
    of = {"receivable": "F-1"}
    yield "receivables", {"debtor": "D-1"}, None
    yield "decide", {"receivable_id": "F-1", "as_of": LATER}, None
    yield "explain", {"receivable_id": "F-1", "as_of": LATER}, None
    yield "ledger", of | {"as_of": LATER}, None
    yield "evidence", of | {"as_of": LATER}, None
    yield "recovery", {"receivable_id": "F-1", "as_of": LATER}, None
    yield "letters", of | {"as_of": LATER}, None
    yield "proofs", of | {"as_of": LATER}, None
    yield "proof", of | {"as_of": LATER, "digest": "9f86d081884c7d65" * 4}, None
    yield "thread", {"debtor": "D-1", "as_of": LATER}, None
    (file,) = (file for one in known["thread"]["entries"] for file in one["files"])
    yield "attachment", {"debtor": "D-1", "digest": file["digest"], "as_of": LATER}, None
    yield "waiting_for", {"name": "ana", "as_of": LATER}, None
    yield "statement", {"debtor": "D-1", "as_of": LATER}, None
    yield "statement_pdf", {"debtor": "D-1", "as_of": LATER}, None
    yield "statement_csv", {"debtor": "D-1", "as_of": LATER}, None
    quote = {"debtor": "D-1", "amount": EUROS, "signed_on": LATER, "terms_allow_financing": True}
    yield "record", {}, {"kind": "quote", "subject": "Q-1", "on": LATER, "values": quote}
    yield "ask_eligibility", {"quote_number": "Q-1", "as_of": LATER}, None
    yield "inquiry", {"debtor": "D-1", "as_of": LATER}, None
    yield "accounts", {"begin": "2026-02-01", "end": "2026-03-31", "limit": 2}, None
    yield "close_accounts", {}, {"through": "2026-02-28"}
    yield "webhooks", {}, None
    yield "webhook_replay", {"name": "erp"}, {"event": "receivable/F-1/2"}
    yield "webhook_resume", {"name": "erp"}, {}
    yield "webhook_ping", {"name": "erp"}, None
    yield "export", {"debtor": "D-2", "on": LATER}, None
    yield "retention", {"as_of": "2036-04-01"}, None
    due = [one["id"] for one in known["retention"]["items"]]
    yield "erase_due", {}, {"ids": due[:1], "on": "2036-04-01", "by": "Ana"}
    yield "erase", {"debtor": "D-1"}, {"on": LATER, "by": "Ana", "reason": "asked", "force": True}


def recorded(folder):
    """Return the example of each operation, and of a problem."""
    (folder / "dunning.toml").write_text(CONFIG + MORE, encoding="utf-8")
    (folder / "dunning.key").write_text("a passphrase for tests", encoding="ascii")
    (folder / "invoices.csv").write_text(INVOICES, encoding="utf-8")
    (folder / "payments.csv").write_text(PAYMENTS, encoding="utf-8")
    found, known = {}, {}
    with Engine.open(folder, plugins=[Host()]) as engine:
        keys = ApiKeys(engine.store, "lumen")
        key = keys.create("examples", Scope, now=datetime.now(UTC))[1]
        client = TestClient(build_service(Tenants([engine])), raise_server_exceptions=False)
        client.headers["Authorization"] = f"Bearer {key}"
        for number, (name, given, body) in enumerate(calls(known)):
            answer, example = called(client, name, given, body, number)
            if name not in found:
                found[name] = example
            if "json" in answer.headers["content-type"] and answer.is_success:
                known.setdefault(name, answer.json())
                found[name].setdefault("response", answer.json())
        problem = client.get("/receivables/F-9/next", params={"as_of": DAY})
    for name, (given, body, answer) in MADE.items():
        said = [to_json(one) for one in answer] if isinstance(answer, list) else to_json(answer)
        made = {"parameters": given | {"Idempotency-Key": "6f1d3c9e-0099"}, "response": said}
        found[name] = made | ({} if body is None else {"request": body})
    return fixed(found | {"problem": problem.json()})


def called(client, name, given, body, number):
    """Call an operation, and return its answer with the example made of the call."""
    operation = next(one for one in OPERATIONS if one.name == name)
    path = PLACE.sub(lambda place: given[place[1]], operation.path)
    in_path = set(PLACE.findall(operation.path))
    if operation.method == "GET":
        rest = {key: value for key, value in given.items() if key not in in_path}
        return client.get(path, params=rest), {"parameters": given}
    once = f"6f1d3c9e-{number:04}"
    answer = client.post(path, json=body, headers={"Idempotency-Key": once})
    example = {"parameters": given | {"Idempotency-Key": once}}
    return answer, example | ({} if body is None else {"request": body})


def fixed(found):
    """Return examples with what each run makes anew set to a fixed value."""
    if isinstance(found, dict):
        new = {"root": "5f" * 32, "request_id": "0b8c41d6-7c0f-4f8e-9a55-0d6a3c1f2b7e"}
        return {key: new.get(key) or fixed(value) for key, value in found.items()}
    return [fixed(value) for value in found] if isinstance(found, list) else found


def main():
    """Write the file."""
    with TemporaryDirectory() as folder:
        found = recorded(Path(folder))
    text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (PACKAGE / "service" / "examples.json").write_text(text, encoding="utf-8")
    lacking = [
        one.name
        for one in OPERATIONS
        if not one.media_type and "response" not in found.get(one.name, {})
    ]
    sys.stdout.write(f"{len(text)} bytes; no answer for {lacking}\n")


if __name__ == "__main__":
    main()
