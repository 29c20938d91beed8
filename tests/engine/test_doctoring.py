"""What the doctor finds, and what it mends; a backup is whole, and gives everything back."""

import json
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import sqlalchemy as sa

from dunning_sdk.connectors.memory import MemoryNoticeChannel
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import ConnectorError, ConnectorTransientError, StoreError
from dunning_sdk.installation.config import ConnectorConfig, LimitConfig, load_config
from dunning_sdk.operations import store_check
from dunning_sdk.operations.copying import back_up
from dunning_sdk.operations.doctoring import examine, mend
from dunning_sdk.records.entry import Record
from dunning_sdk.store.delivery import Gate
from dunning_sdk.store.interface import ReviewItem
from dunning_sdk.store.opening import open_store
from dunning_sdk.store.schema import books, events, metadata, receivables
from tests.acceptance.program import dunning_here
from tests.contracts.store_contract import fill, stream_of
from tests.engine.installation import CONFIG
from tests.engine.night import FIRST, Opened, World

UNKNOWN = ConnectorTransientError("The line broke", outcome_unknown=True)
REFUSED = ConnectorError("The address is refused")


@pytest.fixture
def world(tmp_path):
    with World(url=f"sqlite:///{tmp_path}/dunning.db", full=False) as found:
        for number in range(2):
            Opened(debtor=number + 1, terms=14, euros=300, age=14).happen(found)
        found.engine.pull(as_of=FIRST)
        yield found


def found(engine, verdict=None, on=FIRST):
    return [
        f"{each.about}: {each.text}"
        for each in examine(engine, on=on)
        if each.verdict != "fine" and verdict in (None, each.verdict)
    ]


def test_a_sound_installation_has_no_findings(world):
    world.engine.run(as_of=FIRST)

    assert found(world.engine) == []
    abouts = {each.about for each in examine(world.engine, on=FIRST)}
    assert abouts == {
        "configuration", "secret", "books", "plugins", "connectors", "clock", "chains",
        "digests", "projections", "figures", "ledgers", "outbox", "runs",
    }  # fmt: skip


def test_a_changed_event_is_a_fault(world):
    with world.store._database.engine.begin() as connection:
        connection.execute(sa.update(events).values(digest="x").where(events.c.id == "F0"))

    lines = [line for line in found(world.engine, "fault") if "F0" in line]

    assert lines[0].startswith("chains: Event 1 of receivable F0 does not fit its digest")


def test_a_projection_that_does_not_fit_is_found_and_mended(world):
    with world.store.begin() as session:
        row = session.receivable("F0")
        session.put_receivables([replace(row, receivable=replace(row.receivable, cycle=9))])

    assert found(world.engine) == ["projections: 1 receivables do not fit their events: F0"]
    assert mend(world.engine) == 1
    assert (found(world.engine), mend(world.engine)) == ([], 0)


def test_what_waits_and_is_not_listed_is_found_and_mended(world):
    said = {"text": "@anna ?", "by": "Bo"}
    world.engine.record(Record(kind="comment", on=FIRST, subject="D1", values=said))
    detail = {"amount_minor": 1, "currency": "EUR"}
    nobody = ReviewItem(id="x", kind="x", subject="fin", opened_on=FIRST, detail=detail)
    with world.store.begin() as session:
        session.put_waits({"D1": ()})
        session.put_derived({"fin": [nobody]})

    assert found(world.engine) == ["projections: what waits is not as events say for D1, fin"]
    assert mend(world.engine) == 2
    assert (found(world.engine), mend(world.engine)) == ([], 0)


def test_figures_that_do_not_follow_from_the_events_are_found(world):
    world.engine.run(as_of=FIRST)
    with world.store.begin() as session:
        kept = session.setting("figures")
        kept[FIRST.isoformat()]["by"][0]["open_minor"] += 1
        session.put_setting("figures", kept)

    said = f"figures: the figures kept of {FIRST} are not those of its events"
    assert found(world.engine, "fault") == [said]


def test_a_projection_that_cannot_be_read_is_mended_too(world):
    with world.store.begin() as session:
        before = [row.receivable for row in session.receivables()]
    with world.store._database.engine.begin() as connection:
        connection.execute(
            sa.update(receivables).where(receivables.c.id == "F0").values(state="{}")
        )

    assert "cannot be read" in found(world.engine, "fault")[0]
    assert mend(world.engine) == 2
    assert found(world.engine) == []
    with world.store.begin() as session:
        assert [row.receivable for row in session.receivables()] == before


