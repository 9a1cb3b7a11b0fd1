"""Whoever holds the whole database and no keyring finds no card number, no PIN and no e-code in it."""

import psycopg
import pytest
from psycopg import sql

from florin.batch.issue import fill_issue
from florin.crypto.vault import Vault
from florin.storage.connect import Pool
from tests.batch.card_orders import ordered
from tests.conftest import Database

pytestmark = pytest.mark.usefixtures("demo")
CARDS = 60


def dump(owner_url: str) -> bytes:
    """Every row of every table, as the bytes that are stored."""
    with psycopg.connect(owner_url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return b"".join(_table(connection, name) for (name,) in tables)


def _table(connection: psycopg.Connection, name: str) -> bytes:
    statement = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(name))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        return b"".join(bytes(part) for part in copy)


def secrets_of(owner_url: str, vault: Vault) -> list[bytes]:
    """Number, random part of the number, PIN and e-code of every card, and the number as packed integers."""
    with psycopg.connect(owner_url) as connection:
        cards = connection.execute("SELECT id, key_id, number_encrypted FROM card").fetchall()
    found = []
    for card_id, key_id, sealed in cards:
        number = vault.card_numbers.open(sealed, card_id.bytes)
        pin = vault.cards.derive_pin(key_id, card_id.bytes).encode()
        ecode = vault.cards.derive_ecode(key_id, card_id.bytes).encode()
        found += [number, number[6:18], int(number).to_bytes(8), pin, ecode]
    return found


async def test_the_bytes_of_the_database_hold_no_number_and_no_pin(
    database: Database, pool: Pool, vault: Vault
) -> None:
    issue = await ordered(pool, CARDS)
    await fill_issue(pool, vault, issue.id)

    everything = dump(database.owner_url)
    secrets = secrets_of(database.owner_url, vault)

    assert 5 * CARDS == len(secrets)
    assert [] == [secret for secret in secrets if secret in everything]


async def test_the_search_finds_a_secret_that_is_there(database: Database, pool: Pool, vault: Vault) -> None:
    issue = await ordered(pool, 2)
    await fill_issue(pool, vault, issue.id)
    number, _, _, pin, _, *_ = secrets_of(database.owner_url, vault)
    with psycopg.connect(database.owner_url) as connection:
        connection.execute("UPDATE card SET block_reason = %s", (f"note: {number.decode()} / {pin.decode()}",))

    everything = dump(database.owner_url)

    assert number in everything
    assert pin in everything
