"""The evidence file: whole, the same every time, and sound only as long as nobody touches it."""

import hashlib
import json
import zipfile
from datetime import date, timedelta
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dunning_sdk import Record
from dunning_sdk.connectors.interface import Batch, SourcedInvoice
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.evidence.evidence_archive import is_plain, pack, unpack
from dunning_sdk.evidence.evidence_check import INDEX, PROOFS, seal_of, verify_evidence
from dunning_sdk.money.cash import take_payments
from dunning_sdk.money.intake import PullReport, take_invoices
from dunning_sdk.records.kept_file import file_named
from dunning_sdk.store.canonical import canonical
from tests.acceptance.program import dunning, dunning_here
from tests.build import a_payment, an_invoice
from tests.engine.installation import an_engine
from tests.plugins.installation import CONFIG

DUE_ON = date(2026, 3, 10)
END = DUE_ON + timedelta(days=40)
INVOICE = b"%PDF-1.4 the invoice"


def tell(engine, kind, subject, on, **values):
    return engine.record(Record(kind=kind, subject=subject, on=on, values=values))


def lived(folder):
    """Return an engine with a receivable that was chased, answered and partly paid."""
    engine = an_engine(folder, operator="creditor")
    sources = [
        SourcedInvoice(invoice=an_invoice(number=number), origin="x", content=INVOICE)
        for number in ("F1", "F2")
    ]
    with engine.store.begin() as session:
        take_invoices(
            Batch(records=tuple(sources)), engine.config,
            session=session, as_of=date(2026, 2, 8), report=PullReport(),
        )  # fmt: skip
    for offset in (-7, 0, 7, 14):
        on = DUE_ON + timedelta(days=offset)
        tell(engine, "payments-known", "bank", on)
        engine.run(as_of=on)
    on = DUE_ON + timedelta(days=20)
    tell(engine, "document", "C1/F1", on, what="order", file=file_named("o.pdf", b"%PDF order"))
    tell(engine, "reply", "C1/F1", on, text="Le \u65e5 arrive.\nBient\u00f4t.", who="M. Martin")
    tell(engine, "comment", "D1", on, text="between us: he is ill", by="Jeanne")
    with engine.store.begin() as session:
        part = a_payment(amount=Money(200_00, "EUR"), received_on=on)
        take_payments(
            Batch(records=(part,)), engine.config, session=session, as_of=on, report=PullReport()
        )
    return engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with lived(tmp_path_factory.mktemp("evidence")) as engine:
        yield engine


@pytest.fixture(scope="module")
def evidence(engine):
    return engine.evidence("C1/F1", as_of=END)


@pytest.fixture(scope="module")
def members(evidence):
    return unpack(evidence.archive)[0]


def logs(members):
    found = {}
    for name, content in members.items():
        if name.startswith("log/stream-"):
            data = json.loads(content)
            found[data["kind"]] = name
    return found