def test_the_events_of_a_recovery_are_verified(world):
    values = {"event": "formal-notice"}
    late = FIRST + timedelta(days=30)
    world.engine.record(Record(kind="recovery", subject="F0", on=late, values=values))
    with world.store._database.engine.begin() as connection:
        changed = sa.update(events).values(digest="x").where(events.c.kind == "recovery")
        connection.execute(changed)

    assert found(world.engine, "fault")[0].startswith("chains: Event 1 of recovery F0")


def test_events_recorded_ahead_of_the_clock_are_a_fault(world, monkeypatch):
    monkeypatch.setattr(store_check, "AHEAD_MAX", -timedelta(days=1))

    assert any("ahead of this clock" in line for line in found(world.engine, "fault"))


def test_what_waits_and_what_failed_is_told(world):
    world.channel = MemoryNoticeChannel(failures=[UNKNOWN, REFUSED, REFUSED])
    world.engine.run(as_of=FIRST)
    later = FIRST + timedelta(days=5)
    with world.store.queue() as queue:
        until = datetime.now(UTC) + timedelta(minutes=1)
        queue.put_gate(Gate(channel="email", failures=5, resting_until=until))

    assert found(world.engine, "warning", on=later) == [
        "outbox: 1 acts may have left, and nobody knows",
        "outbox: 1 acts failed for good",
        "outbox: channel email rests after 5 failures in a row",
        f"runs: the last run was for {FIRST}, 5 days ago",
    ]
    world.engine.run(as_of=FIRST, send=False)


def test_notices_left_from_an_earlier_day_are_told(world):
    world.engine.run(as_of=FIRST, send=False)

    assert found(world.engine, on=FIRST + timedelta(days=1)) == [
        "outbox: 2 notices of earlier days wait"
    ]


def test_a_kept_book_that_was_changed_is_a_fault(world):
    world.engine.run(as_of=FIRST)
    with world.store.begin() as session:
        (digest,) = {row.receivable.book_hash for row in session.receivables()}
        files = dict(session.book(digest))
    name = next(name for name in files if name.startswith("procedure"))
    changed = json.dumps({**files, name: files[name].replace("offset: 4", "offset: 5")})
    with world.store._database.engine.begin() as connection:
        connection.execute(sa.update(books).values(files=changed))

    (line,) = found(world.engine, "fault")

    assert line.startswith(f"books: the book kept as {digest[:12]} has the hash")
    with world.store._database.engine.begin() as connection:
        connection.execute(sa.update(books).values(files="{}"))
    assert "cannot be used" in found(world.engine, "fault")[0]


def test_a_new_secret_that_was_left_is_told(world, monkeypatch):
    monkeypatch.setenv("DUNNING_NEW_SECRET", "a passphrase to come")

    (line,) = found(world.engine, "warning")

    assert line.startswith("secret: a new secret is set")


def test_a_configuration_that_anybody_may_change_is_told(world, tmp_path):
    (tmp_path / "dunning.toml").write_text("")
    (tmp_path / "dunning.toml").chmod(0o666)
    config = world.engine.config.model_copy(update={"folder": tmp_path})
    engine = Engine(config, world.store, plugins=[world])

    assert found(engine, "warning") == ["configuration: anybody may change dunning.toml"]


def test_what_is_configured_wrong_is_told(world):
    config = world.engine.config
    channels = {"email": config.channels["email"].model_copy(update={"connector": "nobody"})}
    limits = {"fax": LimitConfig(per_minute=1)}
    wrong = {"channels": channels, "limits": limits, "book": "gone"}
    wrong |= dict.fromkeys(("companies", "payment_links"), ConnectorConfig(connector="nobody"))
    changed = config.model_copy(update=wrong)
    engine = Engine(changed, world.store, plugins=[world])

    lines = found(engine)

    assert [line.split(":")[0] for line in lines] == ["books", *["connectors"] * 4]
    assert "gone" in lines[0]
    assert "companies: No connector 'nobody'" in lines[1]
    assert "payment links: No connector 'nobody'" in lines[2]
    assert "channel email: No connector 'nobody'" in lines[3]
    assert "limits a channel that is not configured" in lines[4]


