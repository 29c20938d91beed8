"""The schema has a version; older databases are brought up, newer ones refused."""

import shutil
import sqlite3
from contextlib import closing
from importlib.resources import files

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from dunning_sdk.errors import SchemaVersionError
from dunning_sdk.store.migration import upgrade, version
from dunning_sdk.store.opening import open_store
from dunning_sdk.store.schema import HEAD, VERSION_TABLE, metadata
from tests.quick import Tables

KEY = b"k" * 32
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade():
    op.add_column("acts", sa.Column("worker", sa.Text, nullable=False, server_default="nobody"))
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "dunning.db"


def open_at(path):
    return open_store(f"sqlite:///{path}", tenant="t1", secret=KEY)


def version_of(path):
    with closing(sqlite3.connect(path)) as connection:
        ((found,),) = connection.execute("SELECT version_num FROM dunning_schema_version")
    return found


def test_the_last_revision_is_the_one_the_code_expects():
    scripts = ScriptDirectory(str(files("dunning_sdk.store") / "migrations"))

    assert scripts.get_heads() == [HEAD]


@pytest.fixture
def postgres_url(postgres):
    return postgres.url(postgres.new_database())


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/dunning.db"
    return request.getfixturevalue("postgres_url")


def engine_of(url):
    return sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def test_the_revisions_make_the_tables_of_the_schema(url):
    open_store(url, tenant="t1", secret=KEY).close()
    engine = engine_of(url)
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        # PostgreSQL lists the parts of a table beside it
        options["include_name"] = lambda name, kind, _: kind != "table" or "_acts_" not in name
        context = MigrationContext.configure(connection, opts=options)

        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_stores_of_quick_tests_are_what_the_revisions_make():
    tables, dumps = Tables(), []
    for _ in range(2):
        engine = sa.create_engine("sqlite://")
        with engine.begin() as connection:
            tables.upgrade(connection, None)
            dumps.append(list(connection.connection.driver_connection.iterdump()))
        engine.dispose()

    assert dumps[0] == dumps[1]


def test_the_revisions_write_the_same_sql_as_the_schema(path, tmp_path):
    """Alembic compares neither checks nor WITHOUT ROWID; the text of each table does."""

    def written(database):
        with closing(sqlite3.connect(database)) as connection:
            query = (
                "SELECT name, sql FROM sqlite_master"
                " WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
            )
            rows = dict(connection.execute(query).fetchall())
        rows.pop(VERSION_TABLE, None)
        return {name: sorted(text.replace(",", "").split()) for name, text in rows.items()}

    open_at(path).close()
    engine = sa.create_engine(f"sqlite:///{tmp_path}/schema.db")
    metadata.create_all(engine)
    engine.dispose()

    assert written(path) == written(tmp_path / "schema.db")


def test_the_tenant_leads_every_key():
    leading = {table.name: next(iter(table.primary_key)).name for table in metadata.sorted_tables}

    assert set(leading.values()) == {"tenant"}
    assert {next(iter(i.columns)).name for t in metadata.sorted_tables for i in t.indexes} == {
        "tenant"
    }


def test_an_older_database_is_brought_up_and_a_newer_one_refused(url, tmp_path):
    store = open_store(url, tenant="t1", secret=KEY)
    with store.begin() as session:
        session.put_setting("cursor", 1)
    store.close()
    folder = tmp_path / "migrations"
    shutil.copytree(files("dunning_sdk.store") / "migrations", folder)
    (folder / "versions" / "v9999_next.py").write_text(NEXT.format(head=HEAD), "utf-8")

    engine = engine_of(url)
    with engine.begin() as connection:
        assert version(connection) == HEAD
        upgrade(connection, HEAD, target="9999", folder=folder)
        assert version(connection) == "9999"
        assert connection.exec_driver_sql("SELECT value FROM settings").scalar() == "1"

    with pytest.raises(SchemaVersionError, match=f"schema 9999; .* up to {HEAD}") as caught:
        open_store(url, tenant="t1", secret=KEY)
    assert "Install the release" in caught.value.hint
    with engine.begin() as connection:
        assert version(connection) == "9999"
    engine.dispose()


def test_what_the_first_release_had_planned_is_delivered_by_this_one(url):
    """Notices in its outbox become deliveries; acts without a channel are a run's own."""
    acts = sa.Table(
        "acts", sa.MetaData(), *(column._copy() for column in metadata.tables["acts"].c)
    )
    names = {
        "a1": ("n1", "planned"),
        "a2": ("n1", "claimed"),
        "a3": ("n3", "sent"),
        "a4": ("n4", "planned"),
    }
    engine = engine_of(url)
    with engine.begin() as connection:
        upgrade(connection, None, target="0001")
        connection.exec_driver_sql("INSERT INTO tenants VALUES ('t0', '{}', '2026-03-01')")
        for act_id, (notice_id, state) in names.items():
            detail = (
                '{"step":"submission"}' if act_id == "a4" else '{"channels":["letter","email"]}'
            )
            row = [act_id, notice_id, "R1", "p1", "b1", "2026-03-01", state, "", "", detail, ""]
            connection.execute(sa.insert(acts).values(["t0", *row]))
        upgrade(connection, "0001")
    with engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM deliveries").fetchall()
    engine.dispose()

    assert [tuple(row) for row in rows] == [
        ("t0", "n1", "p1", "2026-03-01", "letter", "", 0, "", "")
    ]


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(path, tmp_path):
    open_at(path).close()
    folder = tmp_path / "migrations"
    shutil.copytree(files("dunning_sdk.store") / "migrations", folder)
    broken = NEXT.format(head=HEAD) + '    op.drop_table("nowhere")\n'
    (folder / "versions" / "v9999_next.py").write_text(broken, "utf-8")

    store = open_at(path)
    with pytest.raises(sa.exc.OperationalError), store._database.begin("t1") as handle:
        upgrade(handle.connection, HEAD, target="9999", folder=folder)
    store.close()

    assert version_of(path) == HEAD
    open_at(path).close()


def test_an_empty_database_is_filled_when_opened(path):
    sqlite3.connect(path).close()
    path.touch()

    open_at(path).close()

    assert version_of(path) == HEAD
