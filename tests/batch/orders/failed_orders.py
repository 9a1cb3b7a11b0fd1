"""Orders of which a line could not be made."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest

from florin.batch import issue as issuing
from florin.batch.orders.generate_order import Maker, generate_order
from florin.clearing.new_cards import make_cards
from florin.crypto.vault import Vault
from florin.domain.order_life import OrderStatus
from florin.storage.cards.card_rows import NewCard
from florin.storage.corporate.orders import OrderView
from tests.batch.orders.paid_orders import paid
from tests.corporate import Corporate, KnownOrder
from tests.world import World

QUANTITY, FACE_MINOR, PRINCIPAL_MINOR = 25, 100_00, 93_00
HALF = 20
"""How many cards a line has when it fails."""
OTHER_PRICE_MINOR = 4 * 465_00


@contextmanager
def in_status(world: World, order_id: UUID, status: OrderStatus) -> Iterator[None]:
    """Let a partially failed order stand elsewhere for a while, which no proof may find afterwards."""
    set_status = "UPDATE corporate_order SET status = %s WHERE id = %s"
    world.connection.execute(set_status, (status, order_id))
    yield
    world.connection.execute(set_status, (OrderStatus.PARTIALLY_FAILED, order_id))


@contextmanager
def altered(world: World, order_id: UUID) -> Iterator[None]:
    """Let the first line of an order be another than was submitted for a while."""
    add_cards = "UPDATE order_line SET quantity = quantity + %s WHERE line = 1 AND order_id = %s"
    world.connection.execute(add_cards, (1, order_id))
    yield
    world.connection.execute(add_cards, (-1, order_id))


async def half_made(maker: Maker, corporate: Corporate, *, failed: int = 1) -> KnownOrder:
    """An order whose last line is made, and whose other lines have failed with some of their cards made."""
    lines = [("bearer_gift", FACE_MINOR, QUANTITY)] * failed + [("registered_gift", 500_00, 4)]
    order = await paid(corporate, maker.house, *lines, price_basis_points=9_300)

    def make(vault: Vault, prefix: str, count: int, *, has_ecode: bool) -> list[NewCard]:
        if count == QUANTITY - HALF:
            raise ZeroDivisionError
        return make_cards(vault, prefix, count, has_ecode=has_ecode)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(issuing, "make_cards", make)
        view = await generate_order(maker, order.id)
    assert isinstance(view, OrderView)
    assert OrderStatus.PARTIALLY_FAILED is view.status
    return order
