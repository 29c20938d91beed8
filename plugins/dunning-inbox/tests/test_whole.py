"""A whole engine and a real mail box: a bounce goes on by letter, a reply pauses."""

from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest
from dunning_sdk import Record
from dunning_sdk.engine.engine import Engine
from dunning_sdk.installation.config import load_config
from dunning_sdk.store.opening import open_store
from tests.engine.installation import CONFIG
from tests.engine.test_recovering import HEAD, SOURCE, WHO
from tests.imap import SECRET, USER, Folder, pymap

import dunning_inbox

pytest.importorskip("typst")

FIRST_ON = date(2026, 3, 3)
NEXT_ON = FIRST_ON + timedelta(days=1)
BOX = """
[[sources.news]]
connector = "inbox"
host = "127.0.0.1"
port = {port}
security = "none"
user = "{user}"
"""


@pytest.fixture(scope="module")
def box():
    with pymap() as port:
        yield port


@pytest.fixture
def engine(box, tmp_path, monkeypatch):
    monkeypatch.setenv("DUNNING_INBOX_SECRET", SECRET)
    config = CONFIG.replace('"friendly"', '"fast-payment"').format(operator="financier")
    (tmp_path / "dunning.toml").write_text(
        config + SOURCE + BOX.format(port=box, user=USER), encoding="utf-8"
    )
    for name in ("drafts", "issued"):
        (tmp_path / name).mkdir()
    (tmp_path / "invoices.csv").write_text(
        f"{HEAD}\nF-1,2026-02-08,2026-03-10,1200.00,D-1,{WHO},F-1,full\n", encoding="utf-8"
    )
    loaded = load_config(tmp_path / "dunning.toml")
    store = open_store("memory://", tenant=loaded.tenant, secret="no secret here")  # noqa: S106
    with Engine(loaded, store, plugins=[dunning_inbox]) as engine:
        engine.pull(as_of=date(2026, 3, 1))
        yield engine


def night(engine, on):
    engine.record(Record(kind="payments-known", subject="bank", on=on))
    proposal = engine.propose(as_of=on)
    engine.approve(proposal.id, by="Jeanne")
    engine.execute(proposal.id)
    return proposal.acts


def message_id(tmp_path):
    (file,) = (tmp_path / "out" / "mail").glob("*.eml")
    return message_from_bytes(file.read_bytes(), policy=policy.default)["Message-ID"]


def test_a_bounce_goes_on_by_letter_and_a_reply_pauses(engine, box, tmp_path):
    night(engine, FIRST_ON)
    ours = message_id(tmp_path)
    Folder(box, "INBOX").put(
        (
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n'
            "MIME-Version: 1.0\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; compta@martin.example\r\n"
            "Action: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
            "Content-Type: text/rfc822-headers\r\n\r\n"
            f"Message-ID: {ours}\r\n\r\n--b--\r\n"
        ).encode(),
        on=FIRST_ON,
    )
    report = engine.pull(as_of=NEXT_ON)
    assert (report.heard, report.problems) == (1, [])
    (again,) = night(engine, NEXT_ON)
    assert again.channels == ("letter",)

    answer = f"In-Reply-To: {ours}\r\nFrom: compta@martin.example\r\n\r\nRien n'est livre\r\n"
    Folder(box, "INBOX").put(answer.encode(), on=NEXT_ON)
    assert [engine.pull(as_of=NEXT_ON).heard for _ in range(2)] == [1, 0]
    assert engine.decide("F-1", as_of=date(2026, 3, 10)).decision.reasons == ("reply-unread",)
    (entry,) = engine.thread("D-1", as_of=NEXT_ON).entries
    assert (entry.kind, entry.text) == ("reply", "Rien n'est livre")
