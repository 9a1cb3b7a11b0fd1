"""Whatever the service cannot work with, it says so before it serves, with the way out."""

import socket
from pathlib import Path

import psycopg
from psycopg import sql

from florin.crypto.keyring import Keyring
from tests.cli.florin_command import Florin
from tests.conftest import Database


def test_without_a_keyring_it_says_how_to_make_one(florin: Florin, tmp_path: Path) -> None:
    refused = florin.having(keyring_path=tmp_path / "none.json").run("serve", "--port", 0)

    assert 2 == refused.code
    assert "florin keys create" in refused.complaint


def test_another_keyring_than_the_datas_is_refused(florin: Florin, tmp_path: Path) -> None:
    issued = florin.run("issue", "nowhere", "gift", "100", "1")
    assert (3, "there is no programme with the code nowhere") == (issued.code, issued.complaint.strip()[8:])
    other = tmp_path / "other.json"
    Keyring.create(other)

    refused = florin.having(keyring_path=other).run("serve", "--port", 0)

    assert 2 == refused.code
    assert "key 1 is not the one that the data was written with" in refused.complaint


def test_a_keyring_that_others_can_read_is_refused(florin: Florin, tmp_path: Path) -> None:
    (tmp_path / "florin" / "keyring.json").chmod(0o644)

    refused = florin.run("serve", "--port", 0)

    assert 2 == refused.code
    assert "chmod 600" in refused.complaint


def test_a_busy_port_is_named_with_the_way_to_another_one(florin: Florin) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = florin.run("serve", "--port", port)

    assert 2 == refused.code
    assert f"port {port} on 127.0.0.1 is in use" in refused.complaint
    assert f"PORT={port + 1}" in refused.complaint


def test_a_database_that_may_lose_answers_is_refused(florin: Florin, database: Database) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(database.name)))

    refused = florin.run("serve", "--port", 0)

    assert 2 == refused.code
    assert "synchronous_commit is off" in refused.complaint


def test_an_outdated_schema_of_ones_own_server_is_refused_until_it_is_migrated(
    bare: Florin, empty_database: Database
) -> None:
    florin = bare.having(database_url=empty_database.url, owner_database_url=empty_database.owner_url)
    florin.done("keys", "create")

    refused = florin.run("serve", "--port", 0)
    migrated = florin.done("migrate", "--json")
    florin.done("verify")

    assert 2 == refused.code
    assert "florin migrate" in refused.complaint
    assert migrated.json["revision"]


def test_a_database_that_is_not_there_can_be_tried_again(florin: Florin) -> None:
    gone = florin.having(database_url="postgresql://nobody@127.0.0.1:1/none").run("verify")

    assert 5 == gone.code
    assert "no connection to the database" in gone.complaint


def test_a_wrong_setting_is_named_without_its_value(florin: Florin) -> None:
    refused = florin.having(pool_size="secret-value").run("verify")

    assert 2 == refused.code
    assert "FLORIN_POOL_SIZE" in refused.complaint
    assert "secret-value" not in refused.complaint
