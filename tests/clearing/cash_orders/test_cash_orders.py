"""An order paid at the door is delivered, and reviewed by its member or, in silence, as good."""

import asyncio
from datetime import timedelta

import pytest

from florin.batch.default_reviews import review_by_default
from florin.batch.notices.fan_out_everything import fan_out_everything
from florin.clearing.cases.read_cases import read_own_case
from florin.clearing.cash_orders.read_orders import all_cash_orders, cash_orders_page, read_cash_order
from florin.clearing.cash_orders.record_order import RecordCashOrder
from florin.clearing.cash_orders.review_order import ReviewCashOrder
from florin.domain.case_life import CaseKind
from florin.domain.cash_order import CashOrder, CashOrderStatus, Verdict
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Role
from florin.storage.catalogue import RAISE_VERSION
from florin.storage.fresh_ids import fresh_id
from florin.storage.members.sessions import SignedIn
from tests.clearing.cash_orders.delivering import Delivering
from tests.corporate import Corporate
from tests.till import fresh

_S = CashOrderStatus


async def test_a_delivery_is_reviewed_by_its_member_and_costs_no_balance(delivering: Delivering) -> None:
    who = delivering.member()
    order = await delivering.recorded(who)
    assert Decline.CASH_ORDER_NOT_IN_STATE is await delivering.review(who, order)
    delivered = await delivering.deliver(order)
    assert isinstance(delivered, CashOrder)
    assert (_S.DELIVERED, delivering.now + timedelta(hours=48)) == (delivered.status, delivered.review_until)
    assert Decline.CASH_ORDER_NOT_FOUND is await delivering.review(delivering.member(), order)
    reviewed = await delivering.review(who, order, text="  fresh and on time ")
    assert isinstance(reviewed, CashOrder)
    assert reviewed.review is not None
    assert (_S.REVIEWED, Verdict.GOOD, False, None) == (
        reviewed.status, reviewed.review.verdict, reviewed.review.by_default, reviewed.review.case_id,
    )  # fmt: skip
    for late in (await delivering.review(who, order, Verdict.BAD), await delivering.cancel(order)):
        assert Decline.CASH_ORDER_NOT_IN_STATE is late
    kept = await read_cash_order(delivering.house, order.id)
    assert not isinstance(kept, Decline)
    assert (reviewed, "fresh and on time") == (kept.order, kept.text)
    names = [f"cash_order.{each}" for each in ("recorded", "delivered", "reviewed")]
    assert names == delivering.world.events(order.id)
    assert [(0,)] == delivering.world.rows("SELECT count(*) FROM transfer")
    told = delivering.world.rows("SELECT payload::text FROM outbox WHERE subject_id = %s", order.id)
    sealed = delivering.world.rows("SELECT encode(text_encrypted, 'escape') FROM cash_order WHERE id = %s", order.id)
    assert [] == [text for (text,) in told + sealed if "fresh" in text]


async def test_a_merchant_records_an_order_once_for_members_that_it_serves(delivering: Delivering) -> None:
    world, who, reference = delivering.world, delivering.member(), fresh("cod")
    made = await asyncio.gather(*(delivering.record(who.member_id, reference=reference) for _ in range(4)))
    assert 1 == len({each.id for each in made if isinstance(each, CashOrder)})
    other = delivering.member().member_id
    for refused, expected in (
        (await delivering.record(who.member_id, reference=reference, amount_minor=1), Decline.DUPLICATE_REFERENCE),
        (await delivering.record(other, reference=reference), Decline.DUPLICATE_REFERENCE),
        (await delivering.record(fresh_id()), Decline.MEMBER_NOT_FOUND),
        (await delivering.record(other, by=world.stranger), Decline.MEMBER_NOT_FOUND),
        (await delivering.record(other, by=world.suspended), Decline.MERCHANT_INACTIVE),
        (await delivering.record(other, unit="EUR"), Decline.CURRENCY_MISMATCH),
    ):
        assert expected is refused
    assert isinstance(await delivering.record(who.member_id, by=world.rival, reference=reference), CashOrder)
    for status in ("closing", "closed"):
        world.connection.execute("UPDATE member SET status = %s WHERE id = %s", (status, other))
        assert Decline.MEMBER_NOT_ACTIVE is await delivering.record(other)


