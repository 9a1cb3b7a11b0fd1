"""The sweep ends what has expired, frees its money and tells of it once, from any number of processes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from florin.clearing.expire_holds import expire_holds
from florin.clearing.house import ClearingHouse
from florin.storage.embedded import EmbeddedServer
from tests.conftest import temporary_database
from tests.till import Till
from tests.world import Balance, World, open_world

LIFETIME_S = 300


@pytest.fixture
def world(server: EmbeddedServer, _template: str) -> Iterator[World]:
    with temporary_database(server, _template) as database, open_world(database) as made:
        yield made


@pytest.fixture
async def house(world: World) -> AsyncIterator[ClearingHouse]:
    async with world.clearing_house() as opened:
        yield opened


async def test_expired_holds_of_cards_and_members_end_and_the_others_stay(world: World, house: ClearingHouse) -> None:
    till = Till(house, world.shop)
    cards = [world.card() for _ in range(5)]
    member = world.member(principal_minor=100_00)
    for card in cards:
        await till.hold(card.by_pin, 10_00, lifetime_s=LIFETIME_S)
    await till.hold(cards[0].by_pin, 10_00, lifetime_s=LIFETIME_S)
    await till.hold(cards[4].by_pin, 10_00, lifetime_s=LIFETIME_S + 1)
    await till.hold(world.payment_code(member), 30_00, lifetime_s=LIFETIME_S)
    world.clock.advance(timedelta(seconds=LIFETIME_S))

    assert 7 == await expire_holds(house, world.clock.now, chunk=2)

    assert [Balance(100_00)] * 4 == [world.balance(card.id) for card in cards[:4]]
    assert Balance(100_00, held_minor=10_00) == world.balance(cards[4].id)
    assert Balance(100_00) == world.balance(member.id)
    assert 2 == world.events(cards[0].id).count("hold.expired")
    assert [("expired", 7), ("open", 1)] == world.rows("SELECT status, count(*) FROM hold GROUP BY 1 ORDER BY 1")
    assert 0 == await expire_holds(house, world.clock.now)


async def test_processes_that_sweep_at_once_end_each_hold_once(world: World) -> None:
    cards = [world.card() for _ in range(20)]
    async with world.clearing_house() as one, world.clearing_house() as other:
        for card in cards:
            await Till(one, world.shop).hold(card.by_pin, 10_00, lifetime_s=LIFETIME_S)
        world.clock.advance(timedelta(seconds=LIFETIME_S))

        await asyncio.gather(*(expire_holds(house, world.clock.now, chunk=7) for house in (one, other, one, other)))

    assert [("hold.expired", 20)] == world.rows(
        "SELECT name, count(*) FROM outbox WHERE name LIKE 'hold.%%' GROUP BY 1"
    )
    assert [Balance(100_00)] * 20 == [world.balance(card.id) for card in cards]
