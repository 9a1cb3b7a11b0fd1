"""The steps of a delivery: who may take them, and that each is taken once."""

import asyncio
import hashlib
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from psycopg.errors import CheckViolation

from florin.batch.orders.build_delivery import HandedOver, fetch_delivery
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.request_delivery import RequestDelivery, delivery_requested_before, request_delivery
from florin.domain.declines import Decline
from florin.domain.delivery import DELIVERY_LIFETIME, Delivery, DeliveryPart, DeliveryStatus
from florin.domain.invalid_field import InvalidField
from florin.domain.order_life import OrderStatus
from florin.domain.people import Role
from florin.storage.corporate.deliveries import find_delivery
from florin.storage.posting.request import KeyReusedError
from tests.batch.orders.delivery_desk import AGE, NUMBERS, PINS, THREE_CARDS, ZIP, DeliveryDesk
from tests.corporate import Corporate


@pytest.fixture
def desk(house: ClearingHouse, corporate: Corporate) -> DeliveryDesk:
    return DeliveryDesk(house, corporate)


async def seen(desk: DeliveryDesk, delivery: Delivery) -> Delivery:
    found = await find_delivery(desk.house.pool, delivery.id)
    assert found is not None
    return found


# Fetching -------------------------------------------------------------------------------------------------------------


async def test_a_download_that_is_replayed_is_refused(desk: DeliveryDesk) -> None:
    delivery = await desk.requested(desk.order().id)

    assert isinstance(await desk.fetch(delivery), bytes)
    assert [Decline.DELIVERY_FETCHED] * 3 == [await desk.fetch(delivery) for _ in range(3)]


async def test_of_fifty_who_fetch_at_once_one_gets_the_file(desk: DeliveryDesk) -> None:
    delivery = await desk.requested(desk.order().id)
    files = [BytesIO() for _ in range(50)]
    now = desk.world.clock.now

    answers = await asyncio.gather(*(fetch_delivery(desk.house, desk.buyer, delivery.id, file, now) for file in files))

    handed_over = [each for each in answers if isinstance(each, HandedOver)]
    assert 1 == len(handed_over)
    assert [Decline.DELIVERY_FETCHED] * 49 == [each for each in answers if not isinstance(each, HandedOver)]
    receipt = handed_over[0].delivery
    assert hashlib.sha256(handed_over[0].file.read()).digest() == receipt.sha256
    assert ("delivery.fetched", 1) == desk.world.one(
        "SELECT action, count(*) FROM audit WHERE subject_id = %s AND action = 'delivery.fetched' GROUP BY 1",
        delivery.order_id,
    )


async def test_the_receipt_tells_what_left_when_and_with_whom(desk: DeliveryDesk) -> None:
    delivery = await desk.requested(desk.order().id)
    file = await desk.fetch(delivery)
    assert isinstance(file, bytes)

    receipt = await seen(desk, delivery)

    assert (DeliveryStatus.FETCHED, 3, len(file), hashlib.sha256(file).digest()) == (
        receipt.status, receipt.cards, receipt.size_bytes, receipt.sha256,
    )  # fmt: skip
    assert (desk.world.clock.now, delivery.requested_by) == (receipt.fetched_at, receipt.fetched_by)
    ((actor_id, detail),) = desk.world.rows(
        "SELECT actor_id, detail FROM audit WHERE subject_id = %s AND action = 'delivery.fetched'", delivery.order_id
    )
    assert desk.buyer.session_id == actor_id
    assert (hashlib.sha256(file).hexdigest(), len(file), 3) == (detail["sha256"], detail["bytes"], detail["cards"])


async def test_a_file_expires_after_a_week(desk: DeliveryDesk) -> None:
    delivery = await desk.requested(desk.order().id)
    desk.world.clock.now = delivery.expires_at

    assert DELIVERY_LIFETIME == delivery.expires_at - delivery.requested_at
    assert Decline.DELIVERY_EXPIRED == await desk.fetch(delivery)
    again = await desk.requested(delivery.order_id)
    assert not again.is_repetition
    assert isinstance(await desk.fetch(again), bytes)


async def test_nobody_fetches_a_file_but_the_person_who_asked_for_it(desk: DeliveryDesk) -> None:
    delivery = await desk.requested(desk.order().id)
    colleague = desk.corporate.person(Role.BUYER, customer=desk.customer)

    assert Decline.REQUESTER_ONLY == await desk.fetch(delivery, by=colleague)
    assert Decline.ROLE_REQUIRED == await desk.fetch(delivery, by=desk.approver)
    second_login = desk.corporate.person(Role.BUYER, customer=desk.customer, same_as=desk.buyer)
    assert isinstance(await desk.fetch(delivery, by=second_login), bytes)


