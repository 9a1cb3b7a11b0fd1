from uuid import UUID

import pytest

from florin.clearing.orders.read_order import list_orders, order_timeline, read_order
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.paging import Page
from florin.domain.people import Actor, Role
from florin.storage.corporate.orders import WantedOrders
from florin.storage.corporate.timeline import Step
from florin.storage.fresh_ids import fresh_id
from tests.clearing.orders.ordering import Ordering, made

EVERYBODY = sorted(set(Role) - {Role.ADMINISTRATOR})


@pytest.mark.parametrize("role", EVERYBODY)
async def test_whoever_works_with_orders_reads_them(ordering: Ordering, role: Role) -> None:
    order = await ordering.submitted()
    customer = ordering.customer if role in (Role.BUYER, Role.APPROVER) else None
    shown = await read_order(ordering.house, ordering.corporate.person(role, customer=customer), order.id)
    assert not isinstance(shown, Decline)
    assert (order, False, 300_00) == (shown.order, shown.is_quote, shown.price.price_minor)


async def test_an_administrator_of_people_reads_no_orders(ordering: Ordering) -> None:
    administrator = ordering.corporate.person(Role.ADMINISTRATOR)
    order = await ordering.submitted()
    assert Decline.ROLE_REQUIRED == await read_order(ordering.house, administrator, order.id)
    assert Decline.ROLE_REQUIRED == await order_timeline(ordering.house, administrator, order.id, None, 10)
    assert Decline.ROLE_REQUIRED == await list_orders(ordering.house, administrator, WantedOrders(), None, 10)


async def test_a_strangers_order_is_not_there(ordering: Ordering) -> None:
    order = await ordering.submitted()
    stranger = ordering.corporate.person(Role.BUYER, customer=ordering.corporate.customer())
    for order_id in (order.id, fresh_id()):
        assert Decline.ORDER_NOT_FOUND == await read_order(ordering.house, stranger, order_id)
        assert Decline.ORDER_NOT_FOUND == await order_timeline(ordering.house, stranger, order_id, None, 10)


# Lists ----------------------------------------------------------------------------------------------------------------


async def test_a_list_has_the_latest_first_in_pages(ordering: Ordering) -> None:
    orders = [await ordering.drafted() for _ in range(3)]
    first = await list_orders(ordering.house, ordering.buyer, WantedOrders(), None, 2)
    assert not isinstance(first, Decline)
    second = await list_orders(ordering.house, ordering.buyer, WantedOrders(), first.next_after, 2)
    assert not isinstance(second, Decline)
    assert [each.id for each in reversed(orders)] == [each.id for each in (*first.items, *second.items)]
    assert second.next_after is None


async def test_a_customers_people_list_their_own_orders_whatever_they_ask(ordering: Ordering) -> None:
    own = await ordering.drafted()
    other = Ordering(ordering.house, ordering.corporate, ordering.corporate.customer())
    foreign = await other.drafted()
    page = await list_orders(ordering.house, ordering.buyer, WantedOrders(), None, 200)
    assert not isinstance(page, Decline)
    assert [own.id] == [each.id for each in page.items]
    asked = WantedOrders(customer_id=other.customer)
    assert Decline.CUSTOMER_NOT_FOUND == await list_orders(ordering.house, ordering.buyer, asked, None, 200)
    named = WantedOrders(payment_reference=foreign.payment_reference)
    hidden = await list_orders(ordering.house, ordering.buyer, named, None, 200)
    assert not isinstance(hidden, Decline)
    assert hidden.items == ()


async def test_a_list_is_of_a_status_a_customer_or_a_payment_reference(ordering: Ordering) -> None:
    draft, submitted = await ordering.drafted(), await ordering.submitted()
    for wanted, expected in (
        (WantedOrders(customer_id=ordering.customer), [submitted.id, draft.id]),
        (WantedOrders(customer_id=ordering.customer, status=OrderStatus.DRAFT), [draft.id]),
        (WantedOrders(payment_reference=submitted.payment_reference), [submitted.id]),
    ):
        page = await list_orders(ordering.house, ordering.manager, wanted, None, 200)
        assert not isinstance(page, Decline)
        assert expected == [each.id for each in page.items]


# The timeline ---------------------------------------------------------------------------------------------------------


def names_of(steps: Page[Step, UUID] | Decline) -> list[tuple[str, str | None, list[str]]]:
    assert not isinstance(steps, Decline)
    return [(each.action, each.user_name, each.roles) for each in steps.items]


def user_name(ordering: Ordering, actor: Actor) -> str:
    return str(ordering.corporate.world.one("SELECT user_name FROM login WHERE id = %s", actor.login_id)[0])


async def test_every_step_is_told_with_who_took_it(ordering: Ordering) -> None:
    corporate = ordering.corporate
    rich = Ordering(ordering.house, corporate, corporate.customer(funding_minor=300_00))
    order = await rich.submitted()
    made(await rich.approve(order.id, by=rich.approver))
    made(await rich.approve(order.id))
    buyer, approver, manager = (user_name(rich, each) for each in (rich.buyer, rich.approver, rich.manager))
    expected = [
        ("order.drafted", buyer, ["buyer"]),
        ("order.submitted", buyer, ["buyer"]),
        ("order.approved_by_customer", approver, ["approver"]),
        ("order.approved", manager, ["manager"]),
        ("order.funded", None, []),
    ]
    assert expected == names_of(await order_timeline(rich.house, rich.manager, order.id, None, 10))


async def test_a_customers_people_are_not_told_what_our_people_are_called(ordering: Ordering) -> None:
    order = await ordering.submitted()
    made(await ordering.give_back(order.id))
    buyer = user_name(ordering, ordering.buyer)
    expected = [
        ("order.drafted", buyer, ["buyer"]),
        ("order.submitted", buyer, ["buyer"]),
        ("order.returned", None, ["manager"]),
    ]
    assert expected == names_of(await order_timeline(ordering.house, ordering.buyer, order.id, None, 10))


async def test_a_timeline_comes_in_pages(ordering: Ordering) -> None:
    order = await ordering.submitted()
    made(await ordering.give_back(order.id))
    first = await order_timeline(ordering.house, ordering.manager, order.id, None, 2)
    assert not isinstance(first, Decline)
    second = await order_timeline(ordering.house, ordering.manager, order.id, first.next_after, 2)
    assert not isinstance(second, Decline)
    assert ["order.drafted", "order.submitted", "order.returned"] == [
        each.action for each in (*first.items, *second.items)
    ]
    assert second.next_after is None