async def test_another_merchants_order_does_not_exist(delivering: Delivering) -> None:
    who, rival = delivering.member(), delivering.world.rival
    order = await delivering.recorded(who)
    assert Decline.CASH_ORDER_NOT_FOUND is await delivering.deliver(order, by=rival)
    assert Decline.CASH_ORDER_NOT_FOUND is await delivering.cancel(order, by=rival)
    cancelled = await delivering.cancel(order)
    assert isinstance(cancelled, CashOrder)
    assert (_S.CANCELLED, delivering.now) == (cancelled.status, cancelled.cancelled_at)
    assert Decline.CASH_ORDER_NOT_IN_STATE is await delivering.deliver(order)


async def test_a_bad_review_opens_a_case_with_it_or_not_at_all(delivering: Delivering) -> None:
    who = delivering.member()
    order = await delivering.delivered(who)
    reviews = [delivering.review(who, order, Verdict.BAD, "it was cold", opens_case=True) for _ in range(4)]
    done = [each for each in await asyncio.gather(*reviews) if isinstance(each, CashOrder)]
    assert 1 == len(done)
    assert done[0].review is not None
    assert done[0].review.case_id is not None
    cases = delivering.world.rows("SELECT id FROM service_case WHERE member_id = %s", who.member_id)
    assert [(done[0].review.case_id,)] == cases
    told = await read_own_case(delivering.house, who, done[0].review.case_id)
    assert not isinstance(told, Decline)
    assert (CaseKind.COMPLAINT, ["it was cold"]) == (told[0].kind, [each.text for each in told[1]])


async def test_silence_is_a_good_review_when_the_time_is_over_and_not_before(delivering: Delivering) -> None:
    who, clock = delivering.member(), delivering.world.clock
    order = await delivering.delivered(who)
    answered = await delivering.delivered(who)
    await delivering.review(who, answered, Verdict.BAD)
    clock.advance(timedelta(hours=48) - timedelta(microseconds=1))
    assert 0 == await review_by_default(delivering.house, delivering.now)
    clock.advance(timedelta(microseconds=1))
    # Nobody has written the default review yet, and it is too late for another all the same.
    assert Decline.CASH_ORDER_NOT_IN_STATE is await delivering.review(who, order)
    assert 1 == await review_by_default(delivering.house, delivering.now)
    assert 0 == await review_by_default(delivering.house, delivering.now)
    kept = await read_cash_order(delivering.house, order.id)
    assert not isinstance(kept, Decline)
    assert kept.order.review is not None
    assert (_S.REVIEWED, Verdict.GOOD, True, delivering.now) == (
        kept.order.status, kept.order.review.verdict, kept.order.review.by_default, kept.order.review.at,
    )  # fmt: skip
    assert ["cash_order.recorded", "cash_order.delivered", "cash_order.reviewed"] == delivering.world.events(order.id)
    clock.advance(timedelta(days=5 * 365))
    assert 0 == await review_by_default(delivering.house, delivering.now)


async def test_many_at_once_and_a_clock_that_jumps_review_each_delivery_once(delivering: Delivering) -> None:
    who, clock = delivering.member(), delivering.world.clock
    orders = [await delivering.delivered(who) for _ in range(10)]
    clock.advance(timedelta(days=5 * 365))
    counts = await asyncio.gather(*(review_by_default(delivering.house, delivering.now, chunk=1) for _ in range(4)))
    left = await review_by_default(delivering.house, delivering.now, chunk=1)
    assert len(orders) == sum(counts) + left
    clock.advance(timedelta(days=-6 * 365))
    # By a clock that was put back, what is delivered now has its whole time again.
    late = await delivering.delivered(who)
    assert 0 == await review_by_default(delivering.house, delivering.now)
    assert isinstance(await delivering.review(who, late), CashOrder)
    for each in orders:
        assert 1 == delivering.world.events(each.id).count("cash_order.reviewed")