async def test_none_of_our_own_staff_can_fetch_or_open_a_file_of_an_order(desk: DeliveryDesk) -> None:
    order = desk.order()
    delivery = await desk.requested(order.id, NUMBERS, ZIP)
    ours = [desk.corporate.person(role) for role in Role if role not in (Role.BUYER, Role.APPROVER)]

    for actor in ours:
        assert Decline.ROLE_REQUIRED == await desk.fetch(delivery, by=actor)
        assert Decline.ROLE_REQUIRED == await desk.password(delivery, by=actor)
        assert await desk.request(order.id, by=actor) in (Decline.ROLE_REQUIRED, Decline.ORDER_NOT_FOUND)


async def test_to_another_customer_the_delivery_does_not_exist(desk: DeliveryDesk) -> None:
    order = desk.order()
    delivery = await desk.requested(order.id, NUMBERS, ZIP)
    customer = desk.corporate.customer()
    stranger = desk.corporate.person(Role.BUYER, Role.APPROVER, customer=customer)

    assert Decline.DELIVERY_NOT_FOUND == await desk.fetch(delivery, by=stranger)
    assert Decline.DELIVERY_NOT_FOUND == await desk.password(delivery, by=stranger)
    assert Decline.DELIVERY_NOT_FOUND == await desk.approve(delivery, by=stranger)
    assert Decline.ORDER_NOT_FOUND == await desk.request(order.id, by=stranger)


# Asking ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", OrderStatus)
async def test_an_order_is_delivered_when_all_its_cards_are_made(desk: DeliveryDesk, status: OrderStatus) -> None:
    answer = await desk.request(desk.order(status=status).id)
    match status:
        case OrderStatus.READY | OrderStatus.DELIVERED:
            assert isinstance(answer, Delivery)
        case OrderStatus.ACTIVATED:
            assert Decline.NOTHING_TO_DELIVER == answer
        case _:
            assert Decline.ORDER_NOT_IN_STATE == answer


async def test_an_order_that_goes_out_as_links_has_no_files(desk: DeliveryDesk) -> None:
    order = desk.corporate.order(desk.customer, OrderStatus.READY, THREE_CARDS, delivery="links")
    assert Decline.DELIVERED_OTHERWISE == await desk.request(order.id)


async def test_a_suspended_customer_gets_nothing(desk: DeliveryDesk) -> None:
    order = desk.order()
    delivery = await desk.requested(order.id)
    desk.world.connection.execute("UPDATE customer SET status = 'suspended' WHERE id = %s", (desk.customer,))

    assert Decline.CUSTOMER_NOT_ACTIVE == await desk.fetch(delivery)
    assert Decline.CUSTOMER_NOT_ACTIVE == await desk.request(order.id, PINS)


async def test_a_sealed_file_needs_a_key_in_force(desk: DeliveryDesk) -> None:
    order = desk.order()
    desk.world.connection.execute("UPDATE customer_proposal SET status = 'replaced' WHERE purpose = 'pins'")

    assert Decline.DELIVERY_KEY_NOT_IN_FORCE == await desk.request(order.id, PINS)
    assert isinstance(await desk.request(order.id, NUMBERS), Delivery)


async def test_a_file_is_not_sealed_for_a_key_that_was_replaced_meanwhile(desk: DeliveryDesk) -> None:
    delivery = await desk.requested(desk.order().id)
    desk.register_key(NUMBERS)

    assert Decline.DELIVERY_KEY_NOT_IN_FORCE == await desk.fetch(delivery)
    assert isinstance(await desk.fetch(await desk.requested(delivery.order_id)), bytes)


async def test_a_code_is_spent_by_the_request_that_it_was_shown_for(desk: DeliveryDesk) -> None:
    order, other = desk.order(), desk.order()
    proof = await desk.proof(desk.buyer)
    now = desk.world.clock.now

    async def ask(order_id: UUID, part: DeliveryPart) -> Delivery | Decline:
        return await request_delivery(desk.house, desk.buyer, RequestDelivery(order_id, part, AGE), proof, now)

    assert isinstance(await ask(order.id, NUMBERS), Delivery)
    assert Decline.TOTP_CODE_INCORRECT == await ask(order.id, PINS)
    assert Decline.TOTP_CODE_INCORRECT == await ask(other.id, NUMBERS)
    assert [(1,)] == desk.world.rows("SELECT count(*) FROM delivery WHERE requested_by = %s", desk.buyer.login_id)


