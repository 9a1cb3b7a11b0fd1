"""Two processes hear and do the same at once: it happens once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from florin.batch.payments.follow_payments import follow_payments
from florin.batch.payments.send_refunds import send_refunds
from florin.clearing.payments.buy_card import BuyCard, buy_card
from florin.clearing.payments.create_payment import PaymentBegun
from florin.clearing.payments.split_purchase import SplitPurchase, split_purchase
from florin.domain.declines import Decline
from florin.domain.payment import PaymentStatus
from tests.online_shop import card_for_sale
from tests.provider import NAME, Cashpoint
from tests.till import Till, fresh
from tests.world import Balance

AT_ONCE = 10


@pytest.fixture
async def beside(cashpoint: Cashpoint) -> AsyncIterator[Cashpoint]:
    """Another process of the same service, with the same provider."""
    async with cashpoint.world.clearing_house() as house:
        yield replace(
            cashpoint,
            house=replace(house, providers=cashpoint.house.providers, public_url=cashpoint.house.public_url),
        )


async def test_one_callback_at_twenty_doors_credits_once(cashpoint: Cashpoint, beside: Cashpoint) -> None:
    member = cashpoint.world.member(named=True)
    payment = await cashpoint.offered(member)
    signed = cashpoint.provider.callback(cashpoint.provider.pay(payment), cashpoint.now())
    heard = await asyncio.gather(*(each.hear(signed) for each in (cashpoint, beside) for _ in range(AT_ONCE)))
    assert [True] * 2 * AT_ONCE == heard
    assert Balance(100_00) == cashpoint.world.balance(member.id)


async def test_a_payment_is_paid_and_closed_at_once_and_counts(cashpoint: Cashpoint, beside: Cashpoint) -> None:
    member = cashpoint.world.member(named=True)
    payments = [await cashpoint.offered(member, 1) for _ in range(AT_ONCE)]
    letters = [cashpoint.provider.callback(cashpoint.provider.pay(each), cashpoint.now()) for each in payments]
    end = max(each.expires_at for each in payments) + (payments[0].expires_at - payments[0].created_at)
    cashpoint.world.clock.now = end
    await asyncio.gather(
        follow_payments(cashpoint.house, end),
        follow_payments(beside.house, end),
        *(beside.hear(each) for each in letters),
    )
    assert {PaymentStatus.CREDITED} == {(await cashpoint.of(each)).status for each in payments}
    assert Balance(AT_ONCE) == cashpoint.world.balance(member.id)


async def test_a_split_is_released_and_its_rest_credited_at_once_and_no_fen_is_lost(
    cashpoint: Cashpoint, beside: Cashpoint, till: Till
) -> None:
    world = cashpoint.world
    for _ in range(AT_ONCE):
        member = world.member(named=True, principal_minor=40_00)
        command = SplitPurchase(world.payment_code(member), 100_00, "CNY", fresh("ref"), NAME)
        begun = await split_purchase(cashpoint.house, world.shop, fresh("key"), command, cashpoint.now())
        assert isinstance(begun, PaymentBegun)
        assert begun.payment.hold_id is not None
        release, hear = till.release(begun.payment.hold_id), beside.call_back(begun.payment)
        released, heard = await asyncio.gather(release, hear)
        await cashpoint.work()
        assert heard
        assert released.decline in (None, Decline.HOLD_NOT_OPEN)
        # Either the purchase was made, or all the money is in the wallet, and none of it is kept for anybody.
        assert Balance(100_00 if released.decline is None else 0) == world.balance(member.id)
        payment = await cashpoint.of(begun.payment)
        assert (PaymentStatus.CREDITED, None) == (payment.status, payment.next_step_at)


async def test_many_pay_for_few_cards_at_once_and_each_gets_a_card_or_the_money(
    cashpoint: Cashpoint, beside: Cashpoint
) -> None:
    world = cashpoint.world
    cards = {card_for_sale(world).id for _ in range(AT_ONCE // 2)}
    payments = []
    for _ in range(AT_ONCE):
        command = BuyCard(NAME, world.products[world.home, "bearer_gift"], 100_00, "CNY")
        begun = await buy_card(cashpoint.house, world.member(), fresh("key"), command, "192.0.2.1", cashpoint.now())
        assert isinstance(begun, PaymentBegun), begun
        payments.append(begun.payment)
    await asyncio.gather(*(each.call_back(payment) for payment in payments for each in (cashpoint, beside)))
    await cashpoint.work()
    ended = [await cashpoint.of(each) for each in payments]
    assert cards == {each.card_id for each in ended if each.status is PaymentStatus.CREDITED}
    assert AT_ONCE // 2 == sum(each.status is PaymentStatus.CREDITED for each in ended)
    assert AT_ONCE // 2 * 100_00 == sum(each.refunded_minor for each in ended)


async def test_the_same_money_is_wanted_back_at_once_and_goes_once(cashpoint: Cashpoint, beside: Cashpoint) -> None:
    member = cashpoint.world.member(named=True)
    payment = await cashpoint.credited(member)
    answers = await asyncio.gather(
        *(each.give_back(payment, 60_00) for each in (cashpoint, beside) for _ in range(AT_ONCE))
    )
    assert 1 == sum(each.decline is None for each in answers)
    await asyncio.gather(
        *(send_refunds(each.house, cashpoint.now()) for each in (cashpoint, beside) for _ in range(AT_ONCE))
    )
    assert (1, Balance(40_00)) == (cashpoint.provider.calls.count("refund"), cashpoint.world.balance(member.id))
