from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from florin.settings import Settings
from florin.storage import server_check
from florin.storage.connect import Connection, connect
from florin.storage.embedded import EmbeddedServer, running_server
from florin.storage.server_check import UnsafeServer, require_safe_server, unsafe_settings
from tests.conftest import Database


async def unsafe_names(address: str) -> list[str]:
    async with await psycopg.AsyncConnection.connect(address) as connection:
        return [setting.name for setting in await unsafe_settings(connection)]


async def test_the_embedded_server_is_safe(connection: Connection) -> None:
    await require_safe_server(connection)
    assert () == await unsafe_settings(connection)


async def test_a_server_that_forgets_is_refused_with_every_reason(made_data_dir: Path) -> None:
    forgetful = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    with running_server(made_data_dir, changes=forgetful) as server:
        async with await psycopg.AsyncConnection.connect(server.service_url()) as connection:
            with pytest.raises(UnsafeServer, match="fsync is off: put `fsync = on` into") as refused:
                await require_safe_server(connection)
    assert forgetful == {reason.name: reason.value for reason in refused.value.reasons}


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("off", ["synchronous_commit"]),
        ("local", ["synchronous_commit"]),
        ("remote_write", ["synchronous_commit"]),
        ("on", []),
        ("remote_apply", []),
    ],
)
async def test_only_commits_that_outlive_a_failover_count(
    empty_database: Database, value: str, refused: list[str]
) -> None:
    with psycopg.connect(empty_database.owner_url, autocommit=True) as owner:
        database = sql.Identifier(empty_database.name)
        owner.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = {}").format(database, value))
    assert refused == await unsafe_names(empty_database.owner_url)


async def test_a_database_in_another_encoding_is_refused(server: EmbeddedServer) -> None:
    with psycopg.connect(server.owner_url("postgres"), autocommit=True) as owner:
        owner.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'")
        try:
            assert ["server_encoding"] == await unsafe_names(server.owner_url("latin"))
        finally:
            owner.execute("DROP DATABASE latin")


async def test_an_older_server_is_refused(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_check, "OLDEST_VERSION", connection.info.server_version + 1)
    assert ["server_version"] == [setting.name for setting in await unsafe_settings(connection)]


async def test_a_superuser_is_no_login_for_the_service(database: Database, settings: Settings) -> None:
    async with await connect(database.owner_url, settings) as connection:
        with pytest.raises(UnsafeServer, match=r"session_user is florin_admin: .* superuser"):
            await require_safe_server(connection)


async def test_whoever_may_become_the_owner_of_the_schema_is_no_login_for_the_service(
    database: Database, settings: Settings
) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute("CREATE ROLE mighty LOGIN PASSWORD 'mighty'")
        try:
            owner.execute("GRANT florin_app TO mighty")
            url = make_conninfo(database.url, user="mighty", password="mighty")
            async with await connect(url, settings) as connection:
                await require_safe_server(connection)
                owner.execute("GRANT florin_owner TO mighty")
                with pytest.raises(UnsafeServer, match=r"session_user is mighty: .* florin_owner"):
                    await require_safe_server(connection)
        finally:
            owner.execute("DROP ROLE mighty")
