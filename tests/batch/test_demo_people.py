"""The demo's people sign in with what the demo says of them, also after an interruption."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest

from florin.batch.demo_people import CUSTOMER, DemoPerson, make_demo_people
from florin.batch.demo_programme import create_demo_programme
from florin.clearing.house import ClearingHouse
from florin.clearing.people.sign_in import LoginOpened, SignInToWork, sign_in_to_work
from florin.crypto.totp import STEP_SECONDS, code_at
from florin.crypto.vault import Vault
from florin.domain.people import Role
from florin.domain.programme import Programme
from florin.storage.connect import Pool
from florin.storage.corporate.customers import list_customers
from florin.storage.posting.engine import PostingEngine


@pytest.fixture
async def house(pool: Pool, vault: Vault) -> AsyncIterator[ClearingHouse]:
    async with PostingEngine(pool) as engine:
        yield ClearingHouse(engine, pool, vault)


@pytest.fixture
async def programme(house: ClearingHouse) -> Programme:
    return (await create_demo_programme(house.pool, datetime.now(UTC))).programme


async def entered(house: ClearingHouse, person: DemoPerson) -> LoginOpened:
    now = datetime.now(UTC)
    code = code_at(person.totp_secret, int(now.timestamp()) // STEP_SECONDS)
    typed = SignInToWork(user_name=person.user_name, password=person.password, totp_code=code, address="127.0.0.1")
    opened = await sign_in_to_work(house, typed, now)
    assert isinstance(opened, LoginOpened)
    return opened


async def test_everybody_can_sign_in_and_work(house: ClearingHouse, programme: Programme) -> None:
    people = await make_demo_people(house, programme)
    (customer,) = (await list_customers(house.pool, programme.id, None, 9)).items
    assert CUSTOMER == customer.name
    for person in people:
        login = (await entered(house, person)).login
        assert (True, False) == (login.is_enrolled, login.waits)
        assert {Role(each) for each in person.roles} == login.actor.roles
        assert (customer.id if person.of_company else None) == login.actor.customer_id


async def test_made_again_nobody_is_made_twice(house: ClearingHouse, programme: Programme) -> None:
    people = await make_demo_people(house, programme)
    assert people == await make_demo_people(house, programme, people)


@pytest.mark.parametrize("known", [0, 1, 6])
async def test_who_was_made_and_not_kept_before_an_interruption_is_let_in_anew(
    house: ClearingHouse, programme: Programme, known: int
) -> None:
    kept: list[Sequence[DemoPerson]] = [()]
    await make_demo_people(house, programme, keep=kept.append)
    people = await make_demo_people(house, programme, kept[known])
    assert {each.roles for each in kept[-1]} == {each.roles for each in people}
    for person in people:
        assert not (await entered(house, person)).login.waits
