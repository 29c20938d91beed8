"""What is kept of one debtor is handed out whole, erased whole, and kept no longer than the law."""

import json
import zipfile
from datetime import timedelta
from unittest.mock import Mock

import pytest

from dunning_sdk.cli.main import run
from dunning_sdk.errors import ConfigError, DomainError, RecordNotFoundError
from dunning_sdk.installation.config import load_config
from dunning_sdk.installation.retention_config import RetentionConfig
from dunning_sdk.operations.doctoring import Verdict, examine
from dunning_sdk.privacy.erasing import erase
from dunning_sdk.privacy.exporting import export
from dunning_sdk.privacy.retaining import due, erase_due
from dunning_sdk.privacy.rotating import rotate
from dunning_sdk.records.entry import Record
from tests.acceptance.program import dunning_here
from tests.contracts.store_contract import an_act
from tests.engine.marked import IBAN, MARK, NEW_SECRET, SECRET, date_of, install, live, opened

LATER = date_of("2026-05-01")


@pytest.fixture
def folder(tmp_path):
    return install(tmp_path / "installation")


@pytest.fixture
def engine(folder):
    with opened(folder) as found:
        live(found)
        yield found


def raw(folder):
    """Return the bytes of the store's files."""
    return b"".join(path.read_bytes() for path in folder.glob("dunning.sqlite*"))


def everything(store):
    """Return all that sessions tell, as one text."""
    with store.begin() as session:
        kinds = {kind for kind, _ in known_records(session)}
        told = [session.records(kind) for kind in sorted(kinds)]
        for stream in session.streams():
            told.append(stream)
            for happened in session.events(stream):
                told.append(happened)
                try:
                    told.append(session.payload(stream, happened.seq))
                except RecordNotFoundError:
                    told.append("erased")
        told += [session.reviews(open_only=False), session.acts(), session.receivables()]
        return repr(told)


def known_records(session):
    return [record for owner in session.owners() for record in session.holdings(owner).records]


def settle(engine, *ids):
    for id in ids:
        engine.record(Record(kind="payment", subject=id, on=date_of("2026-04-10")))


# export -------------------------------------------------------------------------------------


def test_an_export_holds_all_that_is_kept_of_a_debtor_and_nothing_of_others(engine, tmp_path):
    digest = "0" * 64
    with engine.store.begin() as session:
        session.put_record("host.note", "N1", {"text": f"by a plugin {MARK}"}, owner="D-1")
        session.put_blob(digest, b"%PDF-1.7 letter", owner="D-1")

    done = export(engine.store, "D-1", tmp_path / "D-1.zip", on=LATER)

    with zipfile.ZipFile(done.file) as archive:
        data = json.loads(archive.read("data.json"))
        assert archive.read(f"documents/{digest}.pdf") == b"%PDF-1.7 letter"
        assert data["documents"] == [name for name in archive.namelist() if name != "data.json"]
    text = json.dumps(data, ensure_ascii=False)
    assert {record["kind"] for record in data["records"]} == {
        "party", "notice", "payment", "quote", "host.note",
    }  # fmt: skip
    assert {(stream["kind"], stream["id"]) for stream in data["streams"]} >= {
        ("receivable", "F-1"), ("receivable", "F-2"), ("debtor", "D-1"), ("quote", "Q-1"),
        ("credit-line", "D-1"),
    }  # fmt: skip
    assert [act["receivable_id"] for act in data["acts"]]
    for mark in (f"Boulangerie {MARK}", f"1 rue {MARK}", f"Paper {MARK}", IBAN):
        assert mark in text, mark
    assert "Leroux" not in text
    assert done.file.stat().st_mode & 0o077 == 0
    assert (done.records, done.documents) == (len(data["records"]), len(data["documents"]))


def test_the_same_data_is_exported_as_the_same_bytes(engine, tmp_path):
    first = export(engine.store, "D-1", tmp_path / "1.zip", on=LATER).file.read_bytes()

    assert export(engine.store, "D-1", tmp_path / "2.zip", on=LATER).file.read_bytes() == first


def test_an_export_never_replaces_a_file(engine, tmp_path):
    (tmp_path / "x.zip").write_text("older")

    with pytest.raises(ConfigError, match="exists already"):
        export(engine.store, "D-1", tmp_path / "x.zip", on=LATER)
    with pytest.raises(ConfigError, match="cannot be written"):
        export(engine.store, "D-1", tmp_path / "no" / "x.zip", on=LATER)


def test_an_unknown_debtor_is_said_with_the_nearest(engine, tmp_path):
    with pytest.raises(RecordNotFoundError, match="no debtor D-1x — Did you mean D-1"):
        export(engine.store, "D-1x", tmp_path / "x.zip", on=LATER)


# erasing ------------------------------------------------------------------------------------


