import asyncio
from datetime import timedelta

import pytest

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.new_payment_code import NewPaymentCode, new_payment_code
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.domain.identifiers import shard_of
from florin.domain.throttle_rules import PAYMENT_CODE_BY_MEMBER, RateLimited
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.payments.payment_codes import LOCK_WALLET, forget_expired_codes
from tests.clearing.membership.conftest import NOW, Anna, Counter

LIVE = "SELECT code_index FROM payment_code WHERE used_at IS NULL"


async def make(house: ClearingHouse, anna: Anna) -> NewPaymentCode:
    made = await new_payment_code(house, anna.id, NOW)
    assert isinstance(made, NewPaymentCode)
    return made


async def test_a_code_lives_as_long_as_the_programme_says_and_is_kept_as_an_index_only(
    house: ClearingHouse, anna: Anna, vault: Vault, connection: Connection
) -> None:
    made = await make(house, anna)

    expires_at = NOW + timedelta(seconds=60)
    assert expires_at == made.expires_at
    rows = await connection.execute("SELECT code_index, shard, member_id, expires_at, used_at FROM payment_code")
    expected = (vault.payment_codes.of(made.code), shard_of(anna.id), anna.id, expires_at, None)
    assert [expected] == await rows.fetchall()


async def test_a_new_code_withdraws_the_unused_one_and_keeps_the_used(
    house: ClearingHouse, anna: Anna, vault: Vault, connection: Connection
) -> None:
    used = await make(house, anna)
    await connection.execute("UPDATE payment_code SET used_at = %s", (NOW,))
    await make(house, anna)
    last = await make(house, anna)

    rows = await connection.execute("SELECT code_index, used_at FROM payment_code")
    expected = {(vault.payment_codes.of(used.code), NOW), (vault.payment_codes.of(last.code), None)}
    assert expected == set(await rows.fetchall())


async def test_of_many_codes_made_at_once_one_is_live(
    house: ClearingHouse, anna: Anna, vault: Vault, connection: Connection
) -> None:
    made = await asyncio.gather(*(make(house, anna) for _ in range(20)))

    (live,) = await (await connection.execute(LIVE)).fetchall()
    assert live[0] in {vault.payment_codes.of(each.code) for each in made}


async def test_a_code_that_a_payment_is_using_is_not_withdrawn(
    house: ClearingHouse, anna: Anna, vault: Vault, pool: Pool, connection: Connection
) -> None:
    paying = await make(house, anna)

    async with transaction(pool) as till:
        await till.execute(LOCK_WALLET, {"member_id": anna.id})
        renewal = asyncio.create_task(make(house, anna))
        async with asyncio.timeout(10):
            while await (await connection.execute("SELECT FROM pg_locks WHERE NOT granted")).fetchone() is None:
                assert not renewal.done()
        spent = await till.execute("UPDATE payment_code SET used_at = %s WHERE used_at IS NULL", (NOW,))
    await renewal

    assert 1 == spent.rowcount
    rows = await connection.execute("SELECT code_index FROM payment_code WHERE used_at = %s", (NOW,))
    assert [(vault.payment_codes.of(paying.code),)] == await rows.fetchall()


@pytest.mark.parametrize("status", ["blocked", "closed"])
async def test_a_stopped_member_gets_no_code_and_loses_the_old_one(
    house: ClearingHouse, anna: Anna, connection: Connection, count: Counter, status: str
) -> None:
    await make(house, anna)
    await connection.execute("UPDATE member SET status = %s", (status,))

    assert await new_payment_code(house, anna.id, NOW) is Decline.MEMBER_NOT_ACTIVE
    assert 0 == await count("payment_code")


async def test_nobody_unknown_gets_a_code(house: ClearingHouse) -> None:
    assert await new_payment_code(house, fresh_id(), NOW) is Decline.MEMBER_NOT_ACTIVE


async def test_codes_are_made_within_a_limit(house: ClearingHouse, anna: Anna) -> None:
    for _ in range(PAYMENT_CODE_BY_MEMBER.limit):
        await make(house, anna)

    assert await new_payment_code(house, anna.id, NOW) == RateLimited(PAYMENT_CODE_BY_MEMBER.window_s)


async def test_expired_codes_are_forgotten(house: ClearingHouse, anna: Anna, pool: Pool, count: Counter) -> None:
    made = await make(house, anna)

    assert 0 == await forget_expired_codes(pool, made.expires_at, 10)
    assert 1 == await forget_expired_codes(pool, made.expires_at + timedelta(seconds=1), 10)
    assert 0 == await count("payment_code")
