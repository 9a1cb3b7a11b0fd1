"""A card that another transaction keeps: its own callers hear that the service is busy, and nobody else."""

import asyncio

import psycopg

from florin.storage.posting.engine import EngineLimits
from florin.storage.posting.request import BusyError
from tests.till import Till, fresh
from tests.world import Balance, World

KEEP = "SELECT FROM strict_account WHERE owner_id = %s FOR UPDATE"


async def test_a_kept_card_makes_only_its_own_requests_wait(world: World) -> None:
    cards = [world.card() for _ in range(20)]
    kept = cards[7]
    payers, keys = [*cards, kept], [fresh("key") for _ in range(21)]
    references = [fresh("ref") for _ in keys]
    async with world.clearing_house(EngineLimits(lanes=1), lock_timeout_ms=100) as house:
        till = Till(house, world.shop)

        async def purchases() -> list[object]:
            asked = (
                till.purchase(card.by_pin, 1_00, key=key, reference=reference)
                for card, key, reference in zip(payers, keys, references, strict=True)
            )
            return await asyncio.gather(*asked, return_exceptions=True)

        with psycopg.connect(world.database.owner_url) as other:
            other.execute(KEEP, (kept.id,))
            heard = await purchases()
        assert [kept, kept] == [card for card, each in zip(payers, heard, strict=True) if isinstance(each, BusyError)]
        assert [Balance(99_00)] * 19 == [world.balance(each.id) for each in cards if each is not kept]
        assert Balance(100_00) == world.balance(kept.id)
        await purchases()
    assert Balance(98_00) == world.balance(kept.id)
    assert {Balance(99_00)} == {world.balance(each.id) for each in cards if each is not kept}


async def test_when_patience_is_at_an_end_the_rest_of_a_group_hears_that_nothing_was_done(world: World) -> None:
    cards = [world.card() for _ in range(4)]
    async with world.clearing_house(EngineLimits(lanes=1, patience_ms=50), lock_timeout_ms=100) as house:
        till = Till(house, world.shop)
        with psycopg.connect(world.database.owner_url) as other:
            other.execute(KEEP, (cards[0].id,))
            heard = await asyncio.gather(*(till.purchase(each.by_pin, 1_00) for each in cards), return_exceptions=True)
    assert [BusyError] * 4 == [type(each) for each in heard]
    assert [Balance(100_00)] * 4 == [world.balance(each.id) for each in cards]