def resealed(members, **changed):
    """Return an archive made anew by somebody who can count: members and index fit again."""
    whole = {**members, **changed}
    index = json.loads(whole.pop(INDEX))
    index["members"] = [
        {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(whole.items())
    ]
    index["seal"] = seal_of(index)
    return pack({**whole, INDEX: canonical(index).encode()})


def with_log(members, kind, change):
    name = logs(members)[kind]
    data = json.loads(members[name])
    change(data)
    return resealed(members, **{name: json.dumps(data).encode()})


# what is in it --------------------------------------------------------------------------------
def test_a_file_is_sound_and_the_same_for_the_same_state(engine, evidence):
    found = verify_evidence(evidence.archive, seal=evidence.seal)

    assert engine.evidence("C1/F1", as_of=END) == evidence
    assert (found.faults, found.receivable_id, found.as_of) == ((), "C1/F1", END.isoformat())
    assert (found.seal, found.streams, found.is_erased) == (evidence.seal, 4, False)
    assert evidence.page.startswith(b"%PDF-")


def test_it_holds_what_proves_the_claim(members):
    log = json.loads(members[logs(members)["receivable"]])
    sent = [json.loads(one["header"]).get("message") for one in log["events"]]
    acts = json.loads(members["facts/acts.json"])
    interest = json.loads(members["facts/interest.json"])

    assert {f"messages/{digest}.json" for digest in sent if digest} <= members.keys()
    assert f"files/{hashlib.sha256(INVOICE).hexdigest()}.pdf" in members
    assert f"files/{hashlib.sha256(b'%PDF order').hexdigest()}.pdf" in members
    assert {act["step"] for act in acts} == {"before-due", "due-today", "until-paid"}
    assert all("guards.nothing-owed" in str(act["why"]["trace"]) for act in acts)
    assert (interest["segments"][0]["from"], interest["compensation"]) == (
        "2026-03-11",
        "40.00 EUR",
    )
    assert "Code de commerce" in interest["segments"][0]["source"]
    assert sorted(logs(members)) == ["debtor", "payment", "receivable", "tenant"]


def test_what_colleagues_said_among_themselves_stays_out(members):
    log = json.loads(members[logs(members)["debtor"]])
    withheld = {one["type"]: one["withheld"] for one in log["events"]}

    assert withheld == {
        "debtor.document-kept": "",
        "debtor.replied": "",
        "debtor.commented": "about-other-matters",
    }
    assert b"between us" not in b"".join(members.values())


def test_names_in_the_archive_are_safe(evidence):
    with zipfile.ZipFile(BytesIO(evidence.archive)) as archive:
        names = archive.namelist()

    assert [name for name in names if not is_plain(name)] == []
    for name in ("../a", "/a", "a\\b", "A.txt", "a/b/c", "a/../b", "", ".a", "a/..", "c:a"):
        assert not is_plain(name)


def test_a_file_of_an_erased_debtor_says_so_and_is_sound(tmp_path):
    with lived(tmp_path) as engine:
        engine.store.drop_key("D1")
        evidence = engine.evidence("C1/F1", as_of=END, language="fr")
    members, _ = unpack(evidence.archive)
    found = verify_evidence(evidence.archive)
    whole = b"".join(members.values())

    assert (evidence.is_erased, found.is_erased, found.faults) == (True, True, ())
    assert not [name for name in members if name.startswith(("files/", "messages/"))]
    for word in (b"Martin", b"Boulangerie", b"martin.example"):
        assert word not in whole
    assert json.loads(members["facts/interest.json"]) == {"not_known": "debtor-erased"}


def test_an_unknown_receivable_has_none(engine):
    with pytest.raises(RecordNotFoundError):
        engine.evidence("C1/F9", as_of=END)
    with pytest.raises(RecordNotFoundError):
        engine.evidence("C1/F1", as_of=date(2026, 1, 1))


# what is changed is named -----------------------------------------------------------------------
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_a_flipped_byte_anywhere_is_detected(evidence, place, flip):
    changed = bytearray(evidence.archive)
    changed[int(place * len(changed))] ^= flip

    assert verify_evidence(bytes(changed)).faults != ()


def test_a_flipped_byte_in_a_row_names_the_row(evidence, members):
    name = logs(members)["receivable"]
    third = json.loads(members[name])["events"][2]["commitment"].encode()
    changed = bytearray(evidence.archive)
    changed[evidence.archive.index(third)] ^= 1

    faults = verify_evidence(bytes(changed)).faults

    assert faults[:2] == (
        f"Member {name} is damaged",
        f"Member {name} was changed: its SHA-256 is another one",
    )
    assert any(fault.startswith("Event 3 of receivable C1/F1") for fault in faults)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(place=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_off_anywhere_is_detected(evidence, place):
    assert verify_evidence(evidence.archive[: int(place * len(evidence.archive))]).faults != ()


@pytest.mark.parametrize("junk", [b"", b"PK", b"{}", b"\x00" * 100])
def test_what_is_no_evidence_file_is_no_crash(junk):
    assert verify_evidence(junk).faults != ()
    assert verify_evidence(pack({INDEX: junk})).faults != ()
    assert verify_evidence(
        pack({INDEX: b'{"format": "dunning-evidence-1", "members": [1.5]}'})
    ).faults


def test_a_changed_missing_or_foreign_member_is_named(members):
    page = {**members, "evidence.pdf": b"%PDF-other"}
    less = {name: content for name, content in members.items() if name != "facts/acts.json"}
    more = {**members, "facts/other.json": b"{}"}

    assert verify_evidence(pack(page)).faults == (
        "Member evidence.pdf was changed: its SHA-256 is another one",
    )
    assert verify_evidence(pack(less)).faults == ("Member facts/acts.json is missing",)
    assert verify_evidence(pack(more)).faults == ("Member facts/other.json is not in the index",)


KINDS = ("receivable", "debtor", "payment", "tenant")


@pytest.mark.parametrize("kind", KINDS)
def test_every_changed_row_is_named_even_where_the_index_was_made_anew(members, kind):
    rows = json.loads(members[logs(members)[kind]])["events"]
    for place in range(len(rows)):
        for key, value in (
            ("on", "2020-01-01"),
            ("header", '{"amount_minor":1}'),
            ("owner", "D9"),
            ("type", "a.b"),
            ("commitment", "00" * 32),
            ("digest", "11" * 32),
            ("recorded_at", "2020-01-01T00:00:00+00:00"),
        ):

            def change(data, place=place, key=key, value=value):
                data["events"][place][key] = value

            faults = verify_evidence(with_log(members, kind, change)).faults
            assert any(f"Event {place + 1} of {kind}" in fault for fault in faults), (place, key)


@pytest.mark.parametrize("kind", KINDS)
def test_every_missing_row_is_named(members, kind):
    rows = json.loads(members[logs(members)[kind]])["events"]
    for place in range(len(rows)):

        def less(data, place=place):
            data["events"].pop(place)

        faults = verify_evidence(with_log(members, kind, less)).faults
        assert f"Event {place + 1} of {kind}" in " ".join(faults)
        assert "is missing" in " ".join(faults)


def test_a_changed_payload_is_named(members):
    def change(data):
        data["events"][0]["salt_and_payload"] = data["events"][1]["salt_and_payload"]

    faults = verify_evidence(with_log(members, "receivable", change)).faults

    assert "Event 1 of receivable C1/F1 has a payload that was changed" in " ".join(faults)


@pytest.mark.parametrize("kind", KINDS[:3])
def test_a_log_cut_off_with_its_head_is_named_by_the_digests_of_the_days(members, kind):
    def cut(data):
        last = data["events"].pop()
        data["head"] = (
            {"seq": last["seq"] - 1, "digest": data["events"][-1]["digest"]}
            if (data["events"])
            else None
        )

    faults = verify_evidence(with_log(members, kind, cut)).faults

    assert any("is missing or another one" in fault for fault in faults)
    assert any("is not proved by the latest digest" in fault for fault in faults)


def test_a_whole_stream_left_out_is_named(members):
    name = logs(members)["payment"]
    less = {key: content for key, content in members.items() if key != name}

    faults = verify_evidence(resealed(less)).faults

    assert faults[0].startswith("The log of payment P1 was digested on")


def test_a_message_and_a_file_that_are_not_those_of_the_log_are_named(members):
    message = next(name for name in members if name.startswith("messages/"))
    invoice = f"files/{hashlib.sha256(INVOICE).hexdigest()}.pdf"
    other = verify_evidence(resealed(members, **{message: b"{}"})).faults
    none = {name: content for name, content in members.items() if name != invoice}

    assert other[0].startswith("The message that event")
    assert other[0].endswith(f"was changed: {message}")
    assert (
        verify_evidence(resealed(none))
        .faults[0]
        .startswith("The file that event 1 of receivable C1/F1 names is missing")
    )


def test_proofs_that_are_missing_or_made_up_are_named(members):
    data = json.loads(members[PROOFS])
    data["proofs"][0]["steps"] = [["00" * 32, True]]
    made_up = verify_evidence(resealed(members, **{PROOFS: json.dumps(data).encode()})).faults
    none = verify_evidence(resealed(members, **{PROOFS: b'{"proofs": []}'})).faults
    odd = verify_evidence(resealed(members, **{PROOFS: b'{"proofs": [{"on": "x"}]}'})).faults

    assert any("does not hold event" in fault for fault in made_up)
    assert "The end of receivable C1/F1 is not proved by the latest digest" in none
    assert "A proof of x cannot be read" in odd


def test_a_file_made_anew_is_told_by_the_seal_and_by_a_digest_that_was_handed_out(engine, evidence):
    found = verify_evidence(evidence.archive)
    on, root = found.digests[-1]

    assert verify_evidence(evidence.archive, digest=(on, root.upper())).faults == ()
    assert verify_evidence(evidence.archive, digest=(on, "00" * 32)).faults == (
        f"The digest noted for {on} is not in the log: the log was made anew or cut off",
    )
    other = engine.evidence("C1/F2", as_of=END)
    assert verify_evidence(other.archive, seal=evidence.seal).faults == (
        "The seal is not the one that was noted: this is another file",
    )


# the command ------------------------------------------------------------------------------------
def test_the_command_names_both_files_after_one_name(tmp_path):
    config = CONFIG.format(store="sqlite:///dunning.sqlite")
    (tmp_path / "dunning.toml").write_text(config, encoding="utf-8")
    (tmp_path / "dunning.key").write_text("A" * 43 + "=", encoding="ascii")
    rows = "number,issued,due,amount,debtor,name,email\n"
    row = "F-1,2026-02-01,2026-03-08,1200.00,D-1,Martin SARL,compta@martin.example\n"
    (tmp_path / "invoices.csv").write_text(rows + row, encoding="utf-8")
    dunning_here(tmp_path, "pull", "--as-of", "2026-02-02")

    for name in ("claim.zip", "claim.pdf", "claim"):
        said = dunning_here(tmp_path, "evidence", "F-1", "--as-of", "2026-03-01", "-o", f"e/{name}")
        assert said["files"] == ["e/claim.zip", "e/claim.pdf"]

    assert sorted(path.name for path in (tmp_path / "e").iterdir()) == ["claim.pdf", "claim.zip"]
    found = verify_evidence((tmp_path / "e" / "claim.zip").read_bytes(), seal=said["seal"])
    assert found.faults == ()


def test_the_command_writes_both_files_and_verifies_without_a_store(tmp_path, evidence):
    archive = tmp_path / "F1.zip"
    archive.write_bytes(evidence.archive)
    said = dunning_here(tmp_path, "evidence", "--verify", archive, "--seal", evidence.seal)

    assert (said["faults"], said["receivable_id"]) == ([], "C1/F1")
    archive.write_bytes(evidence.archive[:-1])
    assert (
        "fault: The archive cannot be read"
        in dunning(tmp_path, "evidence", "--verify", archive, code=1).out
    )
