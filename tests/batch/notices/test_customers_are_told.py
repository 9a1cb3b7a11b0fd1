"""A customer's people are told by mail what has become of their orders and money."""

from typing import Any
from uuid import UUID

import pytest

from florin.domain.identifiers import wire_id
from florin.domain.notice import CUSTOMERS_ARE_TOLD
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from florin.storage.connect import transaction
from florin.storage.notices.fan_out import fan_out
from florin.storage.outbox import emit
from tests.batch.notices.post import Post
from tests.corporate import Corporate

PRICE = {"amount": 4_900_00, "currency": "CNY"}


@pytest.fixture
def corporate(post: Post) -> Corporate:
    return Corporate(post.world)


@pytest.fixture
async def customer(post: Post, corporate: Corporate) -> UUID:
    """A customer with money, of whose arrival nobody is told any more."""
    made = corporate.customer(funding_minor=1_000_00)
    await fan_out(post.house.pool, post.world.clock.now)
    return made


def reached(post: Post, actor: Actor, mail: str | None, **given: Any) -> Actor:  # noqa: ANN401 (of the login)
    """Somebody who has given an address, in English unless told otherwise."""
    vault, row = post.world.vault.login_mails, actor.login_id.bytes
    sealed = None if mail is None else vault.seal(mail.encode(), row)
    told = {"language": "en", "unwanted": [], **given}
    post.world.insert("login_notices", login_id=actor.login_id, mail_encrypted=sealed, **told)
    return actor


async def happen(post: Post, name: str, order_or_customer: UUID, customer: UUID, **facts: Any) -> None:  # noqa: ANN401 (of the event)
    told = {"customer_id": wire_id("customer", customer), "price": PRICE, "amount": PRICE, "available": PRICE, **facts}
    async with transaction(post.house.pool) as connection:
        await emit(connection, name, order_or_customer, told, post.world.clock.now)
    await fan_out(post.house.pool, post.world.clock.now)


async def test_each_is_told_what_concerns_the_role_and_nobody_else_is(
    post: Post, corporate: Corporate, customer: UUID
) -> None:
    other = corporate.customer()
    reached(post, corporate.person(Role.BUYER, customer=customer), "buyer@x.example")
    reached(post, corporate.person(Role.APPROVER, customer=customer), "approver@x.example")
    reached(post, corporate.person(Role.BUYER, Role.APPROVER, customer=customer), "both@x.example")
    reached(post, corporate.person(Role.BUYER, customer=other), "other@x.example")
    reached(post, corporate.person(Role.BUYER, customer=customer), None)
    corporate.person(Role.BUYER, customer=customer)
    reached(post, corporate.person(Role.BUYER, customer=customer), "off@x.example", unwanted=["order_ready"])
    blocked = reached(post, corporate.person(Role.BUYER, customer=customer), "blocked@x.example")
    post.world.connection.execute("UPDATE login SET status = 'blocked' WHERE id = %s", (blocked.login_id,))
    order = corporate.order(customer, OrderStatus.READY, lines=(("bearer_gift", 100_00, 1),))

    await happen(post, "order.ready", order.id, customer)
    await post.send()
    assert ["both@x.example", "buyer@x.example"] == sorted(each["to"] for each in post.mails)

    post.mailbox.mails.clear()
    await happen(post, "order.submitted", order.id, customer, needs_customer_approval=True)
    await happen(post, "order.submitted", order.id, customer, needs_customer_approval=False)
    await post.send()
    assert ["approver@x.example", "both@x.example"] == sorted(each["to"] for each in post.mails)
    ((reference,),) = post.world.rows("SELECT payment_reference FROM corporate_order")
    assert f"Order {reference} waits for your approval" == post.mails[0]["subject"]
    assert "Honeynut 有限公司 over CNY 4900.00" in post.texts[0]


@pytest.mark.parametrize("name", CUSTOMERS_ARE_TOLD)
async def test_every_kind_can_be_filled_in_with_what_its_event_says(
    post: Post, corporate: Corporate, customer: UUID, name: str
) -> None:
    reached(post, corporate.person(Role.BUYER, Role.APPROVER, customer=customer), "both@x.example", language=None)
    order = corporate.order(customer, OrderStatus.READY, lines=(("bearer_gift", 100_00, 1),))
    subject = customer if name.startswith("funding") else order.id
    await happen(post, name, subject, customer, needs_customer_approval=True, reason="too many")
    await post.send()
    assert [("sent", None)] == post.endings()


async def test_who_was_blocked_before_the_mail_went_is_not_told_any_more(
    post: Post, corporate: Corporate, customer: UUID
) -> None:
    buyer = reached(post, corporate.person(Role.BUYER, customer=customer), "buyer@x.example")
    await happen(post, "funding.received", customer, customer)
    post.world.connection.execute("UPDATE login SET status = 'blocked' WHERE id = %s", (buyer.login_id,))
    await post.send()
    assert [("dropped", "no address")] == post.endings()
