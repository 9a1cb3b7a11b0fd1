import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from florin.settings import Settings
from florin.storage.connect import (
    Connection,
    DatabaseMisconfigured,
    DatabaseUnavailable,
    Pool,
    connect,
    is_connection_failure,
    open_pool,
    service_conninfo,
)
from tests.conftest import Database

LIMITS = {
    "statement_timeout": "10s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "10s",
    "transaction_timeout": "30s",
}


async def session(connection: Connection) -> dict[str, str]:
    names = ["role", "TimeZone", "application_name", *LIMITS]
    rows = await connection.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [names])
    return dict(await rows.fetchall())


async def test_the_service_works_in_its_role_and_within_its_limits(connection: Connection) -> None:
    expected = {"role": "florin_app", "TimeZone": "UTC", "application_name": "florin test", **LIMITS}
    assert expected == await session(connection)


async def test_pooled_connections_are_the_same_and_begin_nothing_by_themselves(pool: Pool) -> None:
    async with pool.connection() as connection:
        assert connection.autocommit
        assert {**LIMITS, "role": "florin_app"}.items() <= (await session(connection)).items()


@pytest.mark.parametrize("escape", ["RESET ALL", "DISCARD ALL", "RESET ROLE", "RESET SESSION AUTHORIZATION"])
async def test_a_reset_brings_role_and_limits_back(connection: Connection, escape: str) -> None:
    await connection.execute("SET statement_timeout = 0")
    await connection.execute("SET transaction_timeout = 0")
    await connection.execute(escape.encode())
    await connection.execute("RESET ALL")
    assert {**LIMITS, "role": "florin_app"}.items() <= (await session(connection)).items()


async def test_the_login_behind_the_role_has_no_rights_of_its_own(connection: Connection) -> None:
    await connection.execute("SET ROLE NONE")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await connection.execute("SELECT * FROM alembic_version")


@pytest.mark.parametrize("role", ["florin_owner", "florin_admin", "pg_read_all_data"])
async def test_the_service_cannot_take_on_another_role(connection: Connection, role: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await connection.execute(f"SET ROLE {role}".encode())


async def test_a_statement_that_takes_too_long_is_ended(database: Database, settings: Settings) -> None:
    hasty = settings.model_copy(update={"statement_timeout_ms": 20})
    async with await connect(database.url, hasty) as connection:
        with pytest.raises(psycopg.errors.QueryCanceled):
            await connection.execute("SELECT pg_sleep(60)")


async def test_a_transaction_that_takes_too_long_ends_with_its_session(database: Database, settings: Settings) -> None:
    hasty = settings.model_copy(update={"transaction_timeout_ms": 20})
    async with await connect(database.url, hasty) as connection:
        with pytest.raises(psycopg.errors.TransactionTimeout):
            await connection.execute("SELECT pg_sleep(60)")


def test_an_older_server_is_not_asked_for_a_limit_that_it_does_not_know(settings: Settings) -> None:
    options = {
        version: conninfo_to_dict(
            service_conninfo("postgresql://db/florin", settings, server_version=version, application_name="florin")
        )["options"]
        for version in (160_009, 170_000)
    }
    assert [False, True] == ["transaction_timeout" in str(asked) for asked in options.values()]


async def test_options_in_the_address_stay_but_do_not_win(database: Database, settings: Settings) -> None:
    address = f"{database.url}&options=-c%20work_mem%3D8MB%20-c%20statement_timeout%3D0"
    async with await connect(address, settings) as connection:
        row = await (
            await connection.execute("SELECT current_setting('work_mem'), current_setting('statement_timeout')")
        ).fetchone()
    assert row == ("8MB", "10s")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://db/florin", ("10", "5", "3", "30000")),
        ("postgresql://db/florin?keepalives_idle=60&tcp_user_timeout=5000", ("60", "5", "3", "5000")),
    ],
)
def test_a_network_that_swallows_everything_is_noticed_unless_the_address_says_how(
    settings: Settings, address: str, expected: tuple[str, ...]
) -> None:
    parts = conninfo_to_dict(service_conninfo(address, settings, server_version=180_000, application_name="florin"))
    names = ("keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout")
    assert expected == tuple(str(parts.get(name)) for name in names)


async def test_a_server_that_is_not_there_is_unavailable(settings: Settings) -> None:
    with pytest.raises(DatabaseUnavailable, match="no connection to the database"):
        await connect("postgresql://nobody@/florin?host=/nowhere", settings)


async def test_a_refused_login_is_a_wrong_setting(database: Database, settings: Settings) -> None:
    with pytest.raises(DatabaseMisconfigured, match=r"refuses the connection: .* password authentication failed"):
        async with open_pool(database.url.replace("florin_service", "stranger"), settings):
            pass


async def test_more_connections_than_the_server_has_are_unavailable(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute(f'ALTER DATABASE "{database.name}" CONNECTION LIMIT 3'.encode())
    monkeypatch.setattr("florin.storage.connect._POOL_LIMIT_S", 0.5)
    with pytest.raises(DatabaseUnavailable, match="FLORIN_POOL_SIZE"):
        async with open_pool(database.url, settings):
            pass


async def test_a_session_ended_by_the_server_is_told_from_a_bad_statement(
    connection: Connection, database: Database
) -> None:
    with pytest.raises(psycopg.Error) as bad_statement:
        await connection.execute("SELECT 1 / 0")
    assert not is_connection_failure(bad_statement.value)
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
    with pytest.raises(psycopg.Error) as ended:
        await connection.execute("SELECT 1")
    assert is_connection_failure(ended.value)


async def test_waiting_for_a_lock_in_vain_is_no_connection_failure(
    connection: Connection, database: Database, settings: Settings
) -> None:
    hasty = settings.model_copy(update={"lock_timeout_ms": 20})
    async with connection.transaction(), await connect(database.url, hasty) as other:
        await connection.execute("SELECT pg_advisory_xact_lock(1)")
        with pytest.raises(psycopg.errors.LockNotAvailable) as waited:
            await other.execute("SELECT pg_advisory_lock(1)")
    assert not is_connection_failure(waited.value)
