"""Refund and void: giving back what a purchase took, never more, and into the lots that it came from."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.storage.fresh_ids import fresh_id
from tests.clearing.troubles import Troubles, befallen
from tests.till import Till, fresh, said, subject
from tests.world import Balance, World


@dataclass(frozen=True)
class Attempt:
    """What can be wrong with giving a purchase of 40 yuan back."""

    merchant: str = "shop"
    reversed_already: bool = False
    late: bool = False
    refunded_minor: int = 0
    currency: str = "CNY"
    amount_minor: int = 10_00
    status: str = "active"
    block: str = "none"
    balance_minor: int = 0


REFUND_TROUBLES = (
    ({"merchant": "suspended"}, Decline.MERCHANT_INACTIVE),
    ({"merchant": "rival"}, Decline.PURCHASE_NOT_FOUND),
    ({"reversed_already": True}, Decline.ALREADY_REVERSED),
    ({"currency": "EUR"}, Decline.CURRENCY_MISMATCH),
    ({"amount_minor": 40_01}, Decline.REFUND_EXCEEDS_REMAINING),
    ({"status": "closed"}, Decline.CARD_NOT_ACTIVE),
    ({"block": "credit"}, Decline.CARD_BLOCKED),
    # A bearer card holds at most 1,000 yuan under the pack, also after a refund.
    ({"balance_minor": 1000_00}, Decline.REFUND_ABOVE_CAP),
)

VOID_TROUBLES = (
    ({"merchant": "suspended"}, Decline.MERCHANT_INACTIVE),
    ({"merchant": "rival"}, Decline.PURCHASE_NOT_FOUND),
    ({"reversed_already": True}, Decline.ALREADY_REVERSED),
    ({"late": True}, Decline.VOID_WINDOW_PASSED),
    ({"refunded_minor": 1}, Decline.PARTLY_REFUNDED),
    ({"status": "voided"}, Decline.CARD_NOT_ACTIVE),
    ({"block": "all"}, Decline.CARD_BLOCKED),
)


async def purchase_with(world: World, till: Till, troubles: Troubles) -> tuple[UUID, Attempt]:
    """The purchase that the troubles befall, and the attempt to give it back."""
    attempt = befallen(Attempt(), troubles)
    card, reference = world.card(principal_minor=40_00 + attempt.balance_minor), fresh("ref")
    purchase_id = subject(await till.purchase(card.by_pin, 40_00, reference=reference))
    if attempt.refunded_minor:
        assert None is (await till.refund(purchase_id, attempt.refunded_minor)).decline
    if attempt.reversed_already:
        assert None is (await till.reverse(reference)).decline
    if attempt.late:
        world.clock.advance(timedelta(hours=24, microseconds=1))
    world.connection.execute(
        "UPDATE card SET status = %s, block = %s WHERE id = %s", (attempt.status, attempt.block, card.id)
    )
    return purchase_id, attempt


@pytest.mark.parametrize("first", range(len(REFUND_TROUBLES)))
async def test_a_refund_gives_the_first_of_several_refusals(world: World, till: Till, first: int) -> None:
    purchase_id, attempt = await purchase_with(world, till, REFUND_TROUBLES[first:])
    before = world.everything_that_counts()
    till = till.at(getattr(world, attempt.merchant))
    answer = await till.refund(purchase_id, attempt.amount_minor, attempt.currency)
    assert REFUND_TROUBLES[first][1] == answer.decline
    assert before == world.everything_that_counts()


@pytest.mark.parametrize("first", range(len(VOID_TROUBLES)))
async def test_a_void_gives_the_first_of_several_refusals(world: World, till: Till, first: int) -> None:
    purchase_id, attempt = await purchase_with(world, till, VOID_TROUBLES[first:])
    before = world.everything_that_counts()
    answer = await till.at(getattr(world, attempt.merchant)).void(purchase_id)
    assert VOID_TROUBLES[first][1] == answer.decline
    assert before == world.everything_that_counts()


async def test_a_refund_goes_back_where_it_came_from(world: World, till: Till) -> None:
    card = world.card(bonus_minor=10_00)
    bought = await till.purchase(card.by_pin, 40_00)
    answer = await till.refund(subject(bought), 35_00, reference="return 1")
    # What stays spent is spent as the programme says, bonus first: the principal is back before any bonus.
    assert world.transfers(answer.journal_id) == [
        ("refund", 30_00, 2040, world.shop.id, 2010, card.id),
        ("refund", 5_00, 2040, world.shop.id, 2011, card.id),
    ]
    assert said(answer) == {
        "id": wire_id("refund", subject(answer)),
        "purchase_id": wire_id("purchase", subject(bought)),
        "reference": "return 1",
        "refunded": {"amount": 35_00, "currency": "CNY"},
        "remaining": {"amount": 5_00, "currency": "CNY"},
        "journal_id": said(answer)["journal_id"],
        "posted_at": "2026-03-02T04:00:00Z",
        "returned_to": wire_id("card", card.id),
        "balance": {"amount": 105_00, "currency": "CNY"},
        "available": {"amount": 105_00, "currency": "CNY"},
    }
    reverses = world.one("SELECT DISTINCT reverses_journal_id FROM transfer WHERE journal_id = %s", answer.journal_id)
    assert (bought.journal_id,) == reverses
    assert "purchase.refunded" in world.events(card.id)


async def test_refunds_end_when_everything_is_given_back(world: World, till: Till) -> None:
    card = world.card(bonus_minor=10_00)
    purchase_id = subject(await till.purchase(card.by_pin, 40_00))
    assert None is (await till.refund(purchase_id, 39_99)).decline
    assert {"remaining": {"amount": 1, "currency": "CNY"}} == said(await till.refund(purchase_id, 2))
    assert 1 == said(await till.refund(purchase_id))["refunded"]["amount"]
    assert Decline.REFUND_EXCEEDS_REMAINING == (await till.refund(purchase_id)).decline
    assert Balance(100_00, 10_00) == world.balance(card.id)


async def test_a_refund_reaches_a_blocked_member_and_an_expired_card(world: World, till: Till) -> None:
    member, card = world.member(principal_minor=50_00), world.card()
    by_member = subject(await till.purchase(world.payment_code(member), 20_00))
    by_card = subject(await till.purchase(card.by_pin, 20_00))
    world.connection.execute("UPDATE member SET status = 'blocked' WHERE id = %s", (member.id,))
    world.connection.execute("UPDATE card SET expires_on = '2026-03-01' WHERE id = %s", (card.id,))
    assert [None, None] == [(await till.refund(each)).decline for each in (by_member, by_card)]
    assert (Balance(50_00), Balance(100_00)) == (world.balance(member.id), world.balance(card.id))


async def test_a_closed_member_takes_nothing_back(world: World, till: Till) -> None:
    member = world.member(principal_minor=20_00)
    purchase_id = subject(await till.purchase(world.payment_code(member), 20_00))
    world.connection.execute("UPDATE member SET status = 'closed' WHERE id = %s", (member.id,))
    assert Decline.MEMBER_NOT_ACTIVE == (await till.refund(purchase_id)).decline


async def test_what_a_capture_took_is_refunded_like_any_purchase(world: World, till: Till) -> None:
    card = world.card()
    captured = await till.capture(subject(await till.hold(card.by_pin, 30_00)), 20_00)
    assert Decline.REFUND_EXCEEDS_REMAINING == (await till.refund(subject(captured), 20_01)).decline
    assert None is (await till.refund(subject(captured), 20_00)).decline
    assert Balance(100_00) == world.balance(card.id)


async def test_a_void_gives_everything_back_until_the_last_instant_of_its_day(world: World, till: Till) -> None:
    card = world.card(bonus_minor=10_00)
    bought = await till.purchase(card.by_pin, 40_00)
    world.clock.advance(timedelta(hours=24))
    answer = await till.void(subject(bought))
    assert world.transfers(answer.journal_id) == [
        ("void", 30_00, 2040, world.shop.id, 2010, card.id),
        ("void", 10_00, 2040, world.shop.id, 2011, card.id),
    ]
    assert ["voided", 40_00] == [said(answer)["status"], said(answer)["refunded"]["amount"]]
    assert Balance(100_00, 10_00) == world.balance(card.id)
    assert Decline.ALREADY_REVERSED == (await till.void(subject(bought))).decline
    assert Decline.ALREADY_REVERSED == (await till.refund(subject(bought), 1)).decline


async def test_a_void_undoes_whatever_the_cap_says(world: World, till: Till) -> None:
    card = world.card(principal_minor=1040_00)
    purchase_id = subject(await till.purchase(card.by_pin, 40_00))
    assert Decline.REFUND_ABOVE_CAP == (await till.refund(purchase_id)).decline
    assert None is (await till.void(purchase_id)).decline
    assert Balance(1040_00) == world.balance(card.id)


async def test_an_unknown_purchase_is_not_given_back(till: Till) -> None:
    assert Decline.PURCHASE_NOT_FOUND == (await till.refund(fresh_id(), 1)).decline
    assert Decline.PURCHASE_NOT_FOUND == (await till.void(fresh_id())).decline


async def test_a_refund_takes_a_reference_of_its_own(world: World, till: Till) -> None:
    reference = fresh("ref")
    purchase_id = subject(await till.purchase(world.card().by_pin, 40_00, reference=reference))
    assert Decline.DUPLICATE_REFERENCE == (await till.refund(purchase_id, 1, reference=reference)).decline
