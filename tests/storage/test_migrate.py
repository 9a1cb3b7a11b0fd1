import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.script import ScriptDirectory
from psycopg.conninfo import make_conninfo

from florin.settings import Settings
from florin.storage.connect import Connection, DatabaseUnavailable, connect
from florin.storage.embedded import running_server
from florin.storage.migrate import migrate
from florin.storage.schema import VERSIONS, SchemaMismatch, require_current_schema, revisions, schema_state
from florin.storage.upgrade import configuration
from tests.conftest import Database

REVISION = """
from alembic import op

revision = {name!r}
down_revision = {before!r}


def upgrade() -> None:
    op.get_bind().exec_driver_sql({statements!r})
"""


def write_revision(versions: Path, name: str, before: str | None, statements: str) -> None:
    (versions / f"{name}.py").write_text(REVISION.format(name=name, before=before, statements=statements), "utf-8")


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    write_revision(
        tmp_path,
        "0001_till",
        None,
        "CREATE TABLE till (discount text CHECK (discount LIKE '%\\%')); GRANT SELECT ON till TO florin_app;",
    )
    return tmp_path


def asked(owner_url: str, question: str) -> Any:  # noqa: ANN401 - whatever the column holds
    with psycopg.connect(owner_url) as owner:
        row = owner.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


def run(database: Database, versions: Path) -> None:
    migrate(database.owner_url, service_url=database.url, versions=versions)


async def test_a_database_is_brought_to_the_newest_revision(
    empty_database: Database, versions: Path, settings: Settings
) -> None:
    run(empty_database, versions)
    async with await connect(empty_database.url, settings) as service:
        await require_current_schema(service, versions=versions)
        state = await schema_state(service, versions=versions)
    assert ("0001_till", "0001_till", (), False) == (state.current, state.head, state.pending, state.is_newer)


def test_the_owner_role_owns_what_migrations_make(empty_database: Database, versions: Path) -> None:
    run(empty_database, versions)
    owners = "SELECT array_agg(DISTINCT tableowner::text) FROM pg_tables WHERE schemaname = 'public'"
    assert ["florin_owner"] == asked(empty_database.owner_url, owners)


def test_the_application_owns_nothing_of_the_real_schema(database: Database) -> None:
    owned = "SELECT count(*) FROM pg_class WHERE relowner = 'florin_app'::regrole"
    assert asked(database.owner_url, owned) == 0


def test_a_second_run_finds_nothing_to_do(empty_database: Database, versions: Path) -> None:
    run(empty_database, versions)
    run(empty_database, versions)
    assert asked(empty_database.owner_url, "SELECT count(*) FROM alembic_version") == 1


async def test_a_new_revision_is_pending_until_it_has_run(
    empty_database: Database, versions: Path, settings: Settings
) -> None:
    run(empty_database, versions)
    write_revision(versions, "0002_drawer", "0001_till", "CREATE TABLE drawer ()")
    async with await connect(empty_database.url, settings) as service:
        assert ("0002_drawer",) == (await schema_state(service, versions=versions)).pending
        with pytest.raises(SchemaMismatch, match="waits for the migrations 0002_drawer: run `florin migrate`"):
            await require_current_schema(service, versions=versions)
        run(empty_database, versions)
        await require_current_schema(service, versions=versions)


@pytest.mark.parametrize("directory", ["the product's", "a test's"])
def test_the_files_names_say_what_alembic_reads_in_them(directory: str, versions: Path) -> None:
    write_revision(versions, "0002_drawer", "0001_till", "SELECT")
    place = VERSIONS if directory == "the product's" else versions
    walked = ScriptDirectory.from_config(configuration(place)).walk_revisions()
    assert [script.revision for script in walked][::-1] == list(revisions(place))


async def test_an_empty_database_is_not_served(empty_database: Database, versions: Path, settings: Settings) -> None:
    async with await connect(empty_database.url, settings) as service:
        with pytest.raises(SchemaMismatch, match="0001_till"):
            await require_current_schema(service, versions=versions)


async def test_a_schema_newer_than_the_code_is_neither_served_nor_migrated(
    empty_database: Database, versions: Path, settings: Settings
) -> None:
    write_revision(versions, "0002_drawer", "0001_till", "CREATE TABLE drawer ()")
    run(empty_database, versions)
    (versions / "0002_drawer.py").unlink()
    async with await connect(empty_database.url, settings) as service:
        with pytest.raises(SchemaMismatch, match="0002_drawer, which this version of Florin does not know"):
            await require_current_schema(service, versions=versions)
    with pytest.raises(SchemaMismatch, match="start the newer version"):
        run(empty_database, versions)


def test_a_failed_revision_leaves_nothing_and_the_ones_before_it_stay(empty_database: Database, versions: Path) -> None:
    write_revision(versions, "0002_drawer", "0001_till", "CREATE TABLE drawer (); SELECT 1 / 0")
    with pytest.raises(Exception, match="division by zero"):
        run(empty_database, versions)
    assert asked(empty_database.owner_url, "SELECT version_num FROM alembic_version") == "0001_till"
    assert asked(empty_database.owner_url, "SELECT to_regclass('drawer')") is None


def test_two_processes_migrate_at_once_and_the_work_is_done_once(empty_database: Database, versions: Path) -> None:
    program = (
        "import sys, pathlib; from florin.storage.migrate import migrate; "
        "migrate(sys.argv[1], versions=pathlib.Path(sys.argv[2]))"
    )
    # The first revision cannot end before both processes have come as far as they can.
    write_revision(versions, "0002_gate", "0001_till", "SELECT pg_advisory_xact_lock(1); CREATE TABLE gate ()")
    both_wait = """
        SELECT count(*) = 2, pg_sleep(0.02) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'florin migrate' AND wait_event_type = 'Lock'
    """
    with psycopg.connect(empty_database.owner_url, autocommit=True) as gate:
        gate.execute("SELECT pg_advisory_lock(1)")
        both = [subprocess.Popen([sys.executable, "-c", program, empty_database.owner_url, versions]) for _ in range(2)]
        while gate.execute(both_wait).fetchone() != (True, ""):
            assert [None, None] == [process.poll() for process in both]
    assert [0, 0] == [process.wait() for process in both]


async def test_the_service_may_read_the_revision_but_not_claim_another(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await connection.execute("UPDATE alembic_version SET version_num = 'mine'")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await connection.execute("INSERT INTO alembic_version VALUES ('mine')")


def test_no_connection_is_told_as_such() -> None:
    with pytest.raises(DatabaseUnavailable, match="as its owner"):
        migrate("postgresql://nobody@/florin?host=/nowhere")


async def test_a_login_that_may_only_create_roles_can_migrate_a_server_of_a_companys_own(
    data_dir: Path, settings: Settings
) -> None:
    with running_server(data_dir) as server:
        with psycopg.connect(server.owner_url("postgres"), autocommit=True) as superuser:
            superuser.execute("CREATE ROLE company LOGIN PASSWORD 'plain' CREATEROLE")
            superuser.execute("CREATE ROLE till LOGIN PASSWORD 'plain'")
            superuser.execute("CREATE DATABASE book OWNER company")
        owner_url, service_url = (
            make_conninfo(server.owner_url("book"), user=login, password="plain") for login in ("company", "till")
        )
        migrate(owner_url, service_url=service_url)
        async with await connect(service_url, settings) as service:
            await require_current_schema(service)
