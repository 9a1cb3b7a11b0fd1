"""The pro-forma invoice over HTTP."""

from io import BytesIO

import pypdf
import pytest

from florin.domain.order_life import OrderStatus
from florin.domain.people import Role
from tests.api.client import code_of
from tests.api.conftest import Doors
from tests.corporate import Corporate
from tests.world import World


@pytest.fixture
def corporate(world: World) -> Corporate:
    world.connection.execute("DELETE FROM programme_bank_account")
    world.insert(
        "programme_bank_account", programme_id=world.home, holder="蜂蜜坚果", bank="农业银行", number="622200017"
    )
    return Corporate(world)


async def test_a_buyer_fetches_the_invoice_of_a_submitted_order(doors: Doors, corporate: Corporate) -> None:
    customer = corporate.customer()
    order = corporate.order(customer, OrderStatus.SUBMITTED, price_basis_points=9_800)
    buyer = doors.person(corporate.person(Role.BUYER, customer=customer))
    answer = await buyer.get(f"/v1/orders/ord_{order.id.hex}/pro-forma")
    assert "application/pdf" == answer.headers["content-type"]
    assert f'attachment; filename="ord_{order.id.hex}-pro-forma.pdf"' == answer.headers["content-disposition"]
    text = "".join(pypdf.PdfReader(BytesIO(answer.content)).pages[0].extract_text().replace("\0", "").split())
    assert "应付金额Amounttobepaid294.00CNY" in text
    assert "622200017" in text


async def test_a_draft_has_no_invoice_and_a_programme_without_an_account_neither(
    doors: Doors, corporate: Corporate
) -> None:
    manager = doors.person(corporate.manager)
    draft = corporate.order(corporate.customer(), OrderStatus.DRAFT)
    assert (409, "order_not_in_state") == code_of(await manager.get(f"/v1/orders/ord_{draft.id.hex}/pro-forma"))
    corporate.world.connection.execute("DELETE FROM programme_bank_account")
    order = corporate.order(corporate.customer(), OrderStatus.SUBMITTED)
    assert (409, "bank_account_not_set") == code_of(await manager.get(f"/v1/orders/ord_{order.id.hex}/pro-forma"))