async def test_a_newer_request_takes_the_place_of_one_that_was_not_fetched(desk: DeliveryDesk) -> None:
    order = desk.order()
    first = await desk.requested(order.id)
    pins = await desk.requested(order.id, PINS)
    second = await desk.requested(order.id, form=ZIP)

    assert Decline.DELIVERY_EXPIRED == await desk.fetch(first)
    assert isinstance(await desk.fetch(second), bytes)
    assert isinstance(await desk.fetch(pins), bytes)


async def test_no_part_leaves_twice_when_it_is_fetched_and_asked_for_at_once(desk: DeliveryDesk) -> None:
    for _ in range(10):
        order = desk.order()
        first = await desk.requested(order.id)
        proof, now = await desk.proof(desk.buyer), desk.world.clock.now
        command = RequestDelivery(order.id, NUMBERS, AGE)

        file, second = await asyncio.gather(
            desk.fetch(first), request_delivery(desk.house, desk.buyer, command, proof, now)
        )

        assert isinstance(second, Delivery)
        other_file = await desk.fetch(second)
        if isinstance(file, bytes):
            assert Decline.APPROVAL_REQUIRED == other_file
        else:
            assert Decline.DELIVERY_EXPIRED == file
            assert isinstance(other_file, bytes)


async def test_the_same_request_again_is_the_same_delivery(desk: DeliveryDesk) -> None:
    order = desk.order()
    made = await desk.request(order.id, key="order-5521-numbers")
    assert isinstance(made, Delivery)

    def again(part: DeliveryPart) -> RequestDelivery:
        return RequestDelivery(order.id, part, AGE, None, "order-5521-numbers")

    assert made == await delivery_requested_before(desk.house, desk.buyer, again(NUMBERS))
    assert Decline.ROLE_REQUIRED == await delivery_requested_before(desk.house, desk.approver, again(NUMBERS))
    colleague = desk.corporate.person(Role.BUYER, customer=desk.customer)
    assert None is await delivery_requested_before(desk.house, colleague, again(NUMBERS))
    with pytest.raises(KeyReusedError):
        await delivery_requested_before(desk.house, desk.buyer, again(PINS))
    with pytest.raises(KeyReusedError):
        await desk.request(order.id, PINS, key="order-5521-numbers")


# Once more ------------------------------------------------------------------------------------------------------------


async def test_a_part_leaves_once_more_only_with_a_second_person(desk: DeliveryDesk) -> None:
    order = desk.order()
    await desk.fetched(order.id)
    again = await desk.requested(order.id)

    assert (True, DeliveryStatus.WAITING_FOR_APPROVAL) == (again.is_repetition, again.status)
    assert Decline.APPROVAL_REQUIRED == await desk.fetch(again)
    approved = await desk.approve(again)
    assert isinstance(approved, Delivery)
    assert desk.world.clock.now + DELIVERY_LIFETIME == approved.expires_at
    assert isinstance(await desk.fetch(again), bytes)
    assert Decline.DELIVERY_FETCHED == await desk.fetch(again)
    assert (await desk.requested(order.id)).is_repetition


async def test_the_first_file_of_the_other_part_is_no_repetition(desk: DeliveryDesk) -> None:
    order = desk.order()
    await desk.fetched(order.id, NUMBERS)
    assert not (await desk.requested(order.id, PINS)).is_repetition


async def test_whoever_asks_cannot_approve_also_through_a_second_login(desk: DeliveryDesk) -> None:
    order = desk.order()
    await desk.fetched(order.id)
    both = desk.corporate.person(Role.BUYER, Role.APPROVER, customer=desk.customer)
    second_login = desk.corporate.person(Role.APPROVER, customer=desk.customer, same_as=both)
    again = await desk.requested(order.id, by=both)

    assert Decline.SAME_PERSON == await desk.approve(again, by=both)
    assert Decline.SAME_PERSON == await desk.approve(again, by=second_login)
    assert Decline.ROLE_REQUIRED == await desk.approve(again, by=desk.buyer)
    assert Decline.APPROVAL_REQUIRED == await desk.fetch(again, by=both)
    assert isinstance(await desk.approve(again), Delivery)


async def test_a_repetition_that_is_refused_stays_refused(desk: DeliveryDesk) -> None:
    order = desk.order()
    await desk.fetched(order.id)
    again = await desk.requested(order.id)

    assert isinstance(await desk.refuse(again), Delivery)
    assert Decline.DELIVERY_NOT_IN_STATE == await desk.fetch(again)
    assert Decline.DELIVERY_NOT_IN_STATE == await desk.approve(again)


