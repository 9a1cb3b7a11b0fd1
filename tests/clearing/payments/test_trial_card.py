"""The trial card: a member's first card costs less than it is worth, once, and the programme pays the rest."""

import asyncio
from uuid import UUID

import pytest

from florin.clearing.payer import CardAndPin
from florin.clearing.payments.buy_card import BuyCard, buy_card
from florin.clearing.payments.create_payment import PaymentBegun
from florin.domain.declines import Decline
from florin.domain.payment import Payment, PaymentStatus
from florin.domain.throttle_rules import RateLimited
from florin.storage.payments.online_cards import offers_to
from florin.storage.posting.request import Caller
from tests.online_shop import card_for_sale, offer_trial_card, person
from tests.provider import NAME, Cashpoint
from tests.till import Till, fresh
from tests.world import Balance


@pytest.fixture
def shop(cashpoint: Cashpoint) -> Cashpoint:
    """Recharge cards of a hundred yuan are for sale, the first one for ninety."""
    world = cashpoint.world
    world.connection.execute("DELETE FROM online_card WHERE payment_id IS NULL")
    offer_trial_card(world, "recharge")
    for _ in range(3):
        card_for_sale(world, kind="recharge")
    return cashpoint


async def buy(
    shop: Cashpoint, member: Caller, *, is_trial: bool = True, face_minor: int = 100_00
) -> PaymentBegun | Decline | RateLimited:
    product = shop.world.products[shop.world.home, "recharge"]
    command = BuyCard(NAME, product, face_minor, "CNY", is_trial)
    return await buy_card(shop.house, member, fresh("key"), command, "192.0.2.1", shop.now())


async def ordered(shop: Cashpoint, member: Caller, *, is_trial: bool = True) -> Payment:
    begun = await buy(shop, member, is_trial=is_trial)
    assert isinstance(begun, PaymentBegun), begun
    return begun.payment


async def ended(shop: Cashpoint, payment: Payment) -> tuple[PaymentStatus, int]:
    """How a payment has ended, and how much of it has gone back."""
    now = await shop.of(payment)
    return now.status, now.refunded_minor


async def test_the_first_card_is_worth_more_than_it_costs_and_the_programme_pays_the_rest(
    shop: Cashpoint, till: Till
) -> None:
    member = person(shop.world)
    payment = await ordered(shop, member)
    assert (90_00, 100_00) == (payment.amount_minor, payment.face_minor)
    for _ in range(3):
        await shop.call_back(payment)
    card_id = (await shop.of(payment)).card_id
    assert card_id is not None
    assert Balance(90_00, 10_00) == shop.world.balance(card_id)
    assert [(1020, 2010, 90_00), (5010, 2011, 10_00)] == shop.world.rows(
        "SELECT debit_code, credit_code, amount_minor FROM transfer WHERE credit_owner = %s ORDER BY position", card_id
    )
    # Its whole worth goes into the wallet, and what was given is still told from what was paid.
    await redeemed(shop, till, member, card_id)
    assert Balance(90_00, 10_00) == shop.world.balance(member.id)


async def redeemed(shop: Cashpoint, till: Till, member: Caller, card_id: UUID) -> None:
    number, key_id = shop.world.one("SELECT number_encrypted, key_id FROM card WHERE id = %s", card_id)
    vault = shop.world.vault
    pin = vault.cards.derive_pin(key_id, card_id.bytes)
    card = CardAndPin(vault.card_numbers.open(number, card_id.bytes).decode(), pin)
    answer = await till.at(member).redeem(card)
    assert answer.decline is None


async def test_a_member_has_one_trial_card(shop: Cashpoint) -> None:
    member = person(shop.world)
    payment = await ordered(shop, member)
    assert Decline.TRIAL_CARD_USED is await buy(shop, member)
    await shop.call_back(payment)
    assert Decline.TRIAL_CARD_USED is await buy(shop, member)
    assert (100_00, 100_00) == ((again := await ordered(shop, member, is_trial=False)).amount_minor, again.face_minor)


async def test_of_many_requests_at_once_one_begins_a_trial_card(shop: Cashpoint) -> None:
    member = person(shop.world)
    answers = await asyncio.gather(*(buy(shop, member) for _ in range(10)))
    assert 1 == sum(isinstance(each, PaymentBegun) for each in answers)
    assert {Decline.TRIAL_CARD_USED} == {each for each in answers if not isinstance(each, PaymentBegun)}


async def test_a_trial_that_was_not_paid_leaves_the_next_one_and_only_one_counts(shop: Cashpoint) -> None:
    member = person(shop.world)
    first = await ordered(shop, member)
    shop.world.clock.now = first.expires_at
    await shop.work(first.expires_at - first.created_at)
    second = await ordered(shop, member)
    # Both are paid after all.
    for each in (first, second):
        await shop.call_back(each)
    assert [(PaymentStatus.CREDITED, 0), (PaymentStatus.RETURNED, 90_00)] == [
        await ended(shop, each) for each in (first, second)
    ]


async def test_it_is_the_first_card_or_none(shop: Cashpoint) -> None:
    member = person(shop.world)
    trial, whole = await ordered(shop, member), await ordered(shop, member, is_trial=False)
    await shop.call_back(whole)
    await shop.call_back(trial)
    assert (PaymentStatus.RETURNED, 90_00) == await ended(shop, trial)
    assert Decline.TRIAL_CARD_USED is await buy(shop, member)


async def test_two_accounts_of_one_person_have_one_trial_card(shop: Cashpoint) -> None:
    first, second, third = [person(shop.world, "E12345678") for _ in range(3)]
    payments = [await ordered(shop, each) for each in (first, second)]
    await asyncio.gather(*(shop.call_back(each) for each in payments))
    assert [(PaymentStatus.CREDITED, 0), (PaymentStatus.RETURNED, 90_00)] == sorted(
        [await ended(shop, each) for each in payments]
    )
    assert Decline.TRIAL_CARD_USED is await buy(shop, third)


async def test_the_money_that_goes_back_leaves_the_trial(shop: Cashpoint) -> None:
    member = person(shop.world)
    payment = await ordered(shop, member)
    shop.world.connection.execute("UPDATE member SET status = 'blocked' WHERE id = %s", (member.id,))
    await shop.call_back(payment)
    assert (PaymentStatus.RETURNED, 90_00) == await ended(shop, payment)
    shop.world.connection.execute("UPDATE member SET status = 'active' WHERE id = %s", (member.id,))
    again = await ordered(shop, member)
    await shop.call_back(again)
    assert (PaymentStatus.CREDITED, 0) == await ended(shop, again)


async def test_what_is_no_trial_card_is_refused(shop: Cashpoint) -> None:
    card_for_sale(shop.world, kind="recharge", face_minor=200_00)
    assert Decline.TRIAL_CARD_NOT_OFFERED is await buy(shop, person(shop.world), face_minor=200_00)
    assert Decline.REAL_NAME_REQUIRED is await buy(shop, shop.world.member())


async def test_the_trial_is_shown_to_whoever_may_have_it(shop: Cashpoint) -> None:
    member, nameless = person(shop.world), shop.world.member()

    async def prices(who: Caller) -> list[tuple[int, int | None]]:
        return [(each.face_minor, each.trial_price_minor) for each in await offers_to(shop.house.pool, who.id)]

    assert ([(100_00, 90_00)], [(100_00, None)]) == (await prices(member), await prices(nameless))
    payment = await ordered(shop, member)
    assert [(100_00, None)] == await prices(member)
    await shop.call_back(payment)
    assert [(100_00, None)] == await prices(member)
