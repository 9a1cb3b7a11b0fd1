import asyncio
from datetime import timedelta

import pytest

from florin.clearing.house import ClearingHouse
from florin.clearing.people.step_up import checked_code
from florin.domain.declines import Decline
from florin.domain.people import Role
from florin.domain.throttle_rules import CODE_BY_LOGIN, RateLimited
from florin.storage.connect import transaction
from florin.storage.people.logins import CodeProof, spend_code, spend_code_at_once
from tests.corporate import Corporate, code_at
from tests.world import NOON, World


async def test_a_right_code_is_a_proof_for_one_action(house: ClearingHouse, corporate: Corporate) -> None:
    manager = corporate.manager

    proof = await checked_code(house, manager, code_at(NOON), NOON)

    assert isinstance(proof, CodeProof)
    assert manager.login_id == proof.login_id
    assert await spend_code_at_once(house.pool, proof)
    assert not await spend_code_at_once(house.pool, proof)
    assert Decline.TOTP_CODE_INCORRECT is await checked_code(house, manager, code_at(NOON), NOON)
    assert isinstance(await checked_code(house, manager, code_at(NOON, 1), NOON), CodeProof)


async def test_a_code_that_fifty_actions_show_at_once_is_spent_by_one(
    house: ClearingHouse, corporate: Corporate
) -> None:
    proof = await checked_code(house, corporate.manager, code_at(NOON), NOON)
    assert isinstance(proof, CodeProof)

    async def act() -> bool:
        async with transaction(house.pool) as connection:
            return await spend_code(connection, proof)

    assert 1 == sum(await asyncio.gather(*(act() for _ in range(50))))


async def test_a_code_that_was_looked_at_before_a_later_one_was_spent_is_dead(
    house: ClearingHouse, corporate: Corporate
) -> None:
    earlier = await checked_code(house, corporate.manager, code_at(NOON), NOON)
    later = await checked_code(house, corporate.manager, code_at(NOON, 1), NOON)
    assert isinstance(earlier, CodeProof)
    assert isinstance(later, CodeProof)

    assert await spend_code_at_once(house.pool, later)
    assert not await spend_code_at_once(house.pool, earlier)


async def test_an_action_that_fails_leaves_the_code(house: ClearingHouse, corporate: Corporate) -> None:
    proof = await checked_code(house, corporate.manager, code_at(NOON), NOON)
    assert isinstance(proof, CodeProof)

    async def failing_action() -> None:
        async with transaction(house.pool) as connection:
            assert await spend_code(connection, proof)
            raise RuntimeError("the action failed")

    with pytest.raises(RuntimeError):
        await failing_action()
    assert await spend_code_at_once(house.pool, proof)


@pytest.mark.parametrize("change", ["status = 'blocked'", "totp_confirmed_at = NULL", "totp_secret_encrypted = 'x'"])
async def test_a_code_dies_with_its_login_and_its_secret(
    house: ClearingHouse, corporate: Corporate, world: World, change: str
) -> None:
    proof = await checked_code(house, corporate.manager, code_at(NOON), NOON)
    assert isinstance(proof, CodeProof)
    statement = f"UPDATE login SET {change} WHERE id = %s"  # noqa: S608 (our own table)
    world.connection.execute(statement.encode(), (corporate.manager.login_id,))

    assert not await spend_code_at_once(house.pool, proof)


async def test_codes_cannot_be_guessed_by_trying(house: ClearingHouse, corporate: Corporate) -> None:
    guesses = [await checked_code(house, corporate.manager, "0000000", NOON) for _ in range(CODE_BY_LOGIN.limit + 1)]
    limited = RateLimited(CODE_BY_LOGIN.window_s)

    assert [Decline.TOTP_CODE_INCORRECT] * CODE_BY_LOGIN.limit + [limited] == guesses
    assert limited == await checked_code(house, corporate.manager, code_at(NOON), NOON)
    assert isinstance(await checked_code(house, corporate.operator, code_at(NOON), NOON), CodeProof)
    after = NOON + timedelta(seconds=CODE_BY_LOGIN.window_s)
    assert isinstance(await checked_code(house, corporate.manager, code_at(after), after), CodeProof)


async def test_right_codes_use_no_limit_up(house: ClearingHouse, corporate: Corporate) -> None:
    buyer = corporate.person(Role.BUYER, customer=corporate.customer())
    for _ in range(CODE_BY_LOGIN.limit + 1):
        assert isinstance(await checked_code(house, buyer, code_at(NOON), NOON), CodeProof)
