"""Orders whose cards are to be made, and what there is of their cards."""

from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.recipients import recipients_digest
from florin.clearing.orders.submitted import submission_of
from florin.domain.order_life import OrderStatus
from florin.storage.catalogue import RAISE_VERSION
from florin.storage.corporate.orders import find_order
from tests.corporate import Corporate, KnownOrder, Lines
from tests.world import World

CARDS: Final = """
SELECT count(*), count(DISTINCT c.number_index), count(DISTINCT c.ecode_index), count(a.owner_id),
       count(DISTINCT c.serial), coalesce(max(c.serial), 0)
FROM order_line l JOIN card c ON c.issue_id = l.issue_id
LEFT JOIN strict_account a ON a.owner_id = c.id AND a.code = 2010
WHERE l.order_id = %s AND l.line = %s
"""


async def paid(
    corporate: Corporate, house: ClearingHouse, *lines: tuple[str, int, int], price_basis_points: int = 10_000
) -> KnownOrder:
    """An order that hashes to what was submitted, and whose whole price is reserved."""
    wanted: Lines = lines or (("bearer_gift", 100_00, 3),)
    funding_minor = sum(face * quantity for _, face, quantity in wanted)
    customer = corporate.customer(funding_minor=funding_minor)
    order = corporate.order(customer, OrderStatus.FUNDED, wanted, price_basis_points=price_basis_points)
    view = await find_order(house.pool, order.id)
    assert view is not None
    submitted = submission_of(view, await recipients_digest(house, order.id))
    corporate.world.connection.execute(
        "UPDATE corporate_order SET submission_hash = %s WHERE id = %s", (submitted.hash, order.id)
    )
    return order


def whole(quantity: int) -> tuple[int, ...]:
    """What `made` says of a line of which so many whole cards exist, numbered from 1."""
    return (quantity,) * 6


def made(world: World, order_id: UUID, line: int = 1) -> tuple[int, ...]:
    """How many cards a line has; how many numbers, e-codes, accounts, serial numbers; and the highest serial number."""
    return tuple(world.one(CARDS, order_id, line))


def status_of(world: World, order_id: UUID) -> str:
    """Where an order stands."""
    return str(world.one("SELECT status FROM corporate_order WHERE id = %s", order_id)[0])


def lines_of(world: World, order_id: UUID) -> list[tuple[str, str | None]]:
    """Status and failure of an order's lines."""
    return world.rows("SELECT status, failure FROM order_line WHERE order_id = %s ORDER BY line", order_id)


def offer(world: World, kind: str, faces_minor: list[int]) -> None:
    """Issue a product in these denominations only, from now on."""
    world.connection.execute(
        "UPDATE product SET denominations_minor = %s WHERE id = %s", (faces_minor, world.products[world.home, kind])
    )
    world.connection.execute(RAISE_VERSION)
