"""Orders paid at the door are listed by command."""

from florin.domain.identifiers import wire_id
from florin.storage.fresh_ids import fresh_id
from tests.cli.florin_command import Florin
from tests.cli.test_customer_command import Desk
from tests.world import NOON, World


def test_orders_paid_at_the_door_are_listed_with_their_reviews(florin: Florin, world: World) -> None:
    desk, order_id = Desk(florin, world), fresh_id()
    world.insert(
        "cash_order",
        id=order_id, programme_id=world.home, merchant_id=world.shop.id, member_id=world.member().id,
        reference="cod-17", amount_minor=58_00, unit="CNY", status="reviewed", recorded_at=NOON, delivered_at=NOON,
        review_until=NOON, review_id=order_id, verdict="good", by_default=True, reviewed_at=NOON,
    )  # fmt: skip
    seen = desk.seen(desk.corporate.operator, "cash-order", "list", "--status", "reviewed")
    assert all(word in seen for word in ("58.00", "silence", "cod-17", wire_id("cash_order", order_id)))
    assert [] == desk.told(desk.corporate.operator, "cash-order", "list", "--status", "delivered")