async def test_the_schema_refuses_a_repetition_by_one_person(desk: DeliveryDesk) -> None:
    order = desk.order()
    await desk.fetched(order.id)
    again = await desk.requested(order.id)
    change = "UPDATE delivery SET status = %s, decided_person = %s WHERE id = %s"
    for status, person in (("open", None), ("open", desk.buyer.person_id), ("refused", None)):
        with pytest.raises(CheckViolation, match="a_repetition_has_two_people"):
            desk.world.connection.execute(change, (status, person, again.id))


# Passwords ------------------------------------------------------------------------------------------------------------


async def test_whoever_fetches_the_file_does_not_read_its_password(desk: DeliveryDesk) -> None:
    both = desk.corporate.person(Role.BUYER, Role.APPROVER, customer=desk.customer)
    second_login = desk.corporate.person(Role.APPROVER, customer=desk.customer, same_as=both)
    delivery = await desk.requested(desk.order().id, PINS, ZIP, by=both)

    assert Decline.SAME_PERSON == await desk.password(delivery, by=both)
    assert isinstance(await desk.fetch(delivery, by=both), bytes)
    assert Decline.SAME_PERSON == await desk.password(delivery, by=both)
    assert Decline.SAME_PERSON == await desk.password(delivery, by=second_login)
    assert Decline.ROLE_REQUIRED == await desk.password(delivery, by=desk.buyer)
    assert isinstance(await desk.password(delivery), str)


async def test_a_password_is_read_once(desk: DeliveryDesk) -> None:
    delivery = await desk.requested(desk.order().id, PINS, ZIP)

    assert isinstance(await desk.password(delivery), str)
    assert Decline.DELIVERY_PASSWORD_READ == await desk.password(delivery)
    receipt = await seen(desk, delivery)
    assert (desk.world.clock.now - timedelta(seconds=90)) == receipt.password_read_at


async def test_a_sealed_file_has_no_password(desk: DeliveryDesk) -> None:
    delivery = await desk.requested(desk.order().id)
    assert Decline.DELIVERY_HAS_NO_PASSWORD == await desk.password(delivery)


async def test_a_password_expires_with_its_file(desk: DeliveryDesk) -> None:
    delivery = await desk.requested(desk.order().id, PINS, ZIP)
    await desk.fetch(delivery)
    desk.world.clock.now = delivery.expires_at
    assert Decline.DELIVERY_EXPIRED == await desk.password(delivery)


# Replacement cards ----------------------------------------------------------------------------------------------------


async def test_replacement_cards_are_delivered_by_their_names(desk: DeliveryDesk) -> None:
    order = desk.order()
    await desk.fetched(order.id)
    used = desk.replacement(order, order.cards[0][0], 4, "active")
    unused = desk.replacement(order, order.cards[0][1], 5)

    delivery = await desk.requested(order.id, replacements=("1-5", "1-000004"))
    file = await desk.fetch(delivery)

    assert isinstance(file, bytes)
    assert ("1-000004", "1-000005") == delivery.selection
    assert not delivery.is_repetition
    assert [used.number, unused.number] == [row["number"] for row in desk.opened(file)]


async def test_a_replacement_card_that_has_left_before_is_a_repetition(desk: DeliveryDesk) -> None:
    order = desk.order()
    desk.replacement(order, order.cards[0][0], 4)
    desk.world.clock.advance(timedelta(seconds=1))
    await desk.fetched(order.id)
    desk.world.clock.advance(timedelta(seconds=1))
    desk.replacement(order, order.cards[0][1], 5)

    assert (await desk.requested(order.id, replacements=("1-4",))).is_repetition
    first = await desk.requested(order.id, replacements=("1-5",))
    assert not first.is_repetition
    assert isinstance(await desk.fetch(first), bytes)
    assert (await desk.requested(order.id, replacements=("1-5",))).is_repetition
    assert not (await desk.requested(order.id, PINS, replacements=("1-5",))).is_repetition


async def test_only_replacement_cards_are_delivered_by_name(desk: DeliveryDesk) -> None:
    order, other = desk.order(), desk.order()
    desk.replacement(order, order.cards[0][0], 4)

    for names in (("1-1",), ("1-4", "1-1"), ("1-9",), ("2-4",)):
        assert Decline.CARD_NOT_FOUND == await desk.request(order.id, replacements=names)
    assert Decline.CARD_NOT_FOUND == await desk.request(other.id, replacements=("1-4",))


@pytest.mark.parametrize("names", [(), ("1-4", "1-000004"), ("4",), ("1-4",) * 1001, ("=1-4",)])
def test_a_list_of_cards_that_is_none_is_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(InvalidField, match="replacements"):
        RequestDelivery(UUID(int=7), NUMBERS, AGE, names)