# backup -------------------------------------------------------------------------------------


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Return the configuration of an installation on a SQLite file."""
    monkeypatch.setenv("DUNNING_SECRET", "a long passphrase")
    text = CONFIG.format(operator="creditor").replace("memory://", "sqlite:///dunning.sqlite")
    (tmp_path / "dunning.toml").write_text(text, encoding="utf-8")
    return load_config(tmp_path)


def test_a_backup_made_while_somebody_writes_gives_back_what_was_committed(installed, tmp_path):
    store = installed.open_store()
    with store.begin() as session:
        fill(session)
    copy = tmp_path / "copy.sqlite"
    with store.begin() as session:
        session.put_setting("cursor", "not committed")
        store.copy_to(copy)
    store.close()

    assert copy.stat().st_mode & 0o077 == 0
    for path in tmp_path.glob("dunning.sqlite*"):
        path.unlink()
    copy.rename(tmp_path / "dunning.sqlite")
    restored = installed.open_store(create=False)
    with restored.begin() as session:
        assert session.verify(stream_of()) == ()
        assert session.payload(stream_of(), 1) == {"name": "x"}
        assert session.setting("cursor") == 2
    restored.close()


def test_a_backup_never_replaces_a_file(installed, tmp_path):
    installed.open_store().close()
    copy = tmp_path / "copy.sqlite"
    copy.write_text("older")

    with pytest.raises(StoreError, match="exists already"):
        back_up(installed, copy)
    assert copy.read_text() == "older"


def test_a_backup_of_a_broken_store_is_refused(installed, tmp_path):
    store = installed.open_store()
    with store.begin() as session:
        fill(session)
    with store._database.engine.begin() as connection:
        connection.execute(sa.update(events).values(digest="x"))
    store.close()

    with pytest.raises(StoreError, match="not sound"):
        back_up(installed, tmp_path / "copy.sqlite")
    assert not (tmp_path / "copy.sqlite").exists()


def test_a_store_on_a_server_is_left_to_the_servers_tools(postgres, tmp_path):
    store = open_store(postgres.url(postgres.new_database()), tenant="t1", secret=b"k" * 32)
    with pytest.raises(StoreError, match="cannot be copied") as caught:
        store.copy_to(tmp_path / "copy.sqlite")
    assert "docs/operations.md" in caught.value.hint
    store.close()


def test_a_dump_of_postgresql_gives_back_whole_chains(postgres, tmp_path):
    """The commands docs/operations.md gives, by a role that sees all tenants."""
    before, after = postgres.new_database(), postgres.new_database()
    for tenant in ("t1", "t2"):
        store = open_store(postgres.url(before), tenant=tenant, secret=b"k" * 32)
        with store.begin() as session:
            fill(session, tenant)
        store.close()
    file = tmp_path / "dunning.dump"

    for program, *words in (
        ("pg_dump", "--format=custom", f"--file={file}", postgres.url(before)),
        ("pg_restore", "--exit-on-error", f"--dbname={postgres.url(after)}", file),
    ):
        subprocess.run([postgres.program(program), *words], check=True, env={"LC_ALL": "C"})

    for tenant in ("t1", "t2"):
        restored = open_store(postgres.url(after), tenant=tenant, secret=b"k" * 32, create=False)
        with restored.begin() as session:
            assert [session.verify(stream) for stream in session.streams()] == [()]
            assert session.payload(stream_of(), 1) == {"name": tenant}
        restored.close()
    with psycopg.connect(postgres.url(after)) as connection:  # the second wall stands again
        query = (
            "SELECT count(*) FROM pg_class"
            " WHERE relrowsecurity AND relforcerowsecurity AND NOT relispartition"
        )
        assert connection.execute(query).fetchone() == (len(metadata.tables),)


def test_a_dump_by_a_role_that_sees_one_tenant_is_refused(postgres, tmp_path):
    database, role = postgres.new_database(), "dunning_dumper"
    open_store(postgres.url(database), tenant="t1", secret=b"k" * 32).close()
    postgres.execute(
        f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN END $$",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
        database=database,
    )
    file = tmp_path / "half.dump"

    done = subprocess.run(
        [postgres.program("pg_dump"), f"--file={file}", postgres.url(database, user=role)],
        check=False, capture_output=True, env={"LC_ALL": "C"},
    )  # fmt: skip

    assert done.returncode
    assert b"row-level security" in done.stderr


def test_the_commands_tell_and_copy(installed, tmp_path, monkeypatch):
    monkeypatch.delenv("DUNNING_SECRET")
    (tmp_path / "dunning.key").write_text("a long passphrase")
    (tmp_path / "dunning.key").chmod(0o644)
    for name in ("drafts", "issued"):
        (tmp_path / name).mkdir()

    assert dunning_here(tmp_path, "worker", "--drain") == {"acts": {}, "troubles": 0}
    findings = dunning_here(tmp_path, "doctor", "--mend")
    done = dunning_here(tmp_path, "backup", "copy.sqlite")

    assert {each["verdict"] for each in findings if each["about"] == "secret"} == {"warning"}
    assert (tmp_path / "copy.sqlite").stat().st_size == done["bytes"]
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.sqlite"]
