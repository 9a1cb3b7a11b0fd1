import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from florin.clearing.configuration.add_merchant import AddMerchant, add_merchant
from florin.clearing.configuration.issue_api_key import IssueApiKey, IssuedKey, issue_api_key
from florin.domain.declines import Decline
from florin.domain.programme import Merchant
from florin.storage.audit_trail import Author
from florin.storage.catalogue import read_catalogue
from florin.storage.configuration import configuration_change
from florin.storage.connect import Connection, Pool

AUTHOR = Author(UUID(int=99), datetime(2026, 3, 1, tzinfo=UTC))


async def test_a_change_raises_the_version_once_for_each_row_and_says_who_made_it(
    pool: Pool, connection: Connection
) -> None:
    before = (await read_catalogue(pool)).version

    async with configuration_change(pool, AUTHOR) as change:
        first = await add_merchant(change, AddMerchant("first", "The First"))
        await add_merchant(change, AddMerchant("second", "The Second"))

    assert isinstance(first, Merchant)
    assert before + 2 == (await read_catalogue(pool)).version
    trail = await connection.execute("SELECT actor_id, action, detail->>'code', at FROM audit ORDER BY detail->>'code'")
    assert [
        (AUTHOR.actor_id, "merchant.added", "first", AUTHOR.now),
        (AUTHOR.actor_id, "merchant.added", "second", AUTHOR.now),
    ] == await trail.fetchall()


async def test_a_refused_change_leaves_version_and_audit_trail_as_they_were(pool: Pool, connection: Connection) -> None:
    async with configuration_change(pool, AUTHOR) as change:
        await add_merchant(change, AddMerchant("shop", "The Shop"))
    before = await read_catalogue(pool)

    async with configuration_change(pool, AUTHOR) as change:
        refusal = await add_merchant(change, AddMerchant("shop", "Another"))

    assert Decline.CODE_TAKEN == refusal
    assert before == await read_catalogue(pool)
    assert [(1,)] == await (await connection.execute("SELECT count(*) FROM audit")).fetchall()


async def test_an_exception_takes_back_everything_that_the_change_wrote(pool: Pool, connection: Connection) -> None:
    before = await read_catalogue(pool)

    async def fail_halfway() -> None:
        async with configuration_change(pool, AUTHOR) as change:
            await add_merchant(change, AddMerchant("shop", "The Shop"))
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        await fail_halfway()

    assert before == await read_catalogue(pool)
    assert [(0,)] == await (await connection.execute("SELECT count(*) FROM audit")).fetchall()


async def test_of_many_who_take_a_code_at_once_one_gets_it(pool: Pool) -> None:
    async def take(number: int) -> Merchant | Decline:
        async with configuration_change(pool, AUTHOR) as change:
            return await add_merchant(change, AddMerchant("shop", f"Shop {number}"))

    results = await asyncio.gather(*(take(number) for number in range(8)))

    assert 7 == results.count(Decline.CODE_TAKEN)
    assert 1 == len((await read_catalogue(pool)).merchants)


async def test_a_token_is_nowhere_in_the_database(pool: Pool, connection: Connection) -> None:
    async with configuration_change(pool, AUTHOR) as change:
        issued = await issue_api_key(change, IssueApiKey(name="Operator", scopes=["keys:write"]))

    assert isinstance(issued, IssuedKey)
    rows = await (
        await connection.execute("SELECT api_key::text FROM api_key UNION SELECT audit::text FROM audit")
    ).fetchall()
    assert 2 == len(rows)
    assert [] == [row for (row,) in rows if issued.token in row or issued.token[7:] in row]
