"""What the tests of corporate orders begin with is a book that satisfies every proof."""

import pytest

from florin.domain.order_life import OrderStatus
from tests.clearing.every_proof import findings
from tests.corporate import Corporate
from tests.world import World

LINES = (("bearer_gift", 100_00, 2), ("registered_gift", 2_000_00, 1))


@pytest.mark.parametrize("status", OrderStatus)
async def test_an_order_of_every_status_leaves_the_book_proven(
    corporate: Corporate, world: World, status: OrderStatus
) -> None:
    customer = corporate.customer(funding_minor=3_000_00)
    corporate.order(customer, status, LINES, price_basis_points=9_300)
    async with world.clearing_house() as house, house.pool.connection() as connection:
        assert [] == await findings(connection)


async def test_what_an_order_reserves_and_its_customer_does_not_hold_is_found(
    corporate: Corporate, world: World
) -> None:
    customer = corporate.customer(funding_minor=3_000_00)
    order = corporate.order(customer, OrderStatus.FUNDED)
    async with world.clearing_house() as house, house.pool.connection() as connection:
        world.connection.execute("UPDATE strict_account SET held_minor = 1 WHERE owner_id = %s", (customer,))
        found = await findings(connection)
        world.connection.execute(
            "UPDATE strict_account SET held_minor = %s WHERE owner_id = %s", (order.price_minor, customer)
        )
    assert 1 == len(found)
    assert "held 1, open holds reserve 30000" in found[0]