def test_nothing_of_an_erased_debtor_is_left(engine, folder):
    settle(engine, "F-2")
    with engine.store.begin() as session:  # a payment nobody knew, settled by a person since
        (unknown,) = [item for item in session.owners() if item.startswith("payment:")]
        paid = unknown.removeprefix("payment:")
    assert f"thank you {MARK}" in everything(engine.store)

    done = erase(engine.store, "D-1", on=LATER, by="Ana", reason="asked on 30 April")

    assert done.records
    assert done.notices
    text = everything(engine.store)
    for mark in ("Boulangerie", f"1 rue {MARK}", f"Paper {MARK}", f"F-1 {MARK}"):
        assert mark not in text, mark
    assert text.count(MARK) == 2 * text.count(f"thank you {MARK}")
    assert paid in text
    assert MARK.encode() not in raw(folder)
    found = examine(engine, on=LATER)
    assert [each for each in found if each.verdict is Verdict.FAULT] == []
    with pytest.raises(RecordNotFoundError, match="was erased"):
        erase(engine.store, "D-1", on=LATER, by="Ana")


def test_an_erased_debtor_disturbs_no_run(engine):
    settle(engine, "F-2")
    erase(engine.store, "D-1", on=LATER, by="Ana")

    proposal, report = engine.run(as_of=LATER, full=True)

    assert not report.failed
    assert {act.receivable_id for act in proposal.acts} <= {"F-3"}


def test_who_still_owes_is_not_erased_but_by_force_with_a_reason(engine):
    with pytest.raises(DomainError, match="still owes 1 receivables: F-2") as caught:
        erase(engine.store, "D-1", on=LATER, by="Ana")
    assert "--force" in caught.value.hint
    with pytest.raises(DomainError, match="without a reason"):
        erase(engine.store, "D-1", on=LATER, by="Ana", force=True, reason=" ")
    assert "Boulangerie" in everything(engine.store)

    erase(engine.store, "D-1", on=LATER, by="Ana", force=True, reason="a court says so")

    assert "Boulangerie" not in everything(engine.store)
    assert "a court says so" in everything(engine.store)


def test_who_is_just_written_to_is_not_erased(engine):
    settle(engine, "F-2")
    with engine.store.begin() as session:
        session.plan([an_act(receivable_id="F-2")])

    with pytest.raises(DomainError, match="acts about debtor D-1 have not come to rest"):
        erase(engine.store, "D-1", on=LATER, by="Ana")


def test_an_erasure_cut_off_halfway_is_finished_by_the_next(engine, monkeypatch):
    settle(engine, "F-2")
    dropped = []

    def crash(owner):
        dropped.append(owner)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(engine.store, "drop_key", crash)
        with pytest.raises(KeyboardInterrupt):
            erase(engine.store, "D-1", on=LATER, by="Ana")
    assert dropped

    erase(engine.store, "D-1", on=LATER, by="Ana")

    assert "Boulangerie" not in everything(engine.store)


# retention ----------------------------------------------------------------------------------


def test_what_is_due_is_listed_with_its_law_and_erased_by_approval_alone(engine):
    settle(engine, "F-2")
    config, store = engine.config, engine.store
    years_later = date_of("2036-04-10")

    assert due(config, store, on=LATER) == ()
    assert due(config, store, on=years_later - timedelta(days=1))[0].kind == "payments"
    listed = due(config, store, on=years_later)
    assert [(one.kind.value, one.due_on.isoformat()) for one in listed] == [
        ("payments", "2031-03-05"), ("debtors", "2036-04-10"),
    ]  # fmt: skip
    assert listed[1].source == "Code de commerce, art. L123-22"
    assert "Boulangerie" in everything(store)
    with pytest.raises(DomainError, match="D-2 is not due"):
        erase_due(config, store, ["D-1", "D-2"], on=years_later, by="Ana")

    erase_due(config, store, [one.id for one in listed], on=years_later, by="Ana")

    assert due(config, store, on=years_later) == ()
    text = everything(store)
    assert MARK not in text
    assert "Garage Leroux" in text


def test_who_never_became_a_debtor_has_a_period_of_his_own(engine):
    with engine.store.begin() as session:
        (stream,) = [one for one in session.streams() if one.kind == "quote"]
        first = session.events(stream)[0]
    values = {"topic": "press", "says": "adverse", "source": "Paper"}
    engine.record(Record(kind="inquiry", subject="D-9", on=first.on, values=values))

    listed = due(engine.config, engine.store, on=date_of("2029-03-05"))

    assert [(one.kind.value, one.id) for one in listed] == [("prospects", "D-9")]


def test_without_periods_nothing_is_ever_due(engine):
    config = engine.config.model_copy(update={"retention": RetentionConfig()})

    assert due(config, engine.store, on=date_of("2099-01-01")) == ()


# the commands -------------------------------------------------------------------------------


def test_the_commands_hand_out_erase_and_keep_no_longer(folder, tmp_path):
    with opened(folder) as engine:
        live(engine)
        settle(engine, "F-2")
    on = ("--on", "2036-04-10")
    as_of = ("--as-of", "2036-04-10")

    done = dunning_here(folder, "debtor", "export", "D-1", *on, "-o", tmp_path / "x.zip")
    assert done["records"] > 3
    listed = dunning_here(folder, "retention", *as_of)
    assert (len(listed["due"]), listed["erased"]) == (2, [])
    some = dunning_here(folder, "retention", *as_of, "--erase-all", "--by", "Ana")
    assert some["erased"] == [one["id"] for one in listed["due"]]
    with opened(folder) as engine:
        settle(engine, "F-3")
    assert dunning_here(folder, "debtor", "erase", "D-2", *on, "--by", "Ana")["debtor"] == "D-2"
    assert b"Leroux" not in raw(folder)


