from uuid import UUID

import pytest

from florin.batch.issue import OrderCards, fill_issue, order_cards
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.storage.cards.card_issue import unfinished_issues
from florin.storage.connect import Connection, Pool
from tests.batch.card_orders import AUTHOR, product_id


@pytest.mark.usefixtures("demo")
async def test_an_issue_of_nothing_that_exists_is_refused(pool: Pool, vault: Vault) -> None:
    gift = await product_id(pool, "gift")

    assert Decline.PRODUCT_NOT_FOUND == await order_cards(pool, OrderCards(UUID(int=7), 100_00, 1), AUTHOR)
    assert Decline.DENOMINATION_NOT_OFFERED == await order_cards(pool, OrderCards(gift, 100_01, 1), AUTHOR)
    assert Decline.DENOMINATION_NOT_OFFERED == await order_cards(pool, OrderCards(gift, 2000_00, 1), AUTHOR)
    assert Decline.ISSUE_NOT_FOUND == await fill_issue(pool, vault, UUID(int=7))


@pytest.mark.usefixtures("demo")
async def test_a_face_above_the_cap_is_not_issued_even_if_the_product_lists_it(
    pool: Pool, connection: Connection
) -> None:
    await connection.execute("UPDATE product SET denominations_minor = '{100001}' WHERE code = 'gift'")
    gift = await product_id(pool, "gift")

    assert Decline.LIMIT_EXCEEDED == await order_cards(pool, OrderCards(gift, 100_001, 1), AUTHOR)
    assert [] == await unfinished_issues(pool)


@pytest.mark.parametrize("quantity", [0, -1, 10_000_001, True])
def test_a_quantity_out_of_bounds_is_refused(quantity: int) -> None:
    with pytest.raises(InvalidField, match="quantity"):
        OrderCards(UUID(int=7), 100_00, quantity)
