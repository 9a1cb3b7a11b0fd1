"""A member buys a card online: it is the buyer's once the money has come, and once however often that is said."""

from datetime import timedelta
from uuid import UUID

import pytest

from florin.clearing.payments.buy_card import BuyCard, buy_card
from florin.clearing.payments.create_payment import PaymentBegun
from florin.clearing.payments.show_bought_card import show_bought_card
from florin.domain.declines import Decline
from florin.domain.payment import Payment, PaymentStatus
from florin.domain.throttle_rules import RateLimited
from florin.storage.payments.online_cards import keep_card
from florin.storage.posting.request import Caller
from tests.online_shop import card_for_sale
from tests.provider import NAME, Cashpoint
from tests.till import Till, fresh
from tests.world import Balance


@pytest.fixture
def member(cashpoint: Cashpoint) -> Caller:
    """No other test of the file has left a card for sale."""
    cashpoint.world.connection.execute("DELETE FROM online_card WHERE payment_id IS NULL")
    return cashpoint.world.member()


async def buy(
    cashpoint: Cashpoint,
    member: Caller,
    face_minor: int = 100_00,
    *,
    kind: str = "bearer_gift",
    unit: str = "CNY",
    key: str | None = None,
    provider: str = NAME,
) -> PaymentBegun | Decline | RateLimited:
    command = BuyCard(provider, cashpoint.world.products[cashpoint.world.home, kind], face_minor, unit)
    return await buy_card(cashpoint.house, member, key or fresh("key"), command, "192.0.2.1", cashpoint.now())


async def ordered(cashpoint: Cashpoint, member: Caller) -> Payment:
    begun = await buy(cashpoint, member)
    assert isinstance(begun, PaymentBegun), begun
    return begun.payment


def sold(cashpoint: Cashpoint, payment: Payment) -> UUID | None:
    """The card that the payment has brought."""
    card_id: UUID | None
    (card_id,) = cashpoint.world.one("SELECT card_id FROM payment WHERE id = %s", payment.id)
    return card_id


async def test_a_card_is_the_buyers_once_it_is_paid_however_often_that_is_said(
    cashpoint: Cashpoint, member: Caller, till: Till
) -> None:
    first, other = [card_for_sale(cashpoint.world) for _ in range(2)]
    payment = await ordered(cashpoint, member)
    assert (100_00, 100_00, None) == (payment.amount_minor, payment.face_minor, sold(cashpoint, payment))
    for _ in range(5):
        await cashpoint.call_back(payment)
    await cashpoint.work(timedelta(hours=2))
    assert first.id == sold(cashpoint, payment)
    assert (Balance(100_00), Balance(), Balance()) == (
        cashpoint.world.balance(first.id),
        cashpoint.world.balance(other.id),
        cashpoint.world.balance(member.id),
    )
    assert [("card_activated", 1020, payment.provider_id, 2010, first.id, 100_00)] == cashpoint.world.rows(
        """SELECT event, debit_code, debit_owner, credit_code, credit_owner, amount_minor FROM transfer
           WHERE credit_owner = ANY(%s)""",
        [first.id, other.id, member.id],
    )
    assert [("active", payment.provider_id)] == cashpoint.world.rows(
        "SELECT status, sold_by FROM card WHERE id = %s", first.id
    )
    assert ["card.activated"] == cashpoint.world.events(first.id)
    assert (await till.purchase(first.by_ecode, 100_00)).decline is None


async def test_each_payment_gets_a_card_of_its_own(cashpoint: Cashpoint, member: Caller) -> None:
    cards = [card_for_sale(cashpoint.world) for _ in range(3)]
    payments = [await ordered(cashpoint, member) for _ in cards]
    for payment in payments:
        await cashpoint.call_back(payment)
    assert {each.id for each in cards} == {sold(cashpoint, each) for each in payments}


async def test_a_card_is_kept_for_one_payment_through_a_kill(cashpoint: Cashpoint, member: Caller) -> None:
    card = card_for_sale(cashpoint.world)
    first, second = [await ordered(cashpoint, member) for _ in range(2)]
    pool = cashpoint.house.pool
    # Killed between the keeping and the sale, any number of times.
    assert [card.id, card.id, Decline.OUT_OF_STOCK] == [
        await keep_card(pool, each.id) for each in (first, first, second)
    ]
    await cashpoint.call_back(first)
    assert (card.id, Decline.OUT_OF_STOCK) == (sold(cashpoint, first), await keep_card(pool, first.id))


async def test_the_buyer_alone_is_shown_the_card_and_it_is_on_record(cashpoint: Cashpoint, member: Caller) -> None:
    card = card_for_sale(cashpoint.world)
    payment = await ordered(cashpoint, member)
    assert Decline.CARD_NOT_FOUND is await show_bought_card(cashpoint.house, member, payment.id, cashpoint.now())
    await cashpoint.call_back(payment)
    shown = await show_bought_card(cashpoint.house, member, payment.id, cashpoint.now())
    assert not isinstance(shown, Decline)
    assert (card.number, card.pin, card.ecode) == (
        shown.secrets.number,
        shown.secrets.pin,
        (shown.secrets.ecode or "").replace("-", ""),
    )
    assert card.number not in repr(shown)
    stranger = cashpoint.world.member()
    assert Decline.PAYMENT_NOT_FOUND is await show_bought_card(cashpoint.house, stranger, payment.id, cashpoint.now())
    assert [(member.actor_id,)] == cashpoint.world.rows(
        "SELECT actor_id FROM audit WHERE action = 'card.shown' AND subject_id = %s", card.id
    )
    # A top-up has no card to show.
    plain = await cashpoint.offered(cashpoint.world.member(named=True))
    owner = Caller(plain.member_id, plain.member_id)
    assert Decline.CARD_NOT_FOUND is await show_bought_card(cashpoint.house, owner, plain.id, cashpoint.now())


