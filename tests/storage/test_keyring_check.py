"""Data and keyring belong together, and whoever brings another keyring is told so before it is used."""

import asyncio

import pytest

from florin.storage.connect import Connection, Pool
from florin.storage.keyring_check import WrongKeyring, require_same_keyring

FIRST = {1: "00000001"}
ROTATED = {**FIRST, 2: "00000002"}


async def test_the_first_keyring_is_noted_and_known_again(pool: Pool) -> None:
    await require_same_keyring(pool, FIRST)
    await require_same_keyring(pool, FIRST)


async def test_a_key_that_is_added_belongs_to_the_data_from_then_on(pool: Pool) -> None:
    await require_same_keyring(pool, FIRST)
    await require_same_keyring(pool, ROTATED)

    with pytest.raises(WrongKeyring, match="key 2, which this keyring lacks"):
        await require_same_keyring(pool, FIRST)


async def test_another_keyring_is_refused_and_leaves_no_trace(pool: Pool, connection: Connection) -> None:
    await require_same_keyring(pool, FIRST)

    with pytest.raises(WrongKeyring, match="key 1 is not the one"):
        await require_same_keyring(pool, {1: "ffffffff", 3: "00000003"})

    rows = await (await connection.execute("SELECT key_id, check_value FROM keyring_check")).fetchall()
    assert list(FIRST.items()) == rows


async def test_of_two_keyrings_that_come_first_at_once_one_is_refused(pool: Pool) -> None:
    results = await asyncio.gather(
        *(require_same_keyring(pool, {1: f"{number:08x}"}) for number in range(8)), return_exceptions=True
    )

    assert 1 == results.count(None)
    assert 7 == sum(isinstance(each, WrongKeyring) for each in results)
