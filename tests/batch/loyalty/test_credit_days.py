"""Points follow the book: once a day and member, also after refunds, kills, outages and two processes at once."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from florin.batch.loyalty.carry_out import carry_out_loyalty
from florin.clearing.loyalty.exchange_points import ExchangePoints, exchange_points
from florin.domain.declines import Decline
from florin.domain.loyalty_terms import LoyaltyTerms
from florin.domain.points import PointsRule
from florin.storage.connect import connect
from florin.storage.posting.request import Answer, Caller
from tests.batch.loyalty.conftest import TERMS, Farm
from tests.clearing.every_proof import findings
from tests.till import fresh, subject
from tests.world import TODAY, Balance

DAY = timedelta(days=1)


async def buy(farm: Farm, member: Caller, amount_minor: int) -> Answer:
    return await farm.till.purchase(farm.world.payment_code(member), amount_minor)


async def carry_out(farm: Farm, closed_until: date) -> None:
    """Close the days and do what is due; then the book is proven."""
    farm.world.close_days(closed_until)
    await carry_out_loyalty(farm.house, farm.world.clock.now)
    async with farm.house.pool.connection() as connection:
        assert [] == await findings(connection)


async def exchange(farm: Farm, member: Caller, points: int, terms: LoyaltyTerms = TERMS) -> Answer:
    return await farm.house.engine.submit(
        exchange_points(farm.house, member, fresh("key"), ExchangePoints(points), terms)
    )


def entries(farm: Farm, member: Caller) -> list[Any]:
    return farm.world.rows(
        """SELECT business_date, revision, spent_minor, points, owed FROM points_entry
           WHERE member_id = %s ORDER BY 1, 2""",
        member.id,
    )


async def test_a_day_earns_by_what_was_paid_for_all_its_purchases_together(farm: Farm) -> None:
    member = farm.world.member(principal_minor=200_00)
    await buy(farm, member, 50_60)
    await buy(farm, member, 50_60)
    await carry_out(farm, TODAY)
    assert [(TODAY, 1, 101_20, 101, 0)] == entries(farm, member)
    assert 101 == farm.world.points(member)
    assert 1 == farm.world.events(member.id).count("points.earned")


async def test_nothing_is_earned_before_the_day_is_closed_and_nothing_twice_after(farm: Farm) -> None:
    member = farm.world.member(principal_minor=200_00)
    await buy(farm, member, 80_00)
    await carry_out_loyalty(farm.house, farm.world.clock.now + timedelta(days=5 * 365))
    assert 0 == farm.world.points(member)
    await carry_out(farm, TODAY)
    await carry_out(farm, TODAY + DAY)
    await carry_out(farm, TODAY + 40 * DAY)
    assert 80 == farm.world.points(member)


async def test_points_count_double_on_a_double_day(farm: Farm) -> None:
    member = farm.world.member(principal_minor=200_00)
    farm.world.close_days(date(2026, 3, 7))
    await buy(farm, member, 80_00)
    await carry_out(farm, date(2026, 3, 8))
    assert 160 == farm.world.points(member)


async def test_a_late_refund_takes_back_what_the_day_of_the_purchase_had_earned(farm: Farm) -> None:
    member = farm.world.member(principal_minor=200_00)
    bought = await buy(farm, member, 80_50)
    await carry_out(farm, TODAY)
    farm.world.close_days(TODAY + 40 * DAY)
    await farm.till.refund(subject(bought), 30_51)
    await carry_out(farm, TODAY + 41 * DAY)
    assert [(TODAY, 1, 80_50, 80, 0), (TODAY, 2, 49_99, -31, 0)] == entries(farm, member)
    assert 49 == farm.world.points(member)
    await farm.till.refund(subject(bought))
    await carry_out(farm, TODAY + 42 * DAY)
    assert 0 == farm.world.points(member)


async def test_points_that_are_spent_are_owed_and_taken_when_there_are_some_again(farm: Farm) -> None:
    member = farm.world.member(principal_minor=300_00)
    bought = await buy(farm, member, 60_00)
    await carry_out(farm, TODAY)
    assert (await exchange(farm, member, 50)).decline is None
    await farm.till.refund(subject(bought))
    await carry_out(farm, TODAY + DAY)
    assert [(TODAY, 1, 60_00, 60, 0), (TODAY, 2, 0, -10, 50)] == entries(farm, member)
    assert 0 == farm.world.points(member)
    await buy(farm, member, 70_00)
    await carry_out(farm, TODAY + 2 * DAY)
    await carry_out(farm, TODAY + 3 * DAY)
    assert 20 == farm.world.points(member)
    assert (TODAY, 3, 0, -50, 0) in entries(farm, member)


async def test_two_processes_at_once_credit_each_day_once(farm: Farm) -> None:
    members = [farm.world.member(principal_minor=100_00) for _ in range(30)]
    for member in members:
        await buy(farm, member, 20_00)
    farm.world.close_days(TODAY)
    async with farm.world.clearing_house() as other:
        await asyncio.gather(*(carry_out_loyalty(each, farm.world.clock.now) for each in (farm.house, other) * 2))
    assert [20] * 30 == [farm.world.points(member) for member in members]


async def test_what_a_kill_left_half_done_is_finished_and_nothing_is_done_twice(farm: Farm) -> None:
    members = [farm.world.member(principal_minor=100_00) for _ in range(3)]
    for member in members:
        await buy(farm, member, 20_00)
    await carry_out(farm, TODAY)
    # As if it had been killed after all was credited and before it was written how far it had come.
    farm.world.connection.execute("UPDATE loyalty_progress SET points_until = %s", (TODAY - DAY,))
    await carry_out(farm, TODAY)
    assert [20] * 3 == [farm.world.points(member) for member in members]
    assert [(3,)] == farm.world.rows("SELECT count(*) FROM points_entry")


async def test_a_month_brings_the_highest_reward_once_also_after_an_outage_of_months(farm: Farm) -> None:
    rich, poor, none = (farm.world.member(principal_minor=500_00) for _ in range(3))
    await buy(farm, rich, 350_00)
    await buy(farm, poor, 100_00)
    await buy(farm, none, 99_00)
    await carry_out(farm, date(2026, 6, 15))
    await carry_out(farm, date(2026, 6, 16))
    granted = farm.world.rows("SELECT member_id, cause, face_minor FROM voucher ORDER BY face_minor")
    assert [(poor.id, "month:2026-03", 5_00), (rich.id, "month:2026-03", 20_00)] == granted


async def test_who_has_earned_too_little_in_a_year_loses_its_points_and_owes_nothing_for_them(farm: Farm) -> None:
    little, much = (farm.world.member(principal_minor=800_00) for _ in range(2))
    bought = await buy(farm, little, 499_00)
    await buy(farm, much, 500_00)
    farm.world.close_days(date(2026, 12, 31))
    await buy(farm, little, 7_00)
    await carry_out(farm, date(2027, 1, 1))
    assert (7, 500) == (farm.world.points(little), farm.world.points(much))
    assert 1 == farm.world.events(little.id).count("points.lapsed")
    await farm.till.refund(subject(bought))
    await carry_out(farm, date(2027, 1, 2))
    assert 7 == farm.world.points(little)


async def test_without_a_level_nobody_loses_points(farm: Farm) -> None:
    await farm.set_terms(LoyaltyTerms(points=PointsRule(100)))
    member = farm.world.member(principal_minor=100_00)
    await buy(farm, member, 50_00)
    await carry_out(farm, date(2027, 1, 1))
    assert 50 == farm.world.points(member)


async def test_days_before_the_first_terms_earn_nothing_and_later_terms_leave_earlier_days(farm: Farm) -> None:
    member = farm.world.member(principal_minor=500_00)
    bought = await buy(farm, member, 100_00)
    await farm.set_terms(LoyaltyTerms(points=PointsRule(10_00)), TODAY + DAY)
    await carry_out(farm, TODAY)
    await buy(farm, member, 100_00)
    await farm.till.refund(subject(bought), 1_00)
    await carry_out(farm, TODAY + DAY)
    assert [(TODAY, 1, 100), (TODAY, 2, -1), (TODAY + DAY, 1, 10)] == [
        (day, revision, points) for day, revision, _, points, _ in entries(farm, member)
    ]


async def test_terms_are_not_set_for_closed_days(farm: Farm) -> None:
    farm.world.close_days(TODAY)
    assert Decline.DAY_CLOSED == await farm.set_terms(effective_on=TODAY)


async def test_cards_earn_nothing(farm: Farm) -> None:
    await farm.till.purchase(farm.world.card().by_pin, 50_00)
    await carry_out(farm, TODAY)
    assert [] == farm.world.rows("SELECT * FROM points_entry")


@pytest.mark.parametrize(("points", "decline"), [(49, Decline.LOYALTY_NOT_OFFERED), (50, Decline.POINTS_NOT_ENOUGH)])
async def test_points_are_exchanged_for_what_is_offered_by_who_has_them(
    farm: Farm, points: int, decline: Decline
) -> None:
    member = farm.world.member(principal_minor=100_00)
    await buy(farm, member, 49_00)
    await carry_out(farm, TODAY)
    assert decline == (await exchange(farm, member, points)).decline


async def test_of_two_exchanges_at_once_one_finds_the_points_gone(farm: Farm) -> None:
    member = farm.world.member(principal_minor=100_00)
    await buy(farm, member, 99_00)
    await carry_out(farm, TODAY)
    async with farm.world.clearing_house() as other:
        requests = [
            exchange_points(house, member, fresh("key"), ExchangePoints(50), TERMS) for house in (farm.house, other)
        ]
        answers = await asyncio.gather(farm.house.engine.submit(requests[0]), other.engine.submit(requests[1]))
    assert {None, Decline.POINTS_NOT_ENOUGH} == {each.decline for each in answers}
    assert 49 == farm.world.points(member)


async def test_points_and_vouchers_are_no_money_that_pays(farm: Farm) -> None:
    member = farm.world.member(principal_minor=100_00)
    await buy(farm, member, 100_00)
    await carry_out(farm, TODAY)
    assert (await exchange(farm, member, 50)).decline is None
    assert Decline.INSUFFICIENT_FUNDS == (await buy(farm, member, 1)).decline
    assert Balance() == farm.world.balance(member.id)
    assert 50 == farm.world.points(member)


async def test_a_payment_locks_and_reads_no_points(farm: Farm, settings: Any) -> None:  # noqa: ANN401
    member = farm.world.member(principal_minor=200_00)
    await buy(farm, member, 100_00)
    await carry_out(farm, TODAY)
    opened = await connect(farm.world.database.url, settings, application_name="florin test")
    async with opened as other, other.transaction():
        await other.execute("SELECT FROM strict_account WHERE code = 2120 FOR UPDATE")
        assert (await buy(farm, member, 10_00)).decline is None