# the secret ---------------------------------------------------------------------------------


def readable(folder):
    with opened(folder) as engine:
        return "Boulangerie" in everything(engine.store)


def test_a_new_secret_takes_the_place_of_the_old_and_everything_stays_readable(folder):
    with opened(folder) as engine:
        live(engine)
    (folder / "dunning.key.new").write_text(NEW_SECRET)

    assert readable(folder)  # both are given, and the old one is in force
    done = dunning_here(folder, "keys", "rotate")

    assert "holds the new secret" in done["next"]
    assert (folder / "dunning.key").read_text() == NEW_SECRET
    assert not (folder / "dunning.key.new").exists()
    assert readable(folder)
    with opened(folder) as engine:
        assert [each for each in examine(engine, on=LATER) if each.verdict is Verdict.FAULT] == []


def test_a_crash_between_rewrapping_and_the_new_file_leaves_all_readable(folder, monkeypatch):
    with opened(folder) as engine:
        live(engine)
    (folder / "dunning.key.new").write_text(NEW_SECRET)
    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.replace", crash)
        with pytest.raises(KeyboardInterrupt):
            rotate(load_config(folder))

    assert (folder / "dunning.key").read_text() == SECRET
    assert readable(folder)
    dunning_here(folder, "keys", "rotate")
    assert readable(folder)


def crash(*_):
    raise KeyboardInterrupt


def test_secrets_of_the_environment_are_changed_by_whoever_sets_them(folder, monkeypatch):
    with opened(folder) as engine:
        live(engine)
    monkeypatch.setenv("DUNNING_NEW_SECRET", NEW_SECRET)

    done = dunning_here(folder, "keys", "rotate")

    assert "give the new secret as DUNNING_SECRET" in done["next"]
    assert (folder / "dunning.key").read_text() == SECRET
    assert readable(folder)
    monkeypatch.delenv("DUNNING_NEW_SECRET")
    monkeypatch.setenv("DUNNING_SECRET", NEW_SECRET)
    assert readable(folder)


@pytest.mark.parametrize(("new", "says"), [("", "No new secret"), (SECRET, "is the old one")])
def test_a_rotation_without_a_new_secret_is_refused(folder, monkeypatch, new, says):
    monkeypatch.setenv("DUNNING_NEW_SECRET", new)

    with pytest.raises(ConfigError, match=says):
        rotate(load_config(folder))


def test_a_key_file_that_cannot_be_replaced_is_named_and_both_still_open(folder, monkeypatch):
    with opened(folder) as engine:
        live(engine)
    (folder / "dunning.key.new").write_text(NEW_SECRET)
    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.replace", Mock(side_effect=PermissionError(13, "denied")))
        with pytest.raises(ConfigError, match=r"but dunning\.key cannot be replaced"):
            rotate(load_config(folder))

    assert readable(folder)


@pytest.mark.parametrize(("name", "says"), [("dunning.key.new", "new secret"), ("pg", "password")])
def test_a_secret_that_is_no_text_is_named(folder, name, says):
    (folder / name).write_bytes(b"\xff\xfe\xff")
    config = load_config(folder)
    store = config.store.model_copy(update={"password_file": "pg"})

    with pytest.raises(ConfigError, match=says):
        store.new_secret(folder) + store.password(folder)


def test_a_period_of_nothing_is_refused(folder):
    text = (folder / "dunning.toml").read_text(encoding="utf-8")
    (folder / "dunning.toml").write_text(text.replace("years = 10, ", ""), encoding="utf-8")

    with pytest.raises(ConfigError, match="give years, months or days"):
        load_config(folder)


def test_the_commands_tell_people_what_they_did(folder, capsys, monkeypatch, tmp_path):
    with opened(folder) as engine:
        live(engine)
        settle(engine, "F-2")
    (folder / "dunning.key.new").write_text(NEW_SECRET)
    monkeypatch.chdir(folder)
    said = []
    for words in (
        ("keys", "rotate"),
        ("debtor", "export", "D-1", "--on", "2036-04-10", "-o", str(tmp_path / "x.zip")),
        ("retention", "--as-of", "2036-04-10", "--erase-all"),
        ("retention", "--as-of", "2036-04-10"),
        ("debtor", "erase", "D-1", "--on", "2036-04-10", "--by", "Ana"),
    ):
        monkeypatch.setattr("sys.argv", ["dunning", *words])
        with pytest.raises(SystemExit):
            run()
        said.append("".join(capsys.readouterr()))

    assert said[0].startswith("rotated; dunning.key holds the new secret")
    assert said[1].startswith("wrote ")
    assert "Name who approves with --by" in said[2]
    assert "Code de commerce" in said[3]
    assert "2 due, 0 erased" in said[3]
    assert said[4].startswith("erased D-1: ")
    assert "notices may still lie below" in said[4]
