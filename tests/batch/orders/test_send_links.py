"""Each recipient gets one link, however often it is asked for and whatever is killed meanwhile."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from florin.batch.orders.waiting_links import carry_out, send_waiting_links
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.claim import ClaimedCard
from florin.clearing.orders.confirm_receipt import ConfirmReceipt, Received, confirm_receipt
from florin.clearing.orders.send_links import SendLinks, send_links, sending_asked_before
from florin.domain.claim_link import LINK_LIFETIME, LinkStatus
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.invalid_field import InvalidField
from florin.domain.order_life import OrderStatus
from florin.domain.people import Role
from florin.storage.corporate.claim_links import LinkSent, list_links
from florin.storage.corporate.link_sendings import LinkSending, send_chunk
from florin.storage.posting.request import KeyReusedError
from tests.batch.orders.link_desk import FIVE_CARDS, SENT, LinkDesk
from tests.corporate import Corporate
from tests.world import World

LINKS = "SELECT line, serial, sending FROM claim_link WHERE order_id = %s ORDER BY line, serial"
PLACES = [(1, 1, 1), (1, 2, 1), (1, 3, 1), (2, 1, 1), (2, 2, 1)]


@pytest.fixture
def desk(house: ClearingHouse, corporate: Corporate) -> LinkDesk:
    return LinkDesk(house, corporate)


async def test_every_card_of_an_order_gets_one_link_and_one_event(desk: LinkDesk) -> None:
    order = desk.order()

    sending = await desk.send(order.id)

    assert (5, 5, desk.world.clock.now) == (sending.cards, sending.sent, sending.done_at)
    assert PLACES == desk.world.rows(LINKS, order.id)
    cards = [card.id for of_line in order.cards for card in of_line]
    told = [
        {"order_id": wire_id("order", order.id), "line": line, "serial": serial, "recipient_serial": serial,
         "sending": number}
        for line, serial, number in PLACES
    ]  # fmt: skip
    assert list(zip(told, cards, strict=True)) == desk.world.rows(SENT, wire_id("order", order.id))


async def test_links_that_were_sent_are_not_sent_again(desk: LinkDesk) -> None:
    order = desk.order()
    await desk.send(order.id)

    assert Decline.NOTHING_TO_DELIVER == await desk.ask(order.id)
    await send_waiting_links(desk.house)
    assert 5 == len(desk.tokens(order.id))


async def test_links_that_were_not_all_sent_have_not_arrived(desk: LinkDesk) -> None:
    order = desk.order()

    async def confirmed() -> object:
        proof = await desk.proof(desk.buyer)
        return await confirm_receipt(desk.house, desk.buyer, ConfirmReceipt(order.id), proof, desk.world.clock.now)

    assert Decline.DELIVERY_INCOMPLETE == await confirmed()
    sending = await desk.ask(order.id)
    assert isinstance(sending, LinkSending)
    await send_chunk(desk.house.pool, sending.id, lambda *card: repr(card).encode(), 4, desk.world.clock.now)
    assert Decline.DELIVERY_INCOMPLETE == await confirmed()
    await carry_out(desk.house, sending.id, clock=desk.world.clock)
    assert isinstance(await confirmed(), Received)


async def test_several_processes_at_one_sending_send_each_link_once(desk: LinkDesk, world: World) -> None:
    order = desk.order((("bearer_gift", 100_00, 40),))
    sending = await desk.ask(order.id)
    assert isinstance(sending, LinkSending)

    async with world.clearing_house() as other:
        houses = (desk.house, other) * 4
        await asyncio.gather(*(carry_out(each, sending.id, chunk=3, clock=world.clock) for each in houses))

    assert 40 == len(world.rows(SENT, wire_id("order", order.id))) == len(world.rows(LINKS, order.id))


async def test_whoever_serves_finishes_what_was_asked_for(desk: LinkDesk) -> None:
    order = desk.order()
    await desk.ask(order.id)

    await send_waiting_links(desk.house)

    assert PLACES == desk.world.rows(LINKS, order.id)
    assert [(5, True)] == desk.world.rows(
        "SELECT sent, done_at IS NOT NULL FROM link_sending WHERE order_id = %s", order.id
    )


async def test_a_second_word_while_links_are_sent_is_the_same_sending(desk: LinkDesk) -> None:
    order = desk.order()
    first = await desk.ask(order.id)
    assert first == await desk.ask(order.id)


async def test_the_same_request_again_is_the_same_sending(desk: LinkDesk) -> None:
    order, other = desk.order(), desk.order()
    made = await desk.ask(order.id, key="links-of-order")

    assert made == await sending_asked_before(desk.house, desk.buyer, SendLinks(order.id, "links-of-order"))
    with pytest.raises(KeyReusedError):
        await sending_asked_before(desk.house, desk.buyer, SendLinks(other.id, "links-of-order"))
    with pytest.raises(KeyReusedError):
        await desk.ask(other.id, key="links-of-order")


async def test_a_code_is_spent_by_the_sending_that_it_was_shown_for(desk: LinkDesk) -> None:
    order, other = desk.order(), desk.order()
    proof, now = await desk.proof(desk.buyer), desk.world.clock.now

    assert isinstance(await send_links(desk.house, desk.buyer, SendLinks(order.id), proof, now), LinkSending)
    assert Decline.TOTP_CODE_INCORRECT == await send_links(desk.house, desk.buyer, SendLinks(other.id), proof, now)


@pytest.mark.parametrize("status", OrderStatus)
async def test_links_are_sent_when_all_cards_are_made(desk: LinkDesk, status: OrderStatus) -> None:
    answer = await desk.ask(desk.order(status=status).id)
    if status in (OrderStatus.READY, OrderStatus.DELIVERED, OrderStatus.ACTIVATED):
        assert isinstance(answer, LinkSending)
    else:
        assert Decline.ORDER_NOT_IN_STATE == answer


async def test_only_a_buyer_of_the_customer_sends_links(desk: LinkDesk) -> None:
    order = desk.order()
    stranger = desk.corporate.person(Role.BUYER, customer=desk.corporate.customer())
    approver = desk.corporate.person(Role.APPROVER, customer=desk.customer)
    files = desk.corporate.order(desk.customer, OrderStatus.READY)

    assert Decline.ORDER_NOT_FOUND == await desk.ask(order.id, by=stranger)
    assert Decline.ROLE_REQUIRED == await desk.ask(order.id, by=approver)
    assert Decline.ROLE_REQUIRED == await desk.ask(order.id, by=desk.corporate.manager)
    assert Decline.DELIVERED_OTHERWISE == await desk.ask(files.id)
    assert Decline.ORDER_NOT_FOUND == await desk.ask(UUID(int=7))
    desk.world.connection.execute("UPDATE customer SET status = 'suspended' WHERE id = %s", (desk.customer,))
    assert Decline.CUSTOMER_NOT_ACTIVE == await desk.ask(order.id)
    assert Decline.CUSTOMER_NOT_ACTIVE == await desk.resend(order.id)


async def test_a_card_that_was_given_up_gets_no_link(desk: LinkDesk) -> None:
    order = desk.order()
    desk.world.connection.execute("UPDATE card SET status = 'voided' WHERE id = %s", (order.cards[0][1].id,))

    await desk.send(order.id)

    assert [PLACES[0], *PLACES[2:]] == desk.world.rows(LINKS, order.id)


async def test_a_replacement_card_gets_a_link_of_its_own(desk: LinkDesk) -> None:
    order, world = desk.order(), desk.world
    await desk.send(order.id)
    (issue_id,) = world.one("SELECT issue_id FROM order_line WHERE order_id = %s AND line = 1", order.id)
    new = world.card(status="sold", issue_id=issue_id, serial=4, sold_by=desk.customer)
    world.insert(
        "card_replacement",
        id=new.id, order_id=order.id, line=1, order_key="k", old_card_id=order.cards[0][1].id, new_card_id=new.id,
        recipient_serial=2, reason="missing", status="replaced", asked_by=desk.buyer.login_id,
        asked_person=desk.buyer.person_id, session_id=desk.buyer.session_id, asked_at=world.clock.now,
        replaced_at=world.clock.now,
    )  # fmt: skip

    sending = await desk.send(order.id)

    assert 1 == sending.sent
    *_, (told, subject_id) = [row for row in world.rows(SENT, wire_id("order", order.id)) if row[0]["serial"] == 4]
    assert (new.id, 2) == (subject_id, told["recipient_serial"])


# Once more ------------------------------------------------------------------------------------------------------------


async def test_a_link_is_sent_once_more_at_most_once_a_day(desk: LinkDesk) -> None:
    order = desk.order()
    await desk.send(order.id)

    desk.world.clock.advance(timedelta(days=1) - timedelta(microseconds=1))
    assert Decline.LINK_SENT_TODAY == await desk.resend(order.id)
    desk.world.clock.advance(timedelta(microseconds=1))
    again = await desk.resend(order.id)
    assert isinstance(again, LinkSent)
    assert (2, desk.world.clock.now + LINK_LIFETIME) == (again.sending, again.expires_at)
    assert Decline.LINK_SENT_TODAY == await desk.resend(order.id)
    assert {1: 1, 2: 1} == {sending: 1 for line, serial, sending in desk.tokens(order.id) if (line, serial) == (1, 1)}


async def test_of_fifty_who_send_a_link_once_more_at_once_one_does(desk: LinkDesk) -> None:
    order = desk.order()
    await desk.send(order.id)
    desk.world.clock.advance(timedelta(days=1))

    answers = await asyncio.gather(*(desk.resend(order.id) for _ in range(50)))

    assert 1 == sum(isinstance(each, LinkSent) for each in answers)
    assert 49 == answers.count(Decline.LINK_SENT_TODAY)


async def test_a_link_is_claimed_or_sent_once_more_and_never_both(desk: LinkDesk) -> None:
    order = desk.order((("bearer_gift", 100_00, 40),))
    await desk.send(order.id)
    desk.world.clock.advance(timedelta(days=1))
    tokens = [desk.tokens(order.id)[1, serial, 1] for serial in range(1, 41)]

    claimed, sent = [], []
    for first in range(0, 40, 10):
        some = range(first, first + 10)
        answers = await asyncio.gather(
            *(desk.claim(tokens[at]) for at in some), *(desk.resend(order.id, f"1-{at + 1}") for at in some)
        )
        claimed += [isinstance(each, ClaimedCard) for each in answers[:10]]
        sent += [isinstance(each, LinkSent) for each in answers[10:]]

    assert [True] * 40 == [was_claimed != was_sent for was_claimed, was_sent in zip(claimed, sent, strict=True)]


async def test_only_a_buyer_sends_a_link_once_more_and_only_one_that_was_sent(desk: LinkDesk) -> None:
    order = desk.order()
    await desk.send(order.id)
    desk.world.clock.advance(timedelta(days=1))
    stranger = desk.corporate.person(Role.BUYER, customer=desk.corporate.customer())

    assert Decline.ORDER_NOT_FOUND == await desk.resend(order.id, by=stranger)
    assert Decline.ROLE_REQUIRED == await desk.resend(order.id, by=desk.corporate.operator)
    assert Decline.LINK_NOT_FOUND == await desk.resend(order.id, "1-4")
    assert Decline.LINK_NOT_FOUND == await desk.resend(order.id, "3-1")
    with pytest.raises(InvalidField, match="card"):
        await desk.resend(order.id, "first")
    desk.world.connection.execute("UPDATE card SET status = 'voided' WHERE id = %s", (order.cards[0][0].id,))
    assert Decline.LINK_NOT_FOUND == await desk.resend(order.id)
    desk.world.connection.execute("UPDATE corporate_order SET status = 'cancelled' WHERE id = %s", (order.id,))
    assert Decline.ORDER_NOT_IN_STATE == await desk.resend(order.id, "1-2")


# What the buyer sees --------------------------------------------------------------------------------------------------


async def test_the_buyer_sees_of_each_card_whether_its_link_was_used(desk: LinkDesk) -> None:
    order = desk.order()
    await desk.send(order.id)
    tokens = desk.tokens(order.id)
    await desk.claim(tokens[1, 2, 1])

    sent, claimed = LinkStatus.SENT, LinkStatus.CLAIMED
    assert [sent, claimed, sent, sent, sent] == await desk.statuses(order.id)
    desk.world.clock.advance(LINK_LIFETIME)
    expired = LinkStatus.EXPIRED
    assert [expired, claimed, expired, expired, expired] == await desk.statuses(order.id)
    await desk.resend(order.id)
    assert [sent, claimed, expired, expired, expired] == await desk.statuses(order.id)


@pytest.mark.parametrize(
    ("card_is", "expected"),
    [("replaced", LinkStatus.REPLACED), ("voided", LinkStatus.VOIDED), ("redeemed", LinkStatus.SENT)],
)
async def test_the_buyer_sees_what_he_did_to_a_card_and_nothing_of_what_its_holder_does(
    desk: LinkDesk, card_is: str, expected: LinkStatus
) -> None:
    order = desk.order()
    await desk.send(order.id)
    desk.world.connection.execute("UPDATE card SET status = %s WHERE id = %s", (card_is, order.cards[0][1].id))
    assert [LinkStatus.SENT, expected] == (await desk.statuses(order.id))[:2]


async def test_links_are_listed_page_by_page(desk: LinkDesk) -> None:
    order = desk.order(FIVE_CARDS)
    await desk.send(order.id)

    places, after = [], 0
    for _ in range(3):
        page = await list_links(desk.house.pool, order.id, after, 2)
        places.append([(each.line, each.serial) for each in page.items])
        after = page.next_after or 0

    assert [[(1, 1), (1, 2)], [(1, 3), (2, 1)], [(2, 2)]] == places
    assert 0 == after