async def test_a_card_that_is_sold_out_meanwhile_sends_the_money_back(cashpoint: Cashpoint, member: Caller) -> None:
    card = card_for_sale(cashpoint.world)
    payments = [await ordered(cashpoint, member) for _ in range(2)]
    for payment in payments * 2:
        await cashpoint.call_back(payment)
    first, second = payments
    assert card.id == sold(cashpoint, first)
    assert (PaymentStatus.RETURNED, None) == ((await cashpoint.of(second)).status, sold(cashpoint, second))
    await cashpoint.work()
    assert [("not_creditable", 100_00, "paid")] == cashpoint.refunds(second.id)
    assert Balance(100_00) == cashpoint.world.balance(card.id)


@pytest.mark.parametrize("trouble", ["buyer", "block", "void"])
async def test_what_may_not_be_sold_any_more_sends_the_money_back_and_leaves_the_card(
    cashpoint: Cashpoint, member: Caller, trouble: str
) -> None:
    card = card_for_sale(cashpoint.world)
    payment = await ordered(cashpoint, member)
    change = {
        "buyer": ("UPDATE member SET status = 'blocked' WHERE id = %s", member.id),
        "block": ("UPDATE card SET block = 'all' WHERE id = %s", card.id),
        "void": ("UPDATE card SET status = 'voided' WHERE id = %s", card.id),
    }
    cashpoint.world.rows(change[trouble][0] + " RETURNING id", change[trouble][1])
    await cashpoint.call_back(payment)
    await cashpoint.work()
    assert [("not_creditable", 100_00, "paid")] == cashpoint.refunds(payment.id)
    assert [(None,)] == cashpoint.world.rows("SELECT payment_id FROM online_card WHERE card_id = %s", card.id)
    assert Balance() == cashpoint.world.balance(card.id)


async def test_money_that_comes_late_buys_the_card_all_the_same(cashpoint: Cashpoint, member: Caller) -> None:
    card = card_for_sale(cashpoint.world)
    payment = await ordered(cashpoint, member)
    await cashpoint.work(timedelta(hours=1))
    assert PaymentStatus.EXPIRED is (await cashpoint.of(payment)).status
    await cashpoint.call_back(payment)
    assert card.id == sold(cashpoint, payment)


async def test_a_differing_amount_buys_nothing_until_a_person_has_asked(cashpoint: Cashpoint, member: Caller) -> None:
    card = card_for_sale(cashpoint.world)
    payment = await ordered(cashpoint, member)
    await cashpoint.call_back(payment, amount_minor=1)
    assert (PaymentStatus.DISPUTED, Balance()) == (
        (await cashpoint.of(payment)).status,
        cashpoint.world.balance(card.id),
    )


async def test_a_bought_card_is_not_taken_back_for_the_asking(cashpoint: Cashpoint, member: Caller) -> None:
    card_for_sale(cashpoint.world)
    payment = await ordered(cashpoint, member)
    await cashpoint.call_back(payment)
    assert Decline.PAYMENT_NOT_REFUNDABLE is (await cashpoint.give_back(await cashpoint.of(payment))).decline


# What is refused before anybody pays ----------------------------------------------------------------------------------


async def test_what_cannot_be_bought_is_refused(cashpoint: Cashpoint, member: Caller) -> None:
    assert Decline.OUT_OF_STOCK is await buy(cashpoint, member)
    card_for_sale(cashpoint.world)
    assert Decline.DENOMINATION_NOT_OFFERED is await buy(cashpoint, member, 101_00)
    assert Decline.PROVIDER_NOT_FOUND is await buy(cashpoint, member, provider="nobody")
    assert Decline.CURRENCY_MISMATCH is await buy(cashpoint, member, unit="EUR")
    abroad = cashpoint.world.member(programme=cashpoint.world.abroad)
    assert Decline.PRODUCT_NOT_FOUND is await buy(cashpoint, abroad)
    blocked = cashpoint.world.member(status="blocked")
    assert Decline.MEMBER_NOT_ACTIVE is await buy(cashpoint, blocked)


async def test_ten_thousand_yuan_of_cards_in_a_day_want_a_name(cashpoint: Cashpoint, member: Caller) -> None:
    for _ in range(10):
        card_for_sale(cashpoint.world, face_minor=1000_00)
    for _ in range(9):
        assert isinstance(await buy(cashpoint, member, 1000_00), PaymentBegun)
    cashpoint.world.connection.execute("DELETE FROM throttle")
    assert Decline.REAL_NAME_REQUIRED is await buy(cashpoint, member, 1000_00)
    named = cashpoint.world.member(named=True)
    assert isinstance(await buy(cashpoint, named, 1000_00), PaymentBegun)


async def test_a_key_buys_once_and_tells_of_it_when_nothing_is_left(cashpoint: Cashpoint, member: Caller) -> None:
    card_for_sale(cashpoint.world)
    key = fresh("key")
    first = await buy(cashpoint, member, key=key)
    assert isinstance(first, PaymentBegun)
    await cashpoint.call_back(first.payment)
    again = await buy(cashpoint, member, key=key)
    assert isinstance(again, PaymentBegun)
    assert (first.payment.id, True, PaymentStatus.CREDITED) == (
        again.payment.id,
        again.was_there,
        again.payment.status,
    )
