"""What the law no longer wants kept is forgotten: providers' words, and the recipients of companies' orders."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from florin.batch.forget_records import forget_records
from florin.batch.forget_what_is_over import SPAN_DAYS, forget_what_is_over
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.recipients import digest_recipients, sealed_recipient
from florin.domain.identity import DocumentKind, Identity
from florin.domain.order_life import OrderStatus
from florin.domain.recipient import Recipient
from florin.storage.closures.lived_days import live_through
from florin.storage.connect import transaction
from florin.storage.corporate.order_statement import count_order
from florin.storage.corporate.recipients import add_recipients, count_recipients, read_recipients
from florin.storage.fresh_ids import fresh_id
from florin.storage.payments.payment_callbacks import forget_callbacks, keep_callback
from tests.corporate import Corporate, KnownOrder
from tests.world import NOON, TODAY, World

IDENTITY = Identity.read("李大蜂", DocumentKind.PASSPORT, "E12345678")
THREE_YEARS = datetime(2029, 3, 2, 4, tzinfo=UTC)
FIVE_YEARS = datetime(2031, 3, 2, 4, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def world(shared_world: World) -> World:
    """A world in which nothing has happened yet."""
    return shared_world.start_over()


@pytest.fixture
async def house(world: World) -> AsyncIterator[ClearingHouse]:
    async with world.clearing_house() as opened:
        yield opened


# Providers' words -----------------------------------------------------------------------------------------------------


async def heard(house: ClearingHouse, event_id: str, payment_id: UUID | None, at: datetime = NOON) -> None:
    await keep_callback(house.pool, "sandbox", event_id, payment_id, b"sealed", at, at)


def kept(world: World) -> list[str]:
    """The callbacks of which there are words."""
    rows = world.rows("SELECT event_id FROM payment_callback WHERE raw_encrypted IS NOT NULL ORDER BY event_id")
    return [event_id for (event_id,) in rows]


async def test_a_callback_is_forgotten_after_the_years_of_its_programme(world: World, house: ClearingHouse) -> None:
    for name, programme in (("home", world.home), ("abroad", world.abroad)):
        member = world.member(principal_minor=1, programme=programme)
        (payment_id,) = world.one("SELECT id FROM payment WHERE member_id = %s", member.id)
        await heard(house, name, payment_id)
    await heard(house, "nobody's", fresh_id())
    await heard(house, "nothing's", None)
    await heard(house, "younger", None, NOON + ONE_DAY)
    assert 0 == await forget_records(house, THREE_YEARS)
    assert 5 == len(kept(world))
    assert 4 == await forget_records(house, THREE_YEARS + ONE_DAY)
    assert ["younger"] == kept(world)
    assert 0 == await forget_records(house, THREE_YEARS + ONE_DAY)
    assert (5,) == world.one("SELECT count(*) FROM payment_callback")


async def test_of_a_payment_that_nobody_knows_the_longest_retention_holds(world: World, house: ClearingHouse) -> None:
    await heard(house, "nobody's", fresh_id(), NOON + ONE_DAY)
    since = {world.home: NOON + 2 * ONE_DAY, world.abroad: NOON + ONE_DAY}
    assert 0 == await forget_callbacks(house.pool, since, 10)
    assert 1 == await forget_callbacks(house.pool, dict.fromkeys(since, NOON + 2 * ONE_DAY), 10)


async def test_what_is_forgotten_is_not_kept_again_when_it_is_repeated(world: World, house: ClearingHouse) -> None:
    await heard(house, "one", None)
    await forget_records(house, FIVE_YEARS)
    await heard(house, "one", None)
    assert [] == kept(world)


# Clocks ---------------------------------------------------------------------------------------------------------------


async def test_a_clock_that_jumps_five_years_forgets_nobody(world: World, house: ClearingHouse) -> None:
    await heard(house, "one", None)
    order = await named_order(world, house, OrderStatus.CANCELLED)
    jumped = FIVE_YEARS + ONE_DAY
    days = [NOON, jumped, NOON + ONE_DAY, jumped, jumped + ONE_DAY / 2, NOON + 2 * ONE_DAY, jumped + ONE_DAY]
    assert [0] * 7 == [await forget_what_is_over(house, day) for day in days]
    assert (["one"], 2) == (kept(world), (await known(house, order))[0])


async def test_what_is_over_is_forgotten_by_a_clock_that_has_gone_on_for_a_week(
    world: World, house: ClearingHouse
) -> None:
    await heard(house, "one", None)
    await named_order(world, house, OrderStatus.CANCELLED)
    # A day without service in between is no harm.
    days = [FIVE_YEARS + each * ONE_DAY for each in (1, 2, 3, 5, 6, 7, 8, 9)]
    assert [0, 0, 0, 0, 0, 0, 3, 0] == [await forget_what_is_over(house, day) for day in days]


async def test_the_days_of_a_fortnight_are_counted_back_from_today(house: ClearingHouse) -> None:
    days = [TODAY + each * ONE_DAY for each in (0, 1, 2, 2, 1000, 3, 13, 14, 15)]
    assert [1, 2, 3, 3, 1, 4, 5, 5, 5] == [await live_through(house.pool, day, SPAN_DAYS) for day in days]


# Recipients -----------------------------------------------------------------------------------------------------------


async def named_order(world: World, house: ClearingHouse, status: OrderStatus) -> KnownOrder:
    """An order that says who gets its two cards."""
    corporate = Corporate(world)
    order = corporate.order(corporate.customer(funding_minor=200_00), status, (("bearer_gift", 100_00, 2),))
    people = [
        Recipient("李大蜂", "li@example.com", "0042", IDENTITY),
        Recipient("张小蜜", "+8613800138000", None, None),
    ]
    sealed = [sealed_recipient(house.vault, order.id, (1, place), each) for place, each in enumerate(people, start=1)]
    async with transaction(house.pool) as connection:
        await add_recipients(connection, order.id, sealed)
    return order


async def known(house: ClearingHouse, order: KnownOrder) -> tuple[int, int, bool, Any]:
    """How many recipients can be listed and counted, whether the order is named, and what its digest is."""
    async with house.pool.connection() as connection:
        counts = await count_recipients(connection, order.id)
        return (
            len(await read_recipients(connection, order.id)),
            sum(each.recipients for each in counts),
            (await count_order(house.pool, order.id, NOON.date())).is_named,
            await digest_recipients(connection, house.vault, order.id),
        )


@pytest.mark.parametrize("status", [OrderStatus.DRAFT, OrderStatus.CANCELLED, OrderStatus.ACTIVATED])
async def test_recipients_are_forgotten_when_the_order_has_been_over_for_years(
    world: World, house: ClearingHouse, status: OrderStatus
) -> None:
    order = await named_order(world, house, status)
    before = world.rows("SELECT * FROM order_recipient")
    assert 0 == await forget_records(house, FIVE_YEARS)
    assert before == world.rows("SELECT * FROM order_recipient")
    assert 2 == await forget_records(house, FIVE_YEARS + ONE_DAY, at_once=1)
    assert 0 == await forget_records(house, FIVE_YEARS + ONE_DAY)
    # That the company knows who got which card is still so, and its statement still tells nobody's balance.
    assert (0, 0, True, None) == await known(house, order)
    rows = world.rows(
        "SELECT name_encrypted, contact_encrypted, employee_number, identity_encrypted FROM order_recipient"
    )
    assert [(None, None, None, None)] * 2 == rows


async def test_an_order_that_is_not_over_keeps_them(world: World, house: ClearingHouse) -> None:
    orders = [await named_order(world, house, each) for each in (OrderStatus.APPROVED, OrderStatus.DELIVERED)]
    assert 0 == await forget_records(house, FIVE_YEARS + 3 * 365 * ONE_DAY)
    assert [(2, 2)] * 2 == [(await known(house, each))[:2] for each in orders]


async def test_the_last_card_tells_when_an_order_was_over(world: World, house: ClearingHouse) -> None:
    order = await named_order(world, house, OrderStatus.ACTIVATED)
    last = order.cards[0][1].id
    world.connection.execute("UPDATE card SET activated_at = %s WHERE id = %s", (NOON + 365 * ONE_DAY, last))
    assert 0 == await forget_records(house, FIVE_YEARS + ONE_DAY)
    assert 2 == await forget_records(house, FIVE_YEARS + 367 * ONE_DAY)
