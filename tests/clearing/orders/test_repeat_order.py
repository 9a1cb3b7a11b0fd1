import asyncio

import pytest

from florin.clearing.orders.recipients import opened_recipient
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.people import Role
from florin.domain.recipient import Recipient
from florin.storage.corporate.orders import OrderView
from florin.storage.corporate.recipients import all_recipients
from florin.storage.posting.request import KeyReusedError
from tests.clearing.orders.ordering import Ordering, made


async def recipients_of(ordering: Ordering, order: OrderView) -> list[tuple[tuple[int, int], Recipient]]:
    async with ordering.house.pool.connection() as connection:
        return [
            (each.place, opened_recipient(ordering.house.vault, order.id, each))
            async for page in all_recipients(connection, order.id)
            for each in page
        ]


async def test_the_same_again_is_a_new_draft_with_the_same_lines_and_recipients(ordering: Ordering) -> None:
    first = await ordering.drafted([("bearer_gift", 100_00, 2), ("registered_gift", 2_000_00, 1)])
    await ordering.name_recipients(first, identified=True)
    made(await ordering.submit(first.id))
    again = made(await ordering.repeat(first.id))
    assert (OrderStatus.DRAFT, first.id, None) == (again.status, again.repeats_order_id, again.price_minor)
    assert first.lines == again.lines
    assert first.payment_reference != again.payment_reference
    assert 3 == len(await recipients_of(ordering, again))
    assert await recipients_of(ordering, first) == await recipients_of(ordering, again)
    assert OrderStatus.SUBMITTED is made(await ordering.submit(again.id)).status


@pytest.mark.parametrize("status", OrderStatus)
async def test_an_order_of_any_status_is_repeated(ordering: Ordering, status: OrderStatus) -> None:
    corporate = ordering.corporate
    rich = Ordering(ordering.house, corporate, corporate.customer(funding_minor=300_00))
    order = corporate.order(rich.customer, status)
    assert OrderStatus.DRAFT is made(await rich.repeat(order.id)).status


async def test_the_price_is_that_of_the_new_submission(ordering: Ordering) -> None:
    corporate = ordering.corporate
    if corporate.world.one("SELECT count(*) FROM tier WHERE programme_id = %s", corporate.world.home) == (0,):
        corporate.tiers()
    gold = Ordering(ordering.house, corporate, corporate.customer(funding_minor=30_000_00, approval_limit_minor=300_00))
    old = corporate.order(gold.customer, OrderStatus.READY, price_basis_points=9_800)
    again = made(await gold.submit(made(await gold.repeat(old.id)).id))
    assert (294_00, 279_00) == (old.price_minor, again.price_minor)


async def test_repeating_under_a_key_repeats_once(ordering: Ordering) -> None:
    first = await ordering.drafted()
    results = await asyncio.gather(*(ordering.repeat(first.id, key="festival") for _ in range(5)))
    assert 1 == len({made(each).id for each in results})
    other = await ordering.drafted()
    with pytest.raises(KeyReusedError):
        await ordering.repeat(other.id, key="festival")


async def test_a_key_that_drafted_does_not_repeat(ordering: Ordering) -> None:
    first = made(await ordering.draft(key="one-key"))
    with pytest.raises(KeyReusedError):
        await ordering.repeat(first.id, key="one-key")


async def test_a_strangers_order_is_not_repeated_and_neither_is_one_by_a_checker(ordering: Ordering) -> None:
    first = await ordering.drafted()
    stranger = ordering.corporate.person(Role.BUYER, customer=ordering.corporate.customer())
    assert Decline.ORDER_NOT_FOUND == await ordering.repeat(first.id, by=stranger)
    assert Decline.ROLE_REQUIRED == await ordering.repeat(first.id, by=ordering.approver)


async def test_nothing_is_repeated_for_a_suspended_customer(ordering: Ordering) -> None:
    first = await ordering.drafted()
    ordering.corporate.world.connection.execute(
        "UPDATE customer SET status = 'suspended' WHERE id = %s", (ordering.customer,)
    )
    assert Decline.CUSTOMER_NOT_ACTIVE == await ordering.repeat(first.id)


async def test_recipients_that_cannot_be_opened_are_not_copied(ordering: Ordering) -> None:
    first = await ordering.drafted()
    await ordering.name_recipients(first)
    ordering.corporate.world.connection.execute(
        "UPDATE order_recipient SET name_encrypted = contact_encrypted WHERE order_id = %s AND serial = 3", (first.id,)
    )
    assert Decline.ORDER_ALTERED == await ordering.repeat(first.id)
    query = "SELECT count(*) FROM corporate_order WHERE repeats_order_id = %s"
    assert (0,) == ordering.corporate.world.one(query, first.id)