async def test_the_hours_are_the_programmes_at_the_delivery(delivering: Delivering) -> None:
    world, who = delivering.world, delivering.member()
    before = await delivering.delivered(who)
    with world.connection.transaction():
        world.connection.execute("UPDATE programme SET review_hours = 1 WHERE id = %s", (world.home,))
        world.connection.execute(RAISE_VERSION)
    await delivering.house.engine.current_catalogue(-1)
    try:
        order = await delivering.delivered(who)
        assert delivering.now + timedelta(hours=1) == order.review_until
        world.clock.advance(timedelta(hours=2))
        assert 1 == await review_by_default(delivering.house, delivering.now)
        assert isinstance(await delivering.review(who, before), CashOrder)
    finally:
        world.connection.execute("UPDATE programme SET review_hours = 48 WHERE id = %s", (world.home,))
        world.connection.execute(RAISE_VERSION)


async def test_lists_show_whose_they_are(delivering: Delivering, corporate: Corporate) -> None:
    who, house = delivering.member(), delivering.house
    first, second = await delivering.recorded(who), await delivering.delivered(who)
    theirs = await cash_orders_page(house, member_id=who.member_id, limit=1)
    assert [second.id] == [each.order.id for each in theirs.items]
    rest = await cash_orders_page(house, member_id=who.member_id, before=theirs.next_after, limit=1)
    assert [first.id] == [each.order.id for each in rest.items]
    rivals = await cash_orders_page(house, merchant_id=delivering.world.rival.id, member_id=who.member_id, limit=9)
    assert () == rivals.items
    told = await all_cash_orders(house, corporate.person(Role.AUDITOR), _S.RECORDED, 200)
    assert not isinstance(told, Decline)
    assert {first.id} == {each.order.id for each in told} & {first.id, second.id}
    for role in (Role.FINANCE, Role.SERVICE_MANAGER):
        assert Decline.ROLE_REQUIRED is await all_cash_orders(house, corporate.person(role), None, 1)


@pytest.mark.parametrize(("verdict", "text"), [(Verdict.GOOD, "good"), (Verdict.BAD, None)])
def test_only_a_bad_review_in_words_opens_a_case(verdict: Verdict, text: str | None) -> None:
    with pytest.raises(InvalidField):
        ReviewCashOrder(fresh_id(), verdict, text, opens_case=True)


def test_what_can_never_be_right_is_refused_at_the_door() -> None:
    with pytest.raises(InvalidField):
        ReviewCashOrder(fresh_id(), Verdict.BAD, " ")
    for amount_minor in (0, -1):
        with pytest.raises(InvalidField):
            RecordCashOrder(fresh_id(), "r", amount_minor, "CNY")


async def test_the_member_is_asked_and_the_shop_is_told(delivering: Delivering) -> None:
    world, endpoint = delivering.world, fresh_id()
    member = world.member(named=True)
    who = SignedIn(member.actor_id, member.id, world.home, delivering.now)
    world.insert(
        "webhook_endpoint",
        id=endpoint, owner_kind="merchant", merchant_id=world.shop.id, url="https://receiver.example/", events=[],
        secret_encrypted=b"sealed", status="active", created_at=delivering.now,
    )  # fmt: skip
    order = await delivering.delivered(who)
    await delivering.review(who, order)
    await fan_out_everything(delivering.house, delivering.now)
    kinds = world.rows("SELECT kind, facts->>'reference' FROM notice WHERE recipient_id = %s", who.member_id)
    assert [("review_asked", order.reference)] == kinds
    heard = world.rows(
        """SELECT o.name, o.subject_id FROM webhook_delivery d JOIN outbox o ON o.id = d.event_id
           WHERE d.endpoint_id = %s AND o.subject_id = %s""",
        endpoint, order.id,
    )  # fmt: skip
    assert [("cash_order.reviewed", order.id)] == heard


async def test_the_audit_trail_names_the_till_and_the_member(delivering: Delivering) -> None:
    who = delivering.member()
    order = await delivering.delivered(who)
    await delivering.review(who, order)
    await delivering.cancel(cancelled := await delivering.recorded(who))
    trail = "SELECT action, actor_id, detail->>'reference' FROM audit WHERE subject_id = %s ORDER BY id"
    till = delivering.world.shop.actor_id
    expected = [("cash_order.recorded", till), ("cash_order.delivered", till), ("cash_order.reviewed", who.session_id)]
    assert [(*each, order.reference) for each in expected] == delivering.world.rows(trail, order.id)
    ended = [("cash_order.recorded", till), ("cash_order.cancelled", till)]
    assert [(*each, cancelled.reference) for each in ended] == delivering.world.rows(trail, cancelled.id)
