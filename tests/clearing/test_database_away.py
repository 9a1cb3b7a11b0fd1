"""A database that cannot be reached, or goes away: the caller hears soon whether nothing was done or nobody knows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from florin.clearing.house import ClearingHouse
from florin.storage.posting.engine import EngineLimits
from florin.storage.posting.request import BusyError, OutcomeUnknownError
from tests.cut_wire import Wire, wire_to
from tests.till import Till, fresh
from tests.world import Balance, World

IMPATIENT = EngineLimits(patience_ms=300)


@asynccontextmanager
async def house_at_a_wire(world: World, limits: EngineLimits = IMPATIENT) -> AsyncIterator[tuple[ClearingHouse, Wire]]:
    async with (
        wire_to(world.database.url) as wire,
        world.clearing_house(limits, pool_size=1, url=wire.url) as house,
    ):
        yield house, wire


async def test_a_caller_waits_for_a_connection_once(world: World) -> None:
    card, key, reference = world.card(), fresh("key"), fresh("ref")
    async with world.clearing_house(IMPATIENT, pool_size=1) as house:
        till = Till(house, world.shop)
        async with house.pool.connection():
            with pytest.raises(BusyError):
                await till.purchase(card.by_pin, 1_00, key=key, reference=reference)
        assert 1 == house.pool.get_stats()["requests_errors"]
        assert None is (await till.purchase(card.by_pin, 1_00, key=key, reference=reference)).decline
    assert Balance(99_00) == world.balance(card.id)


async def test_a_database_that_goes_away_before_a_commit_has_surely_done_nothing(world: World) -> None:
    card = world.card()
    async with house_at_a_wire(world) as (house, wire):
        wire.die()
        with pytest.raises(BusyError):
            await Till(house, world.shop).purchase(card.by_pin, 1_00)
    assert Balance(100_00) == world.balance(card.id)


async def test_a_commit_without_an_answer_is_unknown_and_its_key_tells(world: World) -> None:
    card, key, reference = world.card(), fresh("key"), fresh("ref")
    async with house_at_a_wire(world) as (house, wire):
        wire.cuts = 1_000
        with pytest.raises(OutcomeUnknownError):
            await Till(house, world.shop).purchase(card.by_pin, 1_00, key=key, reference=reference)
    assert Balance(99_00) == world.balance(card.id)
    async with world.clearing_house() as house:
        answer = await Till(house, world.shop).purchase(card.by_pin, 1_00, key=key, reference=reference)
    assert (None, True) == (answer.decline, answer.replayed)
    assert Balance(99_00) == world.balance(card.id)


async def test_a_commit_without_an_answer_is_looked_up_when_the_database_is_there_again(world: World) -> None:
    card = world.card()
    async with house_at_a_wire(world, EngineLimits()) as (house, wire):
        wire.cuts = 1
        answer = await Till(house, world.shop).purchase(card.by_pin, 1_00)
    assert (None, True) == (answer.decline, answer.replayed)
    assert Balance(99_00) == world.balance(card.id)
