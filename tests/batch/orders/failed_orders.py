"""Orders of which a line could not be made."""

import pytest

from florin.batch import issue as issuing
from florin.batch.new_cards import make_cards
from florin.batch.orders.generate_order import Maker, generate_order
from florin.crypto.vault import Vault
from florin.domain.order_life import OrderStatus
from florin.storage.card_rows import NewCard
from florin.storage.corporate.orders import OrderView
from tests.batch.orders.paid_orders import paid
from tests.corporate import Corporate, KnownOrder

QUANTITY, FACE_MINOR, PRINCIPAL_MINOR = 25, 100_00, 93_00
HALF = 20
"""How many cards a line has when it fails."""
OTHER_PRICE_MINOR = 4 * 465_00


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
